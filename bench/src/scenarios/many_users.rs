//! Many users: how fast they are created, and what lists and reads among them take.

use crate::{
    bodies::{BEGINNING, DAY_S, instant},
    load, people,
    stage::{Outcome, Stage},
    stopwatch::Stopwatch,
};

pub(super) fn run(stage: &Stage<'_>) -> anyhow::Result<Outcome> {
    let watch = Stopwatch::start();
    let created = people::create(stage.target, stage.options.many)?;
    let per_s = created.len() as f64 / watch.seconds();
    let seconds = stage.options.seconds / 3.0;
    let pages = (created.len() / 100).max(1);
    let mut lists = load::run(stage.target, 1, seconds, &|number, into| {
        *into = stage.target.get(&format!("/api/v1/users?limit=100&page={}", 1 + number * 7 % pages));
    })?;
    let (from, to) = (instant(BEGINNING), instant(BEGINNING + 365 * DAY_S));
    let (from, to) = (String::from_utf8_lossy(&from), String::from_utf8_lossy(&to));
    let everyone: Vec<_> = stage.crowd().unwrap_or_default().iter().chain(&created).collect();
    let mut reads = load::run(stage.target, 8, seconds, &|number, into| {
        let person = everyone[number * 7_919 % everyone.len()];
        *into = stage.target.get(&format!(
            "/api/v1/users/{}/timeseries?types=heart_rate&start_time={from}&end_time={to}&limit=50",
            person.id
        ));
    })?;
    Ok(Outcome::Measured(vec![
        ("users_created_per_s", per_s),
        ("users_page_p50_ms", lists.latencies.percentile(50).unwrap_or_default()),
        ("users_reads_per_s", reads.rate()),
        ("users_read_p99_ms", reads.latencies.percentile(99).unwrap_or_default()),
    ]))
}
