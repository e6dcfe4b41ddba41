//! `wearhouse replay`: applies stored raw parts again, as after a better mapper. Emits nothing unless asked.

use crate::{app::App, config::Config, logging};
use ingest::{WorkerSettings, Workers};
use model::{ProviderName, UserId};
use store::ReplayQuery;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only this user's parts
    #[arg(long)]
    user: Option<UserId>,
    /// Only this provider's parts
    #[arg(long, value_parser = provider)]
    provider: Option<ProviderName>,
    /// Only parts of this type, such as `sleeps`
    #[arg(long = "type")]
    part_type: Option<String>,
    /// Only parts that had been given up
    #[arg(long)]
    dead: bool,
    /// Tell subscribers again
    #[arg(long)]
    emit: bool,
}

fn provider(text: &str) -> Result<ProviderName, String> {
    ProviderName::parse(text).ok_or_else(|| "not a provider's name".to_owned())
}

pub(crate) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    logging::start(&config)?;
    let app = App::open(config).await?;
    let arguments_dead = arguments.dead;
    let query = ReplayQuery {
        user_id: arguments.user,
        provider: arguments.provider,
        part_type: arguments.part_type,
        dead_only: arguments.dead,
        emit: arguments.emit,
    };
    let replayed = app.store().replay(query, app.clock().now()).await?;
    let bar = super::import::progress_bar(replayed);
    let workers = Workers::new(app.intake().clone(), WorkerSettings::default());
    workers.run_until_idle(|waiting| bar.set_position(replayed.saturating_sub(waiting))).await?;
    bar.finish_and_clear();
    let depths = app.store().queue_depths().await?;
    app.close().await;
    let dead = depths.parts_dead + depths.deliveries_dead;
    println!("{replayed} parts applied again; {dead} are dead");
    if arguments_dead && dead > 0 {
        anyhow::bail!("{dead} could not be applied; the log says why")
    }
    Ok(())
}
