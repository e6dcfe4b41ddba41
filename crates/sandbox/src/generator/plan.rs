//! A workout in a nutshell: what, when, how long, and how it came to the service. Small and copyable; the
//! workout itself is computed from it when somebody asks.

use super::{FileType, Person, Sport};
use serde::{Deserialize, Serialize};

/// Does an activity stand alone?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    Single,
    /// Repeats the activities that name it.
    Parent,
    Child {
        parent: u64,
    },
}

/// How an activity came to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Origin {
    Device,
    /// A watch on the other wrist recorded the same effort.
    SecondWatch,
    /// A file from elsewhere, uploaded by the person.
    WebUpload,
    /// Typed in: no device, no samples, no file.
    ByHand,
}

/// A workout in a nutshell.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct WorkoutPlan {
    /// The activity id, eleven digits.
    pub(crate) id: u64,
    pub(crate) sport: Sport,
    /// UTC seconds.
    pub(crate) start: i64,
    /// From the first to the last second, pause included.
    pub(crate) clock_seconds: u32,
    /// Seconds between two samples.
    pub(crate) step: u32,
    /// How hard, 0.5 (very easy) to 1 (race).
    pub(crate) effort: f64,
    pub(crate) role: Role,
    pub(crate) origin: Origin,
    pub(crate) file: FileType,
}

/// Longer activities have no details, only a file.
const DETAILS_SECONDS: u32 = 86_400;
/// Samples of very long activities are so far apart.
const LONG_STEP: u32 = 60;
const SPARSE_STEP: u32 = 30;

impl WorkoutPlan {
    pub(super) fn new(person: &Person, sport: Sport, start: i64, minutes: f64, effort: f64) -> Self {
        let dice = person.dice_at(start, "activity-id");
        let seconds = (minutes * 60.0 + dice.range(0.0, 60.0)) as u32;
        let step = match seconds {
            DETAILS_SECONDS.. => LONG_STEP,
            _ if person.style.sparse => SPARSE_STEP,
            _ => 1,
        };
        let clock_seconds = seconds / step * step;
        let id = 20_000_000_000 + dice.whole(0, 9_999_999_999).unsigned_abs();
        let file = person.persona.traits().file;
        Self { id, sport, start, clock_seconds, step, effort, role: Role::Single, origin: Origin::Device, file }
    }

    /// The same, typed in afterwards.
    pub(super) fn by_hand(self) -> Self {
        Self { origin: Origin::ByHand, clock_seconds: self.clock_seconds / 60 * 60, ..self }
    }

    /// The same, recorded elsewhere and uploaded as a file.
    pub(super) fn uploaded(self, file: FileType) -> Self {
        Self { origin: Origin::WebUpload, file, ..self }
    }

    /// The same effort on another watch, which was started a little later.
    pub(super) fn on_second_watch(self, person: &Person) -> Self {
        let later = person.dice_at(self.start, "second-watch").whole(2, 9);
        let id = self.id / 2 + 10_000_000_000;
        let start = self.start + later;
        let clock_seconds = self.clock_seconds - later.unsigned_abs() as u32 / self.step * self.step;
        Self { id, start, clock_seconds, origin: Origin::SecondWatch, ..self }
    }

    pub(crate) fn end(&self) -> i64 {
        self.start + i64::from(self.clock_seconds)
    }

    pub(crate) fn is_manual(&self) -> bool {
        self.origin == Origin::ByHand
    }

    pub(crate) fn has_details(&self) -> bool {
        !self.is_manual() && self.clock_seconds <= DETAILS_SECONDS
    }

    /// Only the whole of a multisport activity has a file.
    pub(crate) fn has_file(&self) -> bool {
        !self.is_manual() && !matches!(self.role, Role::Child { .. })
    }

    /// Does it add to what the day counts? Legs do, not the whole that repeats them; one watch of two.
    pub(crate) fn counts(&self) -> bool {
        self.role != Role::Parent && matches!(self.origin, Origin::Device | Origin::WebUpload)
    }

    /// The name of the device, as the service knows it.
    pub(crate) fn device_name(&self, person: &Person) -> &'static str {
        match self.origin {
            Origin::ByHand => "unknown",
            Origin::SecondWatch => "Forerunner 55",
            Origin::Device | Origin::WebUpload => person.persona.traits().device_name,
        }
    }

    /// When the person changed its name and distance afterwards; few do.
    pub(crate) fn edited_at(&self, person: &Person) -> Option<i64> {
        let dice = person.dice_at(self.id as i64, "edit");
        let edits = self.role == Role::Single && self.origin == Origin::Device && dice.chance(0.08);
        edits.then(|| self.end() + dice.whole(2, 9) * 3600)
    }

    /// Does the service leave out the activity id? It does once in a while.
    pub(crate) fn lacks_activity_id(&self, person: &Person) -> bool {
        self.role == Role::Single && person.dice_at(self.id as i64, "no-activity-id").chance(0.02)
    }

    /// The legs of a multisport activity, one after the other without a gap.
    pub(crate) fn legs(&self, person: &Person) -> Vec<WorkoutPlan> {
        if self.role != Role::Parent {
            return Vec::new();
        }
        let sports = [Sport::OpenWaterSwim, Sport::SwimToBike, Sport::RoadCycling, Sport::BikeToRun, Sport::Running];
        let shares = [0.18, 0.02, 0.5, 0.015, 0.285];
        let mut from = 0;
        let legs = sports.into_iter().zip(shares).map(|(sport, share)| {
            let length = if sport == Sport::Running {
                self.clock_seconds - from
            } else {
                (f64::from(self.clock_seconds) * share) as u32 / self.step * self.step
            };
            let start = self.start + i64::from(from);
            from += length;
            let dice = person.dice_at(start, "leg-id");
            let id = 20_000_000_000 + dice.whole(0, 9_999_999_999).unsigned_abs();
            let role = Role::Child { parent: self.id };
            WorkoutPlan { id, sport, start, clock_seconds: length, role, ..*self }
        });
        legs.collect()
    }
}
