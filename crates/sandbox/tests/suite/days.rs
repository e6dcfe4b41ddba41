//! Days of all kinds of people: sums that agree, clocks that change, versions that follow each other, and the
//! truth for audits.

use crate::stage::{Stage, items_in};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};

/// Invents a person who records little, connects them and uploads so many days up to a date.
async fn history(stage: &Stage, persona: &str, days: u32, until: &str) -> BTreeMap<String, usize> {
    stage.control("POST", "/sandbox/users", json!({ "name": persona, "persona": persona, "sparse": true })).await;
    stage.connect(persona).await;
    let wish = json!({ "days": days, "until": until });
    let report = stage.control("POST", &format!("/sandbox/users/{persona}/generate"), wish).await;
    serde_json::from_value(report["queued"].clone()).unwrap()
}

/// Everything of a type that a person's device uploads; quarters of an hour are queued by the day.
async fn all(stage: &Stage, queued: &BTreeMap<String, usize>, kind: &str) -> Vec<Value> {
    let count = queued.get(kind).copied().unwrap_or(0);
    if kind != "epochs" {
        return stage.items(kind, count).await;
    }
    let days = |items: &[Value]| {
        let last = items.iter().map(|epoch| number(epoch, "startTimeInSeconds")).max().unwrap_or(0);
        (items.len(), last)
    };
    let dailies = stage.items("dailies", queued["dailies"]).await;
    let end = dailies.iter().map(|day| number(day, "startTimeInSeconds") + number(day, "durationInSeconds")).max();
    let received = stage.received(|received| days(&items_in(received, kind)).1 + 900 >= end.unwrap_or(0)).await;
    items_in(&received, kind)
}

fn number(item: &Value, name: &str) -> i64 {
    item[name].as_f64().unwrap_or(0.0).round() as i64
}

#[tokio::test]
async fn quarters_of_an_hour_add_up_to_their_day() {
    for persona in ["athlete", "wheelchair_user", "traveller"] {
        let stage = Stage::open().await;
        let queued = history(&stage, persona, 9, "2026-05-19").await;
        let (dailies, epochs) = (all(&stage, &queued, "dailies").await, all(&stage, &queued, "epochs").await);
        assert_eq!(dailies.len(), 9);
        for day in &dailies {
            let (from, length) = (number(day, "startTimeInSeconds"), number(day, "durationInSeconds"));
            let within = |epoch: &&Value| (from..from + length).contains(&number(epoch, "startTimeInSeconds"));
            let of_day: Vec<&Value> = epochs.iter().filter(within).collect();
            let sum = |name: &str| of_day.iter().map(|epoch| epoch[name].as_f64().unwrap_or(0.0)).sum::<f64>();
            for name in ["steps", "pushes", "activeKilocalories", "distanceInMeters", "pushDistanceInMeters"] {
                let told = day[name].as_f64().unwrap_or(0.0);
                assert!((sum(name) - told).abs() < 0.01, "{persona} {name}: {} and {told}", sum(name));
            }
            assert_eq!(sum("activeTimeInSeconds") as i64, length, "each second has one activity");
            assert_eq!(day.get("pushes").is_some(), persona == "wheelchair_user");
        }
    }
}

#[tokio::test]
async fn a_travellers_month_has_each_date_once_and_days_of_their_true_length() {
    let stage = Stage::open().await;
    let queued = history(&stage, "traveller", 31, "2026-03-31").await;
    let dailies = all(&stage, &queued, "dailies").await;
    let field = |name: &str| dailies.iter().map(|day| number(day, name)).collect::<Vec<_>>();
    let dates: Vec<&str> = dailies.iter().map(|day| day["calendarDate"].as_str().unwrap()).collect();
    let expected: Vec<String> = (1..=31).map(|day| format!("2026-03-{day:02}")).collect();
    assert_eq!(dates, expected);
    let (starts, lengths) = (field("startTimeInSeconds"), field("durationInSeconds"));
    assert!((1..31).all(|day| starts[day - 1] + lengths[day - 1] == starts[day]), "one day ends where the next begins");
    let unusual: Vec<(usize, i64)> =
        (1..).zip(lengths.iter().map(|length| length / 3600)).filter(|d| d.1 != 24).collect();
    assert_eq!(unusual, [(5, 16), (12, 40), (20, 16), (29, 23)]);
    let offsets: Vec<i64> = field("startTimeOffsetInSeconds").into_iter().map(|offset| offset / 3600).collect();
    assert_eq!([offsets[3], offsets[5], offsets[12], offsets[20], offsets[29]], [1, 9, -7, 1, 2]);
    for night in all(&stage, &queued, "sleeps").await {
        let woke = number(&night, "startTimeInSeconds")
            + number(&night, "durationInSeconds")
            + number(&night, "awakeDurationInSeconds")
            + number(&night, "unmeasurableSleepDurationInSeconds");
        let day = dailies.iter().find(|day| day["calendarDate"] == night["calendarDate"]).unwrap();
        let from = number(day, "startTimeInSeconds");
        assert!((from..from + number(day, "durationInSeconds")).contains(&woke), "{night}");
    }
}

#[tokio::test]
async fn a_person_may_live_and_go_where_they_are_told() {
    let stage = Stage::open().await;
    let itinerary = json!([{ "date": "2026-05-10", "zone": "Asia/Tokyo" }, { "date": "2026-05-15", "zone": "-07:00" }]);
    let ana = json!({ "name": "Ana", "persona": "runner", "zone": "Europe/Berlin", "itinerary": itinerary });
    let made = stage.control("POST", "/sandbox/users", ana).await;
    assert_eq!(made["offset_seconds"], -25_200);
    let lost = json!({ "name": "Lost", "itinerary": [{ "date": "2026-05-10", "zone": "Moon/Base" }] });
    let refused = stage.http.post(stage.url("/sandbox/users")).json(&lost).send().await.unwrap();
    assert_eq!(refused.status(), 400);
    let body: Value = refused.json().await.unwrap();
    assert!(body["errorMessage"].as_str().unwrap().contains("Moon/Base"));
}

#[tokio::test]
async fn what_is_sent_is_the_truth_and_every_type_is_made_by_somebody() {
    let stage = Stage::open().await;
    let mut kinds = std::collections::BTreeSet::new();
    for persona in ["runner", "athlete", "swimmer", "shift_worker"] {
        let queued = history(&stage, persona, 14, "2026-05-19").await;
        let range = format!("/sandbox/truth?user={persona}&from=2026-05-06&to=2026-05-19");
        let truth = stage.control("GET", &range, Value::Null).await;
        let id = person_id(&stage, persona).await;
        for (kind, expected) in truth.as_object().unwrap() {
            let expected: Vec<&String> = expected.as_object().unwrap().keys().collect();
            let of_person = |items: Vec<Value>| {
                let own = items.into_iter().filter(|item| item["userId"] == id.as_str());
                own.map(|item| item["summaryId"].as_str().unwrap().to_owned())
                    .collect::<std::collections::BTreeSet<_>>()
            };
            let received = stage.received(|all| of_person(items_in(all, kind)).len() >= expected.len()).await;
            assert!(of_person(items_in(&received, kind)).iter().eq(expected), "{persona} {kind}");
            assert!(queued.contains_key(kind), "{persona} {kind}");
            kinds.insert(kind.clone());
        }
    }
    assert_eq!(kinds.len(), 18, "{kinds:?}");
}

async fn person_id(stage: &Stage, name: &str) -> String {
    let state = stage.control("GET", "/sandbox/state", Value::Null).await;
    let person = state["people"].as_array().unwrap().iter().find(|person| person["name"] == name).unwrap();
    person["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn whoever_never_syncs_is_connected_and_sends_nothing() {
    let stage = Stage::open().await;
    assert!(history(&stage, "never_syncs", 30, "2026-05-19").await.is_empty());
    let report = stage.control("POST", "/sandbox/users/never_syncs/sync", json!({})).await;
    assert_eq!(report, json!({ "connected": true, "queued": {} }));
}

#[tokio::test]
async fn a_running_quarter_is_provisional_until_a_later_sync_completes_it() {
    let stage = Stage::open().await;
    stage.clock.set(model::Timestamp::parse_rfc3339("2026-05-20T10:08:30Z").unwrap());
    stage.connect("Mira").await;
    let sync = async || stage.control("POST", "/sandbox/users/Mira/sync", json!({})).await;
    sync().await;
    stage.clock.advance(Duration::from_mins(20));
    sync().await;
    let last_quarter = 1_779_271_200; // 10:00
    let complete = |epoch: &Value| {
        number(epoch, "startTimeInSeconds") == last_quarter && number(epoch, "durationInSeconds") == 900
    };
    let received = stage.received(|received| items_in(received, "epochs").iter().any(complete)).await;
    let epochs = items_in(&received, "epochs");
    let versions: Vec<&Value> =
        epochs.iter().filter(|epoch| number(epoch, "startTimeInSeconds") == last_quarter).collect();
    let provisional = versions.iter().find(|epoch| number(epoch, "durationInSeconds") == 480).unwrap();
    let settled = versions.iter().find(|epoch| {
        number(epoch, "durationInSeconds") == 900 && epoch["activityType"] == provisional["activityType"]
    });
    assert_eq!(settled.unwrap()["summaryId"], provisional["summaryId"]);
    let earlier = last_quarter - 900;
    let sent = epochs.iter().filter(|e| number(e, "startTimeInSeconds") == earlier && e["activityType"] == "SEDENTARY");
    assert_eq!(sent.count(), 1, "what was complete is not sent again");
}

#[tokio::test]
async fn a_night_is_known_ever_better_and_its_hrv_comes_when_it_is_settled() {
    let stage = Stage::open().await;
    stage.connect("triathlete").await;
    let woken = model::Timestamp::parse_rfc3339("2026-05-20T02:30:00Z").unwrap();
    stage.clock.set(woken);
    for _ in 0..9 {
        stage.clock.advance(Duration::from_mins(2));
        stage.control("POST", "/sandbox/users/triathlete/sync", json!({})).await;
    }
    let of_today =
        |items: Vec<Value>| items.into_iter().filter(|night| night["calendarDate"] == "2026-05-20").collect::<Vec<_>>();
    let received = stage.received(|received| of_today(items_in(received, "sleeps")).len() >= 3).await;
    let nights = of_today(items_in(&received, "sleeps"));
    let course: Vec<&str> = nights.iter().map(|night| night["validation"].as_str().unwrap()).collect();
    assert_eq!(course, ["AUTO_TENTATIVE", "AUTO_FINAL", "ENHANCED_FINAL"]);
    assert!(nights[0].get("overallSleepScore").is_none() && nights[2].get("overallSleepScore").is_some());
    let received = stage.received(|received| !of_today(items_in(received, "hrv")).is_empty()).await;
    let hrv = of_today(items_in(&received, "hrv")).remove(0);
    let values = hrv["hrvValues"].as_object().unwrap();
    assert!(values.values().all(|value| value.as_i64() <= hrv["lastNight5MinHigh"].as_i64()));
    assert_eq!(hrv["summaryId"], nights[0]["summaryId"]);
}

#[tokio::test]
async fn a_triathlon_is_a_parent_with_legs_that_name_it() {
    let stage = Stage::open().await;
    let queued = history(&stage, "triathlete", 14, "2026-05-19").await;
    let activities = all(&stage, &queued, "activities").await;
    let whole = activities.iter().find(|activity| activity["isParent"] == true).unwrap();
    let legs: Vec<&Value> =
        activities.iter().filter(|activity| activity["parentSummaryId"] == whole["summaryId"]).collect();
    let types: Vec<&str> = legs.iter().map(|leg| leg["activityType"].as_str().unwrap()).collect();
    assert_eq!(
        types,
        ["OPEN_WATER_SWIMMING", "SWIM_TO_BIKE_TRANSITION_V2", "ROAD_BIKING", "BIKE_TO_RUN_TRANSITION_V2", "RUNNING"]
    );
    let sum = |name: &str| legs.iter().map(|leg| leg[name].as_f64().unwrap_or(0.0)).sum::<f64>();
    for name in ["durationInSeconds", "distanceInMeters", "activeKilocalories", "steps"] {
        assert!((sum(name) - whole[name].as_f64().unwrap()).abs() < 0.1, "{name}");
    }
    let files = all(&stage, &queued, "activityFiles").await;
    assert!(files.iter().any(|file| file["activityId"] == whole["activityId"]));
    assert!(files.iter().all(|file| legs.iter().all(|leg| leg["activityId"] != file["activityId"])));
}
