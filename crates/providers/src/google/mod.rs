//! Health Connect by the mobile SDK, and Google Fit by the files of a Takeout.

mod export;

use crate::{Manifest, Provider, sdk::Phone};
use model::{Mapped, PartMeta, ProviderName};
use std::{io::Read, sync::LazyLock};

const NAME: ProviderName = ProviderName::from_static("google");

#[allow(clippy::expect_used)] // compiled in, and read by every test of the registry
static MANIFEST: LazyLock<Manifest> =
    LazyLock::new(|| Manifest::parse(include_str!("manifest.toml")).expect("google's manifest is valid"));

static PHONE: Phone = Phone(&MANIFEST);

/// The provider.
pub(crate) struct Google;

impl Provider for Google {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn recognise(&self, beginning: &[u8]) -> Option<&'static str> {
        export::recognise(beginning)
    }

    fn map(&self, part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
        if part_type.starts_with("export_") {
            export::part(part_type, meta, body)
        } else {
            PHONE.map(part_type, meta, body)
        }
    }
}

#[cfg(test)]
mod tests;
