//! Small pushes, twelve points in each of two series, spread over many people: answered, which says that they
//! are on disk, and then until every person's last points can be read.

use crate::{
    arrival::{self, Expected},
    bodies::{BEGINNING, SMALL_EVERY_S, SMALL_LAST_S, SMALL_SERIES, small},
    load,
    stage::{Outcome, Stage},
};

const CLIENTS: usize = 64;

pub(super) fn run(stage: &Stage<'_>) -> anyhow::Result<Outcome> {
    let door = match stage.door() {
        Ok(door) => door,
        Err(outcome) => return Ok(outcome),
    };
    let (people, bodies) = (stage.crowd()?, small(door));
    let start = |number: usize| BEGINNING + (number / people.len()) as i64 * SMALL_EVERY_S;
    let mut load = load::run(stage.target, CLIENTS, stage.options.seconds, &|number, request| {
        bodies.get(number).fill(request, &people[number % people.len()].account, start(number));
    })?;
    // each person's last push is among these
    let last = load.answered.saturating_sub(people.len())..load.answered;
    let expected: Vec<_> = last
        .map(|number| Expected {
            person: &people[number % people.len()],
            series: SMALL_SERIES,
            from: start(number) + SMALL_LAST_S,
            for_s: 1,
        })
        .collect();
    arrival::wait(stage.target, &expected)?;
    Ok(Outcome::Measured(vec![
        ("small_pushes_per_s", load.answered as f64 / load.watch.seconds()),
        ("small_answers_per_s", load.rate()),
        ("small_answer_p50_ms", load.latencies.percentile(50).unwrap_or_default()),
        ("small_answer_p99_ms", load.latencies.percentile(99).unwrap_or_default()),
    ]))
}
