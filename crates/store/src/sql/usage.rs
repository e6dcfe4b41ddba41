//! Counting usage in SQL: some users of a team at a time, in the order in which they were made, each row found by the
//! key of its user.

use super::{SqlStore, transaction::Transaction, value::params};
use crate::{Connected, Result, TeamUsage, Usage};
use async_trait::async_trait;
use model::{ProviderName, TeamId, Timestamp, UserId};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use uuid::Uuid;

/// How many users are counted in one transaction.
const STEP: u32 = 25;

/// The user up to whom was counted.
#[derive(Clone, Copy)]
struct Reached {
    created_at: Timestamp,
    user: UserId,
}

/// Before every user.
fn start() -> Reached {
    Reached { created_at: Timestamp::MIN, user: UserId::from_uuid(Uuid::nil()) }
}

/// Four numbers, added up over the users `u` of a step.
struct Figures {
    text: &'static str,
    add: fn(&mut TeamUsage, [i64; 4]),
}

const FIGURES: [Figures; 6] = [
    Figures {
        text: "select count(*), 0, 0, 0 from app_user u cross join connection c
               where c.user_id = u.id and c.status = 'active'",
        add: |usage, [links, ..]| usage.active_connections += count(links),
    },
    Figures {
        text: "select cast(coalesce(sum(b.count), 0) as bigint), cast(coalesce(sum(length(b.data)), 0) as bigint),
               coalesce(min(b.t_min), 9223372036854775807), coalesce(max(b.t_end_max), -9223372036854775807)
               from app_user u cross join block b where b.user_id = u.id",
        add: |usage, [points, bytes, first, last]| {
            usage.points += count(points);
            usage.block_bytes += count(bytes);
            if first <= last {
                let (first, last) = (Timestamp::from_micros(first), Timestamp::from_micros(last));
                let (begins, ends) = usage.points_span.unwrap_or((first, last));
                usage.points_span = Some((begins.min(first), ends.max(last)));
            }
        },
    },
    Figures {
        // the kinds as EventKind::as_stored has them
        text: "select count(*), cast(coalesce(sum(case when e.kind = 1 then 1 else 0 end), 0) as bigint),
               cast(coalesce(sum(case when e.kind = 2 then 1 else 0 end), 0) as bigint),
               cast(coalesce(sum(case when e.kind = 5 then 1 else 0 end), 0) as bigint)
               from app_user u cross join event e where e.user_id = u.id and e.deleted_at is null",
        add: |usage, [events, workouts, sleeps, cycles]| {
            usage.events += count(events);
            usage.workouts += count(workouts);
            usage.sleeps += count(sleeps);
            usage.menstrual_cycles += count(cycles);
        },
    },
    Figures {
        text: "select count(*), cast(coalesce(sum(length(p.body)), 0) as bigint), count(p.spool), 0
               from app_user u cross join part p where p.user_id = u.id",
        add: |usage, [parts, bytes, spooled, _]| {
            usage.parts += count(parts);
            usage.part_bytes += count(bytes);
            usage.spooled_parts += count(spooled);
        },
    },
    Figures {
        text:
            "select count(*), cast(coalesce(sum(c.points), 0) as bigint), cast(coalesce(sum(c.bytes), 0) as bigint), 0
               from app_user u cross join cold_object c where c.user_id = u.id and c.kept_at is not null",
        add: |usage, [objects, points, bytes, _]| {
            usage.cold_objects += count(objects);
            usage.cold_points += count(points);
            usage.cold_bytes += count(bytes);
        },
    },
    Figures {
        text: "select count(*), 0, 0, 0 from app_user u cross join message m where m.user_id = u.id",
        add: |usage, [messages, ..]| usage.messages += count(messages),
    },
];

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// The providers of some users: (user, provider, 1 for a connection that is active and 0 for a source).
const PROVIDERS: &str = "select c.user_id, c.provider, 1 from app_user u cross join connection c
    where c.user_id = u.id and c.status = 'active' and u.team_id = ?1
    and (u.created_at, u.id) > (?2, ?3) and (u.created_at, u.id) <= (?4, ?5)
    union select s.user_id, s.provider, 0 from app_user u cross join source s
    where s.user_id = u.id and u.team_id = ?1
    and (u.created_at, u.id) > (?2, ?3) and (u.created_at, u.id) <= (?4, ?5)";

/// Counts who is connected among the users after those who were reached, and says who was reached now.
fn connected_step(
    tx: &dyn Transaction,
    team: TeamId,
    after: Reached,
    phones: &[ProviderName],
    connected: &mut Connected,
) -> Result<Option<Reached>> {
    let Some(last) = list_step(tx, team, after)?.last().copied() else { return Ok(None) };
    let rows = tx.sql(PROVIDERS).rows(
        params![
            team.as_bytes(),
            after.created_at.as_micros(),
            after.user.as_bytes(),
            last.created_at.as_micros(),
            last.user.as_bytes()
        ],
        |row| Ok((row.uuid(0)?, row.get::<String>(1)?, row.get::<i64>(2)? == 1)),
    )?;
    let mut by_user: BTreeMap<Uuid, BTreeSet<String>> = BTreeMap::new();
    for (user, provider, is_connection) in rows {
        if is_connection || phones.iter().any(|phone| phone.as_str() == provider) {
            by_user.entry(user).or_default().insert(provider);
        }
    }
    for providers in by_user.into_values() {
        connected.users_with_any += 1;
        connected.users_with_several += u64::from(providers.len() > 1);
        for provider in providers {
            *connected.users_by_provider.entry(provider).or_default() += 1;
        }
    }
    Ok(Some(last))
}

/// The next users of a team.
fn list_step(tx: &dyn Transaction, team: TeamId, after: Reached) -> Result<Vec<Reached>> {
    tx.sql(
        "select created_at, id from app_user where team_id = ?1 and (created_at, id) > (?2, ?3)
         order by created_at, id limit ?4",
    )
    .rows(params![team.as_bytes(), after.created_at.as_micros(), after.user.as_bytes(), STEP], |row| {
        Ok(Reached { created_at: row.time(0)?, user: UserId::from_uuid(row.uuid(1)?) })
    })
}

/// Counts the users after those who were reached, and says who was reached now; none when nobody is left.
fn step(tx: &dyn Transaction, team: TeamId, after: Reached, usage: &mut TeamUsage) -> Result<Option<Reached>> {
    let users = list_step(tx, team, after)?;
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
            |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]),
        )?;
        add(usage, counted);
    }
    Ok(Some(last))
}

#[async_trait]
impl Usage for SqlStore {
    async fn count_usage(&self, team: TeamId) -> Result<TeamUsage> {
        let mut usage = TeamUsage::default();
        let mut reached = Some(start());
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
    async fn count_connected(&self, team: TeamId, phones: &[ProviderName]) -> Result<Connected> {
        let phones: Arc<[ProviderName]> = phones.into();
        let mut connected = Connected::default();
        let mut reached = Some(start());
        while let Some(after) = reached {
            let (phones, so_far) = (Arc::clone(&phones), connected.clone());
            (connected, reached) = self
                .read(move |tx| {
                    let mut connected = so_far.clone();
                    let reached = connected_step(tx, team, after, &phones, &mut connected)?;
                    Ok((connected, reached))
                })
                .await?;
        }
        Ok(connected)
    }
}
