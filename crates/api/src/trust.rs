//! How much a user's sources are trusted: what the team and the user set, else what is usual.

use crate::{State, error::Result};
use model::{LEAST_PRIORITY, Priority, SeriesType, Trust};
use store::{StoredSource, User};

/// The usual order of providers that no manifest of this version describes.
const USUAL: [(&str, i32); 5] = [("apple", 1), ("garmin", 2), ("polar", 3), ("suunto", 4), ("whoop", 5)];

/// The priorities that were set for a user.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trusted(Vec<Priority>);

/// A user's sources in the order of trust, the best first.
#[derive(Clone, Debug)]
pub(crate) struct Ranking(Vec<Trust>);

/// The priority of a provider where nobody set one.
pub(crate) fn usual_priority(provider: &str) -> i32 {
    let of_manifest = providers::find(provider).map(|found| i32::from(found.manifest().default_priority));
    let usual = || USUAL.iter().find(|(name, _)| *name == provider).map(|(_, priority)| *priority);
    of_manifest.or_else(usual).unwrap_or(LEAST_PRIORITY)
}

/// The providers that have a usual priority.
pub(crate) fn known_providers() -> impl Iterator<Item = &'static str> {
    providers::all().map(|provider| provider.manifest().name.as_str()).chain(USUAL.iter().map(|(name, _)| *name))
}

impl Trusted {
    /// What holds for a user.
    pub(crate) async fn of(state: &State, user: &User) -> Result<Self> {
        let set = state.store.list_priorities(user.team_id, Some(user.id)).await?;
        Ok(Self(set.into_iter().map(|set| set.priority).collect()))
    }

    /// The order of sources for a series, or where no series is meant.
    pub(crate) fn ranking(&self, sources: &[StoredSource], series: Option<SeriesType>) -> Ranking {
        let trust = |stored: &StoredSource| Trust::of(stored.number, &stored.source, series, &self.0, usual_priority);
        let mut order: Vec<Trust> = sources.iter().map(trust).collect();
        order.sort_by_key(Trust::rank);
        Ranking(order)
    }
}

impl Ranking {
    /// The sources in their order.
    pub(crate) fn order(&self) -> &[Trust] {
        &self.0
    }

    /// A source's place, from 1 on; that of an unknown one is after all.
    pub(crate) fn place(&self, source: i32) -> i32 {
        let place = self.0.iter().position(|trust| trust.source == source);
        place.map_or(i32::MAX, |place| i32::try_from(place + 1).unwrap_or(i32::MAX))
    }

    /// How much a source is trusted, lower is more; those equally trusted are not told apart.
    pub(crate) fn level(&self, source: i32) -> i32 {
        let found = self.0.iter().find(|trust| trust.source == source);
        found.map_or(i32::MAX, |trust| trust.first.priority * (LEAST_PRIORITY + 1) + trust.device_type.priority)
    }

    /// The rule that gives a source its place among others: against the next better of them, for the best against
    /// the next worse.
    pub(crate) fn rule(&self, source: i32, among: &[i32]) -> String {
        let there: Vec<&Trust> =
            self.0.iter().filter(|trust| trust.source == source || among.contains(&trust.source)).collect();
        let own = there.iter().position(|trust| trust.source == source);
        let other = own.map(|own| if own == 0 { 1 } else { own - 1 });
        match (own.and_then(|own| there.get(own)), other.and_then(|other| there.get(other))) {
            (Some(own), Some(other)) => own.rule_against(other),
            _ => "only source".to_owned(),
        }
    }
}
