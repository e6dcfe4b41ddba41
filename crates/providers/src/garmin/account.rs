//! What the account's own endpoints answer. Two families of paths are in use, with two shapes.

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

#[cfg(test)]
mod tests {
    use super::*;

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
