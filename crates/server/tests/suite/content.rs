//! Invented workouts, nights and days, as Garmin would push them, and what must be read back of each.
//! Everything follows from the seed, so that nothing has to be remembered but what was sent.

use model::{LocalDate, Rng, Timestamp};
use serde_json::{Value, json};

const DAY_S: i64 = 86_400;
/// 1 March 2026, midnight UTC.
const FIRST_DAY_S: i64 = 1_772_323_200;
const BETWEEN_WORKOUTS_S: i64 = 7_200;
const VALIDATIONS: [&str; 2] = ["AUTO_TENTATIVE", "AUTO_FINAL"];

/// What is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A workout; version 0 is its summary, 1 its details.
    Workout,
    /// A night; later versions outrank earlier ones.
    Night,
    /// A day; later versions outrank earlier ones.
    Day,
}

impl Kind {
    pub(crate) fn versions(self) -> u8 {
        match self {
            Self::Workout | Self::Night => 2,
            Self::Day => 4,
        }
    }
}

/// One thing of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Thing {
    pub(crate) person: usize,
    pub(crate) kind: Kind,
    pub(crate) index: u32,
}

/// A point as `timeseries` shows it.
pub(crate) type Point = (&'static str, Timestamp, f64);

/// The world that a seed invents.
#[derive(Clone, Copy)]
pub(crate) struct Content {
    pub(crate) seed: u64,
}

/// What lists and details must show of a workout.
pub(crate) struct Workout {
    pub(crate) external_id: String,
    pub(crate) name: String,
    pub(crate) start: Timestamp,
    pub(crate) duration_s: i64,
    pub(crate) distance_m: f64,
    pub(crate) heart_rate: (i64, i64),
    pub(crate) energy_kcal: f64,
}

/// What lists must show of a night.
pub(crate) struct Night {
    pub(crate) start: Timestamp,
    pub(crate) asleep_s: i64,
    pub(crate) stages: Vec<(&'static str, Timestamp, Timestamp)>,
}

/// The columns of a sample.
const COLUMNS: [(&str, &str); 5] = [
    ("heartRate", "heart_rate"),
    ("latitudeInDegree", "latitude"),
    ("longitudeInDegree", "longitude"),
    ("speedMetersPerSecond", "speed"),
    ("totalDistanceInMeters", "total_distance"),
];

impl Content {
    fn rng(self, thing: Thing, version: u8) -> Rng {
        Rng::fork(self.seed, &format!("{thing:?}/{version}"))
    }

    /// A version of a thing: the key of the body that it stands under, and itself.
    pub(crate) fn item(self, thing: Thing, version: u8, account: &str) -> (&'static str, Value) {
        match (thing.kind, version) {
            (Kind::Workout, 0) => ("activities", self.summary(thing, account, "")),
            (Kind::Workout, _) => ("activityDetails", self.details(thing, account)),
            (Kind::Night, _) => ("sleeps", self.sleep(thing, version, account)),
            (Kind::Day, _) => ("dailies", self.daily(thing, version, account)),
        }
    }

    /// The points that a version brings.
    pub(crate) fn points(self, thing: Thing, version: u8) -> Vec<Point> {
        match thing.kind {
            Kind::Workout if version == 0 => Vec::new(),
            Kind::Workout => self.samples(thing).into_iter().flat_map(of_columns).collect(),
            Kind::Night => {
                let start = night_start(thing);
                let breaths = self.breaths(thing, version).into_iter();
                breaths.map(|(seconds, value)| ("respiratory_rate", at(start + seconds), value)).collect()
            }
            Kind::Day => self.day_points(thing, version),
        }
    }

    pub(crate) fn workout(self, thing: Thing) -> Workout {
        let rng = self.rng(thing, 0);
        let average = rng.between(90, 150);
        Workout {
            external_id: format!("w{}-{}", thing.person, thing.index),
            name: format!("Run {} of {}", thing.index, thing.person),
            start: at(workout_start(thing)),
            duration_s: self.sample_count(thing).max(60) + rng.between(0, 100),
            distance_m: rng.between(100, 2_000_000) as f64 / 100.0,
            heart_rate: (average, average + rng.between(1, 50)),
            energy_kcal: rng.between(10, 900) as f64,
        }
    }

    fn summary(self, thing: Thing, account: &str, suffix: &str) -> Value {
        let told = self.workout(thing);
        json!({
            "userId": account,
            "summaryId": format!("{}{suffix}", told.external_id),
            "startTimeInSeconds": workout_start(thing),
            "startTimeOffsetInSeconds": 3600,
            "durationInSeconds": told.duration_s,
            "activityType": "RUNNING",
            "activityName": told.name,
            "deviceName": "forerunner",
            "distanceInMeters": told.distance_m,
            "averageHeartRateInBeatsPerMinute": told.heart_rate.0,
            "maxHeartRateInBeatsPerMinute": told.heart_rate.1,
            "activeKilocalories": told.energy_kcal,
        })
    }

    fn details(self, thing: Thing, account: &str) -> Value {
        let samples: Vec<Value> = self.samples(thing).iter().map(sample).collect();
        let told = self.workout(thing);
        json!({
            "userId": account,
            "summaryId": format!("{}-detail", told.external_id),
            "summary": self.summary(thing, account, "-detail"),
            "samples": samples,
        })
    }

    /// Now and then a long one, whose body is too large to lie in the store.
    fn sample_count(self, thing: Thing) -> i64 {
        let rng = self.rng(thing, 9);
        if rng.unit() < 0.04 { rng.between(3_000, 4_000) } else { rng.between(5, 90) }
    }

    fn samples(self, thing: Thing) -> Vec<(i64, [f64; 5])> {
        let (rng, start) = (self.rng(thing, 1), workout_start(thing));
        let step = |second: i64| {
            let fine = |low, high, scale: f64| rng.between(low, high) as f64 / scale;
            let place = (fine(470_000_000, 480_000_000, 1e7), fine(80_000_000, 90_000_000, 1e7));
            (start + second, [fine(90, 190, 1.0), place.0, place.1, fine(1_000, 5_000, 1e3), second as f64 * 2.71])
        };
        (0..self.sample_count(thing)).map(step).collect()
    }

    pub(crate) fn night(self, thing: Thing, version: u8) -> Night {
        let (rng, start) = (self.rng(thing, version), night_start(thing));
        let (mut stages, mut from) = (Vec::new(), start);
        for number in 0..rng.between(4, 12) {
            let until = from + 60 * rng.between(10, 60);
            stages.push((["light", "deep", "light", "rem"][number as usize % 4], at(from), at(until)));
            from = until;
        }
        Night { start: at(start), asleep_s: from - start, stages }
    }

    fn breaths(self, thing: Thing, version: u8) -> Vec<(i64, f64)> {
        let rng = self.rng(thing, 10 + version);
        let count = 20 * (i64::from(version) + 1);
        (0..count).map(|minute| (minute * 60, rng.between(1_000, 2_000) as f64 / 100.0)).collect()
    }

    fn sleep(self, thing: Thing, version: u8, account: &str) -> Value {
        let night = self.night(thing, version);
        let seconds = |time: Timestamp| time.as_seconds();
        let spans = |name: &str| -> Vec<Value> {
            let of_stage = night.stages.iter().filter(|(stage, _, _)| *stage == name);
            of_stage
                .map(|(_, from, until)| json!({ "startTimeInSeconds": seconds(*from), "endTimeInSeconds": seconds(*until) }))
                .collect()
        };
        let total = |name: &str| -> i64 {
            let of_stage = night.stages.iter().filter(|(stage, _, _)| *stage == name);
            of_stage.map(|(_, from, until)| seconds(*until) - seconds(*from)).sum()
        };
        json!({
            "userId": account,
            "summaryId": format!("n{}-{}-{version}", thing.person, thing.index),
            "calendarDate": date(thing),
            "startTimeInSeconds": seconds(night.start),
            "startTimeOffsetInSeconds": 3600,
            "durationInSeconds": night.asleep_s,
            "deepSleepDurationInSeconds": total("deep"),
            "lightSleepDurationInSeconds": total("light"),
            "remSleepInSeconds": total("rem"),
            "awakeDurationInSeconds": 0,
            "sleepLevelsMap": { "deep": spans("deep"), "light": spans("light"), "rem": spans("rem") },
            "validation": VALIDATIONS[usize::from(version)],
            "timeOffsetSleepRespiration": offsets(&self.breaths(thing, version)),
        })
    }

    fn daily(self, thing: Thing, version: u8, account: &str) -> Value {
        let (steps, resting, beats) = self.day(thing, version);
        json!({
            "userId": account,
            "summaryId": format!("d{}-{}-{version}", thing.person, thing.index),
            "calendarDate": date(thing),
            "startTimeInSeconds": day_start(thing),
            "startTimeOffsetInSeconds": 0,
            "durationInSeconds": 21_600 * (i64::from(version) + 1),
            "steps": steps,
            "restingHeartRateInBeatsPerMinute": resting,
            "timeOffsetHeartRateSamples": offsets(&beats),
        })
    }

    /// Steps, resting heart rate, and the heart rates over the day so far.
    fn day(self, thing: Thing, version: u8) -> (i64, i64, Vec<(i64, f64)>) {
        let rng = self.rng(thing, version);
        let count = 24 * (i64::from(version) + 1);
        let beats = (0..count).map(|quarter| (quarter * 900, rng.between(50, 180) as f64)).collect();
        (rng.between(100, 30_000), rng.between(40, 70), beats)
    }

    fn day_points(self, thing: Thing, version: u8) -> Vec<Point> {
        let (steps, resting, beats) = self.day(thing, version);
        let start = day_start(thing);
        let beats = beats.into_iter().map(|(seconds, value)| ("heart_rate", at(start + seconds), value));
        let totals = [("steps", at(start), steps as f64), ("resting_heart_rate", at(start), resting as f64)];
        beats.chain(totals).collect()
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn workout_start(thing: Thing) -> i64 {
    FIRST_DAY_S + i64::from(thing.index) * BETWEEN_WORKOUTS_S
}

fn day_start(thing: Thing) -> i64 {
    FIRST_DAY_S + i64::from(thing.index) * DAY_S
}

/// Two hours before the day that it is counted to.
fn night_start(thing: Thing) -> i64 {
    day_start(thing) - 7_200
}

fn date(thing: Thing) -> String {
    let date: LocalDate = at(day_start(thing)).local_date(0);
    date.to_string()
}

fn sample((second, values): &(i64, [f64; 5])) -> Value {
    let mut sample = json!({ "startTimeInSeconds": second });
    for ((key, _), value) in COLUMNS.iter().zip(values) {
        sample[*key] = json!(value);
    }
    sample
}

fn of_columns((second, values): (i64, [f64; 5])) -> Vec<Point> {
    COLUMNS.iter().zip(values).map(|((_, series), value)| (*series, at(second), value)).collect()
}

fn offsets(pairs: &[(i64, f64)]) -> Value {
    pairs.iter().map(|(seconds, value)| (seconds.to_string(), json!(value))).collect::<serde_json::Map<_, _>>().into()
}
