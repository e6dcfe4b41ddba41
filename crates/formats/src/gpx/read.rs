//! Elements of a GPX file, as they come, into tracks of segments and points.

use crate::{
    track::{Fix, Moment, Recorder, TrackFile},
    xml::{Attributes, Visitor, walk},
};
use model::{FileFormat, SeriesType};
use std::io::Read;

const NAMES: &[&str] = &[
    "gpx",
    "metadata",
    "time",
    "name",
    "desc",
    "cmt",
    "type",
    "wpt",
    "rte",
    "rtept",
    "trk",
    "trkseg",
    "trkpt",
    "ele",
    "speed",
    "extensions",
    "hr",
    "heartrate",
    "cad",
    "cadence",
    "atemp",
    "temp",
    "wtemp",
    "depth",
    "power",
    "PowerInWatts",
    "watts",
    "hAcc",
    "distance",
];

/// Everything in one GPX file that has a place, read in one pass.
pub fn read(input: &mut dyn Read) -> TrackFile {
    let mut gpx = Gpx::default();
    let walked = walk(input, NAMES, &mut gpx);
    gpx.recorder.finish(FileFormat::Gpx, walked)
}

#[derive(Default)]
struct Gpx {
    recorder: Recorder,
    fix: Fix,
}

impl Visitor for Gpx {
    fn open(&mut self, path: &[&str], attributes: &Attributes<'_>) {
        match path {
            ["gpx"] => {
                self.recorder.creator = attributes.get("creator").map(|creator| creator.chars().take(200).collect())
            }
            ["gpx", "trk"] => self.recorder.begin_activity(),
            ["gpx", "wpt"] | ["gpx", "rte", "rtept"] => self.recorder.pass_plan(),
            ["gpx", "trk", "trkseg"] => self.recorder.begin_segment(true),
            ["gpx", "trk", "trkseg", "trkpt"] => {
                self.fix = Fix::default();
                self.fix.latitude(&attributes.get("lat").unwrap_or_default());
                self.fix.longitude(&attributes.get("lon").unwrap_or_default());
            }
            _ => {}
        }
    }

    fn text(&mut self, path: &[&str], text: &str) {
        match path {
            ["gpx", "time"] | ["gpx", "metadata", "time"] => {
                self.recorder.created =
                    Moment::parse(text).filter(|moment| moment.is_plausible()).map(|moment| moment.at);
            }
            ["gpx", "trk", field] => self.describe(field, text),
            ["gpx", "trk", "trkseg", "trkpt", field] => self.field(field, text),
            ["gpx", "trk", "trkseg", "trkpt", "extensions", .., field] => self.extension(field, text),
            _ => {}
        }
    }

    fn close(&mut self, path: &[&str]) {
        match path {
            ["gpx", "trk", "trkseg", "trkpt"] => self.recorder.place(&self.fix),
            ["gpx", "trk"] => self.recorder.end_activity(),
            _ => {}
        }
    }
}

impl Gpx {
    fn describe(&mut self, field: &str, text: &str) {
        let Some(activity) = self.recorder.activity() else { return };
        let detail = &mut activity.detail;
        match field {
            "name" => detail.name = Some(text.to_owned()),
            "desc" => detail.description = Some(text.to_owned()),
            "cmt" if detail.description.is_none() => detail.description = Some(text.to_owned()),
            "type" => {
                detail.workout_type = Some(crate::track::workout_type(text));
                detail.raw_type = Some(text.to_owned());
            }
            _ => {}
        }
    }

    fn field(&mut self, field: &str, text: &str) {
        match field {
            "time" => self.fix.time(text),
            "ele" => self.fix.value(SeriesType::ELEVATION, text, 1.0),
            "speed" => self.fix.value(SeriesType::SPEED, text, 1.0),
            _ => {}
        }
    }

    /// The names of Garmin's TrackPointExtension (1 and 2) and PowerExtension, of Cluetrust's, and of
    /// those that write without a schema.
    fn extension(&mut self, field: &str, text: &str) {
        let series = match field {
            "hr" | "heartrate" => SeriesType::HEART_RATE,
            "cad" | "cadence" => SeriesType::CADENCE,
            "atemp" | "temp" => SeriesType::AIR_TEMPERATURE,
            "wtemp" => SeriesType::WATER_TEMPERATURE,
            "depth" => SeriesType::UNDERWATER_DEPTH,
            "power" | "PowerInWatts" | "watts" => SeriesType::POWER,
            "speed" => SeriesType::SPEED,
            "hAcc" => SeriesType::GPS_ACCURACY,
            "distance" => SeriesType::TOTAL_DISTANCE,
            _ => return,
        };
        self.fix.value(series, text, 1.0);
    }
}
