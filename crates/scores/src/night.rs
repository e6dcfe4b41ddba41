//! A night as the algorithms read it: how long asleep, how deep, how often awake, and when by the local clock.

use crate::interval::{Interval, seconds, union, within, without};
use model::{LocalDate, SleepStage, StageInterval, Timestamp};
use std::collections::BTreeMap;

const DAY_S: f64 = 86_400.0;
const LONG_AWAKENING_S: i64 = 300;

/// A night or a nap.
#[derive(Clone, Debug, PartialEq)]
pub struct Night {
    /// The local date of waking.
    pub date: LocalDate,
    /// Whether this is a nap.
    pub is_nap: bool,
    /// When it began.
    pub start_time: Timestamp,
    /// When it ended.
    pub end_time: Timestamp,
    /// The UTC offset at the beginning, if known; over a change of the clock the end has another one.
    pub start_offset_s: Option<i32>,
    /// Time asleep as the provider counts it.
    pub asleep_s: Option<f64>,
    /// Deep sleep as the provider counts it.
    pub deep_s: Option<f64>,
    /// REM sleep as the provider counts it.
    pub rem_s: Option<f64>,
    /// The stages, if told.
    pub stages: Vec<StageInterval>,
}

/// How often one lay awake between falling asleep and waking up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Awakenings {
    /// All of it.
    pub(crate) total_s: f64,
    /// How many took more than five minutes.
    pub(crate) long: usize,
}

impl Night {
    /// Its seconds since 1970; none where it is backward or longer than a day.
    pub(crate) fn span(&self) -> Option<Interval> {
        let span = (self.start_time.as_seconds(), self.end_time.as_seconds());
        let length = span.1.checked_sub(span.0)?;
        (1..=86_400).contains(&length).then_some(span)
    }

    /// Time asleep, told or from the stages. Time in bed is not taken for it.
    pub(crate) fn asleep_s(&self) -> Option<f64> {
        let (start, end) = self.span()?;
        // times are cut to whole minutes by some, so a minute more than the span is still believed
        let most = (end - start) as f64 + 60.0;
        let told = self.asleep_s.filter(|asleep| *asleep > 0.0 && *asleep <= most);
        told.or_else(|| Some(seconds(&self.asleep())).filter(|asleep| *asleep > 0.0))
    }

    /// Deep sleep, told or from stages that tell phases apart.
    pub(crate) fn deep_s(&self) -> Option<f64> {
        plausible(self.deep_s).or_else(|| self.phase_s(SleepStage::Deep))
    }

    /// REM sleep, likewise.
    pub(crate) fn rem_s(&self) -> Option<f64> {
        plausible(self.rem_s).or_else(|| self.phase_s(SleepStage::Rem))
    }

    /// The seconds asleep by the stages.
    pub(crate) fn asleep(&self) -> Vec<Interval> {
        self.seconds_of(SleepStage::is_asleep)
    }

    /// None where the stages do not tell awake from asleep: a source that knows only one of them
    /// would make every night perfect.
    pub(crate) fn awakenings(&self) -> Option<Awakenings> {
        let (asleep, awake) = (self.asleep(), self.seconds_of(|stage| stage == SleepStage::Awake));
        if awake.is_empty() && !self.tells_phases() {
            return None;
        }
        let bounds = (asleep.first()?.0, asleep.last()?.1);
        let awake = within(&without(&awake, &asleep), bounds);
        let long = awake.iter().filter(|(start, end)| end - start > LONG_AWAKENING_S).count();
        Some(Awakenings { total_s: seconds(&awake), long })
    }

    /// When it began by the local clock, seconds after midnight.
    pub(crate) fn bedtime_s(&self) -> Option<i64> {
        let offset = i64::from(self.start_offset_s?);
        Some((self.start_time.as_seconds().rem_euclid(86_400) + offset).rem_euclid(86_400))
    }

    fn tells_phases(&self) -> bool {
        let phases = [SleepStage::Light, SleepStage::Deep, SleepStage::Rem];
        self.stages.iter().any(|interval| phases.contains(&interval.stage))
    }

    fn phase_s(&self, stage: SleepStage) -> Option<f64> {
        self.tells_phases().then(|| seconds(&self.seconds_of(|it| it == stage)))
    }

    fn seconds_of(&self, is_meant: impl Fn(SleepStage) -> bool) -> Vec<Interval> {
        let Some(span) = self.span() else { return Vec::new() };
        let meant = self.stages.iter().filter(|interval| is_meant(interval.stage));
        within(&union(meant.map(|it| (it.start_time.as_seconds(), it.end_time.as_seconds()))), span)
    }
}

/// The main sleep of each local day: the longest that is no nap; of equals the earlier.
pub(crate) fn main_nights(nights: &[Night]) -> BTreeMap<LocalDate, (&Night, f64)> {
    let mut main: BTreeMap<LocalDate, (&Night, f64)> = BTreeMap::new();
    for night in nights.iter().filter(|night| !night.is_nap && night.span().is_some()) {
        let Some(asleep) = night.asleep_s() else { continue };
        let stands = main.get(&night.date).is_some_and(|(other, longest)| {
            asleep < *longest || (asleep == *longest && night.start_time >= other.start_time)
        });
        if !stands {
            main.insert(night.date, (night, asleep));
        }
    }
    main
}

fn plausible(told: Option<f64>) -> Option<f64> {
    told.filter(|told| (0.0..=DAY_S).contains(told))
}
