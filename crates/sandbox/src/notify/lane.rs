//! What waits of one type: a queue for each user, served in turns, so that nobody waits for another's failures
//! or long history. Order is kept for each user.

use super::{endpoint::Tally, outbox::Notice};
use model::Timestamp;
use std::collections::{BTreeMap, VecDeque};
use tokio::time::Instant;

const MAX_QUEUED: usize = 100_000;
pub(super) const KEPT_SECONDS: i64 = 7 * 86_400;

/// What waits of one type.
#[derive(Default)]
pub(super) struct Lane {
    queues: BTreeMap<String, VecDeque<Notice>>,
    /// Users with something to send, in the order of their turns.
    turns: VecDeque<String>,
    /// Users of whom a failed body must go first, and how many such bodies there are.
    held_back: BTreeMap<String, u32>,
    waiting: usize,
    pub(super) in_flight: bool,
    /// After a hold: nothing goes before.
    pub(super) opens: Option<Instant>,
    /// After a hold: notices that are still sent one body after the other, over all types.
    pub(super) backlog: usize,
    pub(super) tally: Tally,
}

impl Lane {
    /// Adds a notice; the oldest of this user goes when there are too many.
    pub(super) fn push(&mut self, notice: Notice) {
        let free = !self.held_back.contains_key(&notice.user_id);
        let queue = self.queues.entry(notice.user_id.clone()).or_default();
        if queue.is_empty() && free {
            self.turns.push_back(notice.user_id.clone());
        }
        queue.push_back(notice);
        self.waiting += 1;
        if self.waiting > MAX_QUEUED {
            queue.pop_front();
            self.waiting -= 1;
            self.tally.dropped += 1;
        }
    }

    /// The next notices, at most so many, of several users if several wait.
    pub(super) fn take(&mut self, most: usize) -> Vec<Notice> {
        let share = (most / 4).max(1);
        let mut taken = Vec::new();
        while taken.len() < most {
            let Some(user_id) = self.turns.pop_front() else { break };
            let Some(queue) = self.queues.get_mut(&user_id) else { continue };
            let count = share.min(most - taken.len()).min(queue.len());
            taken.extend(queue.drain(..count));
            if queue.is_empty() {
                self.queues.remove(&user_id);
            } else {
                self.turns.push_back(user_id);
            }
        }
        self.waiting -= taken.len();
        self.backlog = self.backlog.saturating_sub(taken.len());
        taken
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    pub(super) fn notices(&self) -> impl Iterator<Item = &Notice> {
        self.queues.values().flatten()
    }

    /// Nothing of this user goes until [`Self::release`].
    pub(super) fn hold_back(&mut self, user_id: &str) {
        *self.held_back.entry(user_id.to_owned()).or_default() += 1;
        self.turns.retain(|waiting| waiting != user_id);
    }

    /// One failed body of this user less.
    pub(super) fn release(&mut self, user_id: &str) {
        let Some(bodies) = self.held_back.get_mut(user_id) else { return };
        *bodies -= 1;
        if *bodies == 0 {
            self.held_back.remove(user_id);
            if self.queues.get(user_id).is_some_and(|queue| !queue.is_empty()) {
                self.turns.push_back(user_id.to_owned());
            }
        }
    }

    /// Drops what waits for a user.
    pub(super) fn forget(&mut self, user_id: &str) {
        let forgotten = self.queues.remove(user_id).map_or(0, |queue| queue.len());
        self.waiting -= forgotten;
        self.turns.retain(|waiting| waiting != user_id);
    }

    /// Drops everything that waits.
    pub(super) fn clear(&mut self) {
        self.tally.dropped += self.waiting as u64;
        self.queues.clear();
        self.turns.clear();
        self.waiting = 0;
        self.backlog = 0;
    }

    /// Gives up what is older than a week.
    pub(super) fn drop_old(&mut self, now: Timestamp) {
        let mut dropped = 0;
        for queue in self.queues.values_mut() {
            while queue.front().is_some_and(|notice| notice.is_old(now)) {
                queue.pop_front();
                dropped += 1;
            }
        }
        if dropped > 0 {
            self.waiting -= dropped;
            self.tally.dropped += dropped as u64;
            self.queues.retain(|_, queue| !queue.is_empty());
            let queues = &self.queues;
            self.turns.retain(|user_id| queues.contains_key(user_id));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::outbox::NoticeBody, *};

    fn notice(user_id: &str, queued: i64) -> Notice {
        Notice {
            user_id: user_id.to_owned(),
            queued: Timestamp::from_seconds(queued),
            body: NoticeBody::Permissions { permissions: Vec::new(), changed: queued },
        }
    }

    fn taken(lane: &mut Lane, most: usize) -> Vec<(String, i64)> {
        lane.take(most).into_iter().map(|notice| (notice.user_id, notice.queued.as_seconds())).collect()
    }

    #[test]
    fn users_take_turns_and_each_keeps_their_order() {
        let mut lane = Lane::default();
        (0..10).for_each(|at| lane.push(notice("a", at)));
        lane.push(notice("b", 0));
        let first = taken(&mut lane, 4);
        assert_eq!(first, [("a".into(), 0), ("b".into(), 0), ("a".into(), 1), ("a".into(), 2)]);
        assert_eq!(taken(&mut lane, 100).len(), 7);
        assert_eq!((lane.waiting(), taken(&mut lane, 9).len()), (0, 0));
    }

    #[test]
    fn a_user_with_a_failed_body_waits_and_the_others_do_not() {
        let mut lane = Lane::default();
        lane.push(notice("a", 0));
        lane.hold_back("a");
        lane.push(notice("a", 1));
        lane.push(notice("b", 0));
        assert_eq!(taken(&mut lane, 9), [("b".into(), 0)]);
        lane.release("a");
        assert_eq!(taken(&mut lane, 9), [("a".into(), 0), ("a".into(), 1)]);
    }

    #[test]
    fn what_is_older_than_a_week_is_given_up() {
        let mut lane = Lane::default();
        lane.push(notice("a", 0));
        lane.push(notice("a", 10));
        lane.drop_old(Timestamp::from_seconds(KEPT_SECONDS + 5));
        assert_eq!((lane.waiting(), lane.tally.dropped), (1, 1));
        assert_eq!(taken(&mut lane, 9), [("a".into(), 10)]);
    }
}
