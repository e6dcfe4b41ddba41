//! Files that vendors' apps export, handed in over the API: accepted, told beforehand, applied, and again.

use crate::world::World;
use model::UserId;
use serde_json::{Value, json};
use std::{fs, path::PathBuf};

/// A fixture of a provider.
fn fixture(name: &str) -> Value {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../providers/src", name].iter().collect();
    json!(fs::read_to_string(path).unwrap())
}

/// Hands a file in and waits until it is applied; what it was taken for.
async fn hand_in(world: &World, user: UserId, file: &str) -> Value {
    let path = format!("/api/v1/users/{user}/files?time_zone=Asia/Seoul");
    let seen = world.with_key("POST", &format!("{path}&dry_run=true"), Some(fixture(file))).await.expect(200);
    let accepted = world.with_key("POST", &path, Some(fixture(file))).await.expect(202);
    assert_eq!((&seen["provider"], &seen["format"]), (&accepted["provider"], &accepted["format"]));
    world.work().await;
    accepted
}

async fn listed(world: &World, path: &str) -> Vec<Value> {
    world.get(path).await.expect(200)["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_night_of_samsung_is_one_whichever_of_its_tables_comes_first_and_twice() {
    for order in [["sleep.csv", "sleep_stage.csv"], ["sleep_stage.csv", "sleep.csv"]] {
        let world = World::new().await;
        let user = world.user_of(world.a.team, "u").await;
        let nights = format!("/api/v1/users/{user}/events/sleep?start_date=2026-02-28&end_date=2026-03-04");
        for file in order.into_iter().chain(order) {
            let accepted = hand_in(&world, user, &format!("samsung/fixtures/export_table/{file}")).await;
            assert_eq!((&accepted["provider"], &accepted["format"]), (&json!("samsung"), &json!("export_table")));
        }
        let found = listed(&world, &nights).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0]["stages"]["deep_minutes"], json!(40), "{found:?}");
    }
}

#[tokio::test]
async fn a_workout_of_samsung_is_listed_once_and_pulse_beside_it_is_kept() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    for _ in 0..2 {
        hand_in(&world, user, "samsung/fixtures/export_table/exercise.csv").await;
        hand_in(&world, user, "samsung/fixtures/export_bins/live.json").await;
    }
    let span = "start_date=2026-03-01&end_date=2026-03-03";
    let found = listed(&world, &format!("/api/v1/users/{user}/events/workouts?{span}")).await;
    assert_eq!(found.len(), 2, "{found:?}");
    let points = "types=heart_rate&start_time=2026-03-01&end_time=2026-03-03";
    let found = listed(&world, &format!("/api/v1/users/{user}/timeseries?{points}")).await;
    assert_eq!(found.len(), 1, "{found:?}");
}

/// The values of a series in two days, after its file came twice.
async fn values(file: &str, series: &str) -> Vec<Value> {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    for _ in 0..2 {
        hand_in(&world, user, file).await;
    }
    let span = "start_time=2026-02-28&end_time=2026-03-03";
    let found = listed(&world, &format!("/api/v1/users/{user}/timeseries?types={series}&{span}")).await;
    found.into_iter().map(|point| point["value"].clone()).collect()
}

#[tokio::test]
async fn tables_and_lists_of_takeouts_and_exports_become_points_once() {
    for (file, series, wanted) in [
        ("fitbit/fixtures/export_table/weight.csv", "weight", json!([71.5])),
        ("google/fixtures/export_points/sleep.json", "sleep_stage", json!([3.0, 4.0])),
        ("polar/fixtures/export_pulse/month.json", "heart_rate", json!([61.0])),
        ("oura/fixtures/export_table/heartrate.csv", "heart_rate", json!([61.0])),
        ("oura/fixtures/export_heart_rate/page.json", "heart_rate", json!([63.0])),
    ] {
        assert_eq!(json!(values(file, series).await), wanted, "{file}");
    }
}

#[tokio::test]
async fn nights_of_a_takeout_are_made_of_its_tables() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    for file in ["sleep_stages.csv", "sleeps.csv", "sleep_stages.csv"] {
        hand_in(&world, user, &format!("fitbit/fixtures/export_table/{file}")).await;
    }
    let nights = format!("/api/v1/users/{user}/events/sleep?start_date=2026-02-28&end_date=2026-03-04");
    let found = listed(&world, &nights).await;
    assert_eq!((found.len(), &found[0]["stages"]["deep_minutes"]), (1, &json!(60)), "{found:?}");
}

#[tokio::test]
async fn workouts_of_exports_are_listed_once() {
    for (file, days) in [
        ("google/fixtures/export_session/run.json", "2026-03-01&end_date=2026-03-03"),
        ("polar/fixtures/export_session/run.json", "2026-03-01&end_date=2026-03-03"),
        ("fitbit/fixtures/export_table/exercises.csv", "2026-03-01&end_date=2026-03-03"),
        ("oura/fixtures/export_table/workout.csv", "2026-03-01&end_date=2026-03-03"),
    ] {
        let world = World::new().await;
        let user = world.user_of(world.a.team, "u").await;
        for _ in 0..2 {
            hand_in(&world, user, file).await;
        }
        let found = listed(&world, &format!("/api/v1/users/{user}/events/workouts?start_date={days}")).await;
        assert_eq!(found.len(), 1, "{file}: {found:?}");
    }
}
