//! The browser checks: installs what they need, then runs each script of `xtask/browser` in node
//! against a server that the script starts itself.

use super::Skipped;
use crate::{assets, process, scratch};
use anyhow::Context;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

pub(super) fn run(root: &Path, skipped: &mut Skipped) -> anyhow::Result<()> {
    let checks = scripts(&root.join("xtask/browser"))?;
    let (browser, packages) = match prepare(root) {
        Ok(ready) => ready,
        Err(problem) => {
            skipped.note("the browser checks", format!("{problem:#}"));
            return Ok(());
        }
    };
    for check in checks {
        let mut node = Command::new("node");
        node.current_dir(root)
            .arg(&check)
            .env("BROWSER", &browser)
            .env("BROWSER_PACKAGES", packages.join("node_modules"))
            .env("WEARHOUSE", process::server(root, "debug"));
        process::run(&mut node)?;
    }
    Ok(())
}

/// The checks: every `*.check.mjs`, in the order of their names.
fn scripts(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("no folder {}", folder.display()))?;
    let mut found: Vec<PathBuf> = entries.filter_map(|it| Some(it.ok()?.path())).collect();
    found.retain(|path| path.to_string_lossy().ends_with(".check.mjs"));
    found.sort();
    Ok(found)
}

/// A browser, and a folder whose packages drive it.
fn prepare(root: &Path) -> anyhow::Result<(PathBuf, PathBuf)> {
    anyhow::ensure!(process::exists("node"), "node is not installed");
    let packages = scratch(root, "browser")?;
    assets::install(&root.join("xtask/browser"), &packages)?;
    Ok((browser()?, packages))
}

fn browser() -> anyhow::Result<PathBuf> {
    if let Some(found) = process::find(BROWSERS) {
        return Ok(found);
    }
    install_browser()?;
    process::find(BROWSERS).context("Chromium is not installed")
}

/// Installs Debian's Chromium where this process may do so.
fn install_browser() -> anyhow::Result<()> {
    let is_root = process::output(Command::new("id").arg("-u")).is_ok_and(|it| it.trim() == "0");
    anyhow::ensure!(
        is_root && process::exists("apt-get"),
        "Chromium is not installed and may not be installed from here"
    );
    let apt = |arguments: &[&str]| {
        process::run(Command::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive").arg("-qq").args(arguments))
    };
    apt(&["update"])?;
    apt(&["install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core"])
        .with_context(|| format!("Chromium was not to be had on {}", env::consts::OS))
}
