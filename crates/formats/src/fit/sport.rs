//! What was done: the file's sport and sub-sport, their names, the unified type, and how cadence is counted.

use super::names;
use model::{SeriesType, WorkoutType};

/// A sport and its finer kind, as the file numbers them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sport {
    /// The sport's number.
    pub sport: Option<u8>,
    /// The finer kind's number.
    pub sub_sport: Option<u8>,
}

impl Sport {
    pub(super) fn of(sport: Option<u64>, sub_sport: Option<u64>) -> Self {
        let byte = |number: Option<u64>| number.and_then(|number| u8::try_from(number).ok());
        Self { sport: byte(sport), sub_sport: byte(sub_sport) }
    }

    /// The sport's name in the protocol, or its number.
    #[must_use]
    pub fn name(self) -> Option<String> {
        self.sport.map(|sport| names::sport(u64::from(sport)))
    }

    /// The finer kind's name in the protocol, or its number.
    #[must_use]
    pub fn sub_name(self) -> Option<String> {
        self.sub_sport.map(|sub| names::sub_sport(u64::from(sub)))
    }

    /// The unified type.
    #[must_use]
    pub fn workout_type(self) -> WorkoutType {
        let sub = self.sub_name().and_then(|name| by_sub_sport(&name));
        sub.or_else(|| self.name().and_then(|name| by_sport(&name))).unwrap_or(WorkoutType::Other)
    }

    /// The series its cadence belongs to, and what a count of the device is worth there: a device counts
    /// strides of one foot, the series counts steps of both.
    pub(super) fn cadence(self) -> (SeriesType, f64) {
        match self.name().as_deref() {
            Some("running" | "walking" | "hiking" | "snowshoeing" | "mountaineering" | "transition") => {
                (SeriesType::RUNNING_CADENCE, 2.0)
            }
            Some("swimming" | "rowing" | "paddling" | "kayaking" | "canoeing" | "stand_up_paddleboarding") => {
                (SeriesType::SWIMMING_CADENCE, 1.0)
            }
            Some("wheelchair_push_walk" | "wheelchair_push_run") => (SeriesType::WHEELCHAIR_CADENCE, 1.0),
            Some("fitness_equipment" | "training") => match self.sub_name().as_deref() {
                Some("treadmill" | "indoor_running" | "indoor_walking") => (SeriesType::RUNNING_CADENCE, 2.0),
                Some("indoor_rowing") => (SeriesType::SWIMMING_CADENCE, 1.0),
                _ => (SeriesType::CADENCE, 1.0),
            },
            _ => (SeriesType::CADENCE, 1.0),
        }
    }
}

fn by_sub_sport(name: &str) -> Option<WorkoutType> {
    use WorkoutType as W;
    Some(match name {
        "treadmill" | "indoor_running" => W::Treadmill,
        "trail" => W::TrailRunning,
        "spin" | "indoor_cycling" => W::IndoorCycling,
        "mountain" | "downhill" | "enduro" => W::MountainBiking,
        "cyclocross" => W::Cyclocross,
        "indoor_rowing" => W::RowingMachine,
        "elliptical" => W::Elliptical,
        "stair_climbing" => W::StairClimbing,
        "lap_swimming" => W::PoolSwimming,
        "open_water" => W::OpenWaterSwimming,
        "flexibility_training" => W::Stretching,
        "strength_training" => W::StrengthTraining,
        "cardio_training" => W::CardioTraining,
        "indoor_walking" => W::WalkingFitness,
        "casual_walking" => W::CasualWalking,
        "e_bike_fitness" | "e_bike_mountain" | "e_bike_enduro" => W::EBiking,
        "bike_to_run_transition" | "run_to_bike_transition" | "swim_to_bike_transition" => W::Transition,
        "backcountry" => W::BackcountrySkiing,
        "yoga" => W::Yoga,
        "pilates" => W::Pilates,
        "breathing" => W::Meditation,
        "indoor_climbing" => W::IndoorClimbing,
        "bouldering" => W::Bouldering,
        "triathlon" | "pool_triathlon" => W::Triathlon,
        "duathlon" | "brick" | "swim_run" | "adventure_race" => W::Multisport,
        "pickleball" => W::Pickleball,
        "padel" => W::Padel,
        "squash" => W::Squash,
        "badminton" => W::Badminton,
        "racquetball" => W::Racquetball,
        "table_tennis" => W::TableTennis,
        "indoor_wheelchair_walk" | "indoor_wheelchair_run" => W::Wheelchair,
        "single_gas_diving" | "multi_gas_diving" | "gauge_diving" | "apnea_diving" | "ccr_diving" => W::Diving,
        "motocross" => W::Motorcycling,
        "virtual_activity" | "generic" => return None,
        "rucking" => W::Hiking,
        _ => return None,
    })
}

fn by_sport(name: &str) -> Option<WorkoutType> {
    use WorkoutType as W;
    Some(match name {
        "generic" | "all" => W::Generic,
        "training" => W::CardioTraining,
        "floor_climbing" => W::StairClimbing,
        "winter_sport" => W::WinterSports,
        "hiit" | "jump_rope" => W::CardioTraining,
        "video_gaming" => W::Gaming,
        "racket" => W::RacketSports,
        "wheelchair_push_walk" | "wheelchair_push_run" => W::Wheelchair,
        "para_sport" => W::ParaSports,
        "disc_golf" => W::DiscSports,
        "team_sport" => W::TeamSports,
        "water_sport" | "rafting" | "water_tubing" | "wakesurfing" => W::WaterSports,
        "mixed_martial_arts" => W::MartialArts,
        "pool_apnea" => W::Diving,
        "mobility" => W::Stretching,
        "driving" => W::MotorSports,
        "hang_gliding" => W::Paragliding,
        same => return WorkoutType::find(same),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finer_kind_decides_where_it_says_more() {
        let kind = |sport, sub| Sport { sport: Some(sport), sub_sport: sub }.workout_type();
        assert_eq!(kind(1, None), WorkoutType::Running);
        assert_eq!(kind(1, Some(3)), WorkoutType::TrailRunning);
        assert_eq!(kind(2, Some(0)), WorkoutType::Cycling);
        assert_eq!(kind(5, Some(17)), WorkoutType::PoolSwimming);
        assert_eq!(kind(37, Some(0)), WorkoutType::StandUpPaddleboarding);
        assert_eq!(kind(250, Some(250)), WorkoutType::Other);
        assert_eq!(Sport::default().workout_type(), WorkoutType::Other);
    }

    #[test]
    fn strides_become_steps_only_on_foot() {
        let cadence = |sport| Sport { sport: Some(sport), sub_sport: None }.cadence();
        assert_eq!(cadence(1), (SeriesType::RUNNING_CADENCE, 2.0));
        assert_eq!(cadence(2), (SeriesType::CADENCE, 1.0));
        assert_eq!(cadence(5), (SeriesType::SWIMMING_CADENCE, 1.0));
    }
}
