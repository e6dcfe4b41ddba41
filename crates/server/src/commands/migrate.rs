//! `wearhouse migrate`: creates the store or brings it up to date, and says what it did.

use crate::{
    config::Config,
    storage::{self, Place},
};
use anyhow::Context;

pub(crate) async fn run(config: &Config) -> anyhow::Result<()> {
    crate::secrets::private_folder(&config.server.data_dir)?;
    let place = Place::of(config);
    let shown = place.shown();
    let named = || format!("cannot bring the store {shown} up to date");
    let is_new = matches!(&place, Place::Embedded(path) if !path.exists());
    let before = if is_new { 0 } else { place.schema_versions().await.with_context(named)?.0 };
    storage::open(config, &crate::clock::open(config)?).await.with_context(named)?.close().await;
    let (after, _) = place.schema_versions().await?;
    if before == after {
        println!("{shown} is up to date at schema version {after}");
    } else {
        println!("{shown} went from schema version {before} to {after}");
    }
    Ok(())
}
