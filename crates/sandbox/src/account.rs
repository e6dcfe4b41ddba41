//! One person's account with the service: what they permit, what their device uploaded, which history was
//! asked for.

use crate::{
    generator::{Person, WorkoutPlan},
    kind::{Kind, Permission},
    subject::{Subject, Subjectee},
};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use tokio::time::Instant;

const MAX_ITEMS: usize = 20_000;
const MAX_EXTRAS: usize = 60;
const MAX_SERVED: usize = 5000;
/// How long a slice of history can be fetched after its ping.
const SLICE_SECONDS: i64 = 8 * 86_400;

/// A summary that a connected person's device has uploaded.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Item {
    pub(crate) subject: Subject,
    /// UTC seconds.
    pub(crate) uploaded: i64,
}

/// History that a partner has asked for, and how far it has been uploaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Backfill {
    pub(crate) kind: Kind,
    /// UTC seconds of recorded time, both included.
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) asked: Timestamp,
    /// Where the next upload begins; past `to` when all is done.
    pub(crate) next: i64,
    /// Real time of the next upload; none for at once, as after a restart.
    #[serde(skip)]
    pub(crate) due: Option<Instant>,
}

impl Backfill {
    pub(crate) fn is_done(&self) -> bool {
        self.next > self.to
    }

    pub(crate) fn covers(&self, kind: Kind, from: i64, to: i64) -> bool {
        self.kind == kind && self.from <= from && to <= self.to
    }
}

/// A piece of history that was uploaded in one second, for those who fetch it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Slice {
    pub(crate) kind: Kind,
    /// UTC seconds of recorded time, both included.
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// UTC seconds.
    pub(crate) uploaded: i64,
}

/// One person and what is known of them.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) person: Person,
    pub(crate) permissions: BTreeSet<Permission>,
    pub(crate) connected: bool,
    /// How many people were there before.
    pub(crate) joined: usize,
    /// When consent was first given, UTC seconds.
    pub(crate) first_connected: Option<i64>,
    /// History that is not yet uploaded to its end.
    pub(crate) backfills: Vec<Backfill>,
    /// History that is.
    pub(crate) served: Vec<Backfill>,
    pub(crate) slices: Vec<Slice>,
    /// Live updates made so far.
    pub(crate) live_updates: u32,
    pub(crate) extras: Vec<WorkoutPlan>,
    /// What was uploaded beside history; kept in a file of its own.
    #[serde(skip)]
    pub(crate) items: BTreeMap<(Kind, String), Item>,
    /// Have items come since that file was written?
    #[serde(skip)]
    pub(crate) items_changed: bool,
}

impl Account {
    pub(crate) fn new(person: Person, joined: usize) -> Self {
        let permissions = Permission::ALL.into_iter().filter(|permission| permission.on_by_default()).collect();
        Self {
            person,
            permissions,
            connected: false,
            joined,
            first_connected: None,
            backfills: Vec::new(),
            served: Vec::new(),
            slices: Vec::new(),
            live_updates: 0,
            extras: Vec::new(),
            items: BTreeMap::new(),
            items_changed: false,
        }
    }

    /// Consent became tokens.
    pub(crate) fn connect(&mut self, at: Timestamp) {
        self.connected = true;
        self.first_connected.get_or_insert(at.as_seconds());
    }

    pub(crate) fn permits(&self, kind: Kind) -> bool {
        kind.permission().is_none_or(|permission| self.permissions.contains(&permission))
    }

    /// Is the partner told of this type?
    pub(crate) fn shares(&self, kind: Kind) -> bool {
        self.connected && self.permits(kind)
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

    /// Keeps the newest version of a summary; the oldest uploads go when there are too many.
    pub(crate) fn keep(&mut self, kind: Kind, item: Item) {
        let id = item.subject.summary_id(&self.person, kind);
        self.items.insert((kind, id), item);
        self.items_changed = true;
        if self.items.len() > MAX_ITEMS {
            // A tenth at once, so that this is rare.
            let mut uploads: Vec<i64> = self.items.values().map(|item| item.uploaded).collect();
            uploads.sort_unstable();
            let limit = uploads.get(MAX_ITEMS / 10).copied().unwrap_or_default();
            self.items.retain(|_, item| item.uploaded > limit);
        }
    }

    /// The earliest instant of which history may be asked for.
    pub(crate) fn earliest(&self, depth_days: u32, now: i64) -> i64 {
        self.first_connected.unwrap_or(now) - i64::from(depth_days) * 86_400
    }

    /// The request that covered this range already.
    pub(crate) fn asked_before(&self, kind: Kind, from: i64, to: i64) -> Option<&Backfill> {
        self.backfills.iter().chain(&self.served).find(|before| before.covers(kind, from, to))
    }

    /// Puts aside what is uploaded to its end.
    pub(crate) fn close_backfills(&mut self) {
        let (done, open) = std::mem::take(&mut self.backfills).into_iter().partition(Backfill::is_done);
        self.backfills = open;
        self.served.extend::<Vec<Backfill>>(done);
        let surplus = self.served.len().saturating_sub(MAX_SERVED);
        self.served.drain(..surplus);
    }

    /// A second at which a slice of history is uploaded, different from that of every slice before.
    pub(crate) fn slice_second(&mut self, now: i64) -> i64 {
        self.slices.retain(|slice| slice.uploaded + SLICE_SECONDS > now);
        self.slices.last().map_or(now, |last| now.max(last.uploaded + 1))
    }
}

/// The wait until a thing that is due at an instant; none if it is due.
pub(crate) fn wait(due: Option<Instant>, instant: Instant) -> Option<Duration> {
    due.and_then(|due| due.checked_duration_since(instant)).filter(|wait| !wait.is_zero())
}
