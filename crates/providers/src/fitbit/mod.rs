//! Fitbit, Google Health as it is named now: files of a Google Takeout.

mod export;

use crate::{Manifest, Provider};
use model::{Mapped, PartMeta, ProviderName};
use std::{io::Read, sync::LazyLock};

const NAME: ProviderName = ProviderName::from_static("fitbit");

#[allow(clippy::expect_used)] // compiled in, and read by every test of the registry
static MANIFEST: LazyLock<Manifest> =
    LazyLock::new(|| Manifest::parse(include_str!("manifest.toml")).expect("fitbit's manifest is valid"));

/// The provider.
pub(crate) struct Fitbit;

impl Provider for Fitbit {
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
