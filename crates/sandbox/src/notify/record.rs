//! The outbox as a snapshot keeps it.

use super::{
    endpoint::{Endpoint, Tally},
    outbox::{Notice, Outbox, Part},
};
use crate::kind::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tokio::time::Instant;
use url::Url;

/// Everything of an outbox that a restart must not lose. What was on its way is sent again.
#[derive(Serialize, Deserialize)]
pub(crate) struct OutboxRecord {
    endpoints: BTreeMap<Kind, Endpoint>,
    tallies: BTreeMap<Kind, Tally>,
    waiting: Vec<(Kind, Notice)>,
    unsettled: Vec<Vec<Part>>,
}

impl OutboxRecord {
    /// Types that went to one address go to another.
    pub(crate) fn move_endpoints(&mut self, from: &Url, to: &Url) {
        for endpoint in self.endpoints.values_mut().filter(|endpoint| endpoint.url == *from) {
            endpoint.url = to.clone();
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
