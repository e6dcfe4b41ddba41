//! Goes through what is asked for: user by user, series by series, piece by piece.

use super::asked::{Asked, Person};
use crate::{
    State,
    error::Result,
    samples::{Page, Rest, Row, Selection, Window, bucket, devices, next_piece},
    trust::Trusted,
};
use model::{Context, SeriesType};
use std::{collections::BTreeMap, collections::VecDeque, sync::Arc};
use store::StoredSource;

/// Rows of one user and series (of both blood pressures, where these come together), in order of time.
pub(in crate::v1) struct Chunk {
    pub(in crate::v1) person: Arc<Person>,
    pub(in crate::v1) series: SeriesType,
    pub(in crate::v1) rows: Vec<Row>,
    pub(in crate::v1) sources: Vec<StoredSource>,
    devices: BTreeMap<Context, i32>,
}

impl Chunk {
    /// The number of who measured a row.
    pub(in crate::v1) fn source(&self, row: &Row) -> i32 {
        self.devices.get(&row.id.context).copied().unwrap_or(row.id.source)
    }
}

/// What is left of one user and series.
struct Lane {
    person: Arc<Person>,
    series: SeriesType,
    selection: Arc<Selection>,
    rest: Window,
    page: Option<Page>,
}

/// The way through.
pub(in crate::v1) struct Walk {
    asked: Arc<Asked>,
    people: VecDeque<Arc<Person>>,
    /// The series of the first of these that are still to come.
    series: Option<VecDeque<SeriesType>>,
    lane: Option<Lane>,
}

impl Walk {
    /// From the place that the page begins after, if there is one.
    pub(in crate::v1) fn new(asked: Arc<Asked>) -> Self {
        let mut people: VecDeque<_> = asked.people.iter().map(Arc::clone).collect();
        if let Some(place) = asked.place {
            let skipped = people.iter().take_while(|person| person.user.id != place.user).count();
            people.drain(..skipped);
        }
        Self { asked, people, series: None, lane: None }
    }

    /// The next rows, about so many; for a page no more than `most`. None at the end.
    pub(in crate::v1) async fn next(&mut self, state: &State, rows: u64, most: Option<usize>) -> Result<Option<Chunk>> {
        loop {
            let Some(lane) = &mut self.lane else {
                if !self.open(state).await? {
                    return Ok(None);
                }
                continue;
            };
            if lane.rest.is_empty() {
                self.lane = None;
                continue;
            }
            let room = state.settings.points_a_window * if lane.selection.has_summaries() { 8 } else { 1 };
            let points = lane.selection.points_of(rows).min(room).max(1);
            let page =
                most.map(|most| Page { most, ..lane.page.unwrap_or(Page { place: None, backward: false, most }) });
            let rest = Rest { window: lane.rest, points, page, count: None };
            let (person, series) = (Arc::clone(&lane.person), lane.series);
            let piece = next_piece(state, person.user.id, &lane.selection, rest).await?;
            lane.rest.from = piece.window.to;
            if !piece.rows.is_empty() {
                let devices = devices(state, person.user.id, &piece.rows).await?;
                return Ok(Some(Chunk { person, series, rows: piece.rows, sources: piece.sources, devices }));
            }
        }
    }

    /// How many series of the first user are still to be begun; none known before the first is.
    pub(in crate::v1) fn left(&self) -> Option<usize> {
        self.series.as_ref().map(VecDeque::len)
    }

    /// The series that are read with one: the other blood pressure, where it comes next and pairs are wanted.
    fn together(&mut self, series: SeriesType) -> Vec<SeriesType> {
        let waiting = self.series.as_mut().filter(|_| self.asked.has_pairs);
        let other = waiting.and_then(|waiting| {
            let is_next = waiting.front() == Some(&SeriesType::BLOOD_PRESSURE_DIASTOLIC);
            if is_next && series == SeriesType::BLOOD_PRESSURE_SYSTOLIC { waiting.pop_front() } else { None }
        });
        [series].into_iter().chain(other).collect()
    }

    /// Goes to the next user and series; false if there is none.
    async fn open(&mut self, state: &State) -> Result<bool> {
        loop {
            let Some(person) = self.people.front().map(Arc::clone) else { return Ok(false) };
            let place = self.asked.place.filter(|place| place.user == person.user.id);
            if self.series.is_none() {
                let mut series = match &self.asked.series {
                    Some(series) => series.clone(),
                    None => {
                        let mut all = state.store.list_series(person.user.id).await?;
                        all.retain(|series| !self.asked.without.contains(series));
                        all
                    }
                };
                series.retain(|series| place.is_none_or(|place| *series >= place.row.series));
                self.series = Some(series.into());
            }
            let Some(series) = self.series.as_mut().and_then(VecDeque::pop_front) else {
                self.people.pop_front();
                self.series = None;
                continue;
            };
            let user = &person.user;
            let merged = match self.asked.merged {
                true => Some(Trusted::of(state, user).await?),
                false => None,
            };
            let together = self.together(series);
            let selection = Arc::new(self.asked.selection(&person, together, merged)?);
            let mut rest = selection.span.reach();
            let place = place.filter(|place| place.row.series == series);
            if let Some(place) = place {
                rest.from = rest.from.max(bucket(place.at, selection.resolution, selection.zone.as_ref()).from);
            }
            let page =
                place.map(|place| Page { place: Some((place.at, place.row)), backward: false, most: usize::MAX });
            self.lane = Some(Lane { person, series, selection, rest, page });
            return Ok(true);
        }
    }
}
