//! `/api/v1/users/{id}/timeseries`: pages, resolutions, totals of days.

use crate::{
    events,
    world::{KEY_HEADER, World, request},
};
use axum::body::BodyDataStream;
use futures::StreamExt as _;
use model::{Context, Point, SeriesType, Timestamp};
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;

/// 2026-11-18, midnight at +01:00.
const DAY: i64 = 1_794_956_400;

/// A day with a heart rate each quarter of an hour and its totals.
fn day(account: &str) -> Value {
    let rates: Map<String, Value> = (0..96).map(|quarter| ((quarter * 900).to_string(), json!(50 + quarter))).collect();
    json!({
        "dailies": [{
            "userId": account, "summaryId": "d-1", "calendarDate": "2026-11-18", "steps": 8000,
            "startTimeInSeconds": DAY, "startTimeOffsetInSeconds": 3600, "durationInSeconds": 86_400,
            "timeOffsetHeartRateSamples": rates,
        }],
    })
}

async fn world() -> (World, String) {
    let world = World::new().await;
    let user = world.person("account").await;
    world.push(&day("account")).await;
    (world, format!("/api/v1/users/{user}/timeseries?start_time=2026-11-17&end_time=2026-11-19"))
}

fn values(page: &Value) -> Vec<f64> {
    page["data"].as_array().unwrap().iter().map(|sample| sample["value"].as_f64().unwrap()).collect()
}

#[tokio::test]
async fn raw_samples_are_paged_both_ways() {
    let (world, base) = world().await;
    let base = format!("{base}&types=heart_rate&limit=40");
    let first = world.get(&base).await.expect(200);
    assert_eq!(values(&first), (50..90).map(f64::from).collect::<Vec<_>>());
    assert_eq!(first["pagination"]["total_count"], 96);
    assert_eq!(first["pagination"]["previous_cursor"], Value::Null);
    assert_eq!(first["data"][0]["zone_offset"], "+01:00");
    assert_eq!(first["data"][0]["unit"], "bpm");
    assert_eq!(first["metadata"]["resolution"], Value::Null);
    let follow = |cursor: &Value| world.get_owned(format!("{base}&cursor={}", cursor.as_str().unwrap()));
    let second = follow(&first["pagination"]["next_cursor"]).await.expect(200);
    assert_eq!(values(&second), (90..130).map(f64::from).collect::<Vec<_>>());
    let third = follow(&second["pagination"]["next_cursor"]).await.expect(200);
    assert_eq!(values(&third), (130..146).map(f64::from).collect::<Vec<_>>());
    assert_eq!((&third["pagination"]["has_more"], &third["pagination"]["next_cursor"]), (&json!(false), &Value::Null));
    let back = follow(&third["pagination"]["previous_cursor"]).await.expect(200);
    assert_eq!(values(&back), values(&second));
    let front = follow(&back["pagination"]["previous_cursor"]).await.expect(200);
    assert_eq!(values(&front), values(&first));
    assert_eq!(front["pagination"]["previous_cursor"], Value::Null);
}

#[tokio::test]
async fn a_resolution_is_honoured_and_says_so() {
    let (world, base) = world().await;
    let hours = world.get(&format!("{base}&types=heart_rate&resolution=1hour")).await.expect(200);
    assert_eq!(hours["metadata"]["resolution"], "1hour");
    assert_eq!(hours["pagination"]["total_count"], 24);
    assert_eq!(values(&hours)[0], 51.5);
    let next = hours["data"][1]["timestamp"].as_str().unwrap();
    assert_eq!(next, "2026-11-18T00:00:00Z");
    let base = format!("{base}&types=heart_rate&resolution=1hour&limit=10");
    let first = world.get(&base).await.expect(200);
    let cursor = first["pagination"]["next_cursor"].as_str().unwrap();
    let second = world.get(&format!("{base}&cursor={cursor}")).await.expect(200);
    assert_eq!(values(&second), values(&hours)[10..20]);
    let day = world.get(&format!("{base}&resolution=1day&tz=Europe/Berlin")).await.expect(200);
    assert_eq!(
        (day["pagination"]["total_count"].as_u64(), &day["data"][0]["timestamp"]),
        (Some(1), &json!("2026-11-17T23:00:00Z"))
    );
    assert_eq!(day["data"][0]["zone_offset"], "+01:00");
}

#[tokio::test]
async fn totals_of_days_never_mix_with_parts_of_them() {
    let (world, base) = world().await;
    let user: model::UserId = base.split('/').nth(4).unwrap().parse().unwrap();
    let quarter = |steps| [Point { start: Timestamp::from_seconds(DAY), duration_us: 900_000_000, value: steps }];
    for (context, steps) in [(Context::epoch(1), 100.0), (Context::epoch(2), 250.0), (Context::workout(7), 90.0)] {
        world.put_points(user, SeriesType::STEPS, context, &quarter(steps)).await;
    }
    let raw = world.get(&format!("{base}&types=steps")).await.expect(200);
    let mut kinds: Vec<(f64, bool)> = raw["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sample| (sample["value"].as_f64().unwrap(), sample["is_daily_total"].as_bool().unwrap()))
        .collect();
    kinds.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert_eq!(kinds, [(90.0, false), (100.0, false), (250.0, false), (8000.0, true)]);
    let hours = world.get(&format!("{base}&types=steps&resolution=1hour")).await.expect(200);
    assert_eq!(values(&hours), [350.0]);
    let days = world.get(&format!("{base}&types=steps&resolution=1day&tz=Europe/Berlin")).await.expect(200);
    assert_eq!(values(&days), [8000.0], "the provider's total stands for the day");
    assert_eq!(days["data"][0]["is_daily_total"], true);
    // without a total of its own the next day is the sum of its samples
    let next = [Point { start: Timestamp::from_seconds(DAY + 86_400), duration_us: 900_000_000, value: 40.0 }];
    world.put_points(user, SeriesType::STEPS, Context::epoch(3), &next).await;
    let days = world.get(&format!("{base}&types=steps&resolution=1day&tz=Europe/Berlin")).await.expect(200);
    assert_eq!(values(&days), [8000.0, 40.0]);
    assert_eq!(days["data"][1]["is_daily_total"], false);
}

#[tokio::test]
async fn many_blocks_are_paged_without_loss_or_repetition() {
    let world = World::new().await;
    let user = world.person("account").await;
    for days in 1..=3 {
        world.push(&events::activity("account", days)).await;
    }
    let base = format!(
        "/api/v1/users/{user}/timeseries?start_time=2026-11-01&end_time=2026-11-30&types=heart_rate&types=elevation&limit=700"
    );
    let mut cursor = String::new();
    let mut seen: Vec<(String, String)> = Vec::new();
    loop {
        let page = world.get(&format!("{base}{cursor}")).await.expect(200);
        assert_eq!(page["pagination"]["total_count"], 3 * 2 * 1200);
        for sample in page["data"].as_array().unwrap() {
            seen.push((sample["timestamp"].as_str().unwrap().to_owned(), sample["type"].as_str().unwrap().to_owned()));
        }
        match page["pagination"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 3 * 2 * 1200);
    assert!(seen.windows(2).all(|pair| pair[0].0 <= pair[1].0), "ordered by time");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 3 * 2 * 1200);
}

#[tokio::test]
async fn an_end_cuts_at_its_instant_and_a_date_includes_its_day() {
    let (world, _) = world().await;
    let user = world.get("/api/v1/users").await.expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
    let count = |span: &'static str| {
        let path = format!("/api/v1/users/{user}/timeseries?types=heart_rate&{span}");
        let world = &world;
        async move { world.get(&path).await.expect(200)["pagination"]["total_count"].clone() }
    };
    assert_eq!(count("start_time=2026-11-18T00:00:00Z&end_time=2026-11-18T01:00:00Z").await, 4);
    assert_eq!(count("start_time=2026-11-18&end_time=2026-11-18").await, 92);
    assert_eq!(count("start_time=2026-11-18&end_time=2026-11-18T00:00:00Z").await, 0);
    assert_eq!(count("start_time=1794960000&end_time=1794963600").await, 4);
    assert_eq!(count("start_time=2026-11-19&end_time=2026-11-10").await, 0);
}

#[tokio::test]
async fn parameters_that_cannot_be_are_refused() {
    let (world, base) = world().await;
    world.get(&format!("{base}&limit=10000")).await.expect(200);
    for wrong in [
        "limit=10001",
        "types=nope",
        "resolution=2min",
        "tz=Mars",
        "cursor=zzz",
        "cursor=MjAyNi0xMS0xN1QwMDowNTowMCswMDowMHx4",
    ] {
        world.get(&format!("{base}&{wrong}")).await.expect(400);
    }
}

/// All rows, page by page from one end to the other.
async fn walk(world: &World, base: &str, from_the_end: bool) -> Vec<(String, String, f64)> {
    let mut cursor = if from_the_end { format!("&cursor={}", the_end()) } else { String::new() };
    let mut rows: Vec<(String, String, f64)> = Vec::new();
    loop {
        let page = world.get(&format!("{base}{cursor}")).await.expect(200);
        let text = |sample: &Value, key: &str| sample[key].as_str().unwrap().to_owned();
        let shown = page["data"].as_array().unwrap().iter();
        let mut shown: Vec<_> =
            shown.map(|row| (text(row, "timestamp"), text(row, "type"), row["value"].as_f64().unwrap())).collect();
        assert!(shown.len() <= 7);
        let next = if from_the_end { "previous_cursor" } else { "next_cursor" };
        if from_the_end {
            shown.append(&mut rows);
            rows = shown;
        } else {
            rows.append(&mut shown);
        }
        match page["pagination"][next].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return rows,
        }
    }
}

/// A backward cursor beyond everything: `prev_` and the base64 of `2030-01-01T00:00:00+00:00|1.0.0.0`.
fn the_end() -> &'static str {
    "prev_MjAzMC0wMS0wMVQwMDowMDowMCswMDowMHwxLjAuMC4w"
}

#[tokio::test]
async fn small_windows_give_what_one_window_gives_in_both_directions() {
    let small = World::with_settings(|settings| settings.points_a_window = 10).await;
    let large = World::new().await;
    let mut bases = Vec::new();
    for world in [&small, &large] {
        let user = world.person("account").await;
        world.push(&day("account")).await;
        for days in [1, 2] {
            world.push(&events::activity("account", days)).await;
        }
        bases.push(format!(
            "/api/v1/users/{user}/timeseries?start_time=2026-11-17T23:07:00Z&end_time=2026-11-20T08:13:00Z"
        ));
    }
    for query in
        ["resolution=15min", "resolution=1hour&types=heart_rate&tz=Asia/Kolkata", "resolution=1day&types=heart_rate"]
    {
        let whole = large.get(&format!("{}&{query}&limit=10000", bases[1])).await.expect(200);
        let rows: Vec<f64> = values(&whole);
        for from_the_end in [false, true] {
            let walked = walk(&small, &format!("{}&{query}&limit=7", bases[0]), from_the_end).await;
            assert!(walked.len() > 2, "{query}");
            assert_eq!(
                walked.iter().map(|row| row.2).collect::<Vec<_>>(),
                rows,
                "{query}, from the end: {from_the_end}"
            );
        }
    }
}

#[tokio::test]
async fn a_date_of_a_zone_is_its_local_day_and_has_the_total_of_that_day_alone() {
    let (world, base) = world().await;
    let user = base.split('/').nth(4).unwrap();
    let path = format!("/api/v1/users/{user}/timeseries?resolution=1day");
    let page = |rest: &str| world.get_owned(format!("{path}&{rest}"));
    let berlin = "types=steps&tz=Europe/Berlin";
    let on = |date: &str| format!("start_time={date}&end_time={date}");
    for zone in [berlin, "types=steps", "types=steps&tz=Asia/Tokyo"] {
        assert_eq!(values(&page(&format!("{zone}&{}", on("2026-11-18"))).await.expect(200)), [8000.0], "{zone}");
        for other in ["2026-11-17", "2026-11-19"] {
            assert!(values(&page(&format!("{zone}&{}", on(other))).await.expect(200)).is_empty(), "{zone} {other}");
        }
    }
    let rates = page(&format!("types=heart_rate&tz=Europe/Berlin&{}", on("2026-11-18"))).await.expect(200);
    assert_eq!(values(&rates), [97.5]);
    assert_eq!(rates["data"][0]["timestamp"], "2026-11-17T23:00:00Z");
    let part = "types=heart_rate&tz=Europe/Berlin&start_time=2026-11-18T10:00:00Z&end_time=2026-11-18T12:00:00Z";
    assert!(values(&page(part).await.expect(200)).is_empty(), "a part of a day is no day");
}

#[tokio::test]
async fn samples_of_a_workout_show_the_device_that_recorded_it() {
    let world = World::new().await;
    let user = world.person("account").await;
    world.push(&events::activity("account", 1)).await;
    let workouts =
        world.get(&format!("/api/v1/users/{user}/events/workouts?start_date=2026-11-01&end_date=2026-11-30")).await;
    let workouts = workouts.expect(200);
    let page = world
        .get(&format!(
            "/api/v1/users/{user}/timeseries?start_time=2026-11-01&end_time=2026-11-30&types=elevation&limit=5"
        ))
        .await
        .expect(200);
    assert_eq!(page["data"].as_array().unwrap().len(), 5);
    assert!(page["data"][0]["source"]["device"].is_string(), "{}", page["data"][0]);
    assert_eq!(page["data"][0]["source"], workouts["data"][0]["source"]);
}

/// Days with a heart rate each minute, and a question for all of them.
async fn minutes(days: i64) -> (World, String) {
    let world = World::new().await;
    let user = world.person("account").await;
    for day in 0..days {
        let at = |minute: i64| Timestamp::from_seconds(DAY + 3_600 + 86_400 * day + minute * 60);
        let rate = |minute: i64| Point::at(at(minute), 50.0 + ((minute * 7 + day) % 90) as f64);
        let points: Vec<Point> = (0..1_440).map(rate).collect();
        world.put_points(user, SeriesType::HEART_RATE, Context::SAMPLES, &points).await;
    }
    (world, format!("/api/v1/users/{user}/timeseries?start_time=2026-11-01&end_time=2027-12-31&types=heart_rate"))
}

async fn stream(world: &World, path: &str) -> BodyDataStream {
    let asked = request("GET", path, &[(KEY_HEADER, &world.a.key)], None);
    let response = world.router.clone().oneshot(asked).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &"application/json".parse().unwrap())
    );
    response.into_body().into_data_stream()
}

#[tokio::test]
async fn a_long_page_begins_before_it_is_read_to_its_end_and_holds_what_short_ones_hold() {
    let (world, base) = minutes(7).await;
    let mut frames: Vec<Vec<u8>> = Vec::new();
    let mut long = stream(&world, &format!("{base}&limit=10000")).await;
    while let Some(frame) = long.next().await {
        frames.push(frame.unwrap().to_vec());
    }
    assert!(frames.len() > 2, "{} frames", frames.len());
    assert!(frames.iter().all(|frame| frame.len() < 2 * 1024 * 1024), "of bounded size");
    let whole: Value = serde_json::from_slice(&frames.concat()).unwrap();
    let text = String::from_utf8(frames.concat()).unwrap();
    let places = ["{\"data\":[", "],\"pagination\":{", "},\"metadata\":{"].map(|part| text.find(part).unwrap());
    assert!(places.is_sorted(), "{places:?}");
    assert_eq!(whole["metadata"]["sample_count"], 10_000);
    assert_eq!(
        (&whole["pagination"]["has_more"], &whole["pagination"]["previous_cursor"]),
        (&json!(true), &Value::Null)
    );
    let mut short: Vec<Value> = Vec::new();
    let mut cursor = String::new();
    while short.len() < 10_000 {
        let page = world.get(&format!("{base}&limit=250{cursor}")).await.expect(200);
        short.extend(page["data"].as_array().unwrap().iter().cloned());
        cursor = format!("&cursor={}", page["pagination"]["next_cursor"].as_str().unwrap());
    }
    assert_eq!(whole["data"].as_array().unwrap(), &short);
    assert_eq!(format!("&cursor={}", whole["pagination"]["next_cursor"].as_str().unwrap()), cursor);
    let back = whole["pagination"]["next_cursor"].as_str().unwrap();
    let rest = world.get(&format!("{base}&limit=10000&cursor={back}")).await.expect(200);
    assert_eq!((rest["data"].as_array().unwrap().len(), &rest["pagination"]["has_more"]), (80, &json!(false)));
    let back = rest["pagination"]["previous_cursor"].as_str().unwrap();
    let back = world.get(&format!("{base}&limit=10000&cursor={back}")).await.expect(200);
    assert_eq!(back["data"], whole["data"], "backward too");
}

#[tokio::test]
async fn all_rows_of_a_span_are_counted_when_they_are_read_in_pieces() {
    let (world, base) = minutes(3).await;
    let page = world.get(&format!("{base}&resolution=1min&limit=10000")).await.expect(200);
    assert_eq!(page["pagination"]["total_count"], 3 * 1_440);
}

#[tokio::test]
async fn a_long_page_that_fails_midway_is_cut() {
    let (world, base) = minutes(7).await;
    let mut long = stream(&world, &format!("{base}&limit=10000")).await;
    let first = long.next().await.unwrap().unwrap();
    assert!(first.starts_with(b"{\"data\":[{\"timestamp\":\"2026-11-18T00:00:00Z\""));
    world.store.close().await;
    let mut failed = false;
    while let Some(frame) = long.next().await {
        failed |= frame.is_err();
    }
    assert!(failed, "the connection is cut");
}
