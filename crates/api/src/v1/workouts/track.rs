//! The samples of a workout as the rows that files of workouts have.

use super::{
    Found,
    samples::{self, Table},
};
use crate::{State, error::Result};
use export::{Cadence, Row, Track};
use model::{SeriesType, UserId};

/// What such files have a place for.
pub(super) const WANTED: [SeriesType; 12] = [
    SeriesType::LATITUDE,
    SeriesType::LONGITUDE,
    SeriesType::ELEVATION,
    SeriesType::TOTAL_DISTANCE,
    SeriesType::SPEED,
    SeriesType::HEART_RATE,
    SeriesType::CADENCE,
    SeriesType::SWIMMING_CADENCE,
    SeriesType::WHEELCHAIR_CADENCE,
    SeriesType::RUNNING_CADENCE,
    SeriesType::AIR_TEMPERATURE,
    SeriesType::POWER,
];

/// The rows of a workout, one an instant that has any of these.
pub(super) async fn load(state: &State, user: UserId, found: &Found) -> Result<Track> {
    let samples = samples::load(state, user, found, WANTED.to_vec()).await?;
    Ok(rows(&samples::align(&samples.points, found.view.start, None)))
}

/// Steps of both feet become the strides that such files count; another cadence goes before them.
pub(super) fn rows(table: &Table) -> Track {
    let other = [SeriesType::CADENCE, SeriesType::SWIMMING_CADENCE, SeriesType::WHEELCHAIR_CADENCE];
    let turns = other.into_iter().find(|series| table.columns.contains_key(series));
    let (series, worth, cadence) = match turns {
        Some(series) => (series, 1.0, Cadence::Turns),
        None => (SeriesType::RUNNING_CADENCE, 0.5, Cadence::Strides),
    };
    let row = |(index, time): (usize, &model::Timestamp)| {
        let value = |series: SeriesType| table.columns.get(&series)?.get(index).copied().flatten();
        Row {
            time: *time,
            latitude_deg: value(SeriesType::LATITUDE),
            longitude_deg: value(SeriesType::LONGITUDE),
            elevation_m: value(SeriesType::ELEVATION),
            distance_m: value(SeriesType::TOTAL_DISTANCE),
            speed_mps: value(SeriesType::SPEED),
            heart_rate_bpm: value(SeriesType::HEART_RATE),
            cadence_rpm: value(series).map(|counted| counted * worth),
            temperature_c: value(SeriesType::AIR_TEMPERATURE),
            power_w: value(SeriesType::POWER),
        }
    };
    Track { rows: table.time.iter().enumerate().map(row).collect(), cadence }
}
