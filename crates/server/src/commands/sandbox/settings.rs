//! The sandbox's settings as the command line gives them: a file, and single ones after it.

use anyhow::Context;
use sandbox::Settings;
use serde_json::{Map, Value};
use std::{fs, path::Path};

/// The name of a setting and what it shall be.
#[derive(Clone)]
pub(super) struct Assignment(String, Value);

/// `name=value`; the value is JSON, or text if it is none.
pub(super) fn assignment(text: &str) -> Result<Assignment, String> {
    let (name, value) = text.split_once('=').ok_or("looks like backfill_days_per_minute=100")?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
    Ok(Assignment(name.trim().to_owned(), value))
}

/// The documented settings with those of a file, then single ones.
pub(super) fn read(file: Option<&Path>, single: &[Assignment]) -> anyhow::Result<Settings> {
    let mut settings = Settings::default();
    if let Some(path) = file {
        let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let changes = serde_json::from_slice::<Map<String, Value>>(&text);
        let changes = changes.with_context(|| format!("{} is not a JSON object", path.display()))?;
        settings = settings.changed(changes).with_context(|| format!("{} cannot be used", path.display()))?;
    }
    let changes = single.iter().map(|Assignment(name, value)| (name.clone(), value.clone())).collect();
    settings.changed(changes).context("--set cannot be used")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_json_or_text() {
        let single = ["items_per_body=7", "retry_gaps_s=[1, 2.5]", "permission_shape=list", "earliest_message=a=b"];
        let single: Vec<Assignment> = single.into_iter().map(|text| assignment(text).unwrap()).collect();
        let settings = read(None, &single).unwrap();
        assert_eq!((settings.items_per_body, settings.retry_gaps.len()), (7, 2));
        assert_eq!(settings.permission_shape, sandbox::PermissionShape::List);
        assert_eq!(settings.earliest_message, "a=b");
        assert!(assignment("items_per_body").is_err());
    }
}
