//! The kinds of activity that the sandbox's people do, and what can be measured in each.

use serde::{Deserialize, Serialize};

/// A kind of activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sport {
    Running,
    Treadmill,
    RoadCycling,
    IndoorCycling,
    Walking,
    Hiking,
    Strength,
    Yoga,
    PoolSwim,
    OpenWaterSwim,
    WheelchairRun,
    WheelchairWalk,
    SwimToBike,
    BikeToRun,
    /// The whole of several in a row.
    Combined,
}

/// What a device writes an activity into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum FileType {
    Fit,
    Tcx,
    Gpx,
}

impl FileType {
    pub(crate) fn wire_name(self) -> &'static str {
        match self {
            FileType::Fit => "FIT",
            FileType::Tcx => "TCX",
            FileType::Gpx => "GPX",
        }
    }
}

/// What limbs do, and what the device calls its count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rhythm {
    Steps,
    Turns,
    Pushes,
    Strokes,
}

impl Sport {
    /// The activity type on the wire.
    pub(crate) fn wire_name(self) -> &'static str {
        match self {
            Sport::Running => "RUNNING",
            Sport::Treadmill => "TREADMILL_RUNNING",
            Sport::RoadCycling => "ROAD_BIKING",
            Sport::IndoorCycling => "INDOOR_CYCLING",
            Sport::Walking => "WALKING",
            Sport::Hiking => "HIKING",
            Sport::Strength => "STRENGTH_TRAINING",
            Sport::Yoga => "YOGA",
            Sport::PoolSwim => "LAP_SWIMMING",
            Sport::OpenWaterSwim => "OPEN_WATER_SWIMMING",
            Sport::WheelchairRun => "WHEELCHAIR_PUSH_RUN",
            Sport::WheelchairWalk => "WHEELCHAIR_PUSH_WALK",
            Sport::SwimToBike => "SWIM_TO_BIKE_TRANSITION_V2",
            Sport::BikeToRun => "BIKE_TO_RUN_TRANSITION_V2",
            Sport::Combined => "MULTI_SPORT",
        }
    }

    /// The name that the device gives an activity.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Sport::Running => "Running",
            Sport::Treadmill => "Treadmill Running",
            Sport::RoadCycling => "Road Cycling",
            Sport::IndoorCycling => "Indoor Cycling",
            Sport::Walking => "Walking",
            Sport::Hiking => "Hiking",
            Sport::Strength => "Strength",
            Sport::Yoga => "Yoga",
            Sport::PoolSwim => "Pool Swim",
            Sport::OpenWaterSwim => "Open Water Swim",
            Sport::WheelchairRun => "Push Run",
            Sport::WheelchairWalk => "Push Walk",
            Sport::SwimToBike => "Transition 1",
            Sport::BikeToRun => "Transition 2",
            Sport::Combined => "Triathlon",
        }
    }

    /// The activity type of the quarters of an hour that it fills.
    pub(crate) fn epoch_name(self) -> &'static str {
        match self {
            Sport::Running | Sport::Treadmill => "RUNNING",
            Sport::RoadCycling | Sport::IndoorCycling => "CYCLING",
            Sport::Walking | Sport::Hiking | Sport::SwimToBike | Sport::BikeToRun => "WALKING",
            Sport::PoolSwim | Sport::OpenWaterSwim => "SWIMMING",
            Sport::WheelchairRun => "WHEELCHAIR_PUSH_RUN",
            Sport::WheelchairWalk => "WHEELCHAIR_PUSH_WALK",
            Sport::Strength | Sport::Yoga | Sport::Combined => "GENERIC",
        }
    }

    pub(crate) fn has_track(self) -> bool {
        !matches!(self, Sport::Treadmill | Sport::IndoorCycling | Sport::Strength | Sport::Yoga | Sport::PoolSwim)
    }

    /// Is distance measured?
    pub(crate) fn has_distance(self) -> bool {
        !matches!(self, Sport::Strength | Sport::Yoga)
    }

    pub(crate) fn is_cycling(self) -> bool {
        matches!(self, Sport::RoadCycling | Sport::IndoorCycling)
    }

    pub(crate) fn is_on_foot(self) -> bool {
        self.rhythm() == Some(Rhythm::Steps)
    }

    pub(crate) fn is_swimming(self) -> bool {
        self.rhythm() == Some(Rhythm::Strokes)
    }

    /// What is counted.
    pub(crate) fn rhythm(self) -> Option<Rhythm> {
        match self {
            Sport::Running
            | Sport::Treadmill
            | Sport::Walking
            | Sport::Hiking
            | Sport::SwimToBike
            | Sport::BikeToRun => Some(Rhythm::Steps),
            Sport::RoadCycling | Sport::IndoorCycling => Some(Rhythm::Turns),
            Sport::WheelchairRun | Sport::WheelchairWalk => Some(Rhythm::Pushes),
            Sport::PoolSwim | Sport::OpenWaterSwim => Some(Rhythm::Strokes),
            Sport::Strength | Sport::Yoga | Sport::Combined => None,
        }
    }
}
