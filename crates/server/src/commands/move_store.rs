//! `wearhouse move`: copies the embedded store into the PostgreSQL database of the configuration.

use crate::{
    config::Config,
    storage::{self, Place},
};
use anyhow::{Context, bail};
use store::MoveStep;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Where to: postgres://user:password@host/database
    #[arg(long, value_name = "URL", env = "WEARHOUSE_MOVE_TO", hide_env_values = true)]
    to: String,
}

/// A move that was broken off goes on where it stopped.
pub(crate) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    storage::require_embedded(config, "`wearhouse move` copies from the embedded store: take store.url out; it")?;
    let Place::Embedded(path) = Place::of(config) else { bail!("there is no embedded store to move") };
    if !path.exists() {
        bail!("there is no store {}", path.display());
    }
    // nobody may write while it is copied
    let _held = storage::lock(config)?;
    let settings = store::postgres::Settings::new(&arguments.to);
    let bar = super::import::progress_bar(0);
    let (mut tables, mut rows_in_all) = (0, 0);
    store::move_store(&path, &settings, |step| match step {
        MoveStep::Copied { table, rows, of } => {
            bar.set_message(table);
            bar.set_length(of);
            bar.set_position(rows);
        }
        MoveStep::Verified { table, rows, digest } => {
            (tables, rows_in_all) = (tables + 1, rows_in_all + rows);
            bar.suspend(|| println!("{table}  {rows} rows  {digest}"));
        }
    })
    .context("the store was not moved; what is copied already stays, and the same command goes on from there")?;
    bar.finish_and_clear();
    println!("{tables} tables with {rows_in_all} rows are the same in both.");
    println!(
        "Next: set store.url to the database and keep the master key. Large bodies stay in the spool: leave data_dir"
    );
    println!("where it is, or copy its folder `spool` to where spool.url points.");
    Ok(())
}
