//! Tokens as a provider granted them: sealed for their row, with the times at which they end.

use crate::{Sync, lease, reach::Reach, sealing::Place};
use model::{ConnectionId, Rng};
use net::{Secret, oauth::TokenAnswer};
use std::time::Duration;
use store::RenewedTokens;

/// When tokens that nobody uses are renewed, as a share of the refresh token's life. Somewhere in between,
/// so that what was connected on one day is not renewed in one hour.
const IDLE: (f64, f64) = (0.55, 0.65);

impl Sync {
    /// Tokens as the store keeps them. Times are counted from now: answers say how long, not until when.
    pub(crate) fn renewed(&self, reach: &Reach, id: ConnectionId, tokens: &TokenAnswer) -> RenewedTokens {
        let seal = |place: Place, secret: &Secret| place.seal(&self.keyring, &self.rng, secret.reveal());
        let facts = reach.manifest().oauth.as_ref();
        let seconds = |life: i64| u64::try_from(life).ok().map(Duration::from_secs);
        let life = tokens.expires_in.or_else(|| seconds(facts?.token_life_s));
        let by_manifest = || tokens.refresh_token.as_ref().and_then(|_| seconds(facts?.refresh_life_s?));
        let refresh_life = tokens.refresh_token_expires_in.or_else(by_manifest);
        let now = self.clock.now();
        RenewedTokens {
            access_token: seal(Place::AccessToken(id), &tokens.access_token),
            refresh_token: tokens.refresh_token.as_ref().map(|token| seal(Place::RefreshToken(id), token)),
            expires_at: life.map(|life| lease::after(now, life)),
            refresh_expires_at: refresh_life.map(|life| lease::after(now, life)),
            renew_at: refresh_life.map(|life| lease::after(now, idle_wait(life, &self.rng))),
        }
    }
}

fn idle_wait(life: Duration, rng: &Rng) -> Duration {
    Duration::try_from_secs_f64(life.as_secs_f64() * (IDLE.0 + (IDLE.1 - IDLE.0) * rng.unit())).unwrap_or(life)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_a_third_of_the_life_is_left_and_times_are_spread() {
        let (rng, life) = (Rng::seeded(1), Duration::from_secs(7_775_998));
        let waits: Vec<u64> = (0..200).map(|_| idle_wait(life, &rng).as_secs() / 86_400).collect();
        assert!(waits.iter().all(|days| (49..=58).contains(days)), "{waits:?}");
        assert!((49..=58).all(|day| waits.contains(&day)), "{waits:?}");
    }
}
