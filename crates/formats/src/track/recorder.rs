//! Puts points into segments, segments into activities, and activities into a file.

use super::{
    file::{Activity, TrackFile},
    fix::Fix,
    length::meters_between,
    moment::Moment,
    summary,
};
use crate::{columns::Columns, xml::Walked};
use model::{FileFormat, Issue, IssueCode, SeriesType, Timestamp};

const MOST_ACTIVITIES: usize = 1000;
/// Laps and pauses of all activities.
const MOST_ITEMS: usize = 50_000;

/// A file while it is read.
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) creator: Option<String>,
    pub(crate) created: Option<Timestamp>,
    activities: Vec<Activity>,
    current: Option<Track>,
    columns: Columns,
    items: usize,
    /// Points without a time, points at impossible times, values that are none, activities and items
    /// beyond the limits.
    timeless: u64,
    misdated: u64,
    unreadable: u64,
    refused: u64,
    /// Plans: waypoints, points of routes, courses.
    plans: u64,
}

/// The activity that is being read.
#[derive(Default)]
struct Track {
    activity: Activity,
    /// Where the latest segment ended, if a gap after it is a pause.
    paused: Option<Timestamp>,
    latest: Option<Timestamp>,
    position: Option<(f64, f64)>,
    length_m: f64,
}

impl Recorder {
    pub(crate) fn begin_activity(&mut self) {
        self.end_activity();
        self.current = Some(Track::default());
    }

    /// The activity that is being read.
    pub(crate) fn activity(&mut self) -> Option<&mut Activity> {
        self.current.as_mut().map(|track| &mut track.activity)
    }

    /// A segment begins. The gap since the one before is a pause, if `paused`.
    pub(crate) fn begin_segment(&mut self, paused: bool) {
        let Some(track) = &mut self.current else { return };
        track.activity.counts.segments += 1;
        track.position = None;
        track.paused = track.latest.filter(|_| paused);
    }

    /// Something that was planned, not done.
    pub(crate) fn pass_plan(&mut self) {
        self.plans += 1;
    }

    /// Whether there is room for another lap or pause.
    pub(crate) fn has_room(&mut self) -> bool {
        let room = self.items < MOST_ITEMS;
        self.items += usize::from(room);
        self.refused += u64::from(!room);
        room
    }

    /// When the latest point was measured.
    pub(crate) fn latest(&self) -> Option<Timestamp> {
        self.current.as_ref().and_then(|track| track.latest)
    }

    pub(crate) fn place(&mut self, fix: &Fix) {
        let Some(track) = &mut self.current else { return };
        self.unreadable += fix.unreadable;
        track.count(fix);
        track.measure(fix);
        let Some(moment) = fix.time else {
            self.timeless += 1;
            return;
        };
        if !moment.is_plausible() {
            self.misdated += 1;
            return;
        }
        let pause = track.at(moment);
        let position = fix.position().into_iter();
        let position =
            position.flat_map(|(north, east)| [(SeriesType::LATITUDE, north), (SeriesType::LONGITUDE, east)]);
        for (series, value) in position.chain(fix.values.iter().copied()) {
            self.columns.push(series, moment.at, value);
        }
        if let Some(pause) = pause
            && self.has_room()
            && let Some(activity) = self.activity()
        {
            activity.detail.pauses.push(pause);
        }
    }

    /// The activity ends, if there is one.
    pub(crate) fn end_activity(&mut self) {
        let columns = self.columns.take();
        let Some(Track { mut activity, length_m, .. }) = self.current.take() else { return };
        activity.columns = columns;
        summary::complete(&mut activity, length_m);
        if self.activities.len() < MOST_ACTIVITIES {
            self.activities.push(activity);
        } else {
            self.refused += 1;
        }
    }

    pub(crate) fn finish(mut self, format: FileFormat, walked: Walked) -> TrackFile {
        self.end_activity();
        let damaged = walked.issue.is_some();
        let mut issues: Vec<Issue> = walked.issue.into_iter().collect();
        let mut note = |count: u64, code, path: &str, what: &str| {
            if count > 0 {
                issues.push(Issue::new(code, path, format!("{count} {what}")));
            }
        };
        note(self.timeless, IssueCode::Missing, "point.time", "points have no time and were left out");
        note(self.misdated, IssueCode::Invalid, "point.time", "points have an impossible time and were left out");
        note(self.unreadable, IssueCode::Invalid, "point", "values could not be read and were left out");
        note(
            self.columns.refused + self.refused,
            IssueCode::Truncated,
            "point",
            "samples, laps or tracks are beyond the limit",
        );
        note(self.plans, IssueCode::Unmapped, "plan", "waypoints, points of routes or courses are plans, not workouts");
        let Self { creator, created, activities, .. } = self;
        TrackFile { format, creator, created, activities, issues, damaged, digest: walked.digest }
    }
}

impl Track {
    fn count(&mut self, fix: &Fix) {
        let counts = &mut self.activity.counts;
        counts.points += 1;
        counts.timed += u64::from(fix.time.is_some());
        counts.positions += u64::from(fix.position().is_some());
    }

    fn measure(&mut self, fix: &Fix) {
        let Some(here) = fix.position() else { return };
        if let Some(before) = self.position.replace(here) {
            self.length_m += meters_between(before, here);
        }
        let detail = &mut self.activity.detail;
        if detail.start_latitude_deg.is_none() {
            (detail.start_latitude_deg, detail.start_longitude_deg) = (Some(here.0), Some(here.1));
        }
    }

    /// Follows the time; gives the pause that ends now.
    fn at(&mut self, moment: Moment) -> Option<(Timestamp, Timestamp)> {
        let (at, activity) = (moment.at, &mut self.activity);
        activity.start = Some(activity.start.map_or(at, |start| start.min(at)));
        activity.end = Some(activity.end.map_or(at, |end| end.max(at)));
        activity.offset = activity.offset.or(moment.offset);
        self.latest = Some(at);
        self.paused.take().filter(|from| *from < at).map(|from| (from, at))
    }
}
