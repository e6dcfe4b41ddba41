//! Other people's readers, by which the tests read what was exported.

use super::Skipped;
use crate::{process, scratch};
use anyhow::Context;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The variable by which the tests learn which Python has the readers.
pub(super) const READERS: &str = "WEARHOUSE_TEST_READERS";
/// Models of FHIR's resources, a parser of UCUM, a decoder of FIT.
const PACKAGES: [&str; 3] = ["fhir.resources==8.3.0", "ucumvert==0.3.2", "fitdecode==0.11.0"];
const IMPORTS: &str = "import fhir.resources.R4B, ucumvert, fitdecode";

/// The Python, once it has them.
pub(super) fn find(root: &Path, skipped: &mut Skipped) -> Option<PathBuf> {
    match install(root) {
        Ok(python) => Some(python),
        Err(problem) => {
            skipped.note("exports read by other people's libraries", format!("{problem:#}"));
            None
        }
    }
}

fn install(root: &Path) -> anyhow::Result<PathBuf> {
    let home = scratch(root, "readers")?;
    let python = home.join("bin/python");
    let has_all = || process::succeeds(Command::new(&python).args(["-c", IMPORTS]));
    if !has_all() {
        let system = process::find(&["python3", "python"]).context("python3 is not installed")?;
        process::run(Command::new(system).args(["-m", "venv"]).arg(&home))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        process::run(Command::new(&python).args(pip).args(PACKAGES))?;
        anyhow::ensure!(has_all(), "the packages were installed and cannot be imported");
    }
    Ok(python)
}
