//! `POST /api/v1/query`: several users and series, pages of columns, tables as streams.

use crate::world::{Answer, KEY_HEADER, World, request};
use axum::body::{BodyDataStream, Bytes};
use futures::StreamExt as _;
use model::{Aggregation, Context, Point, SeriesType, Source, Timestamp, UserId};
use parquet::{
    file::reader::{FileReader as _, SerializedFileReader},
    record::RowAccessor as _,
};
use serde_json::{Value, json};
use series::{Resolution, downsample};
use std::time::Duration;
use tower::ServiceExt as _;

/// 2026-11-10, midnight.
const DAY: i64 = 1_794_268_800;

fn minutes(day: i64, count: i64) -> Vec<Point> {
    let value = |minute: i64| 50.0 + ((minute * 7 + day) % 90) as f64 / 10.0;
    (0..count)
        .map(|minute| Point::at(Timestamp::from_seconds(DAY + day * 86_400 + minute * 60), value(minute)))
        .collect()
}

async fn put(world: &World, user: UserId, series: SeriesType, days: std::ops::Range<i64>) {
    for day in days {
        world.put_points(user, series, Context::SAMPLES, &minutes(day, 1_440)).await;
    }
}

/// Two people: three days of heart rate each, the first with a day of respiration too.
async fn world() -> (World, UserId, UserId) {
    let world = World::new().await;
    let (ann, ben) = (world.person("ann").await, world.person("ben").await);
    put(&world, ann, SeriesType::HEART_RATE, 0..3).await;
    put(&world, ann, SeriesType::RESPIRATORY_RATE, 0..1).await;
    put(&world, ben, SeriesType::HEART_RATE, 0..3).await;
    (world, ann, ben)
}

async fn ask(world: &World, body: Value) -> Answer {
    world.with_key("POST", "/api/v1/query", Some(body)).await
}

fn both(more: Value) -> Value {
    let mut body = json!({"users": ["ann", "ben"], "from": "2026-11-10", "to": "2026-11-12"});
    let fields = more.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(fields);
    body
}

/// User, type, time and value of each sample.
fn rows(page: &Value) -> Vec<(String, String, String, f64)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut rows = Vec::new();
    for columns in page["series"].as_array().unwrap() {
        let (times, values) = (columns["time"].as_array().unwrap(), columns["value"].as_array().unwrap());
        assert_eq!(times.len(), values.len());
        let of = times.iter().zip(values).map(|(time, value)| {
            (text(&columns["user_id"]), text(&columns["type"]), text(time), value.as_f64().unwrap())
        });
        rows.extend(of);
    }
    rows
}

#[tokio::test]
async fn users_and_types_come_in_columns_in_the_order_named() {
    let (world, ann, ben) = world().await;
    let page = ask(&world, both(json!({"types": ["heart_rate", "respiratory_rate"], "resolution": "1hour"})))
        .await
        .expect(200);
    let heads: Vec<_> =
        page["series"].as_array().unwrap().iter().map(|it| (&it["user_id"], &it["type"], &it["unit"])).collect();
    let (ann, ben) = (json!(ann.to_string()), json!(ben.to_string()));
    let (heart, breath) = (json!("heart_rate"), json!("respiratory_rate"));
    assert_eq!(heads, [(&ann, &heart, &json!("bpm")), (&ann, &breath, &json!("brpm")), (&ben, &heart, &json!("bpm"))]);
    assert_eq!(page["series"][0]["source"]["provider"], "garmin");
    assert_eq!(page["series"][0]["external_user_id"], "ann");
    assert_eq!(page["metadata"]["sample_count"], 72 + 24 + 72);
    assert_eq!(page["pagination"], json!({"next_cursor": null, "has_more": false}));
    let all = ask(&world, both(json!({"users": [ben, "ann", "ben"]}))).await.expect(200);
    assert_eq!(all["series"][0]["user_id"], ben, "in the order named, each once");
    assert_eq!(all["series"].as_array().unwrap().len(), 3, "every type if none is named");
}

#[tokio::test]
async fn pages_put_together_are_the_whole() {
    let (world, ..) = world().await;
    for resolution in ["raw", "15min", "1hour", "1day"] {
        let whole = rows(&ask(&world, both(json!({"resolution": resolution, "limit": 100_000}))).await.expect(200));
        let limit = (whole.len() / 7).max(2);
        let mut body = both(json!({"resolution": resolution, "limit": limit}));
        let mut paged = Vec::new();
        loop {
            let page = ask(&world, body.clone()).await.expect(200);
            assert!(rows(&page).len() <= limit);
            paged.extend(rows(&page));
            match page["pagination"]["next_cursor"].as_str() {
                Some(next) => body["cursor"] = json!(next),
                None => break,
            }
        }
        assert_eq!(paged, whole, "{resolution}");
    }
}

#[tokio::test]
async fn hours_and_days_from_summaries_are_those_of_the_points() {
    let (world, ann, _) = world().await;
    // a workout's seconds in the middle of the second day, and a night over midnight
    let begin = DAY + 86_400 + 40_000;
    let second = |second: i64| Point::at(Timestamp::from_seconds(begin + second), 140.0 + second as f64 / 7.0);
    let seconds: Vec<Point> = (0..500).map(second).collect();
    world.put_points(ann, SeriesType::HEART_RATE, Context::workout(1), &seconds).await;
    let night = Point { start: Timestamp::from_seconds(DAY + 80_000), duration_us: 20_000_000_000, value: 47.3 };
    world.put_points(ann, SeriesType::HEART_RATE, Context::MANUAL, &[night]).await;
    let body = json!({"users": ["ann"], "types": ["heart_rate"], "from": "2026-11-10", "to": "2026-11-12"});
    let raw = ask(&world, body.clone()).await.expect(200);
    let mut points: Vec<Point> = rows(&raw)
        .iter()
        .map(|row| Point::at(Timestamp::parse_rfc3339(&row.2).unwrap(), row.3))
        .filter(|point| point.start != night.start || point.value != night.value)
        .collect();
    points.push(night);
    points.sort_by_key(|point| (point.start, point.duration_us));
    for (name, resolution) in [("1hour", Resolution::OneHour), ("1day", Resolution::OneDay)] {
        let expected = downsample(points.iter().copied(), Aggregation::Mean, resolution, None);
        let expected: Vec<_> = expected.iter().map(|bucket| (bucket.start.to_string(), bucket.value)).collect();
        let mut body = body.clone();
        body["resolution"] = json!(name);
        let found = ask(&world, body).await.expect(200);
        let found: Vec<_> = rows(&found).into_iter().map(|row| (row.2, row.3)).collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[tokio::test]
async fn every_table_holds_what_the_pages_hold() {
    let (world, ..) = world().await;
    let expected = rows(&ask(&world, both(json!({"limit": 100_000}))).await.expect(200));
    let headers = |accept| [(KEY_HEADER, world.a.key.as_str()), ("accept", accept)];
    let body = Some(both(json!({})));
    let lines = world.send(request("POST", "/api/v1/query", &headers("application/x-ndjson"), body.clone())).await;
    assert_eq!(lines.headers["content-type"], "application/x-ndjson");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let found: Vec<_> = String::from_utf8(lines.bytes)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|row| (text(&row["user_id"]), text(&row["type"]), text(&row["time"]), row["value"].as_f64().unwrap()))
        .collect();
    assert!(found == expected, "{} lines, {} samples", found.len(), expected.len());
    let csv = world.send(request("POST", "/api/v1/query", &headers("text/csv"), body.clone())).await;
    assert_eq!(csv.headers["content-disposition"], "attachment; filename=\"samples.csv\"");
    let csv = String::from_utf8(csv.bytes).unwrap();
    let found: Vec<_> = csv
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>())
        .map(|row| (row[0].to_owned(), row[2].to_owned(), row[4].to_owned(), row[6].parse::<f64>().unwrap()))
        .collect();
    assert!(found == expected, "{} lines, {} samples", found.len(), expected.len());
    let parquet = ask(&world, both(json!({"format": "parquet"}))).await;
    assert_eq!(parquet.headers["content-type"], "application/vnd.apache.parquet");
    assert!(parquet.bytes.starts_with(b"PAR1") && parquet.bytes.ends_with(b"PAR1"));
}

#[tokio::test]
async fn points_that_stand_for_several_are_marked_in_columns_and_tables() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let reduced = Context::SAMPLES.reduced().unwrap();
    world.put_points(ann, SeriesType::HEART_RATE, reduced, &minutes(0, 2)).await;
    world.put_points(ann, SeriesType::HEART_RATE, Context::SAMPLES, &minutes(1, 3)).await;
    let body = |format: &str| json!({"users": ["ann"], "from": "2026-11-10", "to": "2026-11-12", "format": format});
    let marks = [true, true, false, false, false];

    let page = ask(&world, body("columnar")).await.expect(200);
    let columns = page["series"].as_array().unwrap();
    let told: Vec<_> = columns.iter().map(|it| (&it["is_reduced"], it["time"].as_array().unwrap().len())).collect();
    assert_eq!(told, [(&json!(true), 2), (&Value::Null, 3)]);
    let lines =
        |answer: Answer| String::from_utf8(answer.bytes).unwrap().lines().map(str::to_owned).collect::<Vec<_>>();
    let csv = lines(ask(&world, body("csv")).await);
    assert!(csv[0].ends_with(",is_reduced"));
    assert_eq!(csv.iter().skip(1).map(|line| line.ends_with(",true")).collect::<Vec<_>>(), marks);
    let ndjson = lines(ask(&world, body("ndjson")).await);
    let ndjson: Vec<Value> = ndjson.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(ndjson.iter().map(|line| line["is_reduced"].as_bool().unwrap()).collect::<Vec<_>>(), marks);
    let parquet = ask(&world, body("parquet")).await.bytes;
    let file = SerializedFileReader::new(Bytes::from(parquet)).unwrap();
    let found: Vec<bool> = file.get_row_iter(None).unwrap().map(|row| row.unwrap().get_bool(11).unwrap()).collect();
    assert_eq!(found, marks);
}

#[tokio::test]
async fn another_teams_users_are_not_there() {
    let (world, ann, _) = world().await;
    let body = |user: String| Some(json!({"users": [user], "from": "2026-11-10", "to": "2026-11-12"}));
    for user in [ann.to_string(), "ann".to_owned(), UserId::from_uuid(uuid::Uuid::from_u128(7)).to_string()] {
        let headers = [(KEY_HEADER, world.b.key.as_str())];
        let answer = world.send(request("POST", "/api/v1/query", &headers, body(user.clone()))).await.expect(404);
        assert_eq!(answer["detail"], format!("users[0]: User '{user}' not found."));
    }
    // a cursor leads nowhere that the users named do not
    let first = ask(&world, both(json!({"limit": 10}))).await.expect(200);
    let foreign = world.user_of(world.b.team, "foreign").await;
    let mut body = body(foreign.to_string()).unwrap();
    body["cursor"] = first["pagination"]["next_cursor"].clone();
    let headers = [(KEY_HEADER, world.b.key.as_str())];
    let answer = world.send(request("POST", "/api/v1/query", &headers, Some(body))).await.expect(400);
    assert!(answer["detail"].as_str().unwrap().starts_with("cursor: "), "{answer}");
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_its_name() {
    let (world, ..) = world().await;
    for (field, wrong) in [
        ("users", json!({"users": []})),
        ("users", json!({"users": vec!["ann"; 1_001]})),
        ("types", json!({"types": []})),
        ("types[1]", json!({"types": ["heart_rate", "heart_rat"]})),
        ("from", json!({"from": "yesterday"})),
        ("to", json!({"to": "2026-11-09T00:00:00Z"})),
        ("to", json!({"from": "2010-01-01", "to": "2026-11-12"})),
        ("resolution", json!({"resolution": "2min"})),
        ("tz", json!({"tz": "Mars"})),
        ("format", json!({"format": "xml"})),
        ("limit", json!({"limit": 0})),
        ("limit", json!({"limit": 100_001})),
        ("cursor", json!({"cursor": "zzz"})),
        ("cursor", json!({"cursor": "zzz", "format": "csv"})),
        ("limit", json!({"limit": 5, "format": "parquet"})),
        ("color", json!({"color": "red"})),
    ] {
        let answer = ask(&world, both(wrong.clone())).await.expect(400);
        let detail = answer["detail"].as_str().unwrap();
        assert!(detail.starts_with(field) || detail.contains(&format!("`{field}`")), "{wrong}: {detail}");
    }
}

async fn open(world: &World, format: &str) -> BodyDataStream {
    let body = Some(both(json!({"format": format})));
    let headers = [(KEY_HEADER, world.a.key.as_str())];
    let response = world.router.clone().oneshot(request("POST", "/api/v1/query", &headers, body)).await.unwrap();
    assert_eq!(response.status(), 200);
    response.into_body().into_data_stream()
}

#[tokio::test]
async fn a_stream_that_fails_midway_says_so_and_is_cut() {
    for format in ["csv", "ndjson", "parquet"] {
        let (world, ..) = world().await;
        let mut stream = open(&world, format).await;
        let mut text = Vec::new();
        if format != "parquet" {
            text.extend(stream.next().await.unwrap().unwrap());
        }
        world.store.close().await;
        let mut failed = false;
        while let Some(frame) = stream.next().await {
            match frame {
                Ok(bytes) => text.extend(bytes),
                Err(_) => failed = true,
            }
        }
        assert!(failed, "{format}: the connection is cut");
        let last = String::from_utf8_lossy(&text).lines().last().unwrap_or_default().to_owned();
        match format {
            "csv" => assert!(last.starts_with("# truncated"), "{last}"),
            "ndjson" => assert!(last.contains("\"truncated\":true"), "{last}"),
            _ => assert!(!text.ends_with(b"PAR1")),
        }
    }
}

#[tokio::test]
async fn exports_beyond_the_limit_wait_their_turn() {
    let world = World::with_settings(|settings| settings.max_exports = 1).await;
    for name in ["ann", "ben"] {
        world.person(name).await;
    }
    let first = open(&world, "csv").await;
    let refused = ask(&world, both(json!({"format": "csv"}))).await;
    assert_eq!(refused.headers["retry-after"], "10");
    refused.expect(503);
    ask(&world, both(json!({}))).await.expect(200);
    drop(first);
    ask(&world, both(json!({"format": "csv"}))).await.expect(200);
}

/// Over a real connection whose client sends its question and then reads nothing for a while.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_holds_up_nobody() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let (world, _, ben) = world().await;
    put(&world, ben, SeriesType::HEART_RATE, 3..40).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = world.router.clone();
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let body = both(json!({"to": "2026-12-31", "format": "ndjson"})).to_string();
    let mut client = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /api/v1/query HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{KEY_HEADER}: {}\r\ncontent-length: {}\r\n\r\n",
        world.a.key,
        body.len()
    );
    client.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    let mut first = [0_u8; 1];
    client.read_exact(&mut first).await.unwrap();
    // what it does not take is more than what lies in between can hold, so the stream stands still
    let writing = async {
        put(&world, ben, SeriesType::HEART_RATE, 40..45).await;
        put(&world, ben, SeriesType::RESPIRATORY_RATE, 0..45).await;
    };
    tokio::time::timeout(Duration::from_secs(30), writing).await.expect("writers do not wait for the reader");
    let mut rest = Vec::new();
    client.read_to_end(&mut rest).await.unwrap();
    let text = String::from_utf8_lossy(&rest);
    assert!(text.ends_with("\r\n0\r\n\r\n"), "the answer is whole");
    let lines = |series: &str| text.matches(&format!("\"type\":\"{series}\"")).count();
    assert!(lines("respiratory_rate") >= 1_440);
    let heart = lines("heart_rate");
    assert!(heart >= (3 + 45) * 1_440 - 1, "what was written meanwhile and lies ahead is read: {heart}");
    server.abort();
}

/// Keeps points of a device of its own.
async fn put_of(world: &World, user: UserId, device: &str, series: SeriesType, points: &[Point]) {
    let source = Source { device: Some(device.to_owned()), ..Source::of(crate::world::GARMIN) };
    world.put_points_of(user, source, series, Context::SAMPLES, points).await;
}

#[tokio::test]
async fn merged_sources_complete_each_other_and_count_once() {
    let world = World::new().await;
    let user = world.person("ann").await;
    let quarter = |number: i64, steps: f64| Point {
        start: Timestamp::from_seconds(DAY + number * 900),
        duration_us: 900_000_000,
        value: steps,
    };
    // a watch until noon of both days, a phone from nine on
    let day = |first: i64, last: i64, steps: f64| -> Vec<Point> {
        (0..2).flat_map(|day| (first..last).map(move |number| quarter(day * 96 + number, steps))).collect()
    };
    put_of(&world, user, "watch", SeriesType::STEPS, &day(0, 48, 10.0)).await;
    put_of(&world, user, "phone", SeriesType::STEPS, &day(36, 96, 7.0)).await;
    let body = |more: Value| {
        let mut body =
            json!({"users": ["ann"], "types": ["steps"], "from": "2026-11-10", "to": "2026-11-11", "merged": true});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let days = ask(&world, body(json!({"resolution": "1day"}))).await.expect(200);
    assert_eq!(rows(&days).iter().map(|row| row.3).collect::<Vec<_>>(), [48.0 * 10.0 + 48.0 * 7.0; 2]);
    assert_eq!(days["series"][0]["source"], Value::Null, "several told it together");
    let hours = ask(&world, body(json!({"resolution": "1hour"}))).await.expect(200);
    let hours: Vec<f64> = rows(&hours).iter().map(|row| row.3).collect();
    assert_eq!((hours.len(), hours[11], hours[12]), (48, 40.0, 28.0));
    // raw says who gave each, and pages are the whole wherever they end
    let raw = ask(&world, body(json!({}))).await.expect(200);
    let devices: Vec<_> = raw["series"].as_array().unwrap().iter().map(|it| it["source"]["device"].clone()).collect();
    assert_eq!(devices, [json!("watch"), json!("phone")]);
    let mut paged = Vec::new();
    let mut next = json!({"limit": 17});
    loop {
        let page = ask(&world, body(next.clone())).await.expect(200);
        paged.extend(rows(&page));
        match page["pagination"]["next_cursor"].as_str() {
            Some(cursor) => next["cursor"] = json!(cursor),
            None => break,
        }
    }
    let mut whole = rows(&raw);
    whole.sort_by(|a, b| a.2.cmp(&b.2));
    paged.sort_by(|a, b| a.2.cmp(&b.2));
    assert_eq!(whole.len(), 2 * 96);
    assert_eq!(paged, whole);
    let unmerged = ask(&world, body(json!({"merged": false, "resolution": "1day"}))).await.expect(200);
    assert_eq!(unmerged["series"].as_array().unwrap().len(), 2);
}
