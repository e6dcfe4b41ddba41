//! Which session an instant belongs to, and so which sport.

use super::{file::FitPart, sport::Sport};
use model::Timestamp;

/// Samples further from all sessions than this are the device's mistake.
const STRAY_SECONDS: i64 = 86_400;

/// The sessions of a part in the order of their starts.
pub(super) struct Timeline {
    starts: Vec<(Timestamp, usize)>,
    sports: Vec<Sport>,
    /// The sport of a part without sessions.
    otherwise: Sport,
    /// From a day before the first session to a day after the last; none when a session does not say when.
    hull: Option<(Timestamp, Timestamp)>,
}

impl Timeline {
    pub(super) fn of(part: &FitPart) -> Self {
        let known = part.sessions.iter().enumerate();
        let mut starts: Vec<_> = known.filter_map(|(index, session)| Some((session.start?, index))).collect();
        starts.sort_unstable();
        let lap = || part.laps.iter().map(|lap| lap.sport).find(|sport| sport.sport.is_some());
        Self {
            starts,
            sports: part.sessions.iter().map(|session| session.sport).collect(),
            otherwise: part.sport.or_else(lap).unwrap_or_default(),
            hull: hull(part),
        }
    }

    /// The session that began last before the instant, else the first; none in a part without sessions.
    pub(super) fn session_at(&self, at: Timestamp) -> Option<usize> {
        let begun = self.starts.partition_point(|(start, _)| *start <= at);
        let found = self.starts.get(begun.saturating_sub(1)).map(|(_, index)| *index);
        found.or((!self.sports.is_empty()).then_some(0))
    }

    pub(super) fn sport_at(&self, at: Timestamp) -> Sport {
        let session = self.session_at(at).and_then(|index| self.sports.get(index));
        session.copied().unwrap_or(self.otherwise)
    }

    /// Whether an instant is days away from all sessions.
    pub(super) fn is_stray(&self, at: Timestamp) -> bool {
        self.hull.is_some_and(|(from, to)| at < from || at > to)
    }
}

fn hull(part: &FitPart) -> Option<(Timestamp, Timestamp)> {
    let mut hull: Option<(Timestamp, Timestamp)> = None;
    for session in &part.sessions {
        let (start, end) = (session.start?, session.end?);
        let (from, to) = hull.unwrap_or((start, end));
        hull = Some((from.min(start), to.max(end)));
    }
    hull.map(|(from, to)| (from.plus_seconds(-STRAY_SECONDS), to.plus_seconds(STRAY_SECONDS)))
}

impl FitPart {
    /// How many samples are days away from all sessions.
    pub(super) fn stray_points(&self) -> usize {
        let timeline = Timeline::of(self);
        let points = self.columns.iter().flat_map(|column| &column.points);
        points.filter(|point| timeline.is_stray(point.start)).count()
    }
}
