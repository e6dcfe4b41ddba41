//! One team never reaches what is another's, on any route that names a user, an endpoint, a key or an object.

use crate::{
    documents::operations,
    world::{KEY_HEADER, World, request},
};
use serde_json::{Value, json};

/// A body that would do something if it were let through.
fn body_for(method: &str, path: &str) -> Option<Value> {
    match (method, path) {
        ("PATCH", "/api/v1/users/{user_id}") => Some(json!({"first_name": "Eve"})),
        ("PATCH", path) if path.contains("endpoint_id") => Some(json!({"description": "Eve"})),
        ("PATCH", path) if path.contains("key_id") => Some(json!({"name": "Eve"})),
        ("POST", path) if path.ends_with("/files") => Some(json!("<gpx version='1.1'></gpx>")),
        _ => None,
    }
}

#[tokio::test]
async fn no_route_leads_to_another_team() {
    let world = World::new().await;
    let user = world.person("account").await;
    world.push(&crate::events::activity("account", 1)).await;
    world.push(&crate::events::night("account")).await;
    world.push(&crate::other_events::one_of_each("account")).await;
    let span = "start_date=2026-01-01&end_date=2027-01-01&start_time=2026-01-01&end_time=2027-01-01";
    let list = |kind: &str| format!("/api/v1/users/{user}/events/{kind}?{span}");
    let workout = world.get(&list("workouts")).await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let sleep = world.get(&list("sleep")).await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let cycle = world.get(&list("menstrual-cycles")).await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let endpoint = json!({"url": "https://example.com/hook"});
    let endpoint = world.as_developer("POST", "/api/v1/webhooks/endpoints", Some(endpoint)).await.expect(201);

    let mut tried = 0;
    for (method, path, _) in operations() {
        let named = ["{user_id}", "{endpoint_id}", "{key_id}"].iter().any(|name| path.contains(name));
        if !named {
            continue;
        }
        let real = path
            .replace("{user_id}", &user.to_string())
            .replace("{workout_id}", &workout)
            .replace("{sleep_id}", &sleep)
            .replace("{cycle_id}", &cycle)
            .replace("{provider}", "garmin")
            .replace("{endpoint_id}", endpoint["id"].as_str().unwrap())
            .replace("{key_id}", &world.a.key_id.to_string());
        let real = format!("{real}?{span}");
        for header in [(KEY_HEADER, world.b.key.clone()), ("authorization", format!("Bearer {}", world.b.token))] {
            let headers = [(header.0, header.1.as_str())];
            let answer = world.send(request(&method, &real, &headers, body_for(&method, &path))).await;
            let body = answer.json();
            let nothing = match answer.status.as_u16() {
                401 | 404 => true,
                // a key alone asks for no token of a phone
                400 => path.ends_with("/token"),
                200 => body["data"] == json!([]) || body["items"] == json!([]),
                _ => false,
            };
            assert!(nothing, "{method} {path} answered {}: {body}", answer.status);
            tried += 1;
        }
    }
    assert!(tried >= 2 * 25, "only {tried} requests were tried");

    // Nothing was changed either.
    assert_eq!(world.get(&list("workouts")).await.expect(200)["data"].as_array().unwrap().len(), 1);
    let mine = world.as_developer("GET", "/api/v1/webhooks/endpoints", None).await.expect(200);
    assert_eq!(mine[0]["description"], Value::Null);
    world.get(&format!("/api/v1/users/{user}")).await.expect(200);
}

#[tokio::test]
async fn lists_and_references_stay_within_the_team() {
    let world = World::new().await;
    let foreign = world.user_of(world.b.team, "foreign").await;
    assert_eq!(world.get("/api/v1/users").await.expect(200)["total"], 0);
    assert_eq!(world.get(&format!("/api/v1/sync/runs?user_id={foreign}")).await.expect(200), json!([]));
    world.get(&format!("/api/v1/oauth/garmin/authorize?user_id={foreign}")).await.expect(404);
    let body = json!({"url": "https://example.com", "user_id": foreign.to_string()});
    world.as_developer("POST", "/api/v1/webhooks/endpoints", Some(body)).await.expect(404);
    // The same external id in two teams is two users.
    let made = world.with_key("POST", "/api/v1/users", Some(json!({"external_user_id": "foreign"}))).await.expect(201);
    assert_ne!(made["id"], json!(foreign.to_string()));
}
