//! Test events: an emission whose subject is the nil id speaks of nothing kept and is told with made-up
//! values, so that an endpoint can be tried before there is data.

use super::{
    Rendered, body,
    connection::{ConnectionData, News, updated},
    event,
    sync::SyncData,
};
use model::{
    ConnectionId, EventId, EventKind, LocalOffset, MenstrualCycleDetail, MenstrualCycleDocument, ProviderName, RunId,
    SleepDetail, SleepDocument, Source, Stamp, Timestamp, UserId, WorkoutDetail, WorkoutType, WorkoutView,
};
use store::{Emission, EndReason, Message, Subject};
use uuid::Uuid;

const PROVIDER: ProviderName = ProviderName::from_static("garmin");
const START: Timestamp = Timestamp::from_seconds(1_767_250_800);

/// The emission of a test event; `None` for a type that is not sent.
#[must_use]
pub fn test_emission(event_type: &str) -> Option<Emission> {
    let event = |kind| Subject::Event { kind, id: EventId::from_uuid(Uuid::nil()), revision: 1 };
    let (subject, changed) = match event_type.split_once('.')? {
        ("workout", "created" | "deleted") => (event(EventKind::Workout), None),
        ("workout", "updated") => (event(EventKind::Workout), Some("distance_m")),
        ("sleep", "created" | "deleted") => (event(EventKind::Sleep), None),
        ("sleep", "updated") => (event(EventKind::Sleep), Some("deep_s")),
        ("menstrual_cycle", "created") => (event(EventKind::MenstrualCycle), None),
        ("menstrual_cycle", "updated") => (event(EventKind::MenstrualCycle), Some("day_in_cycle")),
        ("sync", "started" | "completed" | "failed") => (Subject::Run { id: RunId::from_uuid(Uuid::nil()) }, None),
        ("connection", "updated") => (connection_subject(), Some("withdrawn:ACTIVITY_EXPORT")),
        ("connection", "created" | "revoked" | "data_erased") => (connection_subject(), None),
        _ => return None,
    };
    let changed = changed.map(str::to_owned).into_iter().collect();
    Some(Emission { event_type: event_type.to_owned(), subject, historical: false, changed })
}

/// The body of a test event; `None` when the message is about something kept.
pub(super) fn render(message: &Message) -> Option<Rendered> {
    let (emission, user) = (&message.emission, message.user_id);
    match &emission.subject {
        Subject::Event { id, .. } if id.as_uuid().is_nil() && emission.event_type.ends_with(".deleted") => {
            Some(event::deleted(emission, user, *id))
        }
        Subject::Event { kind, id, .. } if id.as_uuid().is_nil() => Some(match kind {
            EventKind::Sleep => body(emission, event::sleep(user, *id, &night(), event::revision(emission, 2))),
            EventKind::MenstrualCycle => {
                body(emission, event::cycle(user, *id, &cycle(), event::revision(emission, 2)))
            }
            _ => body(emission, event::workout(user, *id, &run(), event::revision(emission, 2))),
        }),
        Subject::Run { id } if id.as_uuid().is_nil() => Some(sync(emission, user, *id)),
        Subject::Connection { id } if id.as_uuid().is_nil() => Some(connection(emission, user, *id)),
        _ => None,
    }
}

fn run() -> WorkoutView {
    let detail = WorkoutDetail {
        workout_type: Some(WorkoutType::Running),
        duration_s: Some(1800.0),
        distance_m: Some(5000.0),
        energy_kcal: Some(350.0),
        heart_rate_avg_bpm: Some(148.0),
        heart_rate_max_bpm: Some(171.0),
        pace_avg_min_per_km: Some(6.0),
        elevation_gain_m: Some(42.0),
        ..WorkoutDetail::default()
    };
    let end = START.plus_seconds(1800);
    WorkoutView { source: source(), start: START, end, offset: Some(LocalOffset::device(3600)), detail, file: None }
}

fn night() -> SleepDocument {
    let detail = SleepDetail {
        deep_s: Some(5400.0),
        light_s: Some(14_400.0),
        rem_s: Some(7200.0),
        awake_s: Some(1800.0),
        efficiency_percent: Some(93.75),
        ..SleepDetail::default()
    };
    let stamp = Stamp { rank: 0, receipt: 0, part: 0 };
    let (start, end) = (START.plus_seconds(-36_000), START.plus_seconds(-7200));
    SleepDocument { stamp, source: source(), start, end, offset: Some(LocalOffset::device(3600)), detail }
}

fn cycle() -> MenstrualCycleDocument {
    let detail = MenstrualCycleDetail {
        day_in_cycle: Some(12),
        cycle_length_days: Some(28),
        period_length_days: Some(5),
        current_phase_type: Some("FOLLICULAR".to_owned()),
        is_predicted_cycle: Some(false),
        ..MenstrualCycleDetail::default()
    };
    let stamp = Stamp { rank: 0, receipt: 0, part: 0 };
    let (start, end) = (START.plus_seconds(-12 * 86_400), START.plus_seconds(16 * 86_400));
    MenstrualCycleDocument { stamp, source: source(), start, end, offset: None, detail }
}

fn source() -> Source {
    Source { device: Some("Example watch".to_owned()), ..Source::of(PROVIDER) }
}

fn sync(emission: &Emission, user_id: UserId, run_id: RunId) -> Rendered {
    let status = match emission.event_type.as_str() {
        "sync.started" => "in_progress",
        "sync.failed" => "failed",
        _ => "success",
    };
    let data = SyncData {
        user_id,
        provider: &PROVIDER,
        source: "webhook",
        run_id,
        message: Some("Test event"),
        metadata: &serde_json::Value::Object(serde_json::Map::new()),
        status,
        items_processed: Some(1),
        error: (status == "failed").then_some("Test error"),
    };
    body(emission, data)
}

fn connection_subject() -> Subject {
    Subject::Connection { id: ConnectionId::from_uuid(Uuid::nil()) }
}

fn connection(emission: &Emission, user_id: UserId, connection_id: ConnectionId) -> Rendered {
    let news = match emission.event_type.as_str() {
        "connection.revoked" => News::Revoked { reason: EndReason::Deregistration.as_str(), revoked_at: START },
        "connection.updated" => updated(emission, Some("HEALTH_EXPORT".to_owned())),
        "connection.data_erased" => News::Erased { erased_at: Some(START) },
        _ => News::Created { connected_at: START },
    };
    body(emission, ConnectionData { user_id, provider: &PROVIDER, connection_id, news })
}
