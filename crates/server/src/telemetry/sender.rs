//! Sends batches of traces through the guarded client, on the server's runtime: the exporter works on a thread of its
//! own that has none. What cannot be sent is dropped, and said once until it works again.

use net::{Body, Client, CustomerPolicy, Limits, Url};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use tokio::runtime::Handle;

/// The collector is the operator's own, so it may be anywhere but at addresses that are nobody's.
const ANYWHERE: CustomerPolicy = CustomerPolicy { allow_private: true, allow_http: true, allow_any_port: true };
const LIMITS: Limits = Limits { connect: Duration::from_secs(5), total: Duration::from_secs(10), ..Limits::CUSTOMER };

/// The way to the collector.
#[derive(Debug)]
pub(super) struct Sender {
    client: Client,
    runtime: Handle,
    is_failing: AtomicBool,
}

impl Sender {
    /// Called on the runtime that sends.
    pub(super) fn new() -> Result<Self, net::Error> {
        let client = Client::for_customers(ANYWHERE, LIMITS)?;
        Ok(Self { client, runtime: Handle::current(), is_failing: AtomicBool::new(false) })
    }

    fn note(&self, problem: Option<String>) {
        let is_failing = problem.is_some();
        if is_failing {
            metrics::counter!("wearhouse_trace_export_failures_total").increment(1);
        }
        match (self.is_failing.swap(is_failing, Ordering::Relaxed), problem) {
            (false, Some(problem)) => tracing::warn!(problem, "traces cannot be sent: they are dropped meanwhile"),
            (true, None) => tracing::info!("traces are sent again"),
            _ => {}
        }
    }
}

#[async_trait::async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (head, body) = request.into_parts();
        let mut outgoing = net::Request::new(head.method, Url::parse(&head.uri.to_string())?);
        outgoing.headers = head.headers;
        outgoing.body = Body::Bytes(body);
        let client = self.client.clone();
        let answer = self.runtime.spawn(async move { client.send(outgoing).await }).await?;
        self.note(match &answer {
            Ok(answer) if answer.status.is_success() => None,
            Ok(answer) => Some(format!("the collector answers {}", answer.status)),
            Err(error) => Some(error.describe()),
        });
        let answer = answer?;
        let mut response = Response::new(answer.body);
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        Ok(response)
    }
}
