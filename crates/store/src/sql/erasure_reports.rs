//! How much was erased of users who are gone: counted in the transactions that erase, and kept. A report that is not
//! finished says that there is more to erase.

use super::{
    SqlStore,
    convert::to_json,
    transaction::Transaction,
    value::{Row, params},
};
use crate::{ErasureReport, Result};
use model::{TeamId, Timestamp, UserId};

/// A condition for rows that are found by team or lane: not those of users who are gone.
pub(super) const OF_USERS_THERE: &str = "user_id not in (select erased_user from erasure_report where is_finished = 0)";

/// A table with rows of a user.
pub(super) struct Kind {
    pub(super) table: &'static str,
    /// What its rows are called in a report.
    pub(super) name: &'static str,
    /// The columns that name a row.
    pub(super) key: &'static str,
    /// How many bytes a row has beside few.
    pub(super) bytes: &'static str,
    /// How many points a row has.
    pub(super) points: &'static str,
    /// Where its body lies, if not in the row.
    pub(super) spool: &'static str,
    /// Few rows, by which others find the user: they go with the user's own.
    pub(super) goes_first: bool,
}

const fn kind(table: &'static str, name: &'static str, key: &'static str) -> Kind {
    Kind { table, name, key, bytes: "0", points: "0", spool: "cast(null as text)", goes_first: false }
}

const fn first(table: &'static str, name: &'static str, key: &'static str) -> Kind {
    Kind { goes_first: true, ..kind(table, name, key) }
}

const fn large(table: &'static str, name: &'static str, key: &'static str, bytes: &'static str) -> Kind {
    Kind { bytes, ..kind(table, name, key) }
}

const BODY: &str = "coalesce(length(body), 0)";

/// All of them, in the order in which they are emptied; an account's links go with the work for the account. A try to
/// deliver a message is written where there is a message, so tries go after messages.
pub(super) const KINDS: &[Kind] = &[
    first("oauth_state", "authorizations", "state_hash"),
    first("connection", "connections", "user_id, id"),
    first("erasure", "erasures_under_way", "user_id, connection_id"),
    first("priority", "priorities", "team_id, user_id, kind, name"),
    first("endpoint", "webhook_endpoints", "id"),
    first("invitation_code", "invitation_codes", "code_hash"),
    first("phone_token", "phone_tokens", "token_hash"),
    first("cold_object", "cold_objects", "user_id, provider, month, number"),
    large("message", "messages", "lane, position", BODY),
    kind("attempt", "message_attempts", "endpoint_id, at, message_id, number"),
    Kind { spool: "spool", ..kind("upload_segment", "upload_segments", "user_id, upload_id, number") },
    Kind { spool: "spool", ..kind("upload", "uploads", "user_id, id") },
    Kind { spool: "spool", ..large("inbox", "deliveries", "lane, receipt", BODY) },
    Kind { spool: "spool", ..large("part", "parts", "lane, receipt, number, user_id", BODY) },
    kind("change", "changes", "lane, position"),
    kind("sync_run", "sync_runs", "user_id, run_id"),
    Kind {
        points: "count",
        ..large("block", "series_blocks", "user_id, series, class, bucket, source, context", "length(data)")
    },
    large("record_name", "record_names", "user_id, series, class, bucket, source, context", "length(data)"),
    kind("record_deletion", "record_deletions", "user_id, provider, name"),
    kind("shadowed_record", "shadowed_records", "user_id, series, source, context, start_at, duration_us, name"),
    large("workout_file", "workout_files", "user_id, event_id, format", BODY),
    kind("awaited_file", "awaited_files", "user_id, alias, format"),
    large("event", "events", "user_id, id", "length(document)"),
    kind("event_alias", "event_names", "user_id, alias"),
    kind("event_number", "event_numbers", "user_id, event_id"),
    kind("score", "scores", "user_id, id"),
    kind("source", "sources", "user_id, number"),
];

/// Keeps a report that further steps add to.
pub(super) fn begin(tx: &dyn Transaction, team: TeamId, report: &ErasureReport) -> Result<()> {
    tx.sql(
        "insert into erasure_report (team_id, at, erased_user, counts, is_finished) values (?1, ?2, ?3, ?4, 0)
         on conflict (team_id, at, erased_user) do update set counts = excluded.counts, is_finished = 0",
    )
    .execute(params![
        team.as_bytes(),
        report.at.as_micros(),
        report.user_id.as_bytes(),
        to_json(&report.counts)?
    ])?;
    Ok(())
}

/// Writes how much it is now, and whether that is all.
pub(super) fn update(tx: &dyn Transaction, team: TeamId, report: &ErasureReport) -> Result<()> {
    tx.sql(
        "update erasure_report set counts = ?4, is_finished = ?5
         where team_id = ?1 and at = ?2 and erased_user = ?3",
    )
    .execute(params![
        team.as_bytes(),
        report.at.as_micros(),
        report.user_id.as_bytes(),
        to_json(&report.counts)?,
        report.is_finished
    ])?;
    Ok(())
}

const REPORT: &str = "at, erased_user, counts, is_finished";

fn report(row: &Row<'_>) -> Result<ErasureReport> {
    Ok(ErasureReport {
        at: row.time(0)?,
        user_id: UserId::from_uuid(row.uuid(1)?),
        counts: row.json(2)?,
        is_finished: row.get(3)?,
    })
}

/// The report of a user of whom there may be more to erase, and whose user it was.
pub(super) fn find_open(tx: &dyn Transaction, user: UserId) -> Result<Option<(TeamId, ErasureReport)>> {
    tx.sql(format!("select {REPORT}, team_id from erasure_report where erased_user = ?1 and is_finished = 0"))
        .find(params![user.as_bytes()], |row| Ok((TeamId::from_uuid(row.uuid(4)?), report(row)?)))
}

/// Users of whom there may be more to erase.
pub(super) fn list_open(tx: &dyn Transaction, limit: u32) -> Result<Vec<UserId>> {
    tx.sql("select erased_user from erasure_report where is_finished = 0 order by at limit ?1")
        .rows(params![limit], |row| Ok(UserId::from_uuid(row.uuid(0)?)))
}

impl SqlStore {
    pub(super) async fn report(&self, team: TeamId, at: Timestamp, user: UserId) -> Result<Option<ErasureReport>> {
        self.read(move |tx| {
            tx.sql(format!("select {REPORT} from erasure_report where team_id = ?1 and at = ?2 and erased_user = ?3"))
                .find(params![team.as_bytes(), at.as_micros(), user.as_bytes()], report)
        })
        .await
    }

    pub(super) async fn reports(&self, team: TeamId, before: Timestamp, limit: u32) -> Result<Vec<ErasureReport>> {
        self.read(move |tx| {
            let select = tx.sql(format!(
                "select {REPORT} from erasure_report where team_id = ?1 and at < ?2
                 order by at desc, erased_user limit ?3"
            ));
            select.rows(params![team.as_bytes(), before.as_micros(), limit], report)
        })
        .await
    }
}
