//! A night: when it begins and ends, its stages, and how sure the service is of it.

use super::{Person, Persona, dice::Dice, schedule::weekday};
use model::LocalDate;
use serde::{Deserialize, Serialize};

/// A sleep stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Deep,
    Light,
    Rem,
    Awake,
}

/// How sure the service is about a night; the same night is sent again when it knows better. In order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Validation {
    /// The watch was taken off: a span without stages.
    OffWrist,
    AutoTentative,
    EnhancedTentative,
    /// A device that only ever says this.
    Device,
    AutoFinal,
    EnhancedFinal,
    /// The person typed it in or moved its ends.
    Manual,
    AutoManual,
}

impl Validation {
    pub(crate) fn wire_name(self) -> &'static str {
        match self {
            Validation::OffWrist => "OFF_WRIST",
            Validation::AutoTentative => "AUTO_TENTATIVE",
            Validation::EnhancedTentative => "ENHANCED_TENTATIVE",
            Validation::Device => "DEVICE",
            Validation::AutoFinal => "AUTO_FINAL",
            Validation::EnhancedFinal => "ENHANCED_FINAL",
            Validation::Manual => "MANUAL",
            Validation::AutoManual => "AUTO_MANUAL",
        }
    }

    pub(crate) fn is_tentative(self) -> bool {
        matches!(self, Validation::AutoTentative | Validation::EnhancedTentative)
    }

    /// Were stages measured?
    pub(crate) fn has_stages(self) -> bool {
        !matches!(self, Validation::OffWrist | Validation::Manual)
    }

    /// What the service says first, later and in the end about the night of a date.
    pub(crate) fn course(person: &Person, date: LocalDate) -> [Validation; 3] {
        use Validation as V;
        let whim = person.dice(date, "validation").unit();
        match person.persona {
            // Devices that do not stage sleep any better later.
            Persona::WheelchairUser => [V::AutoTentative, V::AutoTentative, V::AutoFinal],
            Persona::Swimmer => [V::Device; 3],
            Persona::Athlete | Persona::Traveller if whim < 0.02 => [V::OffWrist; 3],
            Persona::Athlete | Persona::Traveller if whim < 0.04 => [V::Manual; 3],
            Persona::Athlete | Persona::Traveller if whim < 0.06 => [V::AutoTentative, V::AutoFinal, V::AutoManual],
            Persona::Athlete | Persona::Traveller | Persona::Triathlete => {
                [V::AutoTentative, V::AutoFinal, V::EnhancedFinal]
            }
            _ => [V::EnhancedTentative, V::EnhancedTentative, V::EnhancedFinal],
        }
    }
}

/// When somebody was in bed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NightSpan {
    /// UTC seconds.
    pub(crate) start: i64,
    /// UTC seconds of waking.
    pub(crate) end: i64,
}

impl NightSpan {
    /// The night after which a person woke on this date.
    pub(crate) fn of(person: &Person, date: LocalDate) -> Self {
        let (bed, wake) = hours(person, date, &person.dice(date, "bed"));
        // The day of a journey may be short: the person rises early.
        let length = f64::from(person.day_seconds(date)) / 3600.0;
        let wake = wake.min((length - 4.0).max(bed + 1.0));
        let midnight = person.midnight(date);
        let start = midnight + (bed * 60.0) as i64 * 60;
        Self { start, end: start + ((wake - bed) * 60.0) as i64 * 60 }
    }

    pub(crate) fn contains(&self, at: i64) -> bool {
        (self.start..self.end).contains(&at)
    }
}

/// Bed time and wake time in hours from local midnight of the wake date.
fn hours(person: &Person, date: LocalDate, dice: &Dice) -> (f64, f64) {
    let weekend = matches!(weekday(date), 0 | 6);
    match person.persona {
        Persona::Runner => (dice.around(-1.3, 0.3), dice.around(if weekend { 7.1 } else { 6.2 }, 0.2)),
        Persona::Swimmer | Persona::Athlete | Persona::Triathlete => {
            (dice.around(-1.8, 0.25), dice.around(if weekend { 6.6 } else { 5.6 }, 0.2))
        }
        Persona::Cyclist | Persona::WheelchairUser | Persona::NeverSyncs => {
            (dice.around(-0.4, 0.4), dice.around(if weekend { 7.9 } else { 6.9 }, 0.3))
        }
        Persona::Traveller => (dice.around(-0.6, 0.5), dice.around(6.4, 0.4)),
        // Three weeks of shifts: early, late, night. After a night shift the person sleeps by day.
        Persona::ShiftWorker => match ((date.as_days() + 4).div_euclid(7)).rem_euclid(3) {
            0 => (dice.around(-2.1, 0.3), dice.around(4.7, 0.2)),
            1 => (dice.around(0.9, 0.3), dice.around(8.6, 0.3)),
            _ => (dice.around(7.9, 0.3), dice.around(14.2, 0.4)),
        },
    }
}

/// One night, as it finally was.
#[derive(Clone, Debug)]
pub(crate) struct Night {
    /// The date on which the person woke.
    pub(crate) date: LocalDate,
    /// UTC seconds.
    pub(crate) start: i64,
    /// Stages without gaps: (stage, seconds from start, length).
    pub(crate) stages: Vec<(Stage, u32, u32)>,
    /// Start and length of a nap on the same date.
    pub(crate) nap: Option<(i64, u32)>,
}

impl Night {
    /// The night after which a person woke on this date.
    pub(crate) fn of(person: &Person, date: LocalDate) -> Self {
        let span = NightSpan::of(person, date);
        let dice = person.dice(date, "night");
        let stages = stages(&dice, u32::try_from((span.end - span.start) / 60).unwrap_or(0));
        let naps = matches!(person.persona, Persona::ShiftWorker | Persona::Traveller);
        let nap = (naps && dice.chance(0.35))
            .then(|| (span.end + dice.whole(300, 420) * 60, dice.whole(18, 50).unsigned_abs() as u32 * 60))
            .filter(|(start, length)| start + i64::from(*length) < person.midnight(date.plus_days(1)));
        Self { date, start: span.start, stages, nap }
    }

    /// Seconds in bed.
    pub(crate) fn length(&self) -> u32 {
        self.stages.last().map_or(0, |(_, at, length)| at + length)
    }

    /// UTC seconds of waking.
    pub(crate) fn end(&self) -> i64 {
        self.start + i64::from(self.length())
    }

    /// The night as it is known at a level of certainty: a tentative one misses the last stages and
    /// takes short wakefulness for light sleep; a typed one moves its end.
    pub(crate) fn known(&self, validation: Validation) -> Night {
        let mut known = self.clone();
        if validation == Validation::AutoManual
            && let Some(last) = known.stages.last_mut()
        {
            last.2 += 600;
        }
        if !validation.is_tentative() {
            return known;
        }
        known.nap = None;
        known.stages.truncate(self.stages.len().saturating_sub(1).max(1));
        for (stage, _, length) in &mut known.stages {
            if *stage == Stage::Awake && *length <= 240 {
                *stage = Stage::Light;
            }
        }
        known
    }

    /// Seconds in a stage.
    pub(crate) fn seconds_in(&self, wanted: Stage) -> u32 {
        self.stages.iter().filter(|(stage, ..)| *stage == wanted).map(|(.., length)| length).sum()
    }

    /// The stage at an instant, if the person was in bed.
    pub(crate) fn stage_at(&self, at: i64) -> Option<Stage> {
        let second = u32::try_from(at - self.start).ok()?;
        let after = self.stages.partition_point(|(_, from, _)| *from <= second);
        let (stage, from, length) = self.stages.get(after.checked_sub(1)?)?;
        (second < from + length).then_some(*stage)
    }

    /// Overall score, 1 to 100: enough sleep, enough of the deep and dream stages, few interruptions.
    pub(crate) fn score(&self) -> u32 {
        let asleep: u32 = [Stage::Deep, Stage::Light, Stage::Rem].into_iter().map(|stage| self.seconds_in(stage)).sum();
        let hours = f64::from(asleep) / 3600.0;
        let share = |stage| f64::from(self.seconds_in(stage)) / f64::from(asleep.max(1));
        let awake = f64::from(self.seconds_in(Stage::Awake)) / 60.0;
        let length = 50.0 * (hours / 7.8).min(1.0);
        let deep = 20.0 * (share(Stage::Deep) / 0.19).min(1.0);
        let rem = 20.0 * (share(Stage::Rem) / 0.22).min(1.0);
        (length + deep + rem + (10.0 - awake / 4.0).max(0.0)).round().clamp(1.0, 100.0) as u32
    }
}

/// Cycles of about ninety minutes: deep sleep early, dreams late, short waking in between.
fn stages(dice: &Dice, minutes: u32) -> Vec<(Stage, u32, u32)> {
    let mut out: Vec<(Stage, u32, u32)> = Vec::new();
    let mut at = 0;
    let mut push = |stage: Stage, length: f64, at: &mut u32| {
        let length = (length.max(1.0) as u32).min(minutes - *at);
        if length > 0 {
            match out.last_mut() {
                Some(last) if last.0 == stage => last.2 += length * 60,
                _ => out.push((stage, *at * 60, length * 60)),
            }
            *at += length;
        }
    };
    while at < minutes {
        let progress = f64::from(at) / f64::from(minutes);
        push(Stage::Light, dice.around(18.0, 5.0), &mut at);
        push(Stage::Deep, dice.around(38.0 * (1.0 - progress).powf(1.4), 5.0), &mut at);
        push(Stage::Light, dice.around(17.0, 6.0), &mut at);
        push(Stage::Rem, dice.around(8.0 + 24.0 * progress, 4.0), &mut at);
        if dice.chance(0.55) {
            push(Stage::Awake, dice.range(1.0, 8.0), &mut at);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn night(persona: Persona, day: i32) -> (Person, Night) {
        let person = Person::plain(3, "sleeper", persona);
        let date = LocalDate::parse("2026-04-01").unwrap().plus_days(day);
        let night = Night::of(&person, date);
        (person, night)
    }

    #[test]
    fn nights_are_whole_and_plausible_and_end_on_their_date() {
        for persona in Persona::ALL {
            for day in 0..40 {
                let (person, night) = night(persona, day);
                let mut at = 0;
                for (_, from, length) in &night.stages {
                    assert_eq!(*from, at);
                    at += length;
                }
                assert_eq!(person.local_date(night.end()), night.date);
                assert_eq!(night.end(), NightSpan::of(&person, night.date).end);
                assert!((5 * 3600..10 * 3600).contains(&at), "{persona:?} slept {at}");
                let deep = f64::from(night.seconds_in(Stage::Deep)) / f64::from(at);
                assert!((0.08..0.4).contains(&deep), "{persona:?} deep {deep}");
                assert!((40..=100).contains(&night.score()));
            }
        }
    }

    #[test]
    fn nights_follow_each_other_also_for_whoever_travels() {
        let person = Person::plain(3, "sleeper", Persona::Traveller);
        let first = LocalDate::parse("2026-01-01").unwrap();
        let spans: Vec<_> = (0..365).map(|day| NightSpan::of(&person, first.plus_days(day))).collect();
        assert!(spans.iter().all(|span| span.start < span.end));
        assert!(spans.windows(2).all(|pair| pair[0].end + 4 * 3600 < pair[1].start));
    }

    #[test]
    fn a_tentative_night_is_shorter_and_keeps_its_start() {
        let (_, night) = night(Persona::Runner, 2);
        let early = night.known(Validation::EnhancedTentative);
        assert_eq!(early.start, night.start);
        assert!(early.end() < night.end());
        assert_eq!(night.known(Validation::EnhancedFinal).end(), night.end());
    }
}
