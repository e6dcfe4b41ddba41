//! What waits to be sent, for each summary type, and what came of it.

use crate::{
    Config,
    generator::WorkoutPlan,
    kind::{Kind, Permission},
    state::Item,
    subject::Subjectee,
};
use model::Timestamp;
use serde::Serialize;
use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};
use tokio::time::Instant;
use url::Url;

const MAX_QUEUED: usize = 50_000;
const MAX_HISTORY: usize = 200;
const KEPT_SECONDS: i64 = 7 * 86_400;

/// How one type is delivered.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Endpoint {
    #[serde(serialize_with = "as_text")]
    pub(crate) url: Url,
    pub(crate) enabled: bool,
    pub(crate) on_hold: bool,
    /// The data itself, or only where to fetch it.
    pub(crate) push: bool,
}

fn as_text<S: serde::Serializer>(url: &Url, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(url.as_str())
}

/// One thing to tell about one user.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(crate) user_id: String,
    pub(crate) queued: Timestamp,
    pub(crate) body: NoticeBody,
}

/// What there is to tell.
#[derive(Clone, Debug)]
pub(crate) enum NoticeBody {
    Summary(Item),
    File { plan: WorkoutPlan, token: String },
    Deregistered,
    Permissions { permissions: Vec<Permission>, changed: i64 },
}

/// Counts of one type since the start.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Tally {
    /// Items answered with 200.
    pub(crate) sent: u64,
    /// Attempts that failed.
    pub(crate) failed: u64,
    /// Attempts that repeated an earlier one.
    pub(crate) retried: u64,
    /// Items given up: switched off, too old, or too many.
    pub(crate) dropped: u64,
}

/// One attempt, as shown in the control interface.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Delivery {
    pub(crate) at: Timestamp,
    #[serde(serialize_with = "as_text")]
    pub(crate) url: Url,
    pub(crate) items: BTreeMap<&'static str, usize>,
    pub(crate) users: usize,
    pub(crate) bytes: usize,
    pub(crate) attempt: u32,
    /// The status, if there was an answer.
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<String>,
    pub(crate) milliseconds: u64,
}

#[derive(Default)]
struct Lane {
    waiting: VecDeque<Notice>,
    /// What failed and is sent again as it was.
    failed: Vec<Notice>,
    attempts: u32,
    not_before: Option<Instant>,
    in_flight: bool,
    tally: Tally,
}

/// What goes out in one request: items of one or several types to one address.
pub(crate) struct Shipment {
    pub(crate) url: Url,
    pub(crate) attempt: u32,
    pub(crate) parts: Vec<Part>,
    pub(crate) people: BTreeMap<String, Subjectee>,
}

/// The items of one type in a shipment.
pub(crate) struct Part {
    pub(crate) kind: Kind,
    pub(crate) push: bool,
    pub(crate) notices: Vec<Notice>,
}

/// All queues and their settings.
pub(crate) struct Outbox {
    pub(crate) endpoints: BTreeMap<Kind, Endpoint>,
    pub(crate) history: VecDeque<Delivery>,
    lanes: BTreeMap<Kind, Lane>,
}

impl Outbox {
    pub(crate) fn new(config: &Config) -> Self {
        let endpoint = |kind: Kind| {
            let url = config.notify_urls.get(kind.key()).unwrap_or(&config.notify_url).clone();
            Endpoint { url, enabled: true, on_hold: false, push: kind.can_be_pushed() }
        };
        Self {
            endpoints: Kind::ALL.into_iter().map(|kind| (kind, endpoint(kind))).collect(),
            history: VecDeque::new(),
            lanes: Kind::ALL.into_iter().map(|kind| (kind, Lane::default())).collect(),
        }
    }

    /// Adds a notice; one for a type that is switched off is dropped, as is the oldest of too many.
    pub(crate) fn queue(&mut self, kind: Kind, notice: Notice) {
        let enabled = self.endpoints.get(&kind).is_some_and(|endpoint| endpoint.enabled);
        let lane = self.lanes.entry(kind).or_default();
        if !enabled {
            lane.tally.dropped += 1;
            return;
        }
        if lane.waiting.len() >= MAX_QUEUED {
            lane.waiting.pop_front();
            lane.tally.dropped += 1;
        }
        lane.waiting.push_back(notice);
    }

    /// Changes how a type is delivered; switching it off drops what waits, failed notices included.
    pub(crate) fn configure(&mut self, kind: Kind, endpoint: Endpoint) {
        if !endpoint.enabled {
            let lane = self.lanes.entry(kind).or_default();
            lane.tally.dropped += (lane.waiting.len() + lane.failed.len()) as u64;
            lane.waiting.clear();
            lane.failed.clear();
            lane.attempts = 0;
            lane.not_before = None;
        }
        self.endpoints.insert(kind, endpoint);
    }

    /// Forgets what waits for a user.
    pub(crate) fn forget(&mut self, user_id: &str) {
        for lane in self.lanes.values_mut() {
            lane.waiting.retain(|notice| notice.user_id != user_id);
            lane.failed.retain(|notice| notice.user_id != user_id);
            if lane.failed.is_empty() {
                lane.attempts = 0;
                lane.not_before = None;
            }
        }
    }

    /// Items that wait, failed ones included.
    pub(crate) fn pending(&self, kind: Kind) -> usize {
        self.lanes.get(&kind).map_or(0, |lane| lane.waiting.len() + lane.failed.len())
    }

    pub(crate) fn tally(&self, kind: Kind) -> Tally {
        self.lanes.get(&kind).map(|lane| lane.tally).unwrap_or_default()
    }

    /// What can go out at this moment: what failed before goes alone, the rest is joined by address.
    pub(crate) fn take_ready(&mut self, now: Timestamp, instant: Instant) -> Vec<(Url, u32, Vec<Part>)> {
        let mut ready: Vec<(Url, u32, Vec<Part>)> = Vec::new();
        for (kind, lane) in &mut self.lanes {
            let Some(endpoint) = self.endpoints.get(kind).filter(|endpoint| endpoint.enabled) else { continue };
            lane.drop_old(now);
            if endpoint.on_hold || lane.in_flight || lane.not_before.is_some_and(|at| at > instant) {
                continue;
            }
            let again = !lane.failed.is_empty();
            let notices = if again { std::mem::take(&mut lane.failed) } else { lane.take(kind.items_per_body()) };
            if notices.is_empty() {
                continue;
            }
            lane.in_flight = true;
            let part = Part { kind: *kind, push: endpoint.push, notices };
            match ready.iter_mut().find(|(url, attempt, _)| !again && *attempt == 1 && *url == endpoint.url) {
                Some((_, _, parts)) => parts.push(part),
                None if again => ready.push((endpoint.url.clone(), lane.attempts + 1, vec![part])),
                None => ready.push((endpoint.url.clone(), 1, vec![part])),
            }
        }
        ready
    }

    /// When something that waits for its next attempt may go.
    pub(crate) fn next_attempt(&self, instant: Instant) -> Option<Instant> {
        let waits = self.lanes.values().filter(|lane| !lane.in_flight).filter_map(|lane| lane.not_before);
        waits.filter(|at| *at > instant).min()
    }

    /// What came of a part of a shipment.
    pub(crate) fn settle(&mut self, part: Part, delivered: bool, gap: impl Fn(u32) -> Duration) {
        let enabled = self.endpoints.get(&part.kind).is_some_and(|endpoint| endpoint.enabled);
        let lane = self.lanes.entry(part.kind).or_default();
        lane.in_flight = false;
        lane.tally.retried += u64::from(lane.attempts > 0);
        if delivered {
            lane.tally.sent += part.notices.len() as u64;
            lane.attempts = 0;
            lane.not_before = None;
            return;
        }
        lane.tally.failed += 1;
        if enabled {
            lane.not_before = Some(Instant::now() + gap(lane.attempts));
            lane.attempts += 1;
            lane.failed = part.notices;
        } else {
            lane.tally.dropped += part.notices.len() as u64;
        }
    }

    pub(crate) fn remember(&mut self, delivery: Delivery) {
        if self.history.len() >= MAX_HISTORY {
            self.history.pop_front();
        }
        self.history.push_back(delivery);
    }
}

impl Lane {
    fn take(&mut self, most: usize) -> Vec<Notice> {
        let count = most.min(self.waiting.len());
        self.waiting.drain(..count).collect()
    }

    /// Notices older than a week are given up.
    fn drop_old(&mut self, now: Timestamp) {
        let old = |notice: &Notice| notice.queued.plus_seconds(KEPT_SECONDS) < now;
        while self.waiting.front().is_some_and(old) {
            self.waiting.pop_front();
            self.tally.dropped += 1;
        }
        let before = self.failed.len();
        self.failed.retain(|notice| !old(notice));
        self.tally.dropped += (before - self.failed.len()) as u64;
        if before > 0 && self.failed.is_empty() {
            self.attempts = 0;
            self.not_before = None;
        }
    }
}
