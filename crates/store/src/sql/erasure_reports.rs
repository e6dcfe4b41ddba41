//! How much was erased of users who are gone: counted in the transaction that erases, and kept.

use super::{
    SqlStore,
    convert::to_json,
    transaction::Transaction,
    value::{Row, params},
};
use crate::{ErasureReport, Result};
use model::{TeamId, Timestamp, UserId};

/// Tables with rows of a user, and what a row of it is called in a report.
pub(super) const KINDS: &[(&str, &str)] = &[
    ("oauth_state", "authorizations"),
    ("connection", "connections"),
    ("account_link", "account_links"),
    ("erasure", "erasures_under_way"),
    ("source", "sources"),
    ("priority", "priorities"),
    ("inbox", "deliveries"),
    ("part", "parts"),
    ("event", "events"),
    ("event_alias", "event_names"),
    ("event_number", "event_numbers"),
    ("block", "series_blocks"),
    ("cold_object", "cold_objects"),
    ("score", "scores"),
    ("workout_file", "workout_files"),
    ("awaited_file", "awaited_files"),
    ("change", "changes"),
    ("sync_run", "sync_runs"),
    ("endpoint", "webhook_endpoints"),
    ("message", "messages"),
    ("attempt", "message_attempts"),
    ("invitation_code", "invitation_codes"),
    ("phone_token", "phone_tokens"),
];

/// Counts the points of a user's series, before they go.
pub(super) fn points(tx: &dyn Transaction, user: UserId) -> Result<u64> {
    // of 64 bits on both engines, whatever a sum has there
    tx.sql("select cast(coalesce(sum(count), 0) as bigint) from block where user_id = ?1")
        .one(params![user.as_bytes()], |row| row.get(0))
}

/// Keeps a report.
pub(super) fn keep(tx: &dyn Transaction, team: TeamId, report: &ErasureReport) -> Result<()> {
    tx.sql(
        "insert into erasure_report (team_id, at, erased_user, counts) values (?1, ?2, ?3, ?4)
         on conflict (team_id, at, erased_user) do nothing",
    )
    .execute(params![
        team.as_bytes(),
        report.at.as_micros(),
        report.user_id.as_bytes(),
        to_json(&report.counts)?
    ])?;
    Ok(())
}

fn report(row: &Row<'_>) -> Result<ErasureReport> {
    Ok(ErasureReport { at: row.time(0)?, user_id: UserId::from_uuid(row.uuid(1)?), counts: row.json(2)? })
}

impl SqlStore {
    pub(super) async fn reports(&self, team: TeamId, before: Timestamp, limit: u32) -> Result<Vec<ErasureReport>> {
        self.read(move |tx| {
            let select = tx.sql(
                "select at, erased_user, counts from erasure_report where team_id = ?1 and at < ?2
                 order by at desc, erased_user limit ?3",
            );
            select.rows(params![team.as_bytes(), before.as_micros(), limit], report)
        })
        .await
    }
}
