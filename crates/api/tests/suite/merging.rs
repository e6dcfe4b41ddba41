//! One record out of a phone and a watch: a week worked out by hand, who gave what and why, and priorities.

use crate::{
    phones::synced,
    world::{World, request},
};
use model::{Timestamp, UserId};
use serde_json::{Value, json};

const STEPS: &str = "types=steps&start_time=2026-10-19&end_time=2026-10-25&tz=Europe/Berlin";

fn at(text: &str) -> i64 {
    Timestamp::parse_rfc3339(&format!("2026-10-{text}:00Z")).unwrap().as_micros() / 1_000_000
}

/// The watch's slots of a quarter of an hour (UTC) as Garmin sends them, all with as many steps.
fn worn(from: &str, to: &str, steps: i64, offset_h: i64) -> Vec<Value> {
    let slot = |start: i64| {
        json!({"userId": "account", "summaryId": format!("e{start}"), "activityType": "WALKING",
               "startTimeInSeconds": start, "startTimeOffsetInSeconds": offset_h * 3_600,
               "durationInSeconds": 900, "activeTimeInSeconds": 900, "steps": steps})
    };
    (at(from)..at(to)).step_by(900).map(slot).collect()
}

/// What the phone counted from one moment to another (UTC), as its SDK tells it.
fn carried(from: &str, to: &str, steps: f64) -> Value {
    let moment = |text: &str| format!("2026-10-{text}:00Z");
    json!({
        "id": format!("steps-{from}"), "type": "HKQuantityTypeIdentifierStepCount", "startDate": moment(from),
        "endDate": moment(to), "zoneOffset": "+02:00", "value": steps, "unit": "count",
        "source": {"appId": "com.apple.health", "name": "iPhone", "deviceModel": "iPhone17,1", "deviceType": "phone"}
    })
}

struct Week {
    world: World,
    user: UserId,
}

impl Week {
    /// A person in Berlin, a day two hours before UTC until the night to Sunday the 25th, then one.
    async fn new() -> Self {
        let world = World::new().await;
        let user = world.person("account").await;
        let watch = [
            worn("19T06:00", "19T18:00", 100, 2), // Monday, 8 to 20
            worn("20T06:00", "20T10:00", 100, 2), // Tuesday, 8 to 12; it is charged until 16
            worn("20T14:00", "20T18:00", 100, 2), // and worn until 20
            worn("22T07:00", "22T09:30", 120, 2), // Thursday
            worn("23T05:00", "23T07:00", 90, 2),  // Friday, 7 to 9, to the airport
            worn("23T22:00", "24T00:00", 50, -4), // 18 to 20 in New York; in Berlin it is Saturday
            worn("25T00:00", "25T01:00", 25, 2),  // Sunday, 2 to 3 in summer time
            worn("25T01:00", "25T02:00", 25, 1),  // and 2 to 3 again
        ];
        world.push(&json!({"epochs": watch.concat()})).await;
        let thursday = json!({"userId": "account", "summaryId": "d22", "calendarDate": "2026-10-22",
            "startTimeInSeconds": at("21T22:00"), "startTimeOffsetInSeconds": 7_200,
            "durationInSeconds": 86_400, "steps": 1_250});
        world.push(&json!({"dailies": [thursday]})).await;
        let counted = [
            carried("19T07:00", "19T08:00", 700.0),
            carried("19T17:30", "19T18:30", 600.0),
            carried("20T09:00", "20T15:00", 3_600.0),
            carried("21T08:00", "21T09:00", 1_000.0),
            carried("21T12:00", "21T13:00", 1_000.0),
            carried("21T18:00", "21T19:00", 1_000.0),
            carried("22T19:00", "22T19:30", 500.0),
            carried("23T07:00", "23T09:00", 1_300.0),
            carried("24T08:00", "24T10:00", 800.0),
            carried("25T00:30", "25T01:30", 400.0),
            carried("25T22:00", "25T23:00", 600.0),
        ];
        synced(&world, user, "apple", json!({"records": counted})).await;
        Self { world, user }
    }

    /// The watch before the phone, for the whole team.
    async fn trust_the_watch(&self) {
        let body = json!({"priorities": [{"provider": "garmin", "priority": 1}, {"provider": "apple", "priority": 2}]});
        self.world.as_developer("PUT", "/api/v1/priorities/providers", Some(body)).await.expect(200);
    }

    async fn read(&self, query: &str) -> Value {
        self.world.get_owned(format!("/api/v1/users/{}/timeseries?{query}", self.user)).await.expect(200)
    }

    async fn days(&self, query: &str) -> Vec<f64> {
        values(&self.read(&format!("{STEPS}&resolution=1day&merged=true{query}")).await)
    }
}

fn values(page: &Value) -> Vec<f64> {
    page["data"].as_array().unwrap().iter().map(|sample| sample["value"].as_f64().unwrap()).collect()
}

/// Provider and amount of each source that counts.
fn given(sample: &Value) -> Vec<(String, f64)> {
    let sources = sample["explain"]["sources"].as_array().unwrap();
    let counts = sources.iter().filter(|source| source["outcome"] != "covered");
    let amount = |source: &Value| source["amount"].as_f64().unwrap();
    counts.map(|it| (it["source"]["provider"].as_str().unwrap().to_owned(), amount(it))).collect()
}

#[tokio::test]
async fn a_week_of_phone_and_watch_has_the_right_steps_for_every_day_and_names_its_sources() {
    let week = Week::new().await;
    week.trust_the_watch().await;
    let page = week.read(&format!("{STEPS}&resolution=1day&merged=true&explain=true")).await;
    assert_eq!(page["metadata"]["merged"], true);
    let days = page["data"].as_array().unwrap();
    let of = |name: &str, amount: f64| (name.to_owned(), amount);
    let expected = [
        // 48 slots of 100; of the phone's 600 from 19:30 to 20:30 the half after 20:00
        ("18T22:00", 4_800.0 + 300.0, vec![of("garmin", 4_800.0), of("apple", 300.0)]),
        // 32 slots of 100; of the phone's 3,600 in six hours the four that the watch was charged
        ("19T22:00", 3_200.0 + 2_400.0, vec![of("garmin", 3_200.0), of("apple", 2_400.0)]),
        // the watch lay at home
        ("20T22:00", 3_000.0, vec![of("apple", 3_000.0)]),
        // ten slots of 120 and a total of 1,250; its 50 more are not counted beside the phone's 500
        ("21T22:00", 1_200.0 + 500.0, vec![of("garmin", 1_200.0), of("apple", 500.0)]),
        // eight slots of 90, then 1,300 by phone; the evening in New York is tomorrow in Berlin
        ("22T22:00", 720.0 + 1_300.0, vec![of("garmin", 720.0), of("apple", 1_300.0)]),
        // that evening, eight slots of 50, and 800 by phone
        ("23T22:00", 400.0 + 800.0, vec![of("garmin", 400.0), of("apple", 800.0)]),
        // both hours from 2 to 3, eight slots of 25, over the phone's 400; its 600 lie in the day's 25th hour
        ("24T22:00", 200.0 + 600.0, vec![of("garmin", 200.0), of("apple", 600.0)]),
    ];
    assert_eq!(days.len(), expected.len(), "{page}");
    for (day, (start, steps, sources)) in days.iter().zip(expected) {
        assert_eq!(day["timestamp"], format!("2026-10-{start}:00Z"));
        assert_eq!((day["value"].as_f64().unwrap(), given(day)), (steps, sources.clone()), "{start}");
        let alone = if sources.len() == 1 { json!(sources[0].0) } else { Value::Null };
        assert_eq!(day["source"]["provider"], alone, "{start}");
    }
    // the 6,100 that both told on Monday, of which 1,000 were told twice
    let monday = &days[0]["explain"]["sources"];
    assert_eq!((&monday[0]["rule"], &monday[0]["place"]), (&json!("provider priority 1"), &json!(1)));
    assert_eq!((&monday[1]["rule"], &monday[1]["told_amount"]), (&json!("provider priority 2"), &json!(1_300.0)));
    assert_eq!((&monday[1]["points"], &monday[1]["seconds"]), (&json!(1), &json!(1_800.0)));
    assert_eq!(days[3]["explain"]["sources"][0]["outcome"], "daily total");
    assert_eq!((&days[3]["is_daily_total"], &days[2]["is_daily_total"]), (&json!(true), &json!(false)));
    assert_eq!(days[2]["explain"]["sources"][0]["rule"], "only source");
}

#[tokio::test]
async fn by_another_clock_the_days_of_a_journey_are_cut_elsewhere() {
    let week = Week::new().await;
    week.trust_the_watch().await;
    let friday =
        "types=steps&start_time=2026-10-23&end_time=2026-10-23&tz=America/New_York&resolution=1day&merged=true";
    // 1 to 3 and 3 to 5 at night, and the evening there
    assert_eq!(values(&week.read(friday).await), [720.0 + 1_300.0 + 400.0]);
}

#[tokio::test]
async fn every_resolution_adds_up_to_the_same_and_pages_lead_both_ways() {
    let week = Week::new().await;
    week.trust_the_watch().await;
    let whole = week.days("").await.iter().sum::<f64>();
    for resolution in ["raw", "1min", "15min", "1hour"] {
        let page = week.read(&format!("{STEPS}&resolution={resolution}&merged=true&limit=10000&explain=true")).await;
        let samples = page["data"].as_array().unwrap();
        let samples = samples.iter().filter(|sample| sample["is_daily_total"] == false);
        let (mut sum, mut shares) = (0.0, 0.0);
        for sample in samples {
            sum += sample["value"].as_f64().unwrap();
            shares += given(sample).iter().map(|(_, amount)| amount).sum::<f64>();
        }
        assert!((sum - whole).abs() < 1e-6 && (shares - whole).abs() < 1e-6, "{resolution}: {sum} {shares} {whole}");
    }
    let query = format!("{STEPS}&resolution=1day&merged=true&limit=3");
    let first = week.read(&query).await;
    let second = week.read(&format!("{query}&cursor={}", first["pagination"]["next_cursor"].as_str().unwrap())).await;
    let back =
        week.read(&format!("{query}&cursor={}", second["pagination"]["previous_cursor"].as_str().unwrap())).await;
    assert_eq!([values(&first), values(&second)].concat(), week.days("").await[..6]);
    assert_eq!(back["data"], first["data"]);
}

#[tokio::test]
async fn the_most_specific_priority_decides_and_says_so() {
    let week = Week::new().await;
    let path = format!("/api/v1/users/{}/priorities", week.user);
    // as is usual apple goes before garmin: of Tuesday's overlap the phone counts
    let usual = 16.0 * 100.0 * 2.0 - 8.0 * 100.0 + 3_600.0;
    assert_eq!(week.days("").await[1], usual);
    week.trust_the_watch().await;
    assert_eq!(week.days("").await[1], 5_600.0);
    let shown = week.world.get(&path).await.expect(200);
    assert_eq!(
        (&shown["order"][0]["source"]["provider"], &shown["order"][0]["first"]),
        (&json!("garmin"), &json!({"kind": "provider", "priority": 1, "set_by": "team"}),)
    );
    // for this user, for steps alone, the phone itself
    let id = shown["order"][1]["id"].clone();
    let own = json!({"priorities": [
        {"provider": "garmin", "priority": 30},
        {"device": id, "series": "heart_rate", "priority": 100},
        {"device": id, "series": "steps", "priority": 29},
    ]});
    let set = week.world.with_key("PUT", &path, Some(own.clone())).await.expect(200);
    assert_eq!(set["priorities"].as_array().unwrap().len(), 3);
    assert_eq!(week.days("").await[1], usual);
    let page = week.read(&format!("{STEPS}&resolution=1day&merged=true&explain=true")).await;
    assert_eq!(page["data"][1]["explain"]["sources"][0]["rule"], "device priority 29");
    // taken back, the team's hold again
    week.world.with_key("PUT", &path, Some(json!({"priorities": []}))).await.expect(200);
    assert_eq!(week.days("").await[1], 5_600.0);
    for (wrong, named) in [
        (json!({"provider": "garmin", "priority": 0}), "priorities[0].priority"),
        (json!({"provider": "garmin", "device_type": "watch", "priority": 1}), "priorities[0].provider"),
        (json!({"device_type": "toaster", "priority": 1}), "priorities[0].device_type"),
        (json!({"device": week.user, "priority": 1}), "priorities[0].device"),
        (json!({"provider": "garmin", "series": "stepps", "priority": 1}), "priorities[0].series"),
    ] {
        let refused = week.world.with_key("PUT", &path, Some(json!({"priorities": [wrong]}))).await.expect(400);
        assert!(refused["detail"].as_str().unwrap().starts_with(named), "{refused}");
    }
}

#[tokio::test]
async fn a_team_orders_providers_and_kinds_of_devices_for_itself_alone() {
    let world = World::new().await;
    let list = async |path: &str| world.as_developer("GET", path, None).await.expect(200)["items"].clone();
    let (providers, types) = ("/api/v1/priorities/providers", "/api/v1/priorities/device-types");
    let names = |items: &Value, field: &str| -> Vec<String> {
        items.as_array().unwrap().iter().map(|item| item[field].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&list(providers).await, "provider")[..5], ["apple", "garmin", "polar", "suunto", "whoop"]);
    assert_eq!(names(&list(types).await, "device_type")[..4], ["watch", "band", "ring", "phone"]);
    let one = world.as_developer("PUT", &format!("{types}/phone"), Some(json!({"priority": 1}))).await.expect(200);
    assert_eq!((&one["device_type"], &one["priority"]), (&json!("phone"), &json!(1)));
    let one = world.as_developer("PUT", &format!("{providers}/oura"), Some(json!({"priority": 1}))).await.expect(200);
    assert_eq!(names(&list(providers).await, "provider")[..3], ["apple", "oura", "garmin"]);
    assert_eq!(one["id"], list(providers).await[1]["id"]);
    assert_eq!(names(&list(types).await, "device_type")[..2], ["phone", "watch"]);
    for (path, body) in
        [(format!("{types}/toaster"), json!({"priority": 1})), (format!("{types}/phone"), json!({"priority": 101}))]
    {
        world.as_developer("PUT", &path, Some(body)).await.expect(400);
    }
    // programs do not decide for the team, and another team sees nothing of it
    world.with_key("PUT", &format!("{types}/phone"), Some(json!({"priority": 9}))).await.expect(401);
    assert_eq!(world.store.list_priorities(world.b.team, None).await.unwrap(), []);
}

#[tokio::test]
async fn a_team_trusts_others_for_one_series_and_what_is_set_for_a_user_goes_before() {
    let week = Week::new().await;
    week.trust_the_watch().await;
    let path = "/api/v1/priorities/series";
    let usual = 16.0 * 100.0 * 2.0 - 8.0 * 100.0 + 3_600.0;
    let wanted = json!({"priorities": [
        {"device_type": "phone", "series": "steps", "priority": 1},
        {"provider": "apple", "series": "steps", "priority": 1},
        {"provider": "garmin", "series": "steps", "priority": 2},
        {"provider": "garmin", "series": "heart_rate", "priority": 1},
    ]});
    let set = week.world.as_developer("PUT", path, Some(wanted)).await.expect(200);
    let told: Vec<String> = set["priorities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let name = it["provider"].as_str().or(it["device_type"].as_str()).unwrap();
            format!("{name} {} {}", it["series"].as_str().unwrap(), it["priority"])
        })
        .collect();
    assert_eq!(told, ["phone steps 1", "apple steps 1", "garmin heart_rate 1", "garmin steps 2"]);
    assert_eq!(week.world.as_developer("GET", path, None).await.expect(200), set);
    assert_eq!(week.days("").await[1], usual);
    // what holds for all series is not touched, and is shown by itself
    let items = week.world.as_developer("GET", "/api/v1/priorities/providers", None).await.expect(200);
    assert_eq!((&items["items"][0]["provider"], &items["items"][0]["priority"]), (&json!("garmin"), &json!(1)));
    // for this user the watch
    let own = format!("/api/v1/users/{}/priorities", week.user);
    let watch = json!({"priorities": [{"provider": "garmin", "series": "steps", "priority": 1},
                                      {"provider": "apple", "priority": 2}]});
    week.world.with_key("PUT", &own, Some(watch)).await.expect(200);
    assert_eq!(week.days("").await[1], 5_600.0);
    week.world.with_key("PUT", &own, Some(json!({"priorities": []}))).await.expect(200);
    // taken back, what the team set for all series holds again
    week.world.as_developer("PUT", path, Some(json!({"priorities": []}))).await.expect(200);
    assert_eq!(week.days("").await[1], 5_600.0);
}

#[tokio::test]
async fn priorities_of_a_team_for_series_are_checked_and_its_own() {
    let world = World::new().await;
    let path = "/api/v1/priorities/series";
    let steps = json!({"provider": "garmin", "series": "steps", "priority": 3});
    world.as_developer("PUT", path, Some(json!({"priorities": [steps]}))).await.expect(200);
    for (wrong, named) in [
        (json!({"provider": "garmin", "series": "steps", "priority": 101}), "priorities[0].priority"),
        (
            json!({"provider": "garmin", "device_type": "watch", "series": "steps", "priority": 1}),
            "priorities[0].provider",
        ),
        (json!({"series": "steps", "priority": 1}), "priorities[0].provider"),
        (json!({"device_type": "toaster", "series": "steps", "priority": 1}), "priorities[0].device_type"),
        (json!({"provider": "Not One", "series": "steps", "priority": 1}), "priorities[0].provider"),
        (json!({"provider": "garmin", "series": "stepps", "priority": 1}), "priorities[0].series"),
        (json!({"provider": "garmin", "priority": 1}), ""),
        (json!({"device": world.a.key_id, "series": "steps", "priority": 1}), ""),
    ] {
        let refused = world.as_developer("PUT", path, Some(json!({"priorities": [wrong]}))).await.expect(400);
        assert!(refused["detail"].as_str().unwrap().starts_with(named), "{refused}");
    }
    let many = vec![json!({"provider": "garmin", "series": "steps", "priority": 1}); 1_001];
    world.as_developer("PUT", path, Some(json!({"priorities": many}))).await.expect(400);
    // programs do not decide for the team, what was refused changed nothing, and another team sees nothing of it
    world.with_key("PUT", path, Some(json!({"priorities": []}))).await.expect(401);
    world.with_key("GET", path, None).await.expect(401);
    let kept = world.as_developer("GET", path, None).await.expect(200);
    assert_eq!(kept["priorities"][0]["priority"], 3);
    let bearer = format!("Bearer {}", world.b.token);
    let theirs = world.send(request("GET", path, &[("authorization", &bearer)], None)).await.expect(200);
    assert_eq!(theirs, json!({"priorities": []}));
    world.send(request("PUT", path, &[("authorization", &bearer)], Some(json!({"priorities": []})))).await.expect(200);
    assert_eq!(world.as_developer("GET", path, None).await.expect(200), kept);
}

#[tokio::test]
async fn raw_samples_say_what_wrote_them_and_queries_name_who_gave_each_bucket() {
    let week = Week::new().await;
    week.trust_the_watch().await;
    let raw = week.read(&format!("{STEPS}&explain=true")).await;
    let written = &raw["data"][0]["explain"]["written"];
    assert!(written["receipt"].as_i64().unwrap() > 0 && written["received_at"].is_string() && written["rank"].is_i64());
    assert_eq!(week.read(STEPS).await["data"][0].get("explain"), None, "only if it was asked");
    let body = json!({"users": ["account"], "types": ["steps"], "from": "2026-10-19", "to": "2026-10-25",
                      "tz": "Europe/Berlin", "resolution": "1day", "merged": true, "explain": true});
    let page = week.world.with_key("POST", "/api/v1/query", Some(body.clone())).await.expect(200);
    assert_eq!(page["metadata"]["merged"], true);
    let sampled = page["series"].as_array().unwrap().iter().find(|it| it["is_daily_total"] == false).unwrap();
    assert_eq!(sampled["source"], Value::Null);
    assert_eq!(sampled["source_index"], json!([null, null, 0, null, null, null]));
    assert_eq!(sampled["sources"][0]["provider"], "apple");
    assert_eq!(sampled["explain"].as_array().unwrap().len(), 6);
    let mut table = body;
    table["format"] = json!("csv");
    week.world.with_key("POST", "/api/v1/query", Some(table)).await.expect(400);
}
