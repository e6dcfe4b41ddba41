//! A span at each resolution, as charts ask for it; one client.

use crate::{
    bodies::{DAY_S, instant},
    load,
    stage::{Outcome, Stage},
};

/// Resolution, days, and the figures.
const ASKED: &[(&str, i64, &str, &str)] = &[
    ("raw", 1, "raw_day_p50_ms", "raw_day_p99_ms"),
    ("1min", 1, "minutes_day_p50_ms", "minutes_day_p99_ms"),
    ("5min", 7, "five_minutes_week_p50_ms", "five_minutes_week_p99_ms"),
    ("15min", 30, "quarters_month_p50_ms", "quarters_month_p99_ms"),
    ("1hour", 365, "hours_year_p50_ms", "hours_year_p99_ms"),
    ("1day", 365, "days_year_p50_ms", "days_year_p99_ms"),
];

pub(super) fn run(stage: &Stage<'_>) -> anyhow::Result<Outcome> {
    let people = stage.readers()?;
    let seconds = stage.options.seconds / ASKED.len() as f64;
    let mut figures = Vec::new();
    for (resolution, days, p50, p99) in ASKED {
        let days = (*days).min(stage.options.days);
        let ask = |number: usize, limit: usize| {
            let start = stage.end() - days * DAY_S - (number as i64 % (stage.options.days - days + 1)) * DAY_S;
            let (from, to) = (instant(start), instant(start + days * DAY_S));
            stage.target.get(&format!(
                "/api/v1/users/{}/timeseries?types=heart_rate&start_time={}&end_time={}&resolution={resolution}&limit={limit}",
                people[number % people.len()].id,
                String::from_utf8_lossy(&from),
                String::from_utf8_lossy(&to),
            ))
        };
        // a server with small pages shows the first of them; one that does not know a resolution is not asked
        let mut connection = stage.target.connection()?;
        let Some(limit) = [10_000, 100]
            .into_iter()
            .find(|limit| connection.send(&ask(0, *limit)).is_ok_and(|answer| answer.status == 200))
        else {
            continue;
        };
        let mut load = load::run(stage.target, 1, seconds, &|number, into| *into = ask(number, limit))?;
        figures.push((*p50, load.latencies.percentile(50).unwrap_or_default()));
        figures.push((*p99, load.latencies.percentile(99).unwrap_or_default()));
    }
    Ok(Outcome::Measured(figures))
}
