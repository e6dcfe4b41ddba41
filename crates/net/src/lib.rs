//! Outgoing HTTP: two guarded clients, retry schedules as data, the OAuth 2 client.
//!
//! A provider client reaches only the hosts it was given, so a token cannot go elsewhere. A customer
//! client reaches only public addresses, checked when the connection is made, so a webhook endpoint
//! cannot point into the network that the server stands in. Neither follows redirects, reads proxies
//! from the environment or keeps more of an answer than its limit. Whether to try again is the caller's
//! decision, helped by [`Error::is_retryable`], [`Backoff`] and [`RetryAfter`].

mod address;
mod backoff;
mod client;
mod customer;
mod error;
mod hosts;
pub mod oauth;
mod request;
mod resolver;
mod response;
mod retry_after;
mod secret;
#[cfg(test)]
mod testing;

pub use backoff::Backoff;
pub use client::{Client, Limits, Overflow};
pub use customer::CustomerPolicy;
pub use error::{Error, Refusal};
pub use hosts::{AllowedHosts, InvalidHost};
pub use request::{Body, Request};
pub use reqwest::{
    Method, StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
pub use response::{Response, StreamedResponse};
pub use retry_after::{RetryAfter, retry_after};
pub use secret::Secret;
pub use url::Url;
