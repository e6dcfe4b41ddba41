//! Servers that come as pinned packages: each in an environment of its own below the build folder.

use crate::{process, scratch};
use anyhow::Context;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

pub(super) struct Package {
    /// With its version.
    pub(super) name: &'static str,
    pub(super) program: &'static str,
    /// The argument by which the program tells its version, and so that it runs here.
    pub(super) version: &'static str,
}

impl Package {
    /// The folder of the program, in the environment of this name.
    pub(super) fn install(&self, root: &Path, environment: &str) -> anyhow::Result<PathBuf> {
        let Self { name, program, .. } = self;
        let home = scratch(root, environment)?;
        let folder = home.join("bin");
        let runs = || process::succeeds(Command::new(folder.join(program)).arg(self.version));
        if !runs() {
            let python = process::find(&["python3", "python"]).context("python3 is not installed")?;
            process::run(Command::new(python).args(["-m", "venv"]).arg(&home))?;
            let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", name];
            process::run(Command::new(folder.join("python")).args(pip))?;
            anyhow::ensure!(runs(), "{name} brought no {program} that runs here");
        }
        Ok(folder)
    }
}
