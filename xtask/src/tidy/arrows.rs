//! Which crate may use which. An arrow leads on: who may use `sync` may use what `sync` may use.
//! Tests may in addition use `sandbox` and `model`.

use super::{Finding, tree::Tree};
use std::collections::BTreeSet;

const INNER: &[&str] = &["store", "series", "providers", "formats", "net", "seal", "objects", "model"];

/// Every package of the workspace and the arrows that start at it.
const ARROWS: &[(&str, &[&[&str]])] = &[
    ("server", &[&["api", "sandbox", "model"]]),
    ("api", &[&["sync", "deliver", "ingest", "export", "scores", "model"]]),
    ("sync", &[&["ingest"], INNER]),
    ("ingest", &[&["export", "scores"], INNER]),
    ("deliver", &[INNER]),
    ("export", &[INNER]),
    ("store", &[&["series", "model"]]),
    ("providers", &[&["formats", "model"]]),
    ("formats", &[&["model"]]),
    ("series", &[&["model"]]),
    ("net", &[&["model"]]),
    ("seal", &[&["model"]]),
    ("objects", &[]),
    ("scores", &[&["model"]]),
    ("sandbox", &[&["model"]]),
    ("model", &[]),
    ("bench", &[]),
    ("xtask", &[]),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let rooms: BTreeSet<&str> = tree.packages.iter().map(|package| package.name.as_str()).collect();
    let mut findings = Vec::new();
    for package in &tree.packages {
        let place = format!("crate {}", package.name);
        if !ARROWS.iter().any(|(name, _)| *name == package.name) {
            findings.push(Finding::new(place, "is not in the table of arrows (xtask/src/tidy/arrows.rs)"));
            continue;
        }
        let allowed = reachable(&package.name);
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            let for_tests = dependency.kind.as_deref() == Some("dev") && matches!(name, "sandbox" | "model");
            if rooms.contains(name) && name != package.name && !allowed.contains(name) && !for_tests {
                findings.push(Finding::new(&place, format!("must not use `{name}`: no arrow leads there")));
            }
        }
    }
    findings
}

fn reachable(from: &str) -> BTreeSet<&'static str> {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![from];
    while let Some(name) = waiting.pop() {
        let targets = ARROWS.iter().filter(|(start, _)| *start == name).flat_map(|(_, groups)| groups.iter());
        for target in targets.flat_map(|group| group.iter()) {
            if seen.insert(*target) {
                waiting.push(target);
            }
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_against_the_flow_is_refused() {
        let tree = Tree::default().with_package("store", &["series", "api"]).with_package("api", &["store"]);
        let tree = tree.with_package("series", &["dev sandbox", "sandbox"]).with_package("sandbox", &[]);
        let places: Vec<_> = check(&tree).into_iter().map(|it| (it.place, it.message)).collect();
        assert_eq!(places.len(), 2, "{places:?}");
        assert!(places[0].0 == "crate store" && places[0].1.contains("`api`"));
        assert!(places[1].0 == "crate series" && places[1].1.contains("`sandbox`"));
    }

    #[test]
    fn a_crate_without_a_row_is_refused() {
        assert_eq!(check(&Tree::default().with_package("portal", &[])).len(), 1);
    }
}
