//! Who is sent next: attempts under way are counted over all and by endpoint, and claimed messages
//! whose endpoint is busy wait in its line, so that a slow endpoint holds up nobody else.

use model::{EndpointId, Timestamp};
use std::collections::{HashMap, VecDeque};
use store::Message;

/// Messages claimed by this process.
#[derive(Debug)]
pub(crate) struct Line {
    concurrency: usize,
    per_endpoint: usize,
    waiting_limit: usize,
    in_flight: usize,
    waiting: usize,
    endpoints: HashMap<EndpointId, Endpoint>,
}

#[derive(Debug, Default)]
struct Endpoint {
    in_flight: usize,
    /// Each with the end of its lease.
    waiting: VecDeque<(Message, Timestamp)>,
}

impl Line {
    pub(crate) fn new(concurrency: usize, per_endpoint: usize, waiting_limit: usize) -> Self {
        Self {
            concurrency: concurrency.max(1),
            per_endpoint: per_endpoint.max(1),
            waiting_limit: waiting_limit.max(1),
            in_flight: 0,
            waiting: 0,
            endpoints: HashMap::new(),
        }
    }

    /// How many messages may be claimed now.
    pub(crate) fn room(&self) -> usize {
        if self.in_flight >= self.concurrency { 0 } else { self.waiting_limit.saturating_sub(self.waiting) }
    }

    /// Takes a claimed message in.
    pub(crate) fn push(&mut self, message: Message, leased_until: Timestamp) {
        self.waiting += 1;
        self.endpoints.entry(message.endpoint_id).or_default().waiting.push_back((message, leased_until));
    }

    /// The messages that may be sent now; each counts as under way until [`Line::finish`]. Those whose
    /// lease ends before `needed_until` are let go: they are claimed again.
    pub(crate) fn start(&mut self, needed_until: Timestamp) -> Vec<Message> {
        self.drop_lapsed(needed_until);
        let mut started = Vec::new();
        // Round by round, so that no endpoint takes all the places.
        loop {
            let before = started.len();
            for endpoint in self.endpoints.values_mut() {
                if self.in_flight >= self.concurrency {
                    return started;
                }
                if endpoint.in_flight < self.per_endpoint
                    && let Some((message, _)) = endpoint.waiting.pop_front()
                {
                    endpoint.in_flight += 1;
                    self.in_flight += 1;
                    self.waiting -= 1;
                    started.push(message);
                }
            }
            if started.len() == before {
                return started;
            }
        }
    }

    fn drop_lapsed(&mut self, needed_until: Timestamp) {
        for endpoint in self.endpoints.values_mut() {
            let before = endpoint.waiting.len();
            endpoint.waiting.retain(|(_, leased_until)| *leased_until >= needed_until);
            self.waiting -= before - endpoint.waiting.len();
        }
        self.endpoints.retain(|_, endpoint| endpoint.in_flight > 0 || !endpoint.waiting.is_empty());
    }

    /// Lets go of what waits; whether nothing is under way either.
    pub(crate) fn clear(&mut self) -> bool {
        self.waiting = 0;
        self.endpoints.values_mut().for_each(|endpoint| endpoint.waiting.clear());
        self.in_flight == 0
    }

    /// An attempt for this endpoint has ended.
    pub(crate) fn finish(&mut self, id: EndpointId) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(endpoint) = self.endpoints.get_mut(&id) {
            endpoint.in_flight = endpoint.in_flight.saturating_sub(1);
            if endpoint.in_flight == 0 && endpoint.waiting.is_empty() {
                self.endpoints.remove(&id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Clock, ConnectionId, DeliveryId, Rng, TeamId, Timestamp, UserId};
    use store::{Emission, Lane, Subject};

    fn message(rng: &Rng, endpoint_id: EndpointId) -> Message {
        let clock = Clock::fixed(Timestamp::from_seconds(1));
        Message {
            id: DeliveryId::generate(&clock, rng),
            lane: Lane(0),
            position: 1,
            endpoint_id,
            team_id: TeamId::generate(&clock, rng),
            user_id: UserId::generate(&clock, rng),
            emission: Emission {
                event_type: "connection.created".to_owned(),
                subject: Subject::Connection { id: ConnectionId::generate(&clock, rng) },
                historical: false,
                changed: Vec::new(),
            },
            body: None,
            attempts: 0,
            created_at: clock.now(),
        }
    }

    #[test]
    fn a_busy_endpoint_waits_in_its_own_line() {
        let rng = Rng::seeded(1);
        let clock = Clock::fixed(Timestamp::from_seconds(1));
        let (slow, quick) = (EndpointId::generate(&clock, &rng), EndpointId::generate(&clock, &rng));
        let mut line = Line::new(10, 2, 8);
        for _ in 0..5 {
            line.push(message(&rng, slow), Timestamp::MAX);
        }
        assert_eq!(line.start(Timestamp::MIN).len(), 2);
        line.push(message(&rng, quick), Timestamp::MAX);
        let started = line.start(Timestamp::MIN);
        assert!(started.len() == 1 && started[0].endpoint_id == quick);
        assert_eq!(line.room(), 5);
        line.finish(slow);
        assert_eq!(line.start(Timestamp::MIN).len(), 1);
    }

    #[test]
    fn places_are_shared_between_endpoints_and_never_exceeded() {
        let rng = Rng::seeded(2);
        let clock = Clock::fixed(Timestamp::from_seconds(1));
        let (one, two) = (EndpointId::generate(&clock, &rng), EndpointId::generate(&clock, &rng));
        let mut line = Line::new(4, 4, 100);
        for endpoint in [one, two] {
            for _ in 0..9 {
                line.push(message(&rng, endpoint), Timestamp::MAX);
            }
        }
        let started = line.start(Timestamp::MIN);
        assert_eq!(started.iter().filter(|message| message.endpoint_id == one).count(), 2);
        assert_eq!(started.len(), 4);
        assert_eq!(line.room(), 0);
    }

    #[test]
    fn what_stood_in_line_past_its_lease_is_let_go() {
        let rng = Rng::seeded(3);
        let clock = Clock::fixed(Timestamp::from_seconds(1));
        let endpoint = EndpointId::generate(&clock, &rng);
        let mut line = Line::new(1, 1, 10);
        line.push(message(&rng, endpoint), Timestamp::from_seconds(50));
        line.push(message(&rng, endpoint), Timestamp::from_seconds(150));
        assert_eq!(line.start(Timestamp::from_seconds(100)).len(), 1);
        assert_eq!(line.start(Timestamp::from_seconds(100)).len(), 0);
        line.finish(endpoint);
        assert_eq!(line.room(), 10);
        assert!(line.start(Timestamp::from_seconds(100)).is_empty());
    }
}
