//! Garmin Connect: activities, their details and files, sleep and days, by push and by ping.

mod account;
mod activity_types;
mod export;
mod map;
mod wire;

use crate::{Manifest, PermissionChange, Provider};
use model::{Mapped, PartMeta, ProviderName, Source};
use std::{io::Read, sync::LazyLock};

const NAME: ProviderName = ProviderName::from_static("garmin");

#[allow(clippy::expect_used)] // compiled in, and read by every test of this folder
static MANIFEST: LazyLock<Manifest> =
    LazyLock::new(|| Manifest::parse(include_str!("manifest.toml")).expect("garmin's manifest is valid"));

/// The provider.
pub(crate) struct Garmin;

impl Provider for Garmin {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn recognise(&self, beginning: &[u8]) -> Option<&'static str> {
        export::recognise(beginning)
    }

    fn map(&self, part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
        map::part(part_type, meta, body)
    }

    fn parse_user_id(&self, answer: &[u8]) -> Option<String> {
        account::user_id(answer)
    }

    fn parse_permissions(&self, answer: &[u8]) -> Option<Vec<String>> {
        account::permissions(answer)
    }

    fn parse_permission_change(&self, item: &[u8]) -> Option<PermissionChange> {
        account::permission_change(item)
    }
}

/// The source of what names this device; a device called "unknown" is none.
fn source(device: Option<String>) -> Source {
    let device = device.filter(|name| !name.eq_ignore_ascii_case("unknown"));
    Source { device, ..Source::of(NAME) }
}

#[cfg(test)]
mod tests;
