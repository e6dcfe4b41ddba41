//! HealthKit's workout activity types as unified types.

use model::WorkoutType::{self, *};

/// The unified type of `HKWorkoutActivityType…`; `Other` where it is not known.
pub(super) fn find(identifier: &str) -> WorkoutType {
    let name = identifier.strip_prefix("HKWorkoutActivityType").unwrap_or(identifier);
    TYPES.iter().find(|(known, _)| *known == name).map_or(Other, |(_, kind)| *kind)
}

/// The type with what the metadata adds: indoors, and where one swam (1 pool, 2 open water).
pub(super) fn refined(kind: WorkoutType, indoor: bool, swimming: Option<&str>) -> WorkoutType {
    match (kind, indoor, swimming) {
        (Running, true, _) => Treadmill,
        (Cycling, true, _) => IndoorCycling,
        (Rowing, true, _) => RowingMachine,
        (Swimming, _, Some("1")) => PoolSwimming,
        (Swimming, _, Some("2")) => OpenWaterSwimming,
        _ => kind,
    }
}

#[rustfmt::skip]
const TYPES: &[(&str, WorkoutType)] = &[
    ("AmericanFootball", AmericanFootball), ("Archery", Archery), ("AustralianFootball", Football),
    ("Badminton", Badminton), ("Barre", GroupExercise), ("Baseball", Baseball), ("Basketball", Basketball),
    ("Bowling", Bowling), ("Boxing", Boxing), ("CardioDance", Dance), ("Climbing", RockClimbing), ("Cooldown", Recovery),
    ("CoreTraining", StrengthTraining), ("Cricket", Cricket), ("CrossCountrySkiing", CrossCountrySkiing),
    ("CrossTraining", CardioTraining), ("Curling", Curling), ("Cycling", Cycling), ("Dance", Dance),
    ("DanceInspiredTraining", Dance), ("DiscSports", DiscSports), ("DownhillSkiing", DownhillSkiing),
    ("Elliptical", Elliptical), ("EquestrianSports", HorsebackRiding), ("Fencing", Fencing), ("Fishing", Fishing),
    ("FitnessGaming", Gaming), ("Flexibility", Stretching), ("FunctionalStrengthTraining", StrengthTraining),
    ("Golf", Golf), ("Gymnastics", Gymnastics), ("HandCycling", ParaSports), ("Handball", Handball),
    ("HighIntensityIntervalTraining", CardioTraining), ("Hiking", Hiking), ("Hockey", Hockey), ("Hunting", Hunting),
    ("JumpRope", CardioTraining), ("Kickboxing", MartialArts), ("Lacrosse", Lacrosse), ("MartialArts", MartialArts),
    ("MindAndBody", Meditation), ("MixedCardio", CardioTraining), ("MixedMetabolicCardioTraining", CardioTraining),
    ("PaddleSports", Paddling), ("Pickleball", Pickleball), ("Pilates", Pilates), ("Play", Play),
    ("PreparationAndRecovery", Recovery), ("Racquetball", Racquetball), ("Rowing", Rowing), ("Rugby", Rugby),
    ("Running", Running), ("Sailing", Sailing), ("SkatingSports", Skating), ("SnowSports", SnowSports),
    ("Snowboarding", Snowboarding), ("Soccer", Soccer), ("SocialDance", Dance), ("Softball", Baseball),
    ("Squash", Squash), ("StairClimbing", StairClimbing), ("Stairs", StairClimbing), ("StepTraining", Aerobics),
    ("SurfingSports", Surfing), ("SwimBikeRun", Triathlon), ("Swimming", Swimming), ("TableTennis", TableTennis),
    ("TaiChi", MartialArts), ("Tennis", Tennis), ("TrackAndField", Running),
    ("TraditionalStrengthTraining", StrengthTraining), ("Transition", Transition), ("UnderwaterDiving", Diving),
    ("Volleyball", Volleyball), ("Walking", Walking), ("WaterFitness", WaterSports), ("WaterPolo", WaterPolo),
    ("WaterSports", WaterSports), ("WheelchairRunPace", Wheelchair), ("WheelchairWalkPace", Wheelchair),
    ("Wrestling", Wrestling), ("Yoga", Yoga),
];
