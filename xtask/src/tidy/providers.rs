//! A provider is one folder, with the same file names in all.

use super::{Finding, tree::Tree};
use std::collections::BTreeMap;

const ROOT: &str = "crates/providers/src/";
/// A folder with one of these is a provider.
const MARKS: &[&str] = &["manifest.toml", "webhook.rs", "pull.rs"];
/// What a provider's folder may hold, beside tables of its codes (`activity_types.rs`).
const KNOWN: &[&str] = &[
    "manifest.toml",
    "mod.rs",
    "wire.rs",
    "wire",
    "map.rs",
    "map",
    "account.rs",
    "webhook.rs",
    "webhook",
    "pull.rs",
    "pull",
    "export.rs",
    "export",
    "fixtures",
    "tests.rs",
    "tests",
    "README.md",
];
const NEEDED: &[&str] = &["manifest.toml", "mod.rs", "README.md"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in &tree.files {
        if let Some((folder, inner)) = file.path.strip_prefix(ROOT).and_then(|rest| rest.split_once('/')) {
            folders.entry(folder).or_default().push(inner.split('/').next().unwrap_or(inner));
        }
    }
    folders.retain(|_, names| names.iter().any(|name| MARKS.contains(name)));
    folders.iter().flat_map(|(folder, names)| folder_findings(folder, names)).collect()
}

fn folder_findings(folder: &str, names: &[&str]) -> Vec<Finding> {
    let place = format!("{ROOT}{folder}");
    let missing = NEEDED.iter().filter(|name| !names.contains(name));
    let mut findings: Vec<Finding> = missing.map(|name| Finding::new(&place, format!("lacks {name}"))).collect();
    let has = |stem: &str| names.iter().any(|name| name.trim_end_matches(".rs") == stem);
    if has("wire") && !has("map") {
        findings.push(Finding::new(&place, "has wire types and no map.rs or map to read them with"));
    }
    let mut unknown: Vec<&&str> =
        names.iter().filter(|name| !KNOWN.contains(name) && !name.ends_with("_types.rs")).collect();
    unknown.sort();
    unknown.dedup();
    for name in unknown {
        findings.push(Finding::new(&place, format!("`{name}` is not a file name of the provider folder")));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_incomplete_provider_folder_is_refused() {
        let tree = Tree::of(&[
            ("crates/providers/src/oura/manifest.toml", ""),
            ("crates/providers/src/oura/mod.rs", ""),
            ("crates/providers/src/oura/wire/sleep.rs", ""),
            ("crates/providers/src/oura/event_types.rs", ""),
            ("crates/providers/src/oura/stuff.rs", ""),
            ("crates/providers/src/registry/mod.rs", ""),
        ]);
        let messages: Vec<_> = check(&tree).into_iter().map(|it| it.message).collect();
        assert_eq!(
            messages,
            [
                "lacks README.md",
                "has wire types and no map.rs or map to read them with",
                "`stuff.rs` is not a file name of the provider folder"
            ]
        );
    }
}
