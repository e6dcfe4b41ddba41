//! Stress and body battery over a day: a level each three minutes, or why there is none.

use super::{Day, NightSpan, Person};

/// Seconds between two levels.
const STEP: u32 = 180;

/// Why there is no level.
pub(crate) const OFF_WRIST: i8 = -1;
pub(crate) const MOTION: i8 = -2;
pub(crate) const TOO_LITTLE: i8 = -3;
pub(crate) const RECOVERING: i8 = -4;

/// Stress up to a second of the day.
pub(crate) struct Stress {
    /// (second of the day, 1 to 100, or why there is none).
    pub(crate) levels: Vec<(u32, i8)>,
    /// Seconds for which a level stands.
    pub(crate) step: u32,
}

impl Stress {
    pub(crate) fn of(person: &Person, day: &Day, until: u32) -> Self {
        let step = if person.style.sparse { super::SLOT } else { STEP };
        let dice = person.dice(day.date, "stress");
        let habit = person.persona.traits().stress;
        let woke = u32::try_from(NightSpan::of(person, day.date).end - day.start).unwrap_or(0);
        let shower = woke + 600..woke + 1500;
        let mut level = habit;
        let levels = (0..until.min(day.length)).step_by(step as usize).map(|second| {
            let (noise, oddity) = (dice.around(0.0, 5.0), dice.unit());
            let asleep = day.is_asleep(second);
            let hour = f64::from(second) / 3600.0;
            let usual = if asleep { 13.0 } else { habit * (1.15 + 0.25 * ((hour - 11.0) / 12.0).sin()) };
            level = (level + 0.2 * (usual - level) + noise).clamp(2.0, 98.0);
            let value = match () {
                () if shower.contains(&second) => OFF_WRIST,
                () if day.movement.is_moving(second) => MOTION,
                () if recovers(day, second) => RECOVERING,
                () if oddity < 0.01 => TOO_LITTLE,
                () => level as i8,
            };
            (second, value)
        });
        Self { levels: levels.collect(), step }
    }

    /// Seconds whose level is within a range.
    pub(crate) fn seconds(&self, range: std::ops::RangeInclusive<i8>) -> u32 {
        self.levels.iter().filter(|(_, level)| range.contains(level)).count() as u32 * self.step
    }

    /// The mean and the highest level; none if nothing was measured.
    pub(crate) fn average_and_highest(&self) -> Option<(i32, i32)> {
        let measured: Vec<i32> = self.levels.iter().map(|(_, level)| i32::from(*level)).filter(|l| *l > 0).collect();
        let highest = measured.iter().copied().max()?;
        let count = i32::try_from(measured.len()).ok()?;
        Some((measured.iter().sum::<i32>() / count, highest))
    }
}

/// The quarter of an hour after a workout.
fn recovers(day: &Day, second: u32) -> bool {
    let at = day.start + i64::from(second);
    day.plans.iter().any(|plan| (0..900).contains(&(at - plan.end())))
}

/// What is left of the day's strength: it fills at night and drains by day.
pub(crate) struct Battery {
    /// (UTC second, 5 to 100), in order.
    turns: Vec<(i64, f64)>,
}

impl Battery {
    pub(crate) fn of(person: &Person, day: &Day) -> Self {
        let mut turns = Vec::with_capacity(6);
        for days in -1..=1 {
            let date = day.date.plus_days(days);
            let night = NightSpan::of(person, date);
            let dice = person.dice(date, "battery");
            turns.push((night.start, dice.range(9.0, 38.0)));
            turns.push((night.end, dice.range(62.0, 100.0)));
        }
        Self { turns }
    }

    fn at(&self, at: i64) -> f64 {
        let after = self.turns.partition_point(|(turn, _)| *turn <= at);
        let before = after.checked_sub(1).and_then(|index| self.turns.get(index));
        match (before, self.turns.get(after)) {
            (Some((from, low)), Some((to, high))) => low + (high - low) * (at - from) as f64 / (to - from) as f64,
            (Some((_, level)), None) | (None, Some((_, level))) => *level,
            (None, None) => 50.0,
        }
    }

    /// (second of the day, level), as often as stress.
    pub(crate) fn levels(&self, day: &Day, stress: &Stress) -> Vec<(u32, u8)> {
        stress.levels.iter().map(|(second, _)| (*second, self.at(day.start + i64::from(*second)) as u8)).collect()
    }

    /// How much it filled and how much it drained up to a second of the day.
    pub(crate) fn charged_and_drained(&self, day: &Day, until: u32) -> (u32, u32) {
        let end = day.start + i64::from(until);
        let turns = self.turns.iter().map(|(at, _)| *at).filter(|at| (day.start..end).contains(at));
        let edges: Vec<i64> = [day.start].into_iter().chain(turns).chain([end]).collect();
        let changes: Vec<f64> = edges
            .windows(2)
            .map(|pair| match pair {
                [from, to] => self.at(*to) - self.at(*from),
                _ => 0.0,
            })
            .collect();
        let sum = |sign: f64| changes.iter().map(|change| (change * sign).max(0.0)).sum::<f64>() as u32;
        (sum(1.0), sum(-1.0))
    }

    /// How much it changed over a span of UTC seconds.
    pub(crate) fn change(&self, from: i64, to: i64) -> i32 {
        (self.at(to) - self.at(from)).round() as i32
    }
}
