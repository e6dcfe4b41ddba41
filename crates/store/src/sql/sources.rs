//! Sources, and what is set of their priorities.

use super::Scope;
use super::transaction::Transaction;
use super::value::{Row, params};
use super::{SqlStore, priorities};
use crate::{Result, SetPriority, Sources, StoreError, StoredSource};
use async_trait::async_trait;
use model::{Priority, Source, TeamId, Timestamp, UserId};

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

    async fn list_priorities(&self, team: TeamId, user: Option<UserId>) -> Result<Vec<SetPriority>> {
        self.read(move |tx| priorities::list(tx, team, user)).await
    }

    async fn put_priorities(&self, team: TeamId, wanted: Vec<Priority>, now: Timestamp) -> Result<()> {
        self.write(Scope::NONE, move |tx| priorities::put(tx, team, &wanted, now)).await
    }

    async fn replace_priorities(
        &self,
        team: TeamId,
        user: UserId,
        wanted: Vec<Priority>,
        now: Timestamp,
    ) -> Result<()> {
        self.write(Scope::user(user), move |tx| priorities::replace(tx, team, user, &wanted, now)).await
    }

    async fn replace_series_priorities(&self, team: TeamId, wanted: Vec<Priority>, now: Timestamp) -> Result<()> {
        self.write(Scope::NONE, move |tx| priorities::replace_of_series(tx, team, &wanted, now)).await
    }
}
