//! Applications, invitation codes and phones' tokens.

use super::{
    Scope, SqlStore,
    transaction::Transaction,
    value::{Row, params},
};
use crate::{InvitationCode, PhoneApp, PhoneRefresh, PhoneToken, Phones, Result, StoreError};
use async_trait::async_trait;
use model::{ApplicationId, DeveloperId, InvitationCodeId, TeamId, Timestamp, UserId};

const APPLICATION: &str = "id, team_id, app_id, name, secret_hash, created_by, created_at";
const CODE: &str = "id, code_hash, team_id, user_id, created_by, created_at, expires_at";
const TOKEN: &str = "token_hash, family, team_id, user_id, app_id, created_at, expires_at";
/// Tokens are used one after another.
const TOKENS: &[u8] = b"phone_token";

fn application(row: &Row<'_>) -> Result<PhoneApp> {
    Ok(PhoneApp {
        id: ApplicationId::from_uuid(row.uuid(0)?),
        team_id: TeamId::from_uuid(row.uuid(1)?),
        app_id: row.get(2)?,
        name: row.get(3)?,
        secret_hash: row.hash(4)?,
        created_by: DeveloperId::from_uuid(row.uuid(5)?),
        created_at: row.time(6)?,
    })
}

fn code(row: &Row<'_>) -> Result<InvitationCode> {
    Ok(InvitationCode {
        id: InvitationCodeId::from_uuid(row.uuid(0)?),
        code_hash: row.hash(1)?,
        team_id: TeamId::from_uuid(row.uuid(2)?),
        user_id: UserId::from_uuid(row.uuid(3)?),
        created_by: DeveloperId::from_uuid(row.uuid(4)?),
        created_at: row.time(5)?,
        expires_at: row.time(6)?,
    })
}

fn token(row: &Row<'_>) -> Result<PhoneToken> {
    Ok(PhoneToken {
        token_hash: row.hash(0)?,
        family: row.uuid(1)?.into_bytes(),
        team_id: TeamId::from_uuid(row.uuid(2)?),
        user_id: UserId::from_uuid(row.uuid(3)?),
        app_id: row.get(4)?,
        created_at: row.time(5)?,
        expires_at: row.time(6)?,
    })
}

fn get_application(tx: &dyn Transaction, team: TeamId, app_id: &str) -> Result<PhoneApp> {
    tx.sql(format!("select {APPLICATION} from application where app_id = ?1 and team_id = ?2"))
        .find(params![app_id, team.as_bytes()], application)?
        .ok_or(StoreError::NotFound("application"))
}

fn use_token(tx: &dyn Transaction, hash: &[u8; 32], now: Timestamp) -> Result<PhoneRefresh> {
    let known = tx
        .sql(format!("select {TOKEN}, used_at from phone_token where token_hash = ?1 and revoked = 0"))
        .find(params![hash], |row| Ok((token(row)?, row.time_opt(7)?)))?;
    let Some((found, used_at)) = known.filter(|(token, _)| token.expires_at > now) else {
        return Ok(PhoneRefresh::Unknown);
    };
    if used_at.is_some() {
        let moved_on = tx
            .sql(
                "select 1 from phone_token where family = ?1 and token_hash <> ?2 and used_at is not null
                 and created_at >= ?3",
            )
            .exists(params![found.family, hash, used_at.map(Timestamp::as_micros)])?;
        if moved_on {
            tx.sql("update phone_token set revoked = 1 where family = ?1").execute(params![found.family])?;
            return Ok(PhoneRefresh::Reused);
        }
        // what it was given never arrived
        tx.sql("delete from phone_token where family = ?1 and token_hash <> ?2 and used_at is null")
            .execute(params![found.family, hash])?;
    }
    tx.sql("update phone_token set used_at = ?2 where token_hash = ?1").execute(params![hash, now.as_micros()])?;
    Ok(PhoneRefresh::Good(found))
}

#[async_trait]
impl Phones for SqlStore {
    async fn create_application(&self, application: PhoneApp) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            tx.sql(format!("insert into application ({APPLICATION}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)")).execute(
                params![
                    application.id.as_bytes(),
                    application.team_id.as_bytes(),
                    application.app_id,
                    application.name,
                    application.secret_hash,
                    application.created_by.as_bytes(),
                    application.created_at.as_micros()
                ],
            )?;
            Ok(())
        })
        .await
    }

    async fn list_applications(&self, team: TeamId) -> Result<Vec<PhoneApp>> {
        self.read(move |tx| {
            tx.sql(format!(
                "select {APPLICATION} from application where team_id = ?1 order by created_at desc, id desc"
            ))
            .rows(params![team.as_bytes()], application)
        })
        .await
    }

    async fn find_application(&self, app_id: &str) -> Result<Option<PhoneApp>> {
        let app_id = app_id.to_owned();
        self.read_row(move |tx| {
            tx.sql(format!("select {APPLICATION} from application where app_id = ?1"))
                .find(params![app_id], application)
        })
        .await
    }

    async fn rotate_application(&self, team: TeamId, app_id: &str, secret_hash: [u8; 32]) -> Result<PhoneApp> {
        let app_id = app_id.to_owned();
        self.write(Scope::NONE, move |tx| {
            tx.sql("update application set secret_hash = ?3 where app_id = ?1 and team_id = ?2").execute(params![
                app_id,
                team.as_bytes(),
                secret_hash
            ])?;
            get_application(tx, team, &app_id)
        })
        .await
    }

    async fn delete_application(&self, team: TeamId, app_id: &str) -> Result<()> {
        let app_id = app_id.to_owned();
        self.write(Scope::key(TOKENS), move |tx| {
            let found = get_application(tx, team, &app_id)?;
            tx.sql("delete from application where id = ?1").execute(params![found.id.as_bytes()])?;
            tx.sql("delete from phone_token where app_id = ?1").execute(params![app_id])?;
            Ok(())
        })
        .await
    }

    async fn put_invitation_code(&self, code: InvitationCode) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            tx.sql("delete from invitation_code where user_id = ?1 or expires_at <= ?2")
                .execute(params![code.user_id.as_bytes(), code.created_at.as_micros()])?;
            tx.sql(format!("insert into invitation_code ({CODE}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)")).execute(
                params![
                    code.id.as_bytes(),
                    code.code_hash,
                    code.team_id.as_bytes(),
                    code.user_id.as_bytes(),
                    code.created_by.as_bytes(),
                    code.created_at.as_micros(),
                    code.expires_at.as_micros()
                ],
            )?;
            Ok(())
        })
        .await
    }

    async fn redeem_invitation_code(&self, code_hash: [u8; 32], now: Timestamp) -> Result<Option<InvitationCode>> {
        self.write(Scope::NONE, move |tx| {
            tx.sql(format!("delete from invitation_code where code_hash = ?1 and expires_at > ?2 returning {CODE}"))
                .find(params![code_hash, now.as_micros()], code)
        })
        .await
    }

    async fn create_phone_token(&self, token: PhoneToken) -> Result<()> {
        self.write(Scope::key(TOKENS), move |tx| {
            tx.sql("delete from phone_token where user_id = ?1 and expires_at <= ?2")
                .execute(params![token.user_id.as_bytes(), token.created_at.as_micros()])?;
            let is_revoked =
                tx.sql("select 1 from phone_token where family = ?1 and revoked = 1").exists(params![token.family])?;
            if is_revoked {
                return Err(StoreError::NotFound("token"));
            }
            tx.sql(format!("insert into phone_token ({TOKEN}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)")).execute(
                params![
                    token.token_hash,
                    token.family,
                    token.team_id.as_bytes(),
                    token.user_id.as_bytes(),
                    token.app_id,
                    token.created_at.as_micros(),
                    token.expires_at.as_micros()
                ],
            )?;
            Ok(())
        })
        .await
    }

    async fn use_phone_token(&self, token_hash: [u8; 32], now: Timestamp) -> Result<PhoneRefresh> {
        self.write(Scope::key(TOKENS), move |tx| use_token(tx, &token_hash, now)).await
    }

    async fn revoke_phone_family(&self, token_hash: [u8; 32]) -> Result<bool> {
        self.write(Scope::key(TOKENS), move |tx| {
            let family: Option<[u8; 16]> = tx
                .sql("select family from phone_token where token_hash = ?1 and revoked = 0")
                .find(params![token_hash], |row| Ok(row.uuid(0)?.into_bytes()))?;
            let Some(family) = family else { return Ok(false) };
            tx.sql("update phone_token set revoked = 1 where family = ?1").execute(params![family])?;
            Ok(true)
        })
        .await
    }
}
