//! The developer's tools: data viewer, history in a partner's place, resender, crowds, settings.

use crate::stage::Stage;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const DAY: i64 = 86_400;

#[tokio::test]
async fn the_viewer_shows_what_was_uploaded_by_recorded_time() {
    let stage = Stage::open().await;
    stage.connect("Mira").await;
    stage.control("POST", "/sandbox/users/Mira/generate", json!({ "days": 5 })).await;
    let now = stage.clock.now().as_seconds();
    let view = async |query: String| stage.control("GET", &format!("/sandbox/data?{query}"), json!(null)).await;
    let all = view("user=Mira&type=dailies".to_owned()).await;
    assert_eq!(all.as_array().unwrap().len(), 5);
    let recent = view(format!("user=Mira&type=dailies&from={}&to={now}", now - 2 * DAY)).await;
    assert_eq!(recent.as_array().unwrap().len(), 2);
    assert!(recent[0]["summaries"][0]["summaryId"].is_string() && recent[0]["uploaded"].is_i64());
    assert_eq!(stage.try_control("GET", "/sandbox/data?user=nobody&type=dailies", json!(null)).await.0, 404);
    assert_eq!(stage.try_control("GET", "/sandbox/data?user=Mira&type=nothing", json!(null)).await.0, 400);
    let wish = json!({ "user": "Mira", "type": "dailies", "from": now - 20 * DAY, "to": now - 10 * DAY });
    assert_eq!(stage.try_control("POST", "/sandbox/backfill", wish.clone()).await.0, 202);
    assert_eq!(stage.try_control("POST", "/sandbox/backfill", wish).await.0, 409, "as a partner would be told");
    stage.items("dailies", 15).await;
    let all = view("user=Mira&type=dailies".to_owned()).await;
    assert_eq!(all.as_array().unwrap().len(), 15, "history is shown, too");
}

#[tokio::test]
async fn the_resender_chooses_users_types_and_times() {
    let stage = Stage::open().await;
    stage.connect("Mira").await;
    stage.connect("Jonas").await;
    for name in ["Mira", "Jonas"] {
        stage.control("POST", &format!("/sandbox/users/{name}/generate"), json!({ "days": 6 })).await;
    }
    stage.items("dailies", 12).await;
    stage.forget();
    let from = stage.clock.now().as_seconds() - 3 * DAY;
    let wish = json!({ "users": ["Mira"], "types": ["dailies", "sleeps"], "from": from });
    let queued = stage.control("POST", "/sandbox/resend", wish).await["queued"].clone();
    assert_eq!(queued, json!({ "dailies": 3, "sleeps": 3 }));
    let again = stage.items("dailies", 3).await;
    assert_eq!(again.iter().map(|daily| &daily["userId"]).collect::<Vec<_>>().len(), 3);
}

#[tokio::test]
async fn a_crowd_is_of_mixed_personas_and_has_a_limit() {
    let stage = Stage::open().await;
    let crowd = json!({ "count": 12, "name": "Crowd" });
    let created = stage.control("POST", "/sandbox/crowd", crowd).await;
    let ids: BTreeSet<&str> = created["ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert_eq!(ids.len(), 12);
    let state = stage.control("GET", "/sandbox/state", json!(null)).await;
    assert_eq!(state["people_count"], 15);
    let personas: BTreeSet<&str> =
        state["people"].as_array().unwrap().iter().skip(3).map(|it| it["persona"].as_str().unwrap()).collect();
    assert!(personas.len() >= 3);
    stage.connect("Crowd 7").await;
    for too_many in [490, 600, 4_000_000_000_u64] {
        let (status, refusal) = stage.try_control("POST", "/sandbox/crowd", json!({ "count": too_many })).await;
        assert_eq!(status, 409);
        assert!(refusal.to_string().contains("room for 485 more"), "{refusal}");
    }
    let state = stage.control("GET", "/sandbox/state", json!(null)).await;
    assert_eq!(state["people_count"], 15, "nobody was invented");
    assert_eq!(stage.try_control("POST", "/sandbox/crowd", json!({ "count": 1, "personas": ["x"] })).await.0, 400);
}

#[tokio::test]
async fn a_person_can_be_removed_and_a_partner_hears_that_consent_ended() {
    let stage = Stage::open().await;
    stage.control("POST", "/sandbox/crowd", json!({ "count": 2, "name": "Crowd" })).await;
    stage.connect("Crowd 1").await;
    for name in ["Crowd%201", "Crowd%202"] {
        assert_eq!(stage.try_control("DELETE", &format!("/sandbox/users/{name}"), json!(null)).await.0, 204);
        assert_eq!(stage.try_control("DELETE", &format!("/sandbox/users/{name}"), json!(null)).await.0, 404);
    }
    let state = stage.control("GET", "/sandbox/state", json!(null)).await;
    assert_eq!(state["people_count"], 3);
    assert_eq!(stage.items("deregistrations", 1).await.len(), 1, "of the one who was connected");
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_named() {
    let stage = Stage::open().await;
    for until in ["1999-12-31", "0001-01-01", "2101-01-01", "9999-12-31"] {
        let wish = json!({ "days": 1, "until": until });
        let (status, refusal) = stage.try_control("POST", "/sandbox/users/runner/generate", wish).await;
        assert_eq!(status, 400, "{until}");
        assert!(refusal.to_string().contains("until"), "{refusal}");
    }
    let ping = json!({ "mode": "ping" });
    let (status, refusal) = stage.try_control("PUT", "/sandbox/endpoints/deregistrations", ping).await;
    assert_eq!(status, 400);
    assert!(refusal.to_string().contains("mode"), "{refusal}");
}

#[tokio::test]
async fn settings_change_one_by_one_and_say_what_is_wrong() {
    let stage = Stage::open().await;
    let changed = stage.control("PUT", "/sandbox/settings", json!({ "retry_gaps_s": [1, 2.5] })).await;
    assert_eq!(changed["retry_gaps_s"], json!([1.0, 2.5]));
    assert_eq!(changed["history_depth_days"], 31, "the rest stays");
    for (change, word) in [
        (json!({ "typo": 1 }), "typo"),
        (json!({ "items_per_body": 0 }), "items_per_body"),
        (json!({ "answer_timeout_s": -1 }), "negative"),
        (json!({ "permission_shape": "round" }), "round"),
    ] {
        let (status, answer) = stage.try_control("PUT", "/sandbox/settings", change.clone()).await;
        assert_eq!(status, 400, "{change}");
        assert!(answer["errorMessage"].as_str().unwrap().contains(word), "{change}: {answer}");
    }
}

#[tokio::test]
async fn permissions_have_the_shape_and_the_paths_that_were_set() {
    let stage = Stage::open().await;
    let access = stage.connect("Mira").await.access;
    let shape = async |family: &str| {
        let answer = stage.get(&format!("/{family}/rest/user/permissions"), &access).await;
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap().is_array())
    };
    let set = async |change: Value| stage.control("PUT", "/sandbox/settings", change).await;
    assert_eq!((shape("wellness-api").await, shape("partner-gateway").await), ((200, true), (200, false)));
    set(json!({ "permission_shape": "object" })).await;
    assert_eq!(shape("wellness-api").await, (200, false));
    set(json!({ "permission_shape": "list", "user_paths": "wellness_api" })).await;
    assert_eq!((shape("wellness-api").await, shape("partner-gateway").await.0), ((200, true), 404));
    set(json!({ "user_paths": "partner_gateway" })).await;
    assert_eq!(stage.get("/wellness-api/rest/user/id", &access).await.status(), 404);
    assert_eq!(stage.get("/partner-gateway/rest/user/id", &access).await.status(), 200);
}
