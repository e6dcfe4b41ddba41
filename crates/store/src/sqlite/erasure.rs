//! Erasing what came through a connection, in SQLite: step by step, each bounded, each safe to repeat.
//!
//! Parts go first: what is being applied meanwhile finds its part gone and is refused. What says which rows are the
//! provider's (sources, names of workouts) goes last.

use super::{SqliteStore, backfill, changes, connections, convert::Columns, inbox, parts, standing};
use crate::{
    Account, Connection as Link, ConnectionStatus, Emission, Erasure, ErasureStep, Erasures, OnConsentWithdrawn,
    Result, StoreError, Subject,
};
use async_trait::async_trait;
use model::{ConnectionId, EventId, TeamId, Timestamp, UserId};
use rusqlite::{Connection, params};
use serde_json::json;

/// The numbers of the user's (`?1`) sources of the provider (`?2`).
const SOURCES: &str = "(select number from source where user_id = ?1 and provider = ?2)";
/// Names of the provider's workouts begin with it and a slash; `0` is the sign after the slash.
const NAMES: &str = "alias >= ?2 || '/' and alias < ?2 || '0'";

/// Asks for an erasure; nothing of the account is kept from now on.
pub(super) fn request(connection: &Connection, user: UserId, id: ConnectionId, now: Timestamp) -> Result<()> {
    connection
        .prepare_cached("insert or ignore into erasure (user_id, connection_id, requested_at) values (?1, ?2, ?3)")?
        .execute(params![user.as_bytes(), id.as_bytes(), now.as_micros()])?;
    connection
        .prepare_cached("update connection set erased_at = ?3 where user_id = ?1 and id = ?2")?
        .execute(params![user.as_bytes(), id.as_bytes(), now.as_micros()])?;
    Ok(())
}

pub(super) fn policy(connection: &Connection, team: TeamId) -> Result<OnConsentWithdrawn> {
    let code: Option<String> = connection
        .prepare_cached(
            "select coalesce((select on_consent_withdrawn from team where id = ?1),
             (select on_consent_withdrawn from installation))",
        )?
        .query_row([team.as_bytes()], |row| row.get(0))?;
    Ok(code.as_deref().and_then(OnConsentWithdrawn::find).unwrap_or_default())
}

/// Whether data of this connection waits to be erased.
pub(super) fn is_pending(connection: &Connection, user: UserId, id: ConnectionId) -> Result<bool> {
    Ok(connection
        .prepare_cached("select 1 from erasure where user_id = ?1 and connection_id = ?2")?
        .exists(params![user.as_bytes(), id.as_bytes()])?)
}

fn step(connection: &Connection, erasure: Erasure, limit: u32, now: Timestamp) -> Result<ErasureStep> {
    let finished = ErasureStep { spooled: Vec::new(), is_finished: true };
    if !is_pending(connection, erasure.user_id, erasure.connection_id)? {
        // done by someone else, and perhaps connected again since
        return Ok(finished);
    }
    let Some(link) = connections::find(connection, erasure.user_id, erasure.connection_id)? else {
        forget(connection, erasure)?;
        return Ok(finished);
    };
    let mut spooled = bodies(connection, &link, limit)?;
    let mut is_finished = spooled.is_none();
    if is_finished {
        for erase in [messages, blocks, files, events, names, scores, sources] {
            if erase(connection, &link, limit)? > 0 {
                is_finished = false;
                break;
            }
        }
    }
    if is_finished {
        finish(connection, &link, erasure, now)?;
    }
    let spooled = parts::unreferenced(connection, spooled.take().unwrap_or_default())?;
    Ok(ErasureStep { spooled, is_finished })
}

/// Deletes deliveries and parts; the spooled names of what went, none when nothing was there.
fn bodies(connection: &Connection, link: &Link, limit: u32) -> Result<Option<Vec<String>>> {
    const OWN: &str = "user_id = ?1 and provider = ?2";
    const ACCOUNTS: &str = "app_id = ?1 and account = ?2";
    let own = params![link.user_id.as_bytes(), link.provider.as_str(), limit];
    let mut gone = Vec::new();
    for (table, which) in [("part", OWN), ("inbox", OWN)] {
        gone.extend(delete_bodies(connection, table, which, own)?);
    }
    if let Some(account) = &link.provider_user_id
        && connections::of_account(connection, link.app_id, account)?.is_empty()
    {
        // nobody else is linked: what waits for the account is this person's too
        let accounts = params![link.app_id.as_bytes(), account, limit];
        gone.extend(delete_bodies(connection, "part", &format!("{ACCOUNTS} and state = 3"), accounts)?);
        gone.extend(delete_bodies(connection, "inbox", ACCOUNTS, accounts)?);
        gone.extend(inbox::expire_damaged(connection, link.app_id, limit)?);
        let history = Account { app_id: link.app_id, id: account.clone() };
        backfill::forget(connection, &history)?;
        connection
            .prepare_cached(&format!("delete from job where {ACCOUNTS}"))?
            .execute(params![link.app_id.as_bytes(), account])?;
    }
    Ok((!gone.is_empty()).then(|| gone.into_iter().flatten().collect()))
}

fn delete_bodies(
    connection: &Connection,
    table: &str,
    which: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<Vec<Option<String>>> {
    let mut delete = connection.prepare_cached(&format!(
        "delete from {table} where rowid in (select rowid from {table} where {which} limit ?3) returning spool"
    ))?;
    let rows = delete.query_map(values, |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Whether an emission speaks of an event of the provider, or of one that is gone.
fn is_about(connection: &Connection, link: &Link, emission: &Emission) -> Result<bool> {
    let Subject::Event { id, .. } = &emission.subject else { return Ok(false) };
    let id: &EventId = id;
    let others = connection
        .prepare_cached(
            "select 1 from event e join source s on s.user_id = e.user_id and s.number = e.source
             where e.user_id = ?1 and e.id = ?3 and s.provider <> ?2",
        )?
        .exists(params![link.user_id.as_bytes(), link.provider.as_str(), id.as_bytes()])?;
    Ok(!others)
}

/// Deletes messages, their tries, and entries of the change log about the provider's events.
fn messages(connection: &Connection, link: &Link, limit: u32) -> Result<usize> {
    let user = link.user_id;
    let mut gone = 0;
    let mut select =
        connection.prepare_cached("select lane, position, emission, id from message where user_id = ?1")?;
    let mut rows = select.query([user.as_bytes()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()?
        && found.len() < limit as usize
    {
        if is_about(connection, link, &row.json(2)?)? {
            found.push((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.bytes16(3)?));
        }
    }
    for (lane, position, id) in found {
        gone += connection
            .prepare_cached("delete from message where lane = ?1 and position = ?2")?
            .execute(params![lane, position])?;
        connection
            .prepare_cached("delete from attempt where user_id = ?1 and message_id = ?2")?
            .execute(params![user.as_bytes(), id])?;
    }
    let mut select = connection
        .prepare_cached("select lane, position, body from change where user_id = ?1 and kind = 2 order by position")?;
    let mut rows = select.query([user.as_bytes()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()?
        && found.len() < limit as usize
    {
        if is_about(connection, link, &row.json(2)?)? {
            found.push((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
        }
    }
    for (lane, position) in found {
        gone += connection
            .prepare_cached("delete from change where lane = ?1 and position = ?2")?
            .execute(params![lane, position])?;
    }
    Ok(gone)
}

fn delete(connection: &Connection, link: &Link, table: &str, which: &str, limit: u32) -> Result<usize> {
    Ok(connection
        .prepare_cached(&format!(
            "delete from {table} where rowid in (select rowid from {table} where user_id = ?1 and {which} limit ?3)"
        ))?
        .execute(params![link.user_id.as_bytes(), link.provider.as_str(), limit])?)
}

fn blocks(connection: &Connection, link: &Link, limit: u32) -> Result<usize> {
    delete(connection, link, "block", &format!("source in {SOURCES}"), limit)
}

fn files(connection: &Connection, link: &Link, limit: u32) -> Result<usize> {
    let which = format!("event_id in (select id from event where user_id = ?1 and source in {SOURCES})");
    delete(connection, link, "workout_file", &which, limit)
}

/// Events, with their numbers and names: those of an event go together with it.
fn events(connection: &Connection, link: &Link, limit: u32) -> Result<usize> {
    let user = link.user_id;
    let ids = connection
        .prepare_cached(&format!("select id from event where user_id = ?1 and source in {SOURCES} limit ?3"))?
        .query_map(params![user.as_bytes(), link.provider.as_str(), limit], |row| row.bytes16(0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for id in &ids {
        for (table, column) in [("event_number", "event_id"), ("event_alias", "event_id"), ("event", "id")] {
            connection
                .prepare_cached(&format!("delete from {table} where user_id = ?1 and {column} = ?2"))?
                .execute(params![user.as_bytes(), id])?;
        }
    }
    Ok(ids.len())
}

/// The names of workouts, the numbers of those that were named and never shown, and what waits for them.
fn names(connection: &Connection, link: &Link, _limit: u32) -> Result<usize> {
    let values = params![link.user_id.as_bytes(), link.provider.as_str()];
    let numbers = format!(
        "delete from event_number where user_id = ?1 and event_id in
         (select event_id from event_alias where user_id = ?1 and {NAMES})"
    );
    connection.prepare_cached(&numbers)?.execute(values)?;
    connection.prepare_cached(&format!("delete from awaited_file where user_id = ?1 and {NAMES}"))?.execute(values)?;
    Ok(connection
        .prepare_cached(&format!("delete from event_alias where user_id = ?1 and {NAMES}"))?
        .execute(values)?)
}

fn scores(connection: &Connection, link: &Link, _limit: u32) -> Result<usize> {
    Ok(connection
        .prepare_cached(&format!("delete from score where user_id = ?1 and source in {SOURCES}"))?
        .execute(params![link.user_id.as_bytes(), link.provider.as_str()])?)
}

fn sources(connection: &Connection, link: &Link, _limit: u32) -> Result<usize> {
    Ok(connection
        .prepare_cached("delete from source where user_id = ?1 and provider = ?2")?
        .execute(params![link.user_id.as_bytes(), link.provider.as_str()])?)
}

fn forget(connection: &Connection, erasure: Erasure) -> Result<bool> {
    let forgotten = connection
        .prepare_cached("delete from erasure where user_id = ?1 and connection_id = ?2")?
        .execute(params![erasure.user_id.as_bytes(), erasure.connection_id.as_bytes()])?;
    Ok(forgotten == 1)
}

fn finish(connection: &Connection, link: &Link, erasure: Erasure, now: Timestamp) -> Result<()> {
    if !forget(connection, erasure)? {
        return Ok(());
    }
    let user = link.user_id;
    connection
        .prepare_cached("update connection set erased_at = ?3, last_synced_at = null where user_id = ?1 and id = ?2")?
        .execute(params![user.as_bytes(), link.id.as_bytes(), now.as_micros()])?;
    connection
        .prepare_cached(
            "update app_user set last_synced_at = null, last_synced_provider = null
             where id = ?1 and last_synced_provider = ?2",
        )?
        .execute(params![user.as_bytes(), link.provider.as_str()])?;
    let event = standing::told(link, "completed", "all data was erased".to_owned(), json!({}), now);
    changes::put_sync_events(connection, link.team_id, user, &[event])?;
    let emission = standing::emission("connection.data_erased", link.id, Vec::new());
    changes::emit(connection, link.team_id, user, now, &[emission])
}

#[async_trait]
impl Erasures for SqliteStore {
    async fn find_on_consent_withdrawn(&self, team: TeamId) -> Result<OnConsentWithdrawn> {
        self.read(move |connection| policy(connection, team)).await
    }

    async fn put_on_consent_withdrawn(&self, team: TeamId, choice: OnConsentWithdrawn) -> Result<()> {
        self.write(move |connection| {
            let changed = connection
                .prepare_cached("update team set on_consent_withdrawn = ?2 where id = ?1")?
                .execute(params![team.as_bytes(), choice.as_str()])?;
            if changed == 0 { Err(StoreError::NotFound("team")) } else { Ok(()) }
        })
        .await
    }

    async fn put_default_on_consent_withdrawn(&self, choice: OnConsentWithdrawn) -> Result<()> {
        self.write(move |connection| {
            connection
                .prepare_cached("insert or replace into installation (id, on_consent_withdrawn) values (1, ?1)")?
                .execute([choice.as_str()])?;
            Ok(())
        })
        .await
    }

    async fn request_erasure(&self, user: UserId, id: ConnectionId, now: Timestamp) -> Result<bool> {
        let requested = self
            .write(move |connection| {
                let ended = connections::find(connection, user, id)?
                    .is_some_and(|link| link.status != ConnectionStatus::Active);
                if ended {
                    request(connection, user, id, now)?;
                }
                Ok(ended)
            })
            .await?;
        self.wakers.erasures.notify_one();
        Ok(requested)
    }

    async fn list_erasures(&self, limit: u32) -> Result<Vec<Erasure>> {
        self.read(move |connection| {
            let mut select = connection
                .prepare_cached("select user_id, connection_id from erasure order by requested_at limit ?1")?;
            let rows = select.query_map([limit], |row| {
                Ok(Erasure {
                    user_id: UserId::from_uuid(row.uuid(0)?),
                    connection_id: ConnectionId::from_uuid(row.uuid(1)?),
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    async fn erase_some(&self, erasure: Erasure, limit: u32, now: Timestamp) -> Result<ErasureStep> {
        let done = self.write(move |connection| step(connection, erasure, limit, now)).await?;
        if done.is_finished {
            self.ring_for_standing();
        }
        Ok(done)
    }
}
