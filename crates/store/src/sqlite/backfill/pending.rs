//! Whether something of an account came and is not there yet: calls to make, deliveries, parts.

use super::super::connections;
use crate::{Account, Lane, Result};
use model::Timestamp;
use rusqlite::{Connection, params};

/// A notification that waits longer to be split than this may be anybody's.
const BACKLOG_S: i64 = 10;

pub(super) fn is_busy(connection: &Connection, account: &Account, now: Timestamp) -> Result<bool> {
    let key = params![account.app_id.as_bytes(), account.id];
    for queue in ["job", "inbox"] {
        let waiting = format!("select 1 from {queue} where app_id = ?1 and account = ?2 and state = 0");
        if connection.prepare_cached(&waiting)?.exists(key)? {
            return Ok(true);
        }
    }
    for link in connections::of_account(connection, account.app_id, &account.id)? {
        let waiting = connection
            .prepare_cached("select 1 from part where lane = ?1 and state = 0 and user_id = ?2 and connection_id = ?3")?
            .exists(params![Lane::of_user(link.user_id).0, link.user_id.as_bytes(), link.id.as_bytes()])?;
        if waiting {
            return Ok(true);
        }
    }
    // what was tried and could not be split waits for itself alone
    Ok(connection
        .prepare_cached(
            "select 1 from inbox where state = 0 and attempts = 0 and app_id = ?1 and account is null
             and received_at <= ?2",
        )?
        .exists(params![account.app_id.as_bytes(), now.plus_seconds(-BACKLOG_S).as_micros()])?)
}
