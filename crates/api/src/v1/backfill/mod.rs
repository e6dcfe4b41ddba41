//! A user's history: how it stands, stopping it, asking again, asking for more.

pub(crate) mod cancel;
pub(crate) mod historical;
pub(crate) mod retry;
pub(crate) mod status;

mod read;

use model::ProviderName;

/// The provider that the paths name.
const GARMIN: ProviderName = ProviderName::from_static("garmin");
