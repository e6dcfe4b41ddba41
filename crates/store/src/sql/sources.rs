//! Sources and priorities.

use super::Scope;
use super::transaction::Transaction;
use super::value::{Row, params};
use super::{SqlStore, convert::NOBODY};
use crate::{Priority, Result, Sources, StoreError, StoredSource};
use async_trait::async_trait;
use model::{Source, TeamId, Timestamp, UserId};

fn stored_source(row: &Row<'_>) -> Result<StoredSource> {
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

pub(super) fn list(tx: &dyn Transaction, user: UserId) -> Result<Vec<StoredSource>> {
    tx.sql(
        "select number, provider, app, device, device_type, software_version, created_at
         from source where user_id = ?1 order by number",
    )
    .rows(params![user.as_bytes()], stored_source)
}

fn ensure_source(tx: &dyn Transaction, user: UserId, wanted: &Source, now: Timestamp) -> Result<i32> {
    let identity = wanted.identity();
    let found: Option<(i32, Option<String>)> = tx
        .sql("select number, software_version from source where user_id = ?1 and identity = ?2")
        .find(params![user.as_bytes(), identity], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if let Some((number, version)) = found {
        if wanted.software_version.is_some() && wanted.software_version != version {
            tx.sql("update source set software_version = ?3 where user_id = ?1 and number = ?2").execute(params![
                user.as_bytes(),
                number,
                wanted.software_version
            ])?;
        }
        return Ok(number);
    }
    let number: i32 = tx
        .sql("update app_user set next_source = next_source + 1 where id = ?1 returning next_source - 1")
        .find(params![user.as_bytes()], |row| row.get(0))?
        .ok_or(StoreError::NotFound("user"))?;
    tx
        .sql("insert into source (user_id, number, identity, provider, app, device, device_type, software_version, created_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
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

fn known_sources(tx: &dyn Transaction, user: UserId, wanted: &[Source]) -> Result<Option<Vec<i32>>> {
    let select = tx.sql("select number, software_version from source where user_id = ?1 and identity = ?2");
    let mut numbers = Vec::with_capacity(wanted.len());
    for source in wanted {
        let found: Option<(i32, Option<String>)> =
            select.find(params![user.as_bytes(), source.identity()], |row| Ok((row.get(0)?, row.get(1)?)))?;
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
impl Sources for SqlStore {
    async fn list_sources(&self, user: UserId) -> Result<Vec<StoredSource>> {
        self.read(move |tx| list(tx, user)).await
    }

    async fn ensure_sources(&self, user: UserId, sources: Vec<Source>, now: Timestamp) -> Result<Vec<i32>> {
        let wanted = sources.clone();
        if let Some(numbers) = self.read_some(sources.len(), move |tx| known_sources(tx, user, &wanted)).await? {
            return Ok(numbers);
        }
        self.write(Scope::user(user), move |tx| {
            sources.iter().map(|source| ensure_source(tx, user, source, now)).collect()
        })
        .await
    }

    async fn list_priorities(&self, team: TeamId, user: UserId) -> Result<Vec<Priority>> {
        self.read(move |tx| {
            let select = tx.sql(
                "select user_id, kind, name, priority from priority where team_id = ?1 and user_id in (?2, ?3)
                 order by kind, name, user_id",
            );
            let rows = select.rows(params![team.as_bytes(), NOBODY, user.as_bytes()], |row| {
                Ok(Priority {
                    user_id: Some(UserId::from_uuid(row.uuid(0)?)).filter(|id| *id.as_bytes() != NOBODY),
                    kind: row.get(1)?,
                    name: row.get(2)?,
                    priority: row.get(3)?,
                })
            })?;
            let mut holding: Vec<Priority> = Vec::new();
            for next in rows {
                // the user's own row follows the team's and takes its place
                holding.retain(|kept| (&kept.kind, &kept.name) != (&next.kind, &next.name));
                holding.push(next);
            }
            Ok(holding)
        })
        .await
    }

    async fn put_priority(&self, team: TeamId, wanted: Priority) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            tx.sql(
                "insert into priority (team_id, user_id, kind, name, priority) values (?1, ?2, ?3, ?4, ?5)
                     on conflict (team_id, user_id, kind, name) do update set priority = excluded.priority",
            )
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
