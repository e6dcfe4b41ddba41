//! A customer's receiver on loopback: answers as told and keeps what came.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    routing::post,
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};
use tokio::sync::{Semaphore, mpsc};

#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap().to_str().unwrap()
    }
}

type Answer = (u16, Option<(&'static str, &'static str)>);

#[derive(Clone)]
struct Shared {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    sender: mpsc::UnboundedSender<Received>,
    gate: Arc<Semaphore>,
}

pub(crate) struct Receiver {
    pub(crate) url: String,
    pub(crate) gate: Arc<Semaphore>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    received: mpsc::UnboundedReceiver<Received>,
}

impl Receiver {
    /// Answers 204 to all that is not told otherwise.
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (sender, received) = mpsc::unbounded_channel();
        let gate = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
        let answers = Arc::new(Mutex::new(VecDeque::new()));
        let shared = Shared { answers: Arc::clone(&answers), sender, gate: Arc::clone(&gate) };
        let router = Router::new().route("/hook", post(receive)).with_state(shared);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, gate, answers, received }
    }

    pub(crate) fn will_answer(&self, status: u16, header: Option<(&'static str, &'static str)>) {
        self.answers.lock().unwrap().push_back((status, header));
    }

    /// Lets nothing through until permits are given back to the gate.
    pub(crate) async fn close_gate(&self) {
        self.gate.forget_permits(Semaphore::MAX_PERMITS);
    }

    pub(crate) async fn next(&mut self) -> Received {
        let wait = tokio::time::timeout(std::time::Duration::from_secs(20), self.received.recv());
        wait.await.expect("nothing arrived").unwrap()
    }

    pub(crate) fn is_quiet(&mut self) -> bool {
        self.received.try_recv().is_err()
    }
}

async fn receive(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> (StatusCode, HeaderMap) {
    shared.sender.send(Received { headers, body }).unwrap();
    drop(shared.gate.acquire().await.unwrap());
    let (status, header) = shared.answers.lock().unwrap().pop_front().unwrap_or((204, None));
    let mut answer = HeaderMap::new();
    if let Some((name, value)) = header {
        answer.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    (StatusCode::from_u16(status).unwrap(), answer)
}
