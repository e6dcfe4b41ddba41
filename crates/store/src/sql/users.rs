//! Users of a team.

use super::Scope;
use super::transaction::Transaction;
use super::value::{Row, Value, owned, params};
use super::{SqlStore, convert::like_anywhere, user_erasure};
use crate::{Bell, ErasureReport, Result, StoreError, User, UserOrder, UserQuery, Users};
use async_trait::async_trait;
use model::{TeamId, Timestamp, UserId};

const USER: &str = "id, team_id, external_user_id, email, first_name, last_name, time_zone, created_at, updated_at,
    last_synced_at, last_synced_provider,
    exists (select 1 from connection c where c.user_id = app_user.id and c.status = 'active')";

fn user(row: &Row<'_>) -> Result<User> {
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
        last_synced_provider: match row.get::<Option<String>>(10)? {
            Some(_) => Some(row.provider(10)?),
            None => None,
        },
        has_active_connection: row.get(11)?,
    })
}

/// Refuses what another user of the team has. What comes in between breaks the tables' own rule, and this is asked
/// again.
fn require_free(tx: &dyn Transaction, user: &User) -> Result<()> {
    let wanted = [
        ("email", user.email.as_ref().map(|email| email.to_lowercase())),
        ("external_user_id", user.external_user_id.clone()),
    ];
    for (column, value) in wanted {
        let Some(value) = value else { continue };
        let taken = tx
            .sql(format!("select 1 from app_user where team_id = ?1 and {column} = ?2 and id <> ?3"))
            .exists(params![user.team_id.as_bytes(), value, user.id.as_bytes()])?;
        if taken {
            return Err(StoreError::Taken(column));
        }
    }
    Ok(())
}

struct Filter {
    text: String,
    values: Vec<Value<'static>>,
}

fn filter(team: TeamId, query: &UserQuery) -> Filter {
    let mut text = "team_id = ?1".to_owned();
    let mut values: Vec<Value<'static>> = vec![owned(team.as_bytes())];
    let mut add = |condition: &str, value: String| {
        values.push(owned(value));
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

#[async_trait]
impl Users for SqlStore {
    async fn create_user(&self, user: User) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            require_free(tx, &user)?;
            tx.sql(
                "insert into app_user (id, team_id, external_user_id, email, first_name, last_name, time_zone,
                     created_at, updated_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )
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
            ])?;
            Ok(())
        })
        .await
    }

    async fn find_user(&self, team: TeamId, id: UserId) -> Result<Option<User>> {
        Ok(self.load_user(id).await?.filter(|user| user.team_id == team))
    }

    async fn find_user_by_external_id(&self, team: TeamId, external_id: &str) -> Result<Option<User>> {
        let external_id = external_id.to_owned();
        self.read_row(move |tx| {
            tx.sql(format!("select {USER} from app_user where team_id = ?1 and external_user_id = ?2"))
                .find(params![team.as_bytes(), external_id], user)
        })
        .await
    }

    async fn list_users(&self, team: TeamId, query: UserQuery) -> Result<(Vec<User>, u64)> {
        self.read(move |tx| {
            let filter = filter(team, &query);
            let mut values = filter.values;
            let total = tx
                .sql(format!("select count(*) from app_user where {}", filter.text))
                .one(&values, |row| row.get(0))?;
            let select = tx.sql(format!(
                "select {USER} from app_user where {} order by {} limit ?{} offset ?{}",
                filter.text,
                order(&query),
                values.len() + 1,
                values.len() + 2
            ));
            let offset = i64::try_from(query.offset).unwrap_or(i64::MAX);
            values.extend([owned(query.limit), owned(offset)]);
            let rows = select.rows(&values, user)?;
            Ok((rows, total))
        })
        .await
    }

    async fn update_user(&self, user: User) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            require_free(tx, &user)?;
            let changed = tx
                .sql(
                    "update app_user set external_user_id = ?3, email = ?4, first_name = ?5, last_name = ?6,
                     time_zone = ?7, updated_at = ?8 where id = ?1 and team_id = ?2",
                )
                .execute(params![
                    user.id.as_bytes(),
                    user.team_id.as_bytes(),
                    user.external_user_id,
                    user.email.as_ref().map(|email| email.to_lowercase()),
                    user.first_name,
                    user.last_name,
                    user.time_zone,
                    user.updated_at.as_micros()
                ])?;
            if changed == 0 { Err(StoreError::NotFound("user")) } else { Ok(()) }
        })
        .await
    }

    async fn delete_user(&self, team: TeamId, id: UserId) -> Result<ErasureReport> {
        let now = self.clock.now();
        let begun = self.write(Scope::user(id), move |tx| user_erasure::begin(tx, team, id, now)).await?;
        self.log_erasures().await?;
        self.wakers.ring(Bell::Erasures);
        Ok(begun)
    }

    async fn load_user(&self, id: UserId) -> Result<Option<User>> {
        self.read_row(move |tx| find(tx, id)).await
    }
}

pub(super) fn find(tx: &dyn Transaction, id: UserId) -> Result<Option<User>> {
    tx.sql(format!("select {USER} from app_user where id = ?1")).find(params![id.as_bytes()], user)
}

pub(super) fn exists(tx: &dyn Transaction, id: UserId) -> Result<bool> {
    tx.sql("select 1 from app_user where id = ?1").exists(params![id.as_bytes()])
}

/// Refuses what is meant for a user who is gone or another team's.
pub(super) fn require(tx: &dyn Transaction, team: TeamId, id: UserId) -> Result<()> {
    let found = tx
        .sql("select 1 from app_user where id = ?1 and team_id = ?2")
        .exists(params![id.as_bytes(), team.as_bytes()])?;
    if found { Ok(()) } else { Err(StoreError::NotFound("user")) }
}

/// Notes that data arrived.
pub(super) fn note_synced(tx: &dyn Transaction, id: UserId, provider: &str, now: Timestamp) -> Result<()> {
    tx.sql("update app_user set last_synced_at = ?2, last_synced_provider = ?3 where id = ?1").execute(params![
        id.as_bytes(),
        now.as_micros(),
        provider
    ])?;
    Ok(())
}
