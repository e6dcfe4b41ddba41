//! Metrics that pages and alert rules name are measured somewhere.

use super::{Finding, tree::Tree};

const PREFIX: &str = "wearhouse_";
/// What Prometheus puts behind the name of a histogram.
const PARTS: &[&str] = &["_bucket", "_sum", "_count"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let named = tree.files.iter().filter(|file| file.path.ends_with(".md") || file.path.starts_with("deploy/"));
    for file in named {
        let is_page = file.path.ends_with(".md");
        for (index, line) in file.text.lines().enumerate() {
            // a page quotes metrics; what is not quoted is something else of that name
            let quoted: String = line.split('`').skip(1).step_by(2).collect::<Vec<_>>().join(" ");
            for name in names(if is_page { &quoted } else { line }) {
                let plain = PARTS.iter().find_map(|part| name.strip_suffix(part)).unwrap_or(name);
                if !is_measured(tree, name) && !is_measured(tree, plain) {
                    findings.push(Finding::at(&file.path, index + 1, format!("nothing measures `{name}`")));
                }
            }
        }
    }
    findings
}

/// The words of a line that look like metrics.
fn names(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_');
    words.filter(|word| word.len() > PREFIX.len() && word.starts_with(PREFIX))
}

fn is_measured(tree: &Tree, name: &str) -> bool {
    let text = format!("!({name:?}");
    let of_tests = |path: &str| path.contains("/tests/");
    tree.rust()
        .filter(|file| !of_tests(&file.path))
        .any(|file| file.text.split_whitespace().collect::<String>().contains(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_that_nothing_measures_is_refused() {
        let rules = "expr: rate(wearhouse_seen_total[5m])\nexpr: wearhouse_took_seconds_bucket > wearhouse_unseen";
        let code =
            "metrics::counter!(\"wearhouse_seen_total\");\nmetrics::histogram!(\n    \"wearhouse_took_seconds\");";
        let page = "`wearhouse_seen_total` and postgres://host/wearhouse_database";
        let findings =
            check(&Tree::of(&[("deploy/rules.yml", rules), ("docs/a.md", page), ("crates/a/src/a.rs", code)]));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "nothing measures `wearhouse_unseen`");
        assert_eq!(findings[0].place, "deploy/rules.yml:2");
    }
}
