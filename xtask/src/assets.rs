//! `cargo xtask assets`: fetches the pinned script of the API reference into
//! `crates/api/assets/dist`, which git ignores and the next build of the server embeds.
//! The server builds without it too and then shows a plain reference.

use crate::{process, scratch};
use anyhow::{Context, bail};
use std::{fs, path::Path, process::Command};

/// What is taken from the packages, and under which name it is embedded.
const TAKEN: &[(&str, &str)] =
    &[("rapidoc/dist/rapidoc-min.js", "rapidoc-min.js"), ("rapidoc/LICENSE.txt", "rapidoc-LICENSE.txt")];

pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let source = root.join("crates/api/assets");
    let wanted = fs::read_to_string(source.join("package-lock.json")).context("no package-lock.json to fetch by")?;
    let dist = source.join("dist");
    if is_current(&dist, &wanted) {
        return Ok(());
    }
    let packages = scratch(root, "assets")?;
    install(&source, &packages)?;
    fs::create_dir_all(&dist)?;
    for (from, to) in TAKEN {
        fs::copy(packages.join("node_modules").join(from), dist.join(to)).with_context(|| format!("no {from}"))?;
    }
    fs::write(dist.join("fetched-by.json"), wanted)?;
    Ok(())
}

/// Installs exactly what the lock file in `source` names into `packages`.
pub(crate) fn install(source: &Path, packages: &Path) -> anyhow::Result<()> {
    if !process::exists("npm") {
        bail!("npm is not installed");
    }
    for name in ["package.json", "package-lock.json"] {
        fs::copy(source.join(name), packages.join(name)).with_context(|| format!("no {name}"))?;
    }
    process::run(Command::new("npm").current_dir(packages).args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]))
}

fn is_current(dist: &Path, wanted: &str) -> bool {
    TAKEN.iter().all(|(_, name)| dist.join(name).is_file())
        && fs::read_to_string(dist.join("fetched-by.json")).is_ok_and(|fetched| fetched == wanted)
}
