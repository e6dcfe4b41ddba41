//! First pages of fifty raw points: one client for how long a page takes by the span it is of, eight for how
//! many a second.

use crate::{
    bodies::{DAY_S, instant},
    latencies::Latencies,
    load,
    stage::{Outcome, Stage},
};

/// Spans by their length in days, and the figures of their pages.
const SPANS: &[(f64, &str, &str)] = &[
    (1.0 / 24.0, "page_hour_p50_ms", "page_hour_p99_ms"),
    (1.0, "page_day_p50_ms", "page_day_p99_ms"),
    (7.0, "page_week_p50_ms", "page_week_p99_ms"),
    (30.0, "page_month_p50_ms", "page_month_p99_ms"),
    (365.0, "page_year_p50_ms", "page_year_p99_ms"),
    (730.0, "page_two_years_p50_ms", "page_two_years_p99_ms"),
];
const CLIENTS: usize = 8;

pub(super) fn run(stage: &Stage<'_>) -> anyhow::Result<Outcome> {
    let people = stage.readers()?;
    // a span that is longer than the days there are ends in the future, as in a client that asks for all
    let request = |span_days: f64, number: usize| {
        let length = (span_days * DAY_S as f64) as i64;
        let latest = (stage.options.days * DAY_S - length).max(0);
        let first = stage.end() - stage.options.days * DAY_S;
        let start = first + (number as i64 * 7_919 * 3_600).rem_euclid(latest.max(1));
        let (from, to) = (instant(start), instant(start + length));
        stage.target.get(&format!(
            "/api/v1/users/{}/timeseries?types=heart_rate&start_time={}&end_time={}&limit=50",
            people[number % people.len()].id,
            String::from_utf8_lossy(&from),
            String::from_utf8_lossy(&to),
        ))
    };
    let seconds = stage.options.seconds / 2.0;
    let mut figures = Vec::new();
    let mut all = Latencies::default();
    for (days, p50, p99) in SPANS {
        let mut load = load::run(stage.target, 1, seconds / SPANS.len() as f64, &|number, into| {
            *into = request(*days, number);
        })?;
        figures.push((*p50, load.latencies.percentile(50).unwrap_or_default()));
        figures.push((*p99, load.latencies.percentile(99).unwrap_or_default()));
        all.merge(load.latencies);
    }
    figures.push(("page_p50_ms", all.percentile(50).unwrap_or_default()));
    figures.push(("page_p99_ms", all.percentile(99).unwrap_or_default()));
    let day = load::run(stage.target, CLIENTS, seconds / 2.0, &|number, into| *into = request(1.0, number))?;
    let any = load::run(stage.target, CLIENTS, seconds / 2.0, &|number, into| {
        *into = request(SPANS[number % SPANS.len()].0, number);
    })?;
    figures.extend([("pages_day_per_s", day.rate()), ("pages_per_s", any.rate())]);
    Ok(Outcome::Measured(figures))
}
