//! What waits to be sent and what came of it. Bodies are made of what waits, joined by address; a body that
//! failed goes again as it was, while only its own users wait for it.

use super::{
    endpoint::{Delivery, Endpoint, Tally},
    failed::{Failed, Failures, Removed},
    lane::{KEPT_SECONDS, Lane},
};
use crate::{
    Config, Settings,
    account::Item,
    generator::WorkoutPlan,
    kind::{Kind, Permission},
};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};
use tokio::time::Instant;
use url::Url;

const MAX_HISTORY: usize = 200;
/// Bodies that are tried again at the same time.
const MAX_RETRYING: usize = 4;

/// One thing to tell about one user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Notice {
    pub(crate) user_id: String,
    pub(crate) queued: Timestamp,
    pub(crate) body: NoticeBody,
}

impl Notice {
    pub(super) fn is_old(&self, now: Timestamp) -> bool {
        self.queued.plus_seconds(KEPT_SECONDS) < now
    }
}

/// What there is to tell.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum NoticeBody {
    Summary(Item),
    /// A file; its link is made when it is first announced.
    File {
        plan: WorkoutPlan,
        token: Option<String>,
    },
    Deregistered,
    Permissions {
        permissions: Vec<Permission>,
        changed: i64,
    },
}

/// What goes out in one request: items of one or several types to one address.
pub(crate) struct Shipment {
    pub(crate) id: u64,
    pub(crate) url: Url,
    pub(crate) attempt: u32,
    pub(crate) parts: Arc<Vec<Part>>,
    /// Has a fault already kept it back?
    pub(crate) was_postponed: bool,
}

/// The items of one type in a shipment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) kind: Kind,
    pub(crate) push: bool,
    pub(crate) notices: Vec<Notice>,
}

impl Part {
    pub(super) fn users(&self) -> BTreeSet<&str> {
        self.notices.iter().map(|notice| notice.user_id.as_str()).collect()
    }
}

/// A shipment on its way.
struct Flight {
    parts: Arc<Vec<Part>>,
    attempt: u32,
    /// Was it taken from the lanes, not from the failures?
    fresh: bool,
    /// Do its users wait for it?
    holds: bool,
    /// Does it carry what a hold held?
    release: bool,
    was_postponed: bool,
}

/// All queues and their settings.
pub(crate) struct Outbox {
    pub(crate) endpoints: BTreeMap<Kind, Endpoint>,
    pub(crate) history: VecDeque<Delivery>,
    pub(super) lanes: BTreeMap<Kind, Lane>,
    pub(super) failures: Failures,
    flights: BTreeMap<u64, Flight>,
    next_id: u64,
}

impl Outbox {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            endpoints: Kind::ALL.into_iter().map(|kind| (kind, Endpoint::of(config, kind))).collect(),
            history: VecDeque::new(),
            lanes: Kind::ALL.into_iter().map(|kind| (kind, Lane::default())).collect(),
            failures: Failures::default(),
            flights: BTreeMap::new(),
            next_id: 0,
        }
    }

    /// Is this type sent at all?
    pub(crate) fn is_enabled(&self, kind: Kind) -> bool {
        self.endpoints.get(&kind).is_some_and(|endpoint| endpoint.enabled)
    }

    /// Adds a notice; one for a type that is switched off is dropped.
    pub(crate) fn queue(&mut self, kind: Kind, notice: Notice) {
        let enabled = self.is_enabled(kind);
        let lane = self.lanes.entry(kind).or_default();
        if enabled { lane.push(notice) } else { lane.tally.dropped += 1 }
    }

    /// Changes how a type is delivered. Switching it off drops what waits, failed notices included; after a
    /// hold, what it held goes serially, from `opens` on.
    pub(crate) fn configure(&mut self, kind: Kind, endpoint: Endpoint, opens: Instant) {
        let was_on_hold = self.endpoints.get(&kind).is_some_and(|endpoint| endpoint.on_hold);
        let lane = self.lanes.entry(kind).or_default();
        if endpoint.enabled {
            if was_on_hold && !endpoint.on_hold {
                lane.opens = Some(opens);
                lane.backlog = lane.waiting();
            }
        } else {
            lane.clear();
            let removed = self.failures.remove(|of, _| of == kind);
            self.give_up(removed);
        }
        self.endpoints.insert(kind, endpoint);
    }

    /// Forgets what waits for a user.
    pub(crate) fn forget(&mut self, user_id: &str) {
        self.lanes.values_mut().for_each(|lane| lane.forget(user_id));
        for (kind, user_id) in self.failures.remove(|_, notice| notice.user_id == user_id).released {
            self.lanes.entry(kind).or_default().release(&user_id);
        }
    }

    /// Items that wait or are on their way, failed ones included.
    pub(crate) fn pending(&self, kind: Kind) -> usize {
        let of_kind = |parts: &[Part]| -> usize {
            parts.iter().filter(|part| part.kind == kind).map(|part| part.notices.len()).sum()
        };
        let waiting = self.lanes.get(&kind).map_or(0, Lane::waiting);
        let failed: usize = self.failures.iter().map(|failed| of_kind(&failed.parts)).sum();
        let flying: usize = self.flights.values().map(|flight| of_kind(&flight.parts)).sum();
        waiting + failed + flying
    }

    /// Items that wait and never failed, of all types.
    pub(crate) fn waiting(&self) -> usize {
        self.lanes.values().map(Lane::waiting).sum()
    }

    pub(crate) fn tally(&self, kind: Kind) -> Tally {
        self.lanes.get(&kind).map(|lane| lane.tally).unwrap_or_default()
    }

    /// What can go out at this moment: failed bodies that are due, and what waits, joined by address.
    /// `prepare` sees each notice before it goes.
    pub(crate) fn take_ready(
        &mut self,
        now: Timestamp,
        instant: Instant,
        settings: &Settings,
        prepare: &mut dyn FnMut(&mut Notice),
    ) -> Vec<Shipment> {
        self.drop_old(now);
        let mut ready = self.take_retries(instant, prepare);
        let mut bodies: Vec<(Url, bool, Vec<Part>)> = Vec::new();
        let mut releasing = self.flights.values().any(|flight| flight.release);
        for (kind, lane) in &mut self.lanes {
            let Some(endpoint) = self.endpoints.get(kind).filter(|it| it.enabled && !it.on_hold) else { continue };
            let closed = lane.opens.is_some_and(|opens| opens > instant);
            let release = lane.backlog > 0;
            if closed || lane.in_flight || (release && releasing) {
                continue;
            }
            let most = kind.items_per_body().min(settings.items_per_body as usize);
            let mut notices = lane.take(most);
            if notices.is_empty() {
                continue;
            }
            notices.iter_mut().for_each(&mut *prepare);
            lane.in_flight = true;
            releasing |= release;
            let part = Part { kind: *kind, push: endpoint.push, notices };
            match bodies.iter_mut().find(|(url, alone, _)| !release && !alone && *url == endpoint.url) {
                Some((_, _, parts)) => parts.push(part),
                None => bodies.push((endpoint.url.clone(), release, vec![part])),
            }
        }
        for (url, release, parts) in bodies {
            let parts = Arc::new(parts);
            let flight = Flight { parts, attempt: 1, fresh: true, holds: false, release, was_postponed: false };
            ready.push(self.launch(url, flight));
        }
        ready
    }

    /// Failed bodies whose time has come, by the addresses that their types have now.
    fn take_retries(&mut self, instant: Instant, prepare: &mut dyn FnMut(&mut Notice)) -> Vec<Shipment> {
        let flying = self.flights.values().filter(|flight| !flight.fresh).count();
        let endpoints = &self.endpoints;
        let held = |part: &Part| endpoints.get(&part.kind).is_some_and(|endpoint| endpoint.on_hold);
        let due = self.failures.take_due(instant, MAX_RETRYING.saturating_sub(flying), held);
        let mut ready = Vec::new();
        for Failed { parts, attempts, holds, was_postponed, .. } in due {
            let mut by_url: Vec<(Url, Vec<Part>)> = Vec::new();
            for mut part in parts {
                let Some(endpoint) = self.endpoints.get(&part.kind) else { continue };
                part.push = endpoint.push;
                part.notices.iter_mut().for_each(&mut *prepare);
                match by_url.iter_mut().find(|(url, _)| *url == endpoint.url) {
                    Some((_, parts)) => parts.push(part),
                    None => by_url.push((endpoint.url.clone(), vec![part])),
                }
            }
            for (url, parts) in by_url {
                let parts = Arc::new(parts);
                let flight =
                    Flight { parts, attempt: attempts + 1, fresh: false, holds, release: false, was_postponed };
                ready.push(self.launch(url, flight));
            }
        }
        ready
    }

    fn launch(&mut self, url: Url, flight: Flight) -> Shipment {
        let id = self.next_id;
        self.next_id += 1;
        let Flight { ref parts, attempt, was_postponed, .. } = flight;
        let shipment = Shipment { id, url, attempt, parts: parts.clone(), was_postponed };
        self.flights.insert(id, flight);
        shipment
    }

    /// When something that waits may go.
    pub(crate) fn next_attempt(&self, instant: Instant) -> Option<Instant> {
        let opening = self.lanes.values().filter_map(|lane| lane.opens).filter(|opens| *opens > instant);
        opening.chain(self.failures.next_due(instant)).min()
    }

    /// What came of a shipment: delivered, or due again at an instant.
    pub(crate) fn settle(&mut self, id: u64, delivered: bool, due: Instant, settings: &Settings) {
        let Some(flight) = self.land(id) else { return };
        for part in flight.parts.iter() {
            let lane = self.lanes.entry(part.kind).or_default();
            lane.tally.retried += u64::from(flight.attempt > 1);
            if delivered {
                lane.tally.sent += part.notices.len() as u64;
            } else {
                lane.tally.failed += 1;
            }
        }
        if delivered {
            if flight.holds {
                self.release(&flight.parts);
            }
            return;
        }
        let mut parts = Arc::unwrap_or_clone(flight.parts);
        parts.retain(|part| {
            let enabled = self.endpoints.get(&part.kind).is_some_and(|endpoint| endpoint.enabled);
            if !enabled {
                let lane = self.lanes.entry(part.kind).or_default();
                lane.tally.dropped += part.notices.len() as u64;
                part.users().into_iter().filter(|_| flight.holds).for_each(|user_id| lane.release(user_id));
            }
            enabled
        });
        if !flight.holds {
            for part in &parts {
                let lane = self.lanes.entry(part.kind).or_default();
                part.users().into_iter().for_each(|user_id| lane.hold_back(user_id));
            }
        }
        self.failures.add(parts, flight.attempt, due);
        while self.failures.len() > settings.failed_bodies as usize {
            let removed = self.failures.remove_oldest();
            self.give_up(removed);
        }
    }

    /// A fault keeps a shipment back until an instant, while others overtake it.
    pub(crate) fn postpone(&mut self, id: u64, due: Instant, reverse: bool) {
        let Some(flight) = self.land(id) else { return };
        let mut parts = Arc::unwrap_or_clone(flight.parts);
        if reverse {
            parts.iter_mut().for_each(|part| part.notices.reverse());
        }
        self.failures.postpone(parts, flight.attempt - 1, due, flight.holds);
    }

    fn land(&mut self, id: u64) -> Option<Flight> {
        let flight = self.flights.remove(&id)?;
        if flight.fresh {
            for part in flight.parts.iter() {
                self.lanes.entry(part.kind).or_default().in_flight = false;
            }
        }
        Some(flight)
    }

    /// What is on its way.
    pub(super) fn flying(&self) -> impl Iterator<Item = Vec<Part>> {
        self.flights.values().map(|flight| flight.parts.to_vec())
    }

    fn release(&mut self, parts: &[Part]) {
        for part in parts {
            let lane = self.lanes.entry(part.kind).or_default();
            part.users().into_iter().for_each(|user_id| lane.release(user_id));
        }
    }

    /// Counts failed notices that are given up; their users wait no more.
    fn give_up(&mut self, removed: Removed) {
        for (kind, user_id) in removed.released {
            self.lanes.entry(kind).or_default().release(&user_id);
        }
        for (kind, count) in removed.dropped {
            self.lanes.entry(kind).or_default().tally.dropped += count;
        }
    }

    /// Gives up what is older than a week.
    fn drop_old(&mut self, now: Timestamp) {
        self.lanes.values_mut().for_each(|lane| lane.drop_old(now));
        let removed = self.failures.remove(|_, notice| notice.is_old(now));
        self.give_up(removed);
    }

    pub(crate) fn remember(&mut self, delivery: Delivery) {
        if self.history.len() >= MAX_HISTORY {
            self.history.pop_front();
        }
        self.history.push_back(delivery);
    }
}
