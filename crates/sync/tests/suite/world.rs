//! A team with a user, in a store of its own, under a clock that stands still.

use crate::provider::Provider;
use ingest::{Intake, IntakeLimits, Spool};
use model::{
    Clock, ConnectionId, DeveloperId, FetchKind, FetchRequest, PartMeta, ProviderName, Rng, TeamId, Timestamp, UserId,
};
use net::{Backoff, Url};
use seal::{Keyring, MasterKey};
use std::{collections::BTreeMap, future::Future, sync::Arc, time::Duration};
use store::{Application, Connection, Delivery, Developer, SqlStore, Store, SyncEvent, Team, User};
use sync::{Authorization, HistorySettings, Pace, ProviderOverride, Sync, SyncSettings};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) const GARMIN: ProviderName = ProviderName::from_static("garmin");

pub(crate) struct World {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) provider: Provider,
    pub(crate) sync: Arc<Sync>,
    pub(crate) clock: Clock,
    pub(crate) rng: Rng,
    pub(crate) team: TeamId,
    pub(crate) user: UserId,
}

pub(crate) struct Running {
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        within(self.task).await.unwrap();
    }
}

pub(crate) async fn within<T>(wait: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("waited in vain")
}

/// Waits until something holds in the store.
pub(crate) async fn until<F: Future<Output = bool>>(holds: impl Fn() -> F) {
    within(async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

impl World {
    pub(crate) async fn new() -> Self {
        let provider = Provider::start().await;
        let origin = provider.origin.clone();
        Self::of(Clock::fixed(Timestamp::from_seconds(1_763_712_000)), provider, origin).await
    }

    /// A world whose provider is reached at `origin`.
    pub(crate) async fn of(clock: Clock, provider: Provider, origin: String) -> Self {
        let rng = Rng::from_os();
        let name = DeveloperId::generate(&clock, &rng).to_string();
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sync-{name}"));
        std::fs::create_dir_all(&path).unwrap();
        let store: Arc<dyn Store> = Arc::new(SqlStore::open_embedded(&path.join("store.db"), clock.clone()).unwrap());
        let limits = IntakeLimits { free_bytes: 0, ..IntakeLimits::default() };
        let spool = Spool::open(&path.join("spool")).unwrap();
        let intake = Intake::open(Arc::clone(&store), spool, clock.clone(), limits).await.unwrap();
        let keyring = Keyring::new(MasterKey::generate(&rng), Vec::new());
        let settings = SyncSettings {
            public_url: Url::parse("https://health.example.com").unwrap(),
            redirect_allow_list: vec!["app.example.com".to_owned()],
            providers: BTreeMap::from([(GARMIN, ProviderOverride { base_url: origin })]),
            history: HistorySettings::default(),
        };
        let pace = Pace { brief_retry: Backoff { steps: vec![Duration::ZERO; 2], jitter: 0.0 }, ..Pace::default() };
        let sync = Sync::with_pace(Arc::clone(&store), keyring, intake, clock.clone(), rng.clone(), settings, pace);
        let (team, user) = (TeamId::generate(&clock, &rng), UserId::generate(&clock, &rng));
        let world = Self { store, provider, sync: sync.unwrap(), team, user, clock, rng };
        world.fill().await;
        world
    }

    async fn fill(&self) {
        let now = self.clock.now();
        let team = Team { id: self.team, name: "Team".to_owned(), created_at: now };
        let owner = Developer {
            id: DeveloperId::generate(&self.clock, &self.rng),
            team_id: self.team,
            email: "owner@example.com".to_owned(),
            first_name: None,
            last_name: None,
            role: "owner".to_owned(),
            password_hash: "-".to_owned(),
            created_at: now,
            updated_at: now,
        };
        self.store.create_team(team, owner).await.unwrap();
        self.add_user(self.user).await;
        self.sync.ensure_default_app(&GARMIN, "client", "client-secret", "webhook-secret").await.unwrap();
    }

    pub(crate) async fn add_user(&self, id: UserId) {
        let now = self.clock.now();
        let user = User {
            id,
            team_id: self.team,
            external_user_id: None,
            email: None,
            first_name: None,
            last_name: None,
            time_zone: None,
            created_at: now,
            updated_at: now,
            last_synced_at: None,
            last_synced_provider: None,
            has_active_connection: false,
        };
        self.store.create_user(user).await.unwrap();
    }

    pub(crate) async fn begin(&self, user: UserId) -> Authorization {
        self.sync.begin(self.team, user, &GARMIN, Some("https://app.example.com/done".to_owned())).await.unwrap()
    }

    /// Connects a user to the account, with tokens `access-n` and `refresh-n`.
    pub(crate) async fn connect(&self, user: UserId) -> Connection {
        let begun = self.begin(user).await;
        self.sync.finish(&GARMIN, Some("code"), Some(&begun.state), None).await.unwrap();
        self.connection(user).await
    }

    pub(crate) async fn connection(&self, user: UserId) -> Connection {
        self.store.list_connections(user).await.unwrap().remove(0)
    }

    /// A notice for the first user's connection asks for a call.
    pub(crate) async fn add_job(&self, connection: ConnectionId, fetch: FetchRequest) {
        let link = self.store.find_connection(self.user, connection).await.unwrap().unwrap();
        self.add_job_of(&link, fetch).await;
    }

    /// A notice for a connection asks for a call.
    pub(crate) async fn add_job_of(&self, link: &Connection, fetch: FetchRequest) {
        let fetches = vec![store::FetchOrder { connection_id: link.id, fetch, noticed_at: self.clock.now() }];
        let application = Application { user_id: link.user_id, fetches, ..self.application() };
        self.store.apply(application).await.unwrap();
        self.store.wakers().jobs.notify_one();
    }

    /// A change of nothing, of the user.
    pub(crate) fn application(&self) -> Application {
        Application::of(self.user, self.team, self.clock.now())
    }

    pub(crate) fn run(&self) -> Running {
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(Arc::clone(&self.sync).run(shutdown.clone()));
        Running { shutdown, task }
    }

    /// Renews what is idle.
    pub(crate) fn run_renewals(&self) -> Running {
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(Arc::clone(&self.sync).run_renewals(shutdown.clone()));
        Running { shutdown, task }
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.store.wakers().jobs.notify_one();
    }

    /// Waits until so many jobs wait and so many are dead.
    pub(crate) async fn until_jobs(&self, waiting: u64, dead: u64) {
        until(async || {
            let depths = self.store.queue_depths().await.unwrap();
            (depths.jobs_waiting, depths.jobs_dead) == (waiting, dead)
        })
        .await;
    }

    /// What the intake accepted.
    pub(crate) async fn deliveries(&self) -> Vec<Delivery> {
        let now = self.clock.now();
        self.store.claim_deliveries(now.plus_seconds(1_000_000_000), now, 100).await.unwrap()
    }

    /// The latest failure that people can see.
    pub(crate) async fn latest_event(&self) -> SyncEvent {
        self.store.list_sync_events(self.user, 1).await.unwrap().remove(0).1
    }
}

pub(crate) fn summaries(url: String) -> FetchRequest {
    let kind = FetchKind::Summaries { part_type: "activities".to_owned() };
    FetchRequest { url, kind, bearer: true, expires_s: Some(86_400) }
}

pub(crate) fn file(url: String) -> FetchRequest {
    let meta = PartMeta { external_id: Some("workout-1".to_owned()), ..PartMeta::default() };
    FetchRequest { url, kind: FetchKind::File { meta }, bearer: false, expires_s: Some(86_400) }
}
