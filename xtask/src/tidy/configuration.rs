//! Every option of the commented default configuration says in a comment above it what it does.

use super::{
    Finding,
    tree::{File, Tree},
};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let files = tree.files.iter().filter(|it| it.room() == Some("server") && it.path.ends_with("/wearhouse.toml"));
    files.flat_map(undocumented).collect()
}

fn undocumented(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut explained = false;
    for (index, line) in file.text.lines().enumerate() {
        let line = line.trim();
        match option(line) {
            Some(name) if !explained => {
                findings.push(Finding::at(&file.path, index + 1, format!("`{name}` has no comment above it")));
            }
            Some(_) => explained = false,
            None => explained = line.strip_prefix('#').is_some_and(|rest| rest.trim().len() > 3),
        }
    }
    findings
}

/// The name of the option on a line such as `port = 8080` or `# port = 8080`.
fn option(line: &str) -> Option<&str> {
    let (name, _) = line.trim_start_matches('#').trim_start().split_once('=')?;
    let name = name.trim();
    let is_name =
        !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.".contains(c));
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_without_a_comment_is_refused() {
        let text = "# Where to listen.\n# listen = \"x\"\n\n[store]\npath = \"y\"\n# How many readers.\nreaders = 4\n";
        let findings = check(&Tree::of(&[("crates/server/src/wearhouse.toml", text)]));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].place, "crates/server/src/wearhouse.toml:5");
    }
}
