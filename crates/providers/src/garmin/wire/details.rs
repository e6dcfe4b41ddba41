//! `activityDetails`: the summary, the laps, and the samples read straight into columns.

use super::Activity;
use crate::json::{Columns, Lenient, List, wire};
use model::SeriesType;

wire! {
    /// An item of `activityDetails`.
    Details {
        callback_url: String = "callbackURL",
        summary_id: String = "summaryId",
        activity_id: String = "activityId",
        summary: Activity = "summary",
        samples: SampleColumns = "samples",
        laps: List<LapStart> = "laps",
    }
    /// An item of its `laps`.
    LapStart {
        start: f64 = "startTimeInSeconds",
    }
}

/// The keys of a sample and the series they belong to.
pub(crate) const SERIES: &[(&str, SeriesType)] = &[
    ("heartRate", SeriesType::HEART_RATE),
    ("latitudeInDegree", SeriesType::LATITUDE),
    ("longitudeInDegree", SeriesType::LONGITUDE),
    ("elevationInMeters", SeriesType::ELEVATION),
    ("airTemperatureCelcius", SeriesType::AIR_TEMPERATURE),
    ("speedMetersPerSecond", SeriesType::SPEED),
    ("stepsPerMinute", SeriesType::RUNNING_CADENCE),
    ("totalDistanceInMeters", SeriesType::TOTAL_DISTANCE),
    ("timerDurationInSeconds", SeriesType::TIMER_DURATION),
    ("clockDurationInSeconds", SeriesType::CLOCK_DURATION),
    ("movingDurationInSeconds", SeriesType::MOVING_DURATION),
    ("powerInWatts", SeriesType::POWER),
    ("bikeCadenceInRPM", SeriesType::CADENCE),
    ("directWheelchairCadence", SeriesType::WHEELCHAIR_CADENCE),
    ("swimCadenceInStrokesPerMinute", SeriesType::SWIMMING_CADENCE),
];

/// The samples of an item: one column a key of [`SERIES`].
#[derive(Clone, Debug)]
pub(crate) struct SampleColumns(pub(crate) Columns);

impl Lenient for SampleColumns {
    fn from_list<'de, A: serde::de::SeqAccess<'de>>(list: A) -> Result<Option<Self>, A::Error> {
        Columns::read("startTimeInSeconds", |key| SERIES.iter().position(|(one, _)| *one == key), SERIES.len(), list)
            .map(|columns| Some(Self(columns)))
    }
}
