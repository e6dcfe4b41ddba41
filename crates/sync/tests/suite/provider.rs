//! A stand-in for a provider on loopback: answers each path as told, keeps what was asked.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri},
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};
use tokio::sync::Semaphore;

pub(crate) const TOKEN: &str = "/di-oauth2-service/oauth/token";
pub(crate) const USER_ID: &str = "/wellness-api/rest/user/id";
pub(crate) const OTHER_USER_ID: &str = "/partner-gateway/rest/user/id";
pub(crate) const PERMISSIONS: &str = "/wellness-api/rest/user/permissions";
pub(crate) const REGISTRATION: &str = "/wellness-api/rest/user/registration";

#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn bearer(&self) -> Option<String> {
        let value = self.headers.get("authorization")?.to_str().unwrap();
        Some(value.strip_prefix("Bearer ").unwrap().to_owned())
    }

    /// A field of a form.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let url = net::Url::parse(&format!("http://x/?{}", self.body)).unwrap();
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

#[derive(Clone)]
struct Answer {
    status: u16,
    header: Option<(&'static str, String)>,
    body: String,
}

struct Shared {
    once: Mutex<HashMap<String, VecDeque<Answer>>>,
    always: Mutex<HashMap<String, Answer>>,
    asked: Mutex<Vec<Asked>>,
    tokens: Mutex<u32>,
    gate: Semaphore,
}

/// Answers 404 to what is not told otherwise; the token endpoint rotates tokens by itself.
#[derive(Clone)]
pub(crate) struct Provider {
    pub(crate) origin: String,
    shared: Arc<Shared>,
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            once: Mutex::default(),
            always: Mutex::default(),
            asked: Mutex::default(),
            tokens: Mutex::new(0),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let provider = Self { origin, shared };
        provider.always(USER_ID, 200, r#"{"userId": "account-1"}"#);
        provider.always(PERMISSIONS, 200, r#"["HEALTH_EXPORT", "ACTIVITY_EXPORT"]"#);
        provider.always(REGISTRATION, 204, "");
        provider
    }

    pub(crate) fn url(&self, path_and_query: &str) -> String {
        format!("{}{path_and_query}", self.origin)
    }

    pub(crate) fn always(&self, path: &str, status: u16, body: &str) {
        let answer = Answer { status, header: None, body: body.to_owned() };
        self.shared.always.lock().unwrap().insert(path.to_owned(), answer);
    }

    pub(crate) fn once(&self, path: &str, status: u16, body: &str) {
        self.push(path, Answer { status, header: None, body: body.to_owned() });
    }

    pub(crate) fn once_asking(&self, path: &str, status: u16, name: &'static str, value: &str) {
        self.push(path, Answer { status, header: Some((name, value.to_owned())), body: String::new() });
    }

    fn push(&self, path: &str, answer: Answer) {
        self.shared.once.lock().unwrap().entry(path.to_owned()).or_default().push_back(answer);
    }

    /// What was asked at a path.
    pub(crate) fn asked(&self, path: &str) -> Vec<Asked> {
        self.shared.asked.lock().unwrap().iter().filter(|asked| asked.path == path).cloned().collect()
    }

    pub(crate) fn asked_anything(&self) -> bool {
        !self.shared.asked.lock().unwrap().is_empty()
    }

    /// Holds all answers back until the gate opens.
    pub(crate) fn close_gate(&self) {
        self.shared.gate.forget_permits(Semaphore::MAX_PERMITS);
    }

    pub(crate) fn open_gate(&self) {
        self.shared.gate.add_permits(1000);
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, HeaderMap, String) {
    let path = uri.path().to_owned();
    let (query, text) = (uri.query().unwrap_or_default().to_owned(), String::from_utf8_lossy(&body).into_owned());
    shared.asked.lock().unwrap().push(Asked { method, path: path.clone(), query, headers, body: text });
    drop(shared.gate.acquire().await.unwrap());
    let once = shared.once.lock().unwrap().get_mut(&path).and_then(VecDeque::pop_front);
    let told = once.or_else(|| shared.always.lock().unwrap().get(&path).cloned());
    let told = told.unwrap_or_else(|| match path.as_str() {
        TOKEN => fresh_tokens(&shared),
        _ => Answer { status: 404, header: None, body: String::new() },
    });
    let mut answer_headers = HeaderMap::new();
    if let Some((name, value)) = told.header {
        answer_headers.insert(HeaderName::from_static(name), HeaderValue::from_str(&value).unwrap());
    }
    (StatusCode::from_u16(told.status).unwrap(), answer_headers, told.body)
}

fn fresh_tokens(shared: &Shared) -> Answer {
    let mut count = shared.tokens.lock().unwrap();
    *count += 1;
    let body = format!(
        r#"{{"access_token": "access-{0}", "refresh_token": "refresh-{0}", "expires_in": 86400, "scope": "A B"}}"#,
        *count
    );
    Answer { status: 200, header: None, body }
}
