//! `/api/v1/auth`, `/api/v1/token` and `/api/v1/developer/api-keys`.

use crate::world::{Answer, KEY_HEADER, PASSWORD, World, request};
use serde_json::{Value, json};
use std::time::Duration;

async fn login(world: &World, email: &str, password: &str) -> Answer {
    let form: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("username", email)
        .append_pair("password", password)
        .finish();
    world.send(request("POST", "/api/v1/auth/login", &[], Some(Value::String(form)))).await
}

async fn me(world: &World, token: &str) -> Answer {
    world.send(request("GET", "/api/v1/auth/me", &[("authorization", &format!("Bearer {token}"))], None)).await
}

async fn refresh(world: &World, token: &Value) -> Answer {
    let body = json!({ "refresh_token": token });
    world.send(request("POST", "/api/v1/token/refresh", &[], Some(body))).await
}

#[tokio::test]
async fn a_login_gives_tokens_that_open_the_api_for_an_hour() {
    let world = World::new().await;
    let tokens = login(&world, "ADA@a.example", PASSWORD).await.expect(200);
    assert_eq!(tokens["token_type"], "bearer");
    assert_eq!(tokens["expires_in"], 3600);
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(me(&world, token).await.expect(200)["email"], "ada@a.example");
    world.clock.advance(Duration::from_secs(3601));
    me(&world, token).await.expect(401);
}

#[tokio::test]
async fn wrong_unknown_and_missing_credentials_look_the_same() {
    let world = World::new().await;
    for (email, password) in [("ada@a.example", "wrong"), ("nobody@a.example", PASSWORD)] {
        let answer = login(&world, email, password).await;
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
        assert_eq!(answer.expect(401)["detail"], "Incorrect email or password");
    }
    let body = Some(Value::String("username=ada%40a.example".to_owned()));
    world.send(request("POST", "/api/v1/auth/login", &[], body)).await.expect(401);
}

#[tokio::test]
async fn too_many_tries_are_told_when_to_come_back() {
    let world = World::with_settings(|settings| settings.login_burst = 2).await;
    login(&world, "ada@a.example", "wrong").await.expect(401);
    login(&world, "ada@a.example", "wrong").await.expect(401);
    let refused = login(&world, "ada@a.example", PASSWORD).await;
    assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() > 0);
    refused.expect(429);
    world.clock.advance(Duration::from_mins(1));
    login(&world, "ada@a.example", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn behind_a_proxy_addresses_are_told_apart_by_its_header() {
    let world = World::with_settings(|settings| {
        settings.login_burst = 1;
        settings.client_address_header = Some("x-forwarded-for".to_owned());
    })
    .await;
    let from = |address: &'static str| {
        let form = Value::String("username=ada%40a.example&password=wrong".to_owned());
        world.send(request("POST", "/api/v1/auth/login", &[("x-forwarded-for", address)], Some(form)))
    };
    from("1.1.1.1").await.expect(401);
    from("6.6.6.6, 1.1.1.1").await.expect(429);
    from("1.1.1.1, 2.2.2.2").await.expect(401);
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_its_reuse_ends_the_family() {
    let world = World::new().await;
    let first = login(&world, "ada@a.example", PASSWORD).await.expect(200);
    let second = refresh(&world, &first["refresh_token"]).await.expect(200);
    me(&world, second["access_token"].as_str().unwrap()).await.expect(200);
    refresh(&world, &first["refresh_token"]).await.expect(401);
    me(&world, second["access_token"].as_str().unwrap()).await.expect(401);
    refresh(&world, &second["refresh_token"]).await.expect(401);
    refresh(&world, &json!("rt-nothing")).await.expect(401);
}

#[tokio::test]
async fn a_revoked_refresh_token_takes_its_access_token_with_it() {
    let world = World::new().await;
    let tokens = login(&world, "ada@a.example", PASSWORD).await.expect(200);
    let body = json!({ "refresh_token": tokens["refresh_token"] });
    world.send(request("POST", "/api/v1/token/revoke", &[], Some(body))).await.expect(204);
    me(&world, tokens["access_token"].as_str().unwrap()).await.expect(401);
    let body = json!({ "refresh_token": "rt-unknown" });
    world.send(request("POST", "/api/v1/token/revoke", &[], Some(body))).await.expect(404);
}

#[tokio::test]
async fn logging_out_ends_this_session_only() {
    let world = World::new().await;
    let tokens = login(&world, "ada@a.example", PASSWORD).await.expect(200);
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    world.send(request("POST", "/api/v1/auth/logout", &[("authorization", &bearer)], None)).await.expect(200);
    me(&world, tokens["access_token"].as_str().unwrap()).await.expect(401);
    refresh(&world, &tokens["refresh_token"]).await.expect(401);
    me(&world, &world.a.token).await.expect(200);
}

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_all_sessions() {
    let world = World::new().await;
    let change = |current: &str, new: &str, again: &str| {
        Some(json!({"current_password": current, "new_password": new, "confirm_password": again}))
    };
    let path = "/api/v1/auth/change-password";
    let detail = |answer: Value| answer["detail"].as_str().unwrap().to_owned();
    let refused =
        world.as_developer("POST", path, change("wrong", "longer than it", "longer than it")).await.expect(400);
    assert!(detail(refused).starts_with("current_password:"));
    let refused = world.as_developer("POST", path, change(PASSWORD, "short", "short")).await.expect(400);
    assert!(detail(refused).starts_with("new_password:"));
    let refused =
        world.as_developer("POST", path, change(PASSWORD, "longer than it", "other than it")).await.expect(400);
    assert!(detail(refused).starts_with("confirm_password:"));
    world.as_developer("POST", path, change(PASSWORD, "longer than it", "longer than it")).await.expect(200);
    me(&world, &world.a.token).await.expect(401);
    login(&world, "ada@a.example", PASSWORD).await.expect(401);
    login(&world, "ada@a.example", "longer than it").await.expect(200);
}

#[tokio::test]
async fn a_developer_changes_their_own_account() {
    let world = World::new().await;
    let update = json!({"first_name": "Ada", "email": "Ada.L@a.example"});
    let changed = world.as_developer("PATCH", "/api/v1/auth/me", Some(update)).await.expect(200);
    assert_eq!((&changed["first_name"], &changed["email"]), (&json!("Ada"), &json!("ada.l@a.example")));
    let emptied = world.as_developer("PATCH", "/api/v1/auth/me", Some(json!({"first_name": null}))).await.expect(200);
    assert_eq!(emptied["first_name"], Value::Null);
    world.as_developer("PATCH", "/api/v1/auth/me", Some(json!({"email": "bob@b.example"}))).await.expect(409);
    world.as_developer("PATCH", "/api/v1/auth/me", Some(json!({"email": "nope"}))).await.expect(400);
}

#[tokio::test]
async fn a_key_is_shown_once_and_its_routes_take_mask_uuid_and_key() {
    let world = World::new().await;
    let keys = "/api/v1/developer/api-keys";
    let made = world.as_developer("POST", keys, Some(json!({"name": "mine"}))).await.expect(201);
    let secret = made["id"].as_str().unwrap().to_owned();
    assert_eq!(secret.len(), 35);
    let users = |key: String| {
        let request = request("GET", "/api/v1/users", &[(KEY_HEADER, &key)], None);
        world.send(request)
    };
    users(secret.clone()).await.expect(200);
    let listed = world.as_developer("GET", keys, None).await.expect(200);
    assert!(!listed.to_string().contains(&secret), "a list never shows a key");
    let mask = listed.as_array().unwrap().iter().find(|key| key["name"] == "mine").unwrap()["id"].clone();
    assert_eq!(mask, json!(seal::masked(&secret)));
    assert!(mask.as_str().unwrap().is_ascii(), "{mask}");
    let by_mask = format!(
        "{keys}/{}",
        url::form_urlencoded::byte_serialize(mask.as_str().unwrap().as_bytes()).collect::<String>()
    );
    assert_eq!(by_mask, format!("{keys}/{}", mask.as_str().unwrap()), "nothing to encode");
    let renamed = world.as_developer("PATCH", &by_mask, Some(json!({"name": "yours"}))).await.expect(200);
    assert_eq!((&renamed["name"], &renamed["id"]), (&json!("yours"), &mask));
    let rotated = world.as_developer("POST", &format!("{keys}/{secret}/rotate"), None).await.expect(201);
    users(secret).await.expect(401);
    users(rotated["id"].as_str().unwrap().to_owned()).await.expect(200);
    assert_eq!(rotated["key_id"], made["key_id"]);
    let by_id = format!("{keys}/{}", made["key_id"].as_str().unwrap());
    world.as_developer("DELETE", &by_id, None).await.expect(200);
    world.as_developer("DELETE", &by_id, None).await.expect(404);
    users(rotated["id"].as_str().unwrap().to_owned()).await.expect(401);
}

#[tokio::test]
async fn a_key_works_as_bearer_too_and_is_marked_as_used() {
    let world = World::new().await;
    let bearer = format!("Bearer {}", world.a.key);
    world.send(request("GET", "/api/v1/users", &[("authorization", &bearer)], None)).await.expect(200);
    let keys = world.as_developer("GET", "/api/v1/developer/api-keys", None).await.expect(200);
    assert_eq!(keys[0]["last_used_at"], json!("2026-11-21T12:00:00Z"));
    assert_eq!(keys[0]["key_id"], json!(world.a.key_id.to_string()));
    assert_eq!(keys[0]["created_by"], json!(world.a.developer.to_string()));
    assert_eq!(world.a.email, "ada@a.example");
}
