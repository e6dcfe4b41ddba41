//! Figures of usage in SQL: one pass over each table, added up by team.

use super::{
    SqlStore,
    transaction::Transaction,
    value::{Row, params},
};
use crate::{Result, TeamUsage, Usage};
use async_trait::async_trait;
use model::TeamId;
use std::collections::HashMap;

/// Rows of `(team, number, number, number)`, of one team (`?1`), or of all where that is null.
type Query = (&'static str, fn(&mut TeamUsage, [u64; 3]));

const QUERIES: [Query; 6] = [
    (
        "select team_id, count(*), 0, 0 from app_user where team_id = coalesce(?1, team_id) group by team_id",
        |usage, [users, ..]| usage.users = users,
    ),
    (
        "select team_id, count(*), 0, 0 from connection
         where status = 'active' and team_id = coalesce(?1, team_id) group by team_id",
        |usage, [links, ..]| usage.active_connections = links,
    ),
    (
        "select u.team_id, cast(sum(b.count) as bigint), cast(sum(length(b.data)) as bigint), 0 from block b
         join app_user u on u.id = b.user_id where u.team_id = coalesce(?1, u.team_id) group by u.team_id",
        |usage, [points, bytes, _]| (usage.points, usage.block_bytes) = (points, bytes),
    ),
    (
        "select u.team_id, count(*), 0, 0 from event e join app_user u on u.id = e.user_id
         where e.deleted_at is null and u.team_id = coalesce(?1, u.team_id) group by u.team_id",
        |usage, [events, ..]| usage.events = events,
    ),
    (
        "select team_id, count(*), cast(coalesce(sum(length(body)), 0) as bigint), count(spool) from part
         where team_id = coalesce(?1, team_id) group by team_id",
        |usage, [parts, bytes, spooled]| {
            (usage.parts, usage.part_bytes, usage.spooled_parts) = (parts, bytes, spooled);
        },
    ),
    (
        "select team_id, count(*), 0, 0 from message where team_id = coalesce(?1, team_id) group by team_id",
        |usage, [messages, ..]| usage.messages = messages,
    ),
];

fn empty(row: &Row<'_>) -> Result<TeamUsage> {
    Ok(TeamUsage {
        team_id: TeamId::from_uuid(row.uuid(0)?),
        team_name: row.get(1)?,
        users: 0,
        active_connections: 0,
        points: 0,
        block_bytes: 0,
        events: 0,
        parts: 0,
        part_bytes: 0,
        spooled_parts: 0,
        messages: 0,
    })
}

fn list(tx: &dyn Transaction, team: Option<TeamId>) -> Result<Vec<TeamUsage>> {
    let team = team.map(|id| *id.as_bytes());
    let teams = tx.sql("select id, name from team where id = coalesce(?1, id) order by name, id");
    let mut usages = teams.rows(params![team], empty)?;
    let places: HashMap<TeamId, usize> = usages.iter().enumerate().map(|(at, usage)| (usage.team_id, at)).collect();
    for (text, note) in QUERIES {
        let figures = tx.sql(text).rows(params![team], |row| {
            Ok((TeamId::from_uuid(row.uuid(0)?), [row.get(1)?, row.get(2)?, row.get(3)?]))
        })?;
        for (team, figures) in figures {
            if let Some(usage) = places.get(&team).and_then(|at| usages.get_mut(*at)) {
                note(usage, figures);
            }
        }
    }
    Ok(usages)
}

#[async_trait]
impl Usage for SqlStore {
    async fn list_usage(&self, team: Option<TeamId>) -> Result<Vec<TeamUsage>> {
        self.read(move |tx| list(tx, team)).await
    }
}
