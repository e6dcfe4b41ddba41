//! `wearhouse serve`: the server, until it is told to stop.

use crate::{app::App, config::Config, logging};
use anyhow::Context;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub(crate) async fn run(config: Config) -> anyhow::Result<()> {
    logging::start(&config)?;
    let app = App::open(config).await?;
    if app.store().count_developers().await? == 0 {
        tracing::warn!("nobody can log in yet: run `wearhouse admin create --email you@example.com`");
    }
    let address = app.config().server.listen;
    let listener =
        TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address} (server.listen)"))?;
    let shutdown = CancellationToken::new();
    tokio::spawn(stop_on_signal(shutdown.clone()));
    tracing::info!(address = %listener.local_addr()?, public_url = %app.config().server.public_url, "ready");
    app.serve(listener, shutdown).await
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
