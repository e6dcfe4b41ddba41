//! Policies of retention, how far their work has come, and what it looks for.

use super::{
    Scope, SqlStore, parts, series_blocks,
    transaction::Transaction,
    value::{Row, params},
};
use crate::{Lane, LaneRound, OldBlocks, Result, Retention, RetentionDone, RetentionState, Retentions, StoredBlock};
use async_trait::async_trait;
use model::{TeamId, Timestamp, UserId};

fn retention(row: &Row<'_>, from: usize) -> Result<Retention> {
    Ok(Retention {
        raw_days: row.get(from)?,
        full_days: row.get(from + 1)?,
        step_s: row.get(from + 2)?,
        cold_days: row.get(from + 3)?,
        kept_days: row.get(from + 4)?,
    })
}

fn claim(tx: &dyn Transaction, now: Timestamp, lease: Timestamp) -> Result<Option<LaneRound>> {
    let due = tx
        .sql("select lane, reached from retention_lane where run_at <= ?1 order by run_at, lane limit 1")
        .find(params![now.as_micros()], |row| Ok((row.get::<i16>(0)?, row.uuid_opt(1)?)))?;
    let Some((lane, reached)) = due else { return Ok(None) };
    let claimed = tx.sql("update retention_lane set run_at = ?3 where lane = ?1 and run_at <= ?2").execute(params![
        lane,
        now.as_micros(),
        lease.as_micros()
    ])?;
    Ok((claimed == 1).then(|| LaneRound { lane: Lane(lane), reached: reached.map(UserId::from_uuid) }))
}

fn add_done(tx: &dyn Transaction, lane: Lane, team: TeamId, done: &RetentionDone) -> Result<()> {
    tx.sql(
        "insert into retention_done (lane, team_id, points_reduced, points_deleted, events_deleted, points_cooled)
         values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (lane, team_id) do update set
         points_reduced = retention_done.points_reduced + excluded.points_reduced,
         points_deleted = retention_done.points_deleted + excluded.points_deleted,
         events_deleted = retention_done.events_deleted + excluded.events_deleted,
         points_cooled = retention_done.points_cooled + excluded.points_cooled",
    )
    .execute(params![
        lane.0,
        team.as_bytes(),
        done.points_reduced,
        done.points_deleted,
        done.events_deleted,
        done.points_cooled
    ])?;
    Ok(())
}

fn state(tx: &dyn Transaction, team: TeamId) -> Result<RetentionState> {
    let done = tx
        .sql(
            "select cast(coalesce(sum(points_reduced), 0) as bigint), cast(coalesce(sum(points_deleted), 0) as bigint),
             cast(coalesce(sum(events_deleted), 0) as bigint), cast(coalesce(sum(points_cooled), 0) as bigint) from retention_done where team_id = ?1",
        )
        .one(params![team.as_bytes()], |row| {
            Ok(RetentionDone {
                points_reduced: row.get(0)?,
                points_deleted: row.get(1)?,
                events_deleted: row.get(2)?,
                points_cooled: row.get(3)?,
            })
        })?;
    let (lanes_ended, first): (u32, Option<i64>) = tx
        .sql("select count(*), min(ended_at) from retention_lane where ended_at is not null")
        .one(params![], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let is_all = lanes_ended >= u32::from(crate::LANES.unsigned_abs());
    Ok(RetentionState { done, lanes_ended, all_ended_at: first.filter(|_| is_all).map(Timestamp::from_micros) })
}

fn delete_events(tx: &dyn Transaction, user: UserId, before: Timestamp, limit: u32) -> Result<u64> {
    let old = tx.sql("select id from event where user_id = ?1 and end_at < ?2 limit ?3");
    let ids = old.rows(params![user.as_bytes(), before.as_micros(), limit], |row| row.bytes16(0))?;
    let tables =
        [("event_number", "event_id"), ("event_alias", "event_id"), ("workout_file", "event_id"), ("event", "id")];
    for id in &ids {
        for (table, column) in tables {
            tx.sql(format!("delete from {table} where user_id = ?1 and {column} = ?2"))
                .execute(params![user.as_bytes(), id])?;
        }
    }
    let scores = tx
        .sql("delete from score where user_id = ?1 and at < ?2")
        .execute(params![user.as_bytes(), before.as_micros()])?;
    Ok((ids.len() + scores) as u64)
}

#[async_trait]
impl Retentions for SqlStore {
    async fn find_retention(&self, team: TeamId) -> Result<Retention> {
        self.read_row(move |tx| {
            let found = tx
                .sql(
                    "select raw_days, full_days, step_s, cold_days, kept_days from retention_policy where team_id = ?1",
                )
                .find(params![team.as_bytes()], |row| retention(row, 0))?;
            Ok(found.unwrap_or_default())
        })
        .await
    }

    async fn put_retention(&self, team: TeamId, retention: Retention) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            tx.sql(
                "insert into retention_policy (team_id, raw_days, full_days, step_s, cold_days, kept_days)
                 values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (team_id) do update set raw_days = excluded.raw_days,
                 full_days = excluded.full_days, step_s = excluded.step_s, cold_days = excluded.cold_days,
                 kept_days = excluded.kept_days",
            )
            .execute(params![
                team.as_bytes(),
                retention.raw_days,
                retention.full_days,
                retention.step_s,
                retention.cold_days,
                retention.kept_days
            ])?;
            for lane in Lane::all() {
                tx.sql("insert into retention_lane (lane, run_at) values (?1, 0) on conflict (lane) do nothing")
                    .execute(params![lane.0])?;
            }
            // a lane that is being worked on has been begun with the policies before, and has its turn next
            tx.sql("update retention_lane set run_at = 0 where reached is null and ended_at is not null")
                .execute(params![])?;
            Ok(())
        })
        .await
    }

    async fn list_retentions(&self) -> Result<Vec<(TeamId, Retention)>> {
        self.read(|tx| {
            tx.sql("select team_id, raw_days, full_days, step_s, cold_days, kept_days from retention_policy")
                .rows(params![], |row| Ok((TeamId::from_uuid(row.uuid(0)?), retention(row, 1)?)))
        })
        .await
    }

    async fn retention_state(&self, team: TeamId) -> Result<RetentionState> {
        self.read(move |tx| state(tx, team)).await
    }

    async fn expire_parts_of(&self, team: TeamId, before: Timestamp, limit: u32) -> Result<Vec<String>> {
        self.write(Scope::NONE, move |tx| parts::expire(tx, Some(team), before, limit)).await
    }

    async fn claim_retention(&self, now: Timestamp, lease: Timestamp) -> Result<Option<LaneRound>> {
        self.write(Scope::NONE, move |tx| claim(tx, now, lease)).await
    }

    async fn note_retention(
        &self,
        lane: Lane,
        reached: UserId,
        lease: Timestamp,
        done: Option<(TeamId, RetentionDone)>,
    ) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            tx.sql("update retention_lane set reached = ?2, run_at = ?3 where lane = ?1").execute(params![
                lane.0,
                reached.as_bytes(),
                lease.as_micros()
            ])?;
            done.map_or(Ok(()), |(team, done)| add_done(tx, lane, team, &done))
        })
        .await
    }

    async fn end_retention(&self, lane: Lane, now: Timestamp, next: Timestamp) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            tx.sql("update retention_lane set reached = null, run_at = ?3, ended_at = ?2 where lane = ?1")
                .execute(params![lane.0, now.as_micros(), next.as_micros()])?;
            Ok(())
        })
        .await
    }

    async fn list_users_after(&self, after: Option<UserId>, limit: u32) -> Result<Vec<(UserId, TeamId)>> {
        let after = after.map_or([0; 16], |user| *user.as_bytes());
        self.read(move |tx| {
            tx.sql("select id, team_id from app_user where id > ?1 order by id limit ?2")
                .rows(params![after, limit], |row| {
                    Ok((UserId::from_uuid(row.uuid(0)?), TeamId::from_uuid(row.uuid(1)?)))
                })
        })
        .await
    }

    async fn list_old_blocks(
        &self,
        user: UserId,
        before: Timestamp,
        which: OldBlocks,
        limit: u32,
    ) -> Result<Vec<StoredBlock>> {
        self.read(move |tx| series_blocks::old(tx, user, before, which, limit)).await
    }

    async fn delete_old_events(&self, user: UserId, before: Timestamp, limit: u32) -> Result<u64> {
        self.write(Scope::user(user), move |tx| delete_events(tx, user, before, limit)).await
    }
}
