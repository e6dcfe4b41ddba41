//! Nothing unfinished is committed: no `todo!`, no ignored test, no marker for later.

use super::{Finding, tree::Tree};

const CODE: &[&str] = &["todo!", "unimplemented!", "#[ignore", "dbg!("];
const COMMENTS: &[&str] = &["TODO", "FIXME", "XXX", "HACK"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        for (number, line) in file.code(true) {
            let in_code = CODE.iter().find(|word| line.code.contains(**word));
            let in_comment =
                COMMENTS.iter().find(|word| line.comment.split(|c: char| !c.is_alphanumeric()).any(|it| it == **word));
            if let Some(word) = in_code.or(in_comment) {
                findings.push(Finding::at(
                    &file.path,
                    number,
                    format!("`{word}`: finish it, or leave it out and say so"),
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
    fn what_is_unfinished_is_refused() {
        let text = "todo!()\n#[ignore = \"slow\"]\n// FIXME: later\nlet a = \"todo!\"; // the TODOs\n";
        assert_eq!(check(&Tree::of(&[("crates/a/src/a.rs", text)])).len(), 3);
    }
}
