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
        let backward = self.cursor.as_ref().is_some_and(|(cursor, _)| cursor.backward);
        let mut events = state.store.list_events(user.id, self.query(true)).await?;
        let more = events.len() > self.limit as usize;
        events.truncate(self.limit as usize);
        if backward {
            events.reverse();
        }
        let pagination = self.pagination(&events, backward, more, total);
        Ok((events, pagination))
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

    fn pagination(&self, events: &[StoredEvent], backward: bool, more: bool, total: u64) -> Pagination {
        let after = |event: &StoredEvent| Cursor::after(event.start, event.id).encode();
        let before = |event: &StoredEvent| Cursor::before(event.start, event.id).encode();
        let (has_next, has_previous) = if backward { (true, more) } else { (more, self.cursor.is_some()) };
        Pagination {
            next_cursor: events.last().filter(|_| has_next).map(after),
            previous_cursor: events.first().filter(|_| has_previous).map(before),
            has_more: more,
            total_count: Some(total),
        }
    }

    /// A page of what is shown.
    pub(crate) fn envelope<T>(self, data: Vec<T>, pagination: Pagination) -> Page<T> {
        let (resolution, merged, sample_count) = (None, false, data.len());
        let metadata = Metadata { resolution, sample_count, merged, start_time: self.from, end_time: self.to };
        Page { data, pagination, metadata }
    }
}
