//! How fast somebody moves from second to second, and what the body answers: speed, cadence, power, heart rate.

use super::{Person, Sport, WorkoutPlan, dice::Dice, route::Route, traits::Traits};

/// Strength: a set, and the rest after it.
pub(super) const SET_SECONDS: u32 = 60;
pub(super) const REST_SECONDS: u32 = 90;

/// What a workout measures at one instant.
pub(crate) struct Instant {
    pub(crate) speed: f64,
    pub(crate) cadence: f64,
    pub(crate) power: f64,
    pub(crate) heart_rate: f64,
    pub(crate) temperature: f64,
}

/// The moving person.
pub(crate) struct Motion {
    sport: Sport,
    effort: f64,
    traits: Traits,
    dice: Dice,
    pace_noise: f64,
    speed: f64,
    heart_rate: f64,
    gradient: f64,
    temperature: f64,
    passed: f64,
}

impl Motion {
    pub(crate) fn new(person: &Person, plan: &WorkoutPlan) -> Self {
        let dice = person.dice_at(plan.start, "motion");
        let traits = person.persona.traits();
        let heart_rate = traits.resting_heart_rate + dice.range(22.0, 34.0);
        let season =
            (f64::from(person.local_date(plan.start).as_days().rem_euclid(365)) / 365.0 * std::f64::consts::TAU).cos();
        let temperature = if plan.sport.is_swimming() {
            26.5
        } else if plan.sport.has_track() {
            12.0 - 9.0 * season + dice.around(0.0, 3.0)
        } else {
            20.5
        };
        Self {
            sport: plan.sport,
            effort: plan.effort,
            traits,
            dice,
            pace_noise: 0.0,
            speed: 0.0,
            heart_rate,
            gradient: 0.0,
            temperature,
            passed: 0.0,
        }
    }

    fn cruising_speed(&self) -> f64 {
        match self.sport {
            Sport::Running | Sport::Treadmill => 4.1 * self.effort,
            Sport::RoadCycling => 10.4 * self.effort,
            Sport::IndoorCycling => 9.6 * self.effort,
            Sport::Walking | Sport::SwimToBike | Sport::BikeToRun => 2.3 * self.effort,
            Sport::Hiking => 1.3 * self.effort,
            Sport::PoolSwim | Sport::OpenWaterSwim => 1.55 * self.effort,
            Sport::WheelchairRun => 4.4 * self.effort,
            Sport::WheelchairWalk => 2.4 * self.effort,
            Sport::Strength | Sport::Yoga | Sport::Combined => 0.0,
        }
    }

    /// So many seconds on; `standing` keeps the timer running without movement.
    pub(crate) fn advance(&mut self, seconds: u32, route: Option<&mut Route>, standing: bool) -> Instant {
        let seconds = f64::from(seconds);
        self.passed += seconds;
        self.pace_noise = 0.97 * self.pace_noise + self.dice.around(0.0, 0.012);
        let hill = (1.0 - 4.2 * self.gradient).clamp(0.45, 1.5);
        let target = if standing { 0.0 } else { self.cruising_speed() * hill * (1.0 + self.pace_noise) };
        let lag: f64 = if standing { 0.2 } else { 0.82 };
        self.speed += (1.0 - lag.powf(seconds)) * (target - self.speed);
        if self.speed < 0.15 {
            self.speed = 0.0;
        }
        if let Some(route) = route {
            let gradient = route.advance(self.speed * seconds);
            self.gradient += 0.2 * (gradient - self.gradient);
        }
        let power = self.power(standing);
        self.answer_of_the_heart(seconds, standing);
        self.temperature += self.dice.around(0.0, 0.01);
        Instant {
            speed: self.speed,
            cadence: self.cadence(),
            power,
            heart_rate: self.heart_rate,
            temperature: self.temperature,
        }
    }

    /// Steps, turns, pushes or strokes a minute.
    fn cadence(&self) -> f64 {
        if self.speed <= 0.0 {
            return 0.0;
        }
        match self.sport {
            Sport::Running | Sport::Treadmill => 148.0 + 7.0 * self.speed + self.dice.around(0.0, 1.2),
            Sport::Walking | Sport::Hiking | Sport::SwimToBike | Sport::BikeToRun => {
                62.0 + 36.0 * self.speed + self.dice.around(0.0, 2.0)
            }
            Sport::PoolSwim | Sport::OpenWaterSwim => 20.0 + 7.0 * self.speed + self.dice.around(0.0, 1.0),
            Sport::WheelchairRun | Sport::WheelchairWalk => 26.0 + 11.0 * self.speed + self.dice.around(0.0, 2.0),
            Sport::RoadCycling | Sport::IndoorCycling => {
                86.0 - 120.0 * self.gradient.max(0.0) + self.dice.around(0.0, 2.5)
            }
            Sport::Strength | Sport::Yoga | Sport::Combined => 0.0,
        }
    }

    /// Watts on the pedals: rolling, climbing and air.
    fn power(&self, standing: bool) -> f64 {
        if standing || !self.sport.is_cycling() {
            return 0.0;
        }
        let weight = (self.traits.weight_kg + 9.0) * 9.81;
        let resistance = weight * (0.005 + self.gradient) + 0.19 * self.speed * self.speed;
        (resistance * self.speed * 1.03 + self.dice.around(0.0, 9.0)).max(0.0)
    }

    /// The heart follows the work with a delay of about half a minute and drifts upwards with time.
    fn answer_of_the_heart(&mut self, seconds: f64, standing: bool) {
        let reserve = self.traits.max_heart_rate - self.traits.resting_heart_rate;
        let share = match self.sport {
            Sport::Walking | Sport::WheelchairWalk | Sport::Hiking => 0.50 * self.effort,
            Sport::Strength => {
                if self.passed.rem_euclid(f64::from(SET_SECONDS + REST_SECONDS)) < f64::from(SET_SECONDS) {
                    0.6
                } else {
                    0.36
                }
            }
            _ => 0.93 * self.effort + 1.1 * self.gradient.clamp(-0.08, 0.08),
        };
        let drift = (self.passed / 3600.0).min(2.0) * 0.035;
        let share = if standing { 0.35 } else { (share + drift).min(0.97) };
        let target = self.traits.resting_heart_rate + reserve * share;
        self.heart_rate +=
            (target - self.heart_rate) * (1.0 - (31.0f64 / 32.0).powf(seconds)) + self.dice.around(0.0, 0.25);
        self.heart_rate = self.heart_rate.clamp(self.traits.resting_heart_rate, self.traits.max_heart_rate);
    }
}
