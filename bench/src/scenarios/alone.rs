//! Pushes one after the other, with nothing else to do: how long each takes until it has arrived.

use crate::{latencies::Latencies, stage::Stage, stopwatch::Stopwatch};
use std::time::Duration;

/// So many are enough.
const MOST: usize = 200;

/// Pushes for half the time of a load, each once the one before has arrived. How long that took, and how many were
/// pushed; `between` is not counted.
pub(super) fn one_by_one(
    stage: &Stage<'_>,
    write: &dyn Fn(usize, &mut Vec<u8>),
    arrived: impl Fn() -> anyhow::Result<()>,
    between: impl Fn(),
) -> anyhow::Result<(Latencies, usize)> {
    let (mut connection, mut request, mut latencies) = (stage.target.connection()?, Vec::new(), Latencies::default());
    let (watch, limit) = (Stopwatch::start(), Duration::from_secs_f64(stage.options.seconds / 2.0));
    let mut pushed = 0;
    while !watch.passed(limit) && pushed < MOST {
        write(pushed, &mut request);
        pushed += 1;
        let begun = Stopwatch::start();
        connection.expect(&request)?;
        arrived()?;
        latencies.add(begun.milliseconds());
        between();
    }
    Ok((latencies, pushed))
}
