//! What the installation decides about connections, and the pace of the work done for them.

use crate::HistorySettings;
use model::ProviderName;
use net::{Backoff, Url};
use std::{collections::BTreeMap, time::Duration};

/// Where this installation is, and whom it trusts.
#[derive(Clone, Debug)]
pub struct SyncSettings {
    /// Where this server is reached from outside; providers send people back below it.
    pub public_url: Url,
    /// Where people may be sent after connecting: hosts (`app.example.com`), address prefixes
    /// (`https://app.example.com/connected`) or schemes of mobile apps (`myapp://`).
    pub redirect_allow_list: Vec<String>,
    /// Sandboxes that stand in for providers.
    pub providers: BTreeMap<ProviderName, ProviderOverride>,
    /// How history is asked for.
    pub history: HistorySettings,
}

/// What stands in for a provider.
#[derive(Clone, Debug)]
pub struct ProviderOverride {
    /// Takes the place of all of the provider's hosts, with the same paths below it. HTTPS, or HTTP on
    /// this machine.
    pub base_url: String,
}

/// How patiently calls are made.
#[derive(Clone, Debug)]
pub struct Pace {
    /// Calls under way at once.
    pub concurrency: usize,
    /// The waits between attempts of a call that a notification asked for.
    pub retry: Backoff,
    /// The longest wait that a provider can ask for with `Retry-After`.
    pub retry_after_cap: Duration,
    /// The waits, in real time, between attempts of calls that a person waits for.
    pub brief_retry: Backoff,
}

impl Default for Pace {
    fn default() -> Self {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        let steps = [5, 30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR];
        Self {
            concurrency: 16,
            retry: Backoff { steps: steps.map(Duration::from_secs).to_vec(), jitter: 0.2 },
            retry_after_cap: Duration::from_hours(12),
            brief_retry: Backoff { steps: [1, 4].map(Duration::from_secs).to_vec(), jitter: 0.25 },
        }
    }
}
