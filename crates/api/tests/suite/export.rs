//! `GET /api/v1/users/{id}/export` and the files of workouts: exactly what the other routes answer, in another format.

use crate::{
    events::{activity, night},
    world::{Answer, KEY_HEADER, World, request},
};
use axum::body::Body;
use futures::StreamExt as _;
use model::{Context, Point, SeriesType, Source, Timestamp, UserId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tower::ServiceExt as _;

/// 2026-11-10, midnight.
const DAY: i64 = 1_794_268_800;

fn instants(count: i64, every_s: i64, value: impl Fn(i64) -> f64) -> Vec<Point> {
    (0..count).map(|n| Point::at(Timestamp::from_seconds(DAY + n * every_s), value(n))).collect()
}

/// Somebody with samples of several kinds and sources, a workout and a night.
pub(crate) async fn world() -> (World, UserId) {
    let world = World::new().await;
    let user = world.person("ann").await;
    let put = |series, context, points: Vec<Point>| {
        let world = &world;
        async move { world.put_points(user, series, context, &points).await }
    };
    put(SeriesType::HEART_RATE, Context::SAMPLES, instants(5_000, 60, |n| 50.0 + n as f64 / 7.0)).await;
    put(SeriesType::WEIGHT, Context::MANUAL, instants(3, 86_400, |n| 70.1 + n as f64 / 3.0)).await;
    put(SeriesType::BLOOD_PRESSURE_SYSTOLIC, Context::SAMPLES, instants(40, 3_600, |n| 120.0 + n as f64)).await;
    put(SeriesType::BLOOD_PRESSURE_DIASTOLIC, Context::SAMPLES, instants(39, 3_600, |n| 80.5 + n as f64)).await;
    put(SeriesType::GARMIN_BODY_BATTERY, Context::SAMPLES, instants(10, 180, |n| n as f64)).await;
    let quarters: Vec<Point> = instants(96, 900, |n| 100.0 + n as f64)
        .into_iter()
        .map(|it| Point { duration_us: 900_000_000, ..it })
        .collect();
    put(SeriesType::STEPS, Context::SAMPLES, quarters.clone()).await;
    let phone = Source { device: Some("phone, \"old\"".to_owned()), ..Source::of(crate::world::GARMIN) };
    world.put_points_of(user, phone, SeriesType::STEPS, Context::SAMPLES, &quarters).await;
    let day = Point { start: Timestamp::from_seconds(DAY), duration_us: 86_400_000_000, value: 14_160.0 };
    put(SeriesType::STEPS, Context::DAILY, vec![day]).await;
    world.push(&activity("ann", 1)).await;
    world.push(&night("ann")).await;
    (world, user)
}

pub(crate) async fn export(world: &World, user: UserId, query: &str) -> Answer {
    let answer = world.get(&format!("/api/v1/users/{user}/export?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", String::from_utf8_lossy(&answer.bytes));
    answer
}

pub(crate) fn lines(answer: Answer) -> Vec<Value> {
    let text = String::from_utf8(answer.bytes).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// How often each value of each series stands at each time.
pub(crate) type Told = BTreeMap<(String, String, u64), usize>;

fn count(told: &mut Told, series: &str, time: &str, value: &Value) {
    let at = Timestamp::parse_rfc3339(time).unwrap().to_string();
    *told.entry((series.to_owned(), at, value.as_f64().unwrap().to_bits())).or_default() += 1;
}

/// What the query answers, all of it.
pub(crate) async fn queried(world: &World, more: Value) -> Told {
    let mut body = json!({"users": ["ann"], "from": "2020-01-01", "to": "2027-01-01", "format": "ndjson"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = world.with_key("POST", "/api/v1/query", Some(body)).await;
    assert_eq!(answer.status, 200);
    let mut told = Told::new();
    for row in lines(answer) {
        count(&mut told, row["type"].as_str().unwrap(), row["time"].as_str().unwrap(), &row["value"]);
    }
    told
}

pub(crate) fn own_code(observation: &Value) -> Option<&str> {
    let codings = observation["code"]["coding"].as_array()?;
    let of_series = |coding: &&Value| {
        ["urn:wearhouse:series", "urn:wearhouse:daily-total"].contains(&coding["system"].as_str().unwrap_or_default())
    };
    codings.iter().find(of_series)?["code"].as_str()
}

/// What observations of samples say.
pub(crate) fn observed(resources: &[Value]) -> Told {
    let mut told = Told::new();
    for resource in resources.iter().filter(|it| it["resourceType"] == "Observation") {
        let Some(series) = own_code(resource) else { continue };
        let time = resource["effectiveDateTime"].as_str().or(resource["effectivePeriod"]["start"].as_str()).unwrap();
        if series != "blood_pressure" {
            count(&mut told, series, time, &resource["valueQuantity"]["value"]);
            continue;
        }
        for (index, half) in ["blood_pressure_systolic", "blood_pressure_diastolic"].iter().enumerate() {
            let value = &resource["component"][index]["valueQuantity"]["value"];
            if !value.is_null() {
                count(&mut told, half, time, value);
            }
        }
    }
    told
}

#[tokio::test]
async fn every_number_of_a_fhir_export_is_what_the_query_answers() {
    let (world, user) = world().await;
    let expected = queried(&world, json!({})).await;
    assert!(expected.len() > 6_000);
    let fhir = export(&world, user, "format=fhir").await;
    assert_eq!(fhir.headers["content-type"], "application/fhir+ndjson");
    assert_eq!(fhir.headers["content-disposition"], "attachment; filename=\"record.ndjson\"");
    let resources = lines(fhir);
    assert!(observed(&resources) == expected, "{} observations", resources.len());
    let pairs = resources.iter().filter(|it| own_code(it) == Some("blood_pressure")).count();
    assert_eq!(pairs, 40, "39 pairs and one without its half");
    let bundle: Value = serde_json::from_slice(&export(&world, user, "format=fhir-bundle").await.bytes).unwrap();
    let entries: Vec<Value> =
        bundle["entry"].as_array().unwrap().iter().map(|entry| entry["resource"].clone()).collect();
    assert_eq!(entries.len(), resources.len());
    assert!(observed(&entries) == expected);
    for resolution in ["1hour", "1day"] {
        let expected = queried(&world, json!({"resolution": resolution})).await;
        let found = lines(export(&world, user, &format!("format=fhir&resolution={resolution}&what=samples")).await);
        assert!(observed(&found) == expected, "{resolution}");
    }
}

#[tokio::test]
async fn every_number_of_open_mhealth_and_tables_is_what_the_query_answers() {
    let (world, user) = world().await;
    let expected = queried(&world, json!({})).await;
    let points = lines(export(&world, user, "format=omh&what=samples").await);
    let values = |point: &Value| -> Vec<u64> {
        let body = point["body"].as_object().unwrap();
        body.values().filter_map(|it| Some(it["value"].as_f64()?.to_bits())).collect()
    };
    let mut found: Vec<u64> = points.iter().flat_map(values).collect();
    let mut wanted: Vec<u64> =
        expected.iter().flat_map(|((_, _, value), count)| std::iter::repeat_n(*value, *count)).collect();
    found.sort_unstable();
    wanted.sort_unstable();
    assert!(found == wanted, "{} of {}", found.len(), wanted.len());
    for format in ["csv", "parquet", "ndjson"] {
        let body = json!({"users": ["ann"], "from": "2020-01-01", "to": "2027-01-01", "format": format});
        let table = world.with_key("POST", "/api/v1/query", Some(body)).await;
        let exported = export(&world, user, &format!("format={format}")).await;
        assert_eq!(exported.headers["content-type"], table.headers["content-type"]);
        assert!(exported.bytes == table.bytes, "{format}");
    }
}

#[tokio::test]
async fn the_same_record_is_the_same_export_and_every_id_is_one_of_its_own() {
    let (world, user) = world().await;
    for format in ["fhir", "fhir-bundle", "omh"] {
        let first = export(&world, user, &format!("format={format}")).await.bytes;
        assert!(first == export(&world, user, &format!("format={format}")).await.bytes, "{format}");
    }
    let mut ids: Vec<String> = Vec::new();
    for resource in lines(export(&world, user, "format=fhir").await) {
        ids.push(resource["id"].as_str().unwrap().to_owned());
    }
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[tokio::test]
async fn events_are_in_the_record_and_in_tables_of_their_own() {
    let (world, user) = world().await;
    let listed = world
        .get(&format!("/api/v1/users/{user}/events/workouts?start_date=2026-11-01&end_date=2026-11-30"))
        .await
        .expect(200);
    let id = listed["data"][0]["id"].as_str().unwrap();
    let resources = lines(export(&world, user, "format=fhir&what=workouts,sleep").await);
    let of_kind = |code: &str| {
        let has =
            |it: &&Value| it["code"]["coding"].as_array().is_some_and(|all| all.iter().any(|it| it["code"] == code));
        resources.iter().filter(has).cloned().collect::<Vec<_>>()
    };
    let workouts = of_kind("workout");
    assert_eq!((workouts.len(), workouts[0]["id"].as_str()), (1, Some(id)));
    assert_eq!(
        workouts[0]["valueQuantity"],
        json!({"value": 1200.0, "unit": "s", "system": "http://unitsofmeasure.org", "code": "s"})
    );
    assert_eq!(workouts[0]["effectivePeriod"]["start"], "2026-11-20T09:00:00+01:00");
    assert_eq!((of_kind("sleep").len(), of_kind("sleep_stage").len()), (1, 3));
    assert!(of_kind("heart_rate").is_empty());

    let csv = String::from_utf8(export(&world, user, "format=csv&what=workouts").await.bytes).unwrap();
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows.len(), 2);
    assert!(rows[1].contains(id) && rows[1].contains(",4000.5,"), "{csv}");
    let nights = lines(export(&world, user, "format=ndjson&what=sleep&start=2026-11-20&end=2026-11-20").await);
    assert_eq!((nights.len(), &nights[0]["deep_s"]), (1, &json!(3_600.0)));
    assert_eq!(nights[0]["stages"].as_array().unwrap().len(), 3);
    let none = export(&world, user, "format=ndjson&what=sleep&start=2026-11-22").await;
    assert!(none.bytes.is_empty());
    let parquet = export(&world, user, "format=parquet&what=scores").await;
    assert_eq!(parquet.headers["content-disposition"], "attachment; filename=\"scores.parquet\"");
    assert!(parquet.bytes.starts_with(b"PAR1") && parquet.bytes.ends_with(b"PAR1"));
}

#[tokio::test]
async fn an_export_reads_what_was_asked_for_only() {
    let (world, user) = world().await;
    let expected =
        queried(&world, json!({"types": ["weight", "steps"], "from": "2026-11-10", "to": "2026-11-10"})).await;
    let resources =
        lines(export(&world, user, "format=fhir&types=weight&types=steps&start=2026-11-10&end=2026-11-10").await);
    assert!(observed(&resources) == expected && !expected.is_empty());
    assert!(resources.iter().all(|it| it["resourceType"] != "Observation" || own_code(it).is_some()), "no events");
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_its_name() {
    let (world, user) = world().await;
    for (field, query) in [
        ("format", ""),
        ("format", "format=xml"),
        ("what", "format=csv&what=workouts&what=sleep"),
        ("what", "format=csv&what=dreams"),
        ("types", "format=fhir&types=heart_rat"),
        ("start", "format=fhir&start=yesterday"),
        ("end", "format=fhir&start=2026-11-10&end=2026-11-08"),
        ("resolution", "format=fhir&resolution=2min"),
        ("tz", "format=fhir&tz=Mars"),
    ] {
        let answer = world.get(&format!("/api/v1/users/{user}/export?{query}")).await.expect(400);
        assert!(answer["detail"].as_str().unwrap().starts_with(&format!("{field}: ")), "{query}: {answer}");
    }
    let headers = [(KEY_HEADER, world.b.key.as_str())];
    for format in ["fhir", "csv", "nonsense"] {
        let path = format!("/api/v1/users/{user}/export?format={format}");
        world.send(request("GET", &path, &headers, None)).await.expect(404);
    }
}

#[tokio::test]
async fn a_long_record_comes_in_small_pieces_and_says_where_it_broke_off() {
    let world = World::new().await;
    let user = world.person("ann").await;
    for day in 0..10 {
        let points: Vec<Point> = instants(1_440, 60, |n| n as f64)
            .into_iter()
            .map(|it| Point { start: it.start.plus_seconds(day * 86_400), ..it })
            .collect();
        world.put_points(user, SeriesType::HEART_RATE, Context::SAMPLES, &points).await;
    }
    let open = || async {
        let headers = [(KEY_HEADER, world.a.key.as_str())];
        let path = format!("/api/v1/users/{user}/export?format=fhir");
        let response = world.router.clone().oneshot(request("GET", &path, &headers, None)).await.unwrap();
        response.into_body().into_data_stream()
    };
    let (mut stream, mut total, mut largest) = (open().await, 0, 0);
    while let Some(frame) = stream.next().await {
        let bytes = frame.unwrap().len();
        (total, largest) = (total + bytes, largest.max(bytes));
    }
    assert!(total > 8_000_000 && largest < 1_500_000, "{largest} of {total} bytes at once");
    let (mut stream, mut text, mut failed) = (open().await, Vec::new(), false);
    text.extend(stream.next().await.unwrap().unwrap());
    world.store.close().await;
    while let Some(frame) = stream.next().await {
        match frame {
            Ok(bytes) => text.extend(bytes),
            Err(_) => failed = true,
        }
    }
    let text = String::from_utf8(text).unwrap();
    assert!(failed && text.lines().last().unwrap().contains("OperationOutcome"));
}

#[tokio::test]
async fn a_workout_written_as_fit_tcx_or_gpx_comes_back_when_it_is_uploaded() {
    let world = World::new().await;
    let user = world.person("ann").await;
    world.push(&activity("ann", 1)).await;
    let span = "start_date=2026-11-01&end_date=2026-11-30";
    let first = |user: UserId| {
        let world = &world;
        async move {
            let base = format!("/api/v1/users/{user}/events/workouts");
            let page = world.get(&format!("{base}?{span}")).await.expect(200);
            format!("{base}/{}", page["data"][0]["id"].as_str().unwrap())
        }
    };
    let path = first(user).await;
    let series = "stream?series=heart_rate&series=latitude&series=elevation";
    let original = world.get(&format!("{path}/{series}")).await.expect(200);
    for (format, media_type) in
        [("fit", "application/vnd.ant.fit"), ("tcx", "application/vnd.garmin.tcx+xml"), ("gpx", "application/gpx+xml")]
    {
        let file = world.get(&format!("{path}/file?format={format}")).await;
        assert_eq!((file.status.as_u16(), &file.headers["content-type"]), (200, &media_type.parse().unwrap()));
        let other = world.user_of(world.a.team, format).await;
        let upload = axum::http::Request::post(format!("/api/v1/users/{other}/files?name=a.{format}"))
            .header(KEY_HEADER, &world.a.key)
            .body(Body::from(file.bytes))
            .unwrap();
        world.send(upload).await.expect(202);
        world.work().await;
        let again = world.get(&format!("{}/{series}", first(other).await)).await.expect(200);
        assert_eq!(again["time"], original["time"], "{format}");
        assert_eq!(again["heart_rate"], original["heart_rate"], "{format}");
        assert_eq!(again["elevation"], original["elevation"], "{format}");
        let positions = again["latitude"].as_array().unwrap().iter().zip(original["latitude"].as_array().unwrap());
        for (read, written) in positions {
            assert!((read.as_f64().unwrap() - written.as_f64().unwrap()).abs() < 1e-7, "{format}");
        }
        let full = world.get(&first(other).await).await.expect(200);
        assert_eq!(full["type"], "running", "{format}");
        if format != "gpx" {
            assert_eq!(full["detail"]["laps"].as_array().unwrap().len(), 2, "{format}");
            assert_eq!(
                full["detail"]["distance_m"],
                if format == "fit" { json!(4_000.5) } else { full["detail"]["distance_m"].clone() }
            );
        }
    }
    world.get(&format!("{path}/file?format=kml")).await.expect(400);
}
