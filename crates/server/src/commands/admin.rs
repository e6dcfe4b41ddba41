//! `wearhouse admin`: accounts that no API can create, because nobody can log in yet.

use crate::{
    app::App,
    config::{Config, KeepOrErase},
};
use anyhow::{Context, bail};
use model::{ApiKeyId, Clock, DeveloperId, Rng, TeamId};
use std::io::{IsTerminal, Read};
use store::{ApiKey, Developer, Store, StoreError, Team};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Create a team with its first developer; prints an API key
    Create(Create),
    /// Show or set a team's policies
    Policies(Policies),
    /// Show how much each team has and keeps
    Usage(super::usage::Arguments),
    /// Show what takes the room in the store, by table
    Sizes(super::sizes::Arguments),
    /// Seal every secret again under the current master key
    RotateKey(super::rotate_key::Arguments),
}

#[derive(clap::Args)]
pub(crate) struct Policies {
    /// The team's id, or its name where no other has the same
    #[arg(long)]
    team: String,
    /// What becomes of data when its person withdraws their consent at the provider
    #[arg(long, value_enum)]
    on_consent_withdrawn: Option<KeepOrErase>,
}

#[derive(clap::Args)]
pub(crate) struct Create {
    /// The developer's e-mail address
    #[arg(long)]
    email: String,
    /// The team's name
    #[arg(long, default_value = "My team")]
    team: String,
    /// The password; without it, it is read from standard input, or made up when that is a terminal
    #[arg(long, env = "WEARHOUSE_ADMIN_PASSWORD", hide_env_values = true)]
    password: Option<String>,
}

/// A new account and what opens it.
pub(crate) struct Account {
    pub(crate) team: TeamId,
    pub(crate) password: String,
    pub(crate) api_key: String,
}

const SHORTEST_PASSWORD: usize = 8;

pub(crate) async fn run(config: Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Create(wanted) => create(config, wanted).await,
        Command::Policies(wanted) => policies(config, wanted).await,
        Command::Usage(arguments) => super::usage::run(config, arguments).await,
        Command::Sizes(arguments) => super::sizes::run(config, arguments).await,
        Command::RotateKey(arguments) => super::rotate_key::run(config, &arguments).await,
    }
}

async fn create(config: Config, create: Create) -> anyhow::Result<()> {
    let given = match create.password {
        Some(password) => Some(password),
        None if std::io::stdin().is_terminal() => None,
        None => read_password()?,
    };
    let app = App::open(config).await?;
    let account =
        create_account(&**app.store(), app.clock(), app.rng(), &create.email, &create.team, given.clone()).await?;
    app.close().await;
    println!("team      {}  ({})", create.team, account.team);
    println!("developer {}", create.email.to_lowercase());
    if given.is_none() {
        println!("password  {}   (made up: note it now)", account.password);
    }
    println!("API key   {}   (shown once: note it now)", account.api_key);
    Ok(())
}

async fn policies(config: Config, wanted: Policies) -> anyhow::Result<()> {
    let app = App::open(config).await?;
    let team = find_team(&**app.store(), &wanted.team).await?;
    if let Some(choice) = wanted.on_consent_withdrawn {
        app.store().put_on_consent_withdrawn(team.id, choice.into()).await?;
    }
    let choice = app.store().find_on_consent_withdrawn(team.id).await?;
    app.close().await;
    println!("team                  {}  ({})", team.name, team.id);
    println!("on_consent_withdrawn  {}", choice.as_str());
    Ok(())
}

pub(crate) async fn find_team(store: &dyn Store, wanted: &str) -> anyhow::Result<Team> {
    let teams = store.list_teams().await?;
    let mut found = teams.into_iter().filter(|team| team.id.to_string() == wanted || team.name == wanted);
    match (found.next(), found.next()) {
        (Some(team), None) => Ok(team),
        (Some(_), Some(_)) => bail!("several teams are called `{wanted}`: say the id"),
        (None, _) => bail!("there is no team `{wanted}`"),
    }
}

fn read_password() -> anyhow::Result<Option<String>> {
    let mut text = String::new();
    std::io::stdin().take(1024).read_to_string(&mut text).context("cannot read the password")?;
    let password = text.trim_end_matches(['\r', '\n']).to_owned();
    Ok(Some(password).filter(|password| !password.is_empty()))
}

/// Creates a team with its first developer and a first API key.
pub(crate) async fn create_account(
    store: &dyn Store,
    clock: &Clock,
    rng: &Rng,
    email: &str,
    team_name: &str,
    password: Option<String>,
) -> anyhow::Result<Account> {
    if !email.contains('@') {
        bail!("`{email}` is not an e-mail address");
    }
    let password = password.unwrap_or_else(|| seal::generate_token("", rng));
    if password.chars().count() < SHORTEST_PASSWORD {
        bail!("the password needs at least {SHORTEST_PASSWORD} characters");
    }
    let now = clock.now();
    let team = Team { id: TeamId::generate(clock, rng), name: team_name.to_owned(), created_at: now };
    let hashing = (rng.clone(), password.clone());
    let password_hash = tokio::task::spawn_blocking(move || seal::hash_password(&hashing.0, &hashing.1)).await??;
    let owner = Developer {
        id: DeveloperId::generate(clock, rng),
        team_id: team.id,
        email: email.to_lowercase(),
        first_name: None,
        last_name: None,
        role: "owner".to_owned(),
        password_hash,
        created_at: now,
        updated_at: now,
    };
    let (team_id, owner_id) = (team.id, owner.id);
    match store.create_team(team, owner).await {
        Err(StoreError::Taken(_)) => bail!("{email} has an account already"),
        done => done?,
    }
    let api_key = seal::generate_token("sk-", rng);
    let key = ApiKey {
        id: ApiKeyId::generate(clock, rng),
        team_id,
        hash: seal::hash_token(&api_key),
        masked: seal::masked(&api_key),
        name: "Default".to_owned(),
        created_by: Some(owner_id),
        created_at: now,
        last_used_at: None,
        expires_at: None,
    };
    store.create_api_key(key).await?;
    Ok(Account { team: team_id, password, api_key })
}
