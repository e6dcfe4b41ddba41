//! Bodies of `workout.*`, `sleep.*` and `menstrual_cycle.*`. An update says which revision it is and what changed, a
//! deletion only what is no more.

use super::{Rendered, body as envelope};
use model::{
    EventDocument, EventId, LocalOffset, MenstrualCycleDocument, ProviderName, SleepDetail, SleepDocument, Source,
    Timestamp, UserId, WorkoutType, WorkoutView,
};
use serde::Serialize;
use serde_json::value::RawValue;
use store::{Emission, StoredEvent};

/// Who recorded it.
#[derive(Serialize)]
pub(super) struct SourceData<'a> {
    pub(super) provider: &'a ProviderName,
    pub(super) device: Option<&'a str>,
}

/// What only updates have.
#[derive(Serialize)]
pub(super) struct RevisionData<'a> {
    pub(super) revision: i32,
    pub(super) changed: &'a [String],
}

#[derive(Serialize)]
pub(super) struct WorkoutData<'a> {
    pub(super) id: EventId,
    pub(super) user_id: UserId,
    pub(super) r#type: &'static str,
    pub(super) start_time: Timestamp,
    pub(super) end_time: Timestamp,
    pub(super) zone_offset: Option<String>,
    pub(super) duration_seconds: Option<i64>,
    pub(super) source: SourceData<'a>,
    pub(super) calories_kcal: Option<f64>,
    pub(super) distance_meters: Option<f64>,
    pub(super) avg_heart_rate_bpm: Option<i64>,
    pub(super) max_heart_rate_bpm: Option<i64>,
    pub(super) avg_pace_sec_per_km: Option<i64>,
    pub(super) elevation_gain_meters: Option<f64>,
    #[serde(flatten)]
    pub(super) revision: Option<RevisionData<'a>>,
}

#[derive(Serialize)]
pub(super) struct SleepData<'a> {
    pub(super) id: EventId,
    pub(super) user_id: UserId,
    pub(super) start_time: Timestamp,
    pub(super) end_time: Timestamp,
    pub(super) zone_offset: Option<String>,
    pub(super) duration_seconds: i64,
    pub(super) source: SourceData<'a>,
    pub(super) efficiency_percent: Option<f64>,
    pub(super) stages: Option<StagesData>,
    pub(super) is_nap: bool,
    #[serde(flatten)]
    pub(super) revision: Option<RevisionData<'a>>,
}

#[derive(Serialize)]
pub(super) struct CycleData<'a> {
    pub(super) id: EventId,
    pub(super) user_id: UserId,
    pub(super) start_time: Timestamp,
    pub(super) end_time: Timestamp,
    pub(super) zone_offset: Option<String>,
    pub(super) source: SourceData<'a>,
    pub(super) current_phase_type: Option<&'a str>,
    pub(super) day_in_cycle: Option<i32>,
    pub(super) cycle_length: Option<i32>,
    pub(super) is_predicted_cycle: Option<bool>,
    pub(super) pregnancy_snapshot: Option<&'a RawValue>,
    #[serde(flatten)]
    pub(super) revision: Option<RevisionData<'a>>,
}

/// What is left to say of an event that is no more.
#[derive(Serialize)]
struct DeletedData {
    id: EventId,
    user_id: UserId,
}

pub(super) fn deleted(emission: &Emission, user_id: UserId, id: EventId) -> Rendered {
    envelope(emission, DeletedData { id, user_id })
}

#[derive(Serialize)]
pub(super) struct StagesData {
    pub(super) awake_minutes: Option<i64>,
    pub(super) light_minutes: Option<i64>,
    pub(super) deep_minutes: Option<i64>,
    pub(super) rem_minutes: Option<i64>,
}

pub(super) fn body(emission: &Emission, user: UserId, event: &StoredEvent) -> Rendered {
    let revision = revision(emission, event.revision);
    match &event.document {
        EventDocument::Workout(document) => match document.view() {
            Some(view) => envelope(emission, workout(user, event.id, &view, revision)),
            None => Rendered::Gone("the workout has no start"),
        },
        EventDocument::Sleep(document) => envelope(emission, sleep(user, event.id, document, revision)),
        EventDocument::MenstrualCycle(document) => envelope(emission, cycle(user, event.id, document, revision)),
        EventDocument::Daily(_) | EventDocument::Activity(_) | EventDocument::HealthSnapshot(_) => {
            Rendered::Gone("events of this kind are not told by webhook")
        }
    }
}

pub(super) fn revision(emission: &Emission, revision: i32) -> Option<RevisionData<'_>> {
    let is_update = emission.event_type.ends_with(".updated");
    is_update.then_some(RevisionData { revision, changed: &emission.changed })
}

pub(super) fn workout<'a>(
    user_id: UserId,
    id: EventId,
    view: &'a WorkoutView,
    revision: Option<RevisionData<'a>>,
) -> WorkoutData<'a> {
    let detail = &view.detail;
    WorkoutData {
        id,
        user_id,
        r#type: detail.workout_type.map_or(WorkoutType::Other.as_str(), WorkoutType::as_str),
        start_time: view.start,
        end_time: view.end,
        zone_offset: view.offset.map(LocalOffset::as_hours_minutes),
        duration_seconds: whole(detail.duration_s).or(Some(seconds_between(view.start, view.end))),
        source: source(&view.source),
        calories_kcal: detail.energy_kcal,
        distance_meters: detail.distance_m,
        avg_heart_rate_bpm: whole(detail.heart_rate_avg_bpm),
        max_heart_rate_bpm: whole(detail.heart_rate_max_bpm),
        avg_pace_sec_per_km: whole(detail.pace_avg_min_per_km.map(|minutes| minutes * 60.0)),
        elevation_gain_meters: detail.elevation_gain_m,
        revision,
    }
}

pub(super) fn sleep<'a>(
    user_id: UserId,
    id: EventId,
    document: &'a SleepDocument,
    revision: Option<RevisionData<'a>>,
) -> SleepData<'a> {
    let detail = &document.detail;
    SleepData {
        id,
        user_id,
        start_time: document.start,
        end_time: document.end,
        zone_offset: document.offset.map(LocalOffset::as_hours_minutes),
        duration_seconds: seconds_between(document.start, document.end),
        source: source(&document.source),
        efficiency_percent: detail.efficiency_percent,
        stages: stages(detail),
        is_nap: detail.is_nap.unwrap_or(false),
        revision,
    }
}

pub(super) fn cycle<'a>(
    user_id: UserId,
    id: EventId,
    document: &'a MenstrualCycleDocument,
    revision: Option<RevisionData<'a>>,
) -> CycleData<'a> {
    let detail = &document.detail;
    let pregnancy = detail.pregnancy_snapshot.as_deref();
    CycleData {
        id,
        user_id,
        start_time: document.start,
        end_time: document.end,
        zone_offset: document.offset.map(LocalOffset::as_hours_minutes),
        source: source(&document.source),
        current_phase_type: detail.current_phase_type.as_deref(),
        day_in_cycle: detail.day_in_cycle,
        cycle_length: detail.cycle_length_days,
        is_predicted_cycle: detail.is_predicted_cycle,
        pregnancy_snapshot: pregnancy.and_then(|text| serde_json::from_str(text).ok()),
        revision,
    }
}

fn stages(detail: &SleepDetail) -> Option<StagesData> {
    let minutes = |seconds: Option<f64>| whole(seconds.map(|seconds| seconds / 60.0));
    let known = [detail.awake_s, detail.light_s, detail.deep_s, detail.rem_s].iter().any(Option::is_some);
    known.then(|| StagesData {
        awake_minutes: minutes(detail.awake_s),
        light_minutes: minutes(detail.light_s),
        deep_minutes: minutes(detail.deep_s),
        rem_minutes: minutes(detail.rem_s),
    })
}

fn source(source: &Source) -> SourceData<'_> {
    SourceData { provider: &source.provider, device: source.device.as_deref() }
}

fn whole(value: Option<f64>) -> Option<i64> {
    value.filter(|value| value.is_finite()).map(|value| value.round() as i64)
}

fn seconds_between(start: Timestamp, end: Timestamp) -> i64 {
    end.micros_since(start) / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Clock, EventKind, Facet, Rng, Stamp, WorkoutDetail, WorkoutDocument, WorkoutFacet};
    use serde_json::{Value, json};
    use store::Subject;

    const START: Timestamp = Timestamp::from_seconds(1_763_712_000);

    fn event(document: EventDocument) -> StoredEvent {
        let id = EventId::generate(&Clock::fixed(START), &Rng::seeded(1));
        StoredEvent {
            id,
            kind: document.kind(),
            external_id: "a".to_owned(),
            source: 1,
            number: 1,
            start: START,
            end: START,
            offset: None,
            type_code: None,
            revision: 3,
            deleted_at: None,
            created_at: START,
            updated_at: START,
            ver: 3,
            document,
        }
    }

    fn run() -> EventDocument {
        let mut document = WorkoutDocument::default();
        let detail = WorkoutDetail {
            workout_type: Some(WorkoutType::Running),
            duration_s: Some(2520.0),
            distance_m: Some(7321.5),
            heart_rate_avg_bpm: Some(150.6),
            pace_avg_min_per_km: Some(5.5),
            ..WorkoutDetail::default()
        };
        let facet = WorkoutFacet {
            stamp: Stamp { rank: 0, receipt: 1, part: 0 },
            source: Source { device: Some("Watch".to_owned()), ..Source::of(ProviderName::from_static("garmin")) },
            start: Some(START),
            end: None,
            offset: Some(LocalOffset::device(7200)),
            detail,
            file: None,
        };
        document.file(Facet::Summary, facet);
        EventDocument::Workout(document)
    }

    fn rendered(event_type: &str, event: &StoredEvent, user: UserId) -> Value {
        let emission = Emission {
            event_type: event_type.to_owned(),
            subject: Subject::Event { kind: EventKind::Workout, id: event.id, revision: 3 },
            historical: false,
            changed: vec!["distance_m".to_owned()],
        };
        let Rendered::Body(bytes) = body(&emission, user, event) else { panic!("nothing to tell") };
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn a_workout_is_told_in_the_shape_of_open_wearables() {
        let event = event(run());
        let user = UserId::generate(&Clock::fixed(START), &Rng::seeded(2));
        let expected = json!({
            "type": "workout.created",
            "data": {
                "id": event.id, "user_id": user, "type": "running",
                "start_time": "2025-11-21T08:00:00Z", "end_time": "2025-11-21T08:42:00Z",
                "zone_offset": "+02:00", "duration_seconds": 2520,
                "source": {"provider": "garmin", "device": "Watch"},
                "calories_kcal": null, "distance_meters": 7321.5,
                "avg_heart_rate_bpm": 151, "max_heart_rate_bpm": null,
                "avg_pace_sec_per_km": 330, "elevation_gain_meters": null,
            },
        });
        assert_eq!(rendered("workout.created", &event, user), expected);
    }

    #[test]
    fn an_update_says_its_revision_and_what_changed() {
        let event = event(run());
        let user = UserId::generate(&Clock::fixed(START), &Rng::seeded(2));
        let body = rendered("workout.updated", &event, user);
        assert_eq!(body["data"]["revision"], 3);
        assert_eq!(body["data"]["changed"], json!(["distance_m"]));
        assert_eq!(body["data"]["distance_meters"], 7321.5);
    }

    #[test]
    fn a_cycle_is_told_in_the_shape_of_open_wearables() {
        let detail = model::MenstrualCycleDetail {
            day_in_cycle: Some(3),
            cycle_length_days: Some(28),
            current_phase_type: Some("MENSTRUAL".to_owned()),
            pregnancy_snapshot: Some("[{\"a\":1.50}]".to_owned()),
            ..model::MenstrualCycleDetail::default()
        };
        let cycle = MenstrualCycleDocument {
            stamp: Stamp { rank: 0, receipt: 1, part: 0 },
            source: Source::of(ProviderName::from_static("garmin")),
            start: START,
            end: START.plus_seconds(86_400),
            offset: None,
            detail,
        };
        let user = UserId::generate(&Clock::fixed(START), &Rng::seeded(2));
        let event = event(EventDocument::MenstrualCycle(Box::new(cycle)));
        let data = rendered("menstrual_cycle.updated", &event, user)["data"].clone();
        assert_eq!(data["day_in_cycle"], 3);
        assert_eq!(data["cycle_length"], 28);
        assert_eq!(data["current_phase_type"], "MENSTRUAL");
        assert_eq!(data["is_predicted_cycle"], Value::Null);
        assert_eq!(data["pregnancy_snapshot"], json!([{"a": 1.5}]));
        assert_eq!(data["revision"], 3);
    }

    #[test]
    fn a_night_is_told_with_its_minutes() {
        let detail = SleepDetail { deep_s: Some(4200.0), rem_s: Some(59.0), ..SleepDetail::default() };
        let night = SleepDocument {
            stamp: Stamp { rank: 0, receipt: 1, part: 0 },
            source: Source::of(ProviderName::from_static("garmin")),
            start: START,
            end: START.plus_seconds(25_080),
            offset: None,
            detail,
        };
        let user = UserId::generate(&Clock::fixed(START), &Rng::seeded(2));
        let data = rendered("sleep.created", &event(EventDocument::Sleep(Box::new(night))), user)["data"].clone();
        assert_eq!(data["duration_seconds"], 25_080);
        assert_eq!(data["zone_offset"], Value::Null);
        let stages = json!({"awake_minutes": null, "light_minutes": null, "deep_minutes": 70, "rem_minutes": 1});
        assert_eq!(data["stages"], stages);
        assert_eq!(data["is_nap"], false);
    }
}
