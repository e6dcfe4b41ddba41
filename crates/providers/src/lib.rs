//! Providers of health data, one folder each, and the registry that finds them.
//!
//! Pure: bytes in, records and issues out. No clock, no database, no network, no log. A provider's
//! constants are in its `manifest.toml`; what needs a decision is in its `map`. Fetching, tokens and
//! storage belong to others.

mod apple;
mod archive;
mod described;
mod dexcom;
mod file;
mod fitbit;
mod garmin;
mod gathered;
mod glucose;
mod google;
mod json;
mod libre;
mod manifest;
mod nightscout;
mod oura;
mod polar;
mod provider;
mod registry;
mod samsung;
mod sdk;
mod sender;
mod sniff;
mod strava;
mod table;
mod wall;
mod whoop;
mod workout_file;

pub use archive::{Archive, ArchivePiece, Opening, Order, Taking};
pub use described::Described;
pub use manifest::{
    Api, Backfill, Beside, Capabilities, ClientAuth, Emit, LiveSync, Manifest, ManifestError, OAuth, PartType, Rank,
    Webhook,
};
pub use provider::{PermissionChange, Provider};
pub use registry::{all, find};
pub use sender::verify_client_id;
pub use sniff::{BEGINNING, Recognised, recognise};

#[cfg(test)]
mod conformance;

#[cfg(test)]
mod fit_bytes;

#[cfg(test)]
mod track_text;

#[cfg(test)]
mod untrusted;
