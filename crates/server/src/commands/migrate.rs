//! `wearhouse migrate`: creates the store or brings it up to date, and says what it did.

use crate::config::Config;
use anyhow::Context;
use store::sqlite::SqliteStore;

pub(crate) fn run(config: &Config) -> anyhow::Result<()> {
    crate::secrets::private_folder(&config.server.data_dir)?;
    let path = config.store_path();
    let named = || format!("cannot bring the store {} up to date", path.display());
    let before = if path.exists() { SqliteStore::schema_versions(&path).with_context(named)?.0 } else { 0 };
    drop(SqliteStore::open(&path, crate::clock::open(config)?).with_context(named)?);
    let (after, _) = SqliteStore::schema_versions(&path)?;
    if before == after {
        println!("{} is up to date at schema version {after}", path.display());
    } else {
        println!("{} went from schema version {before} to {after}", path.display());
    }
    Ok(())
}
