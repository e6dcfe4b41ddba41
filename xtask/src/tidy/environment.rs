//! The environment, the command line and the working folder are read only in `server` and `xtask`.
//! Tests may use a temporary folder and be told by a variable where a server is; examples are programs with a command line; build scripts speak to
//! cargo by the environment.

use super::{
    Finding,
    tree::{File, Tree},
};

const READS: &[&str] =
    &["env::var", "env::vars", "env::args", "env::set_var", "env::current_dir", "env::current_exe", "env::home_dir"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_program = |file: &File| file.is_build_script() || file.path.contains("/examples/");
    let files = tree.rust().filter(|file| !matches!(file.room(), Some("server" | "xtask")) && !is_program(file));
    for file in files {
        for (number, line) in file.code(true) {
            let is_told = line.is_test && line.code.contains("env::var(");
            let read = READS.iter().find(|it| line.code.contains(**it) && !is_told);
            let temporary = (!line.is_test).then_some(&"env::temp_dir").filter(|it| line.code.contains(**it));
            let imported = line.code.contains("option_env!").then_some(&"option_env!");
            if let Some(word) = read.or(temporary).or(imported) {
                let message = format!("`{word}`: environment and configuration are read only in crates/server");
                findings.push(Finding::at(&file.path, number, message));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_the_environment_in_a_library_is_refused() {
        let text = "let a = std::env::var(\"X\");\nlet b = env!(\"CARGO_MANIFEST_DIR\");";
        assert_eq!(check(&Tree::of(&[("crates/api/src/a.rs", text)]))[0].place, "crates/api/src/a.rs:1");
        assert!(check(&Tree::of(&[("crates/server/src/a.rs", text)])).is_empty());
    }

    #[test]
    fn only_tests_have_a_temporary_folder() {
        let text = "f(std::env::temp_dir());";
        assert_eq!(check(&Tree::of(&[("crates/api/src/a.rs", text)])).len(), 1);
        assert!(check(&Tree::of(&[("crates/api/tests/suite/main.rs", text)])).is_empty());
    }
}
