//! Phones: how they are let in, what they send, and what becomes of it.

use crate::world::{Answer, KEY_HEADER, World, request};
use model::UserId;
use serde_json::{Value, json};
use std::time::Duration;

const DAYS: &str = "start_date=2026-11-01&end_date=2026-12-01&start_time=2026-11-01&end_time=2026-12-01&limit=1000";

async fn user(world: &World) -> UserId {
    world.user_of(world.a.team, "ann").await
}

async fn token(world: &World, user: UserId) -> Value {
    world.as_developer("POST", &format!("/api/v1/users/{user}/token"), None).await.expect(200)
}

async fn send(world: &World, user: UserId, bearer: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {bearer}");
    let path = format!("/api/v1/sdk/users/{user}/sync");
    world.send(request("POST", &path, &[("authorization", &bearer)], Some(body.clone()))).await
}

/// A phone of its user sends, and it is applied.
pub(crate) async fn synced(world: &World, user: UserId, provider: &str, data: Value) {
    let access = token(world, user).await["access_token"].as_str().unwrap().to_owned();
    let body = json!({"data": data, "provider": provider, "sdkVersion": "1.2.0"});
    send(world, user, &access, &body).await.expect(202);
    world.work().await;
}

fn source() -> Value {
    json!({"appId": "com.apple.health", "name": "Apple Watch", "deviceModel": "Watch7,5", "deviceType": "watch"})
}

fn record(kind: &str, from: &str, to: &str, value: f64, unit: &str) -> Value {
    json!({
        "id": format!("{kind}-{from}-{to}"), "type": format!("HKQuantityTypeIdentifier{kind}"), "startDate": from,
        "endDate": to, "zoneOffset": "+02:00", "source": source(), "value": value, "unit": unit
    })
}

pub(crate) fn stage(stage: &str, from: &str, to: &str) -> Value {
    json!({"id": format!("{stage}-{from}"), "stage": stage, "startDate": from, "endDate": to, "source": source()})
}

async fn samples(world: &World, user: UserId, series: &str) -> Vec<Value> {
    let page = world.get_owned(format!("/api/v1/users/{user}/timeseries?{DAYS}&types={series}")).await.expect(200);
    page["data"].as_array().unwrap().clone()
}

async fn nights(world: &World, user: UserId) -> Vec<Value> {
    let page = world.get_owned(format!("/api/v1/users/{user}/events/sleep?{DAYS}")).await.expect(200);
    page["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn records_become_samples_with_their_source_and_twice_is_once() {
    let world = World::new().await;
    let user = user(&world).await;
    let data = json!({"records": [
        record("HeartRate", "2026-11-17T08:00:00Z", "2026-11-17T08:00:00Z", 61.5, "count/min"),
        record("StepCount", "2026-11-17T08:00:00Z", "2026-11-17T08:10:00Z", 120.0, "count"),
        record("StepCount", "2026-11-17T08:00:00Z", "2026-11-17T08:05:00Z", 80.0, "count"),
        record("Height", "2026-11-17T08:00:00Z", "2026-11-17T08:00:00Z", 1.78, "m"),
    ]});
    synced(&world, user, "apple", data.clone()).await;
    let heart = samples(&world, user, "heart_rate").await;
    assert_eq!((heart.len(), &heart[0]["value"]), (1, &json!(61.5)));
    assert_eq!(heart[0]["zone_offset"], json!("+02:00"));
    assert_eq!(heart[0]["source"]["provider"], json!("apple"));
    assert_eq!(samples(&world, user, "steps").await.len(), 2, "samples that start together are both kept");
    assert_eq!(samples(&world, user, "height").await[0]["value"], json!(178.0));
    synced(&world, user, "apple", data).await;
    assert_eq!(samples(&world, user, "steps").await.len(), 2);
    let runs = world.get_owned(format!("/api/v1/users/{user}/sync/runs")).await.expect(200);
    assert_eq!((runs[0]["source"].as_str(), runs[0]["status"].as_str()), (Some("sdk"), Some("success")));
    let linked = world.get_owned(format!("/api/v1/users/{user}/connections")).await.expect(200);
    assert_eq!((linked[0]["provider"].as_str(), linked[0]["status"].as_str()), (Some("apple"), Some("active")));
    assert_eq!(linked[0]["last_synced_at"], json!("2026-11-21T12:00:00Z"));
}

#[tokio::test]
async fn bad_records_cost_themselves_and_the_run_explains_them() {
    let world = World::new().await;
    let user = user(&world).await;
    let good = record("HeartRate", "2026-11-17T08:00:00Z", "2026-11-17T08:00:00Z", 61.5, "count/min");
    let mut much = record("StepCount", "2026-11-17T08:00:00Z", "2026-11-17T08:10:00Z", 99_999_999.0, "count");
    much["id"] = json!("x".repeat(120));
    synced(&world, user, "apple", json!({"records": [{"type": "x"}, good, much, 17]})).await;
    assert_eq!(samples(&world, user, "heart_rate").await.len(), 1);
    assert_eq!(samples(&world, user, "steps").await[0]["value"], json!(99_999_999.0));
    let runs = world.get_owned(format!("/api/v1/users/{user}/sync/runs")).await.expect(200);
    assert_eq!(runs[0]["status"], json!("partial"), "{runs}");
    assert!(runs[0]["error"].as_str().unwrap().starts_with("2 issues"), "{runs}");
}

#[tokio::test]
async fn a_night_is_one_event_whatever_the_order_of_its_stages_and_keeps_its_id() {
    let world = World::new().await;
    let user = user(&world).await;
    let early = json!({"sleep": [stage("light", "2026-11-17T22:10:00Z", "2026-11-17T23:00:00Z")]});
    let late = json!({"sleep": [
        stage("rem", "2026-11-18T04:00:00Z", "2026-11-18T05:00:00Z"),
        stage("deep", "2026-11-18T02:30:00Z", "2026-11-18T04:00:00Z"),
    ]});
    let between = json!({"sleep": [
        stage("awake", "2026-11-17T23:00:00Z", "2026-11-17T23:05:00Z"),
        stage("light", "2026-11-17T23:05:00Z", "2026-11-18T02:30:00Z"),
        stage("in_bed", "2026-11-17T22:00:00Z", "2026-11-18T05:10:00Z"),
    ]});
    synced(&world, user, "apple", early.clone()).await;
    let first = nights(&world, user).await;
    assert_eq!(first.len(), 1);
    synced(&world, user, "apple", late.clone()).await;
    assert_eq!(nights(&world, user).await.len(), 2, "five hours apart");
    synced(&world, user, "apple", between.clone()).await;
    let joined = nights(&world, user).await;
    assert_eq!(joined.len(), 1);
    let night = &joined[0];
    assert_eq!(night["id"], first[0]["id"]);
    assert_eq!(
        (night["start_time"].as_str(), night["end_time"].as_str()),
        (Some("2026-11-17T22:10:00Z"), Some("2026-11-18T05:00:00Z"))
    );
    assert_eq!(night["sleep_duration_seconds"], json!(24_300));
    assert_eq!(
        night["stages"],
        json!({"awake_minutes": 5, "light_minutes": 255, "deep_minutes": 90, "rem_minutes": 60})
    );
    for again in [early, late, between] {
        synced(&world, user, "apple", again).await;
    }
    assert_eq!(nights(&world, user).await, joined);
    let path = format!("/api/v1/users/{user}/events/sleep/{}", night["id"].as_str().unwrap());
    world.as_developer("DELETE", &path, None).await;
    let more = json!({"sleep": [stage("rem", "2026-11-18T05:00:00Z", "2026-11-18T05:20:00Z")]});
    synced(&world, user, "apple", more).await;
    assert_eq!(nights(&world, user).await, [] as [Value; 0], "what a person deleted stays deleted");
}

#[tokio::test]
async fn sources_have_their_own_nights_and_nights_two_hours_apart_are_two() {
    let world = World::new().await;
    let user = user(&world).await;
    let mut ring = stage("sleeping", "2026-11-17T22:00:00Z", "2026-11-18T06:00:00Z");
    ring["source"] = json!({"appId": "com.ring", "deviceType": "ring"});
    let data = json!({"sleep": [
        stage("light", "2026-11-17T22:00:00Z", "2026-11-18T06:00:00Z"), ring,
        stage("light", "2026-11-18T13:00:00Z", "2026-11-18T13:40:00Z"),
    ]});
    synced(&world, user, "apple", data).await;
    assert_eq!(nights(&world, user).await.len(), 3);
}

#[tokio::test]
async fn a_workout_comes_with_laps_route_and_samples() {
    let world = World::new().await;
    let user = user(&world).await;
    let workout = json!({
        "id": "w1", "type": "RUNNING", "startDate": "2026-11-17T06:00:00Z", "endDate": "2026-11-17T06:45:00Z",
        "zoneOffset": "+01:00", "source": {"appId": "com.sec.android.app.shealth", "deviceModel": "SM-R960"},
        "values": [
            {"type": "duration", "value": 2_700_000, "unit": "ms"}, {"type": "calories", "value": 345.5, "unit": "kcal"},
            {"type": "totalCalories", "value": 400.0, "unit": "kcal"}, {"type": "distance", "value": 5234.0, "unit": "m"}
        ],
        "laps": [{"startDate": "2026-11-17T06:00:00Z", "endDate": "2026-11-17T06:20:00Z", "distanceM": 2400}],
        "route": [{"timestamp": "2026-11-17T06:01:00Z", "latitude": 52.229676, "longitude": 21.012229, "altitudeM": 142}],
        "samples": [{"timestamp": "2026-11-17T06:01:00Z", "type": "heartRate", "value": 110, "unit": "bpm"}]
    });
    synced(&world, user, "samsung", json!({"workouts": [workout]})).await;
    let page = world.get_owned(format!("/api/v1/users/{user}/events/workouts?{DAYS}")).await.expect(200);
    let shown = &page["data"][0];
    assert_eq!((shown["type"].as_str(), shown["calories_kcal"].as_f64()), (Some("running"), Some(345.5)), "{shown}");
    let id = shown["id"].as_str().unwrap();
    let detail = world.get_owned(format!("/api/v1/users/{user}/events/workouts/{id}")).await.expect(200);
    assert_eq!(detail["detail"]["laps"][0]["distance_m"], json!(2400.0), "{detail}");
    assert_eq!(samples(&world, user, "latitude").await[0]["value"], json!(52.229676));
}

#[tokio::test]
async fn a_phone_reaches_its_own_user_alone_and_no_other_route() {
    let world = World::new().await;
    let (ann, bob) = (user(&world).await, world.user_of(world.a.team, "bob").await);
    let access = token(&world, ann).await["access_token"].as_str().unwrap().to_owned();
    let body = json!({"provider": "apple", "data": {}});
    send(&world, ann, &access, &body).await.expect(202);
    assert_eq!(send(&world, bob, &access, &body).await.expect(403)["detail"], "Token does not match user_id");
    let bearer = format!("Bearer {access}");
    for path in [format!("/api/v1/users/{ann}"), "/api/v1/applications".to_owned()] {
        let answer = world.send(request("GET", &path, &[("authorization", &bearer)], None)).await.expect(401);
        assert_eq!(answer["detail"], "SDK tokens cannot access this endpoint", "{path}");
    }
    for bad in [&access[..access.len() - 2], "x.y.z", "at-1", ""] {
        send(&world, ann, bad, &body).await.expect(401);
    }
    let foreign = [(KEY_HEADER, world.b.key.as_str())];
    let path = format!("/api/v1/sdk/users/{ann}/sync");
    world.send(request("POST", &path, &foreign, Some(body.clone()))).await.expect(404);
    world.with_key("POST", &path, Some(body.clone())).await.expect(202);
    let deleted = token(&world, bob).await["access_token"].as_str().unwrap().to_owned();
    world.as_developer("DELETE", &format!("/api/v1/users/{bob}"), None).await.expect(200);
    send(&world, bob, &deleted, &body).await.expect(401);
    world.clock.advance(Duration::from_secs(3_601));
    send(&world, ann, &access, &body).await.expect(401);
}

#[tokio::test]
async fn only_the_three_providers_and_whole_bodies_are_taken() {
    let world = World::new().await;
    let user = user(&world).await;
    let path = format!("/api/v1/sdk/users/{user}/sync");
    for (body, detail) in [
        (
            json!({"provider": "nope", "data": {}}).to_string(),
            "Unsupported provider: nope. Supported: apple, samsung, google",
        ),
        (
            json!({"provider": "garmin", "data": {}}).to_string(),
            "Unsupported provider: garmin. Supported: apple, samsung, google",
        ),
        (
            r#"{"provider":"apple","data":{"records":[}}"#.to_owned(),
            "The body broke off: it ends in the middle, at byte 41",
        ),
        (r#"{"provider":"apple","data":{"records":[};]}}"#.to_owned(), "JSON decode error"),
    ] {
        let answer = world.with_key("POST", &path, Some(Value::String(body.clone()))).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["detail"].as_str().unwrap_or_default()),
            (400, detail),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_hundred_thousand_records_in_one_request_all_arrive() {
    let world = World::new().await;
    let user = user(&world).await;
    let one = |second: i64| {
        let at = model::Timestamp::from_seconds(1_794_000_000 + second).to_string();
        record("HeartRate", &at, &at, 60.0 + (second % 40) as f64, "count/min")
    };
    let records: Vec<Value> = (0..100_000).map(one).collect();
    synced(&world, user, "apple", json!({"records": records})).await;
    let query = store::BlockQuery {
        series: vec![model::SeriesType::HEART_RATE],
        from: model::Timestamp::MIN,
        to: model::Timestamp::MAX,
        source: None,
        context: None,
    };
    let blocks = world.store.list_block_heads(user, query).await.unwrap();
    assert_eq!(blocks.iter().map(|block| block.count).sum::<u32>(), 100_000);
    let runs = world.get_owned(format!("/api/v1/users/{user}/sync/runs")).await.expect(200);
    assert_eq!((runs.as_array().unwrap().len(), runs[0]["status"].as_str()), (1, Some("success")), "{runs}");
}

#[tokio::test]
async fn applications_make_tokens_for_users_of_their_team_until_they_end() {
    let world = World::new().await;
    let user = user(&world).await;
    let made = world.as_developer("POST", "/api/v1/applications", Some(json!({"name": "app1"}))).await.expect(201);
    let (app_id, secret) = (made["app_id"].as_str().unwrap(), made["app_secret"].as_str().unwrap());
    assert!(app_id.starts_with("app_") && secret.starts_with("secret_") && secret.len() == 71);
    let listed = world.as_developer("GET", "/api/v1/applications", None).await.expect(200);
    assert_eq!((listed[0]["app_id"].as_str(), listed[0].get("app_secret")), (Some(app_id), None));
    let ask = async |user: UserId, secret: &str| {
        let body = json!({"app_id": app_id, "app_secret": secret});
        world.send(request("POST", &format!("/api/v1/users/{user}/token"), &[], Some(body))).await
    };
    let tokens = ask(user, secret).await.expect(200);
    send(&world, user, tokens["access_token"].as_str().unwrap(), &json!({"provider": "google", "data": {}}))
        .await
        .expect(202);
    ask(user, "secret_0").await.expect(401);
    ask(world.user_of(world.b.team, "foreign").await, secret).await.expect(404);
    let rotate = format!("/api/v1/applications/{app_id}/rotate-secret");
    let rotated = world.as_developer("POST", &rotate, None).await.expect(200);
    ask(user, secret).await.expect(401);
    let tokens = ask(user, rotated["app_secret"].as_str().unwrap()).await.expect(200);
    let eve = format!("Bearer {}", world.b.token);
    for (method, path) in [("POST", rotate.clone()), ("DELETE", format!("/api/v1/applications/{app_id}"))] {
        world.send(request(method, &path, &[("authorization", &eve)], None)).await.expect(404);
    }
    let of_eve = world.send(request("GET", "/api/v1/applications", &[("authorization", &eve)], None)).await.expect(200);
    assert_eq!(of_eve, json!([]));
    world.as_developer("DELETE", &format!("/api/v1/applications/{app_id}"), None).await.expect(204);
    ask(user, rotated["app_secret"].as_str().unwrap()).await.expect(401);
    refresh(&world, &tokens).await.expect(401);
}

async fn refresh(world: &World, tokens: &Value) -> Answer {
    let body = json!({"refresh_token": tokens["refresh_token"]});
    world.send(request("POST", "/api/v1/token/refresh", &[], Some(body))).await
}

#[tokio::test]
async fn a_phone_whose_answer_was_lost_may_refresh_again_and_a_thief_may_not() {
    let world = World::new().await;
    let user = user(&world).await;
    let first = token(&world, user).await;
    let lost = refresh(&world, &first).await.expect(200);
    let second = refresh(&world, &first).await.expect(200);
    refresh(&world, &lost).await.expect(401);
    let third = refresh(&world, &second).await.expect(200);
    refresh(&world, &first).await.expect(401);
    refresh(&world, &third).await.expect(401);
    let other = token(&world, user).await;
    let body = json!({"refresh_token": other["refresh_token"]});
    world.send(request("POST", "/api/v1/token/revoke", &[], Some(body))).await.expect(204);
    refresh(&world, &other).await.expect(401);
}

#[tokio::test]
async fn an_invitation_code_works_once_until_it_ends_or_another_is_made() {
    let world = World::new().await;
    let user = user(&world).await;
    let make = async || {
        let path = format!("/api/v1/users/{user}/invitation-code");
        world.as_developer("POST", &path, None).await.expect(201)["code"].as_str().unwrap().to_owned()
    };
    let redeem = async |code: &str| {
        let body = json!({"code": code});
        world.send(request("POST", "/api/v1/invitation-code/redeem", &[], Some(body))).await
    };
    let replaced = make().await;
    let code = make().await;
    redeem(&replaced).await.expect(404);
    let tokens = redeem(&code).await.expect(200);
    assert_eq!(tokens["user_id"], json!(user.to_string()));
    send(&world, user, tokens["access_token"].as_str().unwrap(), &json!({"provider": "apple", "data": {}}))
        .await
        .expect(202);
    redeem(&code).await.expect(404);
    redeem("short").await.expect(400);
    let late = make().await;
    world.clock.advance(Duration::from_secs(7 * 86_400));
    redeem(&late).await.expect(404);
    for _ in 0..20 {
        redeem("AAAAAAAA").await;
    }
    redeem("AAAAAAAA").await.expect(429);
}

#[tokio::test]
async fn what_a_phone_tells_of_its_work_is_checked_and_kept() {
    let world = World::new().await;
    let user = user(&world).await;
    let path = format!("/api/v1/sdk/users/{user}/logs");
    let at = "2026-11-21T08:00:00Z";
    let event = json!({"eventType": "device_state", "timestamp": at, "batteryLevel": 0.5});
    let log = |events: Vec<Value>| Some(json!({"sdkVersion": "1.0", "provider": "google", "events": events}));
    let answer = world.with_key("POST", &path, log(vec![event.clone()])).await.expect(202);
    assert_eq!((answer["status_code"].as_u64(), answer["records_saved"].as_u64()), (Some(202), Some(0)));
    world.work().await;
    for bad in [
        vec![],
        vec![event.clone(); 101],
        vec![json!({"eventType": "device_state"})],
        vec![json!({"eventType": "device_state", "timestamp": at, "batteryLevel": 2})],
        vec![json!({"eventType": "historical_data_type_sync_end", "timestamp": at, "dataType": "steps"})],
        vec![json!({"eventType": "party", "timestamp": at})],
    ] {
        world.with_key("POST", &path, log(bad)).await.expect(400);
    }
}

#[tokio::test]
async fn the_recorded_body_of_a_phone_goes_in_whole() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples/mobile-sdk");
    let Ok(files) = std::fs::read_dir(folder) else {
        eprintln!("SKIPPED: {folder} is not here, so no recorded body was sent");
        return;
    };
    let world = World::new().await;
    let user = user(&world).await;
    for file in files {
        let body: Value = serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
        synced(&world, user, body["provider"].as_str().unwrap(), body["data"].clone()).await;
    }
    let runs = world.get_owned(format!("/api/v1/users/{user}/sync/runs")).await.expect(200);
    let runs = runs.as_array().unwrap();
    assert!(runs.len() >= 3 && runs.iter().all(|run| run["status"] == "success"), "{runs:?}");
}
