//! Who the invented people are: bodies, habits, devices and where they train.

use super::dice::Dice;
use model::{LocalDate, Timestamp};

/// A way of living that a person of the sandbox follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Persona {
    /// Runs four to five times a week, sleeps regularly.
    Runner,
    /// Long rides, an indoor trainer, a power meter.
    Cyclist,
    /// Rotates through early, late and night shifts; walks; naps.
    ShiftWorker,
}

/// The numbers behind a persona.
pub(crate) struct Traits {
    pub(crate) resting_heart_rate: f64,
    pub(crate) max_heart_rate: f64,
    pub(crate) weight_kg: f64,
    pub(crate) basal_kilocalories: f64,
    /// Seconds between two heart-rate samples of a day.
    pub(crate) sample_step: u32,
    /// Where the person's loops begin, degrees.
    pub(crate) home: (f64, f64),
    pub(crate) altitude: f64,
    pub(crate) device_name: &'static str,
    pub(crate) device_product: u16,
    pub(crate) steps_goal: u32,
    pub(crate) stress: f64,
    pub(crate) offset_seconds: i32,
}

impl Persona {
    /// Every persona.
    pub(crate) const ALL: [Persona; 3] = [Persona::Runner, Persona::Cyclist, Persona::ShiftWorker];

    /// The stable name, as in the control interface.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Persona::Runner => "runner",
            Persona::Cyclist => "cyclist",
            Persona::ShiftWorker => "shift_worker",
        }
    }

    /// What a page says about it.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Persona::Runner => "runs most days, regular sleep",
            Persona::Cyclist => "long rides, indoor trainer, power meter",
            Persona::ShiftWorker => "rotating shifts, walks, naps",
        }
    }

    /// The persona of this name; `shift worker` and `shift-worker` are understood too.
    pub(crate) fn find(text: &str) -> Option<Self> {
        let key = text.trim().to_lowercase().replace([' ', '-'], "_");
        Self::ALL.into_iter().find(|persona| persona.key() == key)
    }

    pub(crate) fn traits(self) -> Traits {
        match self {
            Persona::Runner => Traits {
                resting_heart_rate: 48.0,
                max_heart_rate: 187.0,
                weight_kg: 61.0,
                basal_kilocalories: 1420.0,
                sample_step: 15,
                home: (51.183_4, 10.421_7),
                altitude: 268.0,
                device_name: "Forerunner 945",
                device_product: 3113,
                steps_goal: 9000,
                stress: 27.0,
                offset_seconds: 3600,
            },
            Persona::Cyclist => Traits {
                resting_heart_rate: 53.0,
                max_heart_rate: 181.0,
                weight_kg: 77.0,
                basal_kilocalories: 1760.0,
                sample_step: 30,
                home: (48.742_1, 4.118_2),
                altitude: 134.0,
                device_name: "Edge 530",
                device_product: 3121,
                steps_goal: 7500,
                stress: 31.0,
                offset_seconds: 3600,
            },
            Persona::ShiftWorker => Traits {
                resting_heart_rate: 62.0,
                max_heart_rate: 176.0,
                weight_kg: 84.0,
                basal_kilocalories: 1690.0,
                sample_step: 60,
                home: (38.957_3, -98.442_6),
                altitude: 521.0,
                device_name: "vivoactive 4",
                device_product: 3225,
                steps_goal: 10_000,
                stress: 41.0,
                offset_seconds: -21_600,
            },
        }
    }
}

/// One invented person.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// 32 hexadecimal digits; the same for the same seed and name, however often consent is given.
    pub(crate) id: String,
    /// What the person is called on pages.
    pub(crate) name: String,
    pub(crate) persona: Persona,
    /// What the device shows minus UTC.
    pub(crate) offset_seconds: i32,
    /// The sandbox's seed.
    pub(crate) seed: u64,
}

impl Person {
    pub(crate) fn new(seed: u64, name: &str, persona: Persona, offset_seconds: Option<i32>) -> Self {
        let id = model::derived_id(&[&seed.to_be_bytes(), b"person", name.to_lowercase().as_bytes()]);
        Self {
            id: id.simple().to_string(),
            name: name.to_owned(),
            persona,
            offset_seconds: offset_seconds.unwrap_or(persona.traits().offset_seconds),
            seed,
        }
    }

    /// The draws of this person for one date and purpose.
    pub(crate) fn dice(&self, date: LocalDate, purpose: &str) -> Dice {
        Dice::of(self.seed, &[&self.id, &date.to_string(), purpose])
    }

    /// The draws of this person for one instant and purpose.
    pub(crate) fn dice_at(&self, at: i64, purpose: &str) -> Dice {
        Dice::of(self.seed, &[&self.id, &at.to_string(), purpose])
    }

    /// UTC seconds at which this date begins on the person's device.
    pub(crate) fn midnight(&self, date: LocalDate) -> i64 {
        i64::from(date.as_days()) * 86_400 - i64::from(self.offset_seconds)
    }

    /// The date that the person's device shows.
    pub(crate) fn local_date(&self, at: i64) -> LocalDate {
        Timestamp::from_seconds(at).local_date(self.offset_seconds)
    }

    /// The id of a summary that is one a start time (nights and days): the same when it is sent again.
    pub(crate) fn summary_id(&self, start: i64) -> String {
        format!("x{}-{start:08x}", self.id.get(..7).unwrap_or("0000000"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_person_and_the_seed_makes_another() {
        let one = Person::new(1, "Mira", Persona::Runner, None);
        assert_eq!(one.id, Person::new(1, "mira", Persona::Cyclist, Some(0)).id);
        assert_ne!(one.id, Person::new(2, "Mira", Persona::Runner, None).id);
        assert_eq!(one.id.len(), 32);
    }

    #[test]
    fn personas_are_found_by_loose_names() {
        assert_eq!(Persona::find("Shift worker"), Some(Persona::ShiftWorker));
        assert_eq!(Persona::find("nobody"), None);
    }

    #[test]
    fn local_midnight_follows_the_device_offset() {
        let person = Person::new(1, "a", Persona::Runner, Some(7200));
        let date = LocalDate::parse("2026-05-02").unwrap();
        assert_eq!(Timestamp::from_seconds(person.midnight(date)).to_string(), "2026-05-01T22:00:00Z");
        assert_eq!(person.local_date(person.midnight(date)), date);
        assert_eq!(person.local_date(person.midnight(date) - 1), date.plus_days(-1));
    }
}
