//! What became of an upload of many parts: how much there was, and what explains what is not stored of it.

use std::{collections::BTreeMap, fmt::Write as _};
use store::PartOutcome;

/// So many kinds of issue are told.
const SHOWN: usize = 40;

/// The table.
pub(super) fn of(outcomes: &[PartOutcome]) -> String {
    let items: u64 = outcomes.iter().map(|outcome| u64::from(outcome.items)).sum();
    let mut table = format!("  {items:>12}  elements in {} parts", outcomes.len());
    for (index, ((code, path, what), count)) in explained(outcomes).into_iter().enumerate() {
        if index == SHOWN {
            table.push_str("\n  and more kinds");
            break;
        }
        // writing to a text cannot fail
        let _ = write!(table, "\n  {count:>12}  {what} ({code}, {path})");
    }
    table
}

/// Issues of all parts by kind. Their messages begin with how many they stand for.
fn explained(outcomes: &[PartOutcome]) -> BTreeMap<(&str, &str, &str), u64> {
    let mut kinds = BTreeMap::new();
    for issue in outcomes.iter().flat_map(|outcome| &outcome.issues) {
        let counted = issue.message.split_once(' ').and_then(|(count, what)| Some((count.parse().ok()?, what)));
        let (count, what) = counted.unwrap_or((1, issue.message.as_str()));
        *kinds.entry((issue.code.as_str(), issue.path.as_str(), what)).or_default() += count;
    }
    kinds
}
