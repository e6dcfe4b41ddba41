//! Health Connect, by the mobile SDK.

use crate::{Manifest, sdk::Phone};
use std::sync::LazyLock;

#[allow(clippy::expect_used)] // compiled in, and read by every test of the registry
static MANIFEST: LazyLock<Manifest> =
    LazyLock::new(|| Manifest::parse(include_str!("manifest.toml")).expect("google's manifest is valid"));

/// The provider.
pub(crate) static PROVIDER: Phone = Phone(&MANIFEST);
