//! People with connected accounts, and what a program says of its memory.

use model::{Clock, ConnectionId, DeveloperId, ProviderAppId, ProviderName, Rng, TeamId, Timestamp, UserId};
use std::sync::Arc;
use store::{Connection, ConnectionStatus, Developer, ProviderApp, Store, Team, User};

pub(crate) const GARMIN: ProviderName = ProviderName::from_static("garmin");

/// A line of this process's status in megabytes; zero where the system does not say.
pub(crate) fn megabytes_of(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() / 1024
}

/// Prints a line.
pub(crate) fn say(line: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    Ok(std::io::stdout().write_all(format!("{line}\n").as_bytes())?)
}

/// People `u0`, `u1`, … of one team, and the app their accounts are connected through.
pub(crate) async fn make(
    store: &Arc<dyn Store>,
    clock: &Clock,
    rng: &Rng,
    count: u32,
) -> anyhow::Result<ProviderAppId> {
    let (team, app, now) = (TeamId::generate(clock, rng), ProviderAppId::generate(clock, rng), clock.now());
    let owner = Developer {
        id: DeveloperId::generate(clock, rng),
        team_id: team,
        email: "owner@example.com".to_owned(),
        first_name: None,
        last_name: None,
        role: "owner".to_owned(),
        password_hash: "-".to_owned(),
        created_at: now,
        updated_at: now,
    };
    store.create_team(Team { id: team, name: "Team".to_owned(), created_at: now }, owner).await?;
    let provider_app = ProviderApp {
        id: app,
        team_id: None,
        provider: GARMIN,
        client_id: "client".to_owned(),
        client_secret: vec![0],
        webhook_secret_hash: [1; 32],
        created_at: now,
    };
    store.put_provider_app(provider_app).await?;
    for number in 0..count {
        person(store, clock, rng, (team, app), &format!("u{number}"), now).await?;
    }
    Ok(app)
}

async fn person(
    store: &Arc<dyn Store>,
    clock: &Clock,
    rng: &Rng,
    (team, app): (TeamId, ProviderAppId),
    account: &str,
    now: Timestamp,
) -> anyhow::Result<()> {
    let id = UserId::generate(clock, rng);
    let user = User {
        id,
        team_id: team,
        external_user_id: None,
        email: None,
        first_name: None,
        last_name: None,
        time_zone: None,
        created_at: now,
        updated_at: now,
        last_synced_at: None,
        last_synced_provider: None,
        has_active_connection: false,
    };
    store.create_user(user).await?;
    let link = Connection {
        id: ConnectionId::generate(clock, rng),
        user_id: id,
        team_id: team,
        app_id: app,
        provider: GARMIN,
        provider_user_id: Some(account.to_owned()),
        provider_username: None,
        access_token: None,
        refresh_token: None,
        token_expires_at: None,
        scope: None,
        status: ConnectionStatus::Active,
        created_at: now,
        updated_at: now,
        last_synced_at: None,
        standing: store::Standing::default(),
    };
    store.connect(link).await?;
    Ok(())
}
