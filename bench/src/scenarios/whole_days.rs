//! Whole days of raw minutes with eight clients, page after page where a page does not hold a day.

use crate::{
    bodies::{BEGINNING, DAY_S, instant},
    http::Connection,
    latencies::Latencies,
    stage::{Outcome, Stage},
    stopwatch::Stopwatch,
};
use anyhow::ensure;
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

const CLIENTS: usize = 8;
const MINUTES: usize = 1_440;
/// The most that a page of Open Wearables holds.
const SMALL_PAGE: usize = 100;

pub(super) fn run(stage: &Stage<'_>) -> anyhow::Result<Outcome> {
    let page = page_size(stage)?;
    let (next, limit) = (AtomicUsize::new(0), Duration::from_secs_f64(stage.options.seconds));
    let watch = Stopwatch::start();
    let work = || -> anyhow::Result<Latencies> {
        let (mut connection, mut latencies) = (stage.target.connection()?, Latencies::default());
        while !watch.passed(limit) {
            let begun = Stopwatch::start();
            read_day(stage, &mut connection, next.fetch_add(1, Ordering::Relaxed), page)?;
            latencies.add(begun.milliseconds());
        }
        Ok(latencies)
    };
    let mut latencies = Latencies::default();
    thread::scope(|scope| -> anyhow::Result<()> {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(work)).collect();
        for client in clients {
            latencies.merge(client.join().map_err(|_| anyhow::anyhow!("a client panicked"))??);
        }
        Ok(())
    })?;
    Ok(Outcome::Measured(vec![
        ("days_per_s", latencies.count() as f64 / watch.seconds()),
        ("day_p50_ms", latencies.percentile(50).unwrap_or_default()),
    ]))
}

/// The largest page that the server gives.
fn page_size(stage: &Stage<'_>) -> anyhow::Result<usize> {
    let mut connection = stage.target.connection()?;
    let status = connection.send(&question(stage, 0, MINUTES, "")?)?.status;
    Ok(if status == 200 { MINUTES } else { SMALL_PAGE })
}

fn read_day(stage: &Stage<'_>, connection: &mut Connection, number: usize, page: usize) -> anyhow::Result<()> {
    let (mut points, mut cursor) = (0, String::new());
    while points < MINUTES {
        let body = connection.expect(&question(stage, number, page, &cursor)?)?.body;
        let found = count(body, b"\"timestamp\"");
        ensure!(found > 0, "a day ends after {points} minutes");
        points += found;
        if points < MINUTES {
            let answer: serde_json::Value = serde_json::from_slice(body)?;
            let next = answer.pointer("/pagination/next_cursor").and_then(serde_json::Value::as_str);
            cursor = format!("&cursor={}", next.unwrap_or_default());
        }
    }
    Ok(())
}

fn question(stage: &Stage<'_>, number: usize, page: usize, cursor: &str) -> anyhow::Result<Vec<u8>> {
    let people = stage.readers()?;
    let day = (number as i64 * 101).rem_euclid(stage.options.days);
    let (from, to) = (instant(BEGINNING + day * DAY_S), instant(BEGINNING + (day + 1) * DAY_S));
    Ok(stage.target.get(&format!(
        "/api/v1/users/{}/timeseries?types=heart_rate&start_time={}&end_time={}&limit={page}{cursor}",
        people[number % people.len()].id,
        String::from_utf8_lossy(&from),
        String::from_utf8_lossy(&to),
    )))
}

fn count(text: &[u8], wanted: &[u8]) -> usize {
    let mut found = 0;
    let mut rest = text;
    // the wanted text begins with a quote and is followed by a long value, so looking for quotes is enough
    while let Some(at) = rest.iter().position(|byte| *byte == b'"') {
        let here = &rest[at..];
        let step = if here.starts_with(wanted) {
            found += 1;
            wanted.len()
        } else {
            1
        };
        rest = &here[step..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_by_their_field() {
        assert_eq!(count(b"[{\"timestamp\":\"x\"},{\"a\":1,\"timestamp\":\"y\"}]", b"\"timestamp\""), 2);
        assert_eq!(count(b"[]", b"\"timestamp\""), 0);
    }
}
