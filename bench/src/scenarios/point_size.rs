//! How much the store grows for one-minute heart rates: all of it, with indexes, summaries and where points came from,
//! and apart from that the parts as they were received, which are kept for some time.

use crate::stage::{Outcome, Stage};

pub(super) fn run(stage: &Stage<'_>) -> anyhow::Result<Outcome> {
    let not_ours = || Outcome::NotServed("its store is not ours".to_owned());
    let (Some(before), Ok(door)) = (sizes(stage)?, stage.door()) else { return Ok(not_ours()) };
    let people = stage.more_people(stage.options.readers)?;
    stage.push_minutes(door, &people)?;
    let Some(after) = sizes(stage)? else { return Ok(not_ours()) };
    let points = stage.points() * people.len() as f64;
    let growth = |before: u64, after: u64| after.saturating_sub(before) as f64 / points;
    Ok(Outcome::Measured(vec![
        ("bytes_per_point", growth(before.rest, after.rest)),
        ("bytes_per_point_raw", growth(before.raw, after.raw)),
        ("bytes_per_point_all", growth(before.on_disk, after.on_disk)),
    ]))
}

/// What a stopped server leaves on disk: no log is beside it then.
struct Sizes {
    on_disk: u64,
    raw: u64,
    rest: u64,
}

fn sizes(stage: &Stage<'_>) -> anyhow::Result<Option<Sizes>> {
    let Some(mut installation) = stage.target.installation() else { return Ok(None) };
    let measured = installation.restart(|stopped| -> anyhow::Result<Sizes> {
        let tables = stopped.table_bytes()?;
        let of = |is_raw: bool| {
            let wanted = tables.iter().filter(|(table, _)| (table == "part" || table == "inbox") == is_raw);
            wanted.map(|(_, bytes)| bytes).sum()
        };
        Ok(Sizes { on_disk: stopped.store_bytes()?, raw: of(true), rest: of(false) })
    })?;
    measured.0.map(Some)
}
