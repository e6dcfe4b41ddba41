//! Counting usage in SQL: some users of a team at a time, in the order in which they were made, each row found by the
//! key of its user.

use super::{SqlStore, transaction::Transaction, value::params};
use crate::{Result, TeamUsage, Usage};
use async_trait::async_trait;
use model::{TeamId, Timestamp, UserId};

/// How many users are counted in one transaction.
const STEP: u32 = 25;

/// The user up to whom was counted.
#[derive(Clone, Copy)]
struct Reached {
    created_at: Timestamp,
    user: UserId,
}

/// Three numbers, added up over the users `u` of a step.
struct Figures {
    text: &'static str,
    add: fn(&mut TeamUsage, [u64; 3]),
}

const FIGURES: [Figures; 6] = [
    Figures {
        text: "select count(*), 0, 0 from app_user u cross join connection c
               where c.user_id = u.id and c.status = 'active'",
        add: |usage, [links, ..]| usage.active_connections += links,
    },
    Figures {
        text: "select cast(coalesce(sum(b.count), 0) as bigint), cast(coalesce(sum(length(b.data)), 0) as bigint), 0
               from app_user u cross join block b where b.user_id = u.id",
        add: |usage, [points, bytes, _]| {
            usage.points += points;
            usage.block_bytes += bytes;
        },
    },
    Figures {
        text: "select count(*), 0, 0 from app_user u cross join event e
               where e.user_id = u.id and e.deleted_at is null",
        add: |usage, [events, ..]| usage.events += events,
    },
    Figures {
        text: "select count(*), cast(coalesce(sum(length(p.body)), 0) as bigint), count(p.spool)
               from app_user u cross join part p where p.user_id = u.id",
        add: |usage, [parts, bytes, spooled]| {
            usage.parts += parts;
            usage.part_bytes += bytes;
            usage.spooled_parts += spooled;
        },
    },
    Figures {
        text: "select count(*), cast(coalesce(sum(c.points), 0) as bigint), cast(coalesce(sum(c.bytes), 0) as bigint)
               from app_user u cross join cold_object c where c.user_id = u.id and c.kept_at is not null",
        add: |usage, [objects, points, bytes]| {
            usage.cold_objects += objects;
            usage.cold_points += points;
            usage.cold_bytes += bytes;
        },
    },
    Figures {
        text: "select count(*), 0, 0 from app_user u cross join message m where m.user_id = u.id",
        add: |usage, [messages, ..]| usage.messages += messages,
    },
];

/// Counts the users after those who were reached, and says who was reached now; none when nobody is left.
fn step(tx: &dyn Transaction, team: TeamId, after: Reached, usage: &mut TeamUsage) -> Result<Option<Reached>> {
    let users = tx
        .sql(
            "select created_at, id from app_user where team_id = ?1 and (created_at, id) > (?2, ?3)
             order by created_at, id limit ?4",
        )
        .rows(params![team.as_bytes(), after.created_at.as_micros(), after.user.as_bytes(), STEP], |row| {
            Ok(Reached { created_at: row.time(0)?, user: UserId::from_uuid(row.uuid(1)?) })
        })?;
    let Some(last) = users.last().copied() else { return Ok(None) };
    usage.users += users.len() as u64;
    for Figures { text, add } in FIGURES {
        let text = format!(
            "{text} and u.team_id = ?1 and (u.created_at, u.id) > (?2, ?3) and (u.created_at, u.id) <= (?4, ?5)"
        );
        let counted = tx.sql(text).one(
            params![
                team.as_bytes(),
                after.created_at.as_micros(),
                after.user.as_bytes(),
                last.created_at.as_micros(),
                last.user.as_bytes()
            ],
            |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]),
        )?;
        add(usage, counted);
    }
    Ok(Some(last))
}

#[async_trait]
impl Usage for SqlStore {
    async fn count_usage(&self, team: TeamId) -> Result<TeamUsage> {
        let mut usage = TeamUsage::default();
        let mut reached = Some(Reached { created_at: Timestamp::MIN, user: UserId::from_uuid(uuid::Uuid::nil()) });
        while let Some(after) = reached {
            (usage, reached) = self
                .read(move |tx| {
                    let mut usage = usage;
                    let reached = step(tx, team, after, &mut usage)?;
                    Ok((usage, reached))
                })
                .await?;
        }
        Ok(usage)
    }
}
