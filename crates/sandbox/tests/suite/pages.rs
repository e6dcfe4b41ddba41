//! The pages of the tools: each shows what is there, whatever people are called.

use crate::stage::Stage;
use serde_json::json;

const PAGES: [&str; 10] = [
    "/",
    "/sandbox",
    "/sandbox/pages/person?id=Mira",
    "/sandbox/pages/data",
    "/sandbox/pages/history",
    "/sandbox/pages/delivery",
    "/sandbox/pages/notifications",
    "/sandbox/pages/faults",
    "/sandbox/pages/verification",
    "/sandbox/pages/settings",
];

async fn page(stage: &Stage, path: &str) -> String {
    let answer = stage.http.get(stage.url(path)).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn every_page_is_there_before_anything_has_happened() {
    let stage = Stage::open().await;
    for path in PAGES {
        let text = page(&stage, path).await;
        assert!(text.contains("<nav aria-label=Tools>") && text.contains("0 of 3 connected"), "{path}");
    }
    assert!(page(&stage, "/sandbox/pages/person?id=nobody").await.contains("Nobody has this id"));
    let odd = "/sandbox/pages/data?user=%00&type=nothing&from=never&to=-1";
    assert!(page(&stage, odd).await.contains("Nothing of this type"));
}

#[tokio::test]
async fn names_and_addresses_are_never_markup() {
    let stage = Stage::open().await;
    let name = "<img src=x onerror=alert(1)> \"&'";
    stage.control("POST", "/sandbox/users", json!({ "name": name, "persona": "athlete" })).await;
    let (address, message) = ("http://127.0.0.1:9/?a=<b>&c='", "\"><script>alert(1)</script>");
    stage.control("PUT", "/sandbox/endpoints/dailies", json!({ "url": address })).await;
    stage.control("PUT", "/sandbox/settings", json!({ "earliest_message": message })).await;
    stage.control("POST", "/sandbox/faults", json!({ "status": 500, "path": "/<b>" })).await;
    let person = format!(
        "/sandbox/pages/person?id={}",
        url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>()
    );
    for path in PAGES.into_iter().chain([person.as_str()]) {
        let text = page(&stage, path).await;
        for markup in ["<img", "<b>&c", "<script>alert", "/<b>"] {
            assert!(!text.contains(markup), "{path}: {markup}");
        }
    }
    assert!(page(&stage, &person).await.contains("<h1>&lt;img src=x"));
}

#[tokio::test]
async fn many_people_are_shown_in_parts_and_found_by_name() {
    let stage = Stage::open().await;
    stage.control("POST", "/sandbox/crowd", json!({ "count": 60, "name": "Crowd" })).await;
    let first = page(&stage, "/sandbox").await;
    assert!(first.contains("1 to 25 of 63") && !first.contains(">Earlier<"));
    let last = page(&stage, "/sandbox?skip=50").await;
    assert!(last.contains("51 to 63 of 63") && !last.contains(">Later<"));
    let found = page(&stage, "/sandbox?name=crowd%2060").await;
    assert!(found.contains("<b>Crowd 60</b>") && !found.contains("<b>Mira</b>"));
}

#[tokio::test]
async fn a_person_can_be_connected_without_a_partner() {
    let stage = Stage::open().await;
    let tokens = stage.control("POST", "/sandbox/users/Mira/connect", json!({})).await;
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(stage.get("/wellness-api/rest/user/id", access).await.status(), 200);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let form = [("client_id", "partner"), ("client_secret", "secret"), ("grant_type", "refresh_token")];
    let answer = stage.token_request(&[&form[..], &[("refresh_token", refresh)]].concat()).await;
    assert_eq!(answer.status(), 200, "they are tokens like any others");
    let wish = json!({ "permissions": ["HEALTH_EXPORT"] });
    let tokens = stage.control("POST", "/sandbox/users/Jonas/connect", wish).await;
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(stage.get("/wellness-api/rest/dailies", access).await.status(), 200);
    assert_eq!(stage.get("/wellness-api/rest/activities", access).await.status(), 412);
}

#[tokio::test]
async fn refusals_of_the_tools_have_one_form_and_other_sites_change_nothing() {
    let stage = Stage::open().await;
    for (method, path, body) in [
        ("POST", "/sandbox/users", json!({ "name": "x", "zones": 1 })),
        ("POST", "/sandbox/users/Mira/generate", json!({ "days": "many" })),
        ("PUT", "/sandbox/endpoints/dailies", json!({ "mode": "pull" })),
        ("POST", "/sandbox/resend", json!({ "types": ["nothing"] })),
        ("POST", "/sandbox/backfill", json!({ "user": "Mira" })),
    ] {
        let (status, answer) = stage.try_control(method, path, body).await;
        assert!(status == 400 && answer["errorMessage"].is_string(), "{path}: {status} {answer}");
    }
    let elsewhere = stage.http.post(stage.url("/sandbox/users/Mira/connect")).header("sec-fetch-site", "cross-site");
    assert_eq!(elsewhere.send().await.unwrap().status(), 403);
    let state = stage.control("GET", "/sandbox/state", json!(null)).await;
    assert_eq!(state["connected_count"], 0);
}
