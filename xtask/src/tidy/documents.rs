//! Pages speak of what exists: paths and tasks that a page names are there, and the README opens
//! with the two commands that a newcomer runs.

use super::{
    Finding,
    tree::{File, Tree},
};

const README: &str = "README.md";
const COMMANDS: &[&str] = &["cargo xtask demo", "cargo xtask test"];
const FOLDERS: &[&str] = &["crates/", "docs/", "xtask/", ".ci/", "bench/", "portal/"];
const NEEDED: &[&str] = &[README, "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "NOTICE", ".ci/run"];
/// Built, not committed.
const BUILT: &[&str] = &["crates/api/assets/dist"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let missing = NEEDED.iter().filter(|path| !tree.has(path));
    let mut findings: Vec<Finding> = missing.map(|path| Finding::new(*path, "is missing")).collect();
    if let Some(readme) = tree.find(README) {
        let absent = COMMANDS.iter().filter(|command| !readme.text.contains(**command));
        findings.extend(absent.map(|command| Finding::new(README, format!("does not show `{command}`"))));
    }
    for page in tree.files.iter().filter(|file| file.path.ends_with(".md")) {
        findings.extend(page_findings(tree, page));
    }
    findings
}

fn page_findings(tree: &Tree, page: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in page.text.lines().enumerate() {
        for path in quoted(line).chain(linked(line)).filter(|path| is_path(path)) {
            if !tree.has(path) && !BUILT.iter().any(|it| path.starts_with(it)) {
                findings.push(Finding::at(&page.path, index + 1, format!("speaks of {path}, which is not there")));
            }
        }
        for task in line.split("cargo xtask ").skip(1) {
            let task = task.split(|c: char| !c.is_alphanumeric() && c != '-').next().unwrap_or_default();
            if !task.is_empty() && !task.starts_with('-') && !tree.tasks.iter().any(|known| known == task) {
                findings.push(Finding::at(&page.path, index + 1, format!("there is no `cargo xtask {task}`")));
            }
        }
    }
    findings
}

/// What stands between backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Where links lead.
fn linked(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next())
}

fn is_path(text: &str) -> bool {
    FOLDERS.iter().any(|folder| text.starts_with(folder))
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_speaks_of_what_is_not_there_is_refused() {
        let readme =
            "cargo xtask demo\ncargo xtask test\n`crates/none` [x](docs/none.md#a)\n`crates/<name>/x` cargo xtask fly";
        let mut tree = Tree::of(&[(README, readme), ("CONTRIBUTING.md", ""), ("CHANGELOG.md", ""), ("LICENSE", "")]);
        tree.tasks = vec!["demo".into(), "test".into()];
        let messages: Vec<_> = check(&tree).into_iter().map(|it| format!("{} {}", it.place, it.message)).collect();
        assert_eq!(
            messages,
            [
                "NOTICE is missing",
                ".ci/run is missing",
                "README.md:3 speaks of crates/none, which is not there",
                "README.md:3 speaks of docs/none.md, which is not there",
                "README.md:4 there is no `cargo xtask fly`",
            ]
        );
    }

    #[test]
    fn a_readme_without_the_two_commands_is_refused() {
        let findings = check(&Tree::of(&[(README, "hello")]));
        assert_eq!(findings.iter().filter(|it| it.message.contains("does not show")).count(), 2);
    }
}
