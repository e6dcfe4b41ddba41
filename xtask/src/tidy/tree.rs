//! What the rules look at: the files of the tree as git would commit them, the packages of the
//! workspace with their dependencies, and the names of the tasks.

use super::lexer::{self, Line};
use crate::process;
use anyhow::Context;
use std::{fs, path::Path, process::Command};

/// A file of the tree. Binary files are left out.
#[derive(Debug)]
pub(crate) struct File {
    /// From the root, with `/` between folders.
    pub(crate) path: String,
    pub(crate) text: String,
    /// The file taken apart, when it is Rust.
    pub(crate) lines: Vec<Line>,
}

/// A package of the workspace.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<Dependency>,
}

/// What a package depends on.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `None`, `build` or `dev`.
    pub(crate) kind: Option<String>,
}

#[derive(serde::Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

/// Everything that rules may ask.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
    pub(crate) packages: Vec<Package>,
    pub(crate) tasks: Vec<String>,
}

impl File {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let mut lines = if path.ends_with(".rs") { lexer::lines(text) } else { Vec::new() };
        if is_test_path(path) {
            lines.iter_mut().for_each(|line| line.is_test = true);
        }
        Self { path: path.to_owned(), text: text.to_owned(), lines }
    }

    /// The crate that the file belongs to: `store`, `xtask`; nothing for files beside the crates.
    pub(crate) fn room(&self) -> Option<&str> {
        match self.path.split_once('/')? {
            ("crates", rest) => rest.split('/').next(),
            (folder @ ("xtask" | "bench"), _) => Some(folder),
            _ => None,
        }
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub(crate) fn is_build_script(&self) -> bool {
        self.path.ends_with("/build.rs") && !self.path.contains("/src/")
    }

    /// The lines of code with their numbers, those for tests left out when `tests` is false.
    pub(crate) fn code(&self, tests: bool) -> impl Iterator<Item = (usize, &Line)> {
        self.lines.iter().enumerate().filter(move |(_, line)| tests || !line.is_test).map(|(i, line)| (i + 1, line))
    }
}

fn is_test_path(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("/tests/") || path.contains("/benches/") || path.contains("/examples/")
}

/// Marks the files of modules that are declared for tests only.
fn mark_test_modules(files: &mut [File]) {
    let modules: Vec<String> = files.iter().flat_map(test_modules).collect();
    for file in files {
        let stem = file.path.trim_end_matches(".rs");
        if modules
            .iter()
            .any(|it| stem == it || stem.strip_prefix(it.as_str()).is_some_and(|rest| rest.starts_with('/')))
        {
            file.lines.iter_mut().for_each(|line| line.is_test = true);
        }
    }
}

/// Where the modules lie that a file declares for tests only, without `.rs`.
fn test_modules(file: &File) -> Vec<String> {
    let stem = file.path.trim_end_matches(".rs");
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let folder = if matches!(name, "lib" | "main" | "mod") { folder } else { stem };
    let declared = file.lines.iter().filter(|line| line.is_test).filter_map(|line| {
        let (_, name) = line.code.trim().strip_suffix(';')?.split_once("mod ")?;
        Some(format!("{folder}/{name}"))
    });
    declared.collect()
}

impl Tree {
    pub(crate) fn read(root: &Path, tasks: &[String]) -> anyhow::Result<Self> {
        let metadata = process::output(process::cargo(root).args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ]))?;
        let metadata: Metadata = serde_json::from_str(&metadata).context("cargo metadata was not understood")?;
        let listed = process::output(Command::new("git").current_dir(root).args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]))?;
        // A path that is listed but gone was deleted and not yet committed; one that is no text is binary.
        let mut files: Vec<File> = listed
            .split('\0')
            .filter(|path| !path.is_empty())
            .filter_map(|path| Some(File::new(path, &fs::read_to_string(root.join(path)).ok()?)))
            .collect();
        mark_test_modules(&mut files);
        Ok(Self { files, packages: metadata.packages, tasks: tasks.to_vec() })
    }

    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is_rust())
    }

    pub(crate) fn find(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether a file or a folder of this path is there.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let folder = format!("{path}/");
        self.files.iter().any(|file| file.path == path || file.path.starts_with(&folder))
    }

    /// A tree of these files, for the tests of rules.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let mut files: Vec<File> = files.iter().map(|(path, text)| File::new(path, text)).collect();
        mark_test_modules(&mut files);
        Self { files, ..Self::default() }
    }

    /// Adds a package with dependencies written as `name` or `dev name`.
    #[cfg(test)]
    pub(crate) fn with_package(mut self, name: &str, dependencies: &[&str]) -> Self {
        let dependencies = dependencies
            .iter()
            .map(|it| match it.split_once(' ') {
                Some((kind, name)) => Dependency { name: name.to_owned(), kind: Some(kind.to_owned()) },
                None => Dependency { name: (*it).to_owned(), kind: None },
            })
            .collect();
        self.packages.push(Package { name: name.to_owned(), dependencies });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_modules_declared_for_tests_count_as_tests() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", "#[cfg(test)]\nmod proof;\nmod real;"),
            ("crates/a/src/proof.rs", "let a = 1;"),
            ("crates/a/src/proof/inner.rs", "let a = 1;"),
            ("crates/a/src/real.rs", "let a = 1;\n#[cfg(test)]\npub(crate) mod testing;"),
            ("crates/a/src/real/testing.rs", "let a = 1;"),
        ]);
        let code: Vec<usize> = tree.files.iter().map(|file| file.code(false).count()).collect();
        assert_eq!(code, [1, 0, 0, 1, 0]);
    }
}
