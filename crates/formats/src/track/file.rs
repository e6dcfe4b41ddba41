//! What one TCX or GPX file holds.

use crate::columns::Column;
use model::{FileFormat, Issue, LocalOffset, Point, SeriesType, Timestamp, WorkoutDetail};

/// Everything in one file that has a place.
#[derive(Clone, Debug)]
pub struct TrackFile {
    /// TCX or GPX.
    pub format: FileFormat,
    /// What wrote it, as it says.
    pub creator: Option<String>,
    /// When it was written, as it says.
    pub created: Option<Timestamp>,
    /// The activities of a TCX file, the tracks of a GPX file. Those without a start are no workouts.
    pub activities: Vec<Activity>,
    /// What could not be read.
    pub issues: Vec<Issue>,
    /// Whether it could not be read to its end, so that a whole copy of the file would say more.
    pub damaged: bool,
    /// A digest of the bytes: the same for the same file.
    pub digest: [u8; 16],
}

/// An activity or a track.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Activity {
    /// The file's own id of it: in TCX its start as text.
    pub id: Option<String>,
    /// The multisport session it is a leg of, counted from 0.
    pub session: Option<usize>,
    /// What recorded it.
    pub device: Device,
    /// When it began.
    pub start: Option<Timestamp>,
    /// When it ended, pauses included.
    pub end: Option<Timestamp>,
    /// The offset in which its times are written, where that is not UTC.
    pub offset: Option<LocalOffset>,
    /// Totals, averages, laps and pauses.
    pub detail: WorkoutDetail,
    /// What was sampled, cadence in the series of the sport.
    pub columns: Vec<Column>,
    /// How much of what there is.
    pub counts: Counts,
}

/// What recorded an activity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// Its name.
    pub name: Option<String>,
    /// Its serial number.
    pub serial_number: Option<u64>,
    /// Its software.
    pub software_version: Option<String>,
}

/// How much an activity holds, also of what could not be kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Segments of the track, also empty ones.
    pub segments: u64,
    /// Points, with or without a time.
    pub points: u64,
    /// Points with a time.
    pub timed: u64,
    /// Points with a position.
    pub positions: u64,
}

impl Activity {
    /// The samples of one series.
    #[must_use]
    pub fn column(&self, series: SeriesType) -> &[Point] {
        self.columns.iter().find(|column| column.series == series).map_or(&[], |column| &column.points)
    }
}
