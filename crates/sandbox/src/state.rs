//! Everything the sandbox remembers, in memory and bounded.

use crate::{
    Config,
    control::Fault,
    generator::{Person, Persona, Style, TravelError, WorkoutPlan},
    grants::Grants,
    kind::{Kind, Permission},
    notify::Outbox,
    subject::{Subject, Subjectee},
};
use model::Timestamp;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

const MAX_PEOPLE: usize = 500;
const MAX_ITEMS: usize = 20_000;
const MAX_EXTRAS: usize = 60;

/// The people who are there from the start: one of each persona.
const FIRST_PEOPLE: [(&str, Persona); 3] =
    [("Mira", Persona::Runner), ("Jonas", Persona::Cyclist), ("Adela", Persona::ShiftWorker)];

/// What all handlers and background tasks share.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) http: reqwest::Client,
    /// Told when there may be something to send.
    pub(crate) wake: Notify,
    state: Mutex<State>,
}

impl Shared {
    pub(crate) fn new(config: Config) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(config.answer_timeout)
            .build()
            .unwrap_or_default();
        let state = Mutex::new(State::new(&config));
        Self { config, http, wake: Notify::new(), state }
    }

    /// The state; never held over a wait.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.config.clock.now()
    }
}

/// A summary that a connected person's device has uploaded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    pub(crate) subject: Subject,
    /// UTC seconds.
    pub(crate) uploaded: i64,
}

/// A range of recorded time that a partner has asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backfill {
    pub(crate) kind: Kind,
    /// UTC seconds, both included.
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) asked: Timestamp,
}

/// One person and what is known of them.
pub(crate) struct Account {
    pub(crate) person: Person,
    pub(crate) permissions: BTreeSet<Permission>,
    pub(crate) connected: bool,
    /// How many people were there before.
    pub(crate) joined: usize,
    pub(crate) items: BTreeMap<(Kind, String), Item>,
    pub(crate) extras: Vec<WorkoutPlan>,
    /// When consent was first given, UTC seconds.
    pub(crate) first_connected: Option<i64>,
    /// History that was asked for.
    pub(crate) backfills: Vec<Backfill>,
    /// Live updates made so far.
    pub(crate) live_updates: u32,
}

impl Account {
    fn new(person: Person, joined: usize) -> Self {
        let permissions = Permission::ALL.into_iter().filter(|permission| permission.on_by_default()).collect();
        Self {
            person,
            permissions,
            connected: false,
            joined,
            first_connected: None,
            backfills: Vec::new(),
            items: BTreeMap::new(),
            extras: Vec::new(),
            live_updates: 0,
        }
    }

    pub(crate) fn permits(&self, kind: Kind) -> bool {
        kind.permission().is_none_or(|permission| self.permissions.contains(&permission))
    }

    pub(crate) fn subjectee(&self) -> Subjectee {
        Subjectee { person: self.person.clone(), extras: self.extras.clone() }
    }

    pub(crate) fn add_extra(&mut self, plan: WorkoutPlan) {
        if self.extras.len() >= MAX_EXTRAS {
            self.extras.remove(0);
        }
        self.extras.push(plan);
    }

    /// Keeps the newest version of a summary; the oldest upload goes when there are too many.
    pub(crate) fn keep(&mut self, kind: Kind, item: Item) {
        let id = item.subject.summary_id(&self.person, kind);
        self.items.insert((kind, id), item);
        if self.items.len() > MAX_ITEMS {
            let oldest = self.items.iter().min_by_key(|(_, item)| item.uploaded).map(|(key, _)| key.clone());
            if let Some(key) = oldest {
                self.items.remove(&key);
            }
        }
    }
}

/// Why a person could not be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AddError {
    NameUnfit,
    TooMany,
    Travel(TravelError),
}

/// Everything that changes.
pub(crate) struct State {
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) grants: Grants,
    pub(crate) outbox: Outbox,
    /// Failures that wait for a partner's calls.
    pub(crate) faults: Vec<Fault>,
    /// When how many days of history were asked for, in the last minute.
    pub(crate) history_asked: Vec<(Timestamp, i64)>,
}

impl State {
    fn new(config: &Config) -> Self {
        let people = FIRST_PEOPLE.map(|(name, persona)| Person::new(config.seed, name, persona, Style::default()));
        Self {
            accounts: people
                .into_iter()
                .flatten()
                .enumerate()
                .map(|(joined, person)| (person.id.clone(), Account::new(person, joined)))
                .collect(),
            grants: Grants::default(),
            outbox: Outbox::new(config),
            faults: Vec::new(),
            history_asked: Vec::new(),
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
        if !self.accounts.contains_key(&id) && self.accounts.len() >= MAX_PEOPLE {
            return Err(AddError::TooMany);
        }
        let joined = self.accounts.len();
        self.accounts.entry(id.clone()).or_insert_with(|| Account::new(person, joined));
        Ok(id)
    }
}
