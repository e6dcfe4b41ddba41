//! A page of events: which span, which way, where the neighbouring pages begin. Latest first, as the peer lists them.

use crate::{
    State,
    error::Result,
    wire::{Cursor, Metadata, Page, Pagination, Query},
};
use model::{EventId, EventKind, Timestamp};
use store::{EventQuery, StoredEvent, User};

/// What a list of events asks for.
pub(crate) struct EventRequest {
    kind: EventKind,
    type_code: Option<String>,
    from: Timestamp,
    to: Timestamp,
    cursor: Option<(Cursor, EventId)>,
    limit: u32,
}

impl EventRequest {
    /// Reads it from the query.
    pub(crate) fn read(kind: EventKind, query: &Query, max_page: u32) -> Result<Self> {
        let from = query.instant("start_date")?.at;
        let to = query.instant("end_date")?.at;
        let limit = query.integer("limit", 50, 1..=max_page)?;
        let cursor = query.text("cursor").filter(|text| !text.is_empty()).map(|text| {
            let cursor = Cursor::decode(text)?;
            let id = cursor.id.parse().map_err(|_| Cursor::malformed(text))?;
            Ok::<_, crate::error::ApiError>((cursor, id))
        });
        let type_code = query.text("record_type").filter(|text| !text.is_empty()).map(str::to_owned);
        Ok(Self { kind, type_code, from, to, cursor: cursor.transpose()?, limit })
    }

    /// The page, each event shown by `show`; events that `show` has nothing for are left out.
    pub(crate) async fn page<T>(
        self,
        state: &State,
        user: Option<&User>,
        show: impl Fn(&StoredEvent) -> Option<T>,
    ) -> Result<Page<T>> {
        let Some(user) = user else { return Ok(self.envelope(Vec::new(), Pagination::single(0))) };
        let (events, pagination) = self.load(state, user).await?;
        Ok(self.envelope(events.iter().filter_map(show).collect(), pagination))
    }

    /// The events of the page, and where its neighbours begin.
    pub(crate) async fn load(&self, state: &State, user: &User) -> Result<(Vec<StoredEvent>, Pagination)> {
        let total = state.store.count_events(user.id, self.query(false)).await?;
        let mut events = state.store.list_events(user.id, self.query(true)).await?;
        let more = events.len() > self.limit as usize;
        events.truncate(self.limit as usize);
        if self.is_backward() {
            events.reverse();
        }
        let ends = events.first().zip(events.last()).map(|(first, last)| (place(first), place(last)));
        Ok((events, self.pagination(ends, more, Some(total))))
    }

    /// With the cursor, one more than the page holds, to see whether there is more.
    fn query(&self, with_cursor: bool) -> EventQuery {
        let cursor = self.cursor.as_ref().filter(|_| with_cursor);
        EventQuery {
            kind: self.kind,
            from: self.from,
            to: self.to,
            type_code: self.type_code.clone(),
            after: cursor.map(|(cursor, id)| (cursor.at, *id)),
            descending: !cursor.is_some_and(|(cursor, _)| cursor.backward),
            limit: self.limit.saturating_add(1),
        }
    }

    fn is_backward(&self) -> bool {
        self.cursor.as_ref().is_some_and(|(cursor, _)| cursor.backward)
    }

    /// `ends` are the places of the first and the last event of the page.
    fn pagination(&self, ends: Option<(Place, Place)>, more: bool, total: Option<u64>) -> Pagination {
        let backward = self.is_backward();
        let (has_next, has_previous) = if backward { (true, more) } else { (more, self.cursor.is_some()) };
        let (first, last) = ends.unzip();
        Pagination {
            next_cursor: last.filter(|_| has_next).map(|(at, id)| Cursor::after(at, id).encode()),
            previous_cursor: first.filter(|_| has_previous).map(|(at, id)| Cursor::before(at, id).encode()),
            has_more: more,
            total_count: total,
        }
    }

    /// Fills a page with what its caller keeps of the events of the span.
    pub(crate) fn filling<T>(&self) -> Filling<'_, T> {
        let after = self.cursor.as_ref().map(|(cursor, id)| (cursor.at, *id));
        Filling { request: self, after, kept: Vec::new(), is_over: false }
    }

    /// A page of what is shown.
    pub(crate) fn envelope<T>(self, data: Vec<T>, pagination: Pagination) -> Page<T> {
        let (resolution, merged, sample_count) = (None, false, data.len());
        let metadata = Metadata { resolution, sample_count, merged, start_time: self.from, end_time: self.to };
        Page { data, pagination, metadata }
    }
}

/// Where an event stands in a list.
type Place = (Timestamp, EventId);

fn place(event: &StoredEvent) -> Place {
    (event.start, event.id)
}

/// At least so many events are read at a time, as few of them may be kept.
const A_READ: u32 = 100;

/// A page that is filled with some of the events of a span: reads on until it is full or nothing is left.
pub(crate) struct Filling<'r, T> {
    request: &'r EventRequest,
    after: Option<Place>,
    kept: Vec<(Place, T)>,
    is_over: bool,
}

impl<T> Filling<'_, T> {
    /// The next events to choose from; none when the page is full or nothing is left.
    pub(crate) async fn next(&mut self, state: &State, user: &User) -> Result<Option<Vec<StoredEvent>>> {
        if self.is_over || self.is_full() {
            return Ok(None);
        }
        let limit = self.request.limit.saturating_add(1).max(A_READ);
        let query = EventQuery { after: self.after, limit, ..self.request.query(true) };
        let events = state.store.list_events(user.id, query).await?;
        self.is_over = events.len() < limit as usize;
        self.after = events.last().map(place);
        Ok((!events.is_empty()).then_some(events))
    }

    /// Keeps an event, in the order in which they came, as what is shown of it.
    pub(crate) fn keep(&mut self, event: &StoredEvent, shown: T) {
        if !self.is_full() {
            self.kept.push((place(event), shown));
        }
    }

    /// One more than the page holds, to see whether there is more.
    fn is_full(&self) -> bool {
        self.kept.len() > self.request.limit as usize
    }

    /// What was kept, and where the neighbouring pages begin.
    pub(crate) fn finish(mut self) -> (Vec<T>, Pagination) {
        let more = self.is_full();
        self.kept.truncate(self.request.limit as usize);
        if self.request.is_backward() {
            self.kept.reverse();
        }
        let ends = self.kept.first().zip(self.kept.last()).map(|((first, _), (last, _))| (*first, *last));
        // what is kept is known of what was read, not of the whole span
        let total = (self.request.cursor.is_none() && !more).then_some(self.kept.len() as u64);
        let pagination = self.request.pagination(ends, more, total);
        (self.kept.into_iter().map(|(_, shown)| shown).collect(), pagination)
    }
}
