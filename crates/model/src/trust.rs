//! Which of a user's sources goes before which, and by which rule.
//!
//! Two numbers place a source, 1 is best: the priority of its provider, in whose place that of the device itself
//! stands where one is set, then the priority of its kind of device; of equals the one first seen is better. Of
//! several priorities for the same thing the most specific holds: the user's before the team's before what is
//! usual, and within these one for the series before one for all.

use crate::{DeviceType, SeriesType, Source, UserId};

/// The worst priority, and that of providers of which nobody told one.
pub const LEAST_PRIORITY: i32 = 100;

crate::text::codes! {
    /// What a priority is about.
    PriorityKind {
        /// Everything of a provider; named by it.
        Provider = "provider",
        /// Every device of a kind; named by its code.
        DeviceType = "device_type",
        /// One source of a user; named by its number.
        Device = "device",
    }
}

crate::text::codes! {
    /// Who set a priority.
    SetBy {
        /// For this user.
        User = "user",
        /// For the whole team.
        Team = "team",
        /// Nobody: it is the usual one.
        Usual = "default",
    }
}

/// How much something is trusted where sources overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priority {
    /// For one user only; none for the whole team.
    pub user_id: Option<UserId>,
    /// For one series only; none for all.
    pub series: Option<SeriesType>,
    /// What it is about.
    pub kind: PriorityKind,
    /// The provider's name, the code of the kind of device, or the number of the source within the user.
    pub name: String,
    /// 1 is best, [`LEAST_PRIORITY`] is worst.
    pub priority: i32,
}

/// A priority that holds for a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// What it is about.
    pub kind: PriorityKind,
    /// Of what.
    pub name: String,
    /// 1 is best.
    pub priority: i32,
    /// Who set it.
    pub set_by: SetBy,
}

/// How much a source is trusted, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// The source's number within the user.
    pub source: i32,
    /// The device's own priority, else its provider's.
    pub first: Holding,
    /// That of its kind of device.
    pub device_type: Holding,
}

impl Trust {
    /// How much a source is trusted for a series, or where no series is meant. `set` are the team's priorities and
    /// the user's, in any order; `usual` is the priority of a provider that nobody set.
    #[must_use]
    pub fn of(
        number: i32,
        source: &Source,
        series: Option<SeriesType>,
        set: &[Priority],
        usual: impl Fn(&str) -> i32,
    ) -> Self {
        let find = |kind: PriorityKind, name: &str| {
            let fitting = set
                .iter()
                .filter(|it| it.kind == kind && it.name == name && (it.series.is_none() || it.series == series));
            let best = fitting.max_by_key(|it| (it.user_id.is_some(), it.series.is_some()))?;
            let set_by = if best.user_id.is_some() { SetBy::User } else { SetBy::Team };
            Some(Holding { kind, name: name.to_owned(), priority: best.priority, set_by })
        };
        let usually =
            |kind, name: &str, priority| Holding { kind, name: name.to_owned(), priority, set_by: SetBy::Usual };
        let provider = source.provider.as_str();
        let device_type = source.device_type.unwrap_or(DeviceType::Unknown);
        let code = device_type.as_str();
        Self {
            source: number,
            first: find(PriorityKind::Device, &number.to_string())
                .or_else(|| find(PriorityKind::Provider, provider))
                .unwrap_or_else(|| usually(PriorityKind::Provider, provider, usual(provider))),
            device_type: find(PriorityKind::DeviceType, code)
                .unwrap_or_else(|| usually(PriorityKind::DeviceType, code, usual_of(device_type))),
        }
    }

    /// What sources are ordered by; lower is better.
    #[must_use]
    pub fn rank(&self) -> (i32, i32, i32) {
        (self.first.priority, self.device_type.priority, self.source)
    }

    /// The rule that decides between this source and another: `provider priority 1`, `device type watch 1`.
    #[must_use]
    pub fn rule_against(&self, other: &Self) -> String {
        if self.first.priority != other.first.priority {
            let kind = if self.first.kind == PriorityKind::Device { "device" } else { "provider" };
            format!("{kind} priority {}", self.first.priority)
        } else if self.device_type.priority != other.device_type.priority {
            format!("device type {} {}", self.device_type.name, self.device_type.priority)
        } else {
            "first seen".to_owned()
        }
    }
}

/// The usual priority of a kind of device.
#[must_use]
pub fn usual_of(device_type: DeviceType) -> i32 {
    match device_type {
        DeviceType::Watch => 1,
        DeviceType::Band => 2,
        DeviceType::Ring => 3,
        DeviceType::Phone => 4,
        DeviceType::Scale => 5,
        DeviceType::Other | DeviceType::ChestStrap | DeviceType::BikeComputer => 6,
        DeviceType::Unknown => 99,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProviderName;

    fn watch() -> Source {
        Source { device_type: Some(DeviceType::Watch), ..Source::of(ProviderName::from_static("garmin")) }
    }

    fn phone() -> Source {
        Source { device_type: Some(DeviceType::Phone), ..Source::of(ProviderName::from_static("apple")) }
    }

    fn usual(provider: &str) -> i32 {
        if provider == "apple" { 1 } else { 2 }
    }

    fn set(user: bool, series: Option<SeriesType>, kind: PriorityKind, name: &str, priority: i32) -> Priority {
        let user_id = user.then(|| UserId::from_uuid(uuid::Uuid::from_u128(1)));
        Priority { user_id, series, kind, name: name.to_owned(), priority }
    }

    #[test]
    fn the_provider_decides_before_the_kind_of_device_and_that_before_which_came_first() {
        let trust = |number, source: &Source| Trust::of(number, source, None, &[], usual);
        let (one, other) = (trust(1, &watch()), trust(2, &phone()));
        assert!(other.rank() < one.rank());
        assert_eq!(other.rule_against(&one), "provider priority 1");
        let apple_watch = Source { device_type: Some(DeviceType::Watch), ..phone() };
        let worn = trust(3, &apple_watch);
        assert!(worn.rank() < other.rank());
        assert_eq!(
            (worn.rule_against(&other), other.rule_against(&worn)),
            ("device type watch 1".into(), "device type phone 4".into())
        );
        let again = trust(4, &apple_watch);
        assert!(worn.rank() < again.rank());
        assert_eq!(worn.rule_against(&again), "first seen");
    }

    #[test]
    fn the_most_specific_priority_holds() {
        let steps = Some(SeriesType::STEPS);
        let mut all = vec![set(false, None, PriorityKind::Provider, "garmin", 9)];
        let first = |all: &[Priority], series| Trust::of(7, &watch(), series, all, usual).first;
        assert_eq!((first(&all, steps).priority, first(&all, steps).set_by), (9, SetBy::Team));
        all.push(set(false, steps, PriorityKind::Provider, "garmin", 8));
        assert_eq!((first(&all, steps).priority, first(&all, None).priority), (8, 9));
        all.insert(0, set(true, None, PriorityKind::Provider, "garmin", 7));
        assert_eq!(
            (first(&all, steps).priority, first(&all, steps).set_by),
            (7, SetBy::User),
            "the user before the series"
        );
        all.push(set(true, None, PriorityKind::Device, "7", 40));
        assert_eq!((first(&all, steps).priority, first(&all, steps).kind), (40, PriorityKind::Device));
        assert_eq!(Trust::of(8, &watch(), steps, &all, usual).first.priority, 7, "another device");
    }

    #[test]
    fn of_what_nobody_told_the_kind_comes_last() {
        let bare = Source::of(ProviderName::from_static("garmin"));
        assert_eq!(Trust::of(1, &bare, None, &[], usual).device_type.priority, 99);
    }
}
