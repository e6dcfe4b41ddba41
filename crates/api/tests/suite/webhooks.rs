//! `/api/v1/webhooks`: endpoints, their secrets, test events and how delivery went.

use crate::world::World;
use serde_json::{Value, json};
use store::{Attempt, Outcome};

const ENDPOINTS: &str = "/api/v1/webhooks/endpoints";

async fn create(world: &World, body: Value) -> Value {
    world.as_developer("POST", ENDPOINTS, Some(body)).await.expect(201)
}

#[tokio::test]
async fn an_endpoint_is_added_changed_and_removed() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    let body =
        json!({"url": "https://example.com/hook", "filter_types": ["workout.created"], "user_id": user.to_string()});
    let made = create(&world, body).await;
    assert_eq!((&made["filter_types"], &made["user_id"]), (&json!(["workout.created"]), &json!(user.to_string())));
    let path = format!("{ENDPOINTS}/{}", made["id"].as_str().unwrap());
    assert_eq!(world.as_developer("GET", &path, None).await.expect(200), made);
    let update = json!({"filter_types": null, "user_id": null, "description": "d"});
    let changed = world.as_developer("PATCH", &path, Some(update)).await.expect(200);
    assert_eq!(
        (&changed["filter_types"], &changed["user_id"], &changed["url"]),
        (&Value::Null, &Value::Null, &made["url"])
    );
    let key = world.as_developer("GET", &format!("{path}/secret"), None).await.expect(200)["key"].clone();
    assert!(key.as_str().unwrap().starts_with("whsec_"));
    let kept = world.store.list_endpoints(world.a.team).await.unwrap().remove(0);
    let opened = deliver::open_secret(&world.keyring, kept.id, &kept.secret).unwrap();
    assert_eq!(key, json!(*opened.reveal()), "sealed for its endpoint");
    world.with_key("GET", &path, None).await.expect(401);
    world.as_developer("DELETE", &path, None).await.expect(204);
    world.as_developer("DELETE", &path, None).await.expect(404);
    assert_eq!(world.as_developer("GET", ENDPOINTS, None).await.expect(200), json!([]));
}

#[tokio::test]
async fn urls_and_types_that_cannot_be_are_refused_by_name() {
    let world = World::new().await;
    for (body, field) in [
        (json!({"url": "ftp://example.com"}), "url"),
        (json!({"url": "nope"}), "url"),
        (json!({"url": "https://example.com", "filter_types": ["workout.exploded"]}), "filter_types"),
    ] {
        let refused = world.as_developer("POST", ENDPOINTS, Some(body)).await.expect(400);
        assert!(refused["detail"].as_str().unwrap().starts_with(field), "{refused}");
    }
    world.as_developer("GET", &format!("{ENDPOINTS}/not-an-id"), None).await.expect(404);
}

#[tokio::test]
async fn an_address_that_would_never_be_called_is_refused_at_once() {
    let world = World::new().await;
    let made = create(&world, json!({"url": "https://example.com/hook"})).await;
    let path = format!("{ENDPOINTS}/{}", made["id"].as_str().unwrap());
    for url in [
        "http://example.com/hook",
        "https://example.com:22/hook",
        "https://127.0.0.1/hook",
        "https://0x7f000001/hook",
        "https://[::1]/hook",
        "https://192.168.1.5/hook",
        "https://169.254.169.254/latest",
        "https://localhost/hook",
    ] {
        for (method, path) in [("POST", ENDPOINTS), ("PATCH", path.as_str())] {
            let refused = world.as_developer(method, path, Some(json!({"url": url}))).await.expect(400);
            assert!(refused["detail"].as_str().unwrap().starts_with("url: "), "{url}: {refused}");
        }
    }
    assert_eq!(world.as_developer("GET", &path, None).await.expect(200)["url"], made["url"]);
    let open = World::with_settings(|settings| {
        settings.endpoint_policy =
            deliver::CustomerPolicy { allow_private: true, allow_http: true, allow_any_port: true };
    })
    .await;
    create(&open, json!({"url": "http://127.0.0.1:9000/hook"})).await;
    let metadata = json!({"url": "http://169.254.169.254/latest"});
    open.as_developer("POST", ENDPOINTS, Some(metadata)).await.expect(400);
}

#[tokio::test]
async fn a_test_event_waits_for_its_endpoint_and_its_tries_are_listed() {
    let world = World::new().await;
    let made = create(&world, json!({"url": "https://example.com/hook"})).await;
    let path = format!("{ENDPOINTS}/{}", made["id"].as_str().unwrap());
    let sent = world.as_developer("POST", &format!("{path}/test"), None).await.expect(200);
    assert_eq!(sent["event_type"], "workout.created");
    let body = json!({"event_type": "heart_rate.created"});
    world.as_developer("POST", &format!("{path}/test"), Some(body)).await.expect(400);
    let now = world.clock.now();
    let messages = world.store.claim_messages(now, now.plus_seconds(60), 10).await.unwrap();
    assert_eq!(messages.len(), 1);
    let attempt = Attempt {
        message_id: messages[0].id,
        endpoint_id: messages[0].endpoint_id,
        event_type: "workout.created".to_owned(),
        at: now,
        status: Some(500),
        error: None,
        took_ms: 12,
        number: 1,
    };
    world.store.finish_attempt(&messages[0], attempt, Outcome::Failed(store::Retry::Dead)).await.unwrap();
    let tries = world.as_developer("GET", &format!("{path}/attempts"), None).await.expect(200);
    assert_eq!((&tries["data"][0]["msgId"], &tries["data"][0]["responseStatusCode"]), (&sent["id"], &json!(500)));
    assert_eq!(tries["done"], true);
    let delivered = world.as_developer("GET", &format!("{path}/attempts?status=0"), None).await.expect(200);
    assert_eq!(delivered["data"], json!([]));
}
