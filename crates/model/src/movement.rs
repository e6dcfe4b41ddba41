//! What was done, as far as devices and services take one thing for another.

use crate::WorkoutType;

/// Movements that devices take for one another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Foot,
    Cycling,
    Swimming,
    Rowing,
    Snow,
    Gym,
    Mind,
    Racket,
    /// Nothing in particular, or several in one: goes with everything.
    Any,
}

/// Whether two workouts may be of one thing done; none where nobody told of one of them what was done.
pub(crate) fn compatible(one: Option<WorkoutType>, other: Option<WorkoutType>) -> Option<bool> {
    let (one, other) = (one?, other?);
    Some(match (family(one), family(other)) {
        (Some(Family::Any), _) | (_, Some(Family::Any)) => true,
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    })
}

/// Whether it is several things done in one.
pub(crate) fn is_several(kind: Option<WorkoutType>) -> bool {
    matches!(kind, Some(WorkoutType::Multisport | WorkoutType::Triathlon))
}

fn family(kind: WorkoutType) -> Option<Family> {
    use WorkoutType as W;
    Some(match kind {
        W::Running
        | W::TrailRunning
        | W::Treadmill
        | W::Walking
        | W::Hiking
        | W::Mountaineering
        | W::TrailHiking
        | W::WalkingFitness
        | W::CasualWalking
        | W::Orienteering
        | W::Snowshoeing => Family::Foot,
        W::Cycling | W::MountainBiking | W::IndoorCycling | W::Cyclocross | W::EBiking => Family::Cycling,
        W::Swimming | W::PoolSwimming | W::OpenWaterSwimming => Family::Swimming,
        W::Rowing
        | W::RowingMachine
        | W::Kayaking
        | W::Canoeing
        | W::Paddling
        | W::StandUpPaddleboarding
        | W::Boating => Family::Rowing,
        W::CrossCountrySkiing
        | W::AlpineSkiing
        | W::BackcountrySkiing
        | W::DownhillSkiing
        | W::Snowboarding
        | W::WinterSports
        | W::SnowSports => Family::Snow,
        W::StrengthTraining
        | W::CardioTraining
        | W::FitnessEquipment
        | W::Elliptical
        | W::StairClimbing
        | W::Aerobics
        | W::GroupExercise
        | W::Gymnastics => Family::Gym,
        W::Yoga | W::Pilates | W::Stretching | W::Meditation | W::Recovery => Family::Mind,
        W::Tennis
        | W::Badminton
        | W::Squash
        | W::TableTennis
        | W::Padel
        | W::Pickleball
        | W::Racquetball
        | W::RacketSports => Family::Racket,
        W::Generic | W::Other | W::Sport | W::Multisport | W::Triathlon | W::VirtualActivity | W::Lifestyle => {
            Family::Any
        }
        _ => return None,
    })
}
