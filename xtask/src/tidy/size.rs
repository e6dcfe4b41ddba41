//! How long files and wiring may get. Tables of data are named here and exempt.

use super::{Finding, tree::Tree};

const REFUSED: usize = 600;
const LOOKED_AT: usize = 300;
const WIRING: usize = 120;

/// Files that are one long table, and of what.
const TABLES: &[(&str, &str)] = &[];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        let lines = file.code(true).filter(|(_, line)| is_code(&line.code)).count();
        let is_table = TABLES.iter().any(|(path, _)| *path == file.path);
        if lines > REFUSED && !is_table {
            findings.push(Finding::new(&file.path, format!("{lines} lines of code, {REFUSED} at most: split it")));
        } else if lines > LOOKED_AT && !is_table {
            findings.push(Finding::warning(&file.path, format!("{lines} lines of code, {LOOKED_AT} is much")));
        }
        let wiring = file.code(false).filter(|(_, line)| is_code(&line.code)).count();
        if is_wiring(&file.path) && wiring > WIRING {
            let message = format!("{wiring} lines of code in a file that only wires, {WIRING} is much");
            findings.push(Finding::warning(&file.path, message));
        }
    }
    findings
}

fn is_code(code: &str) -> bool {
    !code.trim().is_empty()
}

fn is_wiring(path: &str) -> bool {
    path.ends_with("/lib.rs") || path.ends_with("/mod.rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_refused_and_a_longish_one_is_told() {
        let long = "let a = 1;\n".repeat(601);
        let longish = "let a = 1;\n// why\n\n".repeat(301);
        let tree = Tree::of(&[("crates/a/src/a.rs", &long), ("crates/a/src/b.rs", &longish)]);
        let warnings: Vec<bool> = check(&tree).into_iter().map(|it| it.is_warning).collect();
        assert_eq!(warnings, [false, true]);
        assert_eq!(check(&Tree::of(&[("crates/a/src/lib.rs", &"mod a;\n".repeat(121))])).len(), 1);
    }
}
