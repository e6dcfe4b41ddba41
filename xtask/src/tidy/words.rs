//! Words that must not stand in the tree: paths of one person's machine, names of the tools someone
//! happened to use, hosts of package registries. They are put together here so as not to find themselves.

use super::{Finding, tree::Tree};

const WORDS: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/tmp/", "bash"),
    concat!("clau", "de"),
    concat!("anthro", "pic"),
    concat!("chat", "gpt"),
    concat!("open", "ai"),
    concat!("co", "pilot"),
    concat!("sub", "agent"),
    concat!(".lib", "rary/"),
    concat!("iss", "ues show"),
    concat!("registry.", "npmjs"),
    concat!("static.", "crates.io"),
    concat!("index.", "crates.io"),
    concat!("deb.", "debian.org"),
    concat!("files.", "pythonhosted"),
    concat!("pypi", ".org"),
    concat!("proxy.", "golang"),
];

/// Written by cargo, which names its index there.
const GENERATED: &[&str] = &["Cargo.lock"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| !GENERATED.contains(&file.path.as_str())) {
        for (index, line) in file.text.lines().enumerate() {
            let line = line.to_lowercase();
            if let Some(word) = WORDS.iter().find(|word| stands_in(&line, &word.to_lowercase())) {
                findings.push(Finding::at(&file.path, index + 1, format!("`{word}` must not stand in the tree")));
            }
        }
    }
    findings
}

/// A path counts only where it starts, so that `/a/home/` of a URL template does not.
fn stands_in(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|it| it.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || "_-}.".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_path_is_refused() {
        let text = format!("fine\nsee {}main\nframework/x", WORDS[0]);
        let findings = check(&Tree::of(&[("docs/a.md", &text)]));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].place, "docs/a.md:2");
    }
}
