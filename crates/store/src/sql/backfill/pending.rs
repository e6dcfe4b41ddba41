//! Whether something of an account came and is not there yet: calls to make, deliveries, parts.

use super::super::connections;
use super::super::transaction::Transaction;
use super::super::value::{owned, params};
use crate::{Account, Lane, Result};
use model::Timestamp;

/// A notification that waits longer to be split than this may be anybody's.
const BACKLOG_S: i64 = 10;

pub(super) fn is_busy(tx: &dyn Transaction, account: &Account, now: Timestamp) -> Result<bool> {
    let key = [owned(account.app_id.as_bytes()), owned(&account.id)];
    for queue in ["job", "inbox"] {
        let waiting = format!("select 1 from {queue} where app_id = ?1 and account = ?2 and state = 0");
        if tx.sql(&waiting).exists(&key)? {
            return Ok(true);
        }
    }
    for link in connections::of_account(tx, account.app_id, &account.id)? {
        let waiting = tx
            .sql("select 1 from part where lane = ?1 and state = 0 and user_id = ?2 and connection_id = ?3")
            .exists(params![Lane::of_user(link.user_id).0, link.user_id.as_bytes(), link.id.as_bytes()])?;
        if waiting {
            return Ok(true);
        }
    }
    // what was tried and could not be split waits for itself alone
    tx.sql(
        "select 1 from inbox where state = 0 and attempts = 0 and app_id = ?1 and account is null
             and received_at <= ?2",
    )
    .exists(params![account.app_id.as_bytes(), now.plus_seconds(-BACKLOG_S).as_micros()])
}
