//! Consent, tokens, and who the user is.

use crate::stage::{Stage, exchange, location, parameter, tokens};
use model::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_consent_becomes_tokens_and_tokens_say_who_the_user_is() {
    let stage = Stage::open().await;
    let code = stage.code("Mira").await;
    let answer = stage.token_request(&exchange(&code)).await;
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["expires_in"], 86_400);
    assert_eq!(body["token_type"], "bearer");
    assert_eq!(body["refresh_token_expires_in"], 7_775_998);
    assert!(body["scope"].as_str().unwrap().contains("PARTNER_READ"));
    assert!(body["jti"].is_string());
    let access = tokens(&body).access;
    let one: Value = stage.get("/wellness-api/rest/user/id", &access).await.json().await.unwrap();
    let other: Value = stage.get("/partner-gateway/rest/user/id", &access).await.json().await.unwrap();
    assert_eq!(one, other);
    assert_eq!(one["userId"].as_str().unwrap().len(), 32);
    let again = stage.connect("mira").await;
    let same: Value = stage.get("/wellness-api/rest/user/id", &again.access).await.json().await.unwrap();
    assert_eq!(one, same, "the id is stable over consents");
}

#[tokio::test]
async fn a_wrong_verifier_or_secret_gets_nothing_and_costs_the_code() {
    let stage = Stage::open().await;
    let code = stage.code("Mira").await;
    let mut wrong = exchange(&code);
    wrong[4].1 = "another-verifier-of-more-than-forty-three-chars";
    let refused = stage.token_request(&wrong).await;
    assert_eq!(refused.status(), 400);
    assert_eq!(refused.json::<Value>().await.unwrap()["error"], "invalid_grant");
    assert_eq!(stage.token_request(&exchange(&code)).await.status(), 400, "a code has one try");

    let code = stage.code("Mira").await;
    let mut wrong = exchange(&code);
    wrong[2].1 = "guess";
    assert_eq!(stage.token_request(&wrong).await.status(), 401);
    assert_eq!(stage.token_request(&exchange(&code)).await.status(), 200);
    assert_eq!(stage.token_request(&exchange(&code)).await.status(), 400);

    let late = stage.code("Mira").await;
    stage.clock.advance(Duration::from_secs(301));
    assert_eq!(stage.token_request(&exchange(&late)).await.status(), 400);
}

#[tokio::test]
async fn refreshing_rotates_and_the_old_refresh_token_is_dead() {
    let stage = Stage::open().await;
    let first = stage.connect("Mira").await;
    let refresh = |token: String| {
        let stage = &stage;
        async move {
            let fields = [
                ("grant_type", "refresh_token"),
                ("client_id", "partner"),
                ("client_secret", "secret"),
                ("refresh_token", token.as_str()),
            ];
            stage.token_request(&fields).await
        }
    };
    let answer = refresh(first.refresh.clone()).await;
    assert_eq!(answer.status(), 200);
    let second = tokens(&answer.json().await.unwrap());
    assert_ne!(first.refresh, second.refresh);
    assert_eq!(refresh(first.refresh).await.status(), 400);
    assert_eq!(stage.get("/wellness-api/rest/user/id", &second.access).await.status(), 200);
    stage.clock.advance(Duration::from_secs(86_400));
    assert_eq!(stage.get("/wellness-api/rest/user/id", &second.access).await.status(), 401);
    assert_eq!(refresh(second.refresh).await.status(), 200);
}

#[tokio::test]
async fn the_page_asks_and_both_answers_lead_back() {
    let stage = Stage::open().await;
    let url = stage.consent_url(&[]);
    let page = stage.http.get(url.clone()).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("value=HISTORICAL_DATA_EXPORT>"), "history is off by default");
    assert!(page.contains("value=ACTIVITY_EXPORT checked>"));
    assert!(page.contains("a b&amp;c"), "the state is escaped");

    let mut form: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let mut denied = form.clone();
    denied.push(("decision".into(), "deny".into()));
    let answer = stage.http.post(stage.url("/oauth2Confirm")).form(&denied).send().await.unwrap();
    assert_eq!(parameter(&location(&answer), "error").as_deref(), Some("access_denied"));

    for (name, value) in
        [("decision", "allow"), ("person", "new"), ("name", "Somebody <New>"), ("permission", "HEALTH_EXPORT")]
    {
        form.push((name.into(), value.into()));
    }
    let answer = stage.http.post(stage.url("/oauth2Confirm")).form(&form).send().await.unwrap();
    let code = parameter(&location(&answer), "code").unwrap();
    let access = tokens(&stage.token_request(&exchange(&code)).await.json().await.unwrap()).access;
    let list: Value = stage.get("/wellness-api/rest/user/permissions", &access).await.json().await.unwrap();
    assert_eq!(list, json!(["HEALTH_EXPORT"]));
    let object: Value = stage.get("/partner-gateway/rest/user/permissions", &access).await.json().await.unwrap();
    assert_eq!(object, json!({ "permissions": ["HEALTH_EXPORT"] }));
    assert_eq!(stage.get("/wellness-api/rest/activities", &access).await.status(), 412);
}

#[tokio::test]
async fn an_unfit_request_is_refused_without_a_redirect() {
    let stage = Stage::open().await;
    for (name, value) in [
        ("client_id", "other"),
        ("code_challenge_method", "plain"),
        ("redirect_uri", "javascript:alert(1)"),
        ("code_challenge", "x"),
    ] {
        let mut url = stage.consent_url(&[]);
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        url.query_pairs_mut()
            .clear()
            .extend_pairs(pairs.into_iter().map(|(k, v)| if k == name { (k, value.to_owned()) } else { (k, v) }));
        assert_eq!(stage.http.get(url).send().await.unwrap().status(), 400, "{name}");
    }
}

#[tokio::test]
async fn deregistration_ends_the_tokens_and_is_announced() {
    let stage = Stage::open().await;
    let tokens = stage.connect("Mira").await;
    let id: Value = stage.get("/wellness-api/rest/user/id", &tokens.access).await.json().await.unwrap();
    let url = stage.url("/partner-gateway/rest/user/registration");
    let answer = stage.http.delete(url).bearer_auth(&tokens.access).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    assert_eq!(stage.get("/wellness-api/rest/user/id", &tokens.access).await.status(), 403);
    assert_eq!(stage.items("deregistrations", 1).await, vec![id]);
    assert_eq!(stage.http.get(stage.url("/wellness-api/rest/user/id")).send().await.unwrap().status(), 401);
    assert!(stage.clock.now() > Timestamp::from_seconds(0));
}
