//! A customer's receiver: verifies every webhook's signature and prints one line for it.

use anyhow::Context;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use model::Clock;
use seal::{SignatureHeaders, WebhookSecret};
use serde_json::Value;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Lines printed before only counts are.
const LINES: usize = 12;

#[derive(Clone, Default)]
pub(super) struct Receiver(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    secret: Option<WebhookSecret>,
    seen: HashSet<String>,
    printed: usize,
}

impl Receiver {
    /// The secret that signatures must be made with.
    pub(super) fn expect(&self, secret: &str) -> anyhow::Result<()> {
        let secret = WebhookSecret::parse(secret).context("the signing secret cannot be read")?;
        self.inner().secret = Some(secret);
        Ok(())
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn serve(self, listener: TcpListener, shutdown: CancellationToken) -> anyhow::Result<()> {
        let router = Router::new().route("/webhooks", post(receive)).with_state(self);
        Ok(axum::serve(listener, router).with_graceful_shutdown(shutdown.cancelled_owned()).await?)
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut inner = receiver.inner();
    let Some(secret) = &inner.secret else { return StatusCode::SERVICE_UNAVAILABLE };
    let id = header("webhook-id").to_owned();
    let signed =
        SignatureHeaders { id: &id, timestamp: header("webhook-timestamp"), signature: header("webhook-signature") };
    if let Err(error) = secret.verify(signed, &body, Clock::system().now(), Duration::from_mins(5)) {
        println!("REFUSED webhook {id}: {error}");
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(message) = serde_json::from_slice::<Value>(&body) else { return StatusCode::BAD_REQUEST };
    if inner.seen.insert(id) {
        inner.printed += 1;
        let count = inner.printed;
        // while a month of history arrives, every hundredth line is enough
        if count <= LINES || count % 100 == 0 || is_live(&message) {
            println!("verified #{count:<5} {}", line(&message));
        }
    }
    StatusCode::OK
}

fn is_live(message: &Value) -> bool {
    let kind = message.get("type").and_then(Value::as_str).unwrap_or_default();
    let ended = message.pointer("/data/end_time").and_then(Value::as_str).and_then(model::Timestamp::parse_rfc3339);
    let recent = ended.is_some_and(|at| Clock::system().now().micros_since(at) < 6 * 3_600_000_000);
    kind.starts_with("workout.") && recent
}

fn line(message: &Value) -> String {
    let field = |path: &str| {
        message.pointer(path).filter(|value| !value.is_null()).map(|value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    };
    let kind = field("/type").unwrap_or_default();
    let details = ["/data/type", "/data/provider", "/data/start_time", "/data/distance_meters", "/data/message"];
    let details: Vec<String> = details.iter().filter_map(|path| field(path)).collect();
    format!("{kind:<20} {}", details.join("  "))
}
