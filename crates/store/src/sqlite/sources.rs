//! Sources and priorities in SQLite.

use super::{
    SqliteStore,
    convert::{Columns, NOBODY},
};
use crate::{Priority, Result, Sources, StoreError, StoredSource};
use async_trait::async_trait;
use model::{Source, TeamId, Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension, Row, params};

fn stored_source(row: &Row<'_>) -> rusqlite::Result<StoredSource> {
    let device_type: Option<String> = row.get(4)?;
    Ok(StoredSource {
        number: row.get(0)?,
        source: Source {
            provider: row.provider(1)?,
            app: row.get(2)?,
            device: row.get(3)?,
            device_type: device_type.and_then(|code| model::DeviceType::find(&code)),
            software_version: row.get(5)?,
        },
        created_at: row.time(6)?,
    })
}
fn ensure_source(connection: &Connection, user: UserId, wanted: &Source, now: Timestamp) -> Result<i32> {
    let identity = wanted.identity();
    let found: Option<(i32, Option<String>)> = connection
        .prepare_cached("select number, software_version from source where user_id = ?1 and identity = ?2")?
        .query_row(params![user.as_bytes(), identity], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((number, version)) = found {
        if wanted.software_version.is_some() && wanted.software_version != version {
            connection
                .prepare_cached("update source set software_version = ?3 where user_id = ?1 and number = ?2")?
                .execute(params![user.as_bytes(), number, wanted.software_version])?;
        }
        return Ok(number);
    }
    let number: i32 = connection
        .prepare_cached("update app_user set next_source = next_source + 1 where id = ?1 returning next_source - 1")?
        .query_row([user.as_bytes()], |row| row.get(0))
        .optional()?
        .ok_or(StoreError::NotFound("user"))?;
    connection
        .prepare_cached(
            "insert into source (user_id, number, identity, provider, app, device, device_type, software_version, created_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            user.as_bytes(),
            number,
            identity,
            wanted.provider.as_str(),
            wanted.app,
            wanted.device,
            wanted.device_type.map(model::DeviceType::as_str),
            wanted.software_version,
            now.as_micros()
        ])?;
    Ok(number)
}

fn known_sources(connection: &Connection, user: UserId, wanted: &[Source]) -> Result<Option<Vec<i32>>> {
    let mut select = connection
        .prepare_cached("select number, software_version from source where user_id = ?1 and identity = ?2")?;
    let mut numbers = Vec::with_capacity(wanted.len());
    for source in wanted {
        let found: Option<(i32, Option<String>)> = select
            .query_row(params![user.as_bytes(), source.identity()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match found {
            Some((number, version)) if source.software_version.is_none() || source.software_version == version => {
                numbers.push(number);
            }
            _ => return Ok(None),
        }
    }
    Ok(Some(numbers))
}

#[async_trait]
impl Sources for SqliteStore {
    async fn list_sources(&self, user: UserId) -> Result<Vec<StoredSource>> {
        self.read(move |connection| {
            let mut select = connection.prepare_cached(
                "select number, provider, app, device, device_type, software_version, created_at
                 from source where user_id = ?1 order by number",
            )?;
            let rows = select.query_map([user.as_bytes()], stored_source)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    async fn ensure_sources(&self, user: UserId, sources: Vec<Source>, now: Timestamp) -> Result<Vec<i32>> {
        let wanted = sources.clone();
        if let Some(numbers) = self.read(move |connection| known_sources(connection, user, &wanted)).await? {
            return Ok(numbers);
        }
        self.write(move |connection| {
            sources.iter().map(|source| ensure_source(connection, user, source, now)).collect()
        })
        .await
    }

    async fn list_priorities(&self, team: TeamId, user: UserId) -> Result<Vec<Priority>> {
        self.read(move |connection| {
            let mut select = connection.prepare_cached(
                "select user_id, kind, name, priority from priority where team_id = ?1 and user_id in (?2, ?3)
                 order by kind, name, user_id",
            )?;
            let rows = select.query_map(params![team.as_bytes(), NOBODY, user.as_bytes()], |row| {
                Ok(Priority {
                    user_id: Some(UserId::from_uuid(row.uuid(0)?)).filter(|id| *id.as_bytes() != NOBODY),
                    kind: row.get(1)?,
                    name: row.get(2)?,
                    priority: row.get(3)?,
                })
            })?;
            let mut holding: Vec<Priority> = Vec::new();
            for row in rows {
                let next = row?;
                // the user's own row follows the team's and takes its place
                holding.retain(|kept| (&kept.kind, &kept.name) != (&next.kind, &next.name));
                holding.push(next);
            }
            Ok(holding)
        })
        .await
    }

    async fn put_priority(&self, team: TeamId, wanted: Priority) -> Result<()> {
        self.write(move |connection| {
            connection
                .prepare_cached(
                    "insert or replace into priority (team_id, user_id, kind, name, priority) values (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![
                    team.as_bytes(),
                    wanted.user_id.map_or(NOBODY, |id| *id.as_bytes()),
                    wanted.kind,
                    wanted.name,
                    wanted.priority
                ])?;
            Ok(())
        })
        .await
    }
}
