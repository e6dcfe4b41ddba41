//! What the router needs, explicitly: built once by whoever wires the program, or by a test.

use crate::{access::Limiter, decoding::Decoding, v1::usage::counting::Counting};
use axum::http::HeaderMap;
use deliver::CustomerPolicy;
use ingest::Intake;
use model::{Clock, Rng};
use seal::Keyring;
use std::{sync::Arc, time::Duration};
use store::Store;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use url::Url;

pub(crate) use axum::extract::State as Within;

/// Renders the process's metrics as Prometheus text.
pub type RenderMetrics = Arc<dyn Fn() -> String + Send + Sync>;

/// Makes a request's span part of the trace that its headers name.
pub type FollowTrace = fn(&tracing::Span, &HeaderMap);

/// What the API works with.
#[derive(Clone)]
pub struct Services {
    /// Everything kept.
    pub store: Arc<dyn Store>,
    /// Connecting and disconnecting accounts.
    pub sync: Arc<sync::Sync>,
    /// The way in for bodies.
    pub intake: Intake,
    /// Seals endpoint secrets.
    pub keyring: Arc<Keyring>,
    /// Time.
    pub clock: Clock,
    /// Randomness.
    pub rng: Rng,
    /// The text of `/metrics`.
    pub metrics: RenderMetrics,
    /// Ends streams when the program stops.
    pub shutdown: CancellationToken,
}

/// What can be chosen.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the API is reached from outside.
    pub public_url: Url,
    /// Whether the bare webhook paths of the peer are open, with the sender's client id compared.
    pub compat_open_garmin_path: bool,
    /// Largest page of events and samples.
    pub max_page: u32,
    /// How many points are decoded at a time where buckets are made of them.
    pub points_a_window: u64,
    /// How many event streams may be open at once.
    pub max_streams: usize,
    /// How many exports may be open at once.
    pub max_exports: usize,
    /// Tries to log in at once, by address and account.
    pub login_burst: u32,
    /// Seconds until one more try.
    pub login_refill_s: u32,
    /// The header in which a proxy in front says where a request comes from (its last entry counts); none when
    /// there is no proxy, because then anyone could set it.
    pub client_address_header: Option<String>,
    /// Origins whose pages may call the API from a browser.
    pub cors_origins: Vec<String>,
    /// Where requests are traced: how a request joins its caller's trace.
    pub follow_trace: Option<FollowTrace>,
    /// If set, `/metrics` needs it as bearer token.
    pub metrics_token: Option<String>,
    /// Where endpoints may be: the same as deliveries are made with.
    pub endpoint_policy: CustomerPolicy,
    /// How long a sender may be silent in the middle of a body.
    pub body_silence: Duration,
}

impl Settings {
    /// The defaults for a public URL.
    #[must_use]
    pub fn new(public_url: Url) -> Self {
        Self {
            public_url,
            compat_open_garmin_path: false,
            max_page: 10_000,
            points_a_window: 200_000,
            max_streams: 1_000,
            max_exports: 64,
            login_burst: 10,
            login_refill_s: 30,
            client_address_header: None,
            cors_origins: Vec::new(),
            follow_trace: None,
            metrics_token: None,
            endpoint_policy: CustomerPolicy::default(),
            body_silence: Duration::from_secs(30),
        }
    }
}

/// The state of the router. Cheap to clone.
#[derive(Clone)]
pub struct State {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) sync: Arc<sync::Sync>,
    pub(crate) intake: Intake,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) clock: Clock,
    pub(crate) rng: Rng,
    pub(crate) metrics: RenderMetrics,
    pub(crate) shutdown: CancellationToken,
    pub(crate) settings: Arc<Settings>,
    pub(crate) login_limit: Limiter,
    pub(crate) token_limit: Limiter,
    pub(crate) redeem_limit: Limiter,
    /// Hashing a password takes memory: so many at once.
    pub(crate) hashing: Arc<Semaphore>,
    pub(crate) streams: Arc<Semaphore>,
    pub(crate) exports: Arc<Semaphore>,
    /// Unpacking samples and files takes memory: so much at once.
    pub(crate) decoding: Decoding,
    /// Counting what a team has reads all of it: seldom, and one team at a time.
    pub(crate) counting: Counting,
}

impl State {
    /// The state for these services and settings.
    #[must_use]
    pub fn new(services: Services, settings: Settings) -> Self {
        let Services { store, sync, intake, keyring, clock, rng, metrics, shutdown } = services;
        Self {
            store,
            sync,
            intake,
            keyring,
            clock,
            rng,
            metrics,
            shutdown,
            login_limit: Limiter::new(settings.login_burst, settings.login_refill_s),
            token_limit: Limiter::new(settings.login_burst.saturating_mul(6), settings.login_refill_s.div_ceil(6)),
            redeem_limit: Limiter::new(settings.login_burst, settings.login_refill_s),
            hashing: Arc::new(Semaphore::new(4)),
            decoding: Decoding::new(),
            counting: Counting::new(),
            streams: Arc::new(Semaphore::new(settings.max_streams)),
            exports: Arc::new(Semaphore::new(settings.max_exports)),
            settings: Arc::new(settings),
        }
    }
}
