//! The unified type of a workout by the number that Samsung Health gives what was done.

use model::WorkoutType::{self, *};

/// The unified type; `other` of a number that is not listed.
pub(super) fn unified(number: &str) -> WorkoutType {
    TYPES.iter().find(|(known, _)| number == *known).map_or(Other, |(_, kind)| *kind)
}

/// Whether a cadence of it counts steps.
pub(super) fn is_on_foot(kind: WorkoutType) -> bool {
    [Walking, Running, Treadmill, Hiking, TrailRunning].contains(&kind)
}

/// Whether a cadence of it counts turns.
pub(super) fn is_on_wheels(kind: WorkoutType) -> bool {
    [Cycling, IndoorCycling, MountainBiking].contains(&kind)
}

#[rustfmt::skip]
const TYPES: &[(&str, WorkoutType)] = &[
    ("1001", Walking), ("1002", Running), ("2001", Baseball), ("2002", Baseball), ("2003", Cricket), ("3001", Golf),
    ("3003", Bowling), ("4001", Hockey), ("4002", Rugby), ("4003", Basketball), ("4004", Soccer), ("4005", Handball),
    ("4006", AmericanFootball), ("5001", Volleyball), ("5002", Volleyball), ("6001", Squash), ("6002", Tennis),
    ("6003", Badminton), ("6004", TableTennis), ("6005", Racquetball), ("7001", MartialArts), ("7002", Boxing),
    ("7003", MartialArts), ("8001", Dance), ("8002", Dance), ("8003", Dance), ("9001", Pilates), ("9002", Yoga),
    ("10001", Stretching), ("10002", CardioTraining), ("10004", StrengthTraining), ("10005", StrengthTraining),
    ("10006", StrengthTraining), ("10007", CardioTraining), ("11001", InlineSkating), ("11004", Archery),
    ("11005", HorsebackRiding), ("11007", Cycling), ("11008", DiscSports), ("11009", InlineSkating), ("12001", Aerobics),
    ("13001", Hiking), ("13002", RockClimbing), ("13003", Hiking), ("13004", MountainBiking), ("13005", Orienteering),
    ("14001", Swimming), ("14002", WaterSports), ("14003", Canoeing), ("14004", Sailing), ("14005", Diving),
    ("14006", Snorkeling), ("14007", Kayaking), ("14008", Kitesurfing), ("14009", Paddling), ("14010", Rowing),
    ("14011", Windsurfing), ("14012", Sailing), ("14013", WaterSkiing), ("15001", StairClimbing),
    ("15002", StrengthTraining), ("15003", IndoorCycling), ("15004", RowingMachine), ("15005", Treadmill),
    ("15006", Elliptical), ("16001", CrossCountrySkiing), ("16002", AlpineSkiing), ("16003", IceSkating),
    ("16004", IceSkating), ("16006", Hockey), ("16007", Snowboarding), ("16008", AlpineSkiing), ("16009", Snowshoeing),
];
