//! Elements of a TCX file, as they come, into activities of laps and points.

use super::{lap::LapReader, totals};
use crate::{
    track::{Activity, Fix, Moment, Recorder, TrackFile},
    xml::{Attributes, Visitor, walk},
};
use model::{FileFormat, SeriesType};
use std::io::Read;

const NAMES: &[&str] = &[
    "TrainingCenterDatabase",
    "Activities",
    "Courses",
    "Course",
    "Workouts",
    "Workout",
    "Activity",
    "MultiSportSession",
    "FirstSport",
    "NextSport",
    "Transition",
    "Id",
    "Notes",
    "Lap",
    "TotalTimeSeconds",
    "DistanceMeters",
    "MaximumSpeed",
    "Calories",
    "AverageHeartRateBpm",
    "MaximumHeartRateBpm",
    "Value",
    "Cadence",
    "TriggerMethod",
    "Track",
    "Trackpoint",
    "Time",
    "Position",
    "LatitudeDegrees",
    "LongitudeDegrees",
    "AltitudeMeters",
    "HeartRateBpm",
    "Extensions",
    "TPX",
    "Speed",
    "RunCadence",
    "Watts",
    "LX",
    "AvgSpeed",
    "MaxBikeCadence",
    "AvgRunCadence",
    "MaxRunCadence",
    "Steps",
    "AvgWatts",
    "MaxWatts",
    "Creator",
    "Name",
    "UnitId",
    "Version",
    "VersionMajor",
    "VersionMinor",
    "Author",
];

/// Everything in one TCX file that has a place, read in one pass.
pub fn read(input: &mut dyn Read) -> TrackFile {
    let mut tcx = Tcx::default();
    let walked = walk(input, NAMES, &mut tcx);
    tcx.end_lap();
    tcx.end_activity();
    tcx.recorder.finish(FileFormat::Tcx, walked)
}

#[derive(Default)]
struct Tcx {
    recorder: Recorder,
    fix: Fix,
    lap: Option<LapReader>,
    laps: Vec<LapReader>,
    sessions: usize,
}

impl Visitor for Tcx {
    fn open(&mut self, path: &[&str], attributes: &Attributes<'_>) {
        match path {
            ["TrainingCenterDatabase", "Courses", "Course"] | ["TrainingCenterDatabase", "Workouts", "Workout"] => {
                self.recorder.pass_plan();
            }
            [.., "Activities", "MultiSportSession"] => self.sessions += 1,
            [.., "Activity"] => self.begin_activity(path, &attributes.get("Sport").unwrap_or_default()),
            [.., "NextSport", "Transition"] => {
                self.begin_activity(path, "Transition");
                self.begin_lap(attributes);
            }
            [.., "Activity", "Lap"] => self.begin_lap(attributes),
            [.., "Lap" | "Transition", "Track"] => {
                let again = self.lap.as_mut().is_some_and(LapReader::begin_track);
                self.recorder.begin_segment(again);
            }
            [.., "Track", "Trackpoint"] => self.fix = Fix::default(),
            _ => {}
        }
    }

    fn text(&mut self, path: &[&str], text: &str) {
        match path {
            [.., "Trackpoint", "Position", "LatitudeDegrees"] => self.fix.latitude(text),
            [.., "Trackpoint", "Position", "LongitudeDegrees"] => self.fix.longitude(text),
            [.., "Trackpoint", "HeartRateBpm", "Value"] => self.fix.value(SeriesType::HEART_RATE, text, 1.0),
            [.., "Trackpoint", "Extensions", "TPX", field] | [.., "Trackpoint", field] => self.field(field, text),
            ["TrainingCenterDatabase", "Author", "Name"] => {
                self.recorder.creator = Some(text.chars().take(200).collect())
            }
            _ if path.contains(&"Track") => {}
            _ => self.describe(path, text),
        }
    }

    fn close(&mut self, path: &[&str]) {
        match path {
            [.., "Track", "Trackpoint"] => self.recorder.place(&self.fix),
            [.., "Activity", "Lap"] => self.end_lap(),
            [.., "NextSport", "Transition"] => {
                self.end_lap();
                self.end_activity();
            }
            [.., "Activity"] => self.end_activity(),
            _ => {}
        }
    }
}

impl Tcx {
    fn begin_activity(&mut self, path: &[&str], sport: &str) {
        self.recorder.begin_activity();
        let session = path.contains(&"MultiSportSession").then(|| self.sessions.saturating_sub(1));
        let Some(activity) = self.recorder.activity() else { return };
        activity.session = session;
        activity.detail.workout_type = Some(crate::track::workout_type(sport));
        activity.detail.raw_type = Some(sport.to_owned()).filter(|sport| !sport.is_empty());
    }

    fn end_activity(&mut self) {
        let laps = std::mem::take(&mut self.laps);
        if let Some(activity) = self.recorder.activity() {
            totals::add(activity, laps);
        }
        self.recorder.end_activity();
    }

    fn begin_lap(&mut self, attributes: &Attributes<'_>) {
        self.end_lap();
        let start = attributes.get("StartTime").and_then(|text| Moment::parse(&text));
        self.lap = Some(LapReader::new(start.filter(|start| start.is_plausible())));
    }

    fn end_lap(&mut self) {
        let latest = self.recorder.latest();
        if let Some(mut lap) = self.lap.take()
            && self.recorder.has_room()
        {
            lap.end(latest);
            self.laps.push(lap);
        }
    }

    /// What a lap says of itself, else what the activity does.
    fn describe(&mut self, path: &[&str], text: &str) {
        if let (Some(rest), Some(lap)) = (below(path, &["Lap", "Transition"]), &mut self.lap) {
            return lap.text(rest, text);
        }
        let (Some(rest), Some(activity)) = (below(path, &["Activity"]), self.recorder.activity()) else { return };
        match rest {
            ["Id"] => identify(activity, text),
            ["Notes"] => activity.detail.description = Some(text.to_owned()),
            ["Creator", "Name"] => activity.device.name = Some(text.chars().take(200).collect()),
            // a number of zero is how software writes that it is no device
            ["Creator", "UnitId"] => activity.device.serial_number = text.parse().ok().filter(|serial| *serial > 0),
            ["Creator", "Version", "VersionMajor"] => activity.device.software_version = version(text),
            ["Creator", "Version", "VersionMinor"] => {
                let (major, minor) = (activity.device.software_version.take(), version(text));
                activity.device.software_version = major.zip(minor).map(|(major, minor)| format!("{major}.{minor}"));
            }
            _ => {}
        }
    }

    fn field(&mut self, field: &str, text: &str) {
        match field {
            "Time" => self.fix.time(text),
            "AltitudeMeters" => self.fix.value(SeriesType::ELEVATION, text, 1.0),
            "DistanceMeters" => self.fix.value(SeriesType::TOTAL_DISTANCE, text, 1.0),
            "Cadence" => self.fix.value(SeriesType::CADENCE, text, 1.0),
            "RunCadence" => self.fix.value(SeriesType::RUNNING_CADENCE, text, 2.0),
            "Speed" => self.fix.value(SeriesType::SPEED, text, 1.0),
            "Watts" => self.fix.value(SeriesType::POWER, text, 1.0),
            _ => {}
        }
    }
}

/// The id is the start as text, in which some write where it was.
fn identify(activity: &mut Activity, text: &str) {
    activity.id = Some(text.to_owned());
    let moment = Moment::parse(text).filter(|moment| moment.is_plausible());
    activity.start = activity.start.or(moment.map(|moment| moment.at));
    activity.offset = activity.offset.or(moment.and_then(|moment| moment.offset));
}

fn version(text: &str) -> Option<String> {
    text.parse::<u32>().ok().map(|number| number.to_string())
}

/// The path from the first of these names on.
fn below<'p, 'n>(path: &'p [&'n str], names: &[&str]) -> Option<&'p [&'n str]> {
    let at = path.iter().position(|name| names.contains(name))?;
    path.get(at + 1..)
}
