//! What a summary is about. Small: the summary itself is written from it whenever it is sent or asked for.

use crate::{
    generator::{Day, Night, Person, Validation, Workout, WorkoutPlan},
    kind::Kind,
    wire,
};
use model::LocalDate;
use serde_json::value::RawValue;

/// Summaries in JSON.
pub(crate) type Rendered = Vec<Box<RawValue>>;

/// The thing a summary tells of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Subject {
    Workout(WorkoutPlan),
    Night {
        date: LocalDate,
        validation: Validation,
    },
    /// A date up to so many seconds after its local midnight.
    Day {
        date: LocalDate,
        until: u32,
    },
}

impl Subject {
    /// The id under which a later version replaces an earlier one.
    pub(crate) fn summary_id(&self, person: &Person, kind: Kind) -> String {
        match self {
            Subject::Workout(plan) if kind == Kind::ActivityDetails => format!("{}-detail", plan.id),
            Subject::Workout(plan) if kind == Kind::ActivityFiles => format!("{}-file", plan.id),
            Subject::Workout(plan) => plan.id.to_string(),
            Subject::Night { .. } | Subject::Day { .. } => person.summary_id(self.start(person)),
        }
    }

    /// UTC seconds at which it begins.
    pub(crate) fn start(&self, person: &Person) -> i64 {
        match self {
            Subject::Workout(plan) => plan.start,
            Subject::Night { date, .. } => Night::of(person, *date).start,
            Subject::Day { date, .. } => person.midnight(*date),
        }
    }

    /// The types under which it is sent.
    pub(crate) fn kinds(&self) -> &'static [Kind] {
        match self {
            Subject::Workout(plan) if plan.sport.is_manual() => &[Kind::ManuallyUpdatedActivities],
            Subject::Workout(_) => &[Kind::Activities, Kind::ActivityDetails, Kind::ActivityFiles],
            Subject::Night { .. } => &[Kind::Sleeps],
            Subject::Day { .. } => &[Kind::Dailies],
        }
    }

    /// The summaries in JSON, one or several; with the user's id in a push, without it in the answer to a pull.
    pub(crate) fn render(&self, person: &Subjectee, kind: Kind, with_user: bool) -> serde_json::Result<Rendered> {
        let user_id = with_user.then_some(person.person.id.as_str());
        let Subjectee { person, extras } = person;
        let json = match self {
            Subject::Workout(plan) => {
                let workout = Workout::of(person, plan);
                if kind == Kind::ActivityDetails {
                    wire::details_json(person, &workout, user_id)
                } else {
                    wire::summary_json(person, &workout, user_id)
                }
            }
            Subject::Night { date, validation } => {
                wire::sleep_json(person, &Night::of(person, *date), *validation, user_id)
            }
            Subject::Day { date, until } => {
                wire::daily_json(person, *date, &Day::of(person, *date, extras), *until, user_id)
            }
        }?;
        Ok(vec![RawValue::from_string(json)?])
    }
}

/// What is needed of a person to write summaries, taken out of the state so that writing holds no lock.
#[derive(Clone, Debug)]
pub(crate) struct Subjectee {
    pub(crate) person: Person,
    /// Workouts beyond the planned ones.
    pub(crate) extras: Vec<WorkoutPlan>,
}
