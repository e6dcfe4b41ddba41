//! `wearhouse import --preview`: what files would give, without keeping anything.

use super::SHOWN_ISSUES;
use anyhow::{Context, bail};
use ingest::Preview;
use model::PartMeta;
use providers::{BEGINNING, Recognised, recognise};
use std::{
    fs::File,
    io::{Read as _, Seek as _},
    path::{Path, PathBuf},
};

/// Tells of each file.
pub(super) fn run(files: &[PathBuf], time_zone: Option<String>) -> anyhow::Result<()> {
    let meta = PartMeta { time_zone, ..PartMeta::default() };
    let mut refused = 0;
    for path in files {
        match look(path, &meta) {
            Ok((found, seen)) => tell(path, &found, &seen),
            Err(error) => {
                refused += 1;
                println!("{}: {error:#}", path.display());
            }
        }
    }
    if refused > 0 {
        bail!("{refused} files cannot be imported");
    }
    Ok(())
}

fn look(path: &Path, meta: &PartMeta) -> anyhow::Result<(Recognised, Preview)> {
    let mut file = File::open(path).context("cannot be opened")?;
    let mut beginning = Vec::new();
    (&mut file).take(BEGINNING as u64).read_to_end(&mut beginning).context("cannot be read")?;
    let found = recognise(&beginning).context("is of no kind that is known here")?;
    file.rewind()?;
    let meta = PartMeta { format: found.format, ..meta.clone() };
    let seen = ingest::preview(found.provider.as_str(), found.part_type, &meta, &mut file)?;
    Ok((found, seen))
}

fn tell(path: &Path, found: &Recognised, seen: &Preview) {
    println!("{}: {} of {}, {} items", path.display(), found.part_type, found.provider, seen.items);
    if let Some((from, to)) = seen.range {
        println!("  from {from} to {to}");
    }
    for (kind, count) in &seen.records {
        println!("  {count} {kind}");
    }
    for (series, samples) in &seen.samples {
        println!("  {} {} from {} to {}", samples.count, series.as_str(), samples.from, samples.to);
    }
    for source in &seen.sources {
        let parts = [Some(source.provider.as_str()), source.app.as_deref(), source.device.as_deref()];
        println!("  measured by {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
    }
    for issue in seen.issues.iter().take(SHOWN_ISSUES) {
        println!("  {} ({}) at {}", issue.message, issue.code, issue.path);
    }
    if seen.issues.len() > SHOWN_ISSUES {
        println!("  and {} more issues", seen.issues.len() - SHOWN_ISSUES);
    }
}
