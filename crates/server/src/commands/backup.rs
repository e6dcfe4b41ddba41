//! `wearhouse backup`: a backup of the embedded store, also while the server serves.

use crate::{
    backup::{self, Origin},
    clock,
    config::Config,
    secrets, storage,
};
use anyhow::{Context, bail};
use model::Rng;
use std::{path::PathBuf, sync::Arc};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder in which backups lie (default: backup.folder of the configuration)
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
}

pub(crate) fn run(config: &Config, arguments: Arguments) -> anyhow::Result<()> {
    storage::require_embedded(config, "`wearhouse backup`")?;
    let configured = Some(config.backup.folder.clone()).filter(|folder| !folder.as_os_str().is_empty());
    let folder = arguments.to.or(configured).context("say where to with --to FOLDER, or set backup.folder")?;
    if !config.store_path().exists() {
        bail!("there is no store {}", config.store_path().display());
    }
    let origin = origin(config)?;
    let bar = super::import::progress_bar(0);
    let taken = backup::take(&origin, &folder, |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    println!("{}  ({} bytes)", taken.path.display(), taken.bytes);
    println!("the master key is not in it: keep a copy of that elsewhere");
    Ok(())
}

/// What is backed up as configured.
fn origin(config: &Config) -> anyhow::Result<Origin> {
    Ok(Origin {
        data_dir: config.server.data_dir.clone(),
        store: config.store_path(),
        spool: crate::places::own_spool(config),
        keyring: Arc::new(secrets::existing_keyring(config)?),
        clock: clock::open(config)?,
        rng: Rng::from_os(),
    })
}
