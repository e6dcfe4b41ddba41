//! What surrounds the routes: banner, health, metrics, the reference, ids, limits, answers to what is not there.

use crate::world::{World, request};
use serde_json::json;

#[tokio::test]
async fn what_is_not_there_and_what_is_not_allowed_say_so() {
    let world = World::new().await;
    assert_eq!(world.get("/api/v1/nope").await.expect(404), json!({"detail": "Not Found"}));
    let answer = world.with_key("PUT", "/api/v1/users", Some(json!({}))).await;
    assert!(answer.headers["allow"].to_str().unwrap().contains("GET"));
    assert_eq!(answer.expect(405), json!({"detail": "Method Not Allowed"}));
}

#[tokio::test]
async fn health_tells_alive_from_ready() {
    let world = World::new().await;
    let get = |path: &'static str| world.send(request("GET", path, &[], None));
    assert_eq!(get("/").await.expect(200)["message"], "Server is running!");
    get("/health/live").await.expect(200);
    get("/health/ready").await.expect(200);
    world.store.close().await;
    get("/health/live").await.expect(200);
    get("/health/ready").await.expect(503);
}

#[tokio::test]
async fn metrics_are_text_and_can_ask_for_a_token() {
    let world = World::with_settings(|settings| settings.metrics_token = Some("m".to_owned())).await;
    world.send(request("GET", "/metrics", &[], None)).await.expect(401);
    world.send(request("GET", "/metrics", &[("authorization", "Bearer x")], None)).await.expect(401);
    let answer = world.send(request("GET", "/metrics", &[("authorization", "Bearer m")], None)).await;
    assert_eq!(answer.bytes, b"wearhouse_up 1\n");
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_a_harmless_one_is_kept() {
    let world = World::new().await;
    let id = |given: &'static str| world.send(request("GET", "/", &[("x-request-id", given)], None));
    assert_eq!(id("abc-1").await.headers["x-request-id"], "abc-1");
    assert_eq!(id("a b\"c").await.headers["x-request-id"].len(), 32);
    assert_eq!(world.get("/nope").await.headers["x-request-id"].len(), 32);
}

#[tokio::test]
async fn every_provider_has_a_sign() {
    let world = World::new().await;
    let listed = world.send(request("GET", "/api/v1/oauth/providers", &[], None)).await.expect(200);
    for provider in listed.as_array().unwrap() {
        let sign = world.send(request("GET", provider["icon_url"].as_str().unwrap(), &[], None)).await;
        assert_eq!((sign.status.as_u16(), &sign.headers["content-type"]), (200, &"image/svg+xml".parse().unwrap()));
    }
    world.send(request("GET", "/static/provider-icons/none.svg", &[], None)).await.expect(404);
}

#[tokio::test]
async fn a_large_body_is_refused_where_none_belongs() {
    let world = World::new().await;
    let body = json!({"first_name": "x".repeat(2 * 1024 * 1024)});
    world.with_key("POST", "/api/v1/users", Some(body)).await.expect(413);
}

#[tokio::test]
async fn the_reference_works_from_what_is_embedded() {
    let world = World::new().await;
    let page = world.send(request("GET", "/docs", &[], None)).await;
    let text = String::from_utf8_lossy(&page.bytes);
    assert!(text.contains("/api/v1/users/{user_id}/timeseries"), "the plain list of operations is in the page");
    assert!(page.headers["content-security-policy"].to_str().unwrap().contains("script-src 'self'"));
    for (name, kind) in [("docs.css", "text/css"), ("docs.js", "text/javascript")] {
        let asset = world.send(request("GET", &format!("/docs/{name}"), &[], None)).await;
        assert!(asset.headers["content-type"].to_str().unwrap().starts_with(kind));
    }
    world.send(request("GET", "/docs/none.js", &[], None)).await.expect(404);
    world.send(request("GET", "/docs/..%2Fdocs.html", &[], None)).await.expect(404);
}
