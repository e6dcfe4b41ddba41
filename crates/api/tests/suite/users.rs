//! `/api/v1/users`, their connections and data sources, and `/api/v1/oauth`.

use crate::world::{World, request};
use serde_json::{Value, json};

#[tokio::test]
async fn a_user_is_created_read_changed_and_erased() {
    let world = World::new().await;
    let body = json!({"first_name": "Ada", "email": "ada@example.com", "external_user_id": "e1", "time_zone": "europe/berlin"});
    let made = world.with_key("POST", "/api/v1/users", Some(body)).await.expect(201);
    assert_eq!(made["time_zone"], "Europe/Berlin");
    let path = format!("/api/v1/users/{}", made["id"].as_str().unwrap());
    assert_eq!(world.get(&path).await.expect(200), made);
    world.with_key("PATCH", &path, Some(json!({"first_name": "B"}))).await.expect(401);
    let changed = world.as_developer("PATCH", &path, Some(json!({"first_name": "B", "email": null}))).await.expect(200);
    assert_eq!(
        (&changed["first_name"], &changed["email"], &changed["external_user_id"]),
        (&json!("B"), &Value::Null, &json!("e1"))
    );
    world.with_key("DELETE", &path, None).await.expect(401);
    world.as_developer("DELETE", &path, None).await.expect(200);
    world.get(&path).await.expect(404);
}

#[tokio::test]
async fn a_known_external_id_answers_with_its_user_and_a_taken_address_is_refused() {
    let world = World::new().await;
    let create = |body: Value| world.with_key("POST", "/api/v1/users", Some(body));
    let first = create(json!({"external_user_id": "e", "email": "a@example.com"})).await.expect(201);
    let again = create(json!({"external_user_id": "e", "first_name": "New"})).await.expect(201);
    assert_eq!(first, again);
    create(json!({"email": "A@example.com"})).await.expect(409);
    create(json!({})).await.expect(201);
}

#[tokio::test]
async fn what_a_field_cannot_hold_is_refused_by_name() {
    let world = World::new().await;
    for (body, field) in [
        (json!({"email": "nope"}), "email"),
        (json!({"first_name": "x".repeat(101)}), "first_name"),
        (json!({"last_name": 1}), "last_name"),
        (json!({"time_zone": "Mars/Olympus"}), "time_zone"),
        (json!({"external_user_id": " "}), "external_user_id"),
    ] {
        let detail = world.with_key("POST", "/api/v1/users", Some(body)).await.expect(400)["detail"].clone();
        assert!(detail.as_str().unwrap().starts_with(&format!("{field}:")), "{detail}");
    }
    world.with_key("POST", "/api/v1/users", Some(json!("{not json"))).await.expect(400);
    let detail = world.get("/api/v1/users/not-a-uuid").await.expect(400);
    assert_eq!(detail["detail"], "user_id: Input should be a valid UUID");
}

#[tokio::test]
async fn users_are_listed_by_page() {
    let world = World::new().await;
    for name in ["c", "a", "b"] {
        let body = json!({"first_name": name, "external_user_id": name});
        world.with_key("POST", "/api/v1/users", Some(body)).await.expect(201);
    }
    let page = world.get("/api/v1/users?sort_by=first_name&sort_order=asc&limit=2&page=2").await.expect(200);
    assert_eq!(page["items"][0]["first_name"], "c");
    assert_eq!((&page["total"], &page["pages"]), (&json!(3), &json!(2)));
    assert_eq!((&page["has_next"], &page["has_prev"]), (&json!(false), &json!(true)));
    assert_eq!(world.get("/api/v1/users?external_user_id=b").await.expect(200)["total"], 1);
    for query in ["limit=101", "limit=0", "page=0", "sort_by=age", "email=x"] {
        world.get(&format!("/api/v1/users?{query}")).await.expect(400);
    }
}

#[tokio::test]
async fn connections_show_linked_users_of_the_same_team_only() {
    let world = World::new().await;
    let first = world.person("account").await;
    let second = world.user_of(world.a.team, "second").await;
    world.connect(world.a.team, second, "account").await;
    let foreign = world.user_of(world.b.team, "foreign").await;
    world.connect(world.b.team, foreign, "account").await;
    let listed = world.get(&format!("/api/v1/users/{first}/connections")).await.expect(200);
    assert_eq!(listed[0]["linked_user_ids"], json!([second.to_string()]));
    assert_eq!((&listed[0]["provider"], &listed[0]["status"]), (&json!("garmin"), &json!("active")));
    let path = format!("/api/v1/users/{first}/connections/garmin");
    world.with_key("DELETE", &path, None).await.expect(204);
    let listed = world.get(&format!("/api/v1/users/{first}/connections")).await.expect(200);
    assert_eq!(listed[0]["status"], "revoked");
    world.with_key("DELETE", &format!("/api/v1/users/{first}/connections/oura"), None).await.expect(404);
}

#[tokio::test]
async fn connecting_begins_only_for_the_teams_user_and_ends_on_a_page() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    let path = format!("/api/v1/oauth/garmin/authorize?user_id={user}");
    world.send(request("GET", &path, &[], None)).await.expect(401);
    let begun = world.get(&path).await.expect(200);
    let state = begun["state"].as_str().unwrap();
    assert!(begun["authorization_url"].as_str().unwrap().contains(state));
    world.get(&format!("{path}&redirect_uri=https://evil.example/")).await.expect(400);
    world.get("/api/v1/oauth/garmin/authorize").await.expect(400);
    world.get(&format!("/api/v1/oauth/file/authorize?user_id={user}")).await.expect(400);
    let back = format!("/api/v1/oauth/garmin/callback?state={state}&error=access_denied");
    let answer = world.send(request("GET", &back, &[], None)).await;
    assert_eq!(answer.status.as_u16(), 303);
    let location = answer.headers["location"].to_str().unwrap();
    assert!(location.starts_with("http://localhost:8000/api/v1/oauth/error?message="), "{location}");
    let landed = world.send(request("GET", location.trim_start_matches("http://localhost:8000"), &[], None)).await;
    assert_eq!(landed.expect(200)["success"], false);
}

#[tokio::test]
async fn landing_pages_are_html_for_a_browser() {
    let world = World::new().await;
    let path = "/api/v1/oauth/success?provider=garmin&user_id=u";
    assert_eq!(world.send(request("GET", path, &[], None)).await.expect(200)["provider"], "garmin");
    let page = world.send(request("GET", path, &[("accept", "text/html")], None)).await;
    assert!(String::from_utf8_lossy(&page.bytes).contains("Garmin is connected"));
    assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
}
