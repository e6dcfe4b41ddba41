//! `wearhouse sandbox`: the simulated providers on their own, for anyone who integrates them.

use super::serve::stop_on_signal;
use crate::{config::Config, logging};
use anyhow::Context;
use model::Rng;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Address and port to listen on
    #[arg(long, default_value = "127.0.0.1:8601")]
    listen: SocketAddr,
    /// Where notifications go
    #[arg(long, default_value = "http://127.0.0.1:8600/api/v1/providers/garmin/webhooks")]
    notify_url: Url,
    /// The partner application's id
    #[arg(long, default_value = "sandbox-client")]
    client_id: String,
    /// The partner application's secret
    #[arg(long, default_value = "sandbox-secret")]
    client_secret: String,
    /// What the invented people and their data depend on
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(crate) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    logging::start(&config)?;
    crate::secrets::private_folder(&config.server.data_dir)?;
    let clock = crate::clock::open(&config)?;
    let listener = TcpListener::bind(arguments.listen).await.context("cannot listen")?;
    let public_url = Url::parse(&format!("http://{}", listener.local_addr()?))?;
    let sandbox = sandbox::Sandbox::new(sandbox::Config::new(
        clock,
        Rng::from_os(),
        arguments.seed,
        public_url.clone(),
        arguments.client_id,
        arguments.client_secret,
        arguments.notify_url,
    ));
    let shutdown = CancellationToken::new();
    tokio::spawn(stop_on_signal(shutdown.clone()));
    println!("simulated providers at {public_url}");
    serve(&sandbox, listener, shutdown).await
}

/// Serves a sandbox until told to stop.
pub(crate) async fn serve(
    sandbox: &sandbox::Sandbox,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let stopped = shutdown.clone().cancelled_owned();
    let serving = axum::serve(listener, sandbox.router()).with_graceful_shutdown(stopped);
    let (served, ()) = tokio::join!(serving, sandbox.run(shutdown));
    Ok(served?)
}
