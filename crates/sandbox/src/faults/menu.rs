//! The menu of faults: each with a number of times or a probability, for all or for one type or path. Which calls
//! a probability hits depends on the seed alone.

use crate::{generator::Dice, kind::Kind};
use serde::{Deserialize, Serialize};

const MAX_FAULTS: usize = 100;

/// What is hit: what the sandbox sends, or what it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    Notifications,
    Rest,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
    /// The call is answered with `status`.
    Status,
    /// It takes `seconds` longer.
    Delay,
    /// The body ends in the middle.
    Truncate,
    /// The connection breaks in the middle.
    Drop,
    /// A notification is sent twice.
    Duplicate,
    /// A notification is overtaken by the next ones, its items in reverse.
    Reorder,
    /// The access token of the call has expired.
    ExpireToken,
    /// The sandbox's clock is wrong by `seconds` while this stands.
    ClockSkew,
}

impl Side {
    /// The stable name.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Side::Notifications => "notifications",
            Side::Rest => "rest",
        }
    }
}

impl Action {
    /// Every one.
    pub(crate) const ALL: [Action; 8] = [
        Action::Status,
        Action::Delay,
        Action::Truncate,
        Action::Drop,
        Action::Duplicate,
        Action::Reorder,
        Action::ExpireToken,
        Action::ClockSkew,
    ];

    pub(crate) fn fits(self, side: Side) -> bool {
        match self {
            Action::Delay | Action::Truncate | Action::Drop | Action::ClockSkew => true,
            Action::Duplicate | Action::Reorder => side == Side::Notifications,
            Action::Status | Action::ExpireToken => side == Side::Rest,
        }
    }

    /// The stable name.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Action::Status => "status",
            Action::Delay => "delay",
            Action::Truncate => "truncate",
            Action::Drop => "drop",
            Action::Duplicate => "duplicate",
            Action::Reorder => "reorder",
            Action::ExpireToken => "expire_token",
            Action::ClockSkew => "clock_skew",
        }
    }
}

impl Action {
    /// What a page says about it.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Action::Status => "status: the call is answered with a status",
            Action::Delay => "delay: it takes some seconds longer",
            Action::Truncate => "truncate: the body ends in the middle",
            Action::Drop => "drop: the connection breaks in the middle",
            Action::Duplicate => "duplicate: it is sent twice",
            Action::Reorder => "reorder: the next ones overtake it",
            Action::ExpireToken => "expire token: the call's access token has expired",
            Action::ClockSkew => "clock skew: the sandbox's clock is wrong",
        }
    }
}

fn rest() -> Side {
    Side::Rest
}

fn status() -> Action {
    Action::Status
}

/// A fault as it is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    #[serde(default = "rest")]
    pub(crate) on: Side,
    #[serde(default = "status")]
    pub(crate) fault: Action,
    /// Only this summary type.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<Kind>,
    /// Only calls whose path begins so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// How likely a call is hit; every call if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) probability: Option<f64>,
    /// How often it happens; once if neither this nor a probability is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    /// Seconds, sent as `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) retry_after: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seconds: Option<f64>,
}

impl Wish {
    /// Why this cannot be had, naming the field.
    fn problem(&self) -> Option<&'static str> {
        let seconds = self.seconds.unwrap_or(0.0);
        let problems = [
            (!self.fault.fits(self.on), "this fault does not happen on that side"),
            (
                self.fault == Action::Status && !self.status.is_some_and(|it| (400..600).contains(&it)),
                "status is 400 to 599",
            ),
            (self.count == Some(0), "count is at least 1"),
            (self.probability.is_some_and(|it| !(it > 0.0 && it <= 1.0)), "probability is above 0 and at most 1"),
            (
                self.fault == Action::Delay && !(seconds > 0.0 && seconds <= 86_400.0),
                "seconds is above 0 and at most 86400",
            ),
            (
                self.fault == Action::ClockSkew && !(seconds != 0.0 && seconds.abs() <= 604_800.0),
                "seconds is up to a week, and not 0",
            ),
            (self.path.is_some() && self.on == Side::Notifications, "notifications have no path: give a type"),
            (self.path.as_ref().is_some_and(|it| it.len() > 200), "path has at most 200 bytes"),
        ];
        problems.into_iter().find(|(is_so, _)| *is_so).map(|(_, problem)| problem)
    }
}

/// A fault on the menu.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Fault {
    pub(crate) id: u64,
    #[serde(flatten)]
    pub(crate) wish: Wish,
    /// Calls or notifications that it could have hit.
    pub(crate) seen: u64,
    /// Those that it did hit.
    pub(crate) hits: u64,
}

impl Fault {
    pub(crate) fn is_spent(&self) -> bool {
        self.wish.count.is_some_and(|count| self.hits >= u64::from(count))
    }
}

/// All faults, spent ones included, so that their counters can be read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Menu {
    seed: u64,
    next_id: u64,
    faults: Vec<Fault>,
}

impl Menu {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, next_id: 1, faults: Vec::new() }
    }

    pub(crate) fn list(&self) -> &[Fault] {
        &self.faults
    }

    /// Adds a fault, or says why not.
    pub(crate) fn add(&mut self, mut wish: Wish) -> Result<(), &'static str> {
        if let Some(problem) = wish.problem() {
            return Err(problem);
        }
        if self.faults.len() >= MAX_FAULTS {
            self.faults.retain(|fault| !fault.is_spent());
        }
        if self.faults.len() >= MAX_FAULTS {
            return Err("there are too many faults already");
        }
        if wish.count.is_none() && wish.probability.is_none() && wish.fault != Action::ClockSkew {
            wish.count = Some(1);
        }
        self.faults.push(Fault { id: self.next_id, wish, seen: 0, hits: 0 });
        self.next_id += 1;
        Ok(())
    }

    /// Takes back one fault, or all.
    pub(crate) fn clear(&mut self, id: Option<u64>) -> bool {
        let before = self.faults.len();
        self.faults.retain(|fault| id.is_some_and(|id| id != fault.id));
        id.is_none() || self.faults.len() < before
    }

    /// How wrong the clock is, in seconds.
    pub(crate) fn skew(&self) -> i64 {
        let skews = self.faults.iter().filter(|fault| fault.wish.fault == Action::ClockSkew);
        skews.map(|fault| fault.wish.seconds.unwrap_or(0.0) as i64).sum()
    }

    /// The fault that hits a notification of these types.
    pub(crate) fn on_notification(&mut self, kinds: &[Kind]) -> Option<Wish> {
        self.pick(|wish| wish.on == Side::Notifications && wish.kind.is_none_or(|kind| kinds.contains(&kind)))
    }

    /// The fault that hits a call.
    pub(crate) fn on_call(&mut self, path: &str, kind: Option<Kind>) -> Option<Wish> {
        self.pick(|wish| {
            wish.on == Side::Rest
                && wish.path.as_ref().is_none_or(|start| path.starts_with(start.as_str()))
                && wish.kind.is_none_or(|wanted| kind == Some(wanted))
        })
    }

    fn pick(&mut self, fits: impl Fn(&Wish) -> bool) -> Option<Wish> {
        let seed = self.seed;
        let happening = |fault: &&mut Fault| fault.wish.fault != Action::ClockSkew && !fault.is_spent();
        for fault in self.faults.iter_mut().filter(happening).filter(|fault| fits(&fault.wish)) {
            fault.seen += 1;
            let dice = || Dice::of(seed, "fault", fault.seen as i64, &fault.id.to_string());
            if fault.wish.probability.is_none_or(|probability| dice().chance(probability)) {
                fault.hits += 1;
                return Some(fault.wish.clone());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(json: serde_json::Value) -> Wish {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn every_fault_is_documented() {
        let readme = include_str!("../../README.md");
        for action in Action::ALL {
            assert!(readme.contains(&format!("| `{}` |", action.key())), "{}", action.key());
        }
    }

    #[test]
    fn a_count_is_kept_and_its_counters_stay_readable() {
        let mut menu = Menu::new(1);
        menu.add(wish(serde_json::json!({ "status": 500, "count": 2, "path": "/a" }))).unwrap();
        assert!(menu.on_call("/b", None).is_none());
        assert!(menu.on_call("/a/x", None).is_some() && menu.on_call("/a", None).is_some());
        assert!(menu.on_call("/a", None).is_none());
        assert_eq!((menu.list()[0].seen, menu.list()[0].hits), (2, 2));
    }

    #[test]
    fn the_same_seed_hits_the_same_calls() {
        let hits = |seed: u64| {
            let mut menu = Menu::new(seed);
            let duplicate =
                serde_json::json!({ "on": "notifications", "fault": "duplicate", "probability": 0.3, "type": "hrv" });
            menu.add(wish(duplicate)).unwrap();
            assert!(menu.on_notification(&[Kind::Dailies]).is_none());
            (0..200).map(|_| menu.on_notification(&[Kind::Hrv]).is_some()).collect::<Vec<_>>()
        };
        assert_eq!(hits(3), hits(3));
        assert_ne!(hits(3), hits(4));
        assert!((40..80).contains(&hits(3).iter().filter(|hit| **hit).count()));
    }

    #[test]
    fn what_cannot_be_is_refused_with_the_field() {
        for (json, field) in [
            (serde_json::json!({ "status": 200 }), "status"),
            (serde_json::json!({ "fault": "duplicate" }), "side"),
            (serde_json::json!({ "fault": "delay" }), "seconds"),
            (serde_json::json!({ "fault": "drop", "probability": 2.0 }), "probability"),
        ] {
            let refused = Menu::new(1).add(wish(json.clone())).unwrap_err();
            assert!(refused.contains(field), "{json}: {refused}");
        }
    }
}
