//! What providers and formats hand over: records with their provenance, and issues for what they could not read.

use crate::{
    ActivityDetail, Context, DailyDetail, Facet, FileDetail, HealthSnapshotDetail, LocalDate, LocalOffset,
    MenstrualCycleDetail, Point, RecordName, ScoreCategory, ScoreComponent, SeriesType, SleepDetail, Source, Timestamp,
    WorkoutDetail,
};

/// One thing a payload said.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// A workout, or one document of it.
    Workout(Box<WorkoutRecord>),
    /// A night or a nap.
    Sleep(Box<SleepRecord>),
    /// A day as a whole.
    Daily(Box<DailyRecord>),
    /// Points of one series.
    Samples(SampleBatch),
    /// A provider's score.
    Score(ScoreRecord),
    /// A span that a device recognised as an activity.
    Activity(Box<EventRecord<ActivityDetail>>),
    /// A menstrual cycle.
    MenstrualCycle(Box<EventRecord<MenstrualCycleDetail>>),
    /// Several values measured at once.
    HealthSnapshot(Box<EventRecord<HealthSnapshotDetail>>),
}

/// Points of one series from one source, in any order.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleBatch {
    /// Which measurement.
    pub series: SeriesType,
    /// Who measured.
    pub source: Source,
    /// What keeps them apart from others in the same slots. Ignored for samples inside a workout,
    /// which take their workout's context.
    pub context: Context,
    /// The revision's rank as the manifest defines it.
    pub rank: i32,
    /// The offset at which they were measured, if known.
    pub offset: Option<LocalOffset>,
    /// The points. Values that are not finite are left out by whoever makes them.
    pub points: Vec<Point>,
}

/// One document of a workout.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkoutRecord {
    /// The provider's id, the same in all documents of the workout.
    pub external_id: String,
    /// Other ids under which documents may name it.
    pub aliases: Vec<String>,
    /// Which document this is.
    pub facet: Facet,
    /// Its revision rank within the facet.
    pub rank: i32,
    /// Who recorded it.
    pub source: Source,
    /// When it began. A file without sessions may not say.
    pub start: Option<Timestamp>,
    /// When it ended.
    pub end: Option<Timestamp>,
    /// The offset at its start.
    pub offset: Option<LocalOffset>,
    /// Everything else.
    pub detail: WorkoutDetail,
    /// What the file says of itself, if this is a file.
    pub file: Option<FileDetail>,
    /// Its samples.
    pub samples: Vec<SampleBatch>,
}

/// A night or a nap.
#[derive(Clone, Debug, PartialEq)]
pub struct SleepRecord {
    /// What identifies it at the provider over its revisions.
    pub external_id: String,
    /// How final it is, as the manifest ranks it; a lower one never replaces a higher one.
    pub rank: i32,
    /// Who measured.
    pub source: Source,
    /// When it began.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// The offset at its start.
    pub offset: Option<LocalOffset>,
    /// Everything else.
    pub detail: SleepDetail,
    /// What was measured during it.
    pub samples: Vec<SampleBatch>,
    /// The provider's score of it.
    pub score: Option<ScoreRecord>,
}

/// An event of one document.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRecord<D> {
    /// What identifies it at the provider over its revisions.
    pub external_id: String,
    /// Its rank as a revision; a lower one never replaces a higher one.
    pub rank: i32,
    /// Who measured.
    pub source: Source,
    /// When it began.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// The offset at its start.
    pub offset: Option<LocalOffset>,
    /// Everything else.
    pub detail: D,
    /// What was measured during it.
    pub samples: Vec<SampleBatch>,
}

/// A provider's record of a whole day.
#[derive(Clone, Debug, PartialEq)]
pub struct DailyRecord {
    /// What identifies it at the provider over its revisions.
    pub external_id: String,
    /// How complete it is; a lower one never replaces a higher one.
    pub rank: i32,
    /// Who measured.
    pub source: Source,
    /// The local date.
    pub date: LocalDate,
    /// When the day began.
    pub start: Timestamp,
    /// The offset at its start.
    pub offset: Option<LocalOffset>,
    /// The day as a whole.
    pub detail: DailyDetail,
    /// Its series: totals under [`Context::DAILY`], samples under [`Context::SAMPLES`].
    pub samples: Vec<SampleBatch>,
    /// The provider's scores of the day.
    pub scores: Vec<ScoreRecord>,
}

/// A provider's score.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreRecord {
    /// What it judges.
    pub category: ScoreCategory,
    /// Its rank as a revision.
    pub rank: i32,
    /// Who judged.
    pub source: Source,
    /// The instant or the start of the span it judges; with the category it is the score's identity.
    pub at: Timestamp,
    /// The offset there.
    pub offset: Option<LocalOffset>,
    /// The value.
    pub value: Option<f64>,
    /// The provider's word for it.
    pub qualifier: Option<String>,
    /// Its parts.
    pub components: Vec<ScoreComponent>,
}

/// The names of a batch's points, where their sender names each: by them it may delete them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchNames {
    /// Which of the records, by its place; they are samples.
    pub record: usize,
    /// A name for each point of the batch, in their order; none for a point without one.
    pub names: Vec<Option<RecordName>>,
}

/// What mapping a part gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapped {
    /// What was said.
    pub records: Vec<Record>,
    /// What must be fetched to learn the rest.
    pub fetches: Vec<FetchRequest>,
    /// What could not be read. Counted, shown, never fatal.
    pub issues: Vec<Issue>,
    /// How many items the part held, read or not.
    pub items: u32,
    /// What the bytes are, if they are a workout's file, whatever was said of them.
    pub format: Option<FileFormat>,
    /// What the points of batches are called by their sender.
    pub names: Vec<BatchNames>,
    /// Ids of records that their sender no longer has.
    pub deleted: Vec<String>,
}

crate::text::codes! {
    /// Why something could not be read.
    IssueCode {
        /// A field is missing that the record cannot be without.
        Missing = "missing",
        /// A field's value is not of its kind or out of range; the field was left out.
        Invalid = "invalid",
        /// A type, unit or name that is not known; what it said is kept raw.
        Unknown = "unknown",
        /// It was read, and no record has a place for it; it is counted and stays in what is kept raw.
        Unmapped = "unmapped",
        /// The bytes break off.
        Truncated = "truncated",
        /// The bytes contradict themselves, as by a wrong checksum.
        Damaged = "damaged",
        /// The person has not given, or has withdrawn, the permission for it; it was not taken.
        NotPermitted = "not_permitted",
        /// Newer news had come before; it was not followed.
        Outdated = "outdated",
    }
}

/// Something that could not be read. Never holds a health value.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Issue {
    /// Why.
    pub code: IssueCode,
    /// Which field, as a path in the payload.
    pub path: String,
    /// What a person should know.
    pub message: String,
}

impl Issue {
    /// An issue at a path.
    #[must_use]
    pub fn new(code: IssueCode, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, path: path.into(), message: message.into() }
    }
}

crate::text::codes! {
    /// The format of a workout's file.
    #[allow(missing_docs)] // the names are the documentation
    FileFormat {
        Fit = "fit",
        Tcx = "tcx",
        Gpx = "gpx",
    }
}

/// What to fetch.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FetchKind {
    /// Summaries of a part type: the answer is split like a push of that type.
    Summaries {
        /// The part type the answer holds.
        part_type: String,
    },
    /// A workout's file, to be had once.
    File {
        /// What the mapper needs to know beside the bytes.
        meta: PartMeta,
    },
}

/// A URL that a notification asked to call back. Performed by `sync`, only on the manifest's hosts.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FetchRequest {
    /// The URL, called as given.
    pub url: String,
    /// What it answers with.
    pub kind: FetchKind,
    /// Whether the user's token goes along.
    pub bearer: bool,
    /// How long after the notice it can be had, seconds.
    pub expires_s: Option<i64>,
}

/// What accompanies a part's bytes where they do not say it themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct PartMeta {
    /// The workout a file belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Other ids of that workout.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The file's format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<FileFormat>,
    /// The file's name as uploaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// The zone of the person's clock (IANA name), for files whose times say no offset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The activity's type as the notification named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw_type: Option<String>,
    /// The activity's name as the notification gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the person wrote about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether a person typed the activity in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manual: Option<bool>,
    /// When the activity began as the notification said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    /// How far into the upload that it was cut from it lies, thousandths; 1000 is its last part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress_permille: Option<u16>,
}
