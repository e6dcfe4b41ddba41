//! Erasing a user: gone for everyone in one short transaction, and then all that was theirs, step by bounded step.
//!
//! The report remembers the erasure until nothing is left: whoever finds one that is not finished goes on with it.
//! Nothing is added meanwhile, because whatever writes for a user asks whether they are there.

use super::{
    Scope, backfill, cold, connections, erased,
    erasure_reports::{self, KINDS, Kind},
    inbox, parts,
    transaction::Transaction,
    value::{owned, params},
};
use crate::{Account, ErasureReport, ErasureStep, Result, StoreError};
use model::{TeamId, Timestamp, UserId};
use std::collections::BTreeMap;

/// About how many bytes of bodies, blocks and documents go in one transaction.
const BYTES: u64 = 4 * 1024 * 1024;

/// What a transaction may still take, and what it took.
struct Step {
    rows: u64,
    bytes: u64,
    counts: BTreeMap<String, u64>,
    spooled: Vec<String>,
}

impl Step {
    fn is_used_up(&self) -> bool {
        self.rows == 0 || self.bytes == 0
    }

    fn limit(&self) -> u32 {
        u32::try_from(self.rows).unwrap_or(u32::MAX)
    }

    fn count(&mut self, what: &str, more: u64) {
        if more > 0 {
            *self.counts.entry(what.to_owned()).or_default() += more;
        }
    }

    /// Notes rows with the names of bodies that lie in the spool.
    fn took(&mut self, spooled: Vec<Option<String>>) -> u64 {
        let rows = spooled.len() as u64;
        self.rows = self.rows.saturating_sub(rows);
        self.spooled.extend(spooled.into_iter().flatten());
        rows
    }
}

/// Takes a user from everyone's sight: whoever asks for them, or writes for them, finds nobody from now on.
pub(super) fn begin(tx: &dyn Transaction, team: TeamId, user: UserId, now: Timestamp) -> Result<ErasureReport> {
    let there = tx
        .sql("delete from app_user where id = ?1 and team_id = ?2")
        .execute(params![user.as_bytes(), team.as_bytes()])?;
    if there == 0 {
        return Err(StoreError::NotFound("user"));
    }
    cold::erase_user(tx, team, user, now)?;
    let mut report = ErasureReport { user_id: user, at: now, is_finished: false, counts: BTreeMap::new() };
    for kind in KINDS.iter().filter(|kind| kind.goes_first) {
        let gone =
            tx.sql(format!("delete from {} where user_id = ?1", kind.table)).execute(params![user.as_bytes()])?;
        if gone > 0 {
            report.counts.insert(kind.name.to_owned(), gone as u64);
        }
    }
    for account in backfill::accounts_of(tx, user)? {
        // whoever connects to it while rows still go has its history asked for
        if !is_others(tx, user, &account)? {
            tx.hold(Scope::lane(account.lane()))?;
            backfill::forget(tx, &account)?;
        }
    }
    erased::note(tx, user, None, now)?;
    erasure_reports::begin(tx, team, &report)?;
    Ok(report)
}

/// Erases at most about `limit` rows of a user who is gone.
pub(super) fn step(tx: &dyn Transaction, user: UserId, limit: u32) -> Result<ErasureStep> {
    let Some((team, mut report)) = erasure_reports::find_open(tx, user)? else {
        return Ok(ErasureStep { spooled: Vec::new(), is_finished: true });
    };
    let mut step = Step { rows: u64::from(limit), bytes: BYTES, counts: report.counts, spooled: Vec::new() };
    report.is_finished = erase(tx, user, &mut step)?;
    let spooled = parts::unreferenced(tx, std::mem::take(&mut step.spooled))?;
    step.count("large_bodies", spooled.len() as u64);
    report.counts = step.counts;
    erasure_reports::update(tx, team, &report)?;
    Ok(ErasureStep { spooled, is_finished: report.is_finished })
}

/// Erases what the step may take; true when nothing is left.
fn erase(tx: &dyn Transaction, user: UserId, step: &mut Step) -> Result<bool> {
    for kind in KINDS {
        rows(tx, user, kind, step)?;
        if step.is_used_up() {
            return Ok(false);
        }
    }
    for account in backfill::accounts_of(tx, user)? {
        work_of(tx, user, &account, step)?;
        if step.is_used_up() {
            return Ok(false);
        }
        unlink(tx, user, &account, step)?;
    }
    Ok(true)
}

/// Deletes rows of a table, as many and as large as the step may still take.
fn rows(tx: &dyn Transaction, user: UserId, kind: &Kind, step: &mut Step) -> Result<()> {
    let Kind { table, key, bytes, points, spool, .. } = kind;
    // the first rows whose predecessors are not too large together: one goes at least, however large it is
    let delete = tx.sql(format!(
        "delete from {table} where ({key}) in (
             select {key} from (
                 select {key}, sum(bytes) over (rows between unbounded preceding and 1 preceding) as before_it
                 from (select {key}, {bytes} as bytes from {table} where user_id = ?1 limit ?2) few) counted
             where coalesce(before_it, 0) < ?3)
         returning {bytes}, {points}, {spool}"
    ));
    let gone = delete.rows(params![user.as_bytes(), step.limit(), step.bytes], |row| {
        Ok((row.get::<u64>(0)?, row.get::<u64>(1)?, row.get::<Option<String>>(2)?))
    })?;
    step.bytes = step.bytes.saturating_sub(gone.iter().map(|(bytes, ..)| bytes).sum());
    step.count("points", gone.iter().map(|(_, points, _)| points).sum());
    let count = step.took(gone.into_iter().map(|(.., spool)| spool).collect());
    step.count(kind.name, count);
    Ok(())
}

/// Whether somebody else who is there is, or was, linked to the account.
fn is_others(tx: &dyn Transaction, user: UserId, account: &Account) -> Result<bool> {
    tx.sql(
        "select 1 from account_link l join app_user u on u.id = l.user_id
         where l.app_id = ?1 and l.account = ?2 and l.user_id <> ?3",
    )
    .exists(params![account.app_id.as_bytes(), account.id, user.as_bytes()])
}

/// Deletes what waits for an account that nobody else is connected to, and what no connection matched; and the bytes of
/// damaged bodies, which may hold anybody's data.
fn work_of(tx: &dyn Transaction, user: UserId, account: &Account, step: &mut Step) -> Result<()> {
    tx.hold(Scope::key(account.id.as_bytes()).and(Scope::lane(account.lane())))?;
    step.took(inbox::expire_damaged(tx, account.app_id, step.limit())?);
    if !connections::of_account(tx, account.app_id, &account.id)?.is_empty() {
        return Ok(());
    }
    let mut tables = vec![
        ("job", "lane, position", "", "cast(null as text)", ""),
        ("inbox", "lane, receipt", "", "spool", "deliveries"),
    ];
    if !is_others(tx, user, account)? {
        tables.push(("part", "lane, receipt, number, user_id", "and state = 3", "spool", "parts"));
    }
    for (table, key, which, spool, name) in tables {
        let delete = tx.sql(format!(
            "delete from {table} where ({key}) in
             (select {key} from {table} where app_id = ?1 and account = ?2 {which} limit ?3) returning {spool}"
        ));
        let values = [owned(account.app_id.as_bytes()), owned(&account.id), owned(step.limit())];
        let gone = step.took(delete.rows(&values, |row| row.get(0))?);
        // calls are nobody's data
        if !name.is_empty() {
            step.count(name, gone);
        }
    }
    Ok(())
}

fn unlink(tx: &dyn Transaction, user: UserId, account: &Account, step: &mut Step) -> Result<()> {
    let gone = tx
        .sql("delete from account_link where app_id = ?1 and account = ?2 and user_id = ?3")
        .execute(params![account.app_id.as_bytes(), account.id, user.as_bytes()])?;
    step.count("account_links", gone as u64);
    backfill::forget_unlinked(tx, std::slice::from_ref(account))
}
