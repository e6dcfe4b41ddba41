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
            device_id: row.get(7)?,
        },
        created_at: row.time(6)?,
    })
}

pub(super) fn list(tx: &dyn Transaction, user: UserId) -> Result<Vec<StoredSource>> {
    tx.sql(
        "select number, provider, app, device, device_type, software_version, created_at,
         device_id from source where user_id = ?1 order by number",
    )
    .rows(params![user.as_bytes()], stored_source)
}

/// A source as it is found again.
struct Found {
    number: i32,
    software_version: Option<String>,
    device_id: Option<String>,
}

impl Found {
    /// Whether nothing of it is to be written.
    fn says(&self, wanted: &Source) -> bool {
        (wanted.software_version.is_none() || wanted.software_version == self.software_version)
            && (wanted.device_id.is_none() || wanted.device_id == self.device_id)
    }
}

fn find_by_identity(tx: &dyn Transaction, user: UserId, identity: &str) -> Result<Option<Found>> {
    tx.sql("select number, software_version, device_id from source where user_id = ?1 and identity = ?2")
        .find(params![user.as_bytes(), identity], |row| {
            Ok(Found { number: row.get(0)?, software_version: row.get(1)?, device_id: row.get(2)? })
        })
}

/// The source that is meant; one that had no device's id yet takes the first that is told. None where it is a further
/// device of its kind; then under which identity that is kept.
fn find_source(tx: &dyn Transaction, user: UserId, wanted: &Source) -> Result<std::result::Result<Found, String>> {
    let (identity, kind) = (wanted.identity(), wanted.kind_identity());
    if wanted.device_id.is_some()
        && let Some(own) = find_by_identity(tx, user, &identity)?
    {
        return Ok(Ok(own));
    }
    Ok(match find_by_identity(tx, user, &kind)? {
        Some(first) if wanted.device_id.is_none() || first.device_id.is_none() => Ok(first),
        Some(first) if first.device_id == wanted.device_id => Ok(first),
        Some(_) => Err(identity),
        None => Err(kind),
    })
}

fn ensure_source(tx: &dyn Transaction, user: UserId, wanted: &Source, now: Timestamp) -> Result<i32> {
    let identity = match find_source(tx, user, wanted)? {
        Ok(found) => {
            if !found.says(wanted) {
                tx.sql(
                    "update source set software_version = coalesce(?3, software_version),
                     device_id = coalesce(?4, device_id) where user_id = ?1 and number = ?2",
                )
                .execute(params![
                    user.as_bytes(),
                    found.number,
                    wanted.software_version,
                    wanted.device_id
                ])?;
            }
            return Ok(found.number);
        }
        Err(identity) => identity,
    };
    let number: i32 = tx
        .sql("update app_user set next_source = next_source + 1 where id = ?1 returning next_source - 1")
        .find(params![user.as_bytes()], |row| row.get(0))?
        .ok_or(StoreError::NotFound("user"))?;
    tx.sql(
        "insert into source (user_id, number, identity, provider, app, device, device_type, software_version,
             created_at, device_id) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )
    .execute(params![
        user.as_bytes(),
        number,
        identity,
        wanted.provider.as_str(),
        wanted.app,
        wanted.device,
        wanted.device_type.map(model::DeviceType::as_str),
        wanted.software_version,
        now.as_micros(),
        wanted.device_id
    ])?;
    Ok(number)
}

fn known_sources(tx: &dyn Transaction, user: UserId, wanted: &[Source]) -> Result<Option<Vec<i32>>> {
    let mut numbers = Vec::with_capacity(wanted.len());
    for source in wanted {
        match find_source(tx, user, source)? {
            Ok(found) if found.says(source) => numbers.push(found.number),
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
