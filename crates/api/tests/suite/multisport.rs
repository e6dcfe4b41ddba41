//! `GET /api/v1/users/{id}/events/workouts/{id}/file` of a workout of several sports: one file with all of them, that
//! comes back the same when it is uploaded.

use crate::world::{KEY_HEADER, World};
use axum::body::Body;
use export::{Cadence, Part, Row, Track, fit};
use model::{ProviderName, Source, Timestamp, UserId, WorkoutDetail, WorkoutType, WorkoutView};
use serde_json::Value;

/// 2026-11-20, 08:00 UTC.
const START: i64 = 1_795_161_600;

fn view(kind: WorkoutType, from: i64, to: i64) -> WorkoutView {
    let at = |second: i64| Timestamp::from_seconds(START + second);
    let seconds = Some((to - from) as f64);
    let detail =
        WorkoutDetail { workout_type: Some(kind), elapsed_s: seconds, timer_s: seconds, ..WorkoutDetail::default() };
    let source = Source::of(ProviderName::from_static("file"));
    WorkoutView { source, start: at(from), end: at(to), offset: None, detail, file: None }
}

fn part(kind: WorkoutType, from: i64, to: i64) -> Part {
    let row = |second: i64| Row {
        time: Timestamp::from_seconds(START + second),
        heart_rate_bpm: Some(100.0 + (second % 70) as f64),
        cadence_rpm: (kind == WorkoutType::Running).then_some(85.0),
        latitude_deg: Some(52.5),
        longitude_deg: Some(13.4 + second as f64 / 1e4),
        ..Row::default()
    };
    let track = Track { rows: (from..to).map(row).collect(), cadence: Cadence::Strides };
    Part { view: view(kind, from, to), track }
}

fn duathlon() -> Vec<u8> {
    use WorkoutType as W;
    let parts = [part(W::Running, 0, 90), part(W::Transition, 90, 100), part(W::Cycling, 100, 260)];
    fit::write_multisport(&view(W::Multisport, 0, 260), &parts).unwrap()
}

async fn upload(world: &World, user: UserId, name: &str, bytes: Vec<u8>) {
    let upload = axum::http::Request::post(format!("/api/v1/users/{user}/files?name={name}"))
        .header(KEY_HEADER, &world.a.key)
        .body(Body::from(bytes))
        .unwrap();
    world.send(upload).await.expect(202);
    world.work().await;
}

async fn listed(world: &World, user: UserId) -> Vec<Value> {
    let path = format!("/api/v1/users/{user}/events/workouts?start_date=2026-11-01&end_date=2026-11-30");
    let mut all = world.get(&path).await.expect(200)["data"].as_array().unwrap().clone();
    all.sort_by_key(|it| (it["is_parent"] != true, it["start_time"].to_string()));
    all
}

/// Kind, begin, end and heart rates of each, the whole first.
async fn told(world: &World, user: UserId) -> Vec<(String, String, String, Value)> {
    let mut told = Vec::new();
    for workout in listed(world, user).await {
        let text = |name: &str| workout[name].as_str().unwrap().to_owned();
        let stream = format!("/api/v1/users/{user}/events/workouts/{}/stream?series=heart_rate", text("id"));
        let stream = world.get(&stream).await;
        let rates = if stream.status == 200 { stream.json()["heart_rate"].clone() } else { Value::Null };
        told.push((text("type"), text("start_time"), text("end_time"), rates));
    }
    told
}

#[tokio::test]
async fn a_workout_of_several_sports_leaves_as_one_file_and_comes_back_as_it_was() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    upload(&world, ann, "a.fit", duathlon()).await;
    let original = told(&world, ann).await;
    let kinds: Vec<&str> = original.iter().map(|it| it.0.as_str()).collect();
    assert_eq!(kinds, ["multisport", "running", "transition", "cycling"]);
    assert_eq!(original[3].3.as_array().unwrap().len(), 160);
    let whole = listed(&world, ann).await[0]["id"].as_str().unwrap().to_owned();
    for format in ["fit", "tcx"] {
        let path = format!("/api/v1/users/{ann}/events/workouts/{whole}/file?format={format}");
        let file = world.get(&path).await;
        assert_eq!(file.status, 200, "{format}");
        let other = world.user_of(world.a.team, format).await;
        upload(&world, other, &format!("b.{format}"), file.bytes).await;
        let again = told(&world, other).await;
        // TCX has no word for a transition but its place
        assert_eq!(again, original, "{format}");
    }
    let path = format!("/api/v1/users/{ann}/events/workouts/{whole}/file?format=gpx");
    let route = String::from_utf8(world.get(&path).await.bytes).unwrap();
    assert_eq!(route.matches("<trkpt").count(), 260, "the route goes on from sport to sport");
}
