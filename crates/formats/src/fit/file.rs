//! What one FIT file holds, sorted by kind but not yet bent to the model's records.

use super::{sleep::SleepScore, sport::Sport};
use crate::columns::Column;
use model::{FileDetail, Issue, Lap, Point, PoolLength, SeriesType, StrengthSet, Timestamp, WorkoutDetail};
use std::{borrow::Cow, collections::BTreeMap};

/// Everything in one FIT file that has a place.
#[derive(Clone, Debug, Default)]
pub struct FitFile {
    /// The files chained into this one; nearly always one.
    pub parts: Vec<FitPart>,
    /// How many messages of each kind there are, known or not.
    pub message_counts: BTreeMap<u16, u64>,
    /// What could not be read.
    pub issues: Vec<Issue>,
    /// Whether bytes are missing or wrong, so that a whole copy of the file would say more.
    pub damaged: bool,
    /// A digest of the bytes: the same for the same file.
    pub digest: [u8; 16],
}

/// One of the files chained into a FIT file.
#[derive(Clone, Debug, Default)]
pub struct FitPart {
    /// What it says of itself.
    pub id: FileId,
    /// The sessions: one, or one for each sport.
    pub sessions: Vec<Session>,
    /// The laps of all sessions.
    pub laps: Vec<FitLap>,
    /// The pool lengths of all sessions.
    pub lengths: Vec<PoolLength>,
    /// The sets of strength training.
    pub sets: Vec<StrengthSet>,
    /// From a stop of the timer to its next start.
    pub pauses: Vec<(Timestamp, Timestamp)>,
    /// What was sampled during workouts. [`SeriesType::CADENCE`] holds cadence as the device counts it
    /// (strides of one foot when running); [`super::to_workout`] gives it the series of the sport.
    pub columns: Vec<Column>,
    /// Heart rate that a strap remembered under water and told afterwards.
    pub strap_heart_rate: Vec<Point>,
    /// What was measured outside workouts: weight, heart rate of the day, steps.
    pub health: Vec<Column>,
    /// How the watch judges a night.
    pub sleep_score: Option<SleepScore>,
    /// What applications on the device added and no series has a place for.
    pub developer: Vec<DeveloperColumn>,
    /// How many record messages there are, with or without values.
    pub record_count: u64,
    /// The time of the first record.
    pub record_first: Option<Timestamp>,
    /// The time of the last record.
    pub record_last: Option<Timestamp>,
    /// The sport set on the device, where a sport message says.
    pub sport: Option<Sport>,
}

/// What a file says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileId {
    /// `activity`, `weight`, `monitoring_b`, …; a number where the kind has no name.
    pub kind: String,
    /// Device, serial number, time and offset.
    pub detail: FileDetail,
    /// The device's software.
    pub software_version: Option<String>,
}

/// One sport from start to stop.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// The device's number of it.
    pub index: Option<u64>,
    /// When it began.
    pub start: Option<Timestamp>,
    /// When it ended, pauses included.
    pub end: Option<Timestamp>,
    /// What was done.
    pub sport: Sport,
    /// Totals and averages as the device computed them, also where they are zero.
    pub detail: WorkoutDetail,
}

/// Numbers that an application on the device added to one kind of message.
#[derive(Clone, Debug, PartialEq)]
pub struct DeveloperColumn {
    /// Its name, as the application gave it.
    pub name: String,
    /// Its unit, as the application gave it.
    pub unit: Option<String>,
    /// The application's id, hexadecimal.
    pub application: Option<String>,
    /// The number of the kind of message.
    pub message_number: u16,
    /// The kind of message: `record`, `lap`, …
    pub message: String,
    /// The values in the file's order, and when each was, if its message says.
    pub values: Vec<(Option<Timestamp>, f64)>,
}

/// A lap and its sport.
#[derive(Clone, Debug, PartialEq)]
pub struct FitLap {
    /// The lap as the model has it.
    pub lap: Lap,
    /// What was done.
    pub sport: Sport,
}

impl FitFile {
    /// The chained files as if they were one, named like the first that holds a workout.
    #[must_use]
    pub fn whole(&self) -> Cow<'_, FitPart> {
        match self.parts.as_slice() {
            [only] => Cow::Borrowed(only),
            several => Cow::Owned(several.iter().fold(FitPart::default(), FitPart::and)),
        }
    }
}

impl FitPart {
    /// The samples of one series.
    #[must_use]
    pub fn column(&self, series: SeriesType) -> &[Point] {
        self.columns.iter().find(|column| column.series == series).map_or(&[], |column| &column.points)
    }

    /// Whether a workout can be made of it.
    #[must_use]
    pub fn has_workout(&self) -> bool {
        !self.sessions.is_empty() || self.record_first.is_some() || !self.laps.is_empty()
    }

    /// Both parts as one.
    fn and(mut self, other: &Self) -> Self {
        if !self.has_workout() && (other.has_workout() || self.id == FileId::default()) {
            self.id = other.id.clone();
        }
        self.sessions.extend_from_slice(&other.sessions);
        self.laps.extend_from_slice(&other.laps);
        self.lengths.extend_from_slice(&other.lengths);
        self.sets.extend_from_slice(&other.sets);
        self.pauses.extend_from_slice(&other.pauses);
        join(&mut self.columns, &other.columns);
        self.strap_heart_rate.extend_from_slice(&other.strap_heart_rate);
        join(&mut self.health, &other.health);
        for column in &other.developer {
            match self.developer.iter_mut().find(|known| known.is_of(column)) {
                Some(known) => known.values.extend_from_slice(&column.values),
                None => self.developer.push(column.clone()),
            }
        }
        self.record_count += other.record_count;
        self.record_first = self.record_first.or(other.record_first);
        self.record_last = other.record_last.or(self.record_last);
        self.sport = self.sport.or(other.sport);
        self
    }
}

impl DeveloperColumn {
    /// Whether both hold values of the same field.
    fn is_of(&self, other: &Self) -> bool {
        let key = |it: &Self| (it.message_number, it.name.clone(), it.unit.clone(), it.application.clone());
        key(self) == key(other)
    }
}

fn join(columns: &mut Vec<Column>, others: &[Column]) {
    for other in others {
        match columns.iter_mut().find(|column| column.series == other.series && column.context == other.context) {
            Some(column) => column.points.extend_from_slice(&other.points),
            None => columns.push(other.clone()),
        }
    }
}
