//! Memory of the server's process.

use crate::stage::{Outcome, Stage};
use std::{thread, time::Duration};

/// Time in which a server that was started has done what it does at a start.
const STARTING: Duration = Duration::from_secs(3);
/// Time in which a server gives back what a storm needed; threads of many a runtime wait ten seconds for more.
const SETTLING: Duration = Duration::from_secs(15);

pub(super) fn idle(stage: &Stage<'_>) -> anyhow::Result<Outcome> {
    thread::sleep(STARTING);
    Ok(resident(stage, "idle_mb"))
}

pub(super) fn after_storm(stage: &Stage<'_>) -> anyhow::Result<Outcome> {
    thread::sleep(SETTLING.min(Duration::from_secs_f64(stage.options.seconds * 2.0)));
    let mut outcome = resident(stage, "after_storm_mb");
    if let (Outcome::Measured(figures), Some(peak)) = (&mut outcome, stage.target.memory_mb("VmHWM")) {
        figures.push(("peak_mb", peak));
    }
    Ok(outcome)
}

fn resident(stage: &Stage<'_>, figure: &'static str) -> Outcome {
    match stage.target.memory_mb("VmRSS") {
        Some(megabytes) => Outcome::Measured(vec![(figure, megabytes)]),
        None => Outcome::NotServed("its process is not ours".to_owned()),
    }
}
