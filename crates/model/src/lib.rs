//! What health data is: series types, units, workouts, sleep, scores, provenance, typed ids, time,
//! [`Clock`] and [`Rng`]. No I/O, no storage, no wire formats.
//!
//! The data's way: `providers` and `formats` turn bytes into [`Record`]s, `ingest` merges them into
//! what `store` keeps, `api` and `deliver` show them. All of them speak the types of this crate.

mod activity;
mod clock;
mod daily;
mod document;
mod effort;
mod health_snapshot;
mod id;
mod likeness;
mod menstrual_cycle;
mod movement;
mod overlay;
mod point;
mod record;
mod record_name;
mod revised;
mod rfc3339;
mod rng;
mod score;
mod series;
mod shape;
mod sleep;
mod source;
mod text;
mod time;
mod trust;
mod workout;
mod workout_type;

pub use activity::ActivityDetail;
pub use clock::{Clock, ClockAnchor};
pub use daily::DailyDetail;
pub use document::{
    ActivityDocument, DailyDocument, EventDocument, EventKind, HealthSnapshotDocument, MenstrualCycleDocument,
    SleepDocument, WorkoutDocument, WorkoutFacet, WorkoutView,
};
pub use effort::{Relations, WorkoutSpan, relate};
pub use health_snapshot::{HealthSnapshotDetail, SnapshotReading};
pub use id::{
    ApiKeyId, ApplicationId, ConnectionId, DeliveryId, DeveloperId, EndpointId, EventId, InvitationCodeId,
    ParseIdError, ProviderAppId, RunId, ScoreId, TeamId, UploadId, UserId, derived_id,
};
pub use likeness::{Criterion, DecidedBy, HeartAgreement, Likeness, Outcome, Pair, likely_pairs};
pub use menstrual_cycle::MenstrualCycleDetail;
pub use point::{Context, Point, Stamp};
pub use record::{
    BatchNames, DailyRecord, EventRecord, FetchKind, FetchRequest, FileFormat, Issue, IssueCode, Mapped, PartMeta,
    Record, SampleBatch, ScoreRecord, SleepRecord, WorkoutRecord,
};
pub use record_name::RecordName;
pub use revised::{Detail, Filed, Revised};
pub use rng::Rng;
pub use score::{ScoreCategory, ScoreComponent};
pub use series::{Aggregation, BlockClass, Group, SERIES, SeriesSpec, SeriesType, Unit};
pub use shape::{FieldShape, Shape, Shaped};
pub use sleep::{SleepDetail, SleepStage, StageInterval};
pub use source::{DeviceType, ProviderName, Source};
pub use text::UnknownCode;
pub use time::{LocalDate, LocalOffset, OffsetKind, Timestamp};
pub use trust::{Holding, LEAST_PRIORITY, Priority, PriorityKind, SetBy, Trust, usual_of};
pub use workout::{
    DeveloperField, Facet, FileDetail, Lap, Leg, PoolLength, StrengthSet, WorkoutDetail, Zone, ZoneKind,
};
pub use workout_type::WorkoutType;
