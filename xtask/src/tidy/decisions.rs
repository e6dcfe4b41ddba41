//! Every decision record is listed in its index, numbered once, and the index lists no ghost.

use super::{Finding, tree::Tree};

const FOLDER: &str = "docs/adr/";
const INDEX: &str = "docs/adr/README.md";
const PARTS: &[&str] = &["## Context", "## Decision", "## Alternatives", "## Consequences"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(index) = tree.find(INDEX) else {
        return vec![Finding::new(INDEX, "is missing")];
    };
    let mut findings = Vec::new();
    let mut numbers = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.starts_with(FOLDER) && file.path != INDEX) {
        let name = file.path.trim_start_matches(FOLDER);
        if !index.text.contains(&format!("({name})")) {
            findings.push(Finding::new(INDEX, format!("does not list {name}")));
        }
        let number = name.split('-').next().unwrap_or_default();
        if numbers.contains(&number) {
            findings.push(Finding::new(&file.path, format!("the number {number} is taken")));
        }
        numbers.push(number);
        let lacking = PARTS.iter().filter(|part| !file.text.contains(**part));
        findings.extend(lacking.map(|part| Finding::new(&file.path, format!("lacks the part `{part}`"))));
    }
    let links = index.text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let ghosts =
        links.filter(|link| link.ends_with(".md") && !link.contains('/') && !tree.has(&format!("{FOLDER}{link}")));
    findings.extend(ghosts.map(|link| Finding::new(INDEX, format!("lists {link}, which is not there"))));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_out_of_step_is_refused() {
        let whole = PARTS.join("\n");
        let tree = Tree::of(&[
            (INDEX, "[a](0001-a.md) [c](0003-c.md)"),
            ("docs/adr/0001-a.md", &whole),
            ("docs/adr/0001-b.md", "## Context"),
        ]);
        assert_eq!(check(&tree).len(), 6, "{:?}", check(&tree));
    }
}
