//! Secrets that are generated at first start and kept beside the data, readable by their owner alone.

use crate::config::Config;
use anyhow::Context;
use model::Rng;
use seal::{Keyring, MasterKey};
use std::{fs, io::Write, path::Path};

/// The file of a generated master key, in the data folder.
const MASTER_KEY: &str = "master.key";
/// Generated master keys of before, one a line.
const OLDER_KEYS: &str = "older-master.keys";
/// How files of generated webhook secrets end.
pub(crate) const WEBHOOK_SECRET: &str = ".webhook-secret";

/// The keys that seal what is at rest.
pub(crate) fn keyring(config: &Config, rng: &Rng) -> anyhow::Result<Keyring> {
    let primary = if config.security.master_key.is_empty() {
        let text = kept(&config.server.data_dir.join(MASTER_KEY), || MasterKey::generate(rng).reveal().to_string())?;
        MasterKey::parse(&text).context("data_dir/master.key does not hold a key")?
    } else {
        MasterKey::parse(&config.security.master_key).context("security.master_key is not a key")?
    };
    let older = config.security.older_master_keys.iter().map(|text| MasterKey::parse(text));
    let mut older =
        older.collect::<Result<Vec<_>, _>>().context("security.older_master_keys holds what is not a key")?;
    older.extend(generated_before(config)?);
    Ok(Keyring::new(primary, older))
}

/// Keys that were generated and replaced since.
fn generated_before(config: &Config) -> anyhow::Result<Vec<MasterKey>> {
    let path = config.server.data_dir.join(OLDER_KEYS);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text.with_context(|| format!("cannot read {}", path.display()))?,
    };
    let keys = text.lines().filter(|line| !line.trim().is_empty()).map(MasterKey::parse);
    keys.collect::<Result<_, _>>().with_context(|| format!("{} holds what is not a key", path.display()))
}

/// Makes a fresh generated key the current one; the one before still opens. A kill in between leaves it in both files.
pub(crate) fn renew_generated_key(config: &Config, rng: &Rng) -> anyhow::Result<()> {
    if !config.security.master_key.is_empty() {
        anyhow::bail!(
            "security.master_key is set: put a fresh key there and the present one into security.older_master_keys"
        );
    }
    let folder = &config.server.data_dir;
    let (path, older) = (folder.join(MASTER_KEY), folder.join(OLDER_KEYS));
    let current = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let before = if older.exists() { fs::read_to_string(&older)? } else { String::new() };
    replace_private(&older, &format!("{before}{}\n", current.trim()))?;
    replace_private(&path, &MasterKey::generate(rng).reveal())
}

/// Replaces a file that only its owner can read; the old content or the new is there at any instant.
fn replace_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let named = || format!("cannot write {}", path.display());
    let unfinished = path.with_extension("unfinished");
    let mut file = private_file(&unfinished).with_context(named)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(named)?;
    fs::rename(&unfinished, path).with_context(named)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::File::open(folder).and_then(|folder| folder.sync_all()).with_context(named)
}

/// As [`keyring`], where a key that is not there must not be made up: what is sealed would never open again.
pub(crate) fn existing_keyring(config: &Config) -> anyhow::Result<Keyring> {
    let path = config.server.data_dir.join(MASTER_KEY);
    if config.security.master_key.is_empty() && !path.exists() {
        anyhow::bail!("the master key is not there: put {} back, or set security.master_key", path.display());
    }
    keyring(config, &Rng::from_os())
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
    kept(&config.server.data_dir.join(format!("{provider}{WEBHOOK_SECRET}")), || seal::generate_token("wh-", rng))
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

/// Opens a file that only its owner can read, emptied.
#[cfg(unix)]
pub(crate) fn private_file(path: &Path) -> std::io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

/// Opens a file, emptied.
#[cfg(not(unix))]
pub(crate) fn private_file(path: &Path) -> std::io::Result<fs::File> {
    fs::File::create(path)
}
