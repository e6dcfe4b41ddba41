//! What a partner's behaviour showed: how notifications were answered, what was fetched and when.

use crate::kind::Kind;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};
use tokio::time::Instant;

/// An answer that comes so soon after a fetch had been on its way before it.
const GRACE: Duration = Duration::from_millis(100);

/// Something that a ping tells a partner to fetch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fetch {
    /// Summaries of a user, by upload time.
    Window { user_id: String, kind: Kind, from: i64, to: i64 },
    /// A file, by the token of its link.
    File(String),
}

/// How the notifications of one type fared.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Handling {
    /// Bodies with pushed items that were answered with 200 in time.
    pub(crate) pushes: u64,
    /// Bodies with pings that were.
    pub(crate) pings: u64,
    /// Fetches of what a ping had named.
    pub(crate) fetches: u64,
    /// Bodies that were answered otherwise or not at all.
    pub(crate) failures: u64,
    pub(crate) last_failure: Option<String>,
    pub(crate) slowest_ms: u64,
}

/// A large body that was sent to find out whether it is accepted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Probe {
    pub(crate) bytes: u64,
    /// Why it was not accepted.
    pub(crate) failure: Option<String>,
}

/// Everything that was noted since the start or since it was cleared.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Notes {
    pub(crate) handling: BTreeMap<Kind, Handling>,
    /// Upload times that pings have named, from the first to the last, for each type and user.
    pinged: BTreeMap<Kind, BTreeMap<String, (i64, i64)>>,
    /// Pulls that no ping had named.
    pub(crate) pull_only: u64,
    pub(crate) last_pull_only: Option<String>,
    /// Fetches that came before the ping was answered.
    pub(crate) early_fetches: u64,
    pub(crate) files_fetched: u64,
    pub(crate) files_fetched_again: u64,
    /// Downloads that carried a bearer token, which they must not.
    pub(crate) bearers_leaked: u64,
    /// By type.
    pub(crate) probes: BTreeMap<Kind, Probe>,
    /// How many requests for history were answered with which status.
    #[serde(default)]
    pub(crate) history_answers: BTreeMap<u16, u64>,
    /// What pings name that are not answered yet, and when it was fetched all the same.
    #[serde(skip)]
    in_flight: BTreeMap<Fetch, Option<Instant>>,
}

impl Notes {
    /// A body with these pings leaves.
    pub(crate) fn departs(&mut self, fetches: &[Fetch]) {
        for fetch in fetches {
            self.in_flight.insert(fetch.clone(), None);
            if let Fetch::Window { user_id, kind, from, to } = fetch {
                let windows = self.pinged.entry(*kind).or_default();
                let window = windows.entry(user_id.clone()).or_insert((*from, *to));
                *window = (window.0.min(*from), window.1.max(*to));
            }
        }
    }

    /// It was answered, or not.
    pub(crate) fn arrives(&mut self, fetches: &[Fetch], at: Instant) {
        for fetch in fetches {
            let fetched = self.in_flight.remove(fetch).flatten();
            self.early_fetches += u64::from(fetched.is_some_and(|fetched| at.duration_since(fetched) > GRACE));
        }
    }

    /// How a part of a body was answered; `failure` says why it counts as failed.
    pub(crate) fn answered(&mut self, kind: Kind, push: bool, failure: Option<&str>, milliseconds: u64) {
        let handling = self.handling.entry(kind).or_default();
        handling.slowest_ms = handling.slowest_ms.max(milliseconds);
        match failure {
            Some(reason) => {
                handling.failures += 1;
                handling.last_failure = Some(reason.to_owned());
            }
            None if push => handling.pushes += 1,
            None => handling.pings += 1,
        }
    }

    /// Was it fetched before its ping was answered? That is judged when the answer comes.
    fn fetched(&mut self, fetch: &Fetch, at: Instant) {
        if let Some(first) = self.in_flight.get_mut(fetch) {
            first.get_or_insert(at);
        }
    }

    /// Summaries are fetched.
    pub(crate) fn pulled(&mut self, user_id: &str, kind: Kind, from: i64, to: i64, at: Instant) {
        self.fetched(&Fetch::Window { user_id: user_id.to_owned(), kind, from, to }, at);
        let pinged = self.pinged.get(&kind).and_then(|windows| windows.get(user_id));
        if pinged.is_some_and(|(first, last)| from <= *last && *first <= to) {
            self.handling.entry(kind).or_default().fetches += 1;
        } else {
            self.pull_only += 1;
            self.last_pull_only = Some(format!("{} from {from} to {to}", kind.key()));
        }
    }

    /// A file is fetched, or was already.
    pub(crate) fn downloaded(&mut self, token: &str, again: bool, with_bearer: bool, at: Instant) {
        self.fetched(&Fetch::File(token.to_owned()), at);
        self.bearers_leaked += u64::from(with_bearer);
        if again {
            self.files_fetched_again += 1;
        } else {
            self.files_fetched += 1;
            self.handling.entry(Kind::ActivityFiles).or_default().fetches += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: i64, to: i64) -> Fetch {
        Fetch::Window { user_id: "someone".to_owned(), kind: Kind::Dailies, from, to }
    }

    #[test]
    fn a_pull_without_a_ping_and_one_long_before_the_answer_are_noted() {
        let (mut notes, start) = (Notes::default(), Instant::now());
        notes.pulled("someone", Kind::Dailies, 0, 10, start);
        assert_eq!(notes.pull_only, 1);
        for (wait, early) in [(0, 0), (200, 1)] {
            notes.departs(&[window(0, 10)]);
            notes.pulled("someone", Kind::Dailies, 0, 10, start);
            notes.arrives(&[window(0, 10)], start + Duration::from_millis(wait));
            assert_eq!((notes.pull_only, notes.early_fetches), (1, early));
        }
        assert_eq!(notes.handling[&Kind::Dailies].fetches, 2);
        notes.pulled("another", Kind::Dailies, 0, 10, start);
        assert_eq!(notes.pull_only, 2);
    }
}
