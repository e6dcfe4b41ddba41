//! Events of one kind as a table.

use super::{asked::Asked, events::Pages, merged};
use crate::{
    State,
    error::{ApiError, Result},
    exporting::Step,
};
use export::{
    events::{EventTable, EventTableWriter},
    samples::{ExportError, TableFormat},
};
use store::{StoredSource, User};

/// The table while it is written.
pub(super) struct EventSource {
    state: State,
    user: User,
    pages: Pages,
    merged: bool,
    sources: Option<Vec<StoredSource>>,
    /// None after it failed.
    writer: Option<EventTableWriter>,
}

impl EventSource {
    pub(super) fn new(
        state: &State,
        user: User,
        asked: &Asked,
        (format, table): (TableFormat, EventTable),
    ) -> Result<Self> {
        let pages = Pages::new(user.id, table, asked.span());
        let writer = EventTableWriter::new(format, table, &user.id.to_string(), user.external_user_id.as_deref())
            .map_err(refused)?;
        Ok(Self { state: state.clone(), user, pages, merged: asked.merged, sources: None, writer: Some(writer) })
    }

    pub(super) async fn fill(&mut self, out: &mut Vec<u8>) -> Result<Step> {
        let page = self.pages.next(&self.state).await?;
        let Some(page) = page else {
            return match self.writer.take().map(|writer| writer.finish(out)) {
                Some(Err(error)) => Err(refused(error)),
                _ => Ok(Step::End),
            };
        };
        if self.sources.is_none() {
            self.sources = Some(self.state.store.list_sources(self.user.id).await?);
        }
        let page = match (&self.sources, self.merged) {
            (Some(sources), true) => merged::keep(&self.state, &self.user, sources, page).await?,
            _ => page,
        };
        if let (Some(writer), Some(sources)) = (&mut self.writer, &self.sources) {
            page.each(sources, |event| writer.write(event, out)).map_err(refused)?;
        }
        Ok(Step::More)
    }

    pub(super) fn break_off(&mut self, out: &mut Vec<u8>) {
        if let Some(writer) = self.writer.take() {
            writer.break_off(out);
        }
    }
}

fn refused(error: ExportError) -> ApiError {
    ApiError::internal(&error)
}
