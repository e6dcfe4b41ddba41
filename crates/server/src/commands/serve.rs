//! `wearhouse serve`: the server, until it is told to stop.

use crate::{
    app::{self, App, Role},
    config::Config,
    logging,
    telemetry::Traces,
};
use anyhow::{Context, bail};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What of the work this process does; others than `all` need a store that processes share (store.url)
    #[arg(long, value_enum, default_value_t)]
    role: Role,
}

/// Processes that share a store must share their secrets, too: none may make up its own.
fn check_role(config: &Config, role: Role) -> anyhow::Result<()> {
    if role == Role::All {
        return Ok(());
    }
    if config.store.url.is_empty() {
        bail!("--role needs store.url: the embedded store is one process's own");
    }
    if config.security.master_key.is_empty() {
        bail!("--role needs security.master_key: the processes must have the same");
    }
    for (name, provider) in config.providers.iter().filter(|(_, provider)| !provider.client_id.is_empty()) {
        if provider.webhook_secret.is_empty() {
            bail!("--role needs providers.{name}.webhook_secret: the processes must have the same");
        }
    }
    Ok(())
}

pub(crate) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    let traces = Traces::start(&config.telemetry)?;
    logging::start_with(&config, traces.layer())?;
    check_role(&config, arguments.role)?;
    app::check(&config)?;
    let app = App::open(config).await?;
    if app.store().count_developers().await? == 0 {
        tracing::warn!("nobody can log in yet: run `wearhouse admin create --email you@example.com`");
    }
    let address = app.config().server.listen;
    let listener =
        TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address} (server.listen)"))?;
    let shutdown = CancellationToken::new();
    tokio::spawn(stop_on_signal(shutdown.clone()));
    tracing::info!(role = ?arguments.role, address = %listener.local_addr()?, public_url = %app.config().server.public_url, "ready");
    let served = app.serve(arguments.role, listener, shutdown).await;
    traces.end().await;
    served
}

/// Ends the program in order on an interrupt or a request to terminate; a second one ends it at once.
pub(crate) async fn stop_on_signal(shutdown: CancellationToken) {
    wait_for_signal().await;
    tracing::info!("stopping: finishing what was begun");
    shutdown.cancel();
    wait_for_signal().await;
    std::process::exit(130);
}

#[cfg(unix)]
async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn wait_for_signal() {
    let _ = tokio::signal::ctrl_c().await;
}
