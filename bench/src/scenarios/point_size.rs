//! How much the store grows for one-minute heart rates: all of it, with indexes, summaries, where points came
//! from, and the parts as they were received, which are kept for some time.

use crate::stage::{Outcome, Stage};

pub(super) fn run(stage: &Stage<'_>) -> anyhow::Result<Outcome> {
    let not_ours = || Outcome::NotServed("its store is not ours".to_owned());
    let (Some(before), Ok(door)) = (stopped_bytes(stage)?, stage.door()) else { return Ok(not_ours()) };
    let people = stage.more_people(stage.options.readers)?;
    stage.push_minutes(door, &people)?;
    let Some(after) = stopped_bytes(stage)? else { return Ok(not_ours()) };
    let points = stage.points() * people.len() as f64;
    Ok(Outcome::Measured(vec![("bytes_per_point_all", after.saturating_sub(before) as f64 / points)]))
}

/// What a stopped server leaves on disk: no log is beside it then.
fn stopped_bytes(stage: &Stage<'_>) -> anyhow::Result<Option<u64>> {
    let Some(mut installation) = stage.target.installation() else { return Ok(None) };
    Ok(Some(installation.restart(|stopped| stopped.store_bytes())?.0?))
}
