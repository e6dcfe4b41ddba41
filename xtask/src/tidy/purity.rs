//! Rooms without I/O: `model`, `formats`, `series`, `providers` and `scores` open no file and no socket.

use super::{Finding, tree::Tree};

const PURE: &[&str] = &["model", "formats", "series", "providers", "scores"];
const EFFECTS: &[&str] = &["std::fs", "std::net", "std::process", "std::thread", "fs::read", "fs::write", "tracing::"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| file.room().is_some_and(|room| PURE.contains(&room))) {
        for (number, line) in file.code(false).filter(|_| !file.is_build_script()) {
            if let Some(word) = EFFECTS.iter().find(|word| line.code.contains(**word)) {
                findings.push(Finding::at(
                    &file.path,
                    number,
                    format!("`{word}`: this room does no I/O and no logging"),
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapper_that_reads_a_file_is_refused() {
        let text = "//! x\nlet a = std::fs::read(p);\n#[cfg(test)]\nmod tests { use std::fs; }";
        let findings = check(&Tree::of(&[("crates/providers/src/a/map.rs", text), ("crates/store/src/b.rs", text)]));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].place, "crates/providers/src/a/map.rs:2");
    }
}
