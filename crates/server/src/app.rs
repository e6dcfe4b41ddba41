//! Wiring: opens everything the configuration names and runs it until told to stop.

use crate::{
    backup, clock,
    config::{self, Config},
    places, secrets, storage, telemetry,
};
use anyhow::Context;
use axum::serve::ListenerExt;
use deliver::Dispatcher;
use ingest::{Intake, IntakeLimits, WorkerSettings, Workers};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use model::{Clock, ProviderName, Rng};
use net::{Client, CustomerPolicy, Limits};
use seal::Keyring;
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};
use store::Store;
use sync::{HistorySettings, KeyTier, ProviderOverride, Sync, SyncSettings};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long senders, endpoints and providers may take to end what was begun, once the server is asked to
/// stop; twice this is below the ten seconds after which container runtimes kill.
const GRACE: Duration = Duration::from_secs(4);

async fn grace_after(shutdown: &CancellationToken) {
    shutdown.cancelled().await;
    tokio::time::sleep(GRACE).await;
}

/// What of the work a process does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Role {
    /// Answers requests
    Api,
    /// Splits, applies, fetches, delivers; answers only whether it lives, whether it is ready, and its metrics
    Worker,
    /// Both
    #[default]
    All,
}

impl Role {
    fn works(self) -> bool {
        self != Self::Api
    }

    fn answers(self) -> bool {
        self != Self::Worker
    }
}

/// The opened program.
pub(crate) struct App {
    config: Config,
    clock: Clock,
    rng: Rng,
    keyring: Arc<Keyring>,
    store: Arc<dyn Store>,
    intake: Intake,
    sync: Arc<Sync>,
}

impl App {
    /// Opens the store and everything around it; nothing runs yet.
    pub(crate) async fn open(config: Config) -> anyhow::Result<Self> {
        secrets::private_folder(&config.server.data_dir)
            .with_context(|| format!("cannot create the folder {}", config.server.data_dir.display()))?;
        let clock = clock::open(&config)?;
        let rng = Rng::from_os();
        let keyring = Arc::new(secrets::keyring(&config, &rng)?);
        let store = storage::open(&config, &clock).await?;
        let spool = places::spool(&config)?;
        let limits = IntakeLimits {
            body_bytes: config.intake.body_bytes,
            upload_bytes: config.intake.upload_bytes,
            waiting: config.intake.waiting,
            free_bytes: config.intake.free_bytes,
        };
        let mut intake = Intake::open(Arc::clone(&store), spool, clock.clone(), limits).await?;
        if let Some(place) = places::cold(&config)? {
            intake = intake.with_cold(place);
        }
        let settings = sync_settings(&config)?;
        let sync =
            Sync::new(Arc::clone(&store), Arc::clone(&keyring), intake.clone(), clock.clone(), rng.clone(), settings)?;
        let app = Self { config, clock, rng, keyring, store, intake, sync };
        app.keep_provider_apps().await?;
        Ok(app)
    }

    /// Keeps the installation's own credentials at each configured provider.
    async fn keep_provider_apps(&self) -> anyhow::Result<()> {
        for (name, provider) in self.offered() {
            let secret = secrets::webhook_secret(&self.config, name.as_str(), &provider.webhook_secret, &self.rng)?;
            self.sync
                .ensure_default_app(&name, &provider.client_id, &provider.client_secret, &secret)
                .await
                .with_context(|| format!("cannot keep the application of {name}"))?;
        }
        Ok(())
    }

    fn offered(&self) -> Vec<(ProviderName, &config::Provider)> {
        let configured = self.config.providers.iter().filter(|(_, provider)| !provider.client_id.is_empty());
        configured.filter_map(|(name, provider)| Some((ProviderName::parse(name)?, provider))).collect()
    }

    /// Where each configured provider must send its webhooks.
    pub(crate) async fn webhook_addresses(&self) -> anyhow::Result<Vec<(String, String)>> {
        let mut addresses = Vec::new();
        for (name, provider) in self.offered() {
            let secret = secrets::webhook_secret(&self.config, name.as_str(), &provider.webhook_secret, &self.rng)?;
            if let Some(app) = self.store.find_default_app(&name).await? {
                let path = format!("api/v1/providers/{name}/webhooks/{}/{secret}", app.id);
                addresses.push((name.to_string(), self.config.server.public_url.join(&path)?.to_string()));
            }
        }
        Ok(addresses)
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    pub(crate) fn intake(&self) -> &Intake {
        &self.intake
    }

    pub(crate) fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn rng(&self) -> &Rng {
        &self.rng
    }

    /// What the API works with, for a command that answers nobody.
    pub(crate) fn api_state(&self) -> api::State {
        api::State::new(self.services(&CancellationToken::new()), self.api_settings())
    }

    /// Finishes what was begun and closes the store.
    pub(crate) async fn close(&self) {
        self.store.close().await;
    }

    /// Serves until told to stop: first no more requests, then the work in hand, then the store.
    pub(crate) async fn serve(
        &self,
        role: Role,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> anyhow::Result<()> {
        let _held = storage::lock(&self.config)?;
        self.intake.check_spool().await.context("the spool of large bodies (spool.url) cannot be used")?;
        if let Some(place) = self.intake.cold() {
            place.check().await.context("the place of old samples (cold.url) cannot be used")?;
        }
        self.store.release_claims().await?;
        // only by the one that serves: a command with another environment must not decide for it
        self.store.put_default_on_consent_withdrawn(self.config.policies.on_consent_withdrawn.into()).await?;
        let background = CancellationToken::new();
        let mut tasks = tokio::task::JoinSet::new();
        if role.works() {
            self.begin_work(&mut tasks, &background)?;
        } else {
            tasks.spawn(Workers::new(self.intake.clone(), self.worker_settings()).run_counting(background.clone()));
        }
        let state = api::State::new(self.services(&shutdown), self.api_settings());
        let router = if role.answers() { api::router(state) } else { api::watch_router(state) };
        let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
        let stopped = shutdown.clone().cancelled_owned();
        // else the last piece of an answer that is sent in pieces waits for the client to confirm the one before
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        let serving = axum::serve(listener, service).with_graceful_shutdown(stopped).into_future();
        let served = tokio::select! {
            served = serving => served,
            () = grace_after(&shutdown) => {
                tracing::warn!("some requests did not end in time and are cut off: their senders were not answered");
                Ok(())
            }
        };
        background.cancel();
        if tokio::time::timeout(GRACE, async { while tasks.join_next().await.is_some() {} }).await.is_err() {
            tracing::warn!("some work did not end in time: it goes on at the next start");
        }
        drop(tasks);
        self.close().await;
        Ok(served?)
    }

    /// Everything that is done without a request.
    fn begin_work(&self, tasks: &mut tokio::task::JoinSet<()>, background: &CancellationToken) -> anyhow::Result<()> {
        tasks.spawn(Workers::new(self.intake.clone(), self.worker_settings()).run(background.clone()));
        tasks.spawn(self.dispatcher()?.run(background.clone()));
        tasks.spawn(Arc::clone(&self.sync).run(background.clone()));
        tasks.spawn(Arc::clone(&self.sync).run_history(background.clone()));
        tasks.spawn(Arc::clone(&self.sync).run_renewals(background.clone()));
        if let Some(schedule) = self.backup_schedule() {
            tasks.spawn(schedule.run(background.clone()));
        }
        Ok(())
    }

    fn endpoint_policy(&self) -> CustomerPolicy {
        let webhooks = &self.config.webhooks;
        CustomerPolicy {
            allow_private: webhooks.allow_private,
            allow_http: webhooks.allow_http,
            allow_any_port: webhooks.allow_any_port,
        }
    }

    fn dispatcher(&self) -> anyhow::Result<Arc<Dispatcher>> {
        let client = Client::for_customers(self.endpoint_policy(), Limits::CUSTOMER)?;
        let (store, keyring) = (Arc::clone(&self.store), Arc::clone(&self.keyring));
        let settings = deliver::Settings::default();
        Ok(Dispatcher::new(store, client, keyring, self.clock.clone(), self.rng.clone(), settings))
    }

    /// When backups are taken, where that is configured.
    fn backup_schedule(&self) -> Option<backup::Schedule> {
        let config = &self.config.backup;
        let origin = backup::Origin {
            data_dir: self.config.server.data_dir.clone(),
            store: self.config.store_path(),
            spool: places::own_spool(&self.config),
            keyring: Arc::clone(&self.keyring),
            clock: self.clock.clone(),
            rng: self.rng.clone(),
        };
        (config.every_hours > 0).then(|| backup::Schedule {
            origin,
            folder: config.folder.clone(),
            every: Duration::from_secs(config.every_hours.saturating_mul(3600)),
            keep: config.keep,
        })
    }

    fn worker_settings(&self) -> WorkerSettings {
        let days = |count: u64| Duration::from_secs(count.saturating_mul(86_400));
        let workers = &self.config.workers;
        WorkerSettings {
            lanes: workers.lanes.max(1),
            cutters: workers.cutters.max(1),
            raw_retention: days(workers.raw_retention_days),
            change_retention: days(workers.change_retention_days),
        }
    }

    fn services(&self, shutdown: &CancellationToken) -> api::Services {
        let handle = metrics_handle();
        api::Services {
            store: Arc::clone(&self.store),
            sync: Arc::clone(&self.sync),
            intake: self.intake.clone(),
            keyring: Arc::clone(&self.keyring),
            clock: self.clock.clone(),
            rng: self.rng.clone(),
            metrics: Arc::new(move || handle.as_ref().map(PrometheusHandle::render).unwrap_or_default()),
            shutdown: shutdown.clone(),
        }
    }

    fn api_settings(&self) -> api::Settings {
        let api = &self.config.api;
        api::Settings {
            compat_open_garmin_path: self.config.compat.open_garmin_path,
            max_page: api.max_page,
            max_streams: api.max_streams,
            max_exports: api.max_exports,
            login_burst: api.login_burst,
            login_refill_s: api.login_refill_s,
            client_address_header: Some(api.client_address_header.clone()).filter(|name| !name.is_empty()),
            cors_origins: api.cors_origins.clone(),
            follow_trace: telemetry::follower(&self.config.telemetry),
            metrics_token: Some(api.metrics_token.clone()).filter(|token| !token.is_empty()),
            endpoint_policy: self.endpoint_policy(),
            ..api::Settings::new(self.config.server.public_url.clone())
        }
    }
}

/// Whether what the configuration says can be used, as far as can be told without opening anything.
pub(crate) fn check(config: &Config) -> anyhow::Result<()> {
    sync_settings(config)?;
    if config.backup.every_hours > 0 {
        storage::require_embedded(config, "backup.every_hours")?;
    }
    if config.backup.every_hours > 0 && config.backup.folder.as_os_str().is_empty() {
        anyhow::bail!("backup.every_hours needs backup.folder");
    }
    places::check(config)?;
    storage::check(config)?;
    telemetry::check(&config.telemetry)?;
    for name in config.providers.keys() {
        if providers::find(name).is_none() {
            anyhow::bail!("providers.{name} is not a provider");
        }
    }
    tracing_subscriber::EnvFilter::try_new(&config.server.log_level).context("server.log_level is not valid")?;
    Ok(())
}

fn sync_settings(config: &Config) -> anyhow::Result<SyncSettings> {
    let mut providers = std::collections::BTreeMap::new();
    for (name, provider) in config.providers.iter().filter(|(_, provider)| !provider.sandbox_url.is_empty()) {
        let name = ProviderName::parse(name).with_context(|| format!("`{name}` is not a provider's name"))?;
        providers.insert(name, ProviderOverride { base_url: provider.sandbox_url.clone() });
    }
    Ok(SyncSettings {
        public_url: config.server.public_url.clone(),
        redirect_allow_list: config.api.redirect_allow_list.clone(),
        providers,
        history: history_settings(&config.backfill),
    })
}

fn history_settings(backfill: &config::Backfill) -> HistorySettings {
    HistorySettings {
        on_connect: backfill.on_connect,
        depth_days: Some(backfill.depth_days).filter(|days| *days > 0),
        tier: match backfill.tier {
            config::KeyTier::Evaluation => KeyTier::Evaluation,
            config::KeyTier::Production => KeyTier::Production,
        },
        days_per_minute: Some(backfill.days_per_minute).filter(|days| *days > 0),
        concurrency: backfill.concurrency,
        quiet: Duration::from_secs(backfill.quiet_s),
        patience: Duration::from_secs(backfill.patience_s),
    }
}

/// One recorder for the process, whoever asks first.
fn metrics_handle() -> Option<PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).clone()
}
