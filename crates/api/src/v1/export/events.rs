//! Events and scores of a user, page by page, as they leave.

use crate::{State, error::Result, samples::Window};
use export::events::{Event, EventDetail, EventTable, Score};
use model::{EventDocument, EventId, EventKind, Source, Timestamp, UserId, WorkoutView};
use store::{EventQuery, ScoreQuery, StoredEvent, StoredScore, StoredSource};

/// So many are read at a time.
const A_READ: u32 = 100;

/// The way through the events of one kind, earliest first; through scores, latest first.
pub(super) struct Pages {
    user: UserId,
    table: EventTable,
    span: Window,
    after: Option<(Timestamp, EventId)>,
    /// For scores, which have no place to go on after: how many are read at a time.
    width: u32,
    is_done: bool,
}

/// Some events.
pub(super) enum Page {
    Events(Vec<StoredEvent>),
    Scores(Vec<StoredScore>),
}

impl Pages {
    pub(super) fn new(user: UserId, table: EventTable, span: Window) -> Self {
        Self { user, table, span, after: None, width: A_READ, is_done: false }
    }

    /// The next ones; none at the end.
    pub(super) async fn next(&mut self, state: &State) -> Result<Option<Page>> {
        if self.is_done {
            return Ok(None);
        }
        Ok(Some(match self.table {
            EventTable::Of(kind) => Page::Events(self.events(state, kind).await?),
            EventTable::Scores => Page::Scores(self.scores(state).await?),
        }))
    }

    async fn events(&mut self, state: &State, kind: EventKind) -> Result<Vec<StoredEvent>> {
        let query = EventQuery {
            kind,
            from: self.span.from,
            to: self.span.to,
            type_code: None,
            after: self.after,
            descending: false,
            limit: A_READ,
        };
        let events = state.store.list_events(self.user, query).await?;
        self.after = events.last().map(|event| (event.start, event.id));
        self.is_done = events.len() < A_READ as usize;
        Ok(events)
    }

    /// A page never ends between two scores of one instant, for the next one begins before it.
    async fn scores(&mut self, state: &State) -> Result<Vec<StoredScore>> {
        loop {
            let (from, to) = (self.span.from, self.span.to);
            let mut scores = state.store.list_scores(self.user, ScoreQuery::span(from, to, self.width)).await?;
            if scores.len() < self.width as usize {
                self.is_done = true;
                return Ok(scores);
            }
            let earliest = scores.last().map_or(from, |score| score.at);
            scores.retain(|score| score.at > earliest);
            if let Some(last) = scores.last() {
                self.span.to = last.at;
                return Ok(scores);
            }
            self.width = self.width.saturating_mul(2);
        }
    }
}

impl Page {
    /// Hands over each; one whose source is not known, or a workout of which no document says when it began, is none.
    pub(super) fn each<E>(
        &self,
        sources: &[StoredSource],
        mut take: impl FnMut(&Event<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let source = |number: i32| sources.iter().find(|stored| stored.number == number).map(|stored| &stored.source);
        match self {
            Self::Events(events) => events.iter().try_for_each(|event| match source(event.source) {
                Some(source) => show(event, source, &mut take),
                None => Ok(()),
            }),
            Self::Scores(scores) => scores.iter().try_for_each(|score| match source(score.source) {
                Some(source) => show_score(score, source, &mut take),
                None => Ok(()),
            }),
        }
    }
}

fn show<E>(event: &StoredEvent, source: &Source, take: &mut impl FnMut(&Event<'_>) -> Result<(), E>) -> Result<(), E> {
    let mut told = |start, end, offset, detail: EventDetail<'_>| {
        take(&Event { id: event.id.to_string(), source, start, end, offset, detail })
    };
    match &event.document {
        EventDocument::Workout(document) => match document.view() {
            Some(WorkoutView { start, end, offset, detail, .. }) => {
                told(start, end, offset, EventDetail::Workout(&detail))
            }
            None => Ok(()),
        },
        EventDocument::Sleep(sleep) => told(sleep.start, sleep.end, sleep.offset, EventDetail::Sleep(&sleep.detail)),
        EventDocument::Daily(day) => told(day.start, event.end, day.offset, EventDetail::Daily(&day.detail)),
        EventDocument::Activity(it) => told(it.start, it.end, it.offset, EventDetail::Activity(&it.detail)),
        EventDocument::MenstrualCycle(it) => told(it.start, it.end, it.offset, EventDetail::MenstrualCycle(&it.detail)),
        EventDocument::HealthSnapshot(it) => told(it.start, it.end, it.offset, EventDetail::HealthSnapshot(&it.detail)),
    }
}

fn show_score<E>(
    score: &StoredScore,
    source: &Source,
    take: &mut impl FnMut(&Event<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let detail = Score {
        category: score.category,
        value: score.value,
        qualifier: score.qualifier.as_deref(),
        components: &score.components,
    };
    take(&Event {
        id: score.id.to_string(),
        source,
        start: score.at,
        end: score.at,
        offset: score.offset,
        detail: EventDetail::Score(&detail),
    })
}
