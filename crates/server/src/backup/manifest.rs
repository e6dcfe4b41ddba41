//! What a backup holds: versions, digests, and the secrets that lie beside the store, sealed.

use super::digest::FileEntry;
use anyhow::{Context, bail};
use model::{Rng, Timestamp};
use seal::Keyring;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fs, io::Write, path::Path};

/// The form of the manifest and of the folder around it.
const FORMAT: u32 = 1;
pub(super) const MANIFEST: &str = "manifest.json";
/// What is sealed to know the master key again.
const KEY_CHECK: &str = "the key of this backup";

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Manifest {
    format: u32,
    /// The version of the program that took it.
    pub(super) program: String,
    pub(crate) made_at: Timestamp,
    pub(super) schema_version: i64,
    pub(super) store: FileEntry,
    pub(super) spool: Vec<FileEntry>,
    key_check: String,
    /// File name to sealed content, in hex.
    secrets: BTreeMap<String, String>,
}

impl Manifest {
    pub(super) fn new(made_at: Timestamp, schema_version: i64, store: FileEntry, spool: Vec<FileEntry>) -> Self {
        let program = env!("CARGO_PKG_VERSION").to_owned();
        let (key_check, secrets) = (String::new(), BTreeMap::new());
        Self { format: FORMAT, program, made_at, schema_version, store, spool, key_check, secrets }
    }

    /// Puts in what only the master key opens.
    pub(super) fn seal(&mut self, keyring: &Keyring, rng: &Rng, secrets: Vec<(String, String)>) {
        let seal = |name: &str, text: &str| hex::encode(keyring.seal(rng, &context(name), text.as_bytes()));
        self.key_check = seal(KEY_CHECK, KEY_CHECK);
        self.secrets = secrets.into_iter().map(|(name, text)| (name.clone(), seal(&name, &text))).collect();
    }

    /// The secrets by file name. Fails where the master key is another one than that of the backup.
    pub(super) fn open(&self, keyring: &Keyring) -> anyhow::Result<Vec<(String, String)>> {
        let open = |name: &str, sealed: &str| {
            let sealed = hex::decode(sealed).with_context(|| format!("{MANIFEST} is damaged at `{name}`"))?;
            let plain = keyring.open(&context(name), &sealed)?;
            Ok::<_, anyhow::Error>(String::from_utf8(plain.to_vec())?)
        };
        open(KEY_CHECK, &self.key_check).context(
            "the master key is not the one under which this backup was sealed: \
             put it back as security.master_key, in security.older_master_keys or in data_dir/master.key",
        )?;
        self.secrets.iter().map(|(name, sealed)| Ok((name.clone(), open(name, sealed)?))).collect()
    }

    /// Writes it into a folder, synced.
    pub(super) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let path = folder.join(MANIFEST);
        let mut file = crate::secrets::private_file(&path)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.sync_all().with_context(|| format!("cannot write {}", path.display()))
    }

    /// Reads that of a folder.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(MANIFEST);
        let text = fs::read(&path).with_context(|| format!("{} is no backup: no {MANIFEST}", folder.display()))?;
        let manifest: Self =
            serde_json::from_slice(&text).with_context(|| format!("{} cannot be read", path.display()))?;
        if manifest.format != FORMAT {
            bail!("{} has form {}, this program knows {FORMAT}: use a newer program", path.display(), manifest.format);
        }
        let plain = |name: &str| !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\']);
        let names = manifest.spool.iter().map(|entry| &entry.name).chain(manifest.secrets.keys());
        if let Some(name) = names.chain([&manifest.store.name]).find(|name| !plain(name)) {
            bail!("{} names `{name}`, which is no file of a backup", path.display());
        }
        Ok(manifest)
    }
}

fn context(name: &str) -> Vec<u8> {
    format!("backup|{name}").into_bytes()
}
