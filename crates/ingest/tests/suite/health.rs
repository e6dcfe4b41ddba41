//! Slots, cycles, snapshots, spans and measurements: which revision stands, in any order, and what is told.

use crate::{
    bodies::{daily, day_start},
    dump::{Dump, dump, events},
    world::World,
};
use model::{EventDocument, EventKind, SeriesType, UserId};
use serde_json::{Value, json};

const OFFSET_S: i64 = 3600;

async fn told(world: &World, account: &str, bodies: &[Value]) -> (UserId, Dump) {
    let user = world.person(account).await;
    tell(world, bodies).await;
    (user, dump(world, user).await)
}

async fn tell(world: &World, bodies: &[Value]) {
    for body in bodies {
        world.push(body).await;
        world.work().await;
    }
}

/// A slot of the first day, covered for so long.
fn epoch(account: &str, slot: i64, activity: &str, covered_s: i64, steps: i64) -> Value {
    json!({
        "userId": account,
        "summaryId": format!("e-{slot}-{activity}-{covered_s}"),
        "activityType": activity,
        "startTimeInSeconds": day_start(0) + slot * 900,
        "startTimeOffsetInSeconds": OFFSET_S,
        "durationInSeconds": covered_s,
        "steps": steps,
        "met": 1.5,
    })
}

/// The values of a series, without those of whole days.
fn values(kept: &Dump, series: SeriesType) -> Vec<f64> {
    let of_series = kept.points.iter().filter(|(key, _)| key.0 == series.as_str() && key.2 != "daily");
    of_series.map(|(_, told)| told.split(' ').next().unwrap().parse().unwrap()).collect()
}

/// Both orders of two bodies keep the same.
async fn either_way(first: impl Fn(&str) -> Value, second: impl Fn(&str) -> Value) -> Dump {
    let world = World::new().await;
    let (_, forward) = told(&world, "a", &[first("a"), second("a")]).await;
    let (_, backward) = told(&world, "b", &[second("b"), first("b")]).await;
    assert_eq!(format!("{forward:#?}"), format!("{backward:#?}"));
    forward
}

#[tokio::test]
async fn a_complete_slot_replaces_the_provisional_one_in_either_order() {
    let kept = either_way(
        |account| json!({ "epochs": [epoch(account, 8, "WALKING", 480, 300)] }),
        |account| json!({ "epochs": [epoch(account, 8, "WALKING", 900, 812)] }),
    )
    .await;
    assert_eq!(values(&kept, SeriesType::STEPS), [812.0]);
}

#[tokio::test]
async fn activities_of_one_slot_do_not_take_each_others_place() {
    let kept = either_way(
        |account| json!({ "epochs": [epoch(account, 8, "WALKING", 900, 812)] }),
        |account| json!({ "epochs": [epoch(account, 8, "SEDENTARY", 900, 4)] }),
    )
    .await;
    assert_eq!(values(&kept, SeriesType::STEPS).iter().sum::<f64>(), 816.0);
}

#[tokio::test]
async fn epochs_leave_the_totals_of_the_day_as_they_are() {
    let kept = either_way(
        |account| json!({ "dailies": [daily(account, 0, 24)] }),
        |account| json!({ "epochs": (0..96).map(|slot| epoch(account, slot, "WALKING", 900, 150)).collect::<Vec<_>>() }),
    )
    .await;
    assert_eq!(kept.count(SeriesType::STEPS, "daily"), 1);
    assert_eq!(values(&kept, SeriesType::STEPS), vec![150.0; 96]);
}

#[tokio::test]
async fn epochs_sent_again_tell_nobody_and_one_that_grew_is_told() {
    let world = World::new().await;
    let body = json!({ "epochs": [epoch("a", 8, "WALKING", 480, 300)] });
    let (user, _) = told(&world, "a", std::slice::from_ref(&body)).await;
    let updated = |runs: &[store::SyncEvent]| runs.last().unwrap().metadata["points_updated"].clone();
    let count = world.told(user).await.len();
    tell(&world, std::slice::from_ref(&body)).await;
    assert_eq!(world.told(user).await.len(), count);
    assert_eq!(updated(&world.runs(user).await), 0);
    tell(&world, &[json!({ "epochs": [epoch("a", 8, "WALKING", 900, 812)] })]).await;
    assert!(world.told(user).await.len() > count);
    assert_eq!(updated(&world.runs(user).await), 1, "the rate of the slot did not change, its steps did");
}

#[tokio::test]
async fn the_score_of_the_body_battery_follows_the_day() {
    let stress = |account: &str, covered_s: i64, highest: i64| {
        json!({ "stressDetails": [{
            "userId": account, "summaryId": format!("s-{covered_s}"), "calendarDate": "2026-03-01",
            "startTimeInSeconds": day_start(0), "startTimeOffsetInSeconds": OFFSET_S, "durationInSeconds": covered_s,
            "timeOffsetStressLevelValues": { "0": 20, "180": -1 },
            "timeOffsetBodyBatteryValues": { "0": 40, "180": highest },
        }] })
    };
    let kept = either_way(|account| stress(account, 43_200, 41), |account| stress(account, 86_400, 83)).await;
    assert_eq!(kept.scores.len(), 1);
    assert!(kept.scores.first().unwrap().contains("Some(83.0)"), "{:?}", kept.scores);
    assert_eq!(values(&kept, SeriesType::GARMIN_STRESS_LEVEL), [20.0]);
}

fn cycle(account: &str, day: i64, updated_day: i64) -> Value {
    json!({ "mct": [{
        "userId": account, "summaryId": format!("c-{day}"), "periodStartDate": "2026-03-01", "dayInCycle": day,
        "predictedCycleLength": 28, "lastUpdatedTimeInSeconds": day_start(updated_day),
    }] })
}

#[tokio::test]
async fn the_latest_update_of_a_cycle_stands_in_either_order() {
    let kept = either_way(|account| cycle(account, 3, 3), |account| cycle(account, 9, 9)).await;
    let cycle = &kept.events["menstrual_cycle cycle:2026-03-01"];
    assert!(cycle.contains("day_in_cycle: Some(9)"), "{cycle}");
}

#[tokio::test]
async fn a_days_refresh_of_a_cycle_is_told_with_what_changed_and_none_when_nothing_did() {
    let world = World::new().await;
    let (user, _) = told(&world, "a", &[cycle("a", 3, 3), cycle("a", 4, 4), cycle("a", 4, 4)]).await;
    let told = world.told(user).await;
    let of_cycle: Vec<_> = told.iter().filter(|one| one.event_type.starts_with("menstrual_cycle.")).collect();
    let names: Vec<_> = of_cycle.iter().map(|one| one.event_type.as_str()).collect();
    assert_eq!(names, ["menstrual_cycle.created", "menstrual_cycle.updated"]);
    assert_eq!(of_cycle[1].changed, ["day_in_cycle", "last_updated"]);
}

#[tokio::test]
async fn spans_and_snapshots_are_events_and_no_workouts() {
    let world = World::new().await;
    let start = day_start(0) + 30_600;
    let span = json!({ "moveIQActivities": [{
        "userId": "a", "summaryId": "m-1", "calendarDate": "2026-03-01", "startTimeInSeconds": start as f64 + 0.5,
        "offsetInSeconds": OFFSET_S, "durationInSeconds": 738, "activityType": "Running", "activitySubType": "Hurdles",
    }] });
    let snapshot = json!({ "healthSnapshot": [{
        "userId": "a", "summaryId": "n-1", "calendarDate": "2026-03-01", "startTimeInSeconds": start,
        "offsetStartTimeInSeconds": OFFSET_S, "durationInSeconds": 120,
        "summaries": [{ "summaryType": "heart_rate", "avgValue": 61.5, "epochSummaries": { "0": 60, "5": 63 } }],
    }] });
    let (user, kept) = told(&world, "a", &[span, snapshot]).await;
    let kinds: Vec<_> = events(&world, user).await.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Activity, EventKind::HealthSnapshot]);
    assert_eq!(values(&kept, SeriesType::HEART_RATE), [60.0, 63.0]);
    let EventDocument::Activity(span) = &events(&world, user).await[0].document else { panic!("not a span") };
    assert_eq!(span.detail.raw_sub_type.as_deref(), Some("Hurdles"));
}

#[tokio::test]
async fn of_measurements_of_one_instant_the_latest_receipt_stands() {
    let world = World::new().await;
    let weight = |grams: i64| {
        json!({ "bodyComps": [{
            "userId": "a", "summaryId": "b-1", "measurementTimeInSeconds": day_start(0), "weightInGrams": grams,
        }] })
    };
    let (_, kept) = told(&world, "a", &[weight(71_000), weight(70_500), weight(71_500)]).await;
    assert_eq!(values(&kept, SeriesType::WEIGHT), [71.5]);
}

#[tokio::test]
async fn an_average_never_takes_the_place_of_the_sample_at_its_start() {
    let world = World::new().await;
    let body = json!({ "pulseox": [{
        "userId": "a", "summaryId": "o-1", "calendarDate": "2026-03-01", "startTimeInSeconds": day_start(0),
        "startTimeOffsetInSeconds": OFFSET_S, "durationInSeconds": 86_400, "avgSpo2": 95.5,
        "timeOffsetSpo2Values": { "0": 94 },
    }] });
    let asked = json!({ "pulseox": [{
        "userId": "a", "summaryId": "o-1-spo2OnDemand", "startTimeInSeconds": day_start(0),
        "startTimeOffsetInSeconds": OFFSET_S, "durationInSeconds": 0, "onDemand": true,
        "timeOffsetSpo2Values": { "0": 98 },
    }] });
    let (_, kept) = told(&world, "a", &[body, asked]).await;
    assert_eq!(kept.count(SeriesType::OXYGEN_SATURATION, "daily"), 1);
    let mut samples = values(&kept, SeriesType::OXYGEN_SATURATION);
    samples.sort_by(f64::total_cmp);
    assert_eq!(samples, [94.0, 98.0]);
}
