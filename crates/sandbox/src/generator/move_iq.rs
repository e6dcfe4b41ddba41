//! Movement that a device noticed by itself: a labelled span over the day, no workout.

use super::{NightSpan, Person, schedule::planned_workouts};
use crate::kind::Kind;
use model::LocalDate;

/// A span that was noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MoveIq {
    /// UTC seconds.
    pub(crate) start: i64,
    pub(crate) seconds: u32,
    pub(crate) activity: &'static str,
    pub(crate) sub_type: &'static str,
}

/// What can be noticed, and what its detail may be called.
const NOTICED: [(&str, &str); 5] = [
    ("Walking", "Casual Walking"),
    ("Running", "Treadmill Running"),
    ("Cycling", "Commuting"),
    ("Elliptical", "Elliptical"),
    ("Walking", "Speed Walking"),
];

/// What a device noticed on a date, in order: nothing while asleep or in a workout.
pub(crate) fn move_iq_of(person: &Person, date: LocalDate) -> Vec<MoveIq> {
    if !person.persona.makes(Kind::MoveIqActivities) {
        return Vec::new();
    }
    let dice = person.dice(date, "move-iq");
    let (midnight, end) = (person.midnight(date), person.midnight(date.plus_days(1)));
    let nights = [date, date.plus_days(1)].map(|date| NightSpan::of(person, date));
    let workouts: Vec<_> = [-1, 0].iter().flat_map(|days| planned_workouts(person, date.plus_days(*days))).collect();
    let mut spans: Vec<MoveIq> = Vec::new();
    for hour in [9u32, 13, 17, 20] {
        let (wanted, which) = (dice.chance(0.2), dice.whole(0, NOTICED.len() as i64));
        let start = midnight + i64::from(hour) * 3600 + dice.whole(0, 3000);
        let seconds = dice.whole(610, 1500).unsigned_abs() as u32;
        let over = start + i64::from(seconds);
        let asleep = nights.iter().any(|night| night.start < over && start < night.end);
        let training = workouts.iter().any(|plan| plan.start < over && start < plan.end());
        if !wanted || asleep || training || over > end {
            continue;
        }
        let known = usize::try_from(which).ok().and_then(|index| NOTICED.get(index)).copied();
        let (activity, sub_type) = known.unwrap_or(("Walking", "Casual Walking"));
        spans.push(MoveIq { start, seconds, activity, sub_type });
    }
    spans
}
