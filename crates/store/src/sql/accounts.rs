//! Teams, developers, sessions and keys.

use super::Scope;
use super::SqlStore;
use super::transaction::Transaction;
use super::value::{Row, params};
use crate::{Accounts, ApiKey, Developer, RefreshUse, Result, Session, SessionKind, StoreError, Team};
use async_trait::async_trait;
use model::{ApiKeyId, DeveloperId, TeamId, Timestamp};

const DEVELOPER: &str = "id, team_id, email, first_name, last_name, role, password_hash, created_at, updated_at";
const SESSION: &str = "token_hash, kind, family, developer_id, team_id, created_at, expires_at";
const API_KEY: &str = "id, team_id, hash, masked, name, created_by, created_at, last_used_at, expires_at";

/// Sessions are few, and what revokes a family must see all of them.
const SESSIONS: &[u8] = b"sessions";

fn developer(row: &Row<'_>) -> Result<Developer> {
    Ok(Developer {
        id: DeveloperId::from_uuid(row.uuid(0)?),
        team_id: TeamId::from_uuid(row.uuid(1)?),
        email: row.get(2)?,
        first_name: row.get(3)?,
        last_name: row.get(4)?,
        role: row.get(5)?,
        password_hash: row.get(6)?,
        created_at: row.time(7)?,
        updated_at: row.time(8)?,
    })
}

fn session(row: &Row<'_>) -> Result<Session> {
    Ok(Session {
        token_hash: row.hash(0)?,
        kind: if row.get::<i64>(1)? == 1 { SessionKind::Access } else { SessionKind::Refresh },
        family: row.bytes16(2)?,
        developer_id: DeveloperId::from_uuid(row.uuid(3)?),
        team_id: TeamId::from_uuid(row.uuid(4)?),
        created_at: row.time(5)?,
        expires_at: row.time(6)?,
    })
}

fn api_key(row: &Row<'_>) -> Result<ApiKey> {
    Ok(ApiKey {
        id: ApiKeyId::from_uuid(row.uuid(0)?),
        team_id: TeamId::from_uuid(row.uuid(1)?),
        hash: row.hash(2)?,
        masked: row.get(3)?,
        name: row.get(4)?,
        created_by: row.uuid_opt(5)?.map(DeveloperId::from_uuid),
        created_at: row.time(6)?,
        last_used_at: row.time_opt(7)?,
        expires_at: row.time_opt(8)?,
    })
}

fn get_api_key(tx: &dyn Transaction, team: TeamId, id: ApiKeyId) -> Result<ApiKey> {
    tx.sql(format!("select {API_KEY} from api_key where id = ?1 and team_id = ?2"))
        .find(params![id.as_bytes(), team.as_bytes()], api_key)?
        .ok_or(StoreError::NotFound("API key"))
}

/// Sessions stay, marked, until they end: so that none is added to a family that was revoked.
fn revoke_family(tx: &dyn Transaction, family: &[u8]) -> Result<()> {
    tx.sql("update session set revoked = 1 where family = ?1").execute(params![family])?;
    Ok(())
}

#[async_trait]
impl Accounts for SqlStore {
    async fn create_team(&self, team: Team, owner: Developer) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            tx.sql("insert into team (id, name, created_at) values (?1, ?2, ?3)").execute(params![
                team.id.as_bytes(),
                team.name,
                team.created_at.as_micros()
            ])?;
            tx.sql(format!("insert into developer ({DEVELOPER}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"))
                .execute(params![
                    owner.id.as_bytes(),
                    owner.team_id.as_bytes(),
                    owner.email.to_lowercase(),
                    owner.first_name,
                    owner.last_name,
                    owner.role,
                    owner.password_hash,
                    owner.created_at.as_micros(),
                    owner.updated_at.as_micros()
                ])
                .map_err(|error| error.taken("email"))?;
            Ok(())
        })
        .await
    }

    async fn list_teams(&self) -> Result<Vec<Team>> {
        self.read(|tx| {
            let select = tx.sql("select id, name, created_at from team order by created_at");
            select.rows(params![], |row| {
                Ok(Team { id: TeamId::from_uuid(row.uuid(0)?), name: row.get(1)?, created_at: row.time(2)? })
            })
        })
        .await
    }

    async fn count_developers(&self) -> Result<u64> {
        self.read(|tx| tx.sql("select count(*) from developer").one(params![], |row| row.get(0))).await
    }

    async fn find_developer_by_email(&self, email: &str) -> Result<Option<Developer>> {
        let email = email.to_lowercase();
        self.read(move |tx| {
            tx.sql(format!("select {DEVELOPER} from developer where email = ?1")).find(params![email], developer)
        })
        .await
    }

    async fn find_developer(&self, id: DeveloperId) -> Result<Option<Developer>> {
        self.read(move |tx| {
            tx.sql(format!("select {DEVELOPER} from developer where id = ?1")).find(params![id.as_bytes()], developer)
        })
        .await
    }

    async fn update_developer(&self, developer: Developer) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            let changed = tx
                .sql("update developer set email = ?2, first_name = ?3, last_name = ?4, password_hash = ?5, updated_at = ?6
                     where id = ?1")
                .execute(params![
                    developer.id.as_bytes(),
                    developer.email.to_lowercase(),
                    developer.first_name,
                    developer.last_name,
                    developer.password_hash,
                    developer.updated_at.as_micros()
                ])
                .map_err(|error| error.taken("email"))?;
            if changed == 0 { Err(StoreError::NotFound("developer")) } else { Ok(()) }
        })
        .await
    }

    async fn create_sessions(&self, sessions: Vec<Session>) -> Result<()> {
        self.write(Scope::key(SESSIONS), move |tx| {
            // a family may be revoked between the use of its refresh token and this
            let insert = tx.sql(format!(
                "insert into session ({SESSION}, revoked) values (?1, ?2, ?3, ?4, ?5, ?6, ?7,
                 case when exists (select 1 from session where family = ?3 and revoked = 1) then 1 else 0 end)"
            ));
            let sweep = tx.sql("delete from session where developer_id = ?1 and expires_at <= ?2");
            for session in &sessions {
                sweep.execute(params![session.developer_id.as_bytes(), session.created_at.as_micros()])?;
                insert.execute(params![
                    session.token_hash,
                    if session.kind == SessionKind::Access { 1 } else { 2 },
                    session.family,
                    session.developer_id.as_bytes(),
                    session.team_id.as_bytes(),
                    session.created_at.as_micros(),
                    session.expires_at.as_micros()
                ])?;
            }
            Ok(())
        })
        .await
    }

    async fn find_session(&self, token_hash: [u8; 32], now: Timestamp) -> Result<Option<Session>> {
        self.read_row(move |tx| {
            tx.sql(format!(
                "select {SESSION} from session
                     where token_hash = ?1 and kind = 1 and expires_at > ?2 and revoked = 0"
            ))
            .find(params![token_hash, now.as_micros()], session)
        })
        .await
    }

    async fn use_refresh_token(&self, token_hash: [u8; 32], now: Timestamp) -> Result<RefreshUse> {
        self.write(Scope::key(SESSIONS), move |tx| {
            let found = tx
                .sql(format!("select {SESSION}, used_at, revoked from session where token_hash = ?1 and kind = 2"))
                .find(params![token_hash], |row| Ok((session(row)?, row.time_opt(7)?, row.get::<bool>(8)?)))?;
            let Some((session, used_at, revoked)) = found else { return Ok(RefreshUse::Unknown) };
            if revoked || session.expires_at <= now {
                return Ok(RefreshUse::Unknown);
            }
            if used_at.is_some() {
                revoke_family(tx, &session.family)?;
                return Ok(RefreshUse::Reused);
            }
            tx.sql("update session set used_at = ?2 where token_hash = ?1")
                .execute(params![token_hash, now.as_micros()])?;
            Ok(RefreshUse::Good(session))
        })
        .await
    }

    async fn revoke_session_family(&self, token_hash: [u8; 32]) -> Result<bool> {
        self.write(Scope::key(SESSIONS), move |tx| {
            let family: Option<Vec<u8>> = tx
                .sql("select family from session where token_hash = ?1 and revoked = 0")
                .find(params![token_hash], |row| row.get(0))?;
            let Some(family) = family else { return Ok(false) };
            revoke_family(tx, &family)?;
            Ok(true)
        })
        .await
    }

    async fn revoke_sessions(&self, developer: DeveloperId) -> Result<()> {
        self.write(Scope::key(SESSIONS), move |tx| {
            tx.sql("update session set revoked = 1 where developer_id = ?1").execute(params![developer.as_bytes()])?;
            Ok(())
        })
        .await
    }

    async fn create_api_key(&self, key: ApiKey) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            tx.sql(format!("insert into api_key ({API_KEY}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")).execute(
                params![
                    key.id.as_bytes(),
                    key.team_id.as_bytes(),
                    key.hash,
                    key.masked,
                    key.name,
                    key.created_by.map(|id| *id.as_bytes()),
                    key.created_at.as_micros(),
                    key.last_used_at.map(Timestamp::as_micros),
                    key.expires_at.map(Timestamp::as_micros)
                ],
            )?;
            Ok(())
        })
        .await
    }

    async fn find_api_key(&self, hash: [u8; 32], now: Timestamp) -> Result<Option<ApiKey>> {
        self.read_row(move |tx| {
            tx.sql(format!("select {API_KEY} from api_key where hash = ?1 and (expires_at is null or expires_at > ?2)"))
                .find(params![hash, now.as_micros()], api_key)
        })
        .await
    }

    async fn list_api_keys(&self, team: TeamId) -> Result<Vec<ApiKey>> {
        self.read(move |tx| {
            let select =
                tx.sql(format!("select {API_KEY} from api_key where team_id = ?1 order by created_at desc, id desc"));
            select.rows(params![team.as_bytes()], api_key)
        })
        .await
    }

    async fn rename_api_key(&self, team: TeamId, id: ApiKeyId, name: String) -> Result<ApiKey> {
        self.write(Scope::NONE, move |tx| {
            tx.sql("update api_key set name = ?3 where id = ?1 and team_id = ?2").execute(params![
                id.as_bytes(),
                team.as_bytes(),
                name
            ])?;
            get_api_key(tx, team, id)
        })
        .await
    }

    async fn rotate_api_key(&self, team: TeamId, id: ApiKeyId, hash: [u8; 32], masked: String) -> Result<ApiKey> {
        self.write(Scope::NONE, move |tx| {
            tx.sql("update api_key set hash = ?3, masked = ?4, last_used_at = null where id = ?1 and team_id = ?2")
                .execute(params![id.as_bytes(), team.as_bytes(), hash, masked])?;
            get_api_key(tx, team, id)
        })
        .await
    }

    async fn delete_api_key(&self, team: TeamId, id: ApiKeyId) -> Result<ApiKey> {
        self.write(Scope::NONE, move |tx| {
            let key = get_api_key(tx, team, id)?;
            tx.sql("delete from api_key where id = ?1 and team_id = ?2")
                .execute(params![id.as_bytes(), team.as_bytes()])?;
            Ok(key)
        })
        .await
    }

    async fn touch_api_key(&self, id: ApiKeyId, now: Timestamp) -> Result<()> {
        let due = self
            .read(move |tx| {
                tx.sql("select 1 from api_key where id = ?1 and (last_used_at is null or last_used_at < ?2)")
                    .exists(params![id.as_bytes(), now.plus_seconds(-60).as_micros()])
            })
            .await?;
        if !due {
            return Ok(());
        }
        self.write(Scope::NONE, move |tx| {
            tx.sql(
                "update api_key set last_used_at = ?2 where id = ?1 and (last_used_at is null or last_used_at < ?3)",
            )
            .execute(params![id.as_bytes(), now.as_micros(), now.plus_seconds(-60).as_micros()])?;
            Ok(())
        })
        .await
    }
}
