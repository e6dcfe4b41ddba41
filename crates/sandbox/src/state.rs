//! Everything the sandbox remembers, bounded.

use crate::{
    Config, Settings,
    account::Account,
    faults::Menu,
    generator::{Person, Persona, Style, TravelError},
    grants::Grants,
    notify::Outbox,
    persist::{Journal, Keeper},
    verification::Notes,
};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError, atomic::AtomicI64, atomic::Ordering},
};
use tokio::{sync::Notify, time::Instant};

const MAX_PEOPLE: usize = 500;

/// The people who are there from the start: one of each persona.
const FIRST_PEOPLE: [(&str, Persona); 3] =
    [("Mira", Persona::Runner), ("Jonas", Persona::Cyclist), ("Adela", Persona::ShiftWorker)];

/// What all handlers and background tasks share.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) http: reqwest::Client,
    /// Told when there may be something to send.
    pub(crate) wake: Notify,
    /// Told when history was asked for.
    pub(crate) history: Notify,
    /// Seconds by which the sandbox's clock is wrong, while a fault says so.
    skew: AtomicI64,
    /// Where everything is kept, if it is.
    pub(crate) keeper: Option<Keeper>,
    state: Mutex<State>,
}

impl Shared {
    pub(crate) fn new(config: Config) -> Self {
        let policy = reqwest::redirect::Policy::none();
        let http = reqwest::Client::builder().no_proxy().redirect(policy).build().unwrap_or_default();
        let state = Mutex::new(State::new(&config));
        let skew = AtomicI64::new(0);
        Self { config, http, wake: Notify::new(), history: Notify::new(), skew, keeper: None, state }
    }

    /// The state; never held over a wait.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time as this service sees it.
    pub(crate) fn now(&self) -> Timestamp {
        self.config.clock.now().plus_seconds(self.skew.load(Ordering::Relaxed))
    }

    /// The runtime's own time, for waits and measuring.
    pub(crate) fn instant(&self) -> Instant {
        Instant::now()
    }

    pub(crate) fn set_skew(&self, seconds: i64) {
        self.skew.store(seconds, Ordering::Relaxed);
    }
}

/// Why a person could not be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AddError {
    NameUnfit,
    /// Nobody was added.
    TooMany {
        room: usize,
    },
    Travel(TravelError),
}

/// Everything that changes.
pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) grants: Grants,
    pub(crate) outbox: Outbox,
    /// Failures that were asked for.
    pub(crate) faults: Menu,
    /// What partner verification looks at.
    pub(crate) notes: Notes,
    /// Days of history that were asked for in the last minute.
    pub(crate) budget: Budget,
    /// Promises that no snapshot holds yet.
    pub(crate) journal: Option<Journal>,
}

/// When how many days of history were asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Budget(VecDeque<(Timestamp, i64)>);

impl Budget {
    /// Spends days, unless that would be more than `most` within a minute.
    pub(crate) fn spend(&mut self, now: Timestamp, days: i64, most: u32) -> bool {
        while self.0.front().is_some_and(|(asked, _)| asked.plus_seconds(60) <= now) {
            self.0.pop_front();
        }
        if self.spent() + days > i64::from(most) {
            return false;
        }
        self.0.push_back((now, days));
        true
    }

    fn spent(&self) -> i64 {
        self.0.iter().map(|(_, days)| days).sum()
    }

    /// Days that were spent within the last minute.
    pub(crate) fn spent_before(&self, now: Timestamp) -> i64 {
        self.0.iter().filter(|(asked, _)| asked.plus_seconds(60) > now).map(|(_, days)| days).sum()
    }
}

impl State {
    fn new(config: &Config) -> Self {
        let people = FIRST_PEOPLE.map(|(name, persona)| Person::new(config.seed, name, persona, Style::default()));
        Self {
            settings: config.settings.clone(),
            accounts: people
                .into_iter()
                .flatten()
                .enumerate()
                .map(|(joined, person)| (person.id.clone(), Account::new(person, joined)))
                .collect(),
            grants: Grants::default(),
            outbox: Outbox::new(config),
            faults: Menu::new(config.seed),
            notes: Notes::default(),
            budget: Budget::default(),
            journal: None,
        }
    }

    /// Everybody, in the order in which they came.
    pub(crate) fn people(&self) -> Vec<&Account> {
        let mut people: Vec<&Account> = self.accounts.values().collect();
        people.sort_by_key(|account| account.joined);
        people
    }

    /// The person with this id or name, or the first one with this persona.
    pub(crate) fn find_person(&self, text: &str) -> Option<String> {
        let by_name = |account: &&Account| account.person.name.eq_ignore_ascii_case(text.trim());
        let persona = Persona::find(text);
        self.accounts
            .get(text)
            .or_else(|| self.accounts.values().find(by_name))
            .or_else(|| self.people().into_iter().find(|account| Some(account.person.persona) == persona))
            .map(|account| account.person.id.clone())
    }

    /// A person with this name, invented if there is none.
    pub(crate) fn add_person(
        &mut self,
        seed: u64,
        name: &str,
        persona: Option<Persona>,
        style: Style,
    ) -> Result<String, AddError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
            return Err(AddError::NameUnfit);
        }
        let persona = persona.or_else(|| Persona::find(name)).unwrap_or(Persona::Runner);
        let person = Person::new(seed, name, persona, style).map_err(AddError::Travel)?;
        let id = person.id.clone();
        if !self.accounts.contains_key(&id) && self.room() == 0 {
            return Err(AddError::TooMany { room: 0 });
        }
        let joined = self.accounts.values().map(|account| account.joined + 1).max().unwrap_or(0);
        self.accounts.entry(id.clone()).or_insert_with(|| Account::new(person, joined));
        Ok(id)
    }

    /// Adds all of them, or nobody.
    pub(crate) fn add_crowd(
        &mut self,
        seed: u64,
        people: impl Iterator<Item = (String, Persona)>,
    ) -> Result<Vec<String>, AddError> {
        let room = self.room();
        let before: BTreeSet<String> = self.accounts.keys().cloned().collect();
        let add = |(name, persona): (String, Persona)| self.add_person(seed, &name, Some(persona), Style::default());
        let added = people.map(add).collect::<Result<Vec<String>, AddError>>();
        added.map_err(|error| {
            self.accounts.retain(|id, _| before.contains(id));
            if let AddError::TooMany { .. } = error { AddError::TooMany { room } } else { error }
        })
    }

    fn room(&self) -> usize {
        MAX_PEOPLE.saturating_sub(self.accounts.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_of_any_minute_and_a_refusal_costs_nothing() {
        let (mut budget, at) = (Budget::default(), Timestamp::from_seconds);
        assert!(budget.spend(at(0), 60, 100));
        assert!(!budget.spend(at(30), 41, 100));
        assert!(budget.spend(at(30), 40, 100));
        assert!(!budget.spend(at(59), 1, 100));
        assert!(budget.spend(at(60), 60, 100));
        assert!(!budget.spend(at(89), 1, 100));
    }
}
