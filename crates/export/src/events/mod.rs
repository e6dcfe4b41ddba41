//! Events as they leave: workouts, nights, days and the like, with every field that is known of them, told by the
//! model's own types so that nothing is forgotten.

mod csv;
mod parquet;
mod table;
#[cfg(test)]
mod tests;

use model::{
    ActivityDetail, DailyDetail, EventKind, FieldShape, HealthSnapshotDetail, LocalOffset, MenstrualCycleDetail,
    ScoreCategory, ScoreComponent, Shape, Shaped, SleepDetail, Source, Timestamp, WorkoutDetail,
};
use serde_json::{Map, Value};

pub use table::EventTableWriter;

/// An event.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// Its id, a UUID.
    pub id: String,
    /// Who recorded it.
    pub source: &'a Source,
    /// When it began.
    pub start: Timestamp,
    /// When it ended; for a score, the instant it judges.
    pub end: Timestamp,
    /// The offset at its start.
    pub offset: Option<LocalOffset>,
    /// What is known of it.
    pub detail: EventDetail<'a>,
}

/// What is known of an event.
#[derive(Clone, Copy, Debug)]
pub enum EventDetail<'a> {
    /// A workout.
    Workout(&'a WorkoutDetail),
    /// A night or a nap.
    Sleep(&'a SleepDetail),
    /// A provider's record of a day.
    Daily(&'a DailyDetail),
    /// A span that a device recognised as an activity.
    Activity(&'a ActivityDetail),
    /// A menstrual cycle.
    MenstrualCycle(&'a MenstrualCycleDetail),
    /// Several values measured at once.
    HealthSnapshot(&'a HealthSnapshotDetail),
    /// A provider's score.
    Score(&'a Score<'a>),
}

/// A provider's score.
#[derive(Clone, Copy, Debug)]
pub struct Score<'a> {
    /// What it judges.
    pub category: ScoreCategory,
    /// The value.
    pub value: Option<f64>,
    /// The provider's word.
    pub qualifier: Option<&'a str>,
    /// Its parts.
    pub components: &'a [ScoreComponent],
}

/// What tables of events there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventTable {
    /// Of one kind.
    Of(EventKind),
    /// Scores.
    Scores,
}

const TEXT: Shape = Shape::Text;
const NUMBER: Shape = Shape::Number;
const SCORE_FIELDS: &[FieldShape] = &[
    FieldShape { name: "category", meaning: "What it judges.", shape: TEXT, always: true },
    FieldShape { name: "value", meaning: "The value.", shape: NUMBER, always: false },
    FieldShape { name: "qualifier", meaning: "The provider's word.", shape: TEXT, always: false },
    FieldShape { name: "components", meaning: "Its parts.", shape: Shape::List(&TEXT), always: false },
];

impl EventTable {
    /// Its name, as one asks for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Of(EventKind::Workout) => "workouts",
            Self::Of(EventKind::Sleep) => "sleep",
            Self::Of(EventKind::Daily) => "daily",
            Self::Of(EventKind::Activity) => "activities",
            Self::Of(EventKind::MenstrualCycle) => "menstrual-cycles",
            Self::Of(EventKind::HealthSnapshot) => "health-snapshots",
            Self::Scores => "scores",
        }
    }

    /// Every table.
    #[must_use]
    pub fn all() -> Vec<Self> {
        EventKind::ALL.iter().map(|kind| Self::Of(*kind)).chain([Self::Scores]).collect()
    }

    /// The fields of its details, in order.
    pub(crate) fn fields(self) -> &'static [FieldShape] {
        let shape = match self {
            Self::Of(EventKind::Workout) => WorkoutDetail::SHAPE,
            Self::Of(EventKind::Sleep) => SleepDetail::SHAPE,
            Self::Of(EventKind::Daily) => DailyDetail::SHAPE,
            Self::Of(EventKind::Activity) => ActivityDetail::SHAPE,
            Self::Of(EventKind::MenstrualCycle) => MenstrualCycleDetail::SHAPE,
            Self::Of(EventKind::HealthSnapshot) => HealthSnapshotDetail::SHAPE,
            Self::Scores => return SCORE_FIELDS,
        };
        match shape {
            Shape::Object(_, fields) => fields,
            _ => &[],
        }
    }
}

impl EventDetail<'_> {
    /// The table it belongs to.
    #[must_use]
    pub fn table(&self) -> EventTable {
        match self {
            Self::Workout(_) => EventTable::Of(EventKind::Workout),
            Self::Sleep(_) => EventTable::Of(EventKind::Sleep),
            Self::Daily(_) => EventTable::Of(EventKind::Daily),
            Self::Activity(_) => EventTable::Of(EventKind::Activity),
            Self::MenstrualCycle(_) => EventTable::Of(EventKind::MenstrualCycle),
            Self::HealthSnapshot(_) => EventTable::Of(EventKind::HealthSnapshot),
            Self::Score(_) => EventTable::Scores,
        }
    }

    /// Its kind, one of it.
    pub(crate) fn kind(&self) -> &'static str {
        match self.table() {
            EventTable::Of(kind) => kind.as_str(),
            EventTable::Scores => "score",
        }
    }

    /// Every field that is known, by name.
    pub(crate) fn values(&self) -> serde_json::Result<Map<String, Value>> {
        let value = match self {
            Self::Workout(detail) => serde_json::to_value(detail)?,
            Self::Sleep(detail) => serde_json::to_value(detail)?,
            Self::Daily(detail) => serde_json::to_value(detail)?,
            Self::Activity(detail) => serde_json::to_value(detail)?,
            Self::MenstrualCycle(detail) => serde_json::to_value(detail)?,
            Self::HealthSnapshot(detail) => serde_json::to_value(detail)?,
            Self::Score(score) => return score.values(),
        };
        Ok(if let Value::Object(fields) = value { fields } else { Map::new() })
    }
}

impl Score<'_> {
    fn values(&self) -> serde_json::Result<Map<String, Value>> {
        let mut fields = Map::new();
        fields.insert("category".to_owned(), self.category.as_str().into());
        if let Some(value) = self.value {
            fields.insert("value".to_owned(), value.into());
        }
        if let Some(qualifier) = self.qualifier {
            fields.insert("qualifier".to_owned(), qualifier.into());
        }
        if !self.components.is_empty() {
            fields.insert("components".to_owned(), serde_json::to_value(self.components)?);
        }
        Ok(fields)
    }
}
