//! `wearhouse demo`: server, simulated provider and a webhook receiver in one process, talking to each
//! other over real HTTP as strangers would; three people are connected and a month of each arrives.
#![allow(clippy::print_stdout)] // what the demo shows goes to standard output

mod caller;
mod people;
mod receiver;

use crate::{
    app::{App, Role},
    commands::{admin, sandbox as sandbox_command, serve::stop_on_signal},
    config::{self, Config},
    logging,
};
use anyhow::{Context, bail};
use caller::Caller;
use model::Rng;
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};
use tokio::{net::TcpListener, task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;
use url::Url;

const EMAIL: &str = "demo@wearhouse.local";
const PASSWORD: &str = "wearhouse-demo";
const CLIENT_ID: &str = "demo-client";
const CLIENT_SECRET: &str = "demo-client-secret";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// First of three ports: server, simulated provider, webhook receiver
    #[arg(long, default_value_t = 8600)]
    port: u16,
    /// Folder of the demo's data
    #[arg(long, default_value = ".wearhouse/demo")]
    data_dir: PathBuf,
    /// Go on with the data of the last demo instead of starting empty
    #[arg(long)]
    keep: bool,
    /// Days of history for each person
    #[arg(long, default_value_t = 30)]
    days: u32,
    /// What the invented people and their data depend on
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Stop by itself after so many seconds
    #[arg(long, value_name = "SECONDS")]
    stop_after: Option<u64>,
}

/// What the parts of the demo need to find each other.
struct Places {
    api: Url,
    sandbox: Url,
    receiver: Url,
}

pub(crate) async fn run(file: Option<&Path>, arguments: Arguments) -> anyhow::Result<()> {
    let started = Instant::now();
    let listeners = [bind(arguments.port, 0).await?, bind(arguments.port, 1).await?, bind(arguments.port, 2).await?];
    let [api_listener, sandbox_listener, receiver_listener] = listeners;
    let places = Places {
        api: url_of(&api_listener)?,
        sandbox: url_of(&sandbox_listener)?,
        receiver: url_of(&receiver_listener)?,
    };
    let config = configure(file, &arguments, &places)?;
    logging::start(&config)?;
    if !arguments.keep {
        start_empty(&arguments.data_dir)?;
    }
    let app = App::open(config).await?;
    let api_key = account(&app).await?;
    let shutdown = CancellationToken::new();
    tokio::spawn(stop_on_signal(shutdown.clone()));
    if let Some(seconds) = arguments.stop_after {
        let shutdown = shutdown.clone();
        tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_secs(seconds)).await;
            shutdown.cancel();
        });
    }

    let sandbox = sandbox::Sandbox::new(sandbox_config(&app, &arguments, &places).await?);
    let receiver = receiver::Receiver::default();
    let mut tasks = JoinSet::new();
    let stop = shutdown.clone();
    tasks.spawn(async move { sandbox_command::serve(&sandbox, sandbox_listener, stop).await });
    tasks.spawn(receiver.clone().serve(receiver_listener, shutdown.clone()));
    println!("ready in {:.2} s", started.elapsed().as_secs_f64());
    print_places(&places, &api_key);
    let guide = people::Guide { caller: Caller::new(&places.api, &places.sandbox, api_key)?, places, receiver };
    let (days, stop) = (arguments.days, shutdown.clone());
    tasks.spawn(async move {
        tokio::select! {
            walked = guide.walk(days, started) => walked,
            () = stop.cancelled() => Ok(()),
        }
    });
    let stop = shutdown.clone();
    let serving = app.serve(Role::All, api_listener, shutdown);
    let watching = async {
        while let Some(done) = tasks.join_next().await {
            if let Ok(Err(error)) = done {
                println!("the demo stops: {error:#}");
                stop.cancel();
                return Err(error);
            }
        }
        Ok(())
    };
    let (served, watched) = tokio::join!(serving, watching);
    served?;
    watched
}

async fn bind(port: u16, offset: u16) -> anyhow::Result<TcpListener> {
    let port = if port == 0 { 0 } else { port.checked_add(offset).context("the ports are too high")? };
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    TcpListener::bind(address).await.with_context(|| format!("port {port} is taken: choose others with --port"))
}

fn url_of(listener: &TcpListener) -> anyhow::Result<Url> {
    Ok(Url::parse(&format!("http://{}", listener.local_addr()?))?)
}

/// The configuration in effect, bent to the demo's places.
fn configure(file: Option<&Path>, arguments: &Arguments, places: &Places) -> anyhow::Result<Config> {
    let mut config = config::load(file)?;
    config.server.public_url = places.api.clone();
    config.server.data_dir.clone_from(&arguments.data_dir);
    if config.server.log_level.starts_with("info") {
        // people read what the demo prints; trouble is still logged
        "warn".clone_into(&mut config.server.log_level);
    }
    config.webhooks = config::Webhooks { allow_private: true, allow_http: true, allow_any_port: true };
    let garmin = config.providers.get_mut("garmin").context("the configuration has no section providers.garmin")?;
    CLIENT_ID.clone_into(&mut garmin.client_id);
    CLIENT_SECRET.clone_into(&mut garmin.client_secret);
    garmin.sandbox_url = places.sandbox.to_string();
    Ok(config)
}

/// Removes the last demo's data; refuses to touch a folder that is something else.
fn start_empty(data_dir: &Path) -> anyhow::Result<()> {
    let mark = data_dir.join("this-is-a-demo");
    if data_dir.exists() {
        let empty = fs::read_dir(data_dir)?.next().is_none();
        if !empty && !mark.exists() {
            bail!("{} is not the folder of a demo: choose another with --data-dir", data_dir.display());
        }
        fs::remove_dir_all(data_dir)?;
    }
    crate::secrets::private_folder(data_dir)?;
    Ok(fs::write(mark, "everything in this folder is deleted when a demo starts\n")?)
}

/// The demo's account and a fresh API key.
async fn account(app: &App) -> anyhow::Result<String> {
    let password = Some(PASSWORD.to_owned());
    match app.store().find_developer_by_email(EMAIL).await? {
        None => {
            let (clock, rng) = (app.clock(), app.rng());
            let made = admin::create_account(&**app.store(), clock, rng, EMAIL, "Demo", password).await?;
            Ok(made.api_key)
        }
        Some(developer) => {
            let key = seal::generate_token("sk-", app.rng());
            let now = app.clock().now();
            app.store()
                .create_api_key(store::ApiKey {
                    id: model::ApiKeyId::generate(app.clock(), app.rng()),
                    team_id: developer.team_id,
                    hash: seal::hash_token(&key),
                    masked: seal::masked(&key),
                    name: "Demo".to_owned(),
                    created_by: Some(developer.id),
                    created_at: now,
                    last_used_at: None,
                    expires_at: None,
                })
                .await?;
            Ok(key)
        }
    }
}

async fn sandbox_config(app: &App, arguments: &Arguments, places: &Places) -> anyhow::Result<sandbox::Config> {
    let addresses = app.webhook_addresses().await?;
    let (_, notify) = addresses.into_iter().find(|(name, _)| name == "garmin").context("no webhook address")?;
    let (clock, sandbox_url) = (app.clock().clone(), places.sandbox.clone());
    let notify_url = Url::parse(&notify)?;
    Ok(sandbox::Config::new(clock, Rng::from_os(), arguments.seed, sandbox_url, CLIENT_ID, CLIENT_SECRET, notify_url))
}

fn print_places(places: &Places, api_key: &str) {
    println!("  API         {}", places.api);
    println!("  reference   {}docs", places.api);
    println!("  sandbox     {}sandbox   (the simulated Garmin: people, data, faults, verification)", places.sandbox);
    println!("  receiver    {}   (verifies and prints webhooks here)", places.receiver);
    println!("  log in as   {EMAIL} / {PASSWORD}");
    println!("  API key     {api_key}");
    println!();
}
