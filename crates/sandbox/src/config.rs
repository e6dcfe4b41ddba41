//! How a sandbox is set up.

use crate::Settings;
use model::{Clock, Rng};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};
use url::Url;

/// How notifications tell of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// With the data itself.
    Push,
    /// With an address to fetch it from.
    Ping,
}

/// How a sandbox is set up. [`Config::new`] fills everything but the essentials with sensible values.
#[derive(Clone, Debug)]
pub struct Config {
    /// The source of time; shared with the server under test so that both live in the same day.
    pub clock: Clock,
    /// The source of tokens and codes.
    pub rng: Rng,
    /// What the invented people and their data depend on: the same seed gives the same data.
    pub seed: u64,
    /// Where the sandbox itself is reached; callback URLs begin with it.
    pub public_url: Url,
    /// The partner application's id, also sent as `garmin-client-id`.
    pub client_id: String,
    /// The partner application's secret.
    pub client_secret: String,
    /// Where notifications of every type go, unless overridden.
    pub notify_url: Url,
    /// Other places for single types, by their key (`activities`, `sleeps` …).
    pub notify_urls: BTreeMap<String, Url>,
    /// How the types are told of that can be told of in both ways.
    pub mode: Mode,
    /// Where people are sent after consent when the request names no `redirect_uri`.
    pub redirect_url: Option<Url>,
    /// What can be changed later.
    pub settings: Settings,
    /// Real time between two live updates; none for a sandbox that only does what it is told.
    pub live_interval: Option<Duration>,
    /// One live update in so many may bring an unplanned workout.
    pub live_workout_every: u32,
}

impl Config {
    /// A configuration with the documented behaviour and live updates every four seconds.
    #[must_use]
    pub fn new(
        clock: Clock,
        rng: Rng,
        seed: u64,
        public_url: Url,
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
        notify_url: Url,
    ) -> Self {
        Self {
            clock,
            rng,
            seed,
            public_url,
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            notify_url,
            notify_urls: BTreeMap::new(),
            mode: Mode::Push,
            redirect_url: None,
            settings: Settings::default(),
            live_interval: Some(Duration::from_secs(4)),
            live_workout_every: 8,
        }
    }

    /// An address below the sandbox's own.
    pub(crate) fn address(&self, path_and_query: &str) -> String {
        format!("{}{path_and_query}", self.public_url.as_str().trim_end_matches('/'))
    }
}
