//! What can be changed while a sandbox runs, by [`crate::Config`] at the start and by `PUT /sandbox/settings`
//! later. Durations are of the sandbox's clock unless said otherwise; in JSON they are seconds (`…_s`).

use crate::kind::{Kind, Permission};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::time::Duration;

/// How the answer about a user's permissions looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PermissionShape {
    /// A list under `/wellness-api`, an object under `/partner-gateway`.
    ByPath,
    /// A bare list.
    List,
    /// The list inside an object.
    Object,
}

/// Under which paths users and permissions are served; the others answer 404.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserPaths {
    /// Under both.
    Both,
    /// Only under `/wellness-api/rest`.
    WellnessApi,
    /// Only under `/partner-gateway/rest`.
    PartnerGateway,
}

/// What can be changed while a sandbox runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Days of history that may be asked for in a minute, over all users: 100 for an evaluation key, 10,000 for
    /// a production key.
    pub backfill_days_per_minute: u32,
    /// How many days before a user's first consent history may be asked for.
    pub history_depth_days: u32,
    /// The longest range of one request for history of the Activity API.
    pub activity_range_days: u32,
    /// The longest range of one request for history of the Health API.
    pub health_range_days: u32,
    /// The text of the 400 that tells the earliest start; `{rfc3339}`, `{date}` and `{seconds}` stand for it.
    pub earliest_message: String,
    /// Days of history that are uploaded at once.
    pub backfill_slice_days: u32,
    /// Wait before each such upload.
    #[serde(rename = "backfill_gap_s", with = "seconds")]
    pub backfill_gap: Duration,
    /// How permissions are answered.
    pub permission_shape: PermissionShape,
    /// Where users and permissions are answered.
    pub user_paths: UserPaths,
    /// Waits between attempts of a notification; the last one repeats.
    #[serde(rename = "retry_gaps_s", with = "seconds_list")]
    pub retry_gaps: Vec<Duration>,
    /// How long a receiver may take to answer, in real time.
    #[serde(rename = "answer_timeout_s", with = "seconds")]
    pub answer_timeout: Duration,
    /// Wait between the end of a hold and the first notification of what it held.
    #[serde(rename = "hold_release_s", with = "seconds")]
    pub hold_release: Duration,
    /// Uploads of one type in one body at most; a type's own limit still holds.
    pub items_per_body: u32,
    /// Failed bodies that wait for another attempt at most; the oldest is given up when there are more.
    pub failed_bodies: u32,
}

impl Default for Settings {
    /// The documented behaviour, with a production key's budget.
    fn default() -> Self {
        Self {
            backfill_days_per_minute: 10_000,
            history_depth_days: 31,
            activity_range_days: 30,
            health_range_days: 90,
            earliest_message: "summaryStartTimeInSeconds is too early: the min start time is {rfc3339}".to_owned(),
            backfill_slice_days: 5,
            backfill_gap: Duration::from_secs(10),
            permission_shape: PermissionShape::ByPath,
            user_paths: UserPaths::Both,
            retry_gaps: [10, 60, 300, 900, 3600, 10_800, 21_600].map(Duration::from_secs).to_vec(),
            answer_timeout: Duration::from_secs(30),
            hold_release: Duration::from_secs(60),
            items_per_body: 100,
            failed_bodies: 2000,
        }
    }
}

/// A setting that is not known or cannot be so, by its name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnfitSetting(String);

impl Settings {
    /// These settings with some of them changed, named and written as in JSON.
    pub fn changed(&self, changes: Map<String, Value>) -> Result<Self, UnfitSetting> {
        let mut settings = self.clone();
        for (name, value) in changes {
            let unfit = |error: serde_json::Error| UnfitSetting(format!("{name}: {error}"));
            let mut whole = serde_json::to_value(&settings).map_err(unfit)?;
            if let Value::Object(fields) = &mut whole {
                fields.insert(name.clone(), value);
            }
            settings = serde_json::from_value(whole).map_err(unfit)?;
        }
        match settings.problem() {
            Some(problem) => Err(UnfitSetting(problem.to_owned())),
            None => Ok(settings),
        }
    }

    /// Why these settings cannot be used, naming the setting.
    fn problem(&self) -> Option<&'static str> {
        let week = Duration::from_hours(7 * 24);
        let too_long = |wait: &Duration| *wait > week;
        let problems = [
            (self.activity_range_days == 0, "activity_range_days is at least 1"),
            (self.health_range_days == 0, "health_range_days is at least 1"),
            (!(1..=400).contains(&self.backfill_slice_days), "backfill_slice_days is 1 to 400"),
            (self.history_depth_days > 36_500, "history_depth_days is at most 36500"),
            (self.retry_gaps.is_empty() || self.retry_gaps.len() > 50, "retry_gaps_s has 1 to 50 entries"),
            (self.retry_gaps.iter().any(too_long), "an entry of retry_gaps_s is at most a week"),
            (too_long(&self.backfill_gap), "backfill_gap_s is at most a week"),
            (too_long(&self.hold_release), "hold_release_s is at most a week"),
            (
                self.answer_timeout.is_zero() || self.answer_timeout > Duration::from_mins(10),
                "answer_timeout_s is up to 600",
            ),
            (!(1..=1000).contains(&self.items_per_body), "items_per_body is 1 to 1000"),
            (!(1..=100_000).contains(&self.failed_bodies), "failed_bodies is 1 to 100000"),
            (self.earliest_message.len() > 500, "earliest_message has at most 500 bytes"),
        ];
        problems.into_iter().find(|(is_so, _)| *is_so).map(|(_, problem)| problem)
    }

    /// The longest range of history of a type in one request, in days; none if it has no history.
    pub(crate) fn range_days(&self, kind: Kind) -> Option<i64> {
        kind.backfill_days()?;
        let is_activity = kind.permission() == Some(Permission::ActivityExport);
        Some(i64::from(if is_activity { self.activity_range_days } else { self.health_range_days }))
    }

    /// The wait after so many failed attempts.
    pub(crate) fn retry_gap(&self, attempts: u32) -> Duration {
        let gap = self.retry_gaps.get(attempts.saturating_sub(1) as usize).or(self.retry_gaps.last());
        gap.copied().unwrap_or(Duration::from_mins(1))
    }
}

/// A duration as a number of seconds.
mod seconds {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};
    use std::time::Duration;

    pub(super) fn serialize<S: Serializer>(value: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(value.as_secs_f64())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        Duration::try_from_secs_f64(f64::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Durations as a list of seconds.
mod seconds_list {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};
    use std::time::Duration;

    pub(super) fn serialize<S: Serializer>(values: &[Duration], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(Duration::as_secs_f64))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Duration>, D::Error> {
        let seconds = Vec::<f64>::deserialize(deserializer)?;
        seconds.into_iter().map(|s| Duration::try_from_secs_f64(s).map_err(D::Error::custom)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_seconds_in_json_and_come_back() {
        let text = serde_json::to_string(&Settings::default()).unwrap();
        assert!(text.contains(r#""answer_timeout_s":30.0"#), "{text}");
        assert_eq!(serde_json::from_str::<Settings>(&text).unwrap(), Settings::default());
    }

    #[test]
    fn a_change_leaves_the_rest_and_is_refused_by_name() {
        let change = |json: serde_json::Value| Settings::default().changed(json.as_object().unwrap().clone());
        let changed = change(serde_json::json!({ "items_per_body": 7, "permission_shape": "list" })).unwrap();
        assert_eq!((changed.items_per_body, changed.permission_shape), (7, PermissionShape::List));
        assert_eq!(changed.failed_bodies, Settings::default().failed_bodies);
        for (change_to, name) in [
            (serde_json::json!({ "items_per_body": "many" }), "items_per_body"),
            (serde_json::json!({ "activity_range_days": 0 }), "activity_range_days"),
            (serde_json::json!({ "item_per_body": 7 }), "item_per_body"),
        ] {
            let refused = change(change_to.clone()).unwrap_err().to_string();
            assert!(refused.contains(name), "{change_to}: {refused}");
        }
    }

    #[test]
    fn gaps_grow_and_the_last_one_repeats() {
        let settings = Settings::default();
        assert_eq!(settings.retry_gap(1), Duration::from_secs(10));
        assert_eq!(settings.retry_gap(7), settings.retry_gap(70));
        assert_eq!(settings.problem(), None);
        assert!(Settings { retry_gaps: Vec::new(), ..settings }.problem().is_some());
    }
}
