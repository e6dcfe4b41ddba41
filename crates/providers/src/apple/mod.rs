//! Apple Health: what a phone sends by the mobile SDK, and what it exports as a file.

mod export;

use crate::{Archive, Described, Manifest, Provider, sdk::Phone};
use model::{Mapped, PartMeta, ProviderName};
use std::{io::Read, sync::LazyLock};

const NAME: ProviderName = ProviderName::from_static("apple");

#[allow(clippy::expect_used)] // compiled in, and read by every test of the registry
static MANIFEST: LazyLock<Manifest> =
    LazyLock::new(|| Manifest::parse(include_str!("manifest.toml")).expect("apple's manifest is valid"));

static PHONE: Phone = Phone(&MANIFEST);

/// The provider.
pub(crate) struct Apple;

impl Provider for Apple {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn map(&self, part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
        match export::map(part_type, meta, body) {
            Some(mapped) => mapped,
            None => PHONE.map(part_type, meta, body),
        }
    }

    fn recognise(&self, beginning: &[u8]) -> Option<&'static str> {
        export::recognise(beginning)
    }

    fn describe(&self, part_type: &str, bytes: &[u8]) -> Option<Described> {
        export::describe(part_type, bytes)
    }

    fn archive(&self, part_type: &str) -> Option<&'static dyn Archive> {
        export::archive(part_type)
    }
}
