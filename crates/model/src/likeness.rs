//! How alike two workouts are: whether two services told of one and the same, by when it was, how long it lasted, how
//! far it went, what it was and how the heart beat.
//!
//! Two things are told apart. Workouts at the **same time** were done once, as one person does one thing at a time:
//! they count once. **Duplicates** are besides alike in length and in what else both tell. Where time speaks for
//! it and something against, the heart decides; where only the clock differs, as by a wrong offset, the heart has to beat
//! the same, for people run the same round at the same hour every day.

use crate::{
    EventId, WorkoutSpan,
    movement::{compatible, is_several},
};

/// How much of the shorter workout must lie within the longer for both to be at the same time.
const LEAST_OVERLAP: f64 = 0.8;
/// Lengths that differ no more are alike: some count pauses, some forget to stop.
const ALIKE_LENGTH: f64 = 0.8;
/// Lengths that differ more than this are of different things, whatever else is alike.
const LEAST_LENGTH: f64 = 0.5;
/// Distances that differ more speak against; devices indoors only guess.
const ALIKE_DISTANCE: f64 = 0.75;
/// Distances that differ no more make up for a length that differs, as of a recording that nobody stopped.
const EQUAL_DISTANCE: f64 = 0.9;
/// What must be equal of two workouts of which one clock may be wrong: lengths and distances.
const SAME_RECORDING: f64 = 0.98;
/// A heart that beats so alike at the same time is one.
const ONE_HEART: f64 = 0.8;
/// A heart that beats so alike at different times was measured once: the same values, told twice.
const ONE_MEASUREMENT: (f64, f64) = (0.98, 2.0);
/// Offsets are whole quarters of an hour …
const OFFSET_STEP_S: f64 = 900.0;
/// … but for as much as clocks and rounding err …
const OFFSET_SLACK_S: f64 = 30.0;
/// … and none is more than these from UTC.
const MOST_OFFSET_S: f64 = 14.0 * 3_600.0;
/// A start that lies further apart speaks fully against.
const FAR_START_S: f64 = 1_800.0;
/// With how many that began before it a workout is compared.
const MOST_COMPARED: usize = 200;

/// How alike the heart beat in two recordings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeartAgreement {
    /// Correlation after Pearson, -1 to 1.
    pub correlation: f64,
    /// By how many beats a minute both differ on average.
    pub mean_difference_bpm: f64,
    /// How many moments were compared.
    pub moments: u32,
}

crate::text::codes! {
    /// What two workouts are to one another.
    Outcome {
        /// One and the same, told twice.
        Duplicate = "duplicate",
        /// At the same time, and of another length or part: it counts once.
        SameTime = "same_time",
        /// Two workouts.
        Apart = "apart",
    }
}

crate::text::codes! {
    /// What decided that two workouts are duplicates.
    DecidedBy {
        /// They were at the same time for as long, and nothing speaks against it.
        Time = "time",
        /// They were at the same time and went as far, though one lasted longer.
        Distance = "distance",
        /// The heart beat alike, though something spoke against it.
        HeartRate = "heart_rate",
    }
}

/// How alike two workouts are, and what follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// How far apart they began, seconds.
    pub start_gap_s: f64,
    /// How much of the shorter lies within the longer, 0 to 1.
    pub overlap: f64,
    /// The shorter length by the longer; of lengths with and without pauses those that are most alike.
    pub duration_ratio: f64,
    /// The shorter distance by the longer; none unless both tell one.
    pub distance_ratio: Option<f64>,
    /// Whether what was done may be the same; none unless both tell it.
    pub type_agrees: Option<bool>,
    /// How alike the heart beat; none unless it was looked at and both tell enough.
    pub heart_rate: Option<HeartAgreement>,
    /// What they are to one another.
    pub outcome: Outcome,
    /// What made duplicates of them.
    pub decided_by: Option<DecidedBy>,
    /// Whether the heart decides, and was not looked at or did not tell.
    pub awaits_heart: bool,
}

/// Two workouts that were compared: the earlier, the later, and how alike they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The one that began first.
    pub one: EventId,
    /// The other.
    pub other: EventId,
    /// How alike they are.
    pub likeness: Likeness,
}

/// One thing by which two workouts were compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Criterion {
    /// `start`, `overlap`, `duration`, `distance`, `type` or `heart_rate`.
    pub name: &'static str,
    /// What was measured: seconds of the start, else a share or the correlation; none where one of both tells nothing.
    pub measured: Option<f64>,
    /// How much it speaks for one workout, 0 to 1.
    pub score: Option<f64>,
}

impl Likeness {
    /// Compares two workouts, in either order; none where nothing suggests that they are one.
    #[must_use]
    pub fn of(one: &WorkoutSpan, other: &WorkoutSpan, heart_rate: Option<HeartAgreement>) -> Option<Self> {
        if one.id == other.id || !one.has_other_source_than(other) || one.belongs_with(other) {
            return None;
        }
        let shorter = one.length_us().min(other.length_us());
        let common = one.end.min(other.end).micros_since(one.start.max(other.start)).max(0);
        if shorter <= 0 {
            return None;
        }
        let mut found = Self {
            start_gap_s: one.start.micros_since(other.start).abs() as f64 / 1e6,
            overlap: common as f64 / shorter as f64,
            duration_ratio: duration_ratio(one, other),
            distance_ratio: ratio(one.distance_m, other.distance_m),
            type_agrees: compatible(one.workout_type, other.workout_type),
            heart_rate,
            outcome: Outcome::Apart,
            decided_by: None,
            awaits_heart: false,
        };
        if found.overlap >= LEAST_OVERLAP {
            found.decide_at_the_same_time(is_whole_and_part(one, other));
        } else if found.may_be_another_offset() && one.provider != other.provider {
            found.decide_by_another_clock();
        } else {
            return None;
        }
        Some(found)
    }

    fn decide_at_the_same_time(&mut self, whole_and_part: bool) {
        let type_fits = self.type_agrees != Some(false);
        let distance_fits = self.distance_ratio.is_none_or(|ratio| ratio >= ALIKE_DISTANCE);
        let as_far = self.distance_ratio.is_some_and(|ratio| ratio >= EQUAL_DISTANCE);
        let (as_long, nearly) = (self.duration_ratio >= ALIKE_LENGTH, self.duration_ratio >= LEAST_LENGTH);
        let doubtful = as_long && !(type_fits && distance_fits) && !whole_and_part;
        let one_heart = self.heart_rate.is_some_and(|heart| heart.correlation >= ONE_HEART);
        self.awaits_heart = doubtful && self.heart_rate.is_none();
        self.decided_by = match () {
            () if whole_and_part => None,
            () if as_long && type_fits && distance_fits => Some(DecidedBy::Time),
            () if nearly && type_fits && as_far => Some(DecidedBy::Distance),
            () if doubtful && one_heart => Some(DecidedBy::HeartRate),
            () => None,
        };
        self.outcome = match self.decided_by {
            Some(_) => Outcome::Duplicate,
            None if type_fits => Outcome::SameTime,
            None => Outcome::Apart,
        };
    }

    fn decide_by_another_clock(&mut self) {
        let (correlation, difference) = ONE_MEASUREMENT;
        let one = |heart: HeartAgreement| heart.correlation >= correlation && heart.mean_difference_bpm <= difference;
        self.awaits_heart = self.heart_rate.is_none();
        if self.heart_rate.is_some_and(one) {
            (self.outcome, self.decided_by) = (Outcome::Duplicate, Some(DecidedBy::HeartRate));
        }
    }

    /// Whether all but the time is equal, and the time by what two offsets may differ.
    fn may_be_another_offset(&self) -> bool {
        let steps = (self.start_gap_s / OFFSET_STEP_S).round();
        let beside = (self.start_gap_s - steps * OFFSET_STEP_S).abs();
        steps >= 1.0
            && beside <= OFFSET_SLACK_S
            && self.start_gap_s <= MOST_OFFSET_S
            && self.duration_ratio >= SAME_RECORDING
            && self.distance_ratio.is_none_or(|ratio| ratio >= SAME_RECORDING)
            && self.type_agrees != Some(false)
    }

    /// By how much the clocks of both differ, if it is a matter of clocks: the later start less the earlier.
    #[must_use]
    pub fn clock_shift_us(&self) -> i64 {
        if self.overlap >= LEAST_OVERLAP { 0 } else { (self.start_gap_s * 1e6) as i64 }
    }

    /// What was compared, each with how much it speaks for one workout.
    #[must_use]
    pub fn criteria(&self) -> [Criterion; 6] {
        let of = |name, measured: Option<f64>, score: Option<f64>| Criterion { name, measured, score };
        let itself = |name, share: Option<f64>| of(name, share, share);
        let correlation = self.heart_rate.map(|heart| heart.correlation);
        [
            of("start", Some(self.start_gap_s), Some((1.0 - self.start_gap_s / FAR_START_S).max(0.0))),
            itself("overlap", Some(self.overlap)),
            itself("duration", Some(self.duration_ratio)),
            itself("distance", self.distance_ratio),
            itself("type", self.type_agrees.map(|agrees| if agrees { 1.0 } else { 0.0 })),
            of("heart_rate", correlation, correlation.map(|correlation| correlation.max(0.0))),
        ]
    }

    /// The mean of all scores that are known, 0 to 1: to compare pairs by. It decides nothing.
    #[must_use]
    pub fn score(&self) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for score in self.criteria().into_iter().filter_map(|criterion| criterion.score) {
            (sum, count) = (sum + score, count + 1.0);
        }
        sum / f64::max(count, 1.0)
    }
}

/// A leg is no second telling of a race, however much of it that was.
fn is_whole_and_part(one: &WorkoutSpan, other: &WorkoutSpan) -> bool {
    let part = |span: &WorkoutSpan| span.parent_external_id.is_some();
    let whole = |span: &WorkoutSpan| (span.is_parent || is_several(span.workout_type)) && !part(span);
    (part(one) && whole(other)) || (whole(one) && part(other))
}

fn duration_ratio(one: &WorkoutSpan, other: &WorkoutSpan) -> f64 {
    let lengths = |span: &WorkoutSpan| [Some(span.length_us() as f64 / 1e6), span.duration_s];
    let all = lengths(one).into_iter().flat_map(|length| lengths(other).map(|other| ratio(length, other)));
    all.flatten().fold(0.0, f64::max)
}

/// The smaller by the larger; none unless both are there and more than nothing.
fn ratio(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    let told = |value: Option<f64>| value.filter(|value| value.is_finite() && *value > 0.0);
    let (one, other) = (told(one)?, told(other)?);
    Some(one.min(other) / one.max(other))
}

/// All pairs among a user's workouts of which something suggests that they are one, without looking at the heart.
#[must_use]
pub fn likely_pairs(spans: &[WorkoutSpan]) -> Vec<Pair> {
    let mut spans: Vec<&WorkoutSpan> = spans.iter().collect();
    spans.sort_by_key(|span| (span.start, span.id));
    spans.dedup_by_key(|span| span.id);
    let mut before: Vec<&WorkoutSpan> = Vec::new();
    let mut pairs = Vec::new();
    for span in spans {
        let earliest = span.start.plus_seconds(-(MOST_OFFSET_S + OFFSET_SLACK_S) as i64);
        before.retain(|earlier| earlier.end > span.start || earlier.start >= earliest);
        pairs.extend(before.iter().filter_map(|earlier| {
            let likeness = Likeness::of(earlier, span, None)?;
            Some(Pair { one: earlier.id, other: span.id, likeness })
        }));
        if before.len() == MOST_COMPARED {
            before.remove(0);
        }
        before.push(span);
    }
    pairs
}

#[cfg(test)]
#[path = "likeness_tests.rs"]
mod tests;
