//! Pushes of whole days of about 90 kB, until every person's last day can be read.

use crate::{
    arrival::{self, Expected},
    bodies::{BEGINNING, DAY_POINTS, DAY_S, DAY_SERIES, day},
    load,
    stage::{Outcome, Stage},
};

const CLIENTS: usize = 16;
/// Away from the small pushes.
const FIRST_DAY: i64 = BEGINNING + 100 * DAY_S;
/// The last so many seconds of a day hold points of all its series.
const TAIL_S: i64 = 200;

pub(super) fn run(stage: &Stage<'_>) -> anyhow::Result<Outcome> {
    let door = match stage.door() {
        Ok(door) => door,
        Err(outcome) => return Ok(outcome),
    };
    let (people, bodies) = (stage.crowd()?, day(door));
    let start = |number: usize| FIRST_DAY + (number / people.len()) as i64 * DAY_S;
    let load = load::run(stage.target, CLIENTS, stage.options.seconds, &|number, request| {
        bodies.get(number).fill(request, &people[number % people.len()].account, start(number));
    })?;
    let last = load.answered.saturating_sub(people.len())..load.answered;
    let expected: Vec<_> = last
        .map(|number| Expected {
            person: &people[number % people.len()],
            series: DAY_SERIES,
            from: start(number) + DAY_S - TAIL_S,
            for_s: TAIL_S,
        })
        .collect();
    arrival::wait(stage.target, &expected)?;
    let took = load.watch.seconds();
    let points = load.answered as f64 * DAY_POINTS as f64;
    Ok(Outcome::Measured(vec![
        ("day_points_per_s", points / took),
        ("day_mb_per_s", load.answered as f64 * bodies.get(0).len() as f64 / 1e6 / took),
        ("day_answers_per_s", load.rate()),
    ]))
}
