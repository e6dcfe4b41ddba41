//! Every Rust file opens with `//!`: what it owns and what it leaves to others, in one to eight lines.

use super::{Finding, tree::Tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        let head: Vec<&str> = file.text.lines().take_while(|line| line.starts_with("//!")).collect();
        let says = head.iter().any(|line| line.trim_start_matches("//!").trim().len() > 10);
        if !says || head.iter().any(|line| line.contains("Placeholder")) {
            findings.push(Finding::at(&file.path, 1, "must open with `//!` that says what the file owns"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_head_is_refused() {
        let files = [("crates/a/src/a.rs", "fn a() {}"), ("crates/a/src/b.rs", "//! Placeholder."), ("c.rs", "//!\n")];
        assert_eq!(check(&Tree::of(&files)).len(), 3);
        assert!(check(&Tree::of(&[("crates/a/src/a.rs", "//! Owns the letter a.\nfn a() {}")])).is_empty());
    }
}
