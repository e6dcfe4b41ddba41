//! `/api/v1/users/{user_id}/cold`: old samples as objects in a folder, read back and compared with what was served.

use crate::world::{Answer, KEY_HEADER, NOW, World, request};
use axum::body::Bytes;
use futures::StreamExt as _;
use model::{Context, Point, SeriesType, Source, Timestamp, UserId};
use parquet::{
    file::reader::{FileReader as _, SerializedFileReader},
    record::{Field, Row},
};
use serde_json::{Value, json};
use std::{fs, time::Duration};
use tower::ServiceExt as _;

/// 2026-08-10 and 2026-09-02, midnight.
const AUGUST: i64 = 1_786_320_000;
const SEPTEMBER: i64 = 1_788_307_200;

fn every_minute(from: i64, count: i64) -> Vec<Point> {
    let value = |minute: i64| 50.0 + (minute % 97) as f64 / 3.0;
    (0..count).map(|minute| Point::at(Timestamp::from_seconds(from + minute * 60), value(minute))).collect()
}

/// A watch's heart rates of two months, breaths, reduced rates, steps with their total, and a run.
async fn person(world: &World) -> UserId {
    let ann = world.person("ann").await;
    let watch = Source { device: Some("fenix, 7".to_owned()), ..Source::of(crate::world::GARMIN) };
    let rates = SeriesType::HEART_RATE;
    world.put_points_of(ann, watch.clone(), rates, Context::SAMPLES, &every_minute(AUGUST, 3_000)).await;
    world.put_points_of(ann, watch, rates, Context::SAMPLES, &every_minute(SEPTEMBER, 100)).await;
    let reduced = Context::SAMPLES.reduced().unwrap();
    let hour = Point { start: Timestamp::from_seconds(AUGUST - 86_400), duration_us: 3_600_000_000, value: 61.25 };
    world.put_points(ann, rates, reduced, &[hour]).await;
    world.put_points(ann, SeriesType::RESPIRATORY_RATE, Context::SAMPLES, &every_minute(AUGUST, 50)).await;
    let quarter = Point { start: Timestamp::from_seconds(AUGUST), duration_us: 900_000_000, value: 0.1 };
    world.put_points(ann, SeriesType::STEPS, Context::SAMPLES, &[quarter]).await;
    let day = Point { start: Timestamp::from_seconds(AUGUST), duration_us: 86_400_000_000, value: 5_000.0 };
    world.put_points(ann, SeriesType::STEPS, Context::DAILY, &[day]).await;
    world.put_points(ann, rates, Context::workout(1), &every_minute(AUGUST + 30, 10)).await;
    ann
}

/// Decides that what is older than 60 days goes to cold storage, and does it.
async fn cool(world: &World) {
    let body = json!({ "on_consent_withdrawn": "keep", "retention": { "cold_after_days": 60 } });
    world.as_developer("PUT", "/api/v1/settings/policies", Some(body)).await.expect(200);
    world.keep_policies().await;
}

/// All samples that are served, as text that tells them apart.
async fn served(world: &World, user: UserId) -> Vec<String> {
    let path = format!(
        "/api/v1/users/{user}/timeseries?start_time=2026-01-01T00:00:00Z&end_time=2026-12-01T00:00:00Z&limit=10000"
    );
    let page = world.get_owned(path).await.expect(200);
    assert_eq!(page["pagination"]["has_more"], false);
    let text = |row: &Value| {
        let (value, source) = (row["value"].as_f64().unwrap(), &row["source"]);
        format!(
            "{} {} {} {value:?} {} {} {} {}",
            row["type"].as_str().unwrap(),
            row["unit"].as_str().unwrap(),
            row["timestamp"].as_str().unwrap(),
            source["provider"].as_str().unwrap(),
            source["device"].as_str().unwrap_or("-"),
            row["is_daily_total"],
            row["is_reduced"] == true,
        )
    };
    let mut rows: Vec<String> = page["data"].as_array().unwrap().iter().map(text).collect();
    rows.sort();
    rows
}

/// The same of an object.
fn held(bytes: Vec<u8>) -> Vec<String> {
    let file = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
    let text = |row: Row| {
        let fields: Vec<Field> = row.get_column_iter().map(|(_, field)| field.clone()).collect();
        let Field::TimestampMicros(at) = fields[4] else { panic!("{row}") };
        let Field::Double(value) = fields[6] else { panic!("{row}") };
        let word = |field: &Field| if let Field::Str(text) = field { text.clone() } else { "-".to_owned() };
        let total = if let Field::Bool(total) = fields[10] { total.to_string() } else { "null".to_owned() };
        let (kind, unit, at) = (word(&fields[2]), word(&fields[3]), Timestamp::from_micros(at));
        let (provider, device) = (word(&fields[8]), word(&fields[9]));
        format!("{kind} {unit} {at} {value:?} {provider} {device} {total} {}", fields[11] == Field::Bool(true))
    };
    let mut rows: Vec<String> = file.get_row_iter(None).unwrap().map(|row| text(row.unwrap())).collect();
    rows.sort();
    rows
}

async fn list(world: &World, user: UserId) -> Value {
    world.get_owned(format!("/api/v1/users/{user}/cold")).await.expect(200)
}

async fn download(world: &World, user: UserId, object: &Value) -> Answer {
    world.get_owned(format!("/api/v1/users/{user}/cold/{}", object["name"].as_str().unwrap())).await
}

#[tokio::test]
async fn what_was_served_and_no_longer_is_lies_in_the_objects_to_the_bit() {
    let world = World::new().await;
    let ann = person(&world).await;
    let before = served(&world, ann).await;
    assert_eq!(list(&world, ann).await, json!({ "hot_from": null, "objects": [] }));
    cool(&world).await;

    let after = served(&world, ann).await;
    assert_eq!(after.len(), 100 + 1 + 10, "September, the day's total and the run");
    let shown = list(&world, ann).await;
    assert_eq!(shown["hot_from"], "2026-09-01T00:00:00Z");
    let object = &shown["objects"][0];
    assert_eq!((&object["from"], &object["to"]), (&json!("2026-08-01T00:00:00Z"), &shown["hot_from"]));
    assert_eq!((&object["points"], &object["provider"]), (&json!(3_000 + 1 + 50 + 1), &json!("garmin")));
    assert_eq!(shown["objects"].as_array().unwrap().len(), 1);

    let answer = download(&world, ann, object).await;
    assert_eq!(answer.headers["content-type"], "application/vnd.apache.parquet");
    assert_eq!(json!(answer.bytes.len()), object["bytes"]);
    let name = object["name"].as_str().unwrap();
    assert!(name.starts_with("garmin-2026-08-"), "{name}");
    let path = world.cold_folder().join(world.a.team.to_string()).join(ann.to_string()).join(name);
    assert_eq!(fs::read(path).unwrap(), answer.bytes);
    let mut all = [after, held(answer.bytes)].concat();
    all.sort();
    assert_eq!(all, before);
    let state = world.as_developer("GET", "/api/v1/settings/retention", None).await.expect(200);
    assert_eq!(state["points_cooled"], object["points"]);
}

#[tokio::test]
async fn an_object_is_its_teams_alone_and_what_is_not_there_is_404() {
    let world = World::new().await;
    let ann = person(&world).await;
    cool(&world).await;
    let name = list(&world, ann).await["objects"][0]["name"].as_str().unwrap().to_owned();
    let stranger = world.user_of(world.b.team, "stranger").await;
    for path in [format!("/api/v1/users/{ann}/cold"), format!("/api/v1/users/{ann}/cold/{name}")] {
        world.send(request("GET", &path, &[(KEY_HEADER, &world.b.key)], None)).await.expect(404);
        world.send(request("GET", &path, &[], None)).await.expect(401);
    }
    let theirs = format!("/api/v1/users/{stranger}/cold/{name}");
    world.send(request("GET", &theirs, &[(KEY_HEADER, &world.b.key)], None)).await.expect(404);
    for wrong in ["garmin-2026-08-1.parquet", "..%2F..%2Fstore.db", "_swept"] {
        world.get_owned(format!("/api/v1/users/{ann}/cold/{wrong}")).await.expect(404);
    }
}

#[tokio::test]
async fn an_erased_users_objects_go_with_them_and_are_counted() {
    let world = World::new().await;
    let ann = person(&world).await;
    let ben = world.person("ben").await;
    world.put_points(ben, SeriesType::HEART_RATE, Context::SAMPLES, &every_minute(AUGUST, 10)).await;
    cool(&world).await;
    let files = |user: UserId| {
        let folder = world.cold_folder().join(world.a.team.to_string()).join(user.to_string());
        fs::read_dir(folder).unwrap().count()
    };
    assert_eq!((files(ann), files(ben)), (1, 1));
    let told = world.as_developer("DELETE", &format!("/api/v1/users/{ann}"), None).await.expect(200);
    assert_eq!(told["erasure"]["counts"]["cold_objects"], 1);
    assert_eq!((files(ann), files(ben)), (0, 1));
    assert_eq!(list(&world, ben).await["objects"][0]["points"], 10);
}

#[tokio::test]
async fn an_object_that_cannot_be_read_is_named_as_what_an_operator_can_mend() {
    let world = World::new().await;
    let ann = person(&world).await;
    cool(&world).await;
    world.clock.advance(Duration::from_secs(1));
    assert!(world.clock.now() > NOW);
    let shown = list(&world, ann).await;
    fs::remove_dir_all(world.cold_folder()).unwrap();
    let refused = download(&world, ann, &shown["objects"][0]).await;
    assert_eq!(refused.headers["retry-after"], "60");
    assert_eq!(refused.expect(503)["detail"], "Cold storage does not answer");
}

/// Every sample of an export as text that tells it apart, and how many ids there are.
async fn exported(world: &World, user: UserId, format: &str) -> Vec<String> {
    let answer = world.get_owned(format!("/api/v1/users/{user}/export?format={format}")).await;
    assert_eq!(answer.status, 200);
    let text = String::from_utf8(answer.bytes).unwrap();
    let told = |line: &str| {
        let row: Value = serde_json::from_str(line).unwrap();
        if format == "ndjson" {
            let word = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
            let (kind, time, device) = (word("type"), word("time"), word("device"));
            return format!("{kind} {time} {} {} {device}", row["value"], row["is_reduced"]);
        }
        row.to_string()
    };
    let mut rows: Vec<String> = text.lines().map(told).collect();
    rows.sort();
    rows
}

#[tokio::test]
async fn an_export_is_the_same_before_and_after_samples_went_cold() {
    let world = World::new().await;
    let ann = person(&world).await;
    for format in ["fhir", "ndjson"] {
        assert!(exported(&world, ann, format).await.len() > 3_000);
    }
    let (fhir, rows) = (exported(&world, ann, "fhir").await, exported(&world, ann, "ndjson").await);
    let served_before = served(&world, ann).await.len();
    cool(&world).await;
    assert!(served(&world, ann).await.len() < served_before, "most went");
    assert_eq!(exported(&world, ann, "ndjson").await, rows);
    let after = exported(&world, ann, "fhir").await;
    assert_eq!(after.len(), fhir.len());
    assert!(after == fhir, "ids, devices and codes stay");
    let some = world.get_owned(format!(
        "/api/v1/users/{ann}/export?format=ndjson&types=heart_rate&start=2026-08-10&end=2026-08-10T01:00:00Z"
    ));
    assert_eq!(String::from_utf8(some.await.bytes).unwrap().lines().count(), 60 + 10, "and those of the run");
    let parquet = world.get_owned(format!("/api/v1/users/{ann}/export?format=parquet")).await;
    assert_eq!(held(parquet.bytes).len(), rows.len());
    let other = [(KEY_HEADER, world.b.key.as_str())];
    let path = format!("/api/v1/users/{ann}/export?format=fhir");
    world.send(request("GET", &path, &other, None)).await.expect(404);
}

#[tokio::test]
async fn what_came_again_or_anew_for_a_cold_month_is_in_an_export_once() {
    let world = World::new().await;
    let ann = person(&world).await;
    cool(&world).await;
    let rows = exported(&world, ann, "ndjson").await;
    let watch = Source { device: Some("fenix, 7".to_owned()), ..Source::of(crate::world::GARMIN) };
    let mut late = every_minute(AUGUST, 10);
    late[3].value = 199.5;
    world.put_points_of(ann, watch.clone(), SeriesType::HEART_RATE, Context::SAMPLES, &late).await;
    let again = exported(&world, ann, "ndjson").await;
    assert_eq!(again.len(), rows.len(), "nothing is twice");
    assert_eq!(again.iter().filter(|row| row.contains("199.5")).count(), 1, "what came later counts");
    world.clock.advance(Duration::from_hours(3));
    world.keep_policies().await;
    assert_eq!(exported(&world, ann, "ndjson").await, again, "in a further object, which holds");
}

#[tokio::test]
async fn an_export_whose_cold_samples_cannot_be_read_says_that_it_broke_off() {
    let world = World::new().await;
    let ann = person(&world).await;
    cool(&world).await;
    let folder = world.cold_folder().join(world.a.team.to_string()).join(ann.to_string());
    for entry in fs::read_dir(&folder).unwrap() {
        fs::write(entry.unwrap().path(), b"no table").unwrap();
    }
    let bytes = broken(&world, &format!("/api/v1/users/{ann}/export?format=ndjson")).await;
    assert!(String::from_utf8(bytes).unwrap().ends_with("{\"truncated\":true,\"detail\":\"reading failed here\"}\n"));
    let summaries = world.get_owned(format!("/api/v1/users/{ann}/export?format=ndjson&resolution=1day")).await;
    assert_eq!(summaries.status, 200, "these are made of what is at hand");
}

/// What comes of an answer until it is cut.
async fn broken(world: &World, path: &str) -> Vec<u8> {
    let headers = [(KEY_HEADER, world.a.key.as_str())];
    let answer = world.router.clone().oneshot(request("GET", path, &headers, None)).await.unwrap();
    let (mut frames, mut bytes) = (answer.into_body().into_data_stream(), Vec::new());
    while let Some(Ok(frame)) = frames.next().await {
        bytes.extend(frame);
    }
    bytes
}
