//! What was done, in the protocol's numbers. The inverse of how the reader names them.

use model::WorkoutType;

/// Sport and finer kind; generic where the protocol has no word for it.
pub(super) fn sport(kind: Option<WorkoutType>) -> (u8, u8) {
    let Some(kind) = kind else { return (0, 0) };
    if let Some((_, sport, sub)) = FINER.iter().find(|(known, _, _)| *known == kind) {
        return (*sport, *sub);
    }
    let named = |number: &u8| formats::fit::Sport { sport: Some(*number), sub_sport: None }.workout_type() == kind;
    // the reader calls what it does not know other, so that is no word for anything
    let found = if kind == WorkoutType::Other { None } else { (1..100).find(named) };
    (found.unwrap_or(0), 0)
}

/// Types that are a finer kind of a sport.
const FINER: &[(WorkoutType, u8, u8)] = &[
    (WorkoutType::Treadmill, 1, 1),
    (WorkoutType::TrailRunning, 1, 3),
    (WorkoutType::IndoorCycling, 2, 6),
    (WorkoutType::MountainBiking, 2, 8),
    (WorkoutType::Cyclocross, 2, 11),
    (WorkoutType::RowingMachine, 4, 14),
    (WorkoutType::Elliptical, 4, 15),
    (WorkoutType::StairClimbing, 4, 16),
    (WorkoutType::PoolSwimming, 5, 17),
    (WorkoutType::OpenWaterSwimming, 5, 18),
    (WorkoutType::Stretching, 10, 19),
    (WorkoutType::StrengthTraining, 10, 20),
    (WorkoutType::CardioTraining, 10, 26),
    (WorkoutType::Yoga, 10, 43),
    (WorkoutType::Pilates, 10, 44),
    (WorkoutType::WalkingFitness, 11, 27),
    (WorkoutType::CasualWalking, 11, 30),
];

#[cfg(test)]
mod tests {
    use super::*;
    use WorkoutType as W;

    #[test]
    fn the_reader_finds_the_type_that_was_written_or_none() {
        let mut exact = 0;
        for kind in W::ALL {
            let (sport, sub) = sport(Some(*kind));
            let read = formats::fit::Sport { sport: Some(sport), sub_sport: Some(sub) }.workout_type();
            let is_same = read == *kind;
            assert!(is_same || (sport, sub) == (0, 0), "{kind} came back as {read}");
            exact += usize::from(is_same);
        }
        assert!(exact >= 60, "{exact} types have a number");
        assert_eq!([W::Running, W::Cycling, W::Swimming, W::Walking].map(|kind| sport(Some(kind)).0), [1, 2, 5, 11]);
    }
}
