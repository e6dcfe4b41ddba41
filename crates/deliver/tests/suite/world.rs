//! A team with a user and endpoints, in a store of its own, under a clock that stands still.

use deliver::{Dispatcher, Settings, seal_secret};
use model::{
    Clock, ConnectionId, DeveloperId, EndpointId, ProviderAppId, ProviderName, Rng, RunId, TeamId, Timestamp, UserId,
};
use net::{Client, CustomerPolicy, Limits};
use seal::{Keyring, MasterKey, WebhookSecret};
use std::{sync::Arc, time::Duration};
use store::{
    Attempt, Connection, ConnectionStatus, Developer, Emission, Endpoint, ProviderApp, SqlStore, Store, Subject,
    SyncEvent, Team, User,
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) const GARMIN: ProviderName = ProviderName::from_static("garmin");
pub(crate) const OPEN: CustomerPolicy = CustomerPolicy { allow_private: true, allow_http: true, allow_any_port: true };

pub(crate) struct World {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) clock: Clock,
    pub(crate) rng: Rng,
    pub(crate) team: TeamId,
    pub(crate) user: UserId,
    pub(crate) secret: WebhookSecret,
    pub(crate) policy: CustomerPolicy,
    pub(crate) settings: Settings,
    app: ProviderAppId,
}

pub(crate) struct Running {
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        tokio::time::timeout(Duration::from_secs(20), self.task).await.expect("shutdown hangs").unwrap();
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let rng = Rng::from_os();
        let clock = Clock::fixed(Timestamp::from_seconds(1_763_712_000));
        let name = DeveloperId::generate(&clock, &rng).to_string();
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("deliver-{name}"));
        std::fs::create_dir_all(&path).unwrap();
        let store: Arc<dyn Store> = Arc::new(SqlStore::open_embedded(&path.join("store.db"), clock.clone()).unwrap());
        let world = Self {
            store,
            keyring: Arc::new(Keyring::new(MasterKey::generate(&rng), Vec::new())),
            team: TeamId::generate(&clock, &rng),
            user: UserId::generate(&clock, &rng),
            secret: WebhookSecret::generate(&rng),
            policy: OPEN,
            settings: Settings::default(),
            app: ProviderAppId::generate(&clock, &rng),
            clock,
            rng,
        };
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
        let user = User {
            id: self.user,
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
        let app = ProviderApp {
            id: self.app,
            team_id: None,
            provider: GARMIN,
            client_id: "client".to_owned(),
            client_secret: vec![0],
            webhook_secret_hash: [1; 32],
            created_at: now,
        };
        self.store.put_provider_app(app).await.unwrap();
    }

    pub(crate) async fn add_endpoint(&self, url: &str, change: impl FnOnce(&mut Endpoint)) -> Endpoint {
        let id = EndpointId::generate(&self.clock, &self.rng);
        let mut endpoint = Endpoint {
            id,
            team_id: self.team,
            url: url.to_owned(),
            description: None,
            filter_types: Vec::new(),
            user_id: None,
            secret: seal_secret(&self.keyring, &self.rng, id, &self.secret),
            enabled: true,
            created_at: self.clock.now(),
            updated_at: self.clock.now(),
        };
        change(&mut endpoint);
        self.store.put_endpoint(endpoint.clone()).await.unwrap();
        endpoint
    }

    /// Connects the user to an account, which tells `connection.created`.
    pub(crate) async fn connect(&self) -> Connection {
        let now = self.clock.now();
        let connection = Connection {
            id: ConnectionId::generate(&self.clock, &self.rng),
            user_id: self.user,
            team_id: self.team,
            app_id: self.app,
            provider: GARMIN,
            provider_user_id: Some("account".to_owned()),
            provider_username: None,
            access_token: None,
            refresh_token: None,
            token_expires_at: None,
            scope: None,
            status: ConnectionStatus::Active,
            created_at: now,
            updated_at: now,
            last_synced_at: None,
            standing: store::Standing::default(),
        };
        self.store.connect(connection).await.unwrap()
    }

    /// Writes down how a run ended; `emits` says whether subscribers are told.
    pub(crate) async fn tell_run(&self, run_id: RunId, message: &str, emits: bool) {
        let now = self.clock.now();
        let event = SyncEvent {
            event_id: run_id.as_uuid(),
            run_id,
            provider: GARMIN,
            source: "webhook".to_owned(),
            stage: "completed".to_owned(),
            status: "success".to_owned(),
            message: Some(message.to_owned()),
            progress: Some(1.0),
            items_processed: Some(3),
            items_total: None,
            error: None,
            metadata: serde_json::json!({"summary_type": "activities"}),
            started_at: None,
            ended_at: Some(now),
            timestamp: now,
        };
        let emission = Emission {
            event_type: "sync.completed".to_owned(),
            subject: Subject::Run { id: run_id },
            historical: false,
            changed: Vec::new(),
        };
        let emissions = if emits { vec![emission] } else { Vec::new() };
        self.store.put_sync_events(self.team, self.user, vec![event], emissions).await.unwrap();
    }

    pub(crate) fn run(&self) -> Running {
        let client = Client::for_customers(self.policy, Limits::CUSTOMER).unwrap();
        let dispatcher = Dispatcher::new(
            Arc::clone(&self.store),
            client,
            Arc::clone(&self.keyring),
            self.clock.clone(),
            self.rng.clone(),
            self.settings.clone(),
        );
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(dispatcher.run(shutdown.clone()));
        Running { shutdown, task }
    }

    /// Moves the clock and wakes who waits for it.
    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.store.wakers().messages.notify_one();
    }

    /// Waits until an endpoint has so many tries, latest first.
    pub(crate) async fn attempts(&self, endpoint: &Endpoint, count: usize) -> Vec<Attempt> {
        let wait = async {
            loop {
                let attempts = self.store.list_attempts(self.team, endpoint.id, 100).await.unwrap();
                if attempts.len() >= count {
                    return attempts;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), wait).await.expect("attempts are missing")
    }
}
