//! Notification items that are no summaries: pings, withdrawn consent, changed permissions.

use serde::Serialize;

/// "Data is there, fetch it."
#[derive(Serialize)]
pub(crate) struct Ping<'a> {
    #[serde(rename = "userId")]
    pub(crate) user_id: &'a str,
    #[serde(rename = "callbackURL")]
    pub(crate) callback_url: String,
}

/// "A file is there, fetch it once."
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FilePing<'a> {
    pub(crate) user_id: &'a str,
    pub(crate) summary_id: String,
    pub(crate) file_type: &'a str,
    #[serde(rename = "callbackURL")]
    pub(crate) callback_url: String,
    pub(crate) activity_type: &'a str,
    pub(crate) start_time_in_seconds: i64,
    pub(crate) activity_id: u64,
    pub(crate) activity_name: &'a str,
    pub(crate) manual: bool,
}

/// "This user is no longer yours."
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Deregistration<'a> {
    pub(crate) user_id: &'a str,
}

/// "This user now permits that."
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PermissionsChange<'a> {
    pub(crate) user_id: &'a str,
    pub(crate) summary_id: String,
    pub(crate) permissions: Vec<&'a str>,
    pub(crate) change_time_in_seconds: i64,
}
