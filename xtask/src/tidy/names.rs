//! Names that say nothing are refused: a file, folder, module or type called utils, helpers, common or manager.

use super::{Finding, tree::Tree};

const EMPTY: &[&str] = &["util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        let parts = file.path.trim_end_matches(".rs").split('/');
        if let Some(word) = parts.flat_map(|part| part.split(['_', '-'])).find(|word| EMPTY.contains(word)) {
            findings.push(Finding::new(&file.path, format!("`{word}` says nothing: name what the file owns")));
        }
        for (number, line) in file.code(true) {
            if let Some(name) = declared(&line.code).filter(|name| is_empty_name(name)) {
                findings.push(Finding::at(&file.path, number, format!("`{name}` says nothing: name what it is")));
            }
        }
    }
    findings
}

/// The name of the module or type that a line declares.
fn declared(code: &str) -> Option<&str> {
    let mut words = code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|it| !it.is_empty());
    words.by_ref().find(|word| matches!(*word, "mod" | "struct" | "enum" | "trait"))?;
    words.next()
}

fn is_empty_name(name: &str) -> bool {
    EMPTY.contains(&name) || ["Manager", "Helper", "Helpers", "Util", "Utils"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_say_nothing_are_refused() {
        let text = "pub struct TokenManager;\nmod helpers;\nlet common = 1;";
        let tree = Tree::of(&[("crates/a/src/utils.rs", "fn a() {}"), ("crates/a/src/b.rs", text)]);
        let places: Vec<_> = check(&tree).into_iter().map(|it| it.place).collect();
        assert_eq!(places, ["crates/a/src/utils.rs", "crates/a/src/b.rs:1", "crates/a/src/b.rs:2"]);
    }
}
