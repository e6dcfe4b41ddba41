//! What changes how a connection stands: its end, and its permissions. Each with what follows, in one transaction.

use super::transaction::Transaction;
use super::value::params;
use super::{SqlStore, backfill, changes, connections, convert::to_json, erasure, jobs};
use crate::{
    Bell, Connection as Link, ConnectionChange, ConnectionEnd, ConnectionStatus, Emission, EndReason,
    OnConsentWithdrawn, Result, Subject, SyncEvent,
};
use model::{ConnectionId, ProviderAppId, RunId, Timestamp, UserId, derived_id};
use serde_json::{Value, json};
use std::collections::BTreeSet;

impl SqlStore {
    /// Wakes whoever may have something to do after a connection changed.
    pub(super) fn ring_for_standing(&self) {
        self.wakers.ring(Bell::Changes);
        self.wakers.ring(Bell::Messages);
        self.wakers.ring(Bell::Erasures);
    }
}

/// Makes a change that a notice asks for.
pub(super) fn change(
    tx: &dyn Transaction,
    user: UserId,
    id: ConnectionId,
    change: &ConnectionChange,
    now: Timestamp,
) -> Result<bool> {
    match change {
        ConnectionChange::End(wanted) => end(tx, user, id, wanted, now),
        ConnectionChange::Permissions { permissions, changed_at } => {
            change_permissions(tx, user, id, permissions, *changed_at, now)
        }
    }
}

/// Ends an active connection, with all that follows.
pub(super) fn end(
    tx: &dyn Transaction,
    user: UserId,
    id: ConnectionId,
    end: &ConnectionEnd,
    now: Timestamp,
) -> Result<bool> {
    let Some(link) = connections::find(tx, user, id)? else { return Ok(false) };
    let is_older = end.noticed_at.is_some_and(|noticed_at| noticed_at < link.standing.connected_at);
    let was_active = link.status == ConnectionStatus::Active;
    // saying goodbye may find the tokens at their end: it was the team's wish all the same
    let is_wish = end.reason == EndReason::Disconnected && link.status == ConnectionStatus::Expired;
    if !(was_active || is_wish) || is_older {
        return Ok(false);
    }
    tx.sql(
        "update connection set status = ?3, access_token = null, refresh_token = null, token_expires_at = null,
             refresh_expires_at = null, renew_at = null, renewal_until = null, end_reason = ?4, updated_at = ?5
             where user_id = ?1 and id = ?2",
    )
    .execute(params![
        user.as_bytes(),
        id.as_bytes(),
        end.reason.status().as_str(),
        end.reason.as_str(),
        now.as_micros()
    ])?;
    let by_policy = end.reason.is_withdrawal() && erasure::policy(tx, link.team_id)? == OnConsentWithdrawn::Erase;
    if end.erase || by_policy {
        erasure::request(tx, user, id, now)?;
    }
    if !was_active {
        return Ok(false);
    }
    if let Some(account) = &link.provider_user_id
        && connections::of_account(tx, link.app_id, account)?.is_empty()
    {
        jobs::end_all(tx, link.app_id, account, now)?;
    }
    let event = told(&link, "cancelled", end.reason.describe().to_owned(), json!({"reason": end.reason.as_str()}), now);
    changes::put_sync_events(tx, link.team_id, user, &[event])?;
    changes::emit(tx, link.team_id, user, now, &[emission("connection.revoked", id, Vec::new())])?;
    Ok(true)
}

/// Keeps what is permitted, unless newer news is known; an empty list permits nothing.
pub(super) fn change_permissions(
    tx: &dyn Transaction,
    user: UserId,
    id: ConnectionId,
    permissions: &[String],
    changed_at: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let Some(link) = connections::find(tx, user, id)? else { return Ok(false) };
    let is_older = link.standing.permissions_at.is_some_and(|known| changed_at < known);
    if link.status != ConnectionStatus::Active || is_older {
        return Ok(false);
    }
    let before: BTreeSet<&str> = link.scope.iter().flat_map(|scope| scope.split_whitespace()).collect();
    let after: BTreeSet<&str> = permissions.iter().map(String::as_str).collect();
    let is_same = link.scope.is_some() && before == after;
    let scope = after.iter().copied().collect::<Vec<_>>().join(" ");
    tx.sql(
        "update connection set scope = ?3, permissions_at = ?4, lacking = '[]',
             updated_at = case when ?5 then updated_at else ?6 end where user_id = ?1 and id = ?2",
    )
    .execute(params![user.as_bytes(), id.as_bytes(), scope, changed_at.as_micros(), is_same, now.as_micros()])?;
    if !is_same || !link.standing.lacking.is_empty() {
        backfill::wish(tx, &link, false, now)?;
    }
    if is_same {
        return Ok(false);
    }
    let granted: Vec<&&str> = after.difference(&before).collect();
    let withdrawn: Vec<&&str> = before.difference(&after).collect();
    let metadata = json!({"granted": granted, "withdrawn": withdrawn});
    let event = told(&link, "completed", "permissions changed".to_owned(), metadata, now);
    let changed = granted.iter().map(|name| format!("granted:{name}"));
    let changed = changed.chain(withdrawn.iter().map(|name| format!("withdrawn:{name}"))).collect();
    changes::put_sync_events(tx, link.team_id, user, &[event])?;
    changes::emit(tx, link.team_id, user, now, &[emission("connection.updated", id, changed)])?;
    Ok(true)
}

/// Notes a part type that the provider refused for want of a permission.
pub(super) fn note_lacking(tx: &dyn Transaction, user: UserId, id: ConnectionId, part_type: &str) -> Result<()> {
    let Some(mut link) = connections::find(tx, user, id)? else { return Ok(()) };
    let lacking = &mut link.standing.lacking;
    if lacking.iter().any(|known| known == part_type) {
        return Ok(());
    }
    lacking.push(part_type.to_owned());
    tx.sql("update connection set lacking = ?3 where user_id = ?1 and id = ?2").execute(params![
        user.as_bytes(),
        id.as_bytes(),
        to_json(lacking)?
    ])?;
    Ok(())
}

/// What is known of an account that nobody's active connection leads to.
pub(super) enum Absent {
    /// Nobody was ever connected to it.
    Unknown,
    /// Its connections ended.
    Ended,
    /// Its connections ended and their data was, or is being, erased.
    Erased,
}

pub(super) fn of_absent(tx: &dyn Transaction, app: ProviderAppId, account: &str) -> Result<Absent> {
    let select = tx.sql(
        "select c.erased_at from account_link l join connection c on c.user_id = l.user_id and c.id = l.connection_id
         where l.app_id = ?1 and l.account = ?2",
    );
    let rows = select.rows(params![app.as_bytes(), account], |row| row.time_opt(0))?;
    let erased: Vec<Option<Timestamp>> = rows;
    Ok(match erased.as_slice() {
        [] => Absent::Unknown,
        all if all.iter().all(Option::is_some) => Absent::Erased,
        _ => Absent::Ended,
    })
}

pub(super) fn emission(event_type: &str, id: ConnectionId, changed: Vec<String>) -> Emission {
    Emission { event_type: event_type.to_owned(), subject: Subject::Connection { id }, historical: false, changed }
}

/// A run of one event: what happened to the connection.
pub(super) fn told(link: &Link, stage: &str, message: String, metadata: Value, now: Timestamp) -> SyncEvent {
    let at = now.as_micros().to_be_bytes();
    let run_id = RunId::from_uuid(derived_id(&[b"connection", message.as_bytes(), link.id.as_bytes(), &at]));
    let status = if stage == "completed" { "success" } else { stage };
    SyncEvent {
        event_id: derived_id(&[b"sync", run_id.as_bytes(), &at]),
        run_id,
        provider: link.provider.clone(),
        source: "webhook".to_owned(),
        stage: stage.to_owned(),
        status: status.to_owned(),
        message: Some(format!("{}: {message}", link.provider)),
        progress: None,
        items_processed: None,
        items_total: None,
        error: None,
        metadata,
        started_at: None,
        ended_at: Some(now),
        timestamp: now,
    }
}
