//! The 117 workout types of the Open Wearables API.

macro_rules! workout_types {
    ($($name:ident $code:literal;)*) => {
        /// What kind of exercise a workout was. The provider's own name is kept beside it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum WorkoutType { $(#[doc = concat!("`", $code, "`")] $name,)* }

        impl WorkoutType {
            /// Every workout type.
            pub const ALL: &[WorkoutType] = &[$(WorkoutType::$name,)*];

            /// The code used on the wire and in the store.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(WorkoutType::$name => $code,)* }
            }

            /// The type with this code.
            #[must_use]
            pub fn find(code: &str) -> Option<Self> {
                match code { $($code => Some(WorkoutType::$name),)* _ => None }
            }
        }
    };
}

workout_types! {
    Running "running";
    TrailRunning "trail_running";
    Treadmill "treadmill";
    Walking "walking";
    Hiking "hiking";
    Mountaineering "mountaineering";
    Cycling "cycling";
    MountainBiking "mountain_biking";
    IndoorCycling "indoor_cycling";
    Cyclocross "cyclocross";
    Swimming "swimming";
    PoolSwimming "pool_swimming";
    OpenWaterSwimming "open_water_swimming";
    StrengthTraining "strength_training";
    CardioTraining "cardio_training";
    FitnessEquipment "fitness_equipment";
    Elliptical "elliptical";
    RowingMachine "rowing_machine";
    StairClimbing "stair_climbing";
    Yoga "yoga";
    Pilates "pilates";
    Stretching "stretching";
    Meditation "meditation";
    CrossCountrySkiing "cross_country_skiing";
    AlpineSkiing "alpine_skiing";
    BackcountrySkiing "backcountry_skiing";
    DownhillSkiing "downhill_skiing";
    Snowboarding "snowboarding";
    Snowshoeing "snowshoeing";
    IceSkating "ice_skating";
    Snowmobiling "snowmobiling";
    WinterSports "winter_sports";
    SnowSports "snow_sports";
    Rowing "rowing";
    Kayaking "kayaking";
    Canoeing "canoeing";
    Paddling "paddling";
    StandUpPaddleboarding "stand_up_paddleboarding";
    Surfing "surfing";
    Kitesurfing "kitesurfing";
    Windsurfing "windsurfing";
    Sailing "sailing";
    WaterPolo "water_polo";
    Wakeboarding "wakeboarding";
    WaterSkiing "water_skiing";
    Boating "boating";
    WaterSports "water_sports";
    Soccer "soccer";
    Basketball "basketball";
    Football "football";
    AmericanFootball "american_football";
    Baseball "baseball";
    Tennis "tennis";
    Badminton "badminton";
    Volleyball "volleyball";
    Handball "handball";
    Rugby "rugby";
    Hockey "hockey";
    Floorball "floorball";
    Lacrosse "lacrosse";
    Cricket "cricket";
    Squash "squash";
    TableTennis "table_tennis";
    Padel "padel";
    Pickleball "pickleball";
    Racquetball "racquetball";
    RacketSports "racket_sports";
    Boxing "boxing";
    MartialArts "martial_arts";
    Wrestling "wrestling";
    Fencing "fencing";
    RockClimbing "rock_climbing";
    IndoorClimbing "indoor_climbing";
    Bouldering "bouldering";
    TrailHiking "trail_hiking";
    Orienteering "orienteering";
    Archery "archery";
    Fishing "fishing";
    Hunting "hunting";
    Paragliding "paragliding";
    Parkour "parkour";
    Golf "golf";
    Skating "skating";
    InlineSkating "inline_skating";
    Skateboarding "skateboarding";
    HorsebackRiding "horseback_riding";
    Gymnastics "gymnastics";
    Bowling "bowling";
    Curling "curling";
    DiscSports "disc_sports";
    Triathlon "triathlon";
    Multisport "multisport";
    Motorcycling "motorcycling";
    MotorSports "motor_sports";
    Dance "dance";
    Aerobics "aerobics";
    GroupExercise "group_exercise";
    EBiking "e_biking";
    VirtualActivity "virtual_activity";
    Diving "diving";
    Snorkeling "snorkeling";
    WalkingFitness "walking_fitness";
    CasualWalking "casual_walking";
    Transition "transition";
    TeamSports "team_sports";
    ParaSports "para_sports";
    Play "play";
    Wheelchair "wheelchair";
    Recovery "recovery";
    Gaming "gaming";
    Chores "chores";
    Lifestyle "lifestyle";
    Work "work";
    Operations "operations";
    Generic "generic";
    Other "other";
    Sport "sport";
}

super::text::by_code!(WorkoutType);
