//! What the account's own endpoints answer. Two families of paths are in use, with two shapes.

use crate::PermissionChange;
use model::Timestamp;
use serde::Deserialize;

#[derive(Deserialize)]
struct UserId {
    #[serde(rename = "userId")]
    user_id: String,
}

/// The account's id.
pub(super) fn user_id(answer: &[u8]) -> Option<String> {
    let answer: UserId = serde_json::from_slice(answer).ok()?;
    Some(answer.user_id).filter(|id| !id.is_empty())
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Permissions {
    Bare(Vec<String>),
    Within { permissions: Vec<String> },
}

/// The given permissions, sorted.
pub(super) fn permissions(answer: &[u8]) -> Option<Vec<String>> {
    let (Permissions::Bare(mut list) | Permissions::Within { permissions: mut list }) =
        serde_json::from_slice(answer).ok()?;
    list.sort_unstable();
    list.dedup();
    Some(list)
}

#[derive(Deserialize)]
struct Changed {
    #[serde(default, rename = "changeTimeInSeconds")]
    changed_at: Option<serde_json::Number>,
}

/// One item of `userPermissionsChange`.
pub(super) fn permission_change(item: &[u8]) -> Option<PermissionChange> {
    let permissions = permissions(item)?;
    let seconds = serde_json::from_slice::<Changed>(item).ok().and_then(|item| item.changed_at?.as_i64());
    // what is no second of this age of the world is not believed
    let seconds = seconds.filter(|seconds| (0..=4_102_444_800).contains(seconds));
    Some(PermissionChange { permissions, changed_at: seconds.map(Timestamp::from_seconds) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_permissions_says_what_is_given_and_since_when() {
        let change = |text: &str| permission_change(text.as_bytes());
        let told = change(r#"{"userId":"x","summaryId":"s","permissions":["B","A"],"changeTimeInSeconds":1700000000}"#);
        let wanted = PermissionChange {
            permissions: vec!["A".to_owned(), "B".to_owned()],
            changed_at: Some(Timestamp::from_seconds(1_700_000_000)),
        };
        assert_eq!(told, Some(wanted));
        let nothing = change(r#"{"permissions":[],"changeTimeInSeconds":1700000000000}"#);
        assert_eq!(nothing, Some(PermissionChange { permissions: Vec::new(), changed_at: None }));
        assert_eq!(change(r#"{"userId":"x"}"#), None);
        assert_eq!(change("[1]"), None);
    }

    #[test]
    fn the_user_id_is_read_and_never_empty() {
        assert_eq!(user_id(br#"{"userId":"f00d"}"#).as_deref(), Some("f00d"));
        assert_eq!(user_id(br#"{"userId":""}"#), None);
        assert_eq!(user_id(b"<html>"), None);
    }

    #[test]
    fn permissions_come_bare_or_in_an_object_and_none_is_not_empty() {
        let both = Some(vec!["ACTIVITY_EXPORT".to_owned(), "HEALTH_EXPORT".to_owned()]);
        assert_eq!(permissions(br#"["HEALTH_EXPORT","ACTIVITY_EXPORT"]"#), both);
        assert_eq!(permissions(br#"{"userId":"x","permissions":["ACTIVITY_EXPORT","HEALTH_EXPORT"]}"#), both);
        assert_eq!(permissions(b"[]"), Some(vec![]));
        assert_eq!(permissions(br#"{"errorMessage":"no"}"#), None);
    }
}
