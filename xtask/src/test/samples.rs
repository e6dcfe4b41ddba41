//! The folder of real files that the conformance tests read: it is not part of the repository.

use super::Skipped;
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};

/// The folder as an absolute path, since tests run in their crates' folders.
pub(super) fn find(given: Option<&Path>, skipped: &mut Skipped) -> anyhow::Result<Option<PathBuf>> {
    let Some(folder) = given else {
        skipped.note("conformance over a folder of real files", "--samples was not given");
        return Ok(None);
    };
    let folder = folder.canonicalize().with_context(|| format!("no folder of samples at {}", folder.display()))?;
    if folder.read_dir()?.next().is_none() {
        bail!("the folder of samples {} is empty", folder.display());
    }
    Ok(Some(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_fails_and_none_given_is_told() {
        let mut skipped = Skipped::default();
        assert!(find(Some(Path::new("no/such/folder")), &mut skipped).is_err());
        assert_eq!(find(None, &mut skipped).unwrap(), None);
        assert!(skipped.0[0].starts_with("SKIPPED: conformance"));
        assert!(find(Some(Path::new("src")), &mut skipped).unwrap().is_some_and(|it| it.is_absolute()));
    }
}
