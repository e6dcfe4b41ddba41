//! What is kept of an event: every document that spoke of it, and the one view computed from them.
//!
//! A workout is told by up to four documents (facets) in any order of arrival. Each facet is replaced
//! by a revision with a higher stamp; the view fills the blanks of the most trusted facet from the next.
//! So any order of arrival, and any repetition, gives the same view.

use crate::{
    ActivityDetail, DailyDetail, Facet, FileDetail, Filed, HealthSnapshotDetail, LocalDate, LocalOffset,
    MenstrualCycleDetail, Revised, SleepDetail, Source, Stamp, Timestamp, WorkoutDetail,
};

crate::text::codes! {
    /// The kinds of events.
    EventKind {
        /// A workout.
        Workout = "workout",
        /// A night or a nap.
        Sleep = "sleep",
        /// A provider's record of a day.
        Daily = "daily",
        /// A span that a device recognised as an activity by itself; not a workout.
        Activity = "activity",
        /// A menstrual cycle.
        MenstrualCycle = "menstrual_cycle",
        /// A short measurement of several values that a person asked for.
        HealthSnapshot = "health_snapshot",
    }
}

impl EventKind {
    /// The stored number.
    #[must_use]
    pub fn as_stored(self) -> i16 {
        match self {
            Self::Workout => 1,
            Self::Sleep => 2,
            Self::Daily => 3,
            Self::Activity => 4,
            Self::MenstrualCycle => 5,
            Self::HealthSnapshot => 6,
        }
    }

    /// From the stored number.
    #[must_use]
    pub fn from_stored(number: i16) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_stored() == number)
    }
}

/// One document of a workout.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct WorkoutFacet {
    /// Which revision.
    pub stamp: Stamp,
    /// Who recorded it, as this document says.
    pub source: Source,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
    /// The offset at its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<LocalOffset>,
    /// Everything else.
    pub detail: WorkoutDetail,
    /// What the file says of itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileDetail>,
}

/// All documents of a workout, most trusted first.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct WorkoutDocument {
    facets: Vec<(Facet, WorkoutFacet)>,
}

/// A workout as shown.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkoutView {
    /// Who recorded it.
    pub source: Source,
    /// When it began.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// The offset at its start.
    pub offset: Option<LocalOffset>,
    /// Everything else.
    pub detail: WorkoutDetail,
    /// What the file says of itself.
    pub file: Option<FileDetail>,
}

impl WorkoutDocument {
    /// The facets, most trusted first.
    #[must_use]
    pub fn facets(&self) -> &[(Facet, WorkoutFacet)] {
        &self.facets
    }

    /// Files a facet, unless a revision with a higher stamp is there. Of equal stamps (the same part read
    /// again, perhaps by a better mapper) the later reading stands.
    pub fn file(&mut self, facet: Facet, revision: WorkoutFacet) -> Filed {
        let before = self.view();
        match self.facets.binary_search_by_key(&facet, |(kind, _)| *kind) {
            Ok(index) => match self.facets.get_mut(index) {
                Some((_, kept)) if kept.stamp <= revision.stamp => {
                    let risen = kept.stamp < revision.stamp;
                    let same = WorkoutFacet { stamp: revision.stamp, ..kept.clone() } == revision;
                    *kept = revision;
                    if same {
                        return if risen { Filed::Restamped } else { Filed::Kept };
                    }
                }
                _ => return Filed::Kept,
            },
            Err(index) => self.facets.insert(index, (facet, revision)),
        }
        Filed::Changed(changes(before.as_ref(), self.view().as_ref()))
    }

    /// The workout as shown; none while no facet says when it began.
    #[must_use]
    pub fn view(&self) -> Option<WorkoutView> {
        let start = self.facets.iter().find_map(|(_, facet)| facet.start)?;
        let mut detail = WorkoutDetail::default();
        // the device's own laps say all that it measured of each; other documents often only when they began
        if let Some((_, file)) = self.facets.iter().find(|(kind, _)| *kind == Facet::File) {
            detail.laps.clone_from(&file.detail.laps);
        }
        for (_, facet) in &self.facets {
            detail.fill_from(&facet.detail);
        }
        let end = self.end(start, &detail);
        Some(WorkoutView {
            source: self.source()?,
            start,
            end,
            offset: self.facets.iter().find_map(|(_, facet)| facet.offset),
            detail,
            file: self.facets.iter().find_map(|(_, facet)| facet.file.clone()),
        })
    }

    /// Where it ended. A provider's duration often leaves pauses out; the time from start to stop, where
    /// some document knows it, reaches further.
    fn end(&self, start: Timestamp, detail: &WorkoutDetail) -> Timestamp {
        let after = |seconds: f64| start.plus_micros((seconds * 1e6) as i64);
        let known = |seconds: Option<f64>| seconds.filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
        let told = self.facets.iter().find_map(|(_, facet)| facet.end);
        let stopped = known(detail.elapsed_s).map(after);
        told.max(stopped).unwrap_or_else(|| after(known(detail.duration_s).unwrap_or(0.0))).max(start)
    }

    /// The most trusted facet's source; its device from the first facet that names one.
    fn source(&self) -> Option<Source> {
        let mut source = self.facets.first().map(|(_, facet)| facet.source.clone())?;
        if source.device.is_none()
            && let Some((_, named)) = self.facets.iter().find(|(_, facet)| facet.source.device.is_some())
        {
            source.device.clone_from(&named.source.device);
            source.device_type = named.source.device_type;
            source.software_version.clone_from(&named.source.software_version);
        }
        Some(source)
    }
}

fn changes(before: Option<&WorkoutView>, after: Option<&WorkoutView>) -> Vec<&'static str> {
    let (Some(before), Some(after)) = (before, after) else { return vec!["start"] };
    let mut names = after.detail.changed_fields(&before.detail);
    for (name, changed) in [
        ("start", before.start != after.start),
        ("end", before.end != after.end),
        ("offset", before.offset != after.offset),
        ("source", before.source != after.source),
        ("file", before.file != after.file),
    ] {
        if changed {
            names.push(name);
        }
    }
    names
}

/// What is kept of a sleep.
pub type SleepDocument = Revised<SleepDetail>;
/// What is kept of a span that a device recognised.
pub type ActivityDocument = Revised<ActivityDetail>;
/// What is kept of a menstrual cycle.
pub type MenstrualCycleDocument = Revised<MenstrualCycleDetail>;
/// What is kept of a health snapshot.
pub type HealthSnapshotDocument = Revised<HealthSnapshotDetail>;

/// What is kept of a provider's record of a day: its highest revision.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct DailyDocument {
    /// Which revision.
    pub stamp: Stamp,
    /// Who measured.
    pub source: Source,
    /// The local date.
    pub date: LocalDate,
    /// When the day began.
    pub start: Timestamp,
    /// The offset at its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<LocalOffset>,
    /// Everything else.
    pub detail: DailyDetail,
}

impl DailyDocument {
    /// Files a revision, unless a higher one is there. Of equal stamps the later reading stands.
    pub fn file(&mut self, revision: DailyDocument) -> Filed {
        if revision.stamp < self.stamp {
            return Filed::Kept;
        }
        let (names, risen) = (revision.changes_since(self), self.stamp < revision.stamp);
        *self = revision;
        Filed::of(names, risen)
    }

    fn changes_since(&self, before: &Self) -> Vec<&'static str> {
        let mut names = self.detail.changed_fields(&before.detail);
        if self.start != before.start || self.offset != before.offset || self.source != before.source {
            names.push("start");
        }
        names
    }
}

/// What is kept of an event.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventDocument {
    /// A workout.
    Workout(WorkoutDocument),
    /// A night or a nap.
    Sleep(Box<SleepDocument>),
    /// A provider's record of a day.
    Daily(Box<DailyDocument>),
    /// A span that a device recognised.
    Activity(Box<ActivityDocument>),
    /// A menstrual cycle.
    MenstrualCycle(Box<MenstrualCycleDocument>),
    /// A health snapshot.
    HealthSnapshot(Box<HealthSnapshotDocument>),
}

impl EventDocument {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> EventKind {
        match self {
            Self::Workout(_) => EventKind::Workout,
            Self::Sleep(_) => EventKind::Sleep,
            Self::Daily(_) => EventKind::Daily,
            Self::Activity(_) => EventKind::Activity,
            Self::MenstrualCycle(_) => EventKind::MenstrualCycle,
            Self::HealthSnapshot(_) => EventKind::HealthSnapshot,
        }
    }

    /// The names of what is shown otherwise than it was before.
    #[must_use]
    pub fn changes_since(&self, before: &Self) -> Vec<&'static str> {
        match (self, before) {
            (Self::Workout(after), Self::Workout(before)) => match (before.view(), after.view()) {
                (None, None) => Vec::new(),
                (before, after) => changes(before.as_ref(), after.as_ref()),
            },
            (Self::Sleep(after), Self::Sleep(before)) => after.changes_since(before),
            (Self::Daily(after), Self::Daily(before)) => after.changes_since(before),
            (Self::Activity(after), Self::Activity(before)) => after.changes_since(before),
            (Self::MenstrualCycle(after), Self::MenstrualCycle(before)) => after.changes_since(before),
            (Self::HealthSnapshot(after), Self::HealthSnapshot(before)) => after.changes_since(before),
            _ => vec!["start"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProviderName;

    fn facet(rank: i32, receipt: i64, distance: f64, start: Option<i64>) -> WorkoutFacet {
        WorkoutFacet {
            stamp: Stamp { rank, receipt, part: 0 },
            source: Source::of(ProviderName::from_static("garmin")),
            start: start.map(Timestamp::from_seconds),
            end: None,
            offset: None,
            detail: WorkoutDetail { distance_m: Some(distance), duration_s: Some(60.0), ..WorkoutDetail::default() },
            file: None,
        }
    }

    #[test]
    fn facets_in_any_order_give_the_same_view() {
        let revisions = [
            (Facet::Summary, facet(0, 1, 100.0, Some(10))),
            (Facet::File, facet(0, 2, 101.0, Some(11))),
            (Facet::Summary, facet(0, 3, 102.0, Some(10))),
            (Facet::Edited, facet(5, 0, 103.0, None)),
        ];
        let mut views = Vec::new();
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
            let mut document = WorkoutDocument::default();
            for index in order {
                let (kind, revision) = revisions[index].clone();
                document.file(kind, revision);
            }
            views.push(document.view());
        }
        assert!(views.windows(2).all(|pair| pair[0] == pair[1]));
        let view = views[0].clone().unwrap();
        assert_eq!(view.detail.distance_m, Some(103.0));
        assert_eq!(view.end, Timestamp::from_seconds(70));
    }

    #[test]
    fn a_workout_ends_where_its_pauses_are_counted() {
        let mut summary = facet(0, 1, 100.0, Some(10));
        summary.end = Some(Timestamp::from_seconds(70));
        let mut file = facet(0, 2, 100.0, Some(10));
        file.detail.elapsed_s = Some(90.0);
        let mut document = WorkoutDocument::default();
        document.file(Facet::Summary, summary);
        assert_eq!(document.view().unwrap().end, Timestamp::from_seconds(70));
        document.file(Facet::File, file);
        assert_eq!(document.view().unwrap().end, Timestamp::from_seconds(100));
    }

    #[test]
    fn laps_are_the_devices_own_when_its_file_is_there() {
        let lap = |distance| crate::Lap { distance_m: distance, ..crate::Lap::default() };
        let mut details = facet(0, 1, 100.0, Some(10));
        details.detail.laps = vec![lap(None)];
        let mut file = facet(0, 2, 100.0, Some(10));
        file.detail.laps = vec![lap(Some(50.0))];
        let mut document = WorkoutDocument::default();
        document.file(Facet::Details, details);
        assert_eq!(document.view().unwrap().detail.laps, vec![lap(None)]);
        document.file(Facet::File, file);
        assert_eq!(document.view().unwrap().detail.laps, vec![lap(Some(50.0))]);
    }

    #[test]
    fn the_same_content_again_changes_nothing_and_older_revisions_are_kept_out() {
        let mut document = WorkoutDocument::default();
        assert!(matches!(document.file(Facet::Summary, facet(0, 5, 1.0, Some(1))), Filed::Changed(_)));
        assert_eq!(document.file(Facet::Summary, facet(0, 6, 1.0, Some(1))), Filed::Restamped);
        assert_eq!(document.file(Facet::Summary, facet(0, 4, 9.0, Some(1))), Filed::Kept);
        assert_eq!(document.file(Facet::Summary, facet(0, 7, 2.0, Some(1))), Filed::Changed(vec!["distance_m"]));
    }

    #[test]
    fn the_same_part_read_otherwise_is_replaced_and_read_the_same_is_kept() {
        let mut document = WorkoutDocument::default();
        document.file(Facet::Summary, facet(0, 5, 1.0, Some(1)));
        assert_eq!(document.file(Facet::Summary, facet(0, 5, 1.0, Some(1))), Filed::Kept);
        assert_eq!(document.file(Facet::Summary, facet(0, 5, 3.0, Some(1))), Filed::Changed(vec!["distance_m"]));
    }

    #[test]
    fn what_changed_and_changed_back_is_no_change() {
        let mut document = WorkoutDocument::default();
        document.file(Facet::Summary, facet(0, 5, 1.0, Some(1)));
        let before = EventDocument::Workout(document.clone());
        document.file(Facet::Summary, facet(0, 6, 2.0, Some(1)));
        assert_eq!(EventDocument::Workout(document.clone()).changes_since(&before), ["distance_m"]);
        document.file(Facet::Summary, facet(0, 7, 1.0, Some(1)));
        assert!(EventDocument::Workout(document).changes_since(&before).is_empty());
    }
}
