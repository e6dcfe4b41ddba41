//! `wearhouse sandbox`: the simulated providers on their own, for anyone who integrates them.

mod settings;

use super::serve::stop_on_signal;
use crate::{config::Config, logging};
use anyhow::{Context, ensure};
use model::{Clock, Rng};
use sandbox::{Mode, Sandbox};
use std::{
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8601")]
    listen: SocketAddr,
    /// Where partners and browsers reach it; links in notifications begin with it [default: the address it listens on]
    #[arg(long, value_name = "URL", value_parser = web_address)]
    public_url: Option<Url>,
    /// Folder in which everything is kept; a sandbox that was stopped or killed goes on there [default: nothing is kept]
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Where notifications go
    #[arg(long, value_name = "URL", value_parser = web_address, default_value = "http://127.0.0.1:8600/api/v1/providers/garmin/webhooks")]
    notify_url: Url,
    /// Another place for one summary type, as in `dailies=http://127.0.0.1:9000/dailies`; may be repeated
    #[arg(long, value_name = "TYPE=URL", value_parser = place_of_type)]
    notify: Vec<(String, Url)>,
    /// How notifications tell of data: with the data (push) or with an address to fetch it from (ping)
    #[arg(long, value_name = "push|ping", value_parser = mode, default_value = "push")]
    mode: Mode,
    /// Where people go after consent when the request names no `redirect_uri`
    #[arg(long, value_name = "URL", value_parser = web_address)]
    redirect_url: Option<Url>,
    /// The partner application's id
    #[arg(long, value_name = "TEXT", default_value = "sandbox-client")]
    client_id: String,
    /// The partner application's secret
    #[arg(long, value_name = "TEXT", default_value = "sandbox-secret")]
    client_secret: String,
    /// What the invented people and their data depend on
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Seconds between two syncs of connected people's devices, in real time; `off` for none
    #[arg(long, value_name = "SECONDS|off", value_parser = live, default_value = "4")]
    live: Live,
    /// JSON file of settings, named as in `GET /sandbox/settings`
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// One setting, as in `backfill_days_per_minute=100`; may be repeated, and comes after the file
    #[arg(long, value_name = "NAME=VALUE", value_parser = settings::assignment)]
    set: Vec<settings::Assignment>,
}

/// Real time between two syncs; none for a sandbox that only does what it is told.
#[derive(Clone, Copy)]
struct Live(Option<Duration>);

fn live(text: &str) -> Result<Live, String> {
    if text == "off" {
        return Ok(Live(None));
    }
    let seconds = text.parse().ok().filter(|seconds| (0.01..=86_400.0).contains(seconds));
    let interval = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    interval.map(|interval| Live(Some(interval))).ok_or_else(|| "seconds up to a day, or off".to_owned())
}

fn mode(text: &str) -> Result<Mode, String> {
    match text {
        "push" => Ok(Mode::Push),
        "ping" => Ok(Mode::Ping),
        _ => Err("push or ping".to_owned()),
    }
}

fn web_address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if matches!(url.scheme(), "http" | "https") { Ok(url) } else { Err("begins with http or https".to_owned()) }
}

fn place_of_type(text: &str) -> Result<(String, Url), String> {
    let (kind, url) = text.split_once('=').ok_or("looks like dailies=http://127.0.0.1:9000/dailies")?;
    if !sandbox::summary_types().any(|known| known == kind) {
        let known: Vec<&str> = sandbox::summary_types().collect();
        return Err(format!("{kind} is no summary type; these are: {}", known.join(", ")));
    }
    Ok((kind.to_owned(), web_address(url)?))
}

pub(crate) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    logging::start(&config)?;
    crate::secrets::private_folder(&config.server.data_dir)?;
    let clock = crate::clock::open(&config)?;
    let settings = settings::read(arguments.settings.as_deref(), &arguments.set)?;
    let locked = arguments.data.as_deref().map(lock).transpose()?;
    let listener =
        TcpListener::bind(arguments.listen).await.with_context(|| format!("cannot listen on {}", arguments.listen))?;
    let reached = match &arguments.public_url {
        Some(url) => url.clone(),
        None => Url::parse(&format!("http://{}", listener.local_addr()?))?,
    };
    let configured = configure(clock, &arguments, settings, reached.clone());
    let sandbox = match &arguments.data {
        Some(folder) => {
            Sandbox::open(configured, folder).with_context(|| format!("cannot go on in {}", folder.display()))?
        }
        None => Sandbox::new(configured),
    };
    let shutdown = CancellationToken::new();
    tokio::spawn(stop_on_signal(shutdown.clone()));
    println!("simulated providers at {reached}");
    let served = serve(&sandbox, listener, shutdown).await;
    drop(locked);
    served
}

fn configure(clock: Clock, arguments: &Arguments, settings: sandbox::Settings, public_url: Url) -> sandbox::Config {
    let Arguments { seed, client_id, client_secret, notify_url, .. } = arguments;
    let (id, secret) = (client_id.as_str(), client_secret.as_str());
    let notify_url = notify_url.clone();
    let mut config = sandbox::Config::new(clock, Rng::from_os(), *seed, public_url, id, secret, notify_url);
    config.notify_urls = arguments.notify.iter().cloned().collect();
    config.mode = arguments.mode;
    config.redirect_url.clone_from(&arguments.redirect_url);
    config.live_interval = arguments.live.0;
    config.settings = settings;
    config
}

/// The folder, for this process alone: two sandboxes on one would take each other's work.
fn lock(folder: &Path) -> anyhow::Result<File> {
    crate::secrets::private_folder(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join("lock");
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    ensure!(
        file.try_lock().is_ok(),
        "another sandbox runs on {}: stop it, or choose another with --data",
        folder.display()
    );
    Ok(file)
}

/// Serves a sandbox until told to stop.
pub(crate) async fn serve(sandbox: &Sandbox, listener: TcpListener, shutdown: CancellationToken) -> anyhow::Result<()> {
    let stopped = shutdown.clone().cancelled_owned();
    let serving = axum::serve(listener, sandbox.router()).with_graceful_shutdown(stopped);
    let (served, ()) = tokio::join!(serving, sandbox.run(shutdown));
    Ok(served?)
}
