//! What was sent, and what of it was answered.

use crate::content::{Content, Kind, Thing};
use model::Rng;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A body and what became of it.
pub(crate) struct Sent {
    pub(crate) bytes: Vec<u8>,
    pub(crate) versions: Vec<(Thing, u8)>,
    /// It left this side at least once.
    pub(crate) attempted: bool,
    /// It was answered 200 at least once.
    pub(crate) answered: bool,
}

/// Which versions of a thing must be there, and which may.
#[derive(Default)]
pub(crate) struct Fate {
    pub(crate) answered: BTreeSet<u8>,
    pub(crate) attempted: BTreeSet<u8>,
}

/// All bodies of a storm.
pub(crate) struct Ledger {
    content: Content,
    accounts: Vec<String>,
    rng: Rng,
    next_index: BTreeMap<(usize, Kind), u32>,
    pub(crate) bodies: Vec<Sent>,
}

impl Ledger {
    pub(crate) fn new(content: Content, accounts: Vec<String>) -> Self {
        let rng = Rng::fork(content.seed, "ledger");
        Self { content, accounts, rng, next_index: BTreeMap::new(), bodies: Vec::new() }
    }

    /// The number of the body to send next: mostly an unheard one, else one again.
    pub(crate) fn choose(&mut self) -> usize {
        let chance = self.rng.unit();
        let again: Vec<usize> = match chance {
            c if c < 0.15 => (0..self.bodies.len()).filter(|n| !self.bodies[*n].answered).collect(),
            c if c < 0.30 => (0..self.bodies.len()).filter(|n| self.bodies[*n].answered).collect(),
            _ => Vec::new(),
        };
        if again.is_empty() {
            return self.write();
        }
        again[self.rng.between(0, again.len() as i64) as usize]
    }

    /// A new body of several people and types.
    pub(crate) fn write(&mut self) -> usize {
        let versions: Vec<(Thing, u8)> = (0..self.rng.between(1, 6)).map(|_| self.something()).collect();
        self.add(versions)
    }

    /// A body that holds these.
    pub(crate) fn add(&mut self, versions: Vec<(Thing, u8)>) -> usize {
        let mut body = Map::new();
        for (thing, version) in &versions {
            let (key, item) = self.content.item(*thing, *version, &self.accounts[thing.person]);
            match body.entry(key).or_insert_with(|| json!([])) {
                Value::Array(items) => items.push(item),
                _ => unreachable!(),
            }
        }
        let bytes = Value::Object(body).to_string().into_bytes();
        self.bodies.push(Sent { bytes, versions, attempted: false, answered: false });
        self.bodies.len() - 1
    }

    /// A new body of at least so many bytes: details of workouts that nobody has heard of.
    pub(crate) fn write_large(&mut self, bytes: usize) -> usize {
        let (mut versions, mut size) = (Vec::new(), 0);
        while size < bytes {
            let person = self.rng.between(0, self.accounts.len() as i64) as usize;
            let next = self.next_index.entry((person, Kind::Workout)).or_insert(0);
            let thing = Thing { person, kind: Kind::Workout, index: *next };
            *next += 1;
            versions.push((thing, 1));
            size += self.content.item(thing, 1, &self.accounts[person]).1.to_string().len();
        }
        self.add(versions)
    }

    /// A thing that nobody has heard of, or another version of one told of before.
    fn something(&mut self) -> (Thing, u8) {
        let kind = [Kind::Workout, Kind::Workout, Kind::Night, Kind::Day][self.rng.between(0, 4) as usize];
        let person = self.rng.between(0, self.accounts.len() as i64) as usize;
        let version = self.rng.between(0, i64::from(kind.versions())) as u8;
        let next = self.next_index.entry((person, kind)).or_insert(0);
        let index = if *next > 0 && self.rng.unit() < 0.4 {
            self.rng.between(0, i64::from(*next)) as u32
        } else {
            *next += 1;
            *next - 1
        };
        (Thing { person, kind, index }, version)
    }

    pub(crate) fn fates(&self) -> BTreeMap<Thing, Fate> {
        let mut fates: BTreeMap<Thing, Fate> = BTreeMap::new();
        for sent in self.bodies.iter().filter(|sent| sent.attempted) {
            for (thing, version) in &sent.versions {
                let fate = fates.entry(*thing).or_default();
                fate.attempted.insert(*version);
                if sent.answered {
                    fate.answered.insert(*version);
                }
            }
        }
        fates
    }

    pub(crate) fn answered(&self) -> usize {
        self.bodies.iter().filter(|sent| sent.answered).count()
    }
}
