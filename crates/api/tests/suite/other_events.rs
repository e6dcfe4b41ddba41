//! `/api/v1/users/{id}/events`: recognised activities, menstrual cycles and health snapshots.

use crate::world::World;
use serde_json::{Value, json};

/// 2026-11-20, 08:00 UTC.
const START: i64 = 1_795_161_600;
const SPAN: &str = "start_date=2026-11-01&end_date=2026-11-30";

/// One of each kind.
pub(crate) fn one_of_each(account: &str) -> Value {
    json!({
        "moveIQActivities": [{
            "userId": account, "summaryId": "q-1", "calendarDate": "2026-11-20", "startTimeInSeconds": START,
            "offsetInSeconds": 3600, "durationInSeconds": 738, "activityType": "Running", "activitySubType": "Hurdles",
        }],
        "mct": [{
            "userId": account, "summaryId": "c-1", "periodStartDate": "2026-11-12", "dayInCycle": 9, "periodLength": 5,
            "currentPhase": 2, "currentPhaseType": "FOLLICULAR", "lengthOfCurrentPhase": 8, "daysUntilNextPhase": 4,
            "predictedCycleLength": 28, "isPredictedCycle": false, "cycleLength": 29,
            "lastUpdatedTimeInSeconds": START, "hasSpecifiedCycleLength": true, "hasSpecifiedPeriodLength": false,
            "fertileWindowStart": 11, "lengthOfFertileWindow": 6, "pregnancySnapshot": {"title": "Week 12"},
        }],
        "healthSnapshot": [{
            "userId": account, "summaryId": "n-1", "calendarDate": "2026-11-20", "startTimeInSeconds": START,
            "offsetStartTimeInSeconds": 3600, "durationInSeconds": 120, "summaries": [
                {"summaryType": "heart_rate", "minValue": 58, "maxValue": 64, "avgValue": 61.5, "epochSummaries": {"0": 58}},
                {"summaryType": "rmssd_hrv", "avgValue": 41.5},
            ],
        }],
    })
}

/// The only event of a kind, once it has arrived twice.
async fn only(kind: &str) -> Value {
    let world = World::new().await;
    let user = world.person("account").await;
    world.push(&one_of_each("account")).await;
    world.push(&one_of_each("account")).await;
    let page = world.get_owned(format!("/api/v1/users/{user}/events/{kind}?{SPAN}")).await.expect(200);
    assert_eq!((&page["pagination"]["total_count"], &page["metadata"]["sample_count"]), (&json!(1), &json!(1)));
    world.get_owned(format!("/api/v1/users/{user}/events/{kind}?start_date=2026-11-01")).await.expect(400);
    page["data"][0].clone()
}

#[tokio::test]
async fn a_recognised_activity_says_what_when_and_in_whose_words() {
    let span = only("activities").await;
    assert_eq!(
        (&span["type"], &span["raw_type"], &span["raw_sub_type"]),
        (&json!("running"), &json!("Running"), &json!("Hurdles"))
    );
    assert_eq!(
        (&span["start_time"], &span["end_time"]),
        (&json!("2026-11-20T08:00:00Z"), &json!("2026-11-20T08:12:18Z"))
    );
    assert_eq!((&span["zone_offset"], &span["calendar_date"]), (&json!("+01:00"), &json!("2026-11-20")));
    assert_eq!((&span["duration_seconds"], &span["source"]["provider"]), (&json!(738.0), &json!("garmin")));
}

#[tokio::test]
async fn a_menstrual_cycle_has_every_field_of_the_contract() {
    let cycle = only("menstrual-cycles").await;
    let expected = json!({
        "current_phase": 2, "current_phase_type": "FOLLICULAR", "day_in_cycle": 9, "cycle_length": 29,
        "predicted_cycle_length": 28, "is_predicted_cycle": false, "period_length": 5, "length_of_current_phase": 8,
        "days_until_next_phase": 4, "fertile_window_start": 11, "length_of_fertile_window": 6,
        "last_updated_at": "2026-11-20T08:00:00Z", "has_specified_cycle_length": true, "has_specified_period_length": false,
        "pregnancy_snapshot": [{"title": "Week 12"}],
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&cycle[field], value, "{field}");
    }
    assert!(cycle["start_time"].is_string() && cycle["end_time"].is_string() && cycle["source"].is_object());
}

#[tokio::test]
async fn a_deleted_cycle_stays_deleted_and_other_kinds_do_not_answer_to_its_id() {
    let world = World::new().await;
    let user = world.person("account").await;
    world.push(&one_of_each("account")).await;
    let base = format!("/api/v1/users/{user}/events");
    let cycle = world.get(&format!("{base}/menstrual-cycles?{SPAN}")).await.expect(200)["data"][0]["id"].clone();
    let cycle = cycle.as_str().unwrap();
    world.with_key("DELETE", &format!("{base}/sleep/{cycle}"), None).await.expect(404);
    world.with_key("DELETE", &format!("{base}/menstrual-cycles/{cycle}"), None).await.expect(204);
    world.with_key("DELETE", &format!("{base}/menstrual-cycles/{cycle}"), None).await.expect(404);
    world.push(&one_of_each("account")).await;
    assert_eq!(world.get(&format!("{base}/menstrual-cycles?{SPAN}")).await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn a_health_snapshot_lists_its_readings_with_their_units() {
    let snapshot = only("health-snapshots").await;
    assert_eq!((&snapshot["duration_seconds"], &snapshot["end_time"]), (&json!(120.0), &json!("2026-11-20T08:02:00Z")));
    let [heart, variability] = snapshot["readings"].as_array().unwrap().as_slice() else { panic!("{snapshot}") };
    assert_eq!(heart, &json!({"type": "heart_rate", "unit": "bpm", "min": 58.0, "max": 64.0, "avg": 61.5}));
    assert_eq!((&variability["type"], &variability["avg"]), (&json!("heart_rate_variability_rmssd"), &json!(41.5)));
    assert_eq!(variability["min"], Value::Null);
}
