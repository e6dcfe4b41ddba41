//! What summaries are about. Small: the summaries themselves are written from it whenever they are sent or
//! asked for.

use crate::{
    generator::{
        BloodPressure, BodyComposition, Cycle, Day, Night, NightSpan, Person, Snapshot, UserMetrics, Validation,
        Workout, WorkoutPlan, move_iq_of, spot_oxygen,
    },
    kind::Kind,
    wire,
};
use model::LocalDate;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Summaries in JSON.
pub(crate) type Rendered = Vec<Box<RawValue>>;

/// The thing that summaries tell of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Subject {
    Workout(WorkoutPlan),
    /// A workout that the person changed afterwards.
    Edited(WorkoutPlan),
    Night {
        date: LocalDate,
        validation: Validation,
    },
    /// A date up to so many seconds after its local midnight; the quarters of an hour from `since` on.
    Day {
        date: LocalDate,
        since: u32,
        until: u32,
    },
    /// One of the movements that were noticed on a date.
    MoveIq {
        date: LocalDate,
        number: u8,
        start: i64,
    },
    /// A measurement of one type on a date.
    Spot {
        kind: Kind,
        date: LocalDate,
        at: i64,
    },
    /// A cycle, as it was known on a date.
    Cycle {
        cycle: Cycle,
        told: LocalDate,
    },
}

/// Types with at most one measurement a date.
const SPOTS: [Kind; 5] =
    [Kind::BodyComps, Kind::BloodPressures, Kind::UserMetrics, Kind::HealthSnapshot, Kind::Pulseox];

impl Subject {
    /// The measurements of a date, in no order.
    pub(crate) fn spots(person: &Person, date: LocalDate) -> Vec<Subject> {
        let at = |kind| match kind {
            Kind::BodyComps => BodyComposition::on(person, date).map(|body| body.at),
            Kind::BloodPressures => BloodPressure::on(person, date).map(|pressure| pressure.at),
            Kind::UserMetrics => UserMetrics::on(person, date).map(|_| person.midnight(date)),
            Kind::HealthSnapshot => Snapshot::on(person, date).map(|snapshot| snapshot.at),
            _ => spot_oxygen(person, date).map(|(second, _)| person.midnight(date) + i64::from(second)),
        };
        SPOTS.into_iter().filter_map(|kind| Some(Subject::Spot { kind, date, at: at(kind)? })).collect()
    }

    /// The movements that were noticed on a date.
    pub(crate) fn noticed(person: &Person, date: LocalDate) -> Vec<Subject> {
        let spans = (0..).zip(move_iq_of(person, date));
        spans.map(|(number, span)| Subject::MoveIq { date, number, start: span.start }).collect()
    }

    /// The id under which a later version replaces an earlier one. Quarters of an hour that are sent together
    /// are one thing here; each has an id of its own on the wire.
    pub(crate) fn summary_id(&self, person: &Person, kind: Kind) -> String {
        match self {
            Subject::Workout(plan) if kind == Kind::ActivityDetails => format!("{}-detail", plan.id),
            Subject::Workout(plan) if kind == Kind::ActivityFiles => format!("{}-file", plan.id),
            Subject::Workout(plan) | Subject::Edited(plan) => plan.id.to_string(),
            Subject::Day { since, .. } if kind == Kind::Epochs => {
                format!("{}-from-{since}", person.summary_id(self.start(person)))
            }
            Subject::Spot { kind: Kind::Pulseox, date, .. } => {
                format!("{}-spo2OnDemand", person.summary_id(person.midnight(*date)))
            }
            _ => person.summary_id(self.start(person)),
        }
    }

    /// UTC seconds at which it begins.
    pub(crate) fn start(&self, person: &Person) -> i64 {
        match self {
            Subject::Workout(plan) | Subject::Edited(plan) => plan.start,
            Subject::Night { date, .. } => NightSpan::of(person, *date).start,
            Subject::Day { date, .. } => person.midnight(*date),
            Subject::MoveIq { start, .. } => *start,
            Subject::Spot { at, .. } => *at,
            Subject::Cycle { cycle, .. } => person.midnight(cycle.start),
        }
    }

    /// The types under which it is sent.
    pub(crate) fn kinds(&self, person: &Person) -> Vec<Kind> {
        let mut kinds = match self {
            Subject::Workout(plan) if plan.is_manual() => vec![Kind::ManuallyUpdatedActivities],
            Subject::Workout(plan) => {
                let details = plan.has_details().then_some(Kind::ActivityDetails);
                let file = plan.has_file().then_some(Kind::ActivityFiles);
                [Kind::Activities].into_iter().chain(details).chain(file).collect()
            }
            Subject::Edited(_) => vec![Kind::ManuallyUpdatedActivities],
            Subject::Night { validation, .. } if validation.is_tentative() || !validation.has_stages() => {
                vec![Kind::Sleeps]
            }
            Subject::Night { .. } => vec![Kind::Sleeps, Kind::Hrv, Kind::SkinTemp],
            Subject::Day { .. } => {
                vec![Kind::Dailies, Kind::Epochs, Kind::StressDetails, Kind::AllDayRespiration, Kind::Pulseox]
            }
            Subject::MoveIq { .. } => vec![Kind::MoveIqActivities],
            Subject::Spot { kind, .. } => vec![*kind],
            Subject::Cycle { .. } => vec![Kind::Mct],
        };
        kinds.retain(|kind| person.persona.makes(*kind));
        kinds
    }

    /// Is it part of a type's history, as that is known at `now`? The one of activities also has what was typed
    /// in, and of what was changed the last version.
    pub(crate) fn is_history_of(&self, person: &Person, kind: Kind, now: i64) -> bool {
        match self {
            Subject::Workout(plan) if kind == Kind::Activities => plan.edited_at(person).is_none_or(|at| at > now),
            Subject::Edited(_) if kind == Kind::Activities => true,
            _ => self.kinds(person).contains(&kind),
        }
    }

    /// Does this say more than `before`, which has the same id?
    pub(crate) fn says_more_than(&self, before: &Subject) -> bool {
        match (self, before) {
            (Subject::Cycle { told, .. }, Subject::Cycle { told: earlier, .. }) => told > earlier,
            (Subject::Edited(_), Subject::Workout(_)) => true,
            _ => false,
        }
    }

    /// What a complete set of data holds of it: the ids on the wire, and when each begins.
    pub(crate) fn expected(&self, subjectee: &Subjectee, kind: Kind) -> Vec<(String, i64)> {
        let person = &subjectee.person;
        let Subject::Day { date, since, until } = self else {
            return vec![(self.summary_id(person, kind), self.start(person))];
        };
        if kind != Kind::Epochs {
            return vec![(self.summary_id(person, kind), self.start(person))];
        }
        let day = Day::of(person, *date, &subjectee.extras);
        let epochs = day.movement.epochs(*since, *until);
        let starts = epochs.iter().map(|epoch| (day.start + i64::from(epoch.from), epoch));
        starts.map(|(start, epoch)| (wire::epoch_id(person, start, epoch), start)).collect()
    }

    /// The summaries in JSON, one or several; with the user's id in a push, without it in the answer to a pull.
    pub(crate) fn render(&self, subjectee: &Subjectee, kind: Kind, with_user: bool) -> serde_json::Result<Rendered> {
        let person = &subjectee.person;
        let user_id = with_user.then_some(person.id.as_str());
        let one = match self {
            Subject::Workout(plan) => {
                let workout = Workout::of(person, plan);
                if kind == Kind::ActivityDetails {
                    wire::details_json(person, &workout, user_id)
                } else {
                    wire::summary_json(person, &workout, user_id)
                }
            }
            Subject::Edited(plan) => wire::edited_json(person, &Workout::of(person, plan), user_id),
            Subject::Night { date, validation } => {
                let night = Night::of(person, *date);
                match kind {
                    Kind::Hrv => wire::hrv_json(person, &night, user_id),
                    Kind::SkinTemp => wire::skin_temp_json(person, &night, user_id),
                    _ => wire::sleep_json(person, &night, *validation, user_id),
                }
            }
            Subject::Day { date, since, until } => {
                let counts = matches!(kind, Kind::Dailies | Kind::Epochs);
                let day = if counts { Day::of } else { Day::outline }(person, *date, &subjectee.extras);
                match kind {
                    Kind::Epochs => return wire::epochs_json(person, &day, (*since, *until), user_id),
                    Kind::StressDetails => wire::stress_json(person, &day, *until, user_id),
                    Kind::AllDayRespiration => wire::respiration_json(person, &day, *until, user_id),
                    Kind::Pulseox => wire::all_day_oxygen_json(person, &day, *until, user_id),
                    _ => wire::daily_json(person, &day, *until, user_id),
                }
            }
            Subject::MoveIq { date, number, .. } => {
                let Some(span) = move_iq_of(person, *date).into_iter().nth(usize::from(*number)) else {
                    return Ok(Vec::new());
                };
                wire::move_iq_json(person, &span, user_id)
            }
            Subject::Spot { date, .. } => return spot(person, kind, *date, user_id),
            Subject::Cycle { cycle, told } => wire::mct_json(person, cycle, *told, user_id),
        };
        Ok(vec![one?])
    }
}

fn spot(person: &Person, kind: Kind, date: LocalDate, user_id: Option<&str>) -> serde_json::Result<Rendered> {
    let one = match kind {
        Kind::BodyComps => {
            BodyComposition::on(person, date).map(|body| wire::body_composition_json(person, &body, user_id))
        }
        Kind::BloodPressures => {
            BloodPressure::on(person, date).map(|pressure| wire::blood_pressure_json(person, &pressure, user_id))
        }
        Kind::UserMetrics => {
            UserMetrics::on(person, date).map(|metrics| wire::user_metrics_json(person, date, &metrics, user_id))
        }
        Kind::HealthSnapshot => {
            Snapshot::on(person, date).map(|snapshot| wire::snapshot_json(person, &snapshot, user_id))
        }
        _ => spot_oxygen(person, date).map(|spot| wire::spot_oxygen_json(person, date, spot, user_id)),
    };
    one.into_iter().collect()
}

/// What is needed of a person to write summaries, taken out of the state so that writing holds no lock.
#[derive(Clone, Debug)]
pub(crate) struct Subjectee {
    pub(crate) person: Person,
    /// Workouts beyond the planned ones.
    pub(crate) extras: Vec<WorkoutPlan>,
}
