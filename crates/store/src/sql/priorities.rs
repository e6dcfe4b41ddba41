//! How much providers, kinds of devices and devices are trusted, as teams set it.

use super::{
    convert::NOBODY,
    transaction::Transaction,
    value::{Row, params},
};
use crate::{Result, SetPriority};
use model::{Priority, PriorityKind, SeriesType, TeamId, Timestamp, UserId};

/// In place of a series: all of them.
const EVERY_SERIES: i32 = -1;

pub(super) fn list(tx: &dyn Transaction, team: TeamId, user: Option<UserId>) -> Result<Vec<SetPriority>> {
    let user = user.map_or(NOBODY, |id| *id.as_bytes());
    let rows = tx
        .sql(
            "select user_id, kind, name, series, priority, created_at, updated_at from priority
             where team_id = ?1 and user_id in (?2, ?3) order by kind, name, series, user_id",
        )
        .rows(params![team.as_bytes(), NOBODY, user], priority)?;
    Ok(rows.into_iter().flatten().collect())
}

/// None for what this version does not know.
fn priority(row: &Row<'_>) -> Result<Option<SetPriority>> {
    let (kind, series): (String, i32) = (row.get(1)?, row.get(3)?);
    let known = u16::try_from(series).ok().and_then(SeriesType::from_stored);
    let (Some(kind), true) = (PriorityKind::find(&kind), series == EVERY_SERIES || known.is_some()) else {
        return Ok(None);
    };
    let user_id = Some(UserId::from_uuid(row.uuid(0)?)).filter(|id| *id.as_bytes() != NOBODY);
    let priority = Priority { user_id, series: known, kind, name: row.get(2)?, priority: row.get(4)? };
    Ok(Some(SetPriority { priority, created_at: row.time(5)?, updated_at: row.time(6)? }))
}

pub(super) fn put(tx: &dyn Transaction, team: TeamId, wanted: &[Priority], now: Timestamp) -> Result<()> {
    for one in wanted {
        tx.sql(
            "insert into priority (team_id, user_id, kind, name, series, priority, created_at, updated_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
             on conflict (team_id, user_id, kind, name, series)
             do update set priority = excluded.priority, updated_at = excluded.updated_at",
        )
        .execute(params![
            team.as_bytes(),
            one.user_id.map_or(NOBODY, |id| *id.as_bytes()),
            one.kind.as_str(),
            one.name,
            one.series.map_or(EVERY_SERIES, |series| i32::from(series.as_stored())),
            one.priority,
            now.as_micros()
        ])?;
    }
    Ok(())
}

pub(super) fn replace(
    tx: &dyn Transaction,
    team: TeamId,
    user: UserId,
    wanted: &[Priority],
    now: Timestamp,
) -> Result<()> {
    tx.sql("delete from priority where team_id = ?1 and user_id = ?2")
        .execute(params![team.as_bytes(), user.as_bytes()])?;
    let own: Vec<Priority> = wanted.iter().map(|one| Priority { user_id: Some(user), ..one.clone() }).collect();
    put(tx, team, &own, now)
}

pub(super) fn replace_of_series(tx: &dyn Transaction, team: TeamId, wanted: &[Priority], now: Timestamp) -> Result<()> {
    tx.sql("delete from priority where team_id = ?1 and user_id = ?2 and series <> ?3").execute(params![
        team.as_bytes(),
        NOBODY,
        EVERY_SERIES
    ])?;
    let of_series = wanted.iter().filter(|one| one.series.is_some());
    let all: Vec<Priority> = of_series.map(|one| Priority { user_id: None, ..one.clone() }).collect();
    put(tx, team, &all, now)
}
