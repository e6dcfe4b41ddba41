//! Batches of a phone's SDK, until every person's last record can be read.

use crate::{
    arrival::{self, Expected},
    bodies::{BEGINNING, SDK_RECORDS, Template, sdk},
    load, people,
    stage::{Outcome, Stage},
};

const CLIENTS: usize = 8;
const PEOPLE: usize = 100;

pub(super) fn run(stage: &Stage<'_>) -> anyhow::Result<Outcome> {
    let people = people::create(stage.target, PEOPLE.min(stage.options.users))?;
    let bodies: Vec<Template> =
        people.iter().enumerate().map(|(seed, person)| sdk(stage.target, &person.id, seed as u64)).collect();
    let start = |number: usize| BEGINNING + (number / people.len()) as i64 * SDK_RECORDS * 60;
    if let Some(refusal) = probe(stage, &bodies)? {
        return Ok(refusal);
    }
    let load = load::run(stage.target, CLIENTS, stage.options.seconds, &|number, request| {
        bodies[number % people.len()].fill(request, "", start(number));
    })?;
    let last = load.answered.saturating_sub(people.len())..load.answered;
    let expected: Vec<_> = last
        .map(|number| Expected {
            person: &people[number % people.len()],
            series: &["heart_rate"],
            from: start(number) + (SDK_RECORDS - 1) * 60,
            for_s: 60,
        })
        .collect();
    arrival::wait(stage.target, &expected)?;
    let records = load.answered as f64 * SDK_RECORDS as f64;
    Ok(Outcome::Measured(vec![("sdk_records_per_s", records / load.watch.seconds())]))
}

/// Sends a first batch; what to say where there is no such route.
fn probe(stage: &Stage<'_>, bodies: &[Template]) -> anyhow::Result<Option<Outcome>> {
    let mut request = Vec::new();
    let Some(body) = bodies.first() else { return Ok(None) };
    body.fill(&mut request, "", BEGINNING);
    let mut connection = stage.target.connection()?;
    let status = connection.send(&request)?.status;
    if matches!(status, 404 | 405 | 501) {
        return Ok(Some(Outcome::NotServed(format!("the route of the SDK answers {status}"))));
    }
    connection.expect(&request).map(|_| None)
}
