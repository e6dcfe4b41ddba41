//! Secrets that are generated at first start and kept beside the data, readable by their owner alone.

use crate::config::Config;
use anyhow::Context;
use model::Rng;
use seal::{Keyring, MasterKey};
use std::{fs, io::Write, path::Path};

/// The keys that seal what is at rest.
pub(crate) fn keyring(config: &Config, rng: &Rng) -> anyhow::Result<Keyring> {
    let primary = if config.security.master_key.is_empty() {
        let text = kept(&config.server.data_dir.join("master.key"), || MasterKey::generate(rng).reveal().to_string())?;
        MasterKey::parse(&text).context("data_dir/master.key does not hold a key")?
    } else {
        MasterKey::parse(&config.security.master_key).context("security.master_key is not a key")?
    };
    let older = config.security.older_master_keys.iter().map(|text| MasterKey::parse(text));
    let older = older.collect::<Result<Vec<_>, _>>().context("security.older_master_keys holds what is not a key")?;
    Ok(Keyring::new(primary, older))
}

/// Whether the keys that the configuration itself holds are keys.
pub(crate) fn check_configured(config: &Config) -> anyhow::Result<()> {
    if !config.security.master_key.is_empty() {
        MasterKey::parse(&config.security.master_key).context("security.master_key is not a key")?;
    }
    for text in &config.security.older_master_keys {
        MasterKey::parse(text).context("security.older_master_keys holds what is not a key")?;
    }
    Ok(())
}

/// Writes a file that only its owner can read.
pub(crate) fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    private_file(path)?.write_all(text.as_bytes())
}

/// The secret segment of a provider's webhook address.
pub(crate) fn webhook_secret(config: &Config, provider: &str, configured: &str, rng: &Rng) -> anyhow::Result<String> {
    if !configured.is_empty() {
        return Ok(configured.to_owned());
    }
    kept(&config.server.data_dir.join(format!("{provider}.webhook-secret")), || seal::generate_token("wh-", rng))
}

/// The text in a file, written there first if the file is not there.
fn kept(path: &Path, make: impl FnOnce() -> String) -> anyhow::Result<String> {
    if !path.exists() {
        let unfinished = path.with_extension("unfinished");
        let mut file = private_file(&unfinished).with_context(|| format!("cannot write {}", path.display()))?;
        file.write_all(make().as_bytes())?;
        file.sync_all()?;
        fs::rename(&unfinished, path)?;
    }
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.trim().to_owned())
}

/// Creates a folder that only its owner can look into; one that is there keeps its rights.
#[cfg(unix)]
pub(crate) fn private_folder(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Creates a folder.
#[cfg(not(unix))]
pub(crate) fn private_folder(path: &Path) -> std::io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(unix)]
fn private_file(path: &Path) -> std::io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private_file(path: &Path) -> std::io::Result<fs::File> {
    fs::File::create(path)
}
