//! Objects of old samples, and what is to be removed of them.

use super::{
    Scope, SqlStore, series_blocks,
    transaction::Transaction,
    users,
    value::{Row, owned, params},
};
use crate::{Application, Applied, ColdKey, ColdObject, ColdObjects, OldBlocks, Result, StoredBlock, cold::folder_of};
use async_trait::async_trait;
use model::{BlockClass, ProviderName, TeamId, Timestamp, UserId};
use series::{bucket_end, bucket_of};

/// How long whoever writes an object may take: until then a removal in vain is done again.
const WRITING_S: i64 = 7_200;

/// A row: its key, whose it is, and whether it is kept.
struct Held {
    key: ColdKey,
    user: UserId,
    team: TeamId,
    is_kept: bool,
    points: u64,
}

const HELD: &str = "month, provider, number, user_id, team_id, kept_at, points";

fn key(row: &Row<'_>) -> Result<ColdKey> {
    Ok(ColdKey { month: row.get(0)?, provider: row.provider(1)?, number: row.get(2)? })
}

fn held(row: &Row<'_>) -> Result<Held> {
    Ok(Held {
        key: key(row)?,
        user: UserId::from_uuid(row.uuid(3)?),
        team: TeamId::from_uuid(row.uuid(4)?),
        is_kept: row.time_opt(5)?.is_some(),
        points: row.get(6)?,
    })
}

fn note_gone(tx: &dyn Transaction, name: &str, due_at: Timestamp) -> Result<()> {
    tx.sql("insert into cold_gone (name, due_at) values (?1, ?2) on conflict (name) do update set due_at = ?2")
        .execute(params![name, due_at.as_micros()])?;
    Ok(())
}

/// Lets go of objects: their rows go, and what they stand for is to be removed.
fn let_go(tx: &dyn Transaction, all: &[Held], due_at: Timestamp) -> Result<()> {
    for one in all {
        let key = &one.key;
        // what was kept since it was looked up as begun stays
        let gone = tx
            .sql(
                "delete from cold_object where user_id = ?1 and provider = ?2 and month = ?3 and number = ?4
                 and (kept_at is null) = ?5",
            )
            .execute(params![one.user.as_bytes(), key.provider.as_str(), key.month, key.number, !one.is_kept])?;
        if gone == 1 {
            note_gone(tx, &key.object_name(one.team, one.user), due_at)?;
        }
    }
    Ok(())
}

/// Notes that all objects of a user are to be removed, and again what may still be being written.
pub(super) fn erase_user(tx: &dyn Transaction, team: TeamId, user: UserId, now: Timestamp) -> Result<()> {
    let all =
        tx.sql(format!("select {HELD} from cold_object where user_id = ?1")).rows(params![user.as_bytes()], held)?;
    if all.is_empty() {
        return Ok(());
    }
    note_gone(tx, &folder_of(team, user), now)?;
    for one in all.iter().filter(|one| !one.is_kept) {
        note_gone(tx, &one.key.object_name(team, user), now.plus_seconds(WRITING_S))?;
    }
    Ok(())
}

/// Lets go of some of a user's objects of a provider; how many.
pub(super) fn erase_some(
    tx: &dyn Transaction,
    user: UserId,
    provider: &ProviderName,
    limit: u32,
    now: Timestamp,
) -> Result<usize> {
    let some = tx
        .sql(format!("select {HELD} from cold_object where user_id = ?1 and provider = ?2 limit ?3"))
        .rows(params![user.as_bytes(), provider.as_str(), limit], held)?;
    let (kept, begun): (Vec<Held>, Vec<Held>) = some.into_iter().partition(|one| one.is_kept);
    let_go(tx, &kept, now)?;
    let_go(tx, &begun, now.plus_seconds(WRITING_S))?;
    Ok(kept.len() + begun.len())
}

fn coolable(tx: &dyn Transaction, user: UserId, before: Timestamp, limit: u32) -> Result<Vec<StoredBlock>> {
    let Some(first) = series_blocks::first(tx, user, OldBlocks::Coolable)? else { return Ok(Vec::new()) };
    let end = bucket_end(BlockClass::Month, bucket_of(BlockClass::Month, first));
    if end > before {
        return Ok(Vec::new());
    }
    series_blocks::old(tx, user, end, OldBlocks::Coolable, limit)
}

fn begin(
    tx: &dyn Transaction,
    team: TeamId,
    user: UserId,
    provider: &ProviderName,
    month: i32,
    now: Timestamp,
) -> Result<ColdKey> {
    users::require(tx, team, user)?;
    let highest: i64 = tx
        .sql("select coalesce(max(number), 0) from cold_object where user_id = ?1 and provider = ?2 and month = ?3")
        .one(params![user.as_bytes(), provider.as_str(), month], |row| row.get(0))?;
    let key = ColdKey { month, provider: provider.clone(), number: now.as_seconds().max(highest + 1) };
    tx.sql(
        "insert into cold_object (user_id, provider, month, number, team_id, begun_at) values (?1, ?2, ?3, ?4, ?5, ?6)",
    )
    .execute(params![
        user.as_bytes(),
        key.provider.as_str(),
        key.month,
        key.number,
        team.as_bytes(),
        now.as_micros()
    ])?;
    Ok(key)
}

/// Whether the object was still the one that was begun.
fn keep(tx: &dyn Transaction, user: UserId, object: &ColdObject) -> Result<bool> {
    let kept = tx
        .sql(
            "update cold_object set kept_at = ?5, points = ?6, bytes = ?7
             where user_id = ?1 and provider = ?2 and month = ?3 and number = ?4 and kept_at is null",
        )
        .execute(params![
            user.as_bytes(),
            object.key.provider.as_str(),
            object.key.month,
            object.key.number,
            object.kept_at.as_micros(),
            object.points,
            object.bytes
        ])?;
    Ok(kept == 1)
}

#[async_trait]
impl ColdObjects for SqlStore {
    async fn list_coolable(&self, user: UserId, before: Timestamp, limit: u32) -> Result<Vec<StoredBlock>> {
        self.read(move |tx| coolable(tx, user, before, limit)).await
    }

    async fn begin_cold(
        &self,
        team: TeamId,
        user: UserId,
        provider: ProviderName,
        month: i32,
        now: Timestamp,
    ) -> Result<ColdKey> {
        self.write(Scope::user(user), move |tx| begin(tx, team, user, &provider, month, now)).await
    }

    async fn keep_cold(&self, change: Application, object: ColdObject) -> Result<Applied> {
        self.change(change, move |tx, user| keep(tx, user, &object)).await
    }

    async fn abandon_cold(&self, user: UserId, key: ColdKey, now: Timestamp) -> Result<()> {
        self.write(Scope::user(user), move |tx| {
            let begun = tx
                .sql(format!(
                    "select {HELD} from cold_object
                     where user_id = ?1 and provider = ?2 and month = ?3 and number = ?4 and kept_at is null"
                ))
                .rows(params![user.as_bytes(), key.provider.as_str(), key.month, key.number], held)?;
            let_go(tx, &begun, now)
        })
        .await
    }

    async fn abandon_all_cold(&self, now: Timestamp) -> Result<u64> {
        let begun = move |tx: &dyn Transaction| {
            tx.sql(format!("select {HELD} from cold_object where kept_at is null and begun_at < ?1"))
                .rows(params![now.plus_seconds(-WRITING_S).as_micros()], held)
        };
        if self.read(begun).await?.is_empty() {
            return Ok(0);
        }
        self.write(Scope::NONE, move |tx| {
            let all = begun(tx)?;
            let_go(tx, &all, now)?;
            Ok(all.len() as u64)
        })
        .await
    }

    async fn list_cold(&self, user: UserId) -> Result<Vec<ColdObject>> {
        self.read(move |tx| {
            tx.sql(
                "select month, provider, number, points, bytes, kept_at from cold_object
                 where user_id = ?1 and kept_at is not null order by month, provider, number",
            )
            .rows(params![user.as_bytes()], |row| {
                Ok(ColdObject { key: key(row)?, points: row.get(3)?, bytes: row.get(4)?, kept_at: row.time(5)? })
            })
        })
        .await
    }

    async fn delete_old_cold(&self, user: UserId, before: Timestamp, now: Timestamp) -> Result<u64> {
        self.write(Scope::user(user), move |tx| {
            let kept = tx
                .sql(format!("select {HELD} from cold_object where user_id = ?1 and kept_at is not null"))
                .rows(params![user.as_bytes()], held)?;
            let old: Vec<Held> = kept.into_iter().filter(|one| one.key.end() <= before).collect();
            let_go(tx, &old, now)?;
            Ok(old.iter().map(|one| one.points).sum())
        })
        .await
    }

    async fn list_cold_gone(&self, now: Timestamp, limit: u32) -> Result<Vec<String>> {
        self.read(move |tx| {
            tx.sql("select name from cold_gone where due_at <= ?1 order by due_at limit ?2")
                .rows(params![now.as_micros(), limit], |row| row.get(0))
        })
        .await
    }

    async fn forget_cold_gone(&self, names: Vec<String>) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            let keys: Vec<_> = names.iter().map(|name| vec![owned(name)]).collect();
            tx.sql("delete from cold_gone where name = ?1").execute_all(&keys)?;
            Ok(())
        })
        .await
    }
}
