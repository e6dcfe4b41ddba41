//! ARCHITECTURE.md names every crate, and every room that it draws exists.

use super::{Finding, tree::Tree};
use std::collections::BTreeSet;

const PAGE: &str = "ARCHITECTURE.md";
const LONGEST: usize = 200;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(page) = tree.find(PAGE) else {
        return vec![Finding::new(PAGE, "is missing")];
    };
    let drawn: BTreeSet<&str> = page.text.lines().filter_map(room).collect();
    let built: BTreeSet<&str> = tree
        .files
        .iter()
        .filter_map(|file| file.path.strip_prefix("crates/")?.split_once("/Cargo.toml").map(|it| it.0))
        .collect();
    let mut findings: Vec<Finding> =
        built.difference(&drawn).map(|it| Finding::new(PAGE, format!("does not name crates/{it}"))).collect();
    findings.extend(
        drawn.difference(&built).map(|it| Finding::new(PAGE, format!("names crates/{it}, which is not there"))),
    );
    let lines = page.text.lines().count();
    if lines > LONGEST {
        findings.push(Finding::new(PAGE, format!("has {lines} lines, {LONGEST} at most")));
    }
    findings
}

/// The crate of a line such as `crates/store    all SQL`.
fn room(line: &str) -> Option<&str> {
    line.strip_prefix("crates/")?.split(|c: char| !c.is_alphanumeric() && c != '_').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_that_are_not_drawn_or_not_built_are_told() {
        let page = "# x\n```\ncrates/store   SQL\ncrates/ghost   nothing\n```\n";
        let tree = Tree::of(&[
            (PAGE, page),
            ("crates/store/Cargo.toml", ""),
            ("crates/api/Cargo.toml", ""),
            ("crates/api/a", ""),
        ]);
        let messages: Vec<_> = check(&tree).into_iter().map(|it| it.message).collect();
        assert_eq!(messages, ["does not name crates/api", "names crates/ghost, which is not there"]);
        assert_eq!(check(&Tree::default()).len(), 1);
    }
}
