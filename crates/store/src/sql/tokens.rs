//! Renewal of tokens: one at a time for each connection, and in time for those that nobody uses.

use super::connections::{LINK, link};
use super::transaction::Transaction;
use super::value::params;
use crate::{Connection as Link, RenewedTokens, Result, StoreError};
use model::{ConnectionId, Timestamp, UserId};

/// Claims a renewal; false when someone else is at it.
pub(super) fn claim(
    tx: &dyn Transaction,
    user: UserId,
    id: ConnectionId,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool> {
    let claimed = tx
        .sql(
            "update connection set renewal_until = ?4 where user_id = ?1 and id = ?2
             and status = 'active' and (renewal_until is null or renewal_until <= ?3)",
        )
        .execute(params![user.as_bytes(), id.as_bytes(), now.as_micros(), until.as_micros()])?;
    Ok(claimed == 1)
}

/// Keeps renewed tokens and ends the claim.
pub(super) fn renew(
    tx: &dyn Transaction,
    user: UserId,
    id: ConnectionId,
    tokens: &RenewedTokens,
    now: Timestamp,
) -> Result<()> {
    // one that was ended meanwhile has forgotten its tokens for good
    let renewed = tx
        .sql(
            "update connection set access_token = ?3, refresh_token = coalesce(?4, refresh_token),
             token_expires_at = ?5, refresh_expires_at = coalesce(?6, refresh_expires_at), renew_at = ?7,
             renewal_until = null, updated_at = ?8 where user_id = ?1 and id = ?2 and status = 'active'",
        )
        .execute(params![
            user.as_bytes(),
            id.as_bytes(),
            tokens.access_token,
            tokens.refresh_token,
            tokens.expires_at.map(Timestamp::as_micros),
            tokens.refresh_expires_at.map(Timestamp::as_micros),
            tokens.renew_at.map(Timestamp::as_micros),
            now.as_micros()
        ])?;
    if renewed == 0 { Err(StoreError::NotFound("connection")) } else { Ok(()) }
}

/// Ends a claim; the tokens stay as they are.
pub(super) fn end_claim(tx: &dyn Transaction, user: UserId, id: ConnectionId) -> Result<()> {
    tx.sql("update connection set renewal_until = null where user_id = ?1 and id = ?2")
        .execute(params![user.as_bytes(), id.as_bytes()])?;
    Ok(())
}

/// Whether the time to renew has come for some connection.
pub(super) fn any_idle(tx: &dyn Transaction, now: Timestamp) -> Result<bool> {
    tx.sql("select 1 from connection where renew_at <= ?1 limit 1").exists(params![now.as_micros()])
}

/// Gives out connections whose time to renew has come; again at `next`, whatever becomes of it.
pub(super) fn claim_idle(tx: &dyn Transaction, now: Timestamp, next: Timestamp, limit: u32) -> Result<Vec<Link>> {
    let found: Vec<Link> = tx
        .sql(format!(
            "select {LINK} from connection where renew_at <= ?1 and status = 'active' order by renew_at limit ?2"
        ))
        .rows(params![now.as_micros(), limit], link)?;
    let update = tx.sql("update connection set renew_at = ?3 where user_id = ?1 and id = ?2");
    for link in &found {
        update.execute(params![link.user_id.as_bytes(), link.id.as_bytes(), next.as_micros()])?;
    }
    Ok(found)
}
