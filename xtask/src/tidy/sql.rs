//! SQL stands only in `store`, and SQL never asks the engine for the time or for random numbers.

use super::{
    Finding,
    tree::{File, Tree},
};

/// What gives a statement away: words that follow each other in a string.
const STATEMENTS: &[&[&str]] = &[
    &["select ", " from "],
    &["insert into "],
    &["insert or "],
    &["delete from "],
    &["update ", " set ", "="],
    &["create table "],
    &["create index "],
    &["create unique index "],
    &["alter table "],
    &["drop table "],
    &["pragma "],
];

const ENGINE_TIME: &[&str] = &[
    "current_timestamp",
    "current_date",
    "datetime(",
    "julianday(",
    "unixepoch(",
    "strftime(",
    "now()",
    "random()",
    "randomblob(",
    "gen_random_uuid(",
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        match file.room() {
            Some("store") => findings.extend(engine_time(file)),
            Some("xtask") | None => {}
            Some(_) => findings.extend(statements(file)),
        }
    }
    findings
}

fn statements(file: &File) -> Vec<Finding> {
    if file.path.ends_with(".sql") {
        return vec![Finding::new(&file.path, "SQL lives only in crates/store")];
    }
    let found = file.code(true).filter(|(_, line)| line.strings.split('\u{1f}').any(is_statement));
    found.map(|(number, _)| Finding::at(&file.path, number, "SQL lives only in crates/store")).collect()
}

fn is_statement(text: &str) -> bool {
    // SQL keywords are written in capitals in this house; prose that says "select … from" is not SQL.
    STATEMENTS.iter().any(|words| {
        let mut rest = text;
        words.iter().all(|word| match rest.find(&word.to_uppercase()) {
            Some(at) => {
                rest = rest.get(at + word.trim_end().len()..).unwrap_or_default();
                true
            }
            None => false,
        })
    })
}

fn engine_time(file: &File) -> Vec<Finding> {
    let texts: Vec<(usize, &str)> = if file.path.ends_with(".sql") {
        file.text.lines().enumerate().map(|(i, line)| (i + 1, line.split("--").next().unwrap_or_default())).collect()
    } else {
        file.code(true).map(|(number, line)| (number, line.strings.as_str())).collect()
    };
    let mut findings = Vec::new();
    for (number, text) in texts {
        let text = text.to_lowercase();
        if let Some(word) = ENGINE_TIME.iter().find(|word| text.contains(**word)) {
            let message = format!("`{word}` in SQL: time and randomness come from model::Clock and Rng");
            findings.push(Finding::at(&file.path, number, message));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(path: &str, text: &str) -> Vec<String> {
        check(&Tree::of(&[(path, text)])).into_iter().map(|it| it.place).collect()
    }

    #[test]
    fn sql_outside_store_is_refused() {
        assert_eq!(
            places("crates/api/src/a.rs", "//! x\nlet q = \"SELECT id FROM users\";"),
            ["crates/api/src/a.rs:2"]
        );
        assert_eq!(places("crates/sync/m.sql", "x"), ["crates/sync/m.sql"]);
        assert!(places("crates/store/src/a.rs", "//! x\nlet q = \"SELECT id FROM users\";").is_empty());
        assert!(
            places("crates/api/src/a.rs", "// SELECT id FROM users\nlet q = \"select a user from it\";").is_empty()
        );
    }

    #[test]
    fn the_engines_clock_is_refused_in_store() {
        assert_eq!(places("crates/store/a.sql", "-- now()\nDEFAULT CURRENT_TIMESTAMP"), ["crates/store/a.sql:2"]);
        assert_eq!(places("crates/store/a.rs", "f(\"SELECT unixepoch()\")"), ["crates/store/a.rs:1"]);
        assert!(places("crates/store/a.rs", "clock.now()").is_empty());
    }
}
