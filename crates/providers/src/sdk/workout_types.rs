//! The unified type of a workout by its name: HealthKit's as the iOS SDK spells them, Samsung Health's and Health
//! Connect's as the Android SDK does. Names that are unified codes themselves are not listed.

use model::WorkoutType::{self, *};

/// The unified type of a name in any case; none where it is not known.
pub(super) fn find(name: &str) -> Option<WorkoutType> {
    let name = name.to_lowercase();
    let listed = NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
    listed.or_else(|| WorkoutType::find(&name))
}

#[rustfmt::skip]
const NAMES: &[(&str, WorkoutType)] = &[
    ("australian_football", Football), ("barre", GroupExercise), ("biking", Cycling), ("biking_stationary", IndoorCycling),
    ("boot_camp", GroupExercise), ("calisthenics", StrengthTraining), ("cardio_dance", Dance), ("climbing", RockClimbing),
    ("cooldown", Recovery), ("core_training", StrengthTraining), ("cross_training", CardioTraining),
    ("cycling_stationary", IndoorCycling), ("dance_inspired_training", Dance), ("dancing", Dance),
    ("equestrian", HorsebackRiding), ("exercise_class", GroupExercise), ("fitness_gaming", Gaming),
    ("flexibility", Stretching), ("football_american", AmericanFootball), ("football_australian", Football),
    ("frisbee_disc", DiscSports), ("functional_strength_training", StrengthTraining), ("guided_breathing", Meditation),
    ("hand_cycling", ParaSports), ("hiit", CardioTraining), ("ice_hockey", Hockey), ("jump_rope", CardioTraining),
    ("kickboxing", MartialArts), ("mind_and_body", Meditation), ("mixed_cardio", CardioTraining),
    ("mixed_metabolic_cardio_training", CardioTraining), ("paddle_sports", Paddling),
    ("preparation_and_recovery", Recovery), ("roller_hockey", Hockey), ("running_treadmill", Treadmill),
    ("scuba_diving", Diving), ("skiing", AlpineSkiing), ("social_dance", Dance), ("softball", Baseball),
    ("stair_climbing_machine", StairClimbing), ("stairs", StairClimbing), ("step_training", Aerobics),
    ("swim_bike_run", Triathlon), ("swimming_open_water", OpenWaterSwimming), ("swimming_pool", PoolSwimming),
    ("tai_chi", MartialArts), ("track_and_field", Running), ("underwater_diving", Diving), ("water_fitness", WaterSports),
    ("weightlifting", StrengthTraining), ("wheelchair_run", Wheelchair), ("wheelchair_walk", Wheelchair),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_both_phones_are_known_in_any_case() {
        for (name, kind) in [
            ("running", Running),
            ("RUNNING", Running),
            ("RUNNING_TREADMILL", Treadmill),
            ("swim_bike_run", Triathlon),
            ("FOOTBALL_AMERICAN", AmericanFootball),
            ("table_tennis", TableTennis),
        ] {
            assert_eq!(find(name), Some(kind), "{name}");
        }
        assert_eq!(find("UNKNOWN_99"), None);
        let mut names: Vec<_> = NAMES.iter().map(|(name, _)| name).collect();
        names.dedup();
        assert_eq!(names.len(), NAMES.len());
    }
}
