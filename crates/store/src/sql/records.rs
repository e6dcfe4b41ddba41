//! The one transaction that changes a user's record, and the reads of it.

use super::Scope;
use super::transaction::Transaction;
use super::value::params;
use super::{
    SqlStore, awaited_files, backfill, changes, events, jobs, parts, record_names, scores, series_blocks, standing,
    users, workout_spans,
};
use crate::{
    Application, Applied, Bell, BlockQuery, Cell, EventQuery, Known, Records, Result, ScoreQuery, StoreError,
    StoredBlock, StoredEvent, StoredFile, StoredScore,
};
use async_trait::async_trait;
use model::{EventId, EventKind, ScoreId, Timestamp, UserId, WorkoutSpan};
use series::BlockKey;

/// Whether a write met what it expected; a conflict rolls the whole application back.
enum Written {
    All,
    NotAll,
}

fn write_all(tx: &dyn Transaction, application: &Application) -> Result<Written> {
    let user = application.user_id;
    for (key, ver) in &application.block_removes {
        if !series_blocks::remove(tx, user, key, *ver)? {
            return Ok(Written::NotAll);
        }
    }
    let mut writes = Vec::with_capacity(application.block_writes.len());
    for write in &application.block_writes {
        // what was deleted while this was being prepared stays deleted
        if !events::is_deleted(tx, user, write.key.context)? {
            writes.push(write);
        }
    }
    if !series_blocks::write_all(tx, user, &writes)? {
        return Ok(Written::NotAll);
    }
    if !record_names::write(tx, user, &application.names)? {
        return Ok(Written::NotAll);
    }
    for (id, ver) in &application.event_removes {
        if !events::remove(tx, user, *id, *ver)? {
            return Ok(Written::NotAll);
        }
    }
    for event in &application.events {
        if !events::write(tx, user, event)? {
            return Ok(Written::NotAll);
        }
    }
    for (alias, event) in &application.aliases {
        events::put_alias(tx, user, alias, *event)?;
    }
    for score in &application.scores {
        scores::write(tx, user, score)?;
    }
    for file in &application.files {
        events::put_file(tx, user, file)?;
    }
    for file in &application.missed_files {
        awaited_files::put_missed(tx, user, file)?;
    }
    finish(tx, application)?;
    Ok(Written::All)
}

/// What surrounds the data: runs, change log, messages, jobs, parts, the user's and connection's dates.
fn finish(tx: &dyn Transaction, application: &Application) -> Result<()> {
    let (user, team, now) = (application.user_id, application.team_id, application.now);
    changes::put_sync_events(tx, team, user, &application.sync_events)?;
    changes::emit(tx, team, user, now, &application.emissions)?;
    for order in &application.fetches {
        jobs::insert(tx, user, order, now)?;
    }
    parts::complete(tx, &application.parts)?;
    backfill::note_coverage(tx, &application.coverage)?;
    for (link, change) in &application.connection_changes {
        standing::change(tx, user, *link, change, now)?;
    }
    if let Some((provider, link)) = &application.synced {
        users::note_synced(tx, user, provider.as_str(), now)?;
        if let Some(link) = link {
            tx.sql("update connection set last_synced_at = ?3 where user_id = ?1 and id = ?2").execute(params![
                user.as_bytes(),
                link.as_bytes(),
                now.as_micros()
            ])?;
        }
    }
    Ok(())
}

/// Told apart from other errors so that the caller's savepoint is rolled back and the work redone.
const CONFLICT: &str = "conflict";

#[async_trait]
impl Records for SqlStore {
    async fn load_events(&self, user: UserId, ids: Vec<EventId>, aliases: Vec<String>) -> Result<Known> {
        self.read_some(ids.len() + aliases.len(), move |tx| events::load(tx, user, &ids, &aliases)).await
    }

    async fn list_events_of_source(
        &self,
        user: UserId,
        kind: EventKind,
        source: i32,
        span: (Timestamp, Timestamp),
    ) -> Result<Vec<StoredEvent>> {
        self.read(move |tx| events::list_of_source(tx, user, kind, source, span)).await
    }

    async fn ensure_event_numbers(&self, user: UserId, ids: Vec<EventId>) -> Result<Vec<i32>> {
        let wanted = ids.clone();
        if let Some(numbers) = self.read_some(ids.len(), move |tx| events::numbers(tx, user, &wanted)).await? {
            return Ok(numbers);
        }
        self.write(Scope::user(user), move |tx| events::ensure_numbers(tx, user, &ids)).await
    }

    async fn load_cells(&self, user: UserId, cells: Vec<Cell>) -> Result<Vec<StoredBlock>> {
        self.read_some(cells.len(), move |tx| series_blocks::load_cells(tx, user, &cells)).await
    }

    async fn apply(&self, application: Application) -> Result<Applied> {
        self.change(application, |_, _| Ok(true)).await
    }

    async fn find_event(&self, user: UserId, kind: EventKind, id: EventId) -> Result<Option<StoredEvent>> {
        self.read(move |tx| events::find(tx, user, kind, id)).await
    }

    async fn list_events(&self, user: UserId, query: EventQuery) -> Result<Vec<StoredEvent>> {
        self.read(move |tx| events::list(tx, user, &query)).await
    }

    async fn list_workout_spans(
        &self,
        user: UserId,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> Result<Vec<WorkoutSpan>> {
        self.read(move |tx| workout_spans::list(tx, user, from, to, limit)).await
    }

    async fn count_events(&self, user: UserId, query: EventQuery) -> Result<u64> {
        self.read(move |tx| events::count(tx, user, &query)).await
    }

    async fn delete_event(&self, user: UserId, kind: EventKind, id: EventId, now: Timestamp) -> Result<bool> {
        self.write(Scope::user(user), move |tx| events::delete(tx, user, kind, id, now)).await
    }

    async fn list_block_heads(&self, user: UserId, query: BlockQuery) -> Result<Vec<StoredBlock>> {
        self.read(move |tx| series_blocks::heads(tx, user, &query)).await
    }

    async fn load_blocks(&self, user: UserId, keys: Vec<BlockKey>) -> Result<Vec<StoredBlock>> {
        self.read(move |tx| series_blocks::load(tx, user, &keys)).await
    }

    async fn list_files(&self, user: UserId, event: EventId) -> Result<Vec<StoredFile>> {
        self.read(move |tx| events::list_files(tx, user, event)).await
    }

    async fn load_scores(&self, user: UserId, ids: Vec<ScoreId>) -> Result<Vec<StoredScore>> {
        self.read_some(ids.len(), move |tx| scores::load(tx, user, &ids)).await
    }

    async fn list_scores(&self, user: UserId, query: ScoreQuery) -> Result<Vec<StoredScore>> {
        self.read(move |tx| scores::list(tx, user, &query)).await
    }

    async fn count_scores(&self, user: UserId, query: ScoreQuery) -> Result<u64> {
        self.read(move |tx| scores::count(tx, user, &query)).await
    }
}

impl SqlStore {
    /// Applies, if what else belongs into the transaction says that it may.
    pub(super) async fn change<F>(&self, application: Application, may: F) -> Result<Applied>
    where
        F: Fn(&dyn Transaction, UserId) -> Result<bool> + Send + 'static,
    {
        let emits = !application.emissions.is_empty() || !application.connection_changes.is_empty();
        let fetches = !application.fetches.is_empty();
        let may_erase = !application.connection_changes.is_empty();
        let written = self
            .write(Scope::user(application.user_id), move |tx| {
                // a user that was deleted meanwhile takes nothing
                users::require(tx, application.team_id, application.user_id)?;
                if !may(tx, application.user_id)? {
                    return Err(StoreError::Taken(CONFLICT));
                }
                match write_all(tx, &application)? {
                    Written::All => Ok(()),
                    Written::NotAll => Err(StoreError::Taken(CONFLICT)),
                }
            })
            .await;
        match written {
            Ok(()) => {
                self.wakers.ring(Bell::Changes);
                if emits {
                    self.wakers.ring(Bell::Messages);
                }
                self.wakers.ring(Bell::Erasures);
                if may_erase {
                    self.log_erasures().await?;
                }
                if fetches {
                    self.wakers.ring(Bell::Jobs);
                }
                Ok(Applied::Done)
            }
            Err(StoreError::Taken(CONFLICT)) => Ok(Applied::Conflict),
            Err(error) => Err(error),
        }
    }
}
