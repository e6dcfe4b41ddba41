//! `wearhouse restore`: a backup put into a data folder that holds no store.

use crate::{
    backup::{self, Source},
    clock,
    config::Config,
    secrets, storage,
};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The backup's folder
    #[arg(value_name = "BACKUP")]
    backup: PathBuf,
    /// An erasure log that was kept elsewhere; may be given several times
    #[arg(long, value_name = "FILE")]
    erasures: Vec<PathBuf>,
    /// Go on although no erasure log is found: who was erased after the backup is back
    #[arg(long)]
    without_erasures: bool,
}

pub(crate) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    storage::require_embedded(&config, "`wearhouse restore`")?;
    secrets::private_folder(&config.server.data_dir)?;
    let _held = storage::lock(&config)?;
    let keyring = secrets::existing_keyring(&config)?;
    let source = Source {
        backup: &arguments.backup,
        erasure_logs: &arguments.erasures,
        without_log: arguments.without_erasures,
    };
    let restored = backup::restore(&config.server.data_dir, &source, &keyring, &clock::open(&config)?).await?;
    println!("{} is as it was at {}", config.store_path().display(), restored.manifest.made_at);
    println!("{} erasures that came after were done again", restored.erased_again);
    for line in &restored.unreadable {
        println!("note: {line} says nothing, as a crash in the middle of a line leaves it");
    }
    Ok(())
}
