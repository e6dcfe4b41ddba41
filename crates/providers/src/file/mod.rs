//! Workout files that people upload: no account, no network, only bytes of a known format.

use crate::{Manifest, Provider, json::note};
use model::{IssueCode, Mapped, PartMeta};
use std::{io::Read, sync::LazyLock};

#[allow(clippy::expect_used)] // compiled in, and read by the tests of the registry
static MANIFEST: LazyLock<Manifest> =
    LazyLock::new(|| Manifest::parse(include_str!("manifest.toml")).expect("the manifest of files is valid"));

/// The provider.
pub(crate) struct File;

impl Provider for File {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn map(&self, part_type: &str, _meta: &PartMeta, _body: &mut dyn Read) -> Mapped {
        let mut mapped = Mapped { items: 1, ..Mapped::default() };
        note(&mut mapped.issues, IssueCode::Unknown, part_type, "files of this format are not read");
        mapped
    }

    fn parse_user_id(&self, _answer: &[u8]) -> Option<String> {
        None
    }

    fn parse_permissions(&self, _answer: &[u8]) -> Option<Vec<String>> {
        None
    }
}
