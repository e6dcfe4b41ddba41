//! HealthKit's category types that have a place as points: stages of sleep, hours with a stand, time spent on
//! something, and events of the heart.

use model::{SeriesType, SleepStage};

/// How records of a category type become points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Category {
    /// A stage of sleep, by its value.
    Sleep,
    /// Whether one stood in an hour, by its value.
    Stood,
    /// How long it lasted, in minutes.
    Time(SeriesType),
    /// That it happened.
    Event(SeriesType),
}

/// What a category type is; none where it has no place.
pub(super) fn find(identifier: &str) -> Option<Category> {
    Some(match identifier.strip_prefix("HKCategoryTypeIdentifier")? {
        "SleepAnalysis" => Category::Sleep,
        "AppleStandHour" => Category::Stood,
        "MindfulSession" => Category::Time(SeriesType::MINDFUL_TIME),
        "ToothbrushingEvent" => Category::Time(SeriesType::TOOTHBRUSHING_TIME),
        "HandwashingEvent" => Category::Time(SeriesType::HANDWASHING_TIME),
        "HighHeartRateEvent" => Category::Event(SeriesType::HIGH_HEART_RATE_EVENTS),
        "LowHeartRateEvent" => Category::Event(SeriesType::LOW_HEART_RATE_EVENTS),
        "IrregularHeartRhythmEvent" => Category::Event(SeriesType::IRREGULAR_RHYTHM_EVENTS),
        _ => return None,
    })
}

impl Category {
    /// The series of its points.
    pub(super) fn series(self) -> SeriesType {
        match self {
            Self::Sleep => SeriesType::SLEEP_STAGE,
            Self::Stood => SeriesType::STAND_HOURS,
            Self::Time(series) | Self::Event(series) => series,
        }
    }

    /// The value of a record's point; none where its value is not known.
    pub(super) fn value(self, value: &[u8], duration_us: i64) -> Option<f64> {
        match self {
            Self::Sleep => stage(value).map(SleepStage::as_value),
            Self::Stood => match value {
                b"HKCategoryValueAppleStandHourStood" | b"0" => Some(1.0),
                b"HKCategoryValueAppleStandHourIdle" | b"1" => Some(0.0),
                _ => None,
            },
            Self::Time(_) => Some(duration_us as f64 / 60e6),
            Self::Event(_) => Some(1.0),
        }
    }
}

/// The stage that a value names. `Asleep` is what it was called before there were stages.
pub(super) fn stage(value: &[u8]) -> Option<SleepStage> {
    let name = value.strip_prefix(b"HKCategoryValueSleepAnalysis").unwrap_or(value);
    Some(match name {
        b"InBed" | b"0" => SleepStage::InBed,
        b"Asleep" | b"AsleepUnspecified" | b"1" => SleepStage::Sleeping,
        b"Awake" | b"2" => SleepStage::Awake,
        b"AsleepCore" | b"3" => SleepStage::Light,
        b"AsleepDeep" | b"4" => SleepStage::Deep,
        b"AsleepREM" | b"5" => SleepStage::Rem,
        _ => return None,
    })
}
