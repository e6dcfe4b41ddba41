//! The summary types that are sent, where each is fetched and asked for, and the permissions that people give.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A summary type: a key in notification bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Activities,
    ManuallyUpdatedActivities,
    ActivityDetails,
    ActivityFiles,
    MoveIqActivities,
    Dailies,
    Epochs,
    Sleeps,
    BodyComps,
    StressDetails,
    UserMetrics,
    Pulseox,
    AllDayRespiration,
    Hrv,
    HealthSnapshot,
    BloodPressures,
    SkinTemp,
    Mct,
    Deregistrations,
    UserPermissionsChange,
}

/// What is fixed about a type.
struct Facts {
    /// The key in a body.
    key: &'static str,
    /// Names below `/wellness-api/rest`, the usual one first; documents differ for some types.
    paths: &'static [&'static str],
    /// Names below `/wellness-api/rest/backfill`.
    backfill: &'static [&'static str],
    /// The longest range of history in one request, in days.
    backfill_days: i64,
    permission: Option<Permission>,
    /// Items in one body at most; some are large.
    items: usize,
}

/// Longest range of the Activity API and of the Health API, in days.
const ACTIVITY_DAYS: i64 = 30;
const HEALTH_DAYS: i64 = 90;

const fn activity(
    key: &'static str,
    paths: &'static [&'static str],
    backfill: &'static [&'static str],
    items: usize,
) -> Facts {
    Facts { key, paths, backfill, backfill_days: ACTIVITY_DAYS, permission: Some(Permission::ActivityExport), items }
}

const fn health(key: &'static str, paths: &'static [&'static str], items: usize) -> Facts {
    Facts { key, paths, backfill: paths, backfill_days: HEALTH_DAYS, permission: Some(Permission::HealthExport), items }
}

const fn announcement(key: &'static str) -> Facts {
    Facts { key, paths: &[], backfill: &[], backfill_days: 0, permission: None, items: 100 }
}

impl Kind {
    /// Every type, in the order in which a body lists them.
    pub(crate) const ALL: [Kind; 20] = [
        Kind::Activities,
        Kind::ManuallyUpdatedActivities,
        Kind::ActivityDetails,
        Kind::ActivityFiles,
        Kind::MoveIqActivities,
        Kind::Dailies,
        Kind::Epochs,
        Kind::Sleeps,
        Kind::BodyComps,
        Kind::StressDetails,
        Kind::UserMetrics,
        Kind::Pulseox,
        Kind::AllDayRespiration,
        Kind::Hrv,
        Kind::HealthSnapshot,
        Kind::BloodPressures,
        Kind::SkinTemp,
        Kind::Mct,
        Kind::Deregistrations,
        Kind::UserPermissionsChange,
    ];

    const fn facts(self) -> Facts {
        match self {
            Kind::Activities => activity("activities", &["activities"], &["activities"], 100),
            Kind::ManuallyUpdatedActivities => {
                activity("manuallyUpdatedActivities", &["manuallyUpdatedActivities"], &[], 100)
            }
            Kind::ActivityDetails => activity("activityDetails", &["activityDetails"], &["activityDetails"], 4),
            Kind::ActivityFiles => activity("activityFiles", &[], &[], 100),
            Kind::MoveIqActivities => {
                activity("moveIQActivities", &["moveiq", "moveIQActivities"], &["moveiq", "moveIQActivities"], 100)
            }
            Kind::Dailies => health("dailies", &["dailies"], 30),
            Kind::Epochs => health("epochs", &["epochs"], 4),
            Kind::Sleeps => health("sleeps", &["sleeps"], 30),
            Kind::BodyComps => health("bodyComps", &["bodyComps"], 100),
            Kind::StressDetails => health("stressDetails", &["stressDetails"], 30),
            Kind::UserMetrics => health("userMetrics", &["userMetrics"], 100),
            Kind::Pulseox => health("pulseox", &["pulseOx", "pulseox"], 30),
            Kind::AllDayRespiration => health("allDayRespiration", &["respiration", "allDayRespiration"], 20),
            Kind::Hrv => health("hrv", &["hrv"], 60),
            Kind::HealthSnapshot => health("healthSnapshot", &["healthSnapshot"], 60),
            Kind::BloodPressures => health("bloodPressures", &["bloodPressures"], 100),
            Kind::SkinTemp => health("skinTemp", &["skinTemp"], 100),
            Kind::Mct => Facts { permission: Some(Permission::MctExport), ..health("mct", &["mct"], 100) },
            Kind::Deregistrations => announcement("deregistrations"),
            Kind::UserPermissionsChange => announcement("userPermissionsChange"),
        }
    }

    /// The key in a body.
    pub(crate) fn key(self) -> &'static str {
        self.facts().key
    }

    pub(crate) fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// The name below `/wellness-api/rest` at which summaries are fetched; none if they cannot be.
    pub(crate) fn path(self) -> Option<&'static str> {
        self.facts().paths.first().copied()
    }

    /// The type that is fetched at `/wellness-api/rest/{path}`.
    pub(crate) fn find_by_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.facts().paths.contains(&path))
    }

    /// The type whose history is asked for at `/wellness-api/rest/backfill/{path}`.
    pub(crate) fn find_by_backfill_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.facts().backfill.contains(&path))
    }

    /// The type whose history brings this one along.
    pub(crate) fn announced_with(self) -> Kind {
        if self == Kind::ActivityFiles { Kind::Activities } else { self }
    }

    /// The longest range of history in one request, in days; none if its history cannot be asked for.
    pub(crate) fn backfill_days(self) -> Option<i64> {
        let facts = self.facts();
        (!facts.backfill.is_empty()).then_some(facts.backfill_days)
    }

    /// May the data itself be sent? Files are only announced.
    pub(crate) fn can_be_pushed(self) -> bool {
        self != Kind::ActivityFiles
    }

    /// May one choose between the data itself and a ping?
    pub(crate) fn has_modes(self) -> bool {
        self.can_be_pushed() && self.permission().is_some()
    }

    /// What a person must permit for it to be sent.
    pub(crate) fn permission(self) -> Option<Permission> {
        self.facts().permission
    }

    /// How many items go into one body at most.
    pub(crate) fn items_per_body(self) -> usize {
        self.facts().items
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        Self::find(&key).ok_or_else(|| D::Error::custom(format!("no such summary type: {key}")))
    }
}

/// Something a person permits on the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Permission {
    ActivityExport,
    HealthExport,
    WorkoutImport,
    CourseImport,
    MctExport,
    HistoricalDataExport,
}

impl Permission {
    /// Every permission.
    pub(crate) const ALL: [Permission; 6] = [
        Permission::ActivityExport,
        Permission::HealthExport,
        Permission::WorkoutImport,
        Permission::CourseImport,
        Permission::MctExport,
        Permission::HistoricalDataExport,
    ];

    /// The name on the wire.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Permission::ActivityExport => "ACTIVITY_EXPORT",
            Permission::HealthExport => "HEALTH_EXPORT",
            Permission::WorkoutImport => "WORKOUT_IMPORT",
            Permission::CourseImport => "COURSE_IMPORT",
            Permission::MctExport => "MCT_EXPORT",
            Permission::HistoricalDataExport => "HISTORICAL_DATA_EXPORT",
        }
    }

    pub(crate) fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.key() == key)
    }

    /// Is its box ticked when the consent page opens?
    pub(crate) fn on_by_default(self) -> bool {
        self != Permission::HistoricalDataExport
    }

    /// What the consent page says about it.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Permission::ActivityExport => "Activities: workouts with their details and files",
            Permission::HealthExport => "Daily health: steps, heart rate, sleep, stress",
            Permission::WorkoutImport => "Receive planned workouts",
            Permission::CourseImport => "Receive courses",
            Permission::MctExport => "Women's health: cycle tracking",
            Permission::HistoricalDataExport => "History: data recorded before today",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_found_by_its_key_its_paths_and_its_history() {
        for kind in Kind::ALL {
            assert_eq!(Kind::find(kind.key()), Some(kind));
            assert_eq!(kind.path().and_then(Kind::find_by_path), kind.path().map(|_| kind));
            assert_eq!(kind.backfill_days().is_some(), !kind.facts().backfill.is_empty());
        }
        assert_eq!(Kind::find_by_path("respiration"), Some(Kind::AllDayRespiration));
        assert_eq!(Kind::find_by_backfill_path("pulseOx"), Some(Kind::Pulseox));
        assert_eq!(Kind::find_by_backfill_path("moveiq"), Some(Kind::MoveIqActivities));
        assert_eq!(Kind::find_by_path("activityFile"), None);
        assert_eq!(Kind::find_by_backfill_path("manuallyUpdatedActivities"), None);
    }

    #[test]
    fn ranges_and_permissions_follow_the_programme_of_a_type() {
        assert_eq!(Kind::MoveIqActivities.backfill_days(), Some(30));
        assert_eq!(Kind::Mct.backfill_days(), Some(90));
        assert_eq!(Kind::Mct.permission(), Some(Permission::MctExport));
        assert_eq!(Kind::SkinTemp.permission(), Some(Permission::HealthExport));
        assert_eq!(Kind::Deregistrations.permission(), None);
    }
}
