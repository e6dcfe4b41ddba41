//! Two teams, each with a developer and a key, and requests to the router as they would come.

use api::{Services, Settings, State, router};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use ingest::{ColdPlace, Intake, IntakeLimits, Spool, WorkerSettings, Workers};
use model::{
    ApiKeyId, Clock, ConnectionId, Context, DeveloperId, Point, ProviderAppId, ProviderName, Rng, SeriesType, Source,
    Stamp, TeamId, Timestamp, UserId,
};
use objects::Objects;
use seal::{Keyring, MasterKey};
use serde_json::Value;
use series::{Incoming as Points, merge};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use store::{
    ApiKey, Application, Applied, Connection, ConnectionStatus, Developer, ProviderApp, Session, SessionKind, SqlStore,
    Store, StoredFile, StoredScore, Team, User,
};
use sync::{HistorySettings, Sync, SyncSettings};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

pub(crate) const GARMIN: ProviderName = ProviderName::from_static("garmin");
/// 2026-11-21, noon UTC.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_795_262_400);
pub(crate) const PASSWORD: &str = "correct horse";
pub(crate) const WEBHOOK_SECRET: &str = "webhook-secret";
pub(crate) const KEY_HEADER: &str = "x-open-wearables-api-key";

/// A team, and what opens its doors.
pub(crate) struct Tenant {
    pub(crate) team: TeamId,
    pub(crate) developer: DeveloperId,
    pub(crate) email: String,
    pub(crate) key: String,
    pub(crate) key_id: ApiKeyId,
    pub(crate) token: String,
}

pub(crate) struct World {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) intake: Intake,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) clock: Clock,
    pub(crate) rng: Rng,
    pub(crate) app: ProviderAppId,
    pub(crate) a: Tenant,
    pub(crate) b: Tenant,
    pub(crate) router: Router,
    pub(crate) shutdown: CancellationToken,
    folder: TempDir,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| (), IntakeLimits::default()).await
    }

    pub(crate) async fn with_settings(change: impl FnOnce(&mut Settings)) -> Self {
        Self::with(change, IntakeLimits::default()).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings), limits: IntakeLimits) -> Self {
        Self::build(change, limits, |folder| Some(ColdPlace::new(Objects::in_folder(folder).unwrap()))).await
    }

    /// Without a place for old samples.
    pub(crate) async fn without_cold() -> Self {
        Self::build(|_| (), IntakeLimits::default(), |_| None).await
    }

    async fn build(
        change: impl FnOnce(&mut Settings),
        limits: IntakeLimits,
        cold: impl FnOnce(&Path) -> Option<ColdPlace>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (clock, rng) = (Clock::fixed(NOW), Rng::from_os());
        let path = folder.path().join("store.db");
        let store: Arc<dyn Store> = Arc::new(SqlStore::open_embedded(&path, clock.clone()).unwrap());
        let spool = Spool::open(&folder.path().join("spool")).unwrap();
        let mut intake = Intake::open(Arc::clone(&store), spool, clock.clone(), limits).await.unwrap();
        if let Some(place) = cold(&folder.path().join("cold")) {
            intake = intake.with_cold(place);
        }
        let keyring = Arc::new(Keyring::new(MasterKey::generate(&rng), Vec::new()));
        let public_url: url::Url = "http://localhost:8000".parse().unwrap();
        let sync = Sync::new(
            Arc::clone(&store),
            Arc::clone(&keyring),
            intake.clone(),
            clock.clone(),
            rng.clone(),
            SyncSettings {
                public_url: public_url.clone(),
                redirect_allow_list: Vec::new(),
                providers: std::collections::BTreeMap::new(),
                history: HistorySettings::default(),
            },
        )
        .unwrap();
        let app = sync.ensure_default_app(&GARMIN, "client-1", "client-secret", WEBHOOK_SECRET).await.unwrap();
        let shutdown = CancellationToken::new();
        let services = Services {
            store: Arc::clone(&store),
            sync,
            intake: intake.clone(),
            keyring: Arc::clone(&keyring),
            clock: clock.clone(),
            rng: rng.clone(),
            metrics: Arc::new(|| "wearhouse_up 1\n".to_owned()),
            shutdown: shutdown.clone(),
        };
        let mut settings = Settings::new(public_url);
        change(&mut settings);
        let router = router(State::new(services, settings));
        let a = tenant(&store, &clock, &rng, "ada@a.example").await;
        let b = tenant(&store, &clock, &rng, "bob@b.example").await;
        Self { store, intake, keyring, clock, rng, app: app.id, a, b, router, shutdown, folder }
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 64 * 1024 * 1024).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// A request with a key of team A.
    pub(crate) async fn with_key(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.send(request(method, path, &[(KEY_HEADER, &self.a.key)], body)).await
    }

    /// A request with the developer's token of team A.
    pub(crate) async fn as_developer(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let bearer = format!("Bearer {}", self.a.token);
        self.send(request(method, path, &[("authorization", &bearer)], body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.with_key("GET", path, None).await
    }

    /// The same with a path of its own.
    pub(crate) async fn get_owned(&self, path: String) -> Answer {
        self.get(&path).await
    }

    pub(crate) async fn user_of(&self, team: TeamId, external: &str) -> UserId {
        let (id, now) = (UserId::generate(&self.clock, &self.rng), self.clock.now());
        let user = User {
            id,
            team_id: team,
            external_user_id: Some(external.to_owned()),
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

    pub(crate) async fn connect(&self, team: TeamId, user: UserId, account: &str) -> Connection {
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

    /// A user of team A with an account.
    pub(crate) async fn person(&self, account: &str) -> UserId {
        let user = self.user_of(self.a.team, account).await;
        self.connect(self.a.team, user, account).await;
        user
    }

    /// The webhook path with its secret.
    pub(crate) fn hook(&self) -> String {
        format!("/api/v1/providers/garmin/webhooks/{}/{WEBHOOK_SECRET}", self.app)
    }

    /// A provider's notification arrives and is applied.
    pub(crate) async fn push(&self, body: &Value) {
        self.send(request("POST", &self.hook(), &[], Some(body.clone()))).await.expect(200);
        self.work().await;
    }

    /// Does everything that waits.
    pub(crate) async fn work(&self) {
        Workers::new(self.intake.clone(), WorkerSettings::default()).run_until_idle(|_| ()).await.unwrap();
    }

    /// Applies policies of retention to everybody.
    pub(crate) async fn keep_policies(&self) {
        let workers = Workers::new(self.intake.clone(), WorkerSettings::default());
        while workers.keep_policies_once(&self.shutdown).await.unwrap() {}
    }

    /// Where old samples lie.
    pub(crate) fn cold_folder(&self) -> PathBuf {
        self.folder.path().join("cold")
    }

    /// Keeps points as if a delivery had brought them.
    pub(crate) async fn put_points(&self, user: UserId, series: SeriesType, context: Context, points: &[Point]) {
        self.put_points_of(user, Source::of(GARMIN), series, context, points).await;
    }

    /// The same of a source.
    pub(crate) async fn put_points_of(
        &self,
        user: UserId,
        source: Source,
        series: SeriesType,
        context: Context,
        points: &[Point],
    ) {
        let now = self.clock.now();
        let source = self.store.ensure_sources(user, vec![source], now).await.unwrap()[0];
        let stamp = Stamp { rank: 0, receipt: now.as_micros(), part: 0 };
        let plan = merge(series, source, context, &[], &[Points { points, stamp, offset: None }]).unwrap();
        let application =
            Application { block_writes: plan.writes, block_removes: plan.removes, ..self.application(user) };
        assert_eq!(self.store.apply(application).await.unwrap(), Applied::Done);
    }

    /// Keeps a workout's file as if a delivery had brought it.
    pub(crate) async fn put_file(&self, user: UserId, file: StoredFile) {
        let application = Application { files: vec![file], ..self.application(user) };
        assert_eq!(self.store.apply(application).await.unwrap(), Applied::Done);
    }

    /// Keeps scores as if a delivery had brought them.
    pub(crate) async fn put_scores(&self, user: UserId, scores: Vec<StoredScore>) {
        let application = Application { scores, ..self.application(user) };
        assert_eq!(self.store.apply(application).await.unwrap(), Applied::Done);
    }

    fn application(&self, user: UserId) -> Application {
        Application::of(user, self.a.team, self.clock.now())
    }

    pub(crate) async fn app_with(&self, change: impl FnOnce(&mut ProviderApp)) -> ProviderAppId {
        let mut app = self.store.find_provider_app(self.app).await.unwrap().unwrap();
        app.id = ProviderAppId::generate(&self.clock, &self.rng);
        change(&mut app);
        let id = app.id;
        self.store.put_provider_app(app).await.unwrap();
        id
    }
}

pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> Request<Body> {
    let mut builder = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    match body {
        None => builder.body(Body::empty()).unwrap(),
        Some(Value::String(text)) => builder.body(Body::from(text)).unwrap(),
        Some(json) => builder.header("content-type", "application/json").body(Body::from(json.to_string())).unwrap(),
    }
}

async fn tenant(store: &Arc<dyn Store>, clock: &Clock, rng: &Rng, email: &str) -> Tenant {
    let now = clock.now();
    let (team, developer) = (TeamId::generate(clock, rng), DeveloperId::generate(clock, rng));
    let owner = Developer {
        id: developer,
        team_id: team,
        email: email.to_owned(),
        first_name: None,
        last_name: None,
        role: "owner".to_owned(),
        password_hash: seal::hash_password(rng, PASSWORD).unwrap(),
        created_at: now,
        updated_at: now,
    };
    store.create_team(Team { id: team, name: email.to_owned(), created_at: now }, owner).await.unwrap();
    let (key, token) = (seal::generate_token("sk-", rng), seal::generate_token("at-", rng));
    let key_id = ApiKeyId::generate(clock, rng);
    let api_key = ApiKey {
        id: key_id,
        team_id: team,
        hash: seal::hash_token(&key),
        masked: seal::masked(&key),
        name: "test".to_owned(),
        created_by: Some(developer),
        created_at: now,
        last_used_at: None,
        expires_at: None,
    };
    store.create_api_key(api_key).await.unwrap();
    let session = Session {
        token_hash: seal::hash_token(&token),
        kind: SessionKind::Access,
        family: rng.bytes(),
        developer_id: developer,
        team_id: team,
        created_at: now,
        expires_at: now.plus_seconds(3_600),
    };
    store.create_sessions(vec![session]).await.unwrap();
    Tenant { team, developer, email: email.to_owned(), key, key_id, token }
}
