//! The file of an activity, in the format of the device that made it.

use crate::{
    fit,
    generator::{FileType, Person, Workout, WorkoutPlan},
    gpx, tcx,
};

/// A file, as it is downloaded.
pub(crate) struct ActivityFile {
    pub(crate) name: String,
    pub(crate) media_type: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// The file of a workout.
pub(crate) fn activity_file(person: &Person, plan: &WorkoutPlan) -> ActivityFile {
    let workout = Workout::of(person, plan);
    let (extension, media_type, bytes) = match plan.file {
        FileType::Fit => ("fit", "application/octet-stream", fit::activity_file(person, &workout)),
        FileType::Tcx => ("tcx", "application/vnd.garmin.tcx+xml", tcx::activity_file(person, &workout).into_bytes()),
        FileType::Gpx => ("gpx", "application/gpx+xml", gpx::activity_file(person, &workout).into_bytes()),
    };
    ActivityFile { name: format!("{}.{extension}", plan.id), media_type, bytes }
}
