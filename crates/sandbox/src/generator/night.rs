//! A night: when it begins and ends, its stages, breathing, oxygen saturation and score.

use super::{Person, Persona, dice::Dice};
use model::LocalDate;

/// A sleep stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Deep,
    Light,
    Rem,
    Awake,
}

/// How sure the service is about a night; the same night is sent again when it knows better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Validation {
    Tentative,
    Final,
}

impl Validation {
    pub(crate) fn wire_name(self) -> &'static str {
        match self {
            Validation::Tentative => "ENHANCED_TENTATIVE",
            Validation::Final => "ENHANCED_FINAL",
        }
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
    /// Breaths a minute, one a minute.
    pub(crate) respiration: Vec<f64>,
    /// Percent, one a minute.
    pub(crate) oxygen: Vec<u8>,
    /// Start and length of a nap on the same date.
    pub(crate) nap: Option<(i64, u32)>,
}

/// Bed time and wake time in hours from local midnight of the wake date.
fn hours(person: &Person, date: LocalDate, dice: &Dice) -> (f64, f64) {
    let weekend = matches!((date.as_days() + 4).rem_euclid(7), 0 | 6);
    match person.persona {
        Persona::Runner => (dice.around(-1.3, 0.3), dice.around(if weekend { 7.1 } else { 6.2 }, 0.2)),
        Persona::Cyclist => (dice.around(-0.4, 0.4), dice.around(if weekend { 7.9 } else { 6.9 }, 0.3)),
        // Three weeks of shifts: early, late, night. After a night shift the person sleeps by day.
        Persona::ShiftWorker => match ((date.as_days() + 4).div_euclid(7)).rem_euclid(3) {
            0 => (dice.around(-2.1, 0.3), dice.around(4.7, 0.2)),
            1 => (dice.around(0.9, 0.3), dice.around(8.6, 0.3)),
            _ => (dice.around(7.9, 0.3), dice.around(14.2, 0.4)),
        },
    }
}

impl Night {
    /// The night after which a person woke on this date.
    pub(crate) fn of(person: &Person, date: LocalDate) -> Self {
        let dice = person.dice(date, "night");
        let (bed, wake) = hours(person, date, &dice);
        let midnight = person.midnight(date);
        let start = midnight + (bed * 60.0) as i64 * 60;
        let minutes = ((wake - bed) * 60.0) as u32;
        let stages = stages(&dice, minutes);
        let respiration = respiration(&dice, &stages, minutes);
        let oxygen = oxygen(&dice, minutes);
        let nap = (person.persona == Persona::ShiftWorker && dice.chance(0.35)).then(|| {
            let begin = midnight + (wake * 60.0) as i64 * 60 + dice.whole(300, 420) * 60;
            (begin, dice.whole(18, 50).unsigned_abs() as u32 * 60)
        });
        Self { date, start, stages, respiration, oxygen, nap }
    }

    /// UTC seconds of waking.
    pub(crate) fn end(&self) -> i64 {
        self.start + self.stages.last().map_or(0, |(_, at, length)| i64::from(at + length))
    }

    /// The night as it is known at a level of certainty: a tentative one misses the last stages and
    /// takes short wakefulness for light sleep.
    pub(crate) fn known(&self, validation: Validation) -> Night {
        if validation == Validation::Final {
            return self.clone();
        }
        let mut early = self.clone();
        early.nap = None;
        early.stages.truncate(self.stages.len().saturating_sub(1).max(1));
        for (stage, _, length) in &mut early.stages {
            if *stage == Stage::Awake && *length <= 240 {
                *stage = Stage::Light;
            }
        }
        let minutes = early.stages.last().map_or(0, |(_, at, length)| (at + length) / 60) as usize;
        early.respiration.truncate(minutes);
        early.oxygen.truncate(minutes);
        early
    }

    /// Seconds in a stage.
    pub(crate) fn seconds_in(&self, wanted: Stage) -> u32 {
        self.stages.iter().filter(|(stage, ..)| *stage == wanted).map(|(.., length)| length).sum()
    }

    /// The stage at an instant, if the person was in bed.
    pub(crate) fn stage_at(&self, at: i64) -> Option<Stage> {
        let second = u32::try_from(at - self.start).ok()?;
        self.stages.iter().find(|(_, from, length)| (*from..from + length).contains(&second)).map(|(stage, ..)| *stage)
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

fn respiration(dice: &Dice, stages: &[(Stage, u32, u32)], minutes: u32) -> Vec<f64> {
    let base = dice.around(13.6, 0.6);
    let mut level = base;
    let stage_at =
        |second: u32| stages.iter().find(|(_, from, length)| second < from + length).map(|(stage, ..)| *stage);
    (0..minutes)
        .map(|minute| {
            let target = match stage_at(minute * 60) {
                Some(Stage::Deep) => base - 0.6,
                Some(Stage::Rem) => base + 1.1,
                Some(Stage::Awake) => base + 1.8,
                _ => base,
            };
            level += 0.25 * (target - level) + dice.around(0.0, 0.18);
            (level * 100.0).round() / 100.0
        })
        .collect()
}

fn oxygen(dice: &Dice, minutes: u32) -> Vec<u8> {
    let mut level = 95.8;
    (0..minutes)
        .map(|_| {
            level += 0.15 * (95.6 - level) + dice.around(0.0, 0.45);
            level.clamp(88.0, 99.0).round() as u8
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn night(persona: Persona, day: i32) -> (Person, Night) {
        let person = Person::new(3, "sleeper", persona, None);
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
                assert!((5 * 3600..10 * 3600).contains(&at), "{persona:?} slept {at}");
                let deep = f64::from(night.seconds_in(Stage::Deep)) / f64::from(at);
                assert!((0.08..0.4).contains(&deep), "{persona:?} deep {deep}");
                assert!((40..=100).contains(&night.score()));
                assert_eq!(night.oxygen.len() as u32 * 60, at);
            }
        }
    }

    #[test]
    fn a_tentative_night_is_shorter_and_keeps_its_start() {
        let (_, night) = night(Persona::Runner, 2);
        let early = night.known(Validation::Tentative);
        assert_eq!(early.start, night.start);
        assert!(early.end() < night.end());
        assert_eq!(night.known(Validation::Final).end(), night.end());
    }
}
