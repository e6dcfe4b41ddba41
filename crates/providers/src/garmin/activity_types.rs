//! Garmin's activity names and the unified types they stand for. The raw name is kept beside.

use model::WorkoutType::{self, *};

/// The unified type of a name: as listed, or as listed without the mark of its family (`_V2`, `_WS`);
/// [`Other`] for a name that is not listed. Move IQ writes names in words.
pub(super) fn unified(name: &str) -> WorkoutType {
    let name = name.trim().to_ascii_uppercase().replace([' ', '-'], "_");
    let bare = name.strip_suffix("_V2").or_else(|| name.strip_suffix("_WS")).unwrap_or(&name);
    find(&name).or_else(|| find(bare)).unwrap_or(Other)
}

fn find(name: &str) -> Option<WorkoutType> {
    TYPES.iter().find(|(_, names)| names.contains(&name)).map(|(unified, _)| *unified)
}

/// By unified type, the names without `_V2` and `_WS`. Where the list of types has no closer one, the
/// family's stands; README.md says which choices can be argued about.
const TYPES: &[(WorkoutType, &[&str])] = &[
    (Running, &["RUNNING", "OBSTACLE_RUN", "STREET_RUNNING", "TRACK_RUNNING", "ULTRA_RUN"]),
    (TrailRunning, &["TRAIL_RUNNING"]),
    (Treadmill, &["TREADMILL_RUNNING", "INDOOR_RUNNING"]),
    (VirtualActivity, &["VIRTUAL_RUN", "VIRTUAL_RIDE"]),
    (Cycling, &["CYCLING", "BMX", "GRAVEL_CYCLING", "RECUMBENT_CYCLING", "ROAD_BIKING", "TRACK_CYCLING"]),
    (Cyclocross, &["CYCLOCROSS"]),
    (MountainBiking, &["MOUNTAIN_BIKING", "DOWNHILL_BIKING", "ENDURO_MTB"]),
    (EBiking, &["E_BIKE_FITNESS", "E_BIKE_MOUNTAIN", "E_ENDURO_MTB"]),
    (IndoorCycling, &["INDOOR_CYCLING"]),
    (ParaSports, &["HANDCYCLING", "INDOOR_HANDCYCLING", "PARA_SPORTS"]),
    (Wheelchair, &["WHEELCHAIR_PUSH_RUN", "WHEELCHAIR_PUSH_WALK"]),
    (FitnessEquipment, &["FITNESS_EQUIPMENT"]),
    (Bouldering, &["BOULDERING"]),
    (Elliptical, &["ELLIPTICAL"]),
    (CardioTraining, &["INDOOR_CARDIO", "HIIT", "JUMP_ROPE"]),
    (IndoorClimbing, &["INDOOR_CLIMBING"]),
    (RowingMachine, &["INDOOR_ROWING"]),
    (Stretching, &["MOBILITY"]),
    (Pilates, &["PILATES"]),
    (StairClimbing, &["STAIR_CLIMBING", "FLOOR_CLIMBING"]),
    (StrengthTraining, &["STRENGTH_TRAINING"]),
    (Yoga, &["YOGA"]),
    (Meditation, &["MEDITATION", "BREATHWORK"]),
    (Swimming, &["SWIMMING"]),
    (PoolSwimming, &["LAP_SWIMMING"]),
    (OpenWaterSwimming, &["OPEN_WATER_SWIMMING"]),
    (Walking, &["WALKING"]),
    (CasualWalking, &["CASUAL_WALKING"]),
    (WalkingFitness, &["SPEED_WALKING"]),
    (Hiking, &["HIKING", "RUCKING"]),
    (Mountaineering, &["MOUNTAINEERING"]),
    (RockClimbing, &["ROCK_CLIMBING"]),
    (WinterSports, &["WINTER_SPORTS"]),
    (BackcountrySkiing, &["BACKCOUNTRY_SKIING"]),
    (Snowboarding, &["SNOWBOARDING", "BACKCOUNTRY_SNOWBOARDING"]),
    (CrossCountrySkiing, &["CROSS_COUNTRY_SKIING", "SKATE_SKIING"]),
    (AlpineSkiing, &["RESORT_SKIING"]),
    (SnowSports, &["RESORT_SKIING_SNOWBOARDING"]),
    (IceSkating, &["SKATING"]),
    (Snowshoeing, &["SNOW_SHOE"]),
    (Snowmobiling, &["SNOWMOBILING"]),
    (WaterSports, &["WATER_SPORTS"]),
    (Boating, &["BOATING"]),
    (Fishing, &["FISHING"]),
    (Kayaking, &["KAYAKING"]),
    (Kitesurfing, &["KITEBOARDING"]),
    (Sailing, &["SAILING", "OFFSHORE_GRINDING", "ONSHORE_GRINDING"]),
    (Paddling, &["PADDLING", "WHITEWATER_RAFTING"]),
    (Rowing, &["ROWING"]),
    (Snorkeling, &["SNORKELING"]),
    (StandUpPaddleboarding, &["STAND_UP_PADDLEBOARDING"]),
    (Surfing, &["SURFING"]),
    (Wakeboarding, &["WAKEBOARDING"]),
    (WaterSkiing, &["WATERSKIING"]),
    (Windsurfing, &["WINDSURFING"]),
    (Transition, &["TRANSITION", "BIKE_TO_RUN_TRANSITION", "RUN_TO_BIKE_TRANSITION", "SWIM_TO_BIKE_TRANSITION"]),
    (Multisport, &["MULTI_SPORT"]),
    (TeamSports, &["TEAM_SPORTS"]),
    (AmericanFootball, &["AMERICAN_FOOTBALL"]),
    (Baseball, &["BASEBALL", "SOFTBALL"]),
    (Basketball, &["BASKETBALL"]),
    (Cricket, &["CRICKET"]),
    (Hockey, &["FIELD_HOCKEY", "ICE_HOCKEY"]),
    (Lacrosse, &["LACROSSE"]),
    (Rugby, &["RUGBY"]),
    (Soccer, &["SOCCER"]),
    (DiscSports, &["ULTIMATE_DISC", "DISC_GOLF"]),
    (Volleyball, &["VOLLEYBALL"]),
    (RacketSports, &["RACKET_SPORTS", "PADDELBALL", "PLATFORM_TENNIS"]),
    (Badminton, &["BADMINTON"]),
    (Pickleball, &["PICKLEBALL"]),
    (Racquetball, &["RACQUETBALL"]),
    (Squash, &["SQUASH"]),
    (TableTennis, &["TABLE_TENNIS"]),
    (Tennis, &["TENNIS"]),
    (Boxing, &["BOXING"]),
    (Dance, &["DANCE"]),
    (Golf, &["GOLF"]),
    (InlineSkating, &["INLINE_SKATING"]),
    (MartialArts, &["MIXED_MARTIAL_ARTS"]),
    (Generic, &["STOP_WATCH"]),
    (Other, &["OTHER"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_and_spellings_lead_to_the_same_type() {
        assert_eq!(unified("KAYAKING_V2"), Kayaking);
        assert_eq!(unified("kayaking"), Kayaking);
        assert_eq!(unified("SNOWBOARDING_WS"), Snowboarding);
        assert_eq!(unified("TENNIS_V2"), Tennis);
        assert_eq!(unified("MULTI_SPORT"), Multisport);
        assert_eq!(unified("Open Water Swimming"), OpenWaterSwimming);
        assert_eq!(unified("UNDERWATER_CHESS"), Other);
    }

    #[test]
    fn names_that_are_easily_merged_keep_the_nearest_type_there_is() {
        for (name, expected) in [
            ("MEDITATION", Meditation),
            ("BREATHWORK", Meditation),
            ("MOBILITY", Stretching),
            ("BOULDERING", Bouldering),
            ("INDOOR_CLIMBING", IndoorClimbing),
            ("WHEELCHAIR_PUSH_RUN", Wheelchair),
            ("WHEELCHAIR_PUSH_WALK", Wheelchair),
            ("HANDCYCLING", ParaSports),
            ("SNORKELING", Snorkeling),
            ("WHITEWATER_RAFTING", Paddling),
            ("HIIT", CardioTraining),
            ("JUMP_ROPE", CardioTraining),
            ("OFFSHORE_GRINDING", Sailing),
            ("SOFTBALL", Baseball),
            ("FIELD_HOCKEY", Hockey),
            ("ICE_HOCKEY", Hockey),
            ("RESORT_SKIING_SNOWBOARDING_WS", SnowSports),
            ("OTHER", Other),
            ("MULTI_SPORT", Multisport),
        ] {
            assert_eq!(unified(name), expected, "{name}");
        }
    }

    #[test]
    fn no_name_is_listed_twice() {
        let mut names: Vec<_> = TYPES.iter().flat_map(|(_, names)| names.iter()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn every_name_of_the_contract_is_listed() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/contracts/garmin/activity-types.txt");
        let Ok(contract) = std::fs::read_to_string(path) else {
            eprintln!("SKIPPED: {path} is not here, so the list of names was not compared");
            return;
        };
        let names: Vec<_> = contract.split(['\n', '/']).map(str::trim).filter(|name| !name.is_empty()).collect();
        assert!(names.len() > 130, "{}", names.len());
        for name in names {
            assert!(name == "OTHER" || unified(name) != Other, "{name}");
        }
    }
}
