//! The two guarded clients. The guard is asked before anything is sent; for customers a second time,
//! by the resolver, when the connection is made.

use crate::{
    customer::CustomerPolicy,
    error::{Error, Refusal},
    hosts::AllowedHosts,
    request::{Body, Request},
    resolver::{GuardedResolver, Lookup, system_lookup},
    response::{Response, StreamedResponse},
};
use reqwest::{ClientBuilder, header, redirect};
use std::{fmt, sync::Arc, time::Duration};
use url::Url;

const USER_AGENT: &str = concat!("wearhouse/", env!("CARGO_PKG_VERSION"));

/// What a request may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For name, connection and TLS.
    pub connect: Duration,
    /// For a request with its whole answer; for a stream, how long it may stand still.
    pub total: Duration,
    /// For a stream from start to end.
    pub stream_total: Duration,
    /// Bytes of a whole body.
    pub body_bytes: u64,
    /// Bytes of a stream.
    pub stream_bytes: u64,
    /// What becomes of a longer whole body.
    pub overflow: Overflow,
}

/// What becomes of a body past the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// [`Error::TooLarge`]: half an answer is no answer.
    Refuse,
    /// The rest is dropped: only the status matters.
    Cut,
}

impl Limits {
    /// For providers: 10 s to connect, 30 s in all, 32 MiB whole, 1 GiB and 15 min as a stream.
    pub const PROVIDER: Limits = Limits {
        connect: Duration::from_secs(10),
        total: Duration::from_secs(30),
        stream_total: Duration::from_mins(15),
        body_bytes: 32 << 20,
        stream_bytes: 1 << 30,
        overflow: Overflow::Refuse,
    };

    /// For webhook endpoints: 10 s to connect, 15 s in all, the first 64 KiB of the answer.
    pub const CUSTOMER: Limits = Limits {
        connect: Duration::from_secs(10),
        total: Duration::from_secs(15),
        stream_total: Duration::from_secs(15),
        body_bytes: 64 << 10,
        stream_bytes: 64 << 10,
        overflow: Overflow::Cut,
    };
}

/// An HTTP client that refuses what its guard forbids. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    guard: Guard,
    limits: Limits,
}

#[derive(Clone, Debug)]
enum Guard {
    Hosts(AllowedHosts),
    Customers(CustomerPolicy),
}

impl Guard {
    fn check(&self, url: &Url) -> Result<(), Refusal> {
        match self {
            Guard::Hosts(allowed) => allowed.check(url),
            Guard::Customers(policy) => policy.check(url),
        }
    }
}

impl Client {
    /// A client that reaches only the given hosts.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn for_provider(allowed: AllowedHosts, limits: Limits) -> Result<Self, Error> {
        let http = build(limits, |builder| builder)?;
        Ok(Self { http, guard: Guard::Hosts(allowed), limits })
    }

    /// A client for addresses that customers chose, webhook endpoints above all.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn for_customers(policy: CustomerPolicy, limits: Limits) -> Result<Self, Error> {
        Self::for_customers_with(policy, limits, &system_lookup())
    }

    pub(crate) fn for_customers_with(policy: CustomerPolicy, limits: Limits, lookup: &Lookup) -> Result<Self, Error> {
        let resolver = Arc::new(GuardedResolver { policy, lookup: Arc::clone(lookup) });
        let http = build(limits, |builder| builder.dns_resolver(Arc::clone(&resolver)))?;
        Ok(Self { http, guard: Guard::Customers(policy), limits })
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// Only when there is no (whole) answer: any status is a [`Response`].
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        let timeout = request.timeout.unwrap_or(self.limits.total);
        self.start(request, timeout).await?.into_response().await
    }

    /// Sends a request and returns as soon as the headers are there, the body to be streamed.
    ///
    /// # Errors
    /// Only when there is no answer.
    pub async fn stream(&self, request: Request) -> Result<StreamedResponse, Error> {
        let timeout = request.timeout.unwrap_or(self.limits.stream_total);
        self.start(request, timeout).await
    }

    async fn start(&self, request: Request, timeout: Duration) -> Result<StreamedResponse, Error> {
        self.guard.check(&request.url)?;
        let mut builder = self.http.request(request.method, request.url).headers(request.headers).timeout(timeout);
        if let Some(token) = request.bearer {
            builder = builder.bearer_auth(token.reveal());
        } else if let Some((user, password)) = request.basic {
            builder = builder.basic_auth(user, Some(password.reveal()));
        }
        builder = match request.body {
            Body::Empty => builder,
            Body::Bytes(bytes) => builder.body(bytes),
            Body::Form(fields) => {
                let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                builder.form(&fields)
            }
            Body::Json(value) => builder.json(&value),
        };
        let Limits { body_bytes, stream_bytes, overflow, .. } = self.limits;
        Ok(StreamedResponse::new(builder.send().await?, body_bytes, stream_bytes, overflow))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("guard", &self.guard).field("limits", &self.limits).finish_non_exhaustive()
    }
}

fn build(limits: Limits, with: impl Fn(ClientBuilder) -> ClientBuilder) -> Result<reqwest::Client, Error> {
    let configured = || {
        let builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .connect_timeout(limits.connect)
            .read_timeout(limits.total)
            .default_headers(header::HeaderMap::from_iter([(header::ACCEPT, header::HeaderValue::from_static("*/*"))]));
        with(builder)
    };
    configured().build().or_else(|error| {
        // A machine without root certificates can still talk to itself; HTTPS fails there when it is tried.
        tracing::warn!(error = %error, "no trusted root certificates: https requests will fail");
        Ok(configured().tls_certs_only([]).build()?)
    })
}

#[cfg(test)]
mod tests;
