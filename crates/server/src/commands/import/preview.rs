//! `wearhouse import --preview`: what files would give, without keeping anything.

use super::SHOWN_ISSUES;
use anyhow::{Context, bail};
use ingest::{Preview, PreviewedFile};
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
    for file in &seen.files {
        let counted = file.records.iter().map(|(kind, count)| format!(", {count} {kind}")).collect::<String>();
        let samples = if file.samples > 0 { format!(", {} samples", file.samples) } else { String::new() };
        let issues = if file.issues > 0 { format!(", {} issues", file.issues) } else { String::new() };
        let PreviewedFile { name, provider, part_type, items, .. } = file;
        println!("  {name}: {part_type} of {provider}, {items} items{counted}{samples}{issues}");
    }
    if seen.more_files > 0 {
        println!("  and {} more files", seen.more_files);
    }
    // what of an archive is left out is told file by file
    let shown = if seen.files.is_empty() { SHOWN_ISSUES } else { seen.issues.len() };
    for issue in seen.issues.iter().take(shown) {
        println!("  {} ({}) at {}", issue.message, issue.code, issue.path);
    }
    let more = seen.issues.len().saturating_sub(shown) as u64 + seen.more_issues;
    if more > 0 {
        println!("  and {more} more issues");
    }
}
