//! What of an upload could not be read or has no place: counted by kind, so that a million records of one type are one
//! issue.

use model::{Issue, IssueCode};
use std::collections::BTreeMap;

/// Counts by why, where and what.
#[derive(Debug, Default)]
pub struct Notes(BTreeMap<(IssueCode, String, &'static str), u64>);

/// So many different things are told of one piece of an export; names come from outside.
const MOST: usize = 500;

impl Notes {
    /// One more.
    pub fn add(&mut self, code: IssueCode, path: &str, what: &'static str) {
        self.add_many(code, path, what, 1);
    }

    /// Some more.
    pub fn add_many(&mut self, code: IssueCode, path: &str, what: &'static str, count: u64) {
        let path = if self.0.len() < MOST { path.chars().take(100).collect() } else { "more".to_owned() };
        *self.0.entry((code, path, what)).or_default() += count;
    }

    /// As issues, whose messages begin with the count.
    #[must_use]
    pub fn into_issues(self) -> Vec<Issue> {
        let issue = |((code, path, what), count): ((IssueCode, String, &str), u64)| {
            Issue::new(code, path, format!("{count} {what}"))
        };
        self.0.into_iter().map(issue).collect()
    }
}
