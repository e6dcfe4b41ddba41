//! Files that people upload: of workouts, and archives of any service. No account, no network, only bytes that show
//! what they are.

mod export;
mod map;

use crate::{Archive, Manifest, Provider, sniff::format};
use model::{Mapped, PartMeta, ProviderName};
use std::{io::Read, sync::LazyLock};

const NAME: ProviderName = ProviderName::from_static("file");
const PART_TYPE: &str = "workout_file";

#[allow(clippy::expect_used)] // compiled in, and read by every test of the registry
static MANIFEST: LazyLock<Manifest> =
    LazyLock::new(|| Manifest::parse(include_str!("manifest.toml")).expect("the manifest of files is valid"));

/// The provider.
pub(crate) struct File;

impl Provider for File {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn recognise(&self, beginning: &[u8]) -> Option<&'static str> {
        export::recognise_archive(beginning).or_else(|| format(beginning).map(|_| PART_TYPE))
    }

    fn archive(&self, part_type: &str) -> Option<&'static dyn Archive> {
        export::archive(part_type)
    }

    fn map(&self, part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
        map::part(part_type, meta, body)
    }
}

#[cfg(test)]
mod tests;
