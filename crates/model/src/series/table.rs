//! The table of series types: id, code, unit, group, aggregation and first block class.
//!
//! Ids below 1000 and their codes and units are those of the Open Wearables API and are stored;
//! ids from 1000 on are ours, for what that list has no place for. Never reuse an id.

use super::{Aggregation::*, BlockClass::*, Group::*, SeriesSpec, SeriesType, Unit};

macro_rules! table {
    ($($id:literal $name:ident $code:literal $unit:ident $group:ident $agg:ident $class:ident;)*) => {
        impl SeriesType {
            $(#[doc = concat!("`", $code, "`")] pub const $name: SeriesType = SeriesType($id);)*
        }
        /// Every series type, ascending by id.
        pub static SERIES: &[SeriesSpec] = &[
            $(SeriesSpec { id: SeriesType($id), code: $code, unit: Unit::$unit, group: $group, aggregation: $agg, class: $class },)*
        ];
    };
}

table! {
    1 HEART_RATE "heart_rate" BeatsPerMinute Heart Mean Day;
    2 RESTING_HEART_RATE "resting_heart_rate" BeatsPerMinute Heart Mean Month;
    3 HEART_RATE_VARIABILITY_SDNN "heart_rate_variability_sdnn" Milliseconds Heart Mean Day;
    4 HEART_RATE_RECOVERY_ONE_MINUTE "heart_rate_recovery_one_minute" BeatsPerMinute Heart Mean Month;
    5 WALKING_HEART_RATE_AVERAGE "walking_heart_rate_average" BeatsPerMinute Heart Mean Month;
    7 HEART_RATE_VARIABILITY_RMSSD "heart_rate_variability_rmssd" Milliseconds Heart Mean Day;
    20 OXYGEN_SATURATION "oxygen_saturation" Percent BloodAndRespiratory Mean Day;
    21 BLOOD_GLUCOSE "blood_glucose" MilligramsPerDeciliter BloodAndRespiratory Mean Day;
    22 BLOOD_PRESSURE_SYSTOLIC "blood_pressure_systolic" MillimetersOfMercury BloodAndRespiratory Mean Month;
    23 BLOOD_PRESSURE_DIASTOLIC "blood_pressure_diastolic" MillimetersOfMercury BloodAndRespiratory Mean Month;
    24 RESPIRATORY_RATE "respiratory_rate" BreathsPerMinute BloodAndRespiratory Mean Day;
    25 SLEEPING_BREATHING_DISTURBANCES "sleeping_breathing_disturbances" Count BloodAndRespiratory Sum Month;
    26 BLOOD_ALCOHOL_CONTENT "blood_alcohol_content" MilligramsPerDeciliter BloodAndRespiratory Mean Month;
    27 PERIPHERAL_PERFUSION_INDEX "peripheral_perfusion_index" Score BloodAndRespiratory Mean Month;
    28 FORCED_VITAL_CAPACITY "forced_vital_capacity" Liters BloodAndRespiratory Mean Month;
    29 FORCED_EXPIRATORY_VOLUME_1 "forced_expiratory_volume_1" Liters BloodAndRespiratory Mean Month;
    30 PEAK_EXPIRATORY_FLOW_RATE "peak_expiratory_flow_rate" LitersPerMinute BloodAndRespiratory Mean Month;
    31 BREATHING_DISTURBANCE_INDEX "breathing_disturbance_index" Score BloodAndRespiratory Mean Month;
    40 HEIGHT "height" Centimeters Body Mean Year;
    41 WEIGHT "weight" Kilograms Body Mean Year;
    42 BODY_FAT_PERCENTAGE "body_fat_percentage" Percent Body Mean Year;
    43 BODY_MASS_INDEX "body_mass_index" KilogramsPerSquareMeter Body Mean Year;
    44 LEAN_BODY_MASS "lean_body_mass" Kilograms Body Mean Year;
    45 BODY_TEMPERATURE "body_temperature" Celsius Body Mean Month;
    46 SKIN_TEMPERATURE "skin_temperature" Celsius Body Mean Day;
    47 WAIST_CIRCUMFERENCE "waist_circumference" Centimeters Body Mean Year;
    48 BODY_FAT_MASS "body_fat_mass" Kilograms Body Mean Year;
    49 SKELETAL_MUSCLE_MASS "skeletal_muscle_mass" Kilograms Body Mean Year;
    50 SKIN_TEMPERATURE_DEVIATION "skin_temperature_deviation" Celsius Body Mean Month;
    51 SKIN_TEMPERATURE_TREND_DEVIATION "skin_temperature_trend_deviation" Celsius Body Mean Month;
    60 VO2_MAX "vo2_max" MillilitersPerKilogramMinute Fitness Mean Year;
    61 SIX_MINUTE_WALK_TEST_DISTANCE "six_minute_walk_test_distance" Meters Fitness Max Month;
    62 CARDIOVASCULAR_AGE "cardiovascular_age" Years Fitness Mean Year;
    80 STEPS "steps" Count Activity Sum Day;
    81 ENERGY "energy" Kilocalories Activity Sum Day;
    82 BASAL_ENERGY "basal_energy" Kilocalories Activity Sum Day;
    83 STAND_TIME "stand_time" Minutes Activity Sum Day;
    84 EXERCISE_TIME "exercise_time" Minutes Activity Sum Day;
    85 PHYSICAL_EFFORT "physical_effort" Score Activity Mean Day;
    86 FLIGHTS_CLIMBED "flights_climbed" Count Activity Sum Month;
    87 AVERAGE_MET "average_met" Met Activity Mean Month;
    88 ACTIVE_TIME "active_time" Minutes Activity Sum Day;
    100 DISTANCE_WALKING_RUNNING "distance_walking_running" Meters Distance Sum Day;
    101 DISTANCE_CYCLING "distance_cycling" Meters Distance Sum Day;
    102 DISTANCE_SWIMMING "distance_swimming" Meters Distance Sum Month;
    103 DISTANCE_DOWNHILL_SNOW_SPORTS "distance_downhill_snow_sports" Meters Distance Sum Month;
    104 DISTANCE_OTHER "distance_other" Meters Distance Sum Month;
    120 WALKING_STEP_LENGTH "walking_step_length" Centimeters Walking Mean Month;
    121 WALKING_SPEED "walking_speed" MetersPerSecond Walking Mean Month;
    122 WALKING_DOUBLE_SUPPORT_PERCENTAGE "walking_double_support_percentage" Percent Walking Mean Month;
    123 WALKING_ASYMMETRY_PERCENTAGE "walking_asymmetry_percentage" Percent Walking Mean Month;
    124 WALKING_STEADINESS "walking_steadiness" Percent Walking Mean Month;
    125 STAIR_DESCENT_SPEED "stair_descent_speed" MetersPerSecond Walking Mean Month;
    126 STAIR_ASCENT_SPEED "stair_ascent_speed" MetersPerSecond Walking Mean Month;
    140 RUNNING_POWER "running_power" Watts Running Mean Hour;
    141 RUNNING_SPEED "running_speed" MetersPerSecond Running Mean Hour;
    142 RUNNING_VERTICAL_OSCILLATION "running_vertical_oscillation" Centimeters Running Mean Hour;
    143 RUNNING_GROUND_CONTACT_TIME "running_ground_contact_time" Milliseconds Running Mean Hour;
    144 RUNNING_STRIDE_LENGTH "running_stride_length" Centimeters Running Mean Hour;
    145 RUNNING_VERTICAL_RATIO "running_vertical_ratio" Percent Running Mean Hour;
    146 RUNNING_STANCE_TIME_BALANCE "running_stance_time_balance" Percent Running Mean Hour;
    160 SWIMMING_STROKE_COUNT "swimming_stroke_count" Count Swimming Sum Day;
    161 UNDERWATER_DEPTH "underwater_depth" Meters Swimming Mean Month;
    180 CADENCE "cadence" RevolutionsPerMinute Generic Mean Hour;
    181 POWER "power" Watts Generic Mean Hour;
    182 SPEED "speed" MetersPerSecond Generic Mean Hour;
    183 WORKOUT_EFFORT_SCORE "workout_effort_score" Score Generic Mean Month;
    184 ESTIMATED_WORKOUT_EFFORT_SCORE "estimated_workout_effort_score" Score Generic Mean Month;
    200 ENVIRONMENTAL_AUDIO_EXPOSURE "environmental_audio_exposure" Decibels Environment Mean Day;
    201 HEADPHONE_AUDIO_EXPOSURE "headphone_audio_exposure" Decibels Environment Mean Day;
    202 ENVIRONMENTAL_SOUND_REDUCTION "environmental_sound_reduction" Decibels Environment Mean Month;
    203 TIME_IN_DAYLIGHT "time_in_daylight" Minutes Environment Sum Month;
    204 WATER_TEMPERATURE "water_temperature" Celsius Environment Mean Month;
    205 UV_EXPOSURE "uv_exposure" Count Environment Sum Month;
    206 INHALER_USAGE "inhaler_usage" Count Environment Sum Month;
    207 WEATHER_TEMPERATURE "weather_temperature" Celsius Environment Mean Month;
    208 WEATHER_HUMIDITY "weather_humidity" Percent Environment Mean Month;
    209 ELEVATION "elevation" Meters Environment Mean Hour;
    210 LATITUDE "latitude" Degrees Environment Mean Hour;
    211 LONGITUDE "longitude" Degrees Environment Mean Hour;
    212 AIR_TEMPERATURE "air_temperature" Celsius Environment Mean Hour;
    220 GARMIN_STRESS_LEVEL "garmin_stress_level" Score ProviderSpecific Mean Day;
    221 GARMIN_SKIN_TEMPERATURE "garmin_skin_temperature" Celsius ProviderSpecific Mean Month;
    222 GARMIN_FITNESS_AGE "garmin_fitness_age" Years ProviderSpecific Mean Year;
    223 GARMIN_BODY_BATTERY "garmin_body_battery" Percent ProviderSpecific Mean Day;
    500 ELECTRODERMAL_ACTIVITY "electrodermal_activity" Count Other Mean Day;
    501 PUSH_COUNT "push_count" Count Other Sum Month;
    502 ATRIAL_FIBRILLATION_BURDEN "atrial_fibrillation_burden" Count Other Sum Month;
    503 INSULIN_DELIVERY "insulin_delivery" Count Other Sum Month;
    504 NUMBER_OF_TIMES_FALLEN "number_of_times_fallen" Count Other Sum Month;
    505 NUMBER_OF_ALCOHOLIC_BEVERAGES "number_of_alcoholic_beverages" Count Other Sum Month;
    506 NIKE_FUEL "nike_fuel" Count Other Sum Month;
    507 HYDRATION "hydration" Milliliters Other Mean Month;
    1000 CLOCK_DURATION "clock_duration" Seconds Generic Last Hour;
    1001 TIMER_DURATION "timer_duration" Seconds Generic Last Hour;
    1002 MOVING_DURATION "moving_duration" Seconds Generic Last Hour;
    1003 TOTAL_DISTANCE "total_distance" Meters Distance Last Hour;
    1004 RUNNING_CADENCE "running_cadence" StepsPerMinute Running Mean Hour;
    1005 SWIMMING_CADENCE "swimming_cadence" StrokesPerMinute Swimming Mean Hour;
    1006 WHEELCHAIR_CADENCE "wheelchair_cadence" PushesPerMinute Generic Mean Hour;
    1007 RR_INTERVAL "rr_interval" Milliseconds Heart Mean Hour;
    1008 VERTICAL_SPEED "vertical_speed" MetersPerSecond Generic Mean Hour;
    1009 GRADE "grade" Percent Environment Mean Hour;
    1010 GPS_ACCURACY "gps_accuracy" Meters Environment Mean Hour;
    1011 LEFT_RIGHT_BALANCE "left_right_balance" Percent Generic Mean Hour;
    1012 TOTAL_CALORIES "total_calories" Kilocalories Activity Last Hour;
    1020 FLOORS_DESCENDED "floors_descended" Count Activity Sum Day;
    1021 MODERATE_INTENSITY_TIME "moderate_intensity_time" Minutes Activity Sum Day;
    1022 VIGOROUS_INTENSITY_TIME "vigorous_intensity_time" Minutes Activity Sum Day;
    1023 CONSUMED_ENERGY "consumed_energy" Kilocalories Activity Sum Day;
    1024 BODY_BATTERY_CHARGED "body_battery_charged" Percent ProviderSpecific Sum Month;
    1025 BODY_BATTERY_DRAINED "body_battery_drained" Percent ProviderSpecific Sum Month;
    1026 BODY_WATER_PERCENTAGE "body_water_percentage" Percent Body Mean Year;
    1027 BONE_MASS "bone_mass" Kilograms Body Mean Year;
    1028 MUSCLE_MASS "muscle_mass" Kilograms Body Mean Year;
    1029 VO2_MAX_CYCLING "vo2_max_cycling" MillilitersPerKilogramMinute Fitness Mean Year;
    1030 HEART_RATE_VARIABILITY_5_MIN_HIGH "heart_rate_variability_5_min_high" Milliseconds Heart Max Month;
    1031 MOTION_INTENSITY "motion_intensity" Score Activity Mean Day;
    1032 MOTION_INTENSITY_MAX "motion_intensity_max" Score Activity Max Day;
    1040 SLEEP_STAGE "sleep_stage" Score Other Last Month;
    1041 BASAL_METABOLIC_RATE "basal_metabolic_rate" Kilocalories Body Mean Year;
    1042 TOTAL_ENERGY "total_energy" Kilocalories Activity Sum Day;
    1060 FUNCTIONAL_THRESHOLD_POWER "functional_threshold_power" Watts Fitness Mean Year;
    1061 DISTANCE_CROSS_COUNTRY_SKIING "distance_cross_country_skiing" Meters Distance Sum Month;
    1062 DISTANCE_PADDLE_SPORTS "distance_paddle_sports" Meters Distance Sum Month;
    1063 DISTANCE_ROWING "distance_rowing" Meters Distance Sum Month;
    1064 DISTANCE_SKATING_SPORTS "distance_skating_sports" Meters Distance Sum Month;
    1065 DISTANCE_WHEELCHAIR "distance_wheelchair" Meters Distance Sum Day;
    1066 BASAL_BODY_TEMPERATURE "basal_body_temperature" Celsius Body Mean Month;
    1067 STAND_HOURS "stand_hours" Count Activity Sum Month;
    1068 MINDFUL_TIME "mindful_time" Minutes Other Sum Month;
    1069 TOOTHBRUSHING_TIME "toothbrushing_time" Minutes Other Sum Month;
    1070 HANDWASHING_TIME "handwashing_time" Minutes Other Sum Month;
    1071 HIGH_HEART_RATE_EVENTS "high_heart_rate_events" Count Heart Sum Year;
    1072 LOW_HEART_RATE_EVENTS "low_heart_rate_events" Count Heart Sum Year;
    1073 IRREGULAR_RHYTHM_EVENTS "irregular_rhythm_events" Count Heart Sum Year;
    1075 DIETARY_CARBOHYDRATES "dietary_carbohydrates" Grams Other Sum Month;
    1076 DIETARY_PROTEIN "dietary_protein" Grams Other Sum Month;
    1077 DIETARY_FAT_TOTAL "dietary_fat_total" Grams Other Sum Month;
    1078 DIETARY_FAT_SATURATED "dietary_fat_saturated" Grams Other Sum Month;
    1079 DIETARY_FIBER "dietary_fiber" Grams Other Sum Month;
    1080 DIETARY_SUGAR "dietary_sugar" Grams Other Sum Month;
    1081 DIETARY_CHOLESTEROL "dietary_cholesterol" Milligrams Other Sum Month;
    1082 DIETARY_SODIUM "dietary_sodium" Milligrams Other Sum Month;
    1083 DIETARY_POTASSIUM "dietary_potassium" Milligrams Other Sum Month;
    1084 DIETARY_CALCIUM "dietary_calcium" Milligrams Other Sum Month;
    1085 DIETARY_IRON "dietary_iron" Milligrams Other Sum Month;
    1086 DIETARY_MAGNESIUM "dietary_magnesium" Milligrams Other Sum Month;
    1087 DIETARY_ZINC "dietary_zinc" Milligrams Other Sum Month;
    1088 DIETARY_VITAMIN_C "dietary_vitamin_c" Milligrams Other Sum Month;
    1089 DIETARY_CAFFEINE "dietary_caffeine" Milligrams Other Sum Month;
}
