//! Partner verification: a partner by the book passes, and every point can be failed.

use crate::stage::Stage;
use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::net::TcpListener;

/// What a partner does wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    WrongStatus,
    FetchesFirst,
    RefusesLarge,
    FetchesTwice,
    LeaksBearer,
    IgnoresPings,
}

struct Partner {
    fault: Fault,
    http: reqwest::Client,
    /// By user.
    tokens: Mutex<HashMap<String, String>>,
}

impl Partner {
    async fn fetch(&self, url: &str, user_id: &str) {
        let token = self.tokens.lock().unwrap().get(user_id).cloned();
        let is_file = url.contains("activityFile");
        let times = if self.fault == Fault::FetchesTwice { 2 } else { 1 };
        for _ in 0..times {
            let mut request = self.http.get(url);
            if let Some(token) = token.as_ref().filter(|_| !is_file || self.fault == Fault::LeaksBearer) {
                request = request.bearer_auth(token);
            }
            let answer = request.send().await.unwrap();
            answer.bytes().await.unwrap();
        }
    }
}

async fn hook(State(partner): State<Arc<Partner>>, body: Bytes) -> StatusCode {
    if body.len() > 9_000_000 {
        return if partner.fault == Fault::RefusesLarge { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::OK };
    }
    let body: HashMap<String, Vec<Value>> = serde_json::from_slice(&body).unwrap();
    for item in body.into_values().flatten().filter(|_| partner.fault != Fault::IgnoresPings) {
        let Some(url) = item["callbackURL"].as_str().map(str::to_owned) else { continue };
        let user_id = item["userId"].as_str().unwrap().to_owned();
        if partner.fault == Fault::FetchesFirst {
            partner.fetch(&url, &user_id).await;
        } else {
            let partner = partner.clone();
            tokio::spawn(async move { partner.fetch(&url, &user_id).await });
        }
    }
    if partner.fault == Fault::FetchesFirst {
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    if partner.fault == Fault::WrongStatus { StatusCode::ACCEPTED } else { StatusCode::OK }
}

/// A stage whose partner has this fault, with two users and a week of data.
async fn stage_with(fault: Fault) -> Stage {
    let stage = Stage::open().await;
    let partner = Arc::new(Partner { fault, http: stage.http.clone(), tokens: Mutex::default() });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let limit = axum::extract::DefaultBodyLimit::disable();
    let router = Router::new().route("/hook", post(hook)).layer(limit).with_state(partner.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    stage.control("PUT", "/sandbox/endpoints/all", json!({ "url": url })).await;
    stage.control("PUT", "/sandbox/endpoints/dailies", json!({ "mode": "ping" })).await;
    for name in ["Mira", "Jonas"] {
        let access = stage.connect(name).await.access;
        let id: Value = stage.get("/wellness-api/rest/user/id", &access).await.json().await.unwrap();
        partner.tokens.lock().unwrap().insert(id["userId"].as_str().unwrap().to_owned(), access);
        stage.control("POST", &format!("/sandbox/users/{name}/generate"), json!({ "days": 7 })).await;
    }
    stage
}

/// The points, as soon as this one is passed or not.
async fn until(stage: &Stage, point: &str, passed: bool) -> Value {
    let waiting = async {
        loop {
            let report = stage.control("GET", "/sandbox/verification", json!(null)).await;
            if let Some(found) = points(&report).find(|it| it["point"] == point && it["passed"] == passed) {
                return found.clone();
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), waiting).await.expect("the point in time")
}

fn points(report: &Value) -> impl Iterator<Item = &Value> {
    report["points"].as_array().unwrap().iter()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_by_the_book_passes_every_point() {
    let stage = stage_with(Fault::None).await;
    until(&stage, "type:activityFiles", true).await;
    until(&stage, "type:dailies", true).await;
    let report = stage.control("POST", "/sandbox/verification", json!({})).await;
    for point in points(&report).filter(|point| point["passed"] == false) {
        let name = point["point"].as_str().unwrap();
        assert_eq!(point["reason"], "none was sent yet", "{point}");
        let kind = name.strip_prefix("type:").unwrap();
        stage.control("PUT", &format!("/sandbox/endpoints/{kind}"), json!({ "enabled": false })).await;
    }
    let report = stage.control("GET", "/sandbox/verification", json!(null)).await;
    assert_eq!(report["passed"], true, "{report}");
    assert!(points(&report).count() > 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_fails_the_point_that_its_fault_is_about() {
    for (fault, point) in [
        (Fault::WrongStatus, "answers"),
        (Fault::FetchesFirst, "asynchronous"),
        (Fault::FetchesTwice, "files"),
        (Fault::LeaksBearer, "files"),
    ] {
        until(&stage_with(fault).await, point, false).await;
    }
    let stage = stage_with(Fault::RefusesLarge).await;
    stage.control("POST", "/sandbox/verification", json!({})).await;
    assert!(until(&stage, "large_body:dailies", false).await["reason"].as_str().unwrap().contains("413"));
    assert!(until(&stage, "large_body:activityDetails", false).await["reason"].as_str().unwrap().contains("413"));
    let stage = stage_with(Fault::IgnoresPings).await;
    stage.endpoint_when("dailies", |it| it["pending"] == 0).await;
    assert!(until(&stage, "type:dailies", false).await["reason"].as_str().unwrap().contains("nothing was fetched"));
}

#[tokio::test(flavor = "multi_thread")]
async fn points_about_users_endpoints_and_pulls_can_be_failed() {
    let stage = Stage::open().await;
    let access = stage.connect("Mira").await.access;
    until(&stage, "two_users", false).await;
    until(&stage, "type:sleeps", false).await;
    for (kind, point) in [("deregistrations", "deregistrations"), ("userPermissionsChange", "permission_changes")] {
        stage.control("PUT", &format!("/sandbox/endpoints/{kind}"), json!({ "enabled": false })).await;
        assert!(until(&stage, point, false).await["reason"].as_str().unwrap().contains("off"));
    }
    until(&stage, "no_pull_only", true).await;
    assert_eq!(stage.get("/wellness-api/rest/dailies", &access).await.status(), 200);
    until(&stage, "no_pull_only", false).await;
    until(&stage, "addresses", true).await;
    stage.control("PUT", "/sandbox/endpoints/mct", json!({ "url": "http://example.org/hook" })).await;
    until(&stage, "addresses", false).await;
    stage.control("DELETE", "/sandbox/verification", json!(null)).await;
    until(&stage, "no_pull_only", true).await;
}
