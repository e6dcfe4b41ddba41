//! Limits how often something is tried, by address and account, within this process. Bounded: when too
//! many are remembered, those that have recovered are forgotten, then the rest.

use crate::{
    State,
    error::{ApiError, Result},
};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};
use model::{Clock, Timestamp};
use std::{
    collections::HashMap,
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

const REMEMBERED: usize = 20_000;

/// Allows `burst` tries at once and one more every `refill_s` seconds.
#[derive(Clone)]
pub(crate) struct Limiter {
    buckets: Arc<Mutex<HashMap<String, Bucket>>>,
    burst: f64,
    refill_s: f64,
}

#[derive(Clone, Copy)]
struct Bucket {
    left: f64,
    at: Timestamp,
}

impl Limiter {
    pub(crate) fn new(burst: u32, refill_s: u32) -> Self {
        let (burst, refill_s) = (f64::from(burst.max(1)), f64::from(refill_s.max(1)));
        Self { buckets: Arc::default(), burst, refill_s }
    }

    /// Counts a try.
    ///
    /// # Errors
    /// 429 when there were too many.
    pub(crate) fn count(&self, clock: &Clock, key: &str) -> Result<()> {
        let now = clock.now();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= REMEMBERED {
            self.forget(&mut buckets, now);
        }
        let bucket = buckets.entry(key.to_owned()).or_insert(Bucket { left: self.burst, at: now });
        bucket.left = self.refilled(*bucket, now);
        bucket.at = now;
        if bucket.left < 1.0 {
            let wait = ((1.0 - bucket.left) * self.refill_s).ceil();
            return Err(ApiError::TooMany { retry_after_s: wait as u32 });
        }
        bucket.left -= 1.0;
        Ok(())
    }

    fn refilled(&self, bucket: Bucket, now: Timestamp) -> f64 {
        let passed_s = now.micros_since(bucket.at).max(0) as f64 / 1e6;
        (bucket.left + passed_s / self.refill_s).min(self.burst)
    }

    fn forget(&self, buckets: &mut HashMap<String, Bucket>, now: Timestamp) {
        buckets.retain(|_, bucket| self.refilled(*bucket, now) < self.burst);
        if buckets.len() >= REMEMBERED {
            buckets.clear();
        }
    }
}

/// Where the connection comes from; the same for all when the server does not say.
pub(crate) struct PeerAddress(pub(crate) String);

impl FromRequestParts<State> for PeerAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> std::result::Result<Self, Infallible> {
        let told = state
            .settings
            .client_address_header
            .as_ref()
            .and_then(|name| parts.headers.get_all(name).iter().next_back());
        let told = told.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
        let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let address = told.or_else(|| info.map(|ConnectInfo(address)| address.ip()));
        Ok(Self(address.map_or_else(|| "unknown".to_owned(), |address| address.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn tries_run_out_and_come_back_with_time() {
        let clock = Clock::fixed(Timestamp::from_seconds(1_000));
        let limiter = Limiter::new(2, 30);
        assert!(limiter.count(&clock, "a").is_ok());
        assert!(limiter.count(&clock, "a").is_ok());
        assert!(matches!(limiter.count(&clock, "a"), Err(ApiError::TooMany { retry_after_s: 30 })));
        assert!(limiter.count(&clock, "b").is_ok());
        clock.advance(Duration::from_secs(31));
        assert!(limiter.count(&clock, "a").is_ok());
        assert!(limiter.count(&clock, "a").is_err());
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let clock = Clock::fixed(Timestamp::from_seconds(1_000));
        let limiter = Limiter::new(1, 3600);
        for number in 0..REMEMBERED + 10 {
            let _ = limiter.count(&clock, &number.to_string());
        }
        assert!(limiter.buckets.lock().unwrap().len() <= REMEMBERED);
    }
}
