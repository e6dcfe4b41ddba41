//! `cargo xtask tidy`: the house rules, checked. One rule is one file, a pure function from the
//! [`Tree`] to findings, with a test that shows it can fail. No rule changes a file.

mod arrows;
mod clock;
mod configuration;
mod decisions;
mod documents;
mod environment;
mod evidence;
mod heads;
mod lexer;
mod libraries;
mod metrics;
mod names;
mod providers;
mod purity;
mod rooms;
mod size;
mod sql;
mod tree;
mod unfinished;
mod words;

use anyhow::bail;
use std::path::Path;
use tree::Tree;

/// Something that a rule has to say about a place.
#[derive(Debug, PartialEq)]
pub(crate) struct Finding {
    place: String,
    message: String,
    /// Told, but does not fail the check.
    is_warning: bool,
}

impl Finding {
    fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into(), is_warning: false }
    }

    fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self::new(format!("{path}:{line}"), message)
    }

    fn warning(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { is_warning: true, ..Self::new(place, message) }
    }
}

type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: &[(&str, Rule)] = &[
    ("arrows", arrows::check),
    ("libraries", libraries::check),
    ("sql", sql::check),
    ("environment", environment::check),
    ("clock", clock::check),
    ("purity", purity::check),
    ("heads", heads::check),
    ("size", size::check),
    ("names", names::check),
    ("unfinished", unfinished::check),
    ("providers", providers::check),
    ("rooms", rooms::check),
    ("documents", documents::check),
    ("evidence", evidence::check),
    ("decisions", decisions::check),
    ("metrics", metrics::check),
    ("configuration", configuration::check),
    ("words", words::check),
];

pub(crate) fn run(root: &Path, tasks: &[String]) -> anyhow::Result<()> {
    let tree = Tree::read(root, tasks)?;
    let mut failures = 0;
    for (name, rule) in RULES {
        for finding in rule(&tree) {
            let kind = if finding.is_warning { "warning" } else { "error" };
            println!("{kind} [{name}] {}: {}", finding.place, finding.message);
            failures += usize::from(!finding.is_warning);
        }
    }
    if failures > 0 {
        bail!("tidy found {failures} errors in {} files", tree.files.len());
    }
    println!("tidy: {} rules hold over {} files", RULES.len(), tree.files.len());
    Ok(())
}
