//! A user's history: its status, stopping it, asking again, asking for more.

use crate::world::{GARMIN, World};
use serde_json::{Value, json};
use store::{Answer, Budget};

fn status_of(user: impl std::fmt::Display) -> String {
    format!("/api/v1/providers/garmin/users/{user}/backfill/status")
}

async fn post(world: &World, path: String) -> crate::world::Answer {
    world.with_key("POST", &path, None).await
}

fn of<'a>(status: &'a Value, name: &str) -> &'a Value {
    status["types"].as_array().unwrap().iter().find(|it| it["type"] == name).unwrap()
}

#[tokio::test]
async fn history_that_was_never_asked_for_is_pending_and_cannot_be_stopped() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "nobody").await;
    let status = world.get(&status_of(user)).await.expect(200);
    assert_eq!((&status["overall_status"], &status["windows"]), (&json!("pending"), &json!({})));
    assert_eq!(status["in_progress"], false);
    post(&world, format!("/api/v1/providers/garmin/users/{user}/backfill/cancel")).await.expect(409);
    post(&world, format!("/api/v1/providers/garmin/users/{user}/backfill/sleeps/retry")).await.expect(404);
    post(&world, format!("/api/v1/providers/garmin/users/{user}/sync/historical")).await.expect(404);
}

#[tokio::test]
async fn a_deeper_history_is_asked_for_shown_stopped_and_retried_by_type() {
    let world = World::new().await;
    let user = world.person("account").await;
    let base = format!("/api/v1/providers/garmin/users/{user}");
    let asked = post(&world, format!("{base}/sync/historical?days=40")).await.expect(200);
    assert_eq!((&asked["success"], &asked["async"], &asked["days"]), (&json!(true), &json!(true), &json!(40)));
    let status = world.get(&status_of(user)).await.expect(200);
    assert_eq!((&status["overall_status"], &status["total_windows"]), (&json!("pending"), &json!(2)));
    assert_eq!(status["run_id"], asked["task_id"]);
    assert_eq!(status["windows"]["1"]["sleeps"], "pending");
    assert_eq!(of(&status, "sleeps")["days"], json!({"waiting": 41}));
    assert_eq!(of(&status, "activities")["intervals"], json!({"waiting": 2}), "thirty days at most");
    assert_eq!(status["days_total"], 41 * 16);

    let now = world.clock.now();
    let budget = Budget { days_per_minute: 1000, limit: 1 };
    let claimed =
        world.store.claim_history(&GARMIN, now, now.plus_seconds(60), budget).await.unwrap().claimed.remove(0);
    let failed = Answer::Failed { whole_type: true, error: "status 400: the type is not enabled".to_owned() };
    let name = claimed.interval.part_type.clone();
    world.store.note_answer(claimed, failed, now).await.unwrap();
    let status = world.get(&status_of(user)).await.expect(200);
    assert_eq!(status["overall_status"], "in_progress");
    assert_eq!(status["windows"]["0"][&name], "failed", "and not done");
    assert_eq!(status["summary"][&name]["failed"], 2);
    assert!(of(&status, &name)["error"].as_str().unwrap().contains("not enabled"));

    let stopped = post(&world, format!("{base}/backfill/cancel")).await.expect(200);
    assert_eq!(stopped["status"], "cancelled");
    post(&world, format!("{base}/backfill/cancel")).await.expect(409);
    assert_eq!(world.get(&status_of(user)).await.expect(200)["overall_status"], "cancelled");

    let detail = post(&world, format!("{base}/backfill/nothing/retry")).await.expect(400);
    assert_eq!(detail["detail"], "type_name: Input is no type with a history");
    let again = post(&world, format!("{base}/backfill/moveiq/retry")).await.expect(200);
    assert_eq!((&again["type"], &again["status"]), (&json!("moveIQActivities"), &json!("triggered")));
    let status = world.get(&status_of(user)).await.expect(200);
    assert_eq!(status["overall_status"], "retry_in_progress");
    assert_eq!(of(&status, "moveIQActivities")["days"], json!({"waiting": 41}));
    assert!(of(&status, "sleeps")["days"]["cancelled"].is_number(), "only that type");
    let nothing = post(&world, format!("{base}/backfill/moveIQActivities/retry")).await.expect(200);
    assert_eq!(nothing["status"], "nothing_missing");
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_refused_by_name() {
    let world = World::new().await;
    let user = world.person("account").await;
    let detail =
        post(&world, format!("/api/v1/providers/garmin/users/{user}/sync/historical?days=0")).await.expect(400);
    assert!(detail["detail"].as_str().unwrap().starts_with("days:"));
    post(&world, format!("/api/v1/providers/oura/users/{user}/sync/historical")).await.expect(404);
    let link = world.store.list_connections(user).await.unwrap().remove(0);
    let reason = store::EndReason::Disconnected;
    world.store.end_connection(user, link.id, reason.into(), world.clock.now()).await.unwrap();
    post(&world, format!("/api/v1/providers/garmin/users/{user}/sync/historical")).await.expect(409);
}
