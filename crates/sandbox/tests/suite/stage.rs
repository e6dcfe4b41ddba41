//! A sandbox on a port of its own and a partner that receives what it sends.

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, http::StatusCode, routing::post};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{Clock, Rng, Timestamp};
use sandbox::{Config, Sandbox, Settings};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::{net::TcpListener, sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;
use url::Url;

pub(crate) const VERIFIER: &str = "a-verifier-of-more-than-forty-three-characters";
pub(crate) const BACK: &str = "http://127.0.0.1:9/back";

/// What a partner received.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) client_id: String,
    pub(crate) body: Value,
}

#[derive(Default)]
struct Inbox {
    received: Mutex<Vec<Received>>,
    /// Statuses to answer with, before 200.
    answers: Mutex<Vec<u16>>,
    /// Bodies that hold this text are refused.
    refused: Mutex<Option<String>>,
    /// Bodies that were no JSON.
    unreadable: AtomicU32,
    changed: Notify,
}

/// Sandbox and partner, running until dropped.
pub(crate) struct Stage {
    pub(crate) base: String,
    pub(crate) clock: Clock,
    pub(crate) http: reqwest::Client,
    inbox: Arc<Inbox>,
    setup: Setup,
    partner_url: String,
    running: Running,
}

/// Tokens as answered.
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

async fn receive(State(inbox): State<Arc<Inbox>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let client_id = headers.get("garmin-client-id").and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    let refused = inbox.refused.lock().unwrap().clone();
    if refused.is_some_and(|text| String::from_utf8_lossy(&body).contains(&text)) {
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    let Ok(body) = serde_json::from_slice(&body) else {
        inbox.unreadable.fetch_add(1, Ordering::SeqCst);
        return StatusCode::OK;
    };
    inbox.received.lock().unwrap().push(Received { client_id, body });
    inbox.changed.notify_one();
    let mut answers = inbox.answers.lock().unwrap();
    if answers.is_empty() { StatusCode::OK } else { StatusCode::from_u16(answers.remove(0)).unwrap() }
}

async fn serve(router: Router, listener: TcpListener) {
    axum::serve(listener, router).await.expect("serves");
}

pub(crate) fn noon() -> Timestamp {
    Timestamp::parse_rfc3339("2026-05-20T12:00:00Z").expect("a time")
}

/// How a stage is set up.
pub(crate) struct Setup {
    pub(crate) seed: u64,
    /// Statuses that the partner answers with first.
    pub(crate) answers: Vec<u16>,
    pub(crate) live: Option<Duration>,
    pub(crate) settings: Settings,
    /// Where the sandbox keeps everything.
    pub(crate) folder: Option<PathBuf>,
}

impl Default for Setup {
    fn default() -> Self {
        let settings = Settings {
            retry_gaps: vec![Duration::from_millis(5)],
            backfill_gap: Duration::from_millis(2),
            hold_release: Duration::from_millis(5),
            ..Settings::default()
        };
        Self { seed: 5, answers: Vec::new(), live: None, settings, folder: None }
    }
}

/// A sandbox that serves and works until it is killed.
struct Running {
    base: String,
    tasks: JoinSet<()>,
}

impl Running {
    async fn start(setup: &Setup, clock: &Clock, partner_url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let url = |text: &str| Url::parse(text).expect("a URL");
        // Not the same tokens again after a restart.
        let (rng, seed) = (Rng::from_os(), setup.seed);
        let mut config = Config::new(clock.clone(), rng, seed, url(&base), "partner", "secret", url(partner_url));
        config.live_interval = setup.live;
        config.live_workout_every = 1;
        config.settings = setup.settings.clone();
        let sandbox = match &setup.folder {
            Some(folder) => Sandbox::open(config, folder).expect("a folder"),
            None => Sandbox::new(config),
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(sandbox.router(), listener));
        tasks.spawn(async move { sandbox.run(CancellationToken::new()).await });
        Self { base, tasks }
    }
}

impl Stage {
    pub(crate) async fn open() -> Self {
        Self::set_up(Setup::default()).await
    }

    /// A stage on which connected people's devices sync by themselves, with a workout whenever there is room.
    pub(crate) async fn live() -> Self {
        Self::set_up(Setup { live: Some(Duration::from_millis(5)), ..Setup::default() }).await
    }

    /// A stage with a seed, where the partner first answers with these statuses.
    pub(crate) async fn with(seed: u64, answers: Vec<u16>) -> Self {
        Self::set_up(Setup { seed, answers, ..Setup::default() }).await
    }

    /// A stage whose sandbox starts with other settings.
    pub(crate) async fn set(change: impl FnOnce(&mut Settings)) -> Self {
        let mut setup = Setup::default();
        change(&mut setup.settings);
        Self::set_up(setup).await
    }

    pub(crate) async fn set_up(setup: Setup) -> Self {
        let inbox = Arc::new(Inbox { answers: Mutex::new(setup.answers.clone()), ..Inbox::default() });
        let partner = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let partner_url = format!("http://{}/hook", partner.local_addr().expect("an address"));
        let hook = Router::new()
            .route("/hook", post(receive))
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(inbox.clone());
        tokio::spawn(serve(hook, partner));
        let clock = Clock::fixed(noon());
        let running = Running::start(&setup, &clock, &partner_url).await;
        let policy = reqwest::redirect::Policy::none();
        let http = reqwest::Client::builder().no_proxy().redirect(policy).build().expect("a client");
        Self { base: running.base.clone(), clock, http, inbox, setup, partner_url, running }
    }

    /// Kills the sandbox and starts another on the same folder.
    pub(crate) async fn restart(&mut self) {
        self.running.tasks.shutdown().await;
        self.running = Running::start(&self.setup, &self.clock, &self.partner_url).await;
        self.base = self.running.base.clone();
    }

    /// From now on the partner refuses bodies that hold a text.
    pub(crate) fn refuse(&self, text: Option<&str>) {
        *self.inbox.refused.lock().unwrap() = text.map(str::to_owned);
    }

    pub(crate) fn unreadable(&self) -> u32 {
        self.inbox.unreadable.load(Ordering::SeqCst)
    }

    /// Forgets what was received.
    pub(crate) fn forget(&self) {
        self.inbox.received.lock().unwrap().clear();
    }

    /// The state of one type's endpoint.
    pub(crate) async fn endpoint(&self, kind: &str) -> Value {
        let all = self.control("GET", "/sandbox/endpoints", json!(null)).await;
        all.as_array().unwrap().iter().find(|endpoint| endpoint["type"] == kind).cloned().expect("an endpoint")
    }

    /// The state of one type's endpoint, as soon as it is like this.
    pub(crate) async fn endpoint_when(&self, kind: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let waiting = async {
            loop {
                let endpoint = self.endpoint(kind).await;
                if is_so(&endpoint) {
                    return endpoint;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), waiting).await.expect("the endpoint in time")
    }

    /// The status and text of a request for history.
    pub(crate) async fn backfill(&self, kind: &str, from: i64, to: i64, access: &str) -> (u16, String) {
        let range = format!("summaryStartTimeInSeconds={from}&summaryEndTimeInSeconds={to}");
        let answer = self.get(&format!("/wellness-api/rest/backfill/{kind}?{range}"), access).await;
        (answer.status().as_u16(), answer.text().await.expect("a text"))
    }

    /// The status and JSON of a request to the control interface that may be refused.
    pub(crate) async fn try_control(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let method = method.parse().expect("a method");
        let answer = self.http.request(method, self.url(path)).json(&body).send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.unwrap_or(json!(null)))
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The consent request of a partner.
    pub(crate) fn consent_url(&self, more: &[(&str, &str)]) -> Url {
        let mut url = Url::parse(&self.url("/oauth2Confirm")).expect("a URL");
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        url.query_pairs_mut()
            .extend_pairs([
                ("response_type", "code"),
                ("client_id", "partner"),
                ("code_challenge", challenge.as_str()),
                ("code_challenge_method", "S256"),
                ("redirect_uri", BACK),
                ("state", "a b&c"),
            ])
            .extend_pairs(more);
        url
    }

    /// A code for a person who agrees at once.
    pub(crate) async fn code(&self, person: &str) -> String {
        let url = self.consent_url(&[("sandbox_user", person), ("sandbox_auto", "1")]);
        let answer = self.http.get(url).send().await.expect("an answer");
        let back = location(&answer);
        assert_eq!(parameter(&back, "state").as_deref(), Some("a b&c"));
        parameter(&back, "code").expect("a code")
    }

    pub(crate) async fn token_request(&self, fields: &[(&str, &str)]) -> reqwest::Response {
        let request = self.http.post(self.url("/di-oauth2-service/oauth/token")).form(fields);
        request.send().await.expect("an answer")
    }

    pub(crate) async fn connect(&self, person: &str) -> Tokens {
        let code = self.code(person).await;
        let answer = self.token_request(&exchange(&code)).await;
        assert_eq!(answer.status(), 200);
        tokens(&answer.json().await.expect("JSON"))
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> reqwest::Response {
        self.http.get(self.url(path)).bearer_auth(token).send().await.expect("an answer")
    }

    /// A JSON request to the control interface.
    pub(crate) async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let method = method.parse().expect("a method");
        let answer = self.http.request(method, self.url(path)).json(&body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap_or(json!(null))
    }

    /// Everything received, as soon as `enough` says so.
    pub(crate) async fn received(&self, enough: impl Fn(&[Received]) -> bool) -> Vec<Received> {
        let waiting = async {
            loop {
                {
                    let received = self.inbox.received.lock().unwrap();
                    if enough(&received) {
                        return received.clone();
                    }
                }
                self.inbox.changed.notified().await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), waiting).await.expect("notifications in time")
    }

    /// All items of a type, as soon as there are so many.
    pub(crate) async fn items(&self, kind: &str, count: usize) -> Vec<Value> {
        let received = self.received(|received| count_in(received, kind) >= count).await;
        items_in(&received, kind)
    }
}

pub(crate) fn count_in(received: &[Received], kind: &str) -> usize {
    received.iter().filter_map(|one| one.body[kind].as_array()).map(Vec::len).sum()
}

pub(crate) fn items_in(received: &[Received], kind: &str) -> Vec<Value> {
    received.iter().filter_map(|one| one.body[kind].as_array()).flatten().cloned().collect()
}

pub(crate) fn exchange(code: &str) -> [(&str, &str); 6] {
    [
        ("grant_type", "authorization_code"),
        ("client_id", "partner"),
        ("client_secret", "secret"),
        ("code", code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", BACK),
    ]
}

pub(crate) fn tokens(body: &Value) -> Tokens {
    let text = |name: &str| body[name].as_str().expect("text").to_owned();
    Tokens { access: text("access_token"), refresh: text("refresh_token") }
}

pub(crate) fn location(answer: &reqwest::Response) -> Url {
    assert!(answer.status().is_redirection(), "{}", answer.status());
    let header = answer.headers().get("location").expect("a location");
    Url::parse(header.to_str().expect("text")).expect("a URL")
}

pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
