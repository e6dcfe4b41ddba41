//! The one transaction that changes a user's record, and the reads of it.

use super::{
    SqliteStore, awaited_files, backfill, changes, events, jobs, parts, scores, series_blocks, standing, users,
    workout_spans,
};
use crate::{
    Application, Applied, BlockQuery, Cell, EventQuery, Known, Records, Result, StoreError, StoredBlock, StoredEvent,
    StoredFile, StoredScore,
};
use async_trait::async_trait;
use model::{EventId, EventKind, ScoreId, Timestamp, UserId, WorkoutSpan};
use rusqlite::{Connection, params};
use series::BlockKey;

/// Whether a write met what it expected; a conflict rolls the whole application back.
enum Written {
    All,
    NotAll,
}

fn write_all(connection: &Connection, application: &Application) -> Result<Written> {
    let user = application.user_id;
    for (key, ver) in &application.block_removes {
        if !series_blocks::remove(connection, user, key, *ver)? {
            return Ok(Written::NotAll);
        }
    }
    for write in &application.block_writes {
        // what was deleted while this was being prepared stays deleted
        if !events::is_deleted(connection, user, write.key.context)? && !series_blocks::write(connection, user, write)?
        {
            return Ok(Written::NotAll);
        }
    }
    for event in &application.events {
        if !events::write(connection, user, event)? {
            return Ok(Written::NotAll);
        }
    }
    for (alias, event) in &application.aliases {
        events::put_alias(connection, user, alias, *event)?;
    }
    for score in &application.scores {
        scores::write(connection, user, score)?;
    }
    for file in &application.files {
        events::put_file(connection, user, file)?;
    }
    for file in &application.missed_files {
        awaited_files::put_missed(connection, user, file)?;
    }
    finish(connection, application)?;
    Ok(Written::All)
}

/// What surrounds the data: runs, change log, messages, jobs, parts, the user's and connection's dates.
fn finish(connection: &Connection, application: &Application) -> Result<()> {
    let (user, team, now) = (application.user_id, application.team_id, application.now);
    changes::put_sync_events(connection, team, user, &application.sync_events)?;
    changes::emit(connection, team, user, now, &application.emissions)?;
    for order in &application.fetches {
        jobs::insert(connection, user, order, now)?;
    }
    parts::complete(connection, &application.parts)?;
    backfill::note_coverage(connection, &application.coverage)?;
    for (link, change) in &application.connection_changes {
        standing::change(connection, user, *link, change, now)?;
    }
    if let Some((provider, link)) = &application.synced {
        users::note_synced(connection, user, provider.as_str(), now)?;
        if let Some(link) = link {
            connection
                .prepare_cached("update connection set last_synced_at = ?3 where user_id = ?1 and id = ?2")?
                .execute(params![user.as_bytes(), link.as_bytes(), now.as_micros()])?;
        }
    }
    Ok(())
}

/// Told apart from other errors so that the caller's savepoint is rolled back and the work redone.
const CONFLICT: &str = "conflict";

#[async_trait]
impl Records for SqliteStore {
    async fn load_events(&self, user: UserId, ids: Vec<EventId>, aliases: Vec<String>) -> Result<Known> {
        self.read(move |connection| events::load(connection, user, &ids, &aliases)).await
    }

    async fn ensure_event_numbers(&self, user: UserId, ids: Vec<EventId>) -> Result<Vec<i32>> {
        let wanted = ids.clone();
        if let Some(numbers) = self.read(move |connection| events::numbers(connection, user, &wanted)).await? {
            return Ok(numbers);
        }
        self.write(move |connection| events::ensure_numbers(connection, user, &ids)).await
    }

    async fn load_cells(&self, user: UserId, cells: Vec<Cell>) -> Result<Vec<StoredBlock>> {
        self.read(move |connection| series_blocks::load_cells(connection, user, &cells)).await
    }

    async fn apply(&self, application: Application) -> Result<Applied> {
        let emits = !application.emissions.is_empty() || !application.connection_changes.is_empty();
        let fetches = !application.fetches.is_empty();
        let written = self
            .write(move |connection| {
                // a user that was deleted meanwhile takes nothing
                users::require(connection, application.team_id, application.user_id)?;
                match write_all(connection, &application)? {
                    Written::All => Ok(()),
                    Written::NotAll => Err(StoreError::Taken(CONFLICT)),
                }
            })
            .await;
        match written {
            Ok(()) => {
                self.wakers.changes.notify_waiters();
                if emits {
                    self.wakers.messages.notify_one();
                }
                self.wakers.erasures.notify_one();
                if fetches {
                    self.wakers.jobs.notify_one();
                }
                Ok(Applied::Done)
            }
            Err(StoreError::Taken(CONFLICT)) => Ok(Applied::Conflict),
            Err(error) => Err(error),
        }
    }

    async fn find_event(&self, user: UserId, kind: EventKind, id: EventId) -> Result<Option<StoredEvent>> {
        self.read(move |connection| events::find(connection, user, kind, id)).await
    }

    async fn list_events(&self, user: UserId, query: EventQuery) -> Result<Vec<StoredEvent>> {
        self.read(move |connection| events::list(connection, user, &query)).await
    }

    async fn list_workout_spans(
        &self,
        user: UserId,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> Result<Vec<WorkoutSpan>> {
        self.read(move |connection| workout_spans::list(connection, user, from, to, limit)).await
    }

    async fn count_events(&self, user: UserId, query: EventQuery) -> Result<u64> {
        self.read(move |connection| events::count(connection, user, &query)).await
    }

    async fn delete_event(&self, user: UserId, kind: EventKind, id: EventId, now: Timestamp) -> Result<bool> {
        self.write(move |connection| events::delete(connection, user, kind, id, now)).await
    }

    async fn list_block_heads(&self, user: UserId, query: BlockQuery) -> Result<Vec<StoredBlock>> {
        self.read(move |connection| series_blocks::heads(connection, user, &query)).await
    }

    async fn load_blocks(&self, user: UserId, keys: Vec<BlockKey>) -> Result<Vec<StoredBlock>> {
        self.read(move |connection| series_blocks::load(connection, user, &keys)).await
    }

    async fn list_files(&self, user: UserId, event: EventId) -> Result<Vec<StoredFile>> {
        self.read(move |connection| events::list_files(connection, user, event)).await
    }

    async fn load_scores(&self, user: UserId, ids: Vec<ScoreId>) -> Result<Vec<StoredScore>> {
        self.read(move |connection| scores::load(connection, user, &ids)).await
    }

    async fn list_scores(&self, user: UserId, from: Timestamp, to: Timestamp, limit: u32) -> Result<Vec<StoredScore>> {
        self.read(move |connection| scores::list(connection, user, from, to, limit)).await
    }
}
