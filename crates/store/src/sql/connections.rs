//! Provider apps, OAuth states and connections.

use super::Scope;
use super::transaction::Transaction;
use super::value::{Row, params};
use super::{SqlStore, backfill, changes, convert::to_json, erasure, jobs, parts, standing, tokens, users};
use crate::{
    Bell, Connection as Link, ConnectionEnd, ConnectionStatus, Connections, Emission, EndReason, OAuthState,
    ProviderApp, RenewedTokens, Result, Standing, StoreError, Subject,
};
use async_trait::async_trait;
use model::{ConnectionId, ProviderAppId, ProviderName, TeamId, Timestamp, UserId};

/// Told when an account is connected while the data of the connection before is being erased.
const ERASING: &str = "erasure";
const APP: &str = "id, team_id, provider, client_id, client_secret, webhook_secret_hash, created_at";
pub(super) const LINK: &str =
    "id, user_id, team_id, app_id, provider, provider_user_id, provider_username, access_token,
    refresh_token, token_expires_at, scope, status, created_at, updated_at, last_synced_at, connected_at,
    permissions_at, lacking, end_reason, erased_at, refresh_expires_at, renew_at";

fn app(row: &Row<'_>) -> Result<ProviderApp> {
    Ok(ProviderApp {
        id: ProviderAppId::from_uuid(row.uuid(0)?),
        team_id: row.uuid_opt(1)?.map(TeamId::from_uuid),
        provider: row.provider(2)?,
        client_id: row.get(3)?,
        client_secret: row.get(4)?,
        webhook_secret_hash: row.hash(5)?,
        created_at: row.time(6)?,
    })
}

fn status(code: &str) -> ConnectionStatus {
    match code {
        "active" => ConnectionStatus::Active,
        "revoked" => ConnectionStatus::Revoked,
        _ => ConnectionStatus::Expired,
    }
}

pub(super) fn link(row: &Row<'_>) -> Result<Link> {
    Ok(Link {
        id: ConnectionId::from_uuid(row.uuid(0)?),
        user_id: UserId::from_uuid(row.uuid(1)?),
        team_id: TeamId::from_uuid(row.uuid(2)?),
        app_id: ProviderAppId::from_uuid(row.uuid(3)?),
        provider: row.provider(4)?,
        provider_user_id: row.get(5)?,
        provider_username: row.get(6)?,
        access_token: row.get(7)?,
        refresh_token: row.get(8)?,
        token_expires_at: row.time_opt(9)?,
        scope: row.get(10)?,
        status: status(&row.get::<String>(11)?),
        created_at: row.time(12)?,
        updated_at: row.time(13)?,
        last_synced_at: row.time_opt(14)?,
        standing: Standing {
            connected_at: row.time(15)?,
            permissions_at: row.time_opt(16)?,
            lacking: row.json(17)?,
            end_reason: row.get::<Option<String>>(18)?.as_deref().and_then(EndReason::find),
            erased_at: row.time_opt(19)?,
            refresh_expires_at: row.time_opt(20)?,
            renew_at: row.time_opt(21)?,
        },
    })
}

fn list_links(tx: &dyn Transaction, user: UserId) -> Result<Vec<Link>> {
    let select = tx.sql(format!("select {LINK} from connection where user_id = ?1 order by created_at, id"));
    select.rows(params![user.as_bytes()], link)
}

/// A user's connection.
pub(super) fn find(tx: &dyn Transaction, user: UserId, id: ConnectionId) -> Result<Option<Link>> {
    tx.sql(format!("select {LINK} from connection where user_id = ?1 and id = ?2"))
        .find(params![user.as_bytes(), id.as_bytes()], link)
}

/// The active connections to an account.
pub(super) fn of_account(tx: &dyn Transaction, app: ProviderAppId, account: &str) -> Result<Vec<Link>> {
    let columns = LINK.split(',').map(|column| format!("c.{}", column.trim())).collect::<Vec<_>>().join(", ");
    let select = tx.sql(format!(
        "select {columns} from account_link l join connection c on c.user_id = l.user_id and c.id = l.connection_id
         where l.app_id = ?1 and l.account = ?2 and c.status = 'active' order by c.created_at, c.id"
    ));
    select.rows(params![app.as_bytes(), account], link)
}

/// Keeps a connection: a user has one per provider, and its id stays when it is made again.
fn keep_link(tx: &dyn Transaction, wanted: Link) -> Result<(Link, bool)> {
    let existing = list_links(tx, wanted.user_id)?.into_iter().find(|kept| kept.provider == wanted.provider);
    let is_created = existing.as_ref().is_none_or(|kept| kept.status != ConnectionStatus::Active);
    if let Some(before) = &existing
        && erasure::is_pending(tx, before.user_id, before.id)?
    {
        // what comes from now on must not be erased with what came before
        return Err(StoreError::Taken(ERASING));
    }
    let mut kept = match existing {
        Some(before) => Link {
            id: before.id,
            created_at: before.created_at,
            last_synced_at: before.last_synced_at,
            standing: Standing { end_reason: before.standing.end_reason, ..wanted.standing },
            ..wanted
        },
        None => wanted,
    };
    kept.standing.connected_at = kept.updated_at;
    kept.standing.erased_at = None;
    tx
        .sql(format!(
            "insert into connection ({LINK})
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
             ?22)
             on conflict (user_id, id) do update set team_id = excluded.team_id, app_id = excluded.app_id, provider = excluded.provider,
             provider_user_id = excluded.provider_user_id, provider_username = excluded.provider_username, access_token = excluded.access_token,
             refresh_token = excluded.refresh_token, token_expires_at = excluded.token_expires_at, scope = excluded.scope,
             status = excluded.status, created_at = excluded.created_at, updated_at = excluded.updated_at,
             last_synced_at = excluded.last_synced_at, connected_at = excluded.connected_at, permissions_at = excluded.permissions_at,
             lacking = excluded.lacking, end_reason = excluded.end_reason, erased_at = excluded.erased_at,
             refresh_expires_at = excluded.refresh_expires_at, renew_at = excluded.renew_at,
             renewal_until = null"
        ))
        .execute(params![
            kept.id.as_bytes(),
            kept.user_id.as_bytes(),
            kept.team_id.as_bytes(),
            kept.app_id.as_bytes(),
            kept.provider.as_str(),
            kept.provider_user_id,
            kept.provider_username,
            kept.access_token,
            kept.refresh_token,
            kept.token_expires_at.map(Timestamp::as_micros),
            kept.scope,
            kept.status.as_str(),
            kept.created_at.as_micros(),
            kept.updated_at.as_micros(),
            kept.last_synced_at.map(Timestamp::as_micros),
            kept.standing.connected_at.as_micros(),
            kept.standing.permissions_at.map(Timestamp::as_micros),
            to_json(&kept.standing.lacking)?,
            kept.standing.end_reason.map(EndReason::as_str),
            None::<i64>,
            kept.standing.refresh_expires_at.map(Timestamp::as_micros),
            kept.standing.renew_at.map(Timestamp::as_micros)
        ])?;
    Ok((kept, is_created))
}

fn link_account(tx: &dyn Transaction, kept: &Link) -> Result<()> {
    tx.sql("delete from account_link where user_id = ?1 and connection_id = ?2")
        .execute(params![kept.user_id.as_bytes(), kept.id.as_bytes()])?;
    if let Some(account) = &kept.provider_user_id {
        tx.sql(
            "insert into account_link (app_id, account, user_id, connection_id) values (?1, ?2, ?3, ?4)
                 on conflict (app_id, account, user_id) do update set connection_id = excluded.connection_id",
        )
        .execute(params![kept.app_id.as_bytes(), account, kept.user_id.as_bytes(), kept.id.as_bytes()])?;
        parts::adopt_unmatched(tx, kept, account)?;
    }
    Ok(())
}

#[async_trait]
impl Connections for SqlStore {
    async fn put_provider_app(&self, wanted: ProviderApp) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            tx.sql(format!(
                "insert into provider_app ({APP}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                     on conflict (id) do update set team_id = excluded.team_id, provider = excluded.provider,
                     client_id = excluded.client_id, client_secret = excluded.client_secret,
                     webhook_secret_hash = excluded.webhook_secret_hash, created_at = excluded.created_at"
            ))
            .execute(params![
                wanted.id.as_bytes(),
                wanted.team_id.map(|id| *id.as_bytes()),
                wanted.provider.as_str(),
                wanted.client_id,
                wanted.client_secret,
                wanted.webhook_secret_hash,
                wanted.created_at.as_micros()
            ])?;
            Ok(())
        })
        .await
    }

    async fn find_provider_app(&self, id: ProviderAppId) -> Result<Option<ProviderApp>> {
        self.read_row(move |tx| {
            tx.sql(format!("select {APP} from provider_app where id = ?1")).find(params![id.as_bytes()], app)
        })
        .await
    }

    async fn find_app_for_team(&self, team: TeamId, provider: &ProviderName) -> Result<Option<ProviderApp>> {
        let provider = provider.clone();
        self.read(move |tx| {
            tx.sql(format!(
                "select {APP} from provider_app where provider = ?1 and (team_id = ?2 or team_id is null)
                     order by team_id is null, created_at limit 1"
            ))
            .find(params![provider.as_str(), team.as_bytes()], app)
        })
        .await
    }

    async fn find_default_app(&self, provider: &ProviderName) -> Result<Option<ProviderApp>> {
        let provider = provider.clone();
        self.read_row(move |tx| {
            tx.sql(format!(
                "select {APP} from provider_app where provider = ?1 and team_id is null order by created_at limit 1"
            ))
            .find(params![provider.as_str()], app)
        })
        .await
    }

    async fn create_oauth_state(&self, state: OAuthState, now: Timestamp) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            tx.sql("delete from oauth_state where expires_at <= ?1").execute(params![now.as_micros()])?;
            tx
                .sql("insert into oauth_state (state_hash, user_id, team_id, app_id, provider, redirect_uri, verifier, expires_at)
                     values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
                .execute(params![
                    state.state_hash,
                    state.user_id.as_bytes(),
                    state.team_id.as_bytes(),
                    state.app_id.as_bytes(),
                    state.provider.as_str(),
                    state.redirect_uri,
                    state.verifier,
                    state.expires_at.as_micros()
                ])?;
            Ok(())
        })
        .await
    }

    async fn take_oauth_state(&self, state_hash: [u8; 32], now: Timestamp) -> Result<Option<OAuthState>> {
        self.write(Scope::NONE, move |tx| {
            Ok(tx
                .sql(
                    "delete from oauth_state where state_hash = ?1 returning state_hash, user_id, team_id, app_id,
                     provider, redirect_uri, verifier, expires_at",
                )
                .find(params![state_hash], |row| {
                    Ok(OAuthState {
                        state_hash: row.hash(0)?,
                        user_id: UserId::from_uuid(row.uuid(1)?),
                        team_id: TeamId::from_uuid(row.uuid(2)?),
                        app_id: ProviderAppId::from_uuid(row.uuid(3)?),
                        provider: row.provider(4)?,
                        redirect_uri: row.get(5)?,
                        verifier: row.get(6)?,
                        expires_at: row.time(7)?,
                    })
                })?
                .filter(|state| state.expires_at > now))
        })
        .await
    }

    async fn connect(&self, wanted: Link) -> Result<Link> {
        // parts of the account that nobody was connected to must not come in meanwhile
        let account = wanted.provider_user_id.as_deref().unwrap_or_default();
        let scope = Scope::user(wanted.user_id)
            .and(Scope::key(account.as_bytes()))
            .and(Scope::lane(jobs::lane_of(wanted.app_id, account)));
        let kept = self
            .write(scope, move |tx| {
                users::require(tx, wanted.team_id, wanted.user_id)?;
                let (kept, is_created) = keep_link(tx, wanted.clone())?;
                link_account(tx, &kept)?;
                backfill::wish(tx, &kept, true, kept.updated_at)?;
                if is_created {
                    let emission = Emission {
                        event_type: "connection.created".to_owned(),
                        subject: Subject::Connection { id: kept.id },
                        historical: false,
                        changed: Vec::new(),
                    };
                    changes::emit(tx, kept.team_id, kept.user_id, kept.updated_at, &[emission])?;
                }
                Ok(kept)
            })
            .await?;
        self.wakers.ring(Bell::History);
        self.wakers.ring(Bell::Parts);
        self.wakers.ring(Bell::Messages);
        self.wakers.ring(Bell::Changes);
        Ok(kept)
    }

    async fn list_connections(&self, user: UserId) -> Result<Vec<Link>> {
        self.read(move |tx| list_links(tx, user)).await
    }

    async fn find_connection(&self, user: UserId, id: ConnectionId) -> Result<Option<Link>> {
        self.read_row(move |tx| find(tx, user, id)).await
    }

    async fn find_connections_by_account(&self, app: ProviderAppId, account: &str) -> Result<Vec<Link>> {
        let account = account.to_owned();
        self.read_row(move |tx| of_account(tx, app, &account)).await
    }

    async fn claim_token_renewal(
        &self,
        user: UserId,
        id: ConnectionId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool> {
        self.write(Scope::user(user), move |tx| tokens::claim(tx, user, id, now, until)).await
    }

    async fn renew_tokens(&self, user: UserId, id: ConnectionId, tokens: RenewedTokens, now: Timestamp) -> Result<()> {
        self.write(Scope::user(user), move |tx| tokens::renew(tx, user, id, &tokens, now)).await
    }

    async fn end_token_renewal(&self, user: UserId, id: ConnectionId) -> Result<()> {
        self.write(Scope::user(user), move |tx| tokens::end_claim(tx, user, id)).await
    }

    async fn claim_idle_renewals(&self, now: Timestamp, next: Timestamp, limit: u32) -> Result<Vec<Link>> {
        if !self.read(move |tx| tokens::any_idle(tx, now)).await? {
            return Ok(Vec::new());
        }
        self.write(Scope::key(b"idle renewals"), move |tx| tokens::claim_idle(tx, now, next, limit)).await
    }

    async fn end_connection(&self, user: UserId, id: ConnectionId, end: ConnectionEnd, now: Timestamp) -> Result<bool> {
        let ended = self.write(Scope::user(user), move |tx| standing::end(tx, user, id, &end, now)).await?;
        self.ring_for_standing();
        self.log_erasures().await?;
        Ok(ended)
    }

    async fn change_permissions(
        &self,
        user: UserId,
        id: ConnectionId,
        permissions: Vec<String>,
        changed_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool> {
        let changed = self
            .write(Scope::user(user), move |tx| {
                standing::change_permissions(tx, user, id, &permissions, changed_at, now)
            })
            .await?;
        self.ring_for_standing();
        Ok(changed)
    }

    async fn note_lacking(&self, user: UserId, id: ConnectionId, part_type: &str) -> Result<()> {
        let part_type = part_type.to_owned();
        self.write(Scope::user(user), move |tx| standing::note_lacking(tx, user, id, &part_type)).await
    }
}
