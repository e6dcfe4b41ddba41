//! A team with users and their accounts, in a store and a spool of its own, under a clock that stands still.

use bytes::Bytes;
use futures::stream;
use ingest::{AcceptError, Accepted, ColdPlace, Incoming, Intake, IntakeLimits, Spool, WorkerSettings, Workers};
use model::{
    Clock, ConnectionId, DeveloperId, FetchKind, FetchRequest, PartMeta, ProviderAppId, ProviderName, Rng, TeamId,
    Timestamp, UserId,
};
use objects::Objects;
use std::{
    convert::Infallible,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use store::{
    ChangeBody, ChangePosition, Connection, ConnectionStatus, DeliveryKind, Developer, Emission, Lane, ProviderApp,
    QueueDepths, SqlStore, Store, SyncEvent, Team, User,
};
use tempfile::TempDir;

pub(crate) const GARMIN: ProviderName = ProviderName::from_static("garmin");
/// A Sunday noon.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_772_971_200);

pub(crate) struct World {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) intake: Intake,
    pub(crate) clock: Clock,
    pub(crate) rng: Rng,
    pub(crate) team: TeamId,
    pub(crate) app: ProviderAppId,
    folder: TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with_limits(IntakeLimits::default()).await
    }

    pub(crate) async fn with_limits(limits: IntakeLimits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (clock, rng) = (Clock::fixed(NOW), Rng::from_os());
        let store: Arc<dyn Store> =
            Arc::new(SqlStore::open_embedded(&folder.path().join("store.db"), clock.clone()).unwrap());
        let spool = Spool::open(&folder.path().join("spool")).unwrap();
        let intake = Intake::open(Arc::clone(&store), spool, clock.clone(), limits).await.unwrap();
        let intake = intake.with_cold(cold(folder.path()));
        let app = ProviderAppId::generate(&clock, &rng);
        let mut world = Self { team: TeamId::generate(&clock, &rng), store, intake, clock, rng, app, folder };
        world.team = world.add_team().await;
        world.add_app().await;
        world
    }

    pub(crate) async fn add_team(&self) -> TeamId {
        let (id, now) = (TeamId::generate(&self.clock, &self.rng), self.clock.now());
        let owner = Developer {
            id: DeveloperId::generate(&self.clock, &self.rng),
            team_id: id,
            email: format!("{id}@example.com"),
            first_name: None,
            last_name: None,
            role: "owner".to_owned(),
            password_hash: "-".to_owned(),
            created_at: now,
            updated_at: now,
        };
        self.store.create_team(Team { id, name: "Team".to_owned(), created_at: now }, owner).await.unwrap();
        id
    }

    async fn add_app(&self) {
        let app = ProviderApp {
            id: self.app,
            team_id: None,
            provider: GARMIN,
            client_id: "client".to_owned(),
            client_secret: vec![0],
            webhook_secret_hash: [1; 32],
            created_at: self.clock.now(),
        };
        self.store.put_provider_app(app).await.unwrap();
    }

    pub(crate) async fn add_user_of(&self, team: TeamId) -> UserId {
        let (id, now) = (UserId::generate(&self.clock, &self.rng), self.clock.now());
        let user = User {
            id,
            team_id: team,
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
        id
    }

    pub(crate) async fn connect_of(&self, team: TeamId, user: UserId, account: &str) -> Connection {
        let now = self.clock.now();
        let connection = Connection {
            id: ConnectionId::generate(&self.clock, &self.rng),
            user_id: user,
            team_id: team,
            app_id: self.app,
            provider: GARMIN,
            provider_user_id: Some(account.to_owned()),
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

    /// A user of the first team with this account.
    pub(crate) async fn person(&self, account: &str) -> UserId {
        let user = self.add_user_of(self.team).await;
        self.connect_of(self.team, user, account).await;
        user
    }

    pub(crate) fn incoming(&self, kind: DeliveryKind) -> Incoming {
        Incoming {
            kind,
            provider: GARMIN,
            app_id: Some(self.app),
            user_id: None,
            connection_id: None,
            part_type: None,
            meta: PartMeta::default(),
        }
    }

    pub(crate) async fn accept(&self, incoming: Incoming, body: &[u8]) -> Result<Accepted, AcceptError> {
        self.clock.advance(Duration::from_secs(1));
        let chunks: Vec<Result<Bytes, Infallible>> =
            body.chunks(64 * 1024).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        self.intake.accept(incoming, stream::iter(chunks)).await
    }

    /// A notification arrives.
    pub(crate) async fn push_bytes(&self, body: &[u8]) -> Accepted {
        self.accept(self.incoming(DeliveryKind::Webhook), body).await.unwrap()
    }

    pub(crate) async fn push(&self, body: &serde_json::Value) -> Accepted {
        self.push_bytes(&serde_json::to_vec(body).unwrap()).await
    }

    /// Pushes a body with so much space at its end that it is kept before it is cut.
    pub(crate) async fn push_spacious(&self, body: &serde_json::Value) -> Accepted {
        let mut bytes = serde_json::to_vec(body).unwrap();
        bytes.extend_from_slice(&[b' '; 20 * 1024]);
        self.push_bytes(&bytes).await
    }

    /// Takes the job that a notice made.
    pub(crate) async fn job(&self) -> store::Job {
        let now = self.clock.now();
        self.store.claim_jobs(now, now.plus_seconds(60), 1).await.unwrap().remove(0)
    }

    /// A file that was fetched for a user's account arrives.
    pub(crate) async fn file(&self, user: UserId, meta: PartMeta, bytes: &[u8]) -> Accepted {
        let link = self.store.list_connections(user).await.unwrap().pop().unwrap();
        // each has a job of its own
        let fetch = FetchRequest {
            url: format!("https://example.com/{}", UserId::generate(&self.clock, &self.rng)),
            kind: FetchKind::File { meta: PartMeta::default() },
            bearer: false,
            expires_s: None,
        };
        let job = self.order(&link, fetch).await;
        let job = store::Job { fetch: FetchRequest { kind: FetchKind::File { meta }, ..job.fetch.clone() }, ..job };
        self.fetched(&job, bytes).await
    }

    /// A job for a connection, as its notice would have made it.
    async fn order(&self, link: &Connection, fetch: FetchRequest) -> store::Job {
        let order = store::FetchOrder { connection_id: link.id, fetch: fetch.clone(), noticed_at: self.clock.now() };
        let application = store::Application { fetches: vec![order], ..self.nothing(link.user_id, link.team_id) };
        self.store.apply(application).await.unwrap();
        let now = self.clock.now();
        let mut claimed = self.store.claim_jobs(now, now, 100_000).await.unwrap();
        claimed.retain(|job| job.fetch.url == fetch.url);
        claimed.remove(0)
    }

    /// An application that only completes a part.
    pub(crate) fn completing(&self, part: &store::Part) -> store::Application {
        let done = store::CompletedPart { key: part.key(), items: 1, issues: Vec::new(), is_refused: false };
        let (user, team) = (part.user_id.unwrap(), part.team_id.unwrap());
        store::Application { parts: vec![done], ..self.nothing(user, team) }
    }

    /// An application that changes nothing yet.
    fn nothing(&self, user_id: UserId, team_id: TeamId) -> store::Application {
        store::Application::of(user_id, team_id, self.clock.now())
    }

    /// What a job fetched arrives.
    pub(crate) async fn fetched(&self, job: &store::Job, bytes: &[u8]) -> Accepted {
        self.clock.advance(Duration::from_secs(1));
        let part_type = match &job.fetch.kind {
            FetchKind::File { .. } => "activityFiles",
            FetchKind::Summaries { part_type } => part_type,
        };
        let chunks: Vec<Result<Bytes, Infallible>> = vec![Ok(Bytes::copy_from_slice(bytes))];
        self.intake.accept_fetched(job, Some(part_type.to_owned()), stream::iter(chunks)).await.unwrap()
    }

    pub(crate) fn workers(&self) -> Workers {
        Workers::new(self.intake.clone(), WorkerSettings::default())
    }

    /// Does everything that waits.
    pub(crate) async fn work(&self) {
        self.workers().run_until_idle(|_| ()).await.unwrap();
    }

    /// Goes on as after a kill: a store opened anew, claims of the dead process released.
    pub(crate) async fn reopened(self) -> Self {
        let Self { store, intake, clock, rng, team, app, folder } = self;
        drop((intake, store));
        let store: Arc<dyn Store> =
            Arc::new(SqlStore::open_embedded(&folder.path().join("store.db"), clock.clone()).unwrap());
        store.release_claims().await.unwrap();
        let spool = Spool::open(&folder.path().join("spool")).unwrap();
        let intake = Intake::open(Arc::clone(&store), spool, clock.clone(), IntakeLimits::default()).await.unwrap();
        let intake = intake.with_cold(cold(folder.path()));
        Self { store, intake, clock, rng, team, app, folder }
    }

    pub(crate) fn cold_folder(&self) -> PathBuf {
        self.folder.path().join("cold")
    }

    pub(crate) fn spool_folder(&self) -> PathBuf {
        self.folder.path().join("spool")
    }

    /// What lies in the spool.
    pub(crate) fn spooled(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.spool_folder()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).filter(|n| n != "_swept").collect();
        names.sort();
        names
    }

    pub(crate) async fn depths(&self) -> QueueDepths {
        self.store.queue_depths().await.unwrap()
    }

    async fn changes(&self, user: UserId) -> Vec<ChangeBody> {
        let start = ChangePosition { lane: Lane::of_user(user), position: 0 };
        let changes = self.store.read_changes(start, Some(user), 100_000).await.unwrap();
        changes.into_iter().map(|change| change.body).collect()
    }

    /// What was told of a user, but for the connection that was made.
    pub(crate) async fn told(&self, user: UserId) -> Vec<Emission> {
        let emissions = self.changes(user).await.into_iter().filter_map(|body| match body {
            ChangeBody::Emission(emission) => Some(emission),
            ChangeBody::Sync(_) => None,
        });
        emissions.filter(|emission| emission.event_type != "connection.created").collect()
    }

    /// The runs of a user, as they were logged.
    pub(crate) async fn runs(&self, user: UserId) -> Vec<SyncEvent> {
        let events = self.changes(user).await.into_iter().filter_map(|body| match body {
            ChangeBody::Sync(event) => Some(*event),
            ChangeBody::Emission(_) => None,
        });
        events.collect()
    }
}

fn cold(folder: &Path) -> ColdPlace {
    ColdPlace::new(Objects::in_folder(&folder.join("cold")).unwrap())
}
