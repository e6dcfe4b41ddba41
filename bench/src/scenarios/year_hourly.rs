//! A year of one-minute heart rates as hours: the first byte, the whole answer, and the whole in columns.

use crate::{
    bodies::{BEGINNING, instant},
    http::Connection,
    latencies::Latencies,
    stage::{Outcome, Stage},
    stopwatch::Stopwatch,
};
use std::time::Duration;

pub(super) fn run(stage: &Stage<'_>) -> anyhow::Result<Outcome> {
    let mut connection = stage.target.connection()?;
    let mut figures = Vec::new();
    let rows = question(stage, "&limit=10000")?;
    if connection.send(&rows)?.status != 200 {
        return Ok(Outcome::NotServed("a year of hours does not fit into a page".to_owned()));
    }
    let (mut first, mut whole) = ask(stage, &mut connection, &rows)?;
    figures.push(("year_first_byte_ms", first.percentile(50).unwrap_or_default()));
    figures.push(("year_whole_ms", whole.percentile(50).unwrap_or_default()));
    let columns = columns(stage)?;
    if is_columnar(&mut connection, &columns)? {
        let (_, mut whole) = ask(stage, &mut connection, &columns)?;
        figures.push(("year_columnar_ms", whole.percentile(50).unwrap_or_default()));
    }
    Ok(Outcome::Measured(figures))
}

fn question(stage: &Stage<'_>, more: &str) -> anyhow::Result<Vec<u8>> {
    let (from, to) = (instant(BEGINNING), instant(stage.end()));
    let [reader, ..] = stage.readers()? else { anyhow::bail!("nobody has data") };
    Ok(stage.target.get(&format!(
        "/api/v1/users/{}/timeseries?types=heart_rate&start_time={}&end_time={}&resolution=1hour{more}",
        reader.id,
        String::from_utf8_lossy(&from),
        String::from_utf8_lossy(&to),
    )))
}

/// The same as a page of columns.
fn columns(stage: &Stage<'_>) -> anyhow::Result<Vec<u8>> {
    let (from, to) = (instant(BEGINNING), instant(stage.end()));
    let [reader, ..] = stage.readers()? else { anyhow::bail!("nobody has data") };
    let body = serde_json::json!({
        "users": [reader.id],
        "types": ["heart_rate"],
        "from": String::from_utf8_lossy(&from),
        "to": String::from_utf8_lossy(&to),
        "resolution": "1hour",
        "format": "columnar",
    });
    Ok(stage.target.post("/api/v1/query", &body))
}

/// Whether columns are given; a server that has no such route refuses.
fn is_columnar(connection: &mut Connection, question: &[u8]) -> anyhow::Result<bool> {
    Ok(connection.send(question)?.status == 200)
}

fn ask(stage: &Stage<'_>, connection: &mut Connection, question: &[u8]) -> anyhow::Result<(Latencies, Latencies)> {
    let (mut first, mut whole) = (Latencies::default(), Latencies::default());
    let (watch, limit) = (Stopwatch::start(), Duration::from_secs_f64(stage.options.seconds / 2.0));
    while !watch.passed(limit) {
        let begun = Stopwatch::start();
        first.add(connection.expect(question)?.first_byte.as_secs_f64() * 1e3);
        whole.add(begun.milliseconds());
    }
    Ok((first, whole))
}
