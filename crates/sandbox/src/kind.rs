//! The summary types that are sent, and the permissions that people give for them.

use serde::{Deserialize, Serialize};

/// A summary type: a key in notification bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Activities,
    ManuallyUpdatedActivities,
    ActivityDetails,
    ActivityFiles,
    Sleeps,
    Dailies,
    Deregistrations,
    UserPermissionsChange,
}

impl Kind {
    /// Every type, in the order in which a body lists them.
    pub(crate) const ALL: [Kind; 8] = [
        Kind::Activities,
        Kind::ManuallyUpdatedActivities,
        Kind::ActivityDetails,
        Kind::ActivityFiles,
        Kind::Sleeps,
        Kind::Dailies,
        Kind::Deregistrations,
        Kind::UserPermissionsChange,
    ];

    /// The key in a body.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Kind::Activities => "activities",
            Kind::ManuallyUpdatedActivities => "manuallyUpdatedActivities",
            Kind::ActivityDetails => "activityDetails",
            Kind::ActivityFiles => "activityFiles",
            Kind::Sleeps => "sleeps",
            Kind::Dailies => "dailies",
            Kind::Deregistrations => "deregistrations",
            Kind::UserPermissionsChange => "userPermissionsChange",
        }
    }

    pub(crate) fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// The type whose history brings this one along.
    pub(crate) fn announced_with(self) -> Kind {
        if self == Kind::ActivityFiles { Kind::Activities } else { self }
    }

    /// The longest range of history in one request, in days; none if its history cannot be asked for.
    pub(crate) fn backfill_days(self) -> Option<i64> {
        match self {
            Kind::Activities | Kind::ActivityDetails => Some(30),
            Kind::Sleeps | Kind::Dailies => Some(90),
            _ => None,
        }
    }

    /// Can it be asked for at `/wellness-api/rest/{key}`?
    pub(crate) fn can_be_pulled(self) -> bool {
        self.permission().is_some() && self != Kind::ActivityFiles
    }

    /// What a person must permit for it to be sent.
    pub(crate) fn permission(self) -> Option<Permission> {
        match self {
            Kind::Activities | Kind::ManuallyUpdatedActivities | Kind::ActivityDetails | Kind::ActivityFiles => {
                Some(Permission::ActivityExport)
            }
            Kind::Sleeps | Kind::Dailies => Some(Permission::HealthExport),
            Kind::Deregistrations | Kind::UserPermissionsChange => None,
        }
    }

    /// How many items go into one body at most; details are large.
    pub(crate) fn items_per_body(self) -> usize {
        match self {
            Kind::ActivityDetails => 4,
            Kind::Dailies => 30,
            _ => 100,
        }
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
