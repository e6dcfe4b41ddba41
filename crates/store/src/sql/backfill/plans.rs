//! Wishes and plans: what leads to history being asked for, and how a run stands as a whole.

use super::super::transaction::Transaction;
use super::super::value::{owned, params};
use super::rows::{self, BACKFILL, INTERVAL, OF_ACCOUNT, OF_INTERVAL};
use crate::{Account, Backfill, Connection as Link, History, Interval, IntervalState, Plan, Result, RunState, Wish};
use model::{RunId, Timestamp, UserId};

/// Notes that a connection may call for history of its account.
pub(in super::super) fn wish(tx: &dyn Transaction, link: &Link, connected: bool, now: Timestamp) -> Result<()> {
    let Some(account) = &link.provider_user_id else { return Ok(()) };
    let account = Account { app_id: link.app_id, id: account.clone() };
    tx
        .sql("insert into backfill_wish (lane, app_id, account, provider, connected, at) values (?1, ?2, ?3, ?4, ?5, ?6)
             on conflict (lane, app_id, account) do update
             set connected = case when excluded.connected > backfill_wish.connected then excluded.connected else backfill_wish.connected end, at = excluded.at")
        .execute(params![
            account.lane().0,
            account.app_id.as_bytes(),
            account.id,
            link.provider.as_str(),
            connected,
            now.as_micros()
        ])?;
    Ok(())
}

pub(super) fn list_wishes(tx: &dyn Transaction, limit: u32) -> Result<Vec<Wish>> {
    let select = tx.sql("select app_id, account, provider, connected, at from backfill_wish order by at, lane, app_id, account limit ?1");
    select.rows(params![limit], |row| {
        Ok(Wish { account: rows::account(row)?, provider: row.provider(2)?, connected: row.get(3)?, at: row.time(4)? })
    })
}

pub(super) fn drop_wish(tx: &dyn Transaction, wish: &Wish) -> Result<()> {
    let account = &wish.account;
    tx.sql(format!("delete from backfill_wish where {OF_ACCOUNT} and connected = ?4 and at = ?5")).execute(params![
        account.lane().0,
        account.app_id.as_bytes(),
        account.id,
        wish.connected,
        wish.at.as_micros()
    ])?;
    Ok(())
}

fn find_run(tx: &dyn Transaction, account: &Account) -> Result<Option<Backfill>> {
    tx.sql(format!("select {BACKFILL} from backfill where {OF_ACCOUNT}"))
        .find(params![account.lane().0, account.app_id.as_bytes(), account.id], rows::backfill)
}

pub(super) fn find(tx: &dyn Transaction, account: &Account) -> Result<Option<History>> {
    let Some(backfill) = find_run(tx, account)? else { return Ok(None) };
    let select =
        tx.sql(format!("select part_type, floor_at from backfill_floor where {OF_ACCOUNT} order by part_type"));
    let key = [owned(account.lane().0), owned(account.app_id.as_bytes()), owned(&account.id)];
    let floors = select.rows(&key, |row| Ok((row.get(0)?, row.time(1)?)))?;
    Ok(Some(History { backfill, intervals: rows::list(tx, account)?, floors }))
}

pub(super) fn write(tx: &dyn Transaction, plan: &Plan) -> Result<bool> {
    let wanted = &plan.backfill;
    let (account, lane) = (&wanted.account, wanted.account.lane().0);
    let kept = find_run(tx, account)?.map_or(0, |kept| kept.ver);
    if kept != wanted.ver {
        return Ok(false);
    }
    tx
        .sql(format!(
            "insert into backfill (lane, {BACKFILL})
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
             on conflict (lane, app_id, account) do update set provider = excluded.provider, run_id = excluded.run_id, state = excluded.state, is_retry = excluded.is_retry,
             from_at = excluded.from_at, to_at = excluded.to_at, since = excluded.since, started_at = excluded.started_at,
             ended_at = excluded.ended_at, error = excluded.error, told = excluded.told, gaps_at = excluded.gaps_at,
             ver = excluded.ver"
        ))
        .execute(params![
            lane,
            account.app_id.as_bytes(),
            account.id,
            wanted.provider.as_str(),
            wanted.run_id.as_bytes(),
            rows::run_number(wanted.state),
            wanted.is_retry,
            wanted.from.as_micros(),
            wanted.to.as_micros(),
            wanted.since.as_micros(),
            wanted.started_at.as_micros(),
            wanted.ended_at.map(Timestamp::as_micros),
            wanted.error,
            wanted.told,
            wanted.gaps_at.as_micros(),
            wanted.ver + 1
        ])?;
    for (part_type, number) in &plan.remove {
        tx.sql(format!("delete from backfill_interval where {OF_INTERVAL}")).execute(params![
            lane,
            account.app_id.as_bytes(),
            account.id,
            part_type,
            number
        ])?;
    }
    for (part_type, number) in &plan.release {
        tx.sql(format!(
            "update backfill_interval set state = 0, run_at = ?6, error = null where {OF_INTERVAL} and state = 9"
        ))
        .execute(params![
            lane,
            account.app_id.as_bytes(),
            account.id,
            part_type,
            number,
            wanted.started_at.as_micros()
        ])?;
    }
    for interval in &plan.add {
        rows::add(tx, interval)?;
    }
    plan.fulfils.as_ref().map_or(Ok(()), |wish| drop_wish(tx, wish))?;
    Ok(true)
}

pub(super) fn note_told(tx: &dyn Transaction, account: &Account, run: RunId, percent: u8) -> Result<bool> {
    let told = tx
        .sql(format!("update backfill set told = ?5 where {OF_ACCOUNT} and run_id = ?4 and told < ?5"))
        .execute(params![account.lane().0, account.app_id.as_bytes(), account.id, run.as_bytes(), percent])?;
    Ok(told == 1)
}

pub(super) fn end(
    tx: &dyn Transaction,
    account: &Account,
    run: RunId,
    state: RunState,
    error: Option<&str>,
    now: Timestamp,
) -> Result<bool> {
    let ended = tx
        .sql(format!(
            "update backfill set state = ?5, error = ?6, ended_at = ?7, ver = ver + 1
             where {OF_ACCOUNT} and run_id = ?4 and state = 0"
        ))
        .execute(params![
            account.lane().0,
            account.app_id.as_bytes(),
            account.id,
            run.as_bytes(),
            rows::run_number(state),
            error,
            now.as_micros()
        ])?;
    Ok(ended == 1)
}

/// Stops what was not asked yet.
pub(super) fn cancel_intervals(tx: &dyn Transaction, account: &Account) -> Result<()> {
    tx.sql(format!(
        "update backfill_interval set state = {} where {OF_ACCOUNT} and state in (0, 1, 9)",
        rows::number(IntervalState::Cancelled)
    ))
    .execute(params![account.lane().0, account.app_id.as_bytes(), account.id])?;
    Ok(())
}

pub(super) fn cancel(tx: &dyn Transaction, account: &Account, now: Timestamp) -> Result<bool> {
    let Some(kept) = find_run(tx, account)? else { return Ok(false) };
    if !end(tx, account, kept.run_id, RunState::Cancelled, None, now)? {
        return Ok(false);
    }
    cancel_intervals(tx, account)?;
    Ok(true)
}

pub(super) fn list_gap_checks(tx: &dyn Transaction, now: Timestamp, limit: u32) -> Result<Vec<Backfill>> {
    let select = tx.sql(format!("select {BACKFILL} from backfill where gaps_at <= ?1 order by gaps_at limit ?2"));
    select.rows(params![now.as_micros(), limit], rows::backfill)
}

pub(super) fn put_off_gap_check(tx: &dyn Transaction, account: &Account, until: Timestamp) -> Result<()> {
    tx.sql(format!("update backfill set gaps_at = ?4 where {OF_ACCOUNT}")).execute(params![
        account.lane().0,
        account.app_id.as_bytes(),
        account.id,
        until.as_micros()
    ])?;
    Ok(())
}

/// The accounts that a user is linked to.
pub(in super::super) fn accounts_of(tx: &dyn Transaction, user: UserId) -> Result<Vec<Account>> {
    let select = tx.sql("select app_id, account from account_link where user_id = ?1");
    select.rows(params![user.as_bytes()], rows::account)
}

/// Forgets the history of accounts among these that nobody is linked to any more.
pub(in super::super) fn forget_unlinked(tx: &dyn Transaction, accounts: &[Account]) -> Result<()> {
    for account in accounts {
        let key = [owned(account.app_id.as_bytes()), owned(&account.id)];
        let linked = tx.sql("select 1 from account_link where app_id = ?1 and account = ?2").exists(&key)?;
        if !linked {
            forget(tx, account)?;
        }
    }
    Ok(())
}

/// Forgets the history of an account.
pub(in super::super) fn forget(tx: &dyn Transaction, account: &Account) -> Result<()> {
    for table in ["backfill", "backfill_interval", "backfill_floor", "backfill_wish", "coverage"] {
        tx.sql(format!("delete from {table} where {OF_ACCOUNT}")).execute(params![
            account.lane().0,
            account.app_id.as_bytes(),
            account.id
        ])?;
    }
    Ok(())
}

/// One interval as it stands now.
pub(super) fn find_interval(tx: &dyn Transaction, wanted: &Interval) -> Result<Option<Interval>> {
    let account = &wanted.account;
    tx.sql(format!("select {INTERVAL} from backfill_interval where {OF_INTERVAL}")).find(
        params![account.lane().0, account.app_id.as_bytes(), account.id, wanted.part_type, wanted.number],
        rows::interval,
    )
}
