//! The table of activities.

use super::Strava;
use crate::{Provider, recognise};
use model::{PartMeta, Record, WorkoutType};

const RIDE: &[u8] = include_bytes!("fixtures/export_activities/ride.csv");

#[test]
fn activities_are_workouts_in_seconds_and_metres_and_utc() {
    let found = recognise(RIDE).unwrap();
    assert_eq!((found.provider.as_str(), found.part_type), ("strava", "export_activities"));
    let mapped = Strava.map(found.part_type, &PartMeta::default(), &mut &*RIDE);
    let [Record::Workout(ride), Record::Workout(gym)] = mapped.records.as_slice() else {
        panic!("{:?}", mapped.records)
    };
    assert_eq!((ride.external_id.as_str(), ride.start.unwrap().to_string().as_str()), ("101", "2025-11-21T06:30:15Z"));
    assert_eq!((ride.detail.distance_m, ride.detail.moving_s), (Some(25_300.5), Some(3600.0)));
    assert_eq!((ride.detail.elapsed_s, ride.detail.name.as_deref()), (Some(3720.0), Some("Over the hill, and back")));
    assert_eq!((ride.detail.heart_rate_avg_bpm, ride.offset), (Some(142.5), None));
    assert_eq!(gym.detail.workout_type, Some(WorkoutType::StrengthTraining));
    assert_eq!(gym.start.unwrap().to_string(), "2025-11-22T18:30:15Z");
    assert_eq!((mapped.items, mapped.issues.len()), (3, 1), "a row without an id is no activity");
}
