//! How much the store grows for one-minute heart rates: by the points with indexes, summaries and where they came from;
//! by the parts as they were received, which are kept for some time; and by the rest, which is the totals of days, and
//! the log of changes and runs, kept for some time too.

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
        ("bytes_per_point", growth(before.points, after.points)),
        ("bytes_per_point_raw", growth(before.raw, after.raw)),
        ("bytes_per_point_rest", growth(before.rest, after.rest)),
        ("bytes_per_point_all", growth(before.on_disk, after.on_disk)),
    ]))
}

/// What a stopped server leaves on disk: no log is beside it then.
#[derive(Default)]
struct Sizes {
    on_disk: u64,
    points: u64,
    raw: u64,
    rest: u64,
}

fn sizes(stage: &Stage<'_>) -> anyhow::Result<Option<Sizes>> {
    let Some(mut installation) = stage.target.installation() else { return Ok(None) };
    let measured = installation.restart(|stopped| -> anyhow::Result<Sizes> {
        let mut sizes = Sizes { on_disk: stopped.store_bytes()?, ..Sizes::default() };
        for (table, bytes) in stopped.table_bytes()? {
            match table.as_str() {
                "block" | "source" => sizes.points += bytes,
                "part" | "inbox" => sizes.raw += bytes,
                _ => sizes.rest += bytes,
            }
        }
        Ok(sizes)
    })?;
    measured.0.map(Some)
}
