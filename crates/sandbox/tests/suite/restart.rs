//! A sandbox that is killed and started again on the same folder: nothing is lost, some things come twice.

use crate::stage::{Setup, Stage, count_in};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};
use tempfile::TempDir;

const DAY: i64 = 86_400;

async fn kept(change: impl FnOnce(&mut Setup)) -> (TempDir, Stage) {
    let folder = tempfile::tempdir().unwrap();
    let mut setup = Setup { folder: Some(folder.path().to_owned()), ..Setup::default() };
    change(&mut setup);
    (folder, Stage::set_up(setup).await)
}

#[tokio::test]
async fn history_that_was_accepted_comes_after_a_kill() {
    let (_folder, mut stage) = kept(|setup| setup.settings.backfill_gap = Duration::from_hours(1)).await;
    let access = stage.connect("Mira").await.access;
    let now = stage.clock.now().as_seconds();
    assert_eq!(stage.backfill("dailies", now - 5 * DAY, now - DAY, &access).await.0, 202);
    stage.restart().await;
    stage.items("dailies", 4).await;
    assert_eq!(stage.backfill("dailies", now - 5 * DAY, now - DAY, &access).await.0, 409, "it is remembered");
    assert_eq!(stage.get("/wellness-api/rest/user/id", &access).await.status(), 200, "tokens are, too");
}

#[tokio::test]
async fn the_queue_survives_with_what_failed() {
    let (_folder, mut stage) = kept(|_| ()).await;
    stage.connect("Mira").await;
    stage.refuse(Some("{"));
    stage.control("POST", "/sandbox/users/Mira/generate", json!({ "days": 12 })).await;
    stage.endpoint_when("dailies", |it| it["failed"].as_u64() > Some(0)).await;
    stage.restart().await;
    stage.refuse(None);
    let received = stage.received(|received| count_in(received, "dailies") >= 12 && count_in(received, "sleeps") >= 12);
    let nights = crate::stage::items_in(&received.await, "sleeps");
    let ids: BTreeSet<&str> = nights.iter().map(|night| night["summaryId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 12);
    let data = stage.control("GET", "/sandbox/data?user=Mira&type=sleeps", json!(null)).await;
    assert_eq!(data.as_array().unwrap().len(), 12, "uploads are kept for those who fetch them");
}

#[tokio::test]
async fn used_links_settings_and_faults_survive() {
    let (_folder, mut stage) = kept(|_| ()).await;
    stage.connect("Mira").await;
    stage.control("POST", "/sandbox/users/Mira/generate", json!({ "days": 7 })).await;
    let ping = stage.items("activityFiles", 1).await.remove(0);
    let url = ping["callbackURL"].as_str().unwrap().to_owned();
    assert_eq!(stage.http.get(&url).send().await.unwrap().status(), 200);
    stage.control("PUT", "/sandbox/settings", json!({ "history_depth_days": 99 })).await;
    stage.control("POST", "/sandbox/faults", json!({ "status": 503, "path": "/wellness-api/rest/user" })).await;
    let path = url.strip_prefix(&stage.base).unwrap().to_owned();
    stage.restart().await;
    assert_eq!(stage.http.get(stage.url(&path)).send().await.unwrap().status(), 410);
    assert_eq!(stage.control("GET", "/sandbox/settings", json!(null)).await["history_depth_days"], 99);
    assert_eq!(stage.control("GET", "/sandbox/faults", json!(null)).await[0]["status"], 503);
}

#[tokio::test]
async fn a_consent_that_ended_stays_ended_and_is_announced() {
    let (_folder, mut stage) = kept(|_| ()).await;
    let access = stage.connect("Mira").await.access;
    stage.refuse(Some("deregistrations"));
    let url = stage.url("/wellness-api/rest/user/registration");
    assert_eq!(stage.http.delete(url).bearer_auth(&access).send().await.unwrap().status(), 204);
    stage.restart().await;
    stage.refuse(None);
    assert_eq!(stage.get("/wellness-api/rest/user/id", &access).await.status(), 403);
    stage.items("deregistrations", 1).await;
}

#[tokio::test]
async fn a_damaged_folder_is_told_and_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("state.json"), "{").unwrap();
    let clock = model::Clock::system();
    let url = url::Url::parse("http://127.0.0.1:9/").unwrap();
    let config = sandbox::Config::new(clock, model::Rng::seeded(1), 1, url.clone(), "a", "b", url);
    let error = sandbox::Sandbox::open(config, folder.path()).err().unwrap();
    assert!(error.to_string().contains("state.json"), "{error}");
    let kept: Value = json!(std::fs::read_to_string(folder.path().join("state.json")).unwrap());
    assert_eq!(kept, "{");
}
