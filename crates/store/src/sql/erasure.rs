//! Erasing what came through a connection: step by step, each bounded, each safe to repeat.
//!
//! Parts go first: what is being applied meanwhile finds its part gone and is refused. What says which rows are the
//! provider's (sources, names of workouts) goes last.

use super::Scope;
use super::transaction::Transaction;
use super::value::{Value, owned, params};
use super::{
    SqlStore, backfill, changes, cold, connections, erased, erasure_reports, inbox, parts, standing, user_erasure,
};
use crate::{
    Account, Bell, Connection as Link, ConnectionStatus, Emission, Erasure, ErasureReport, ErasureStep, Erasures,
    OnConsentWithdrawn, Result, StoreError, Subject,
};
use async_trait::async_trait;
use model::{ConnectionId, EventId, TeamId, Timestamp, UserId};
use serde_json::json;
use std::ops::ControlFlow;

/// The numbers of the user's (`?1`) sources of the provider (`?2`).
const SOURCES: &str = "(select number from source where user_id = ?1 and provider = ?2)";
/// Names of the provider's workouts begin with it and a slash; `0` is the sign after the slash.
const NAMES: &str = "alias >= ?2 || '/' and alias < ?2 || '0'";

/// Asks for an erasure; nothing of the account is kept from now on.
pub(super) fn request(tx: &dyn Transaction, user: UserId, id: ConnectionId, now: Timestamp) -> Result<()> {
    let asked = tx
        .sql("insert into erasure (user_id, connection_id, requested_at) values (?1, ?2, ?3) on conflict do nothing")
        .execute(params![user.as_bytes(), id.as_bytes(), now.as_micros()])?;
    if asked > 0 {
        erased::note(tx, user, Some(id), now)?;
    }
    tx.sql("update connection set erased_at = ?3 where user_id = ?1 and id = ?2").execute(params![
        user.as_bytes(),
        id.as_bytes(),
        now.as_micros()
    ])?;
    Ok(())
}

pub(super) fn policy(tx: &dyn Transaction, team: TeamId) -> Result<OnConsentWithdrawn> {
    let code: Option<String> = tx
        .sql(
            "select coalesce((select on_consent_withdrawn from team where id = ?1),
             (select on_consent_withdrawn from installation))",
        )
        .one(params![team.as_bytes()], |row| row.get(0))?;
    Ok(code.as_deref().and_then(OnConsentWithdrawn::find).unwrap_or_default())
}

/// Whether data of this connection waits to be erased.
pub(super) fn is_pending(tx: &dyn Transaction, user: UserId, id: ConnectionId) -> Result<bool> {
    tx.sql("select 1 from erasure where user_id = ?1 and connection_id = ?2")
        .exists(params![user.as_bytes(), id.as_bytes()])
}

fn step(tx: &dyn Transaction, user: UserId, id: ConnectionId, limit: u32, now: Timestamp) -> Result<ErasureStep> {
    let finished = ErasureStep { spooled: Vec::new(), is_finished: true };
    if !is_pending(tx, user, id)? {
        // done by someone else, and perhaps connected again since
        return Ok(finished);
    }
    let Some(link) = connections::find(tx, user, id)? else {
        forget(tx, user, id)?;
        return Ok(finished);
    };
    let mut spooled = bodies(tx, &link, limit)?;
    let mut is_finished = spooled.is_none();
    if is_finished {
        for erase in [messages, blocks, record_names, files, events, names, scores, sources] {
            if erase(tx, &link, limit)? > 0 {
                is_finished = false;
                break;
            }
        }
    }
    if is_finished {
        is_finished = cold::erase_some(tx, link.user_id, &link.provider, limit, now)? == 0;
    }
    if is_finished {
        finish(tx, &link, now)?;
    }
    let spooled = parts::unreferenced(tx, spooled.take().unwrap_or_default())?;
    Ok(ErasureStep { spooled, is_finished })
}

/// Deletes deliveries and parts; the spooled names of what went, none when nothing was there.
fn bodies(tx: &dyn Transaction, link: &Link, limit: u32) -> Result<Option<Vec<String>>> {
    const OWN: &str = "user_id = ?1 and provider = ?2";
    const ACCOUNTS: &str = "app_id = ?1 and account = ?2";
    let own = [owned(link.user_id.as_bytes()), owned(link.provider.as_str()), owned(limit)];
    let mut gone = Vec::new();
    for (table, which) in [("part", OWN), ("inbox", OWN)] {
        gone.extend(delete_bodies(tx, table, which, &own)?);
    }
    if let Some(account) = &link.provider_user_id {
        tx.hold(Scope::key(account.as_bytes()))?;
    }
    if let Some(account) = &link.provider_user_id
        && connections::of_account(tx, link.app_id, account)?.is_empty()
    {
        // nobody else is linked: what waits for the account is this person's too
        let accounts = [owned(link.app_id.as_bytes()), owned(account), owned(limit)];
        gone.extend(delete_bodies(tx, "part", &format!("{ACCOUNTS} and state = 3"), &accounts)?);
        gone.extend(delete_bodies(tx, "inbox", ACCOUNTS, &accounts)?);
        gone.extend(inbox::expire_damaged(tx, link.app_id, limit)?);
        let history = Account { app_id: link.app_id, id: account.clone() };
        backfill::forget(tx, &history)?;
        tx.sql(format!("delete from job where {ACCOUNTS}")).execute(params![link.app_id.as_bytes(), account])?;
    }
    Ok((!gone.is_empty()).then(|| gone.into_iter().flatten().collect()))
}

/// What names a row of the tables that are emptied bit by bit.
fn key_of(table: &str) -> &'static str {
    match table {
        "part" => "(lane, receipt, number, user_id)",
        "inbox" => "(lane, receipt)",
        "block" | "record_name" => "(user_id, series, class, bucket, source, context)",
        _ => "(user_id, event_id, format)",
    }
}

/// Deletes some rows of a table, as many as the last value (`?3`) says.
fn delete_some(table: &str, which: &str) -> String {
    let key = key_of(table);
    let columns = key.trim_matches(['(', ')']);
    format!("delete from {table} where {key} in (select {columns} from {table} where {which} limit ?3)")
}

fn delete_bodies(tx: &dyn Transaction, table: &str, which: &str, values: &[Value<'_>]) -> Result<Vec<Option<String>>> {
    tx.sql(format!("{} returning spool", delete_some(table, which))).rows(values, |row| row.get(0))
}

/// Whether an emission speaks of an event of the provider, or of one that is gone.
fn is_about(tx: &dyn Transaction, link: &Link, emission: &Emission) -> Result<bool> {
    let Subject::Event { id, .. } = &emission.subject else { return Ok(false) };
    let id: &EventId = id;
    let others = tx
        .sql(
            "select 1 from event e join source s on s.user_id = e.user_id and s.number = e.source
             where e.user_id = ?1 and e.id = ?3 and s.provider <> ?2",
        )
        .exists(params![link.user_id.as_bytes(), link.provider.as_str(), id.as_bytes()])?;
    Ok(!others)
}

/// Deletes messages, their tries, and entries of the change log about the provider's events.
fn messages(tx: &dyn Transaction, link: &Link, limit: u32) -> Result<usize> {
    let user = link.user_id;
    let mut gone = 0;
    let mut found = Vec::new();
    tx.sql("select lane, position, emission, id from message where user_id = ?1").walk(
        params![user.as_bytes()],
        |row| {
            if is_about(tx, link, &row.json(2)?)? {
                found.push((row.get::<i64>(0)?, row.get::<i64>(1)?, row.bytes16(3)?));
            }
            Ok(if found.len() < limit as usize { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        },
    )?;
    for (lane, position, id) in found {
        gone += tx.sql("delete from message where lane = ?1 and position = ?2").execute(params![lane, position])?;
        tx.sql("delete from attempt where user_id = ?1 and message_id = ?2").execute(params![user.as_bytes(), id])?;
    }
    let mut found = Vec::new();
    tx.sql("select lane, position, body from change where user_id = ?1 and kind = 2 order by position").walk(
        params![user.as_bytes()],
        |row| {
            if is_about(tx, link, &row.json(2)?)? {
                found.push((row.get::<i64>(0)?, row.get::<i64>(1)?));
            }
            Ok(if found.len() < limit as usize { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        },
    )?;
    for (lane, position) in found {
        gone += tx.sql("delete from change where lane = ?1 and position = ?2").execute(params![lane, position])?;
    }
    Ok(gone)
}

fn delete(tx: &dyn Transaction, link: &Link, table: &str, which: &str, limit: u32) -> Result<usize> {
    tx.sql(delete_some(table, &format!("user_id = ?1 and {which}"))).execute(params![
        link.user_id.as_bytes(),
        link.provider.as_str(),
        limit
    ])
}

fn blocks(tx: &dyn Transaction, link: &Link, limit: u32) -> Result<usize> {
    delete(tx, link, "block", &format!("source in {SOURCES}"), limit)
}

/// What records are called, which were deleted, and which are in another's shadow.
fn record_names(tx: &dyn Transaction, link: &Link, limit: u32) -> Result<usize> {
    let blocks = delete(tx, link, "record_name", &format!("source in {SOURCES}"), limit)?;
    let values = [owned(link.user_id.as_bytes()), owned(link.provider.as_str())];
    let shadowed =
        tx.sql(format!("delete from shadowed_record where user_id = ?1 and source in {SOURCES}")).execute(&values)?;
    let deletions = tx.sql("delete from record_deletion where user_id = ?1 and provider = ?2").execute(&values)?;
    Ok(blocks + shadowed + deletions)
}

fn files(tx: &dyn Transaction, link: &Link, limit: u32) -> Result<usize> {
    let which = format!("event_id in (select id from event where user_id = ?1 and source in {SOURCES})");
    delete(tx, link, "workout_file", &which, limit)
}

/// Events, with their numbers and names: those of an event go together with it.
fn events(tx: &dyn Transaction, link: &Link, limit: u32) -> Result<usize> {
    let user = link.user_id;
    let ids = tx
        .sql(format!("select id from event where user_id = ?1 and source in {SOURCES} limit ?3"))
        .rows(params![user.as_bytes(), link.provider.as_str(), limit], |row| row.bytes16(0))?;
    for id in &ids {
        for (table, column) in [("event_number", "event_id"), ("event_alias", "event_id"), ("event", "id")] {
            tx.sql(format!("delete from {table} where user_id = ?1 and {column} = ?2"))
                .execute(params![user.as_bytes(), id])?;
        }
    }
    Ok(ids.len())
}

/// The names of workouts, the numbers of those that were named and never shown, and what waits for them.
fn names(tx: &dyn Transaction, link: &Link, _limit: u32) -> Result<usize> {
    let values = [owned(link.user_id.as_bytes()), owned(link.provider.as_str())];
    let numbers = format!(
        "delete from event_number where user_id = ?1 and event_id in
         (select event_id from event_alias where user_id = ?1 and {NAMES})"
    );
    tx.sql(&numbers).execute(&values)?;
    tx.sql(format!("delete from awaited_file where user_id = ?1 and {NAMES}")).execute(&values)?;
    tx.sql(format!("delete from event_alias where user_id = ?1 and {NAMES}")).execute(&values)
}

fn scores(tx: &dyn Transaction, link: &Link, _limit: u32) -> Result<usize> {
    tx.sql(format!("delete from score where user_id = ?1 and source in {SOURCES}"))
        .execute(params![link.user_id.as_bytes(), link.provider.as_str()])
}

fn sources(tx: &dyn Transaction, link: &Link, _limit: u32) -> Result<usize> {
    tx.sql("delete from source where user_id = ?1 and provider = ?2")
        .execute(params![link.user_id.as_bytes(), link.provider.as_str()])
}

fn forget(tx: &dyn Transaction, user: UserId, id: ConnectionId) -> Result<bool> {
    let forgotten = tx
        .sql("delete from erasure where user_id = ?1 and connection_id = ?2")
        .execute(params![user.as_bytes(), id.as_bytes()])?;
    Ok(forgotten == 1)
}

/// Erasures that are not finished: of connections, then of users.
fn unfinished(tx: &dyn Transaction, limit: u32) -> Result<Vec<Erasure>> {
    let select = tx.sql("select user_id, connection_id from erasure order by requested_at limit ?1");
    let mut found = select.rows(params![limit], |row| {
        Ok(Erasure {
            user_id: UserId::from_uuid(row.uuid(0)?),
            connection_id: Some(ConnectionId::from_uuid(row.uuid(1)?)),
        })
    })?;
    let left = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
    let users = erasure_reports::list_open(tx, left)?;
    found.extend(users.into_iter().map(|user_id| Erasure { user_id, connection_id: None }));
    Ok(found)
}

fn finish(tx: &dyn Transaction, link: &Link, now: Timestamp) -> Result<()> {
    if !forget(tx, link.user_id, link.id)? {
        return Ok(());
    }
    let user = link.user_id;
    tx.sql("update connection set erased_at = ?3, last_synced_at = null where user_id = ?1 and id = ?2")
        .execute(params![user.as_bytes(), link.id.as_bytes(), now.as_micros()])?;
    tx.sql(
        "update app_user set last_synced_at = null, last_synced_provider = null
             where id = ?1 and last_synced_provider = ?2",
    )
    .execute(params![user.as_bytes(), link.provider.as_str()])?;
    let event = standing::told(link, "completed", "all data was erased".to_owned(), json!({}), now);
    changes::put_sync_events(tx, link.team_id, user, &[event])?;
    let emission = standing::emission("connection.data_erased", link.id, Vec::new());
    changes::emit(tx, link.team_id, user, now, &[emission])
}

#[async_trait]
impl Erasures for SqlStore {
    async fn list_erasure_reports(&self, team: TeamId, before: Timestamp, limit: u32) -> Result<Vec<ErasureReport>> {
        self.reports(team, before, limit).await
    }

    async fn find_erasure_report(&self, team: TeamId, at: Timestamp, user: UserId) -> Result<Option<ErasureReport>> {
        self.report(team, at, user).await
    }

    async fn find_on_consent_withdrawn(&self, team: TeamId) -> Result<OnConsentWithdrawn> {
        self.read(move |tx| policy(tx, team)).await
    }

    async fn put_on_consent_withdrawn(&self, team: TeamId, choice: OnConsentWithdrawn) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            let changed = tx
                .sql("update team set on_consent_withdrawn = ?2 where id = ?1")
                .execute(params![team.as_bytes(), choice.as_str()])?;
            if changed == 0 { Err(StoreError::NotFound("team")) } else { Ok(()) }
        })
        .await
    }

    async fn put_default_on_consent_withdrawn(&self, choice: OnConsentWithdrawn) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            tx.sql(
                "insert into installation (id, on_consent_withdrawn) values (1, ?1)
                     on conflict (id) do update set on_consent_withdrawn = excluded.on_consent_withdrawn",
            )
            .execute(params![choice.as_str()])?;
            Ok(())
        })
        .await
    }

    async fn request_erasure(&self, user: UserId, id: ConnectionId, now: Timestamp) -> Result<bool> {
        let requested = self
            .write(Scope::user(user), move |tx| {
                let ended =
                    connections::find(tx, user, id)?.is_some_and(|link| link.status != ConnectionStatus::Active);
                if ended {
                    request(tx, user, id, now)?;
                }
                Ok(ended)
            })
            .await?;
        self.wakers.ring(Bell::Erasures);
        self.log_erasures().await?;
        Ok(requested)
    }

    async fn list_erasures(&self, limit: u32) -> Result<Vec<Erasure>> {
        self.read(move |tx| unfinished(tx, limit)).await
    }

    async fn erase_some(&self, erasure: Erasure, limit: u32, now: Timestamp) -> Result<ErasureStep> {
        let Erasure { user_id: user, connection_id: through } = erasure;
        let done = self
            .write(Scope::user(user), move |tx| match through {
                Some(id) => step(tx, user, id, limit, now),
                None => user_erasure::step(tx, user, limit),
            })
            .await?;
        if done.is_finished && through.is_some() {
            self.ring_for_standing();
        }
        Ok(done)
    }
}
