//! Time and randomness come only from `model::Clock` and `model::Rng`.

use super::{Finding, tree::Tree};

const SOURCES: &[&str] = &[
    "SystemTime::now",
    "OffsetDateTime::now",
    "Timestamp::now",
    "Zoned::now",
    "Utc::now",
    "Local::now",
    "Uuid::now_v",
    "Uuid::new_v4",
    "thread_rng",
    "rand::",
    "OsRng",
    "from_os_rng",
    "from_entropy",
    "getrandom",
    "RandomState::new",
];

/// Where `model` itself asks the operating system.
const HOME: &[&str] = &["crates/model/src/clock.rs", "crates/model/src/rng.rs"];

/// Files that use the runtime's own timer, and what for. Tests may too.
const TIMERS: &[(&str, &str)] = &[
    ("crates/sandbox/src/state.rs", "when the next attempt may leave, how long an answer took"),
    ("crates/server/src/demo/mod.rs", "how long the start took"),
    ("bench/src/stopwatch.rs", "how long everything takes that is measured"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let files = tree.rust().filter(|file| file.room() != Some("xtask") && !HOME.contains(&file.path.as_str()));
    for file in files {
        let is_timer = TIMERS.iter().any(|(path, _)| *path == file.path);
        for (number, line) in file.code(true) {
            if let Some(word) = SOURCES.iter().find(|word| holds(&line.code, word)) {
                let message = format!("`{word}`: time and randomness come only from model::Clock and Rng");
                findings.push(Finding::at(&file.path, number, message));
            }
            if holds(&line.code, "Instant::now") && !is_timer && !line.is_test {
                let message = "`Instant::now` is for timers and measuring: name the file in xtask/src/tidy/clock.rs";
                findings.push(Finding::at(&file.path, number, message));
            }
        }
    }
    findings
}

/// Whether `word` stands in `code` and is not the tail of a longer name.
fn holds(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code.get(..at).and_then(|it| it.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_of_its_own_is_refused() {
        let text = "//! x\nlet a = SystemTime::now();\nlet b = operand::c();\nlet d = clock.now();\nInstant::now();";
        let tree = Tree::of(&[("crates/api/src/a.rs", text), ("crates/model/src/clock.rs", text)]);
        let places: Vec<_> = check(&tree).into_iter().map(|it| it.place).collect();
        assert_eq!(places, ["crates/api/src/a.rs:2", "crates/api/src/a.rs:5"]);
    }

    #[test]
    fn a_comment_may_name_what_is_forbidden() {
        assert!(check(&Tree::of(&[("crates/api/src/a.rs", "// SystemTime::now is not used\n")])).is_empty());
    }
}
