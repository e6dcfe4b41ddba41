//! One invented person: who, how they live, and what the clock of their device shows.

use super::{
    Persona,
    dice::Dice,
    traits::Traits,
    travel::{Itinerary, Place, Stay, TravelError},
};
use model::{LocalDate, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};

/// What may be chosen about a person beyond the persona.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Style {
    /// A clock that never changes.
    pub(crate) offset_seconds: Option<i32>,
    /// Where the person lives: a time zone or an offset.
    pub(crate) zone: Option<String>,
    /// Where the person goes, and when.
    pub(crate) itinerary: Vec<Stay>,
    /// Does the device record little: a sample each half minute in workouts, each quarter of an hour else?
    pub(crate) sparse: bool,
}

impl Style {
    fn itinerary(&self, persona: Persona) -> Result<Arc<Itinerary>, TravelError> {
        let chosen = match (&self.zone, self.offset_seconds) {
            (Some(zone), _) => Some(Place::find(zone)?),
            (None, offset) => offset.map(Place::Fixed),
        };
        if persona == Persona::Traveller && chosen.is_none() {
            if self.itinerary.is_empty() {
                return usual_journeys();
            }
            return Itinerary::new(Place::find("Europe/Berlin")?, &self.itinerary).map(Arc::new);
        }
        let home = chosen.unwrap_or(Place::Fixed(persona.traits().offset_seconds));
        Itinerary::new(home, &self.itinerary).map(Arc::new)
    }
}

/// The journeys of travellers who are given none.
fn usual_journeys() -> Result<Arc<Itinerary>, TravelError> {
    static USUAL: OnceLock<Result<Arc<Itinerary>, TravelError>> = OnceLock::new();
    USUAL.get_or_init(|| Itinerary::of_a_traveller().map(Arc::new)).clone()
}

/// What a person is made from.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Made {
    seed: u64,
    name: String,
    persona: Persona,
    style: Style,
}

impl TryFrom<Made> for Person {
    type Error = TravelError;

    fn try_from(made: Made) -> Result<Self, TravelError> {
        Self::new(made.seed, &made.name, made.persona, made.style)
    }
}

impl From<Person> for Made {
    fn from(person: Person) -> Self {
        Self { seed: person.seed, name: person.name, persona: person.persona, style: person.style }
    }
}

/// One invented person. Kept as what they are made from.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Made", into = "Made")]
pub(crate) struct Person {
    /// 32 hexadecimal digits; the same for the same seed and name, however often consent is given.
    pub(crate) id: String,
    /// What the person is called on pages.
    pub(crate) name: String,
    pub(crate) persona: Persona,
    pub(crate) style: Style,
    /// The sandbox's seed.
    pub(crate) seed: u64,
    itinerary: Arc<Itinerary>,
}

impl Person {
    pub(crate) fn new(seed: u64, name: &str, persona: Persona, style: Style) -> Result<Self, TravelError> {
        let id = model::derived_id(&[&seed.to_be_bytes(), b"person", name.to_lowercase().as_bytes()]);
        let itinerary = style.itinerary(persona)?;
        Ok(Self { id: id.simple().to_string(), name: name.to_owned(), persona, style, seed, itinerary })
    }

    /// The draws of this person for one date and purpose.
    pub(crate) fn dice(&self, date: LocalDate, purpose: &str) -> Dice {
        Dice::of(self.seed, &self.id, i64::from(date.as_days()), purpose)
    }

    /// The draws of this person for one instant and purpose.
    pub(crate) fn dice_at(&self, at: i64, purpose: &str) -> Dice {
        Dice::of(self.seed, &self.id, at, purpose)
    }

    pub(crate) fn traits(&self) -> Traits {
        let traits = self.persona.traits();
        if self.style.sparse { Traits { sample_step: SLOT, ..traits } } else { traits }
    }

    /// What the device shows minus UTC.
    pub(crate) fn offset_at(&self, at: i64) -> i32 {
        self.itinerary.offset_at(at)
    }

    /// UTC seconds at which this date begins on the person's device.
    pub(crate) fn midnight(&self, date: LocalDate) -> i64 {
        self.itinerary.midnight(date)
    }

    /// How long a date lasts on the device: 86,400 seconds, unless the clock changes.
    pub(crate) fn day_seconds(&self, date: LocalDate) -> u32 {
        u32::try_from(self.midnight(date.plus_days(1)) - self.midnight(date)).unwrap_or(86_400)
    }

    /// The date that the person's device shows.
    pub(crate) fn local_date(&self, at: i64) -> LocalDate {
        Timestamp::from_seconds(at).local_date(self.offset_at(at))
    }

    /// Where loops begin at this time, degrees.
    pub(crate) fn whereabouts(&self, at: i64) -> (f64, f64) {
        self.itinerary.coordinates(at).unwrap_or(self.persona.traits().home)
    }

    /// The id of a summary that is one a start time (nights and days): the same when it is sent again.
    pub(crate) fn summary_id(&self, start: i64) -> String {
        format!("x{}-{start:08x}", self.id.get(..7).unwrap_or("0000000"))
    }
}

/// Seconds of the slices into which a day is cut.
pub(crate) const SLOT: u32 = 900;

#[cfg(test)]
impl Person {
    /// Somebody with nothing special about them.
    pub(crate) fn plain(seed: u64, name: &str, persona: Persona) -> Self {
        Self::new(seed, name, persona, Style::default()).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_person_and_the_seed_makes_another() {
        let one = Person::plain(1, "Mira", Persona::Runner);
        let style = Style { offset_seconds: Some(0), ..Style::default() };
        assert_eq!(one.id, Person::new(1, "mira", Persona::Cyclist, style).unwrap().id);
        assert_ne!(one.id, Person::plain(2, "Mira", Persona::Runner).id);
        assert_eq!(one.id.len(), 32);
    }

    #[test]
    fn personas_are_found_by_loose_names() {
        assert_eq!(Persona::find("Shift worker"), Some(Persona::ShiftWorker));
        assert_eq!(Persona::find("nobody"), None);
    }

    #[test]
    fn local_midnight_follows_the_device_offset() {
        let style = Style { offset_seconds: Some(7200), ..Style::default() };
        let person = Person::new(1, "a", Persona::Runner, style).unwrap();
        let date = LocalDate::parse("2026-05-02").unwrap();
        assert_eq!(Timestamp::from_seconds(person.midnight(date)).to_string(), "2026-05-01T22:00:00Z");
        assert_eq!(person.local_date(person.midnight(date)), date);
        assert_eq!(person.local_date(person.midnight(date) - 1), date.plus_days(-1));
    }

    #[test]
    fn a_traveller_may_be_given_another_journey() {
        let stay = Stay { date: LocalDate::parse("2026-03-10").unwrap(), zone: "Asia/Tokyo".to_owned() };
        let style = Style { itinerary: vec![stay], ..Style::default() };
        let person = Person::new(1, "a", Persona::Traveller, style).unwrap();
        let noon = |text: &str| person.midnight(LocalDate::parse(text).unwrap()) + 43_200;
        assert_eq!(person.offset_at(noon("2026-03-06")), 3600);
        assert_eq!(person.offset_at(noon("2026-03-11")), 32_400);
        assert_eq!(person.offset_at(noon("2026-03-29")), 32_400);
    }
}
