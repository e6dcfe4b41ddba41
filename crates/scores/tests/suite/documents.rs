//! docs/scores.md says what the descriptions say.

use scores::{ALGORITHMS, SLEEP, STRESS};

const PAGE: &str = include_str!("../../../../docs/scores.md");

/// The section of an algorithm.
fn section(name: &str) -> &'static str {
    let (_, rest) = PAGE.split_once(&format!("\n## {name}\n")).unwrap_or_else(|| panic!("no section {name}"));
    rest.split("\n## ").next().unwrap()
}

#[test]
fn every_algorithm_has_its_section_with_version_days_and_components() {
    for algorithm in ALGORITHMS {
        let text = section(algorithm.name);
        let days = format!(
            "reads {} days back, changes {} forward",
            algorithm.reads_days_back, algorithm.changes_days_forward
        );
        for said in [format!("Version {}", algorithm.version), days, format!("unit `{}`", algorithm.unit.as_str())] {
            assert!(text.contains(&said), "{} lacks: {said}", algorithm.name);
        }
        for part in algorithm.parts {
            assert!(text.contains(&format!("`{}`", part.name)), "{} lacks {}", algorithm.name, part.name);
        }
    }
}

#[test]
fn every_source_is_named_where_it_is_used_and_listed() {
    let (_, list) = PAGE.split_once("\n## Sources\n").unwrap();
    for algorithm in ALGORITHMS {
        assert!(!algorithm.sources.is_empty(), "{}", algorithm.name);
        for source in algorithm.sources {
            let line =
                list.lines().find(|line| line.contains(source.title)).unwrap_or_else(|| panic!("{}", source.title));
            assert!(line.contains(source.authors) && line.contains(&source.year.to_string()), "{line}");
            assert!(source.doi.is_none_or(|doi| line.contains(doi)), "{line}");
            let first = source.authors.split([' ', ',']).next().unwrap();
            let used = section(algorithm.name);
            assert!(used.contains(first), "{} does not name {first}", algorithm.name);
        }
    }
}

#[test]
fn names_are_unique_and_weights_make_one() {
    let mut names: Vec<&str> = ALGORITHMS.iter().map(|algorithm| algorithm.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ALGORITHMS.len());
    for algorithm in [&SLEEP, &STRESS] {
        let total: f64 = algorithm.parts.iter().filter_map(|part| part.weight).sum();
        assert!((total - 1.0).abs() < 1e-9, "{}", algorithm.name);
    }
}
