//! Samsung Health: by the mobile SDK, and the files that its app exports.

mod export;

use crate::{Manifest, Provider, sdk::Phone};
use model::{Mapped, PartMeta, ProviderName};
use std::{io::Read, sync::LazyLock};

const NAME: ProviderName = ProviderName::from_static("samsung");

#[allow(clippy::expect_used)] // compiled in, and read by every test of the registry
static MANIFEST: LazyLock<Manifest> =
    LazyLock::new(|| Manifest::parse(include_str!("manifest.toml")).expect("samsung's manifest is valid"));

static PHONE: Phone = Phone(&MANIFEST);

/// The provider.
pub(crate) struct Samsung;

impl Provider for Samsung {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn recognise(&self, beginning: &[u8]) -> Option<&'static str> {
        export::recognise(beginning)
    }

    fn map(&self, part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
        match part_type {
            export::TABLE | export::BINS => export::part(part_type, meta, body),
            _ => PHONE.map(part_type, meta, body),
        }
    }
}

#[cfg(test)]
mod tests;
