//! Notification items that are no summaries: pings, withdrawn consent, changed permissions.

use crate::generator::{Origin, WorkoutPlan};
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
    user_id: &'a str,
    summary_id: String,
    file_type: &'a str,
    #[serde(rename = "callbackURL")]
    callback_url: String,
    activity_type: &'a str,
    start_time_in_seconds: i64,
    activity_id: u64,
    activity_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity_description: Option<&'a str>,
    manual: bool,
}

impl<'a> FilePing<'a> {
    /// Announces the file of a workout.
    pub(crate) fn new(user_id: &'a str, plan: &WorkoutPlan, callback_url: String) -> Self {
        Self {
            user_id,
            summary_id: format!("{}-file", plan.id),
            file_type: plan.file.wire_name(),
            callback_url,
            activity_type: plan.sport.wire_name(),
            start_time_in_seconds: plan.start,
            activity_id: plan.id,
            activity_name: plan.sport.title(),
            activity_description: (plan.origin == Origin::WebUpload).then_some("Recorded with another app"),
            manual: plan.is_manual(),
        }
    }
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
