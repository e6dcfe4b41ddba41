//! `/api/v1/users/{id}/events`: workouts and sleep, from a notification or a file to every shape they are shown in.

use crate::{
    phones::synced,
    world::{KEY_HEADER, World, request},
};
use model::FileFormat;
use serde_json::{Value, json};
use store::StoredFile;

/// 2026-11-20, 08:00 UTC.
const START: i64 = 1_795_161_600;

/// A run of twenty minutes with a sample a second, `days` before the 21st.
pub(crate) fn activity(account: &str, days: i64) -> Value {
    let start = START - (days - 1) * 86_400;
    let summary = json!({
        "userId": account,
        "activityId": 4000 + days,
        "summaryId": (4000 + days).to_string(),
        "activityType": "RUNNING",
        "activityName": "Morning run",
        "startTimeInSeconds": start,
        "startTimeOffsetInSeconds": 3600,
        "durationInSeconds": 1200,
        "distanceInMeters": 4000.5,
        "activeKilocalories": 300,
        "averageHeartRateInBeatsPerMinute": 150,
        "maxHeartRateInBeatsPerMinute": 171,
        "deviceName": "Forerunner 965",
    });
    let samples: Vec<Value> = (0..1200)
        .map(|second| {
            json!({
                "startTimeInSeconds": start + second,
                "latitudeInDegree": 52.5 + second as f64 * 1e-5,
                "longitudeInDegree": 13.4,
                "elevationInMeters": 34.0,
                "heartRate": 120 + second % 50,
                "clockDurationInSeconds": second,
            })
        })
        .collect();
    let mut details = summary.clone();
    details["summaryId"] = json!(format!("{}-detail", 4000 + days));
    details["summary"] = summary.clone();
    details["samples"] = json!(samples);
    details["laps"] = json!([{"startTimeInSeconds": start}, {"startTimeInSeconds": start + 600}]);
    json!({"activities": [summary], "activityDetails": [details]})
}

/// The night before the 21st.
pub(crate) fn night(account: &str) -> Value {
    night_of(account, 1)
}

/// The night `days` before the 22nd.
pub(crate) fn night_of(account: &str, days: i64) -> Value {
    let start = 1_795_212_000 - (days - 1) * 86_400;
    json!({"sleeps": [{
        "userId": account,
        "summaryId": format!("night-{days}"),
        "calendarDate": format!("2026-11-{}", 22 - days),
        "startTimeInSeconds": start,
        "startTimeOffsetInSeconds": 3600,
        "durationInSeconds": 7 * 3600,
        "deepSleepDurationInSeconds": 3600,
        "lightSleepDurationInSeconds": 5 * 3600,
        "remSleepInSeconds": 3600,
        "awakeDurationInSeconds": 600,
        "validation": "ENHANCED_FINAL",
        "sleepLevelsMap": {
            "light": [{"startTimeInSeconds": start, "endTimeInSeconds": start + 5 * 3600}],
            "deep": [{"startTimeInSeconds": start + 5 * 3600, "endTimeInSeconds": start + 6 * 3600}],
            "rem": [{"startTimeInSeconds": start + 6 * 3600, "endTimeInSeconds": start + 7 * 3600}],
        },
    }]})
}

const SPAN: &str = "start_date=2026-11-01&end_date=2026-11-30";

#[tokio::test]
async fn a_workout_comes_out_as_list_detail_columns_and_gpx() {
    let world = World::new().await;
    let user = world.person("account").await;
    world.push(&activity("account", 1)).await;
    let base = format!("/api/v1/users/{user}/events/workouts");
    let page = world.get(&format!("{base}?{SPAN}")).await.expect(200);
    let workout = &page["data"][0];
    assert_eq!(workout["type"], "running");
    assert_eq!(workout["start_time"], "2026-11-20T08:00:00Z");
    assert_eq!((&workout["duration_seconds"], &workout["distance_meters"]), (&json!(1200), &json!(4000.5)));
    assert_eq!((&workout["avg_heart_rate_bpm"], &workout["zone_offset"]), (&json!(150), &json!("+01:00")));
    assert_eq!(page["pagination"]["total_count"], 1);

    let path = format!("{base}/{}", workout["id"].as_str().unwrap());
    let full = world.get(&path).await.expect(200);
    assert_eq!(full["id"], workout["id"]);
    assert_eq!(full["detail"]["laps"].as_array().unwrap().len(), 2);
    assert_eq!(full["route"]["points"], 1200);
    let facets: Vec<&str> =
        full["documents"].as_array().unwrap().iter().map(|document| document["facet"].as_str().unwrap()).collect();
    assert_eq!(facets, ["summary", "details"]);

    let stream = world.get(full["route"]["stream_url"].as_str().unwrap()).await.expect(200);
    assert_eq!(stream["resolution"], "raw");
    assert_eq!(stream["time"].as_array().unwrap().len(), 1200);
    assert_eq!(stream["latitude"][1], 52.5 + 1e-5);
    assert_eq!(stream["units"], json!({"latitude": "degrees", "longitude": "degrees", "elevation": "meters"}));
    let short = world.get(&format!("{path}/stream?series=heart_rate,elevation&limit=100")).await.expect(200);
    assert_eq!(short["resolution"], "15s");
    assert_eq!(short["heart_rate"].as_array().unwrap().len(), 80);
    world.get(&format!("{path}/stream?series=nope")).await.expect(400);

    let gpx = world.get(full["route"]["gpx_url"].as_str().unwrap()).await;
    assert_eq!(gpx.headers["content-type"], "application/gpx+xml");
    assert!(gpx.headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename="));
    assert_eq!(String::from_utf8_lossy(&gpx.bytes).matches("<trkpt").count(), 1200);
    world.get(&format!("{path}/file")).await.expect(404);
}

#[tokio::test]
async fn the_original_file_comes_back_byte_for_byte() {
    let world = World::new().await;
    let user = world.person("account").await;
    world.push(&activity("account", 1)).await;
    let base = format!("/api/v1/users/{user}/events/workouts");
    let workout = world.get(&format!("{base}?{SPAN}")).await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let bytes: Vec<u8> = (0..10_000u32).flat_map(u32::to_le_bytes).collect();
    let file = StoredFile {
        event_id: workout.parse().unwrap(),
        format: FileFormat::Fit,
        name: "run \"1\"".to_owned(),
        size: bytes.len() as u64,
        body: zstd::bulk::compress(&bytes, 1).unwrap(),
        received_at: world.clock.now(),
    };
    world.put_file(user, file).await;
    let answer = world.get(&format!("{base}/{workout}/file?format=original")).await;
    assert_eq!(answer.headers["content-type"], "application/vnd.ant.fit");
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"run__1_.fit\"");
    assert_eq!(answer.bytes, bytes);
    let full = world.get(&format!("{base}/{workout}")).await.expect(200);
    assert_eq!((&full["files"][0]["format"], &full["files"][0]["size"]), (&json!("fit"), &json!(bytes.len())));
    assert_eq!(full["files"][0]["status"], "received");
    world.get(&format!("{base}/{workout}/file?format=mp3")).await.expect(400);
}

#[tokio::test]
async fn a_file_that_is_awaited_and_then_missed_is_shown_with_its_workout() {
    let world = World::new().await;
    let user = world.person("account").await;
    world.push(&activity("account", 1)).await;
    let base = format!("/api/v1/users/{user}/events/workouts");
    let shown = world.get(&format!("{base}?{SPAN}")).await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let external = world.get(&format!("{base}/{shown}")).await.expect(200)["external_id"].clone();
    let url = "https://apis.garmin.com/wellness-api/rest/activityFile?id=1&token=t";
    let notice = json!({ "userId": "account", "summaryId": external, "fileType": "FIT", "callbackURL": url });
    world.push(&json!({ "activityFiles": [notice] })).await;
    let file = world.get(&format!("{base}/{shown}")).await.expect(200)["files"][0].clone();
    assert_eq!((&file["format"], &file["status"], &file["reason"]), (&json!("fit"), &json!("waiting"), &json!(null)));
    assert!(file["noticed_at"].as_str().unwrap() < file["expires_at"].as_str().unwrap(), "{file}");
    let now = world.clock.now();
    let job = world.store.claim_jobs(now, now.plus_seconds(60), 1).await.unwrap().remove(0);
    world.store.end_job(&job, store::JobEnd::Dead("status 410".to_owned()), Vec::new(), now).await.unwrap();
    let file = world.get(&format!("{base}/{shown}")).await.expect(200)["files"][0].clone();
    assert_eq!((&file["status"], &file["reason"]), (&json!("missed"), &json!("status 410")));
    world.get(&format!("{base}/{shown}/file")).await.expect(404);
}

#[tokio::test]
async fn workouts_are_paged_both_ways_latest_first() {
    let world = World::new().await;
    let user = world.person("account").await;
    for day in 1..=5 {
        world.push(&activity("account", day)).await;
    }
    let base = format!("/api/v1/users/{user}/events/workouts?{SPAN}&limit=2");
    let starts = |page: &Value| -> Vec<String> {
        page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|workout| workout["start_time"].as_str().unwrap()[..10].to_owned())
            .collect()
    };
    let first = world.get(&base).await.expect(200);
    assert_eq!(starts(&first), ["2026-11-20", "2026-11-19"]);
    assert_eq!(first["pagination"]["previous_cursor"], Value::Null);
    assert_eq!((&first["pagination"]["has_more"], &first["pagination"]["total_count"]), (&json!(true), &json!(5)));
    let follow = |cursor: &Value| world.get_owned(format!("{base}&cursor={}", cursor.as_str().unwrap()));
    let second = follow(&first["pagination"]["next_cursor"]).await.expect(200);
    assert_eq!(starts(&second), ["2026-11-18", "2026-11-17"]);
    let third = follow(&second["pagination"]["next_cursor"]).await.expect(200);
    assert_eq!(starts(&third), ["2026-11-16"]);
    assert_eq!((&third["pagination"]["has_more"], &third["pagination"]["next_cursor"]), (&json!(false), &Value::Null));
    let back = follow(&third["pagination"]["previous_cursor"]).await.expect(200);
    assert_eq!(starts(&back), ["2026-11-18", "2026-11-17"]);
    assert_eq!(back["pagination"]["has_more"], true);
    let front = follow(&back["pagination"]["previous_cursor"]).await.expect(200);
    assert_eq!(starts(&front), ["2026-11-20", "2026-11-19"]);
    assert_eq!(front["pagination"]["previous_cursor"], Value::Null);
    let none = world.get(&format!("{base}&record_type=cycling")).await.expect(200);
    assert_eq!(none["pagination"]["total_count"], 0);
}

#[tokio::test]
async fn limits_cursors_and_dates_are_checked() {
    let world = World::new().await;
    let user = world.person("account").await;
    let base = format!("/api/v1/users/{user}/events/workouts");
    world.get(&format!("{base}?{SPAN}&limit=10000")).await.expect(200);
    for query in [
        "start_date=2026-11-01",
        "start_date=yesterday&end_date=2026-11-02",
        "start_date=2026-11-01&end_date=2026-11-02&cursor=zzz",
        "start_date=2026-11-01&end_date=2026-11-02&limit=10001",
    ] {
        world.get(&format!("{base}?{query}")).await.expect(400);
    }
}

#[tokio::test]
async fn a_night_shows_its_stages_and_stays_deleted() {
    let world = World::new().await;
    let user = world.person("account").await;
    world.push(&night("account")).await;
    let base = format!("/api/v1/users/{user}/events/sleep");
    let page = world.get(&format!("{base}?{SPAN}&filter_by_priority=true")).await.expect(200);
    let sleep = &page["data"][0];
    assert_eq!(
        sleep["stages"],
        json!({"awake_minutes": 10, "light_minutes": 300, "deep_minutes": 60, "rem_minutes": 60})
    );
    assert_eq!(sleep["sleep_stage_intervals"].as_array().unwrap().len(), 3);
    assert_eq!(sleep["is_nap"], false);
    let path = format!("{base}/{}", sleep["id"].as_str().unwrap());
    world.with_key("DELETE", &path, None).await.expect(204);
    world.with_key("DELETE", &path, None).await.expect(404);
    world.push(&night("account")).await;
    assert_eq!(world.get(&format!("{base}?{SPAN}")).await.expect(200)["data"], json!([]));
}

/// A night as a phone's SDK tells it: one stage, hours after midnight of the 17th.
fn phone_night(id: u32, hours: (i64, i64)) -> Value {
    let at = |hours: i64| model::Timestamp::from_seconds(1_794_873_600 + hours * 3_600).to_string();
    json!({"id": id.to_string(), "stage": "sleeping", "startDate": at(hours.0), "endDate": at(hours.1), "zoneOffset": "+01:00",
           "source": {"appId": "com.apple.health", "deviceModel": "iPhone17,1", "deviceType": "phone"}})
}

#[tokio::test]
async fn nights_filtered_by_priority_are_of_one_source_a_day_and_their_pages_are_full() {
    let world = World::new().await;
    let user = world.person("account").await;
    // the watch tells of the nights to the 19th, 20th and 21st, the phone of those to the 18th, 19th and 21st
    for days in 1..=3 {
        world.push(&night_of("account", days)).await;
    }
    let nights = [phone_night(1, (22, 30)), phone_night(2, (46, 54)), phone_night(3, (95, 101))];
    synced(&world, user, "apple", json!({"sleep": nights})).await;
    let base = format!("/api/v1/users/{user}/events/sleep?{SPAN}");
    let told = |page: &Value| -> Vec<String> {
        let nights = page["data"].as_array().unwrap().iter();
        nights
            .map(|it| format!("{} {}", &it["calendar_date"].as_str().unwrap()[8..], it["source"]["provider"]))
            .collect()
    };
    assert_eq!(world.get(&base).await.expect(200)["data"].as_array().unwrap().len(), 6);
    let by_phone = ["21 \"apple\"", "20 \"garmin\"", "19 \"apple\"", "18 \"apple\""];
    let page = world.get(&format!("{base}&filter_by_priority=true")).await.expect(200);
    assert_eq!(told(&page), by_phone);
    assert_eq!(page["pagination"]["total_count"], 4);
    let body = json!({"priorities": [{"provider": "apple", "priority": 9}]});
    world.as_developer("PUT", "/api/v1/priorities/providers", Some(body)).await.expect(200);
    let by_watch = ["21 \"garmin\"", "20 \"garmin\"", "19 \"garmin\"", "18 \"apple\""];
    let first = world.get(&format!("{base}&filter_by_priority=true&limit=3")).await.expect(200);
    assert_eq!(
        (told(&first), &first["pagination"]["has_more"]),
        (by_watch[..3].iter().map(|it| (*it).to_owned()).collect(), &json!(true))
    );
    let cursor = first["pagination"]["next_cursor"].as_str().unwrap();
    let second = world.get(&format!("{base}&filter_by_priority=true&limit=3&cursor={cursor}")).await.expect(200);
    assert_eq!((told(&second), &second["pagination"]["has_more"]), (vec![by_watch[3].to_owned()], &json!(false)));
    let cursor = second["pagination"]["previous_cursor"].as_str().unwrap();
    let back = world.get(&format!("{base}&filter_by_priority=true&limit=3&cursor={cursor}")).await.expect(200);
    assert_eq!(back["data"], first["data"]);
    // a span that leaves out the better night does not bring back the worse
    let late = base.replace("2026-11-01", "2026-11-20T22:30:00Z");
    assert_eq!(told(&world.get(&late).await.expect(200)), ["21 \"apple\""]);
    assert_eq!(told(&world.get(&format!("{late}&filter_by_priority=true")).await.expect(200)), Vec::<String>::new());
    world.get(&format!("{base}&filter_by_priority=perhaps")).await.expect(400);
}

const GPX: &str =
    "<?xml version=\"1.0\"?><gpx version=\"1.1\" creator=\"x\" xmlns=\"http://www.topografix.com/GPX/1/1\"></gpx>";

#[tokio::test]
async fn a_file_is_accepted_as_body_and_as_form() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    let path = format!("/api/v1/users/{user}/files?name=a.gpx");
    let accepted = world.with_key("POST", &path, Some(json!(GPX))).await.expect(202);
    assert_eq!((&accepted["format"], &accepted["size"]), (&json!("gpx"), &json!(GPX.len())));
    let form =
        format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.gpx\"\r\n\r\n{GPX}\r\n--x--\r\n");
    let headers = [(KEY_HEADER, world.a.key.as_str()), ("content-type", "multipart/form-data; boundary=x")];
    let accepted = world.send(request("POST", &path, &headers, Some(json!(form)))).await.expect(202);
    assert_eq!(accepted["size"], json!(GPX.len()));
    world.with_key("POST", &path, None).await.expect(400);
    let path = format!("/api/v1/users/{user}/files");
    world.with_key("POST", &path, Some(json!("what is this"))).await.expect(400);
    let table = "Activity ID,Activity Date,Activity Type\n1,\"Nov 21, 2025, 6:30:15 AM\",Ride\n";
    let zoned = |zone: &str| format!("{path}?time_zone={zone}");
    let accepted = world.with_key("POST", &zoned("Europe/Berlin"), Some(json!(table))).await.expect(202);
    assert_eq!((&accepted["provider"], &accepted["format"]), (&json!("strava"), &json!("export_activities")));
    let seen = world.with_key("POST", &format!("{path}?dry_run=true"), Some(json!(table))).await.expect(200);
    assert_eq!((&seen["status"], &seen["records"]), (&json!("preview"), &json!({"workout": 1})));
    assert_eq!((&seen["start_time"], &seen["sources"]), (&json!("2025-11-21T06:30:15Z"), &json!(["Strava"])));
    world.with_key("POST", &zoned("Middle/Earth"), Some(json!(table))).await.expect(400);
    // a name says nothing
    world.with_key("POST", &format!("{path}?name=a.fit"), Some(json!("what is this"))).await.expect(400);
    let empty_form = "--x--\r\n";
    world.send(request("POST", &path, &headers, Some(json!(empty_form)))).await.expect(400);
    assert_eq!(world.store.queue_depths().await.unwrap().deliveries_waiting, 3);
}
