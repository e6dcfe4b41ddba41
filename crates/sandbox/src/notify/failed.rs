//! Bodies that were not accepted and go again. After some attempts a body of several users is split, so that one
//! whom the receiver cannot digest stands in nobody's way.

use super::outbox::{Notice, Part};
use crate::kind::Kind;
use std::collections::{BTreeMap, VecDeque};
use tokio::time::Instant;

/// After so many attempts a body is split by users.
const SPLIT_AT: u32 = 3;

/// A body that goes again.
pub(super) struct Failed {
    pub(super) parts: Vec<Part>,
    /// Attempts made.
    pub(super) attempts: u32,
    pub(super) due: Instant,
    /// Do its users wait for it?
    pub(super) holds: bool,
    /// Has a fault kept it back?
    pub(super) was_postponed: bool,
}

/// All of them, in the order in which they failed.
#[derive(Default)]
pub(super) struct Failures(VecDeque<Failed>);

impl Failures {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Failed> {
        self.0.iter()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// A body whose users wait until it is delivered.
    pub(super) fn add(&mut self, parts: Vec<Part>, attempts: u32, due: Instant) {
        let bodies = if attempts == SPLIT_AT { split_by_user(parts) } else { vec![parts] };
        for parts in bodies.into_iter().filter(|parts| !parts.is_empty()) {
            self.0.push_back(Failed { parts, attempts, due, holds: true, was_postponed: false });
        }
    }

    /// A body that a fault keeps back.
    pub(super) fn postpone(&mut self, parts: Vec<Part>, attempts: u32, due: Instant, holds: bool) {
        self.0.push_back(Failed { parts, attempts, due, holds, was_postponed: true });
    }

    /// Up to `most` bodies whose time has come and of which no part is held.
    pub(super) fn take_due(&mut self, instant: Instant, most: usize, held: impl Fn(&Part) -> bool) -> Vec<Failed> {
        let mut due = Vec::new();
        let mut rest = VecDeque::with_capacity(self.0.len());
        for failed in std::mem::take(&mut self.0) {
            let goes = due.len() < most && failed.due <= instant && !failed.parts.iter().any(&held);
            if goes { due.push(failed) } else { rest.push_back(failed) }
        }
        self.0 = rest;
        due
    }

    /// When the next body is due that is not yet.
    pub(super) fn next_due(&self, instant: Instant) -> Option<Instant> {
        self.0.iter().map(|failed| failed.due).filter(|due| *due > instant).min()
    }

    /// Takes single notices out of all bodies.
    pub(super) fn remove(&mut self, unwanted: impl Fn(Kind, &Notice) -> bool) -> Removed {
        let mut removed = Removed::default();
        for failed in &mut self.0 {
            for part in &mut failed.parts {
                let kind = part.kind;
                if part.notices.iter().any(|notice| unwanted(kind, notice)) {
                    let before = part.notices.len();
                    let users: Vec<String> = part.users().into_iter().map(str::to_owned).collect();
                    part.notices.retain(|notice| !unwanted(kind, notice));
                    *removed.dropped.entry(kind).or_default() += (before - part.notices.len()) as u64;
                    let kept = part.users();
                    let gone = users.into_iter().filter(|user_id| failed.holds && !kept.contains(user_id.as_str()));
                    removed.released.extend(gone.map(|user_id| (kind, user_id)));
                }
            }
            failed.parts.retain(|part| !part.notices.is_empty());
        }
        self.0.retain(|failed| !failed.parts.is_empty());
        removed
    }

    /// Takes the body out that failed first.
    pub(super) fn remove_oldest(&mut self) -> Removed {
        let mut removed = Removed::default();
        let Some(failed) = self.0.pop_front() else { return removed };
        for part in &failed.parts {
            *removed.dropped.entry(part.kind).or_default() += part.notices.len() as u64;
            let users = part.users().into_iter().filter(|_| failed.holds);
            removed.released.extend(users.map(|user_id| (part.kind, user_id.to_owned())));
        }
        removed
    }
}

/// What was taken out.
#[derive(Default)]
pub(super) struct Removed {
    /// How many notices of each type.
    pub(super) dropped: BTreeMap<Kind, u64>,
    /// Users who no longer wait, once for each body that they waited for.
    pub(super) released: Vec<(Kind, String)>,
}

fn split_by_user(parts: Vec<Part>) -> Vec<Vec<Part>> {
    let mut by_user: BTreeMap<String, Vec<Part>> = BTreeMap::new();
    for part in parts {
        for notice in part.notices {
            let parts = by_user.entry(notice.user_id.clone()).or_default();
            match parts.last_mut() {
                Some(last) if last.kind == part.kind => last.notices.push(notice),
                _ => parts.push(Part { kind: part.kind, push: part.push, notices: vec![notice] }),
            }
        }
    }
    by_user.into_values().collect()
}
