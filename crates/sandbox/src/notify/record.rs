//! The outbox as a snapshot keeps it.

use super::{
    endpoint::{Endpoint, Tally},
    outbox::{Notice, Outbox, Part},
};
use crate::kind::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tokio::time::Instant;

/// Everything of an outbox that a restart must not lose. What was on its way is sent again.
#[derive(Serialize, Deserialize)]
pub(crate) struct OutboxRecord {
    endpoints: BTreeMap<Kind, Endpoint>,
    tallies: BTreeMap<Kind, Tally>,
    waiting: Vec<(Kind, Notice)>,
    unsettled: Vec<Vec<Part>>,
}

impl OutboxRecord {
    /// What is configured otherwise by now takes precedence over what was changed by hand.
    pub(crate) fn reconfigure(&mut self, before: &BTreeMap<Kind, Endpoint>, now: &BTreeMap<Kind, Endpoint>) {
        for (kind, endpoint) in &mut self.endpoints {
            let (Some(before), Some(now)) = (before.get(kind), now.get(kind)) else { continue };
            if before.url != now.url {
                endpoint.url = now.url.clone();
            }
            if before.push != now.push {
                endpoint.push = now.push;
            }
        }
    }
}

impl Outbox {
    pub(crate) fn record(&self) -> OutboxRecord {
        let waiting = self.lanes.iter().flat_map(|(kind, lane)| lane.notices().map(|notice| (*kind, notice.clone())));
        let failed = self.failures.iter().map(|failed| failed.parts.clone());
        let flying = self.flying();
        OutboxRecord {
            endpoints: self.endpoints.clone(),
            tallies: self.lanes.iter().map(|(kind, lane)| (*kind, lane.tally)).collect(),
            waiting: waiting.collect(),
            unsettled: failed.chain(flying).collect(),
        }
    }

    pub(crate) fn resume(&mut self, record: OutboxRecord, instant: Instant) {
        self.endpoints.extend(record.endpoints);
        for (kind, tally) in record.tallies {
            self.lanes.entry(kind).or_default().tally = tally;
        }
        for (kind, notice) in record.waiting {
            self.lanes.entry(kind).or_default().push(notice);
        }
        for parts in record.unsettled {
            for part in &parts {
                let lane = self.lanes.entry(part.kind).or_default();
                part.users().into_iter().for_each(|user_id| lane.hold_back(user_id));
            }
            self.failures.add(parts, 1, instant);
        }
    }
}
