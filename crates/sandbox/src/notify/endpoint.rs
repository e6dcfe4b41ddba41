//! How one type is delivered, how much of it was, and single attempts.

use crate::{Config, Mode, kind::Kind};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use url::Url;

/// How one type is delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    #[serde(serialize_with = "as_text")]
    pub(crate) url: Url,
    pub(crate) enabled: bool,
    pub(crate) on_hold: bool,
    /// The data itself, or only where to fetch it.
    pub(crate) push: bool,
}

impl Endpoint {
    /// A type's endpoint as it is configured.
    pub(crate) fn of(config: &Config, kind: Kind) -> Self {
        let url = config.notify_urls.get(kind.key()).unwrap_or(&config.notify_url).clone();
        let push = if kind.has_modes() { config.mode == Mode::Push } else { kind.can_be_pushed() };
        Self { url, enabled: true, on_hold: false, push }
    }
}

fn as_text<S: serde::Serializer>(url: &Url, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(url.as_str())
}

/// Counts of one type since the start.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// Items answered with 200.
    pub(crate) sent: u64,
    /// Attempts that failed.
    pub(crate) failed: u64,
    /// Attempts that repeated an earlier one.
    pub(crate) retried: u64,
    /// Items given up: switched off, too old, or too many.
    pub(crate) dropped: u64,
}

/// One attempt, as shown in the control interface.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Delivery {
    pub(crate) at: Timestamp,
    #[serde(serialize_with = "as_text")]
    pub(crate) url: Url,
    pub(crate) items: BTreeMap<&'static str, usize>,
    pub(crate) users: usize,
    pub(crate) bytes: usize,
    pub(crate) attempt: u32,
    /// The status, if there was an answer.
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<String>,
    /// The fault that was played on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fault: Option<&'static str>,
    pub(crate) milliseconds: u64,
}
