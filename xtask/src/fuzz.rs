//! `cargo xtask soak fuzz`: the fuzz targets, each for some minutes, with what earlier rounds and the fixtures taught.
//!
//! They are built with stable Rust: the compiler counts what runs, libFuzzer makes bytes, and no sanitizer watches,
//! since the code has no `unsafe`. A finding is a file under `target/fuzz/findings`; make a test of it.

use crate::process;
use anyhow::{Context, bail};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What the compiler is told so that libFuzzer sees which code ran; the same as `cargo fuzz -s none`.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1 -Coverflow-checks=on";
/// Targets of formats and of our own bytes; those of providers are found by their fixtures.
const PLAIN: &[&str] = &["fit", "tcx", "gpx", "block", "scanner", "cursor", "query", "zip", "apple-health", "sdk"];
/// Larger inputs teach nothing that smaller ones do not.
const LONGEST: u32 = 64 * 1024;
const MEGABYTES: u32 = 2048;

/// Runs every target, or those whose name begins so, for so many seconds each.
pub(crate) fn run(root: &Path, only: Option<&str>, seconds: u64) -> anyhow::Result<()> {
    let folder = process::build_folder(root).join("fuzz");
    let host = host(root)?;
    // naming the target keeps the flags from programs that run while building
    let mut build = process::cargo(&root.join("fuzz"));
    build.args(["build", "--bins", "--target", &host]).env("RUSTFLAGS", FLAGS).env("CARGO_TARGET_DIR", &folder);
    process::run(&mut build)?;
    let programs = folder.join(&host).join("debug");
    let targets: Vec<String> = PLAIN.iter().map(|name| (*name).to_owned()).chain(of_providers(root)?).collect();
    let chosen: Vec<&String> = targets.iter().filter(|name| only.is_none_or(|only| name.starts_with(only))).collect();
    if chosen.is_empty() {
        bail!("no such target; there are: {}", targets.join(", "));
    }
    for target in chosen {
        one(root, &folder, &programs, target, seconds)?;
    }
    println!("{seconds} seconds each: no bytes from outside reached a panic");
    Ok(())
}

fn one(root: &Path, folder: &Path, programs: &Path, target: &str, seconds: u64) -> anyhow::Result<()> {
    let (program, provider) = target.split_once('.').map_or((target, None), |(name, rest)| (name, Some(rest)));
    let (corpus, findings) = (folder.join("corpus").join(target), folder.join("findings").join(target));
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&findings)?;
    seed(root, &corpus, provider.unwrap_or(program), provider.is_some())?;
    let mut command = std::process::Command::new(programs.join(program));
    command.arg(format!("-max_total_time={}", seconds.max(1))).arg(format!("-max_len={LONGEST}"));
    command.arg(format!("-rss_limit_mb={MEGABYTES}")).args(["-timeout=20", "-print_final_stats=1", "-verbosity=0"]);
    command.arg(format!("-artifact_prefix={}/", findings.display())).arg(&corpus);
    process::run(&mut command).with_context(|| format!("what broke {target} is in {}", findings.display()))
}

/// The machine for which programs are built here.
fn host(root: &Path) -> anyhow::Result<String> {
    let said = process::output(process::cargo(root).args(["-vV"]))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("cargo does not say for which machine it builds")
}

/// A target for each provider that has fixtures.
fn of_providers(root: &Path) -> anyhow::Result<Vec<String>> {
    let folders = fs::read_dir(root.join("crates/providers/src"))?.collect::<Result<Vec<_>, _>>()?;
    let named = folders.iter().filter(|it| it.path().join("fixtures").is_dir());
    let mut targets: Vec<String> = named.map(|it| format!("providers.{}", it.file_name().display())).collect();
    targets.sort();
    Ok(targets)
}

/// Examples to begin with: a provider's fixtures, with the line that says what they are; real files where they are.
fn seed(root: &Path, corpus: &Path, name: &str, is_provider: bool) -> anyhow::Result<()> {
    let folders = if is_provider {
        folders_in(&root.join("crates/providers/src").join(name).join("fixtures"))?
    } else {
        vec![root.join("../shared/samples").join(name)].into_iter().filter(|it| it.is_dir()).collect()
    };
    for folder in folders {
        let kind = folder.file_name().unwrap_or_default().display().to_string();
        for file in fs::read_dir(&folder)?.collect::<Result<Vec<_>, _>>()? {
            let head = if is_provider { format!("{name}/{kind}\n") } else { String::new() };
            let bytes = [head.into_bytes(), fs::read(file.path())?].concat();
            if bytes.len() <= LONGEST as usize {
                fs::write(corpus.join(format!("{kind}-{}", file.file_name().display())), bytes)?;
            }
        }
    }
    Ok(())
}

fn folders_in(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    Ok(entries.iter().map(fs::DirEntry::path).filter(|path| path.is_dir()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_with_fixtures_has_a_target_and_every_plain_one_its_file() {
        let root = process::repository_root().unwrap();
        assert!(of_providers(&root).unwrap().contains(&"providers.garmin".to_owned()));
        for name in PLAIN {
            assert!(root.join("fuzz/fuzz_targets").join(format!("{name}.rs")).is_file(), "{name}");
        }
    }
}
