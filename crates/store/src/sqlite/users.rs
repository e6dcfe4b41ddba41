//! Users in SQLite.

use super::{
    SqliteStore,
    accounts::taken,
    backfill,
    convert::{Columns, like_anywhere},
    inbox, parts,
};
use crate::{Result, StoreError, User, UserOrder, UserQuery, Users};
use async_trait::async_trait;
use model::{ProviderAppId, TeamId, Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

const USER: &str = "id, team_id, external_user_id, email, first_name, last_name, time_zone, created_at, updated_at,
    last_synced_at, last_synced_provider,
    exists (select 1 from connection c where c.user_id = app_user.id and c.status = 'active')";

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: UserId::from_uuid(row.uuid(0)?),
        team_id: TeamId::from_uuid(row.uuid(1)?),
        external_user_id: row.get(2)?,
        email: row.get(3)?,
        first_name: row.get(4)?,
        last_name: row.get(5)?,
        time_zone: row.get(6)?,
        created_at: row.time(7)?,
        updated_at: row.time(8)?,
        last_synced_at: row.time_opt(9)?,
        last_synced_provider: match row.get::<_, Option<String>>(10)? {
            Some(_) => Some(row.provider(10)?),
            None => None,
        },
        has_active_connection: row.get(11)?,
    })
}

/// Which of the unique columns another user of the team has.
fn taken_column(connection: &Connection, user: &User, error: rusqlite::Error) -> StoreError {
    let email = user.email.as_ref().map(|email| email.to_lowercase());
    let email_taken = connection
        .prepare_cached("select 1 from app_user where team_id = ?1 and email = ?2 and id <> ?3")
        .and_then(|mut select| select.exists(params![user.team_id.as_bytes(), email, user.id.as_bytes()]))
        .unwrap_or(false);
    taken(error, if email_taken { "email" } else { "external_user_id" })
}

struct Filter {
    text: String,
    values: Vec<Box<dyn ToSql>>,
}

fn filter(team: TeamId, query: &UserQuery) -> Filter {
    let mut text = "team_id = ?1".to_owned();
    let mut values: Vec<Box<dyn ToSql>> = vec![Box::new(team.as_bytes().to_vec())];
    let mut add = |condition: &str, value: String| {
        values.push(Box::new(value));
        text.push_str(" and ");
        text.push_str(&condition.replace('#', &format!("?{}", values.len())));
    };
    if let Some(search) = &query.search {
        add(
            "(first_name like # escape '\\' or last_name like # escape '\\' or email like # escape '\\'
              or first_name || ' ' || last_name like # escape '\\' or external_user_id like # escape '\\')",
            like_anywhere(search),
        );
    }
    if let Some(email) = &query.email {
        add("email = #", email.to_lowercase());
    }
    if let Some(external) = &query.external_user_id {
        add("external_user_id = #", external.clone());
    }
    Filter { text, values }
}

fn order(query: &UserQuery) -> String {
    let column = match query.order {
        UserOrder::CreatedAt => "created_at",
        UserOrder::Email => "email",
        UserOrder::FirstName => "first_name",
        UserOrder::LastName => "last_name",
        UserOrder::LastSyncedAt => "last_synced_at",
    };
    let direction = if query.descending { "desc" } else { "asc" };
    format!("{column} {direction} nulls last, id {direction}")
}

/// Every table with rows of a user, and the column that names them.
const TABLES_OF_A_USER: &[&str] = &[
    "oauth_state",
    "connection",
    "account_link",
    "erasure",
    "source",
    "priority",
    "inbox",
    "part",
    "event",
    "event_alias",
    "event_number",
    "block",
    "score",
    "workout_file",
    "awaited_file",
    "change",
    "sync_run",
    "endpoint",
    "message",
    "attempt",
];

/// Drops the calls for, and answers of, accounts that only this user is connected to; returns spooled names.
fn accounts_work(connection: &Connection, id: UserId) -> Result<Vec<String>> {
    const ALONE: &str = "(app_id, account) in (select mine.app_id, mine.account from account_link mine
         where mine.user_id = ?1 and not exists (select 1 from account_link l
         join connection c on c.user_id = l.user_id and c.id = l.connection_id
         where l.app_id = mine.app_id and l.account = mine.account and l.user_id <> ?1 and c.status = 'active'))";
    let mut select =
        connection.prepare_cached(&format!("select spool from inbox where spool is not null and {ALONE}"))?;
    let mut spooled: Vec<String> =
        select.query_map([id.as_bytes()], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for table in ["job", "inbox"] {
        connection.prepare_cached(&format!("delete from {table} where {ALONE}"))?.execute([id.as_bytes()])?;
    }
    let mut select = connection.prepare_cached("select distinct app_id from account_link where user_id = ?1")?;
    let apps = select.query_map([id.as_bytes()], |row| row.uuid(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    for app in apps.into_iter().map(ProviderAppId::from_uuid) {
        spooled.extend(inbox::expire_damaged(connection, app, u32::MAX)?.into_iter().flatten());
    }
    Ok(spooled)
}

#[async_trait]
impl Users for SqliteStore {
    async fn create_user(&self, user: User) -> Result<()> {
        self.write(move |connection| {
            let inserted = connection
                .prepare_cached(
                    "insert into app_user (id, team_id, external_user_id, email, first_name, last_name, time_zone,
                     created_at, updated_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                )?
                .execute(params![
                    user.id.as_bytes(),
                    user.team_id.as_bytes(),
                    user.external_user_id,
                    user.email.as_ref().map(|email| email.to_lowercase()),
                    user.first_name,
                    user.last_name,
                    user.time_zone,
                    user.created_at.as_micros(),
                    user.updated_at.as_micros()
                ]);
            inserted.map(|_| ()).map_err(|error| taken_column(connection, &user, error))
        })
        .await
    }

    async fn find_user(&self, team: TeamId, id: UserId) -> Result<Option<User>> {
        Ok(self.load_user(id).await?.filter(|user| user.team_id == team))
    }

    async fn find_user_by_external_id(&self, team: TeamId, external_id: &str) -> Result<Option<User>> {
        let external_id = external_id.to_owned();
        self.read(move |connection| {
            Ok(connection
                .prepare_cached(&format!("select {USER} from app_user where team_id = ?1 and external_user_id = ?2"))?
                .query_row(params![team.as_bytes(), external_id], user)
                .optional()?)
        })
        .await
    }

    async fn list_users(&self, team: TeamId, query: UserQuery) -> Result<(Vec<User>, u64)> {
        self.read(move |connection| {
            let filter = filter(team, &query);
            let values: Vec<&dyn ToSql> = filter.values.iter().map(AsRef::as_ref).collect();
            let total = connection
                .prepare_cached(&format!("select count(*) from app_user where {}", filter.text))?
                .query_row(&*values, |row| row.get(0))?;
            let mut select = connection.prepare_cached(&format!(
                "select {USER} from app_user where {} order by {} limit ?{} offset ?{}",
                filter.text,
                order(&query),
                values.len() + 1,
                values.len() + 2
            ))?;
            let offset = i64::try_from(query.offset).unwrap_or(i64::MAX);
            let values: Vec<&dyn ToSql> =
                values.into_iter().chain([&query.limit as &dyn ToSql, &offset as &dyn ToSql]).collect();
            let rows = select.query_map(&*values, user)?.collect::<rusqlite::Result<_>>()?;
            Ok((rows, total))
        })
        .await
    }

    async fn update_user(&self, user: User) -> Result<()> {
        self.write(move |connection| {
            let changed = connection
                .prepare_cached(
                    "update app_user set external_user_id = ?3, email = ?4, first_name = ?5, last_name = ?6,
                     time_zone = ?7, updated_at = ?8 where id = ?1 and team_id = ?2",
                )?
                .execute(params![
                    user.id.as_bytes(),
                    user.team_id.as_bytes(),
                    user.external_user_id,
                    user.email.as_ref().map(|email| email.to_lowercase()),
                    user.first_name,
                    user.last_name,
                    user.time_zone,
                    user.updated_at.as_micros()
                ])
                .map_err(|error| taken_column(connection, &user, error))?;
            if changed == 0 { Err(StoreError::NotFound("user")) } else { Ok(()) }
        })
        .await
    }

    async fn delete_user(&self, team: TeamId, id: UserId) -> Result<Vec<String>> {
        self.write(move |connection| {
            let there = connection
                .prepare_cached("delete from app_user where id = ?1 and team_id = ?2")?
                .execute(params![id.as_bytes(), team.as_bytes()])?;
            if there == 0 {
                return Err(StoreError::NotFound("user"));
            }
            let mut spooled = Vec::new();
            for table in ["inbox", "part"] {
                let mut select = connection
                    .prepare_cached(&format!("select spool from {table} where user_id = ?1 and spool is not null"))?;
                for name in select.query_map([id.as_bytes()], |row| row.get(0))? {
                    spooled.push(name?);
                }
            }
            let accounts = backfill::accounts_of(connection, id)?;
            spooled.extend(accounts_work(connection, id)?);
            for table in TABLES_OF_A_USER {
                connection
                    .prepare_cached(&format!("delete from {table} where user_id = ?1"))?
                    .execute([id.as_bytes()])?;
            }
            backfill::forget_unlinked(connection, &accounts)?;
            parts::unreferenced(connection, spooled)
        })
        .await
    }

    async fn load_user(&self, id: UserId) -> Result<Option<User>> {
        self.read(move |connection| find(connection, id)).await
    }
}

pub(super) fn find(connection: &Connection, id: UserId) -> Result<Option<User>> {
    Ok(connection
        .prepare_cached(&format!("select {USER} from app_user where id = ?1"))?
        .query_row([id.as_bytes()], user)
        .optional()?)
}

pub(super) fn exists(connection: &Connection, id: UserId) -> Result<bool> {
    Ok(connection.prepare_cached("select 1 from app_user where id = ?1")?.exists([id.as_bytes()])?)
}

/// Refuses what is meant for a user who is gone or another team's.
pub(super) fn require(connection: &Connection, team: TeamId, id: UserId) -> Result<()> {
    let found = connection
        .prepare_cached("select 1 from app_user where id = ?1 and team_id = ?2")?
        .exists(params![id.as_bytes(), team.as_bytes()])?;
    if found { Ok(()) } else { Err(StoreError::NotFound("user")) }
}

/// Notes that data arrived.
pub(super) fn note_synced(connection: &Connection, id: UserId, provider: &str, now: Timestamp) -> Result<()> {
    connection
        .prepare_cached("update app_user set last_synced_at = ?2, last_synced_provider = ?3 where id = ?1")?
        .execute(params![id.as_bytes(), now.as_micros(), provider])?;
    Ok(())
}
