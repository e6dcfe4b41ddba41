//! Oura: files of the export of an account.

mod export;

use crate::{Manifest, Provider};
use model::{Mapped, PartMeta, ProviderName};
use std::{io::Read, sync::LazyLock};

const NAME: ProviderName = ProviderName::from_static("oura");

#[allow(clippy::expect_used)] // compiled in, and read by every test of the registry
static MANIFEST: LazyLock<Manifest> =
    LazyLock::new(|| Manifest::parse(include_str!("manifest.toml")).expect("oura's manifest is valid"));

/// The provider.
pub(crate) struct Oura;

impl Provider for Oura {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn recognise(&self, beginning: &[u8]) -> Option<&'static str> {
        export::recognise(beginning)
    }

    fn map(&self, part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
        export::part(part_type, meta, body)
    }
}

#[cfg(test)]
mod tests;
