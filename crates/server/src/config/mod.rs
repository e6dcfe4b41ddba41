//! Configuration: the commented default, then a file, then the environment; later ones win.
//!
//! The default file is the only place where defaults stand, so that it cannot disagree with the program.

mod load;

pub(crate) use load::{DEFAULT, load};

use serde::Deserialize;
use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};
use url::Url;

/// Everything that can be configured. `src/wearhouse.toml` says what each option means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) server: Server,
    pub(crate) store: Store,
    pub(crate) security: Security,
    pub(crate) api: Api,
    pub(crate) intake: Intake,
    pub(crate) spool: Spool,
    pub(crate) cold: Cold,
    pub(crate) s3: S3,
    pub(crate) workers: Workers,
    pub(crate) backup: Backup,
    pub(crate) telemetry: Telemetry,
    pub(crate) webhooks: Webhooks,
    pub(crate) backfill: Backfill,
    pub(crate) policies: Policies,
    pub(crate) compat: Compat,
    pub(crate) clock: ClockOptions,
    pub(crate) providers: BTreeMap<String, Provider>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Server {
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: Url,
    pub(crate) data_dir: PathBuf,
    pub(crate) log_format: LogFormat,
    pub(crate) log_level: String,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Store {
    pub(crate) url: String,
    pub(crate) writers: usize,
    pub(crate) readers: usize,
    pub(crate) partitions: u16,
    pub(crate) nats_url: String,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store(hidden)")
    }
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    Pretty,
    Json,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Security {
    pub(crate) master_key: String,
    pub(crate) older_master_keys: Vec<String>,
}

impl std::fmt::Debug for Security {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Security(hidden)")
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Api {
    pub(crate) max_page: u32,
    pub(crate) max_streams: usize,
    pub(crate) max_exports: usize,
    pub(crate) login_burst: u32,
    pub(crate) login_refill_s: u32,
    pub(crate) client_address_header: String,
    pub(crate) cors_origins: Vec<String>,
    pub(crate) metrics_token: String,
    pub(crate) redirect_allow_list: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Intake {
    pub(crate) body_bytes: u64,
    pub(crate) upload_bytes: u64,
    pub(crate) waiting: u64,
    pub(crate) free_bytes: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Spool {
    pub(crate) url: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cold {
    pub(crate) url: String,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct S3 {
    pub(crate) endpoint: String,
    pub(crate) region: String,
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
}

impl std::fmt::Debug for S3 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Workers {
    pub(crate) lanes: usize,
    pub(crate) cutters: usize,
    pub(crate) raw_retention_days: u64,
    pub(crate) change_retention_days: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Backup {
    pub(crate) every_hours: u64,
    pub(crate) folder: PathBuf,
    pub(crate) keep: usize,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(feature = "otel"), allow(dead_code))] // what is refused is read all the same
pub(crate) struct Telemetry {
    pub(crate) otlp_endpoint: String,
    pub(crate) otlp_headers: Vec<String>,
    pub(crate) sample_ratio: f64,
}

impl std::fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Telemetry").field("otlp_endpoint", &self.otlp_endpoint).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools)] // three switches of one policy
pub(crate) struct Webhooks {
    pub(crate) allow_private: bool,
    pub(crate) allow_http: bool,
    pub(crate) allow_any_port: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Backfill {
    pub(crate) on_connect: bool,
    pub(crate) depth_days: u32,
    pub(crate) tier: KeyTier,
    pub(crate) days_per_minute: u32,
    pub(crate) concurrency: u32,
    pub(crate) quiet_s: u64,
    pub(crate) patience_s: u64,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KeyTier {
    Evaluation,
    Production,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policies {
    pub(crate) on_consent_withdrawn: KeepOrErase,
}

#[derive(Clone, Copy, Debug, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KeepOrErase {
    /// Data stays
    Keep,
    /// All that came through the connection is erased
    Erase,
}

impl From<KeepOrErase> for store::OnConsentWithdrawn {
    fn from(choice: KeepOrErase) -> Self {
        match choice {
            KeepOrErase::Keep => Self::Keep,
            KeepOrErase::Erase => Self::Erase,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Compat {
    pub(crate) open_garmin_path: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockOptions {
    pub(crate) origin: String,
    pub(crate) speed: f64,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    pub(crate) client_id: String,
    #[serde(default)]
    pub(crate) client_secret: String,
    #[serde(default)]
    pub(crate) webhook_secret: String,
    #[serde(default)]
    pub(crate) sandbox_url: String,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider")
            .field("client_id", &self.client_id)
            .field("sandbox_url", &self.sandbox_url)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// Whether the server is only reached from this machine: what eases development is allowed only then.
    pub(crate) fn is_loopback(&self) -> bool {
        match self.server.public_url.host() {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// The embedded store's file.
    pub(crate) fn store_path(&self) -> PathBuf {
        self.server.data_dir.join("wearhouse.db")
    }

    /// The folder of large bodies, where they lie beside the store.
    pub(crate) fn spool_path(&self) -> PathBuf {
        self.server.data_dir.join("spool")
    }
}
