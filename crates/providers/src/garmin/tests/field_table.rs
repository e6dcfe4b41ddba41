//! Every documented field of every type: a value for it, and where it ends up or why it does not.

/// Where a field ends up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Goes {
    /// To this place, in the words of `fields.rs`.
    To(&'static str),
    /// Nowhere, for this reason.
    Nowhere(&'static str),
}

use Goes::{Nowhere, To};

type Row = (&'static str, &'static str, Goes);

/// A type, an item of it that says as little as possible, and its fields.
pub(super) const TABLE: &[(&str, &str, &[Row])] = &[
    ("activities", r#"{"summaryId":"1","startTimeInSeconds":1772352000}"#, ACTIVITY),
    ("manuallyUpdatedActivities", r#"{"summaryId":"1","startTimeInSeconds":1772352000}"#, ACTIVITY),
    ("activityDetails", r#"{"summaryId":"1-detail","summary":{"startTimeInSeconds":1772352000}}"#, DETAILS),
    ("moveIQActivities", r#"{"startTimeInSeconds":1772352000}"#, MOVE_IQ),
    ("dailies", r#"{"calendarDate":"2026-03-01","startTimeInSeconds":1772319600}"#, DAILY),
    ("epochs", r#"{"startTimeInSeconds":1772352000,"steps":1}"#, EPOCH),
    ("sleeps", r#"{"startTimeInSeconds":1772319600,"durationInSeconds":600}"#, SLEEP),
    ("bodyComps", r#"{"measurementTimeInSeconds":1772352000,"weightInGrams":70000}"#, BODY_COMPOSITION),
    ("stressDetails", STRESS_ITEM, STRESS),
    ("userMetrics", r#"{"calendarDate":"2026-03-01","vo2Max":50}"#, USER_METRICS),
    ("pulseox", r#"{"startTimeInSeconds":1772319600,"avgSpo2":95,"timeOffsetSpo2Values":{"0":97}}"#, PULSE_OX),
    ("allDayRespiration", r#"{"startTimeInSeconds":1772319600,"avgWakingRespirationValue":15}"#, RESPIRATION),
    ("hrv", r#"{"startTimeInSeconds":1772319600,"lastNightAvg":44}"#, HRV),
    ("healthSnapshot", r#"{"startTimeInSeconds":1772352000}"#, SNAPSHOT),
    ("bloodPressures", r#"{"measurementTimeInSeconds":1772352000,"systolic":120}"#, BLOOD_PRESSURE),
    ("skinTemp", r#"{"startTimeInSeconds":1772319600,"avgDeviationCelsius":0.5}"#, SKIN_TEMPERATURE),
    ("mct", r#"{"periodStartDate":"2026-03-01"}"#, CYCLE),
];

const STRESS_ITEM: &str = r#"{"startTimeInSeconds":1772319600,"timeOffsetBodyBatteryValues":{"0":40}}"#;

const ACTIVITY: &[Row] = &[
    ("summaryId", r#""2""#, To("workout.external_id")),
    ("activityId", "77", To("workout.aliases")),
    ("startTimeInSeconds", "1772352001", To("workout.start")),
    ("startTimeOffsetInSeconds", "-86400", To("workout.offset")),
    ("durationInSeconds", "60", To("workout.duration_s")),
    ("activityType", r#""YAK_RIDING""#, To("workout.raw_type")),
    ("activityName", r#""Ridge""#, To("workout.name")),
    ("activityDescription", r#""windy""#, To("workout.description")),
    ("deviceName", r#""fenix""#, To("workout.device")),
    ("averageHeartRateInBeatsPerMinute", "140", To("workout.heart_rate_avg_bpm")),
    ("maxHeartRateInBeatsPerMinute", "161.5", To("workout.heart_rate_max_bpm")),
    ("activeKilocalories", "300", To("workout.energy_kcal")),
    ("numberOfActiveLengths", "20", To("workout.active_lengths")),
    ("steps", "5000", To("workout.steps")),
    ("pushes", "120", To("workout.pushes")),
    ("distanceInMeters", "1000.5", To("workout.distance_m")),
    ("averageSpeedInMetersPerSecond", "2.5", To("workout.speed_avg_mps")),
    ("maxSpeedInMetersPerSecond", "4.5", To("workout.speed_max_mps")),
    ("averagePaceInMinutesPerKilometer", "6.5", To("workout.pace_avg_min_per_km")),
    ("maxPaceInMinutesPerKilometer", "4.5", To("workout.pace_max_min_per_km")),
    ("averageRunCadenceInStepsPerMinute", "160.5", To("workout.run_cadence_avg_spm")),
    ("maxRunCadenceInStepsPerMinute", "180", To("workout.run_cadence_max_spm")),
    ("averageBikeCadenceInRoundsPerMinute", "81.5", To("workout.bike_cadence_avg_rpm")),
    ("maxBikeCadenceInRoundsPerMinute", "99", To("workout.bike_cadence_max_rpm")),
    ("averagePushCadenceInPushesPerMinute", "41.5", To("workout.push_cadence_avg_ppm")),
    ("maxPushCadenceInPushesPerMinute", "60", To("workout.push_cadence_max_ppm")),
    ("averageSwimCadenceInStrokesPerMinute", "28", To("workout.swim_cadence_avg_spm")),
    ("startingLatitudeInDegree", "46.55801234567891", To("workout.start_latitude_deg")),
    ("startingLongitudeInDegree", "-7.5", To("workout.start_longitude_deg")),
    ("totalElevationGainInMeters", "120.5", To("workout.elevation_gain_m")),
    ("totalElevationLossInMeters", "110.5", To("workout.elevation_loss_m")),
    ("isParent", "true", To("workout.is_parent")),
    ("parentSummaryId", "9100", To("workout.parent_external_id")),
    ("manual", "true", To("workout.manual")),
    ("Manual", "true", To("workout.manual")),
    ("isWebUpload", "true", To("workout.web_upload")),
    ("userId", r#""u-2""#, Nowhere("whose it is was decided when the body was split")),
    ("userAccessToken", r#""t""#, Nowhere("retired; never needed")),
];

const DETAILS: &[Row] = &[
    ("summaryId", r#""2-detail""#, To("workout.external_id")),
    ("activityId", "77", To("workout.aliases")),
    ("summary", r#"{"startTimeInSeconds":1772352000,"activityId":78}"#, To("workout.aliases")),
    ("laps", r#"[{"startTimeInSeconds":1772352000}]"#, To("workout.laps")),
    ("samples", r#"[{"startTimeInSeconds":1,"latitudeInDegree":46.5}]"#, To("latitude samples")),
    ("samples", r#"[{"startTimeInSeconds":1,"longitudeInDegree":7.5}]"#, To("longitude samples")),
    ("samples", r#"[{"startTimeInSeconds":1,"elevationInMeters":8.5}]"#, To("elevation samples")),
    ("samples", r#"[{"startTimeInSeconds":1,"airTemperatureCelcius":-3}]"#, To("air_temperature samples")),
    ("samples", r#"[{"startTimeInSeconds":1,"heartRate":120}]"#, To("heart_rate samples")),
    ("samples", r#"[{"startTimeInSeconds":1,"speedMetersPerSecond":2.5}]"#, To("speed samples")),
    ("samples", r#"[{"startTimeInSeconds":1,"stepsPerMinute":160}]"#, To("running_cadence samples")),
    ("samples", r#"[{"startTimeInSeconds":1,"totalDistanceInMeters":9.5}]"#, To("total_distance samples")),
    ("samples", r#"[{"startTimeInSeconds":1,"timerDurationInSeconds":55}]"#, To("timer_duration samples")),
    ("samples", r#"[{"startTimeInSeconds":1,"clockDurationInSeconds":60}]"#, To("clock_duration samples")),
    ("samples", r#"[{"startTimeInSeconds":1,"movingDurationInSeconds":53}]"#, To("moving_duration samples")),
    ("samples", r#"[{"startTimeInSeconds":1,"powerInWatts":231}]"#, To("power samples")),
    ("samples", r#"[{"startTimeInSeconds":1,"bikeCadenceInRPM":82}]"#, To("cadence samples")),
    ("samples", r#"[{"startTimeInSeconds":1,"directWheelchairCadence":41}]"#, To("wheelchair_cadence samples")),
    ("samples", r#"[{"startTimeInSeconds":1,"swimCadenceInStrokesPerMinute":26}]"#, To("swimming_cadence samples")),
];

const MOVE_IQ: &[Row] = &[
    ("summaryId", r#""m-1""#, To("activity.external_id")),
    ("calendarDate", r#""2026-03-01""#, To("activity.calendar_date")),
    ("startTimeInSeconds", "1772352000.5", To("activity.start")),
    ("offsetInSeconds", "3600", To("activity.offset")),
    ("durationInSeconds", "60", To("activity.duration_s")),
    ("activityType", r#""Running""#, To("activity.raw_type")),
    ("activitySubType", r#""Hurdles""#, To("activity.raw_sub_type")),
];

const DAILY: &[Row] = &[
    ("summaryId", r#""x""#, Nowhere("a day is known by its date; the id changes with its revisions")),
    ("calendarDate", r#""2026-03-02""#, To("daily.external_id")),
    ("activityType", r#""WALKING""#, Nowhere("always the same word")),
    ("startTimeInSeconds", "1772319601", To("daily.start")),
    ("startTimeOffsetInSeconds", "3600", To("daily.offset")),
    ("durationInSeconds", "86400", To("daily.rank")),
    ("steps", "5", To("steps daily")),
    ("pushes", "5", To("push_count daily")),
    ("distanceInMeters", "5", To("distance_walking_running daily")),
    ("pushDistanceInMeters", "5", To("daily.push_distance_m")),
    ("activeTimeInSeconds", "60", To("active_time daily")),
    ("activeKilocalories", "5", To("energy daily")),
    ("bmrKilocalories", "5", To("basal_energy daily")),
    ("consumedCalories", "5", To("consumed_energy daily")),
    ("floorsClimbed", "5", To("flights_climbed daily")),
    ("minHeartRateInBeatsPerMinute", "45", To("daily.heart_rate_min_bpm")),
    ("averageHeartRateInBeatsPerMinute", "60", To("daily.heart_rate_avg_bpm")),
    ("maxHeartRateInBeatsPerMinute", "160", To("daily.heart_rate_max_bpm")),
    ("restingHeartRateInBeatsPerMinute", "47", To("resting_heart_rate daily")),
    ("timeOffsetHeartRateSamples", r#"{"15":61}"#, To("heart_rate samples")),
    ("averageStressLevel", "31", To("score stress")),
    ("averageStresslevel", "31", To("score stress")),
    ("maxStressLevel", "90", To("daily.stress_max")),
    ("stressDurationInSeconds", "60", To("daily.stress_s")),
    ("restStressDurationInSeconds", "60", To("daily.rest_stress_s")),
    ("activityStressDurationInSeconds", "60", To("daily.activity_stress_s")),
    ("lowStressDurationInSeconds", "60", To("daily.low_stress_s")),
    ("mediumStressDurationInSeconds", "60", To("daily.medium_stress_s")),
    ("highStressDurationInSeconds", "60", To("daily.high_stress_s")),
    ("stressQualifier", r#""calm""#, To("score stress")),
    ("moderateIntensityDurationInSeconds", "60", To("moderate_intensity_time daily")),
    ("vigorousIntensityDurationInSeconds", "60", To("vigorous_intensity_time daily")),
    ("stepsGoal", "9000", To("daily.goal_steps")),
    ("pushesGoal", "90", To("daily.goal_pushes")),
    ("netKilocaloriesGoal", "2000", To("daily.goal_net_energy_kcal")),
    ("intensityDurationGoalInSeconds", "600", To("daily.goal_intensity_s")),
    ("floorsClimbedGoal", "10", To("daily.goal_floors")),
    ("bodyBatteryChargedValue", "60", To("body_battery_charged daily")),
    ("bodyBatteryDrainedValue", "55", To("body_battery_drained daily")),
];

const EPOCH: &[Row] = &[
    ("summaryId", r#""x""#, Nowhere("a slot and an activity say which it is")),
    ("activityType", r#""WALKING""#, To("steps epoch 2")),
    ("startTimeInSeconds", "1772352900", To("steps epoch 255")),
    ("startTimeOffsetInSeconds", "3600", To("steps epoch 255")),
    ("durationInSeconds", "900", To("steps epoch 255")),
    ("steps", "2", To("steps epoch 255")),
    ("pushes", "2", To("push_count epoch 255")),
    ("distanceInMeters", "2", To("distance_walking_running epoch 255")),
    ("activeKilocalories", "2", To("energy epoch 255")),
    ("activeTimeInSeconds", "60", To("active_time epoch 255")),
    ("met", "2.5", To("average_met epoch 255")),
    ("intensity", r#""ACTIVE""#, Nowhere("a word for what MET and motion intensity say as numbers")),
    ("meanMotionIntensity", "2", To("motion_intensity epoch 255")),
    ("maxMotionIntensity", "5", To("motion_intensity_max epoch 255")),
    ("meanHeartRateInBeatsPerMinute", "80", To("heart_rate epoch 255")),
];

const SLEEP: &[Row] = &[
    ("summaryId", r#""x""#, To("sleep.external_id")),
    ("calendarDate", r#""2026-03-01""#, To("sleep.calendar_date")),
    ("startTimeInSeconds", "1772319601", To("sleep.start")),
    ("startTimeOffsetInSeconds", "3600", To("sleep.offset")),
    ("durationInSeconds", "700", To("sleep.asleep_s")),
    ("unmeasurableSleepDurationInSeconds", "60", To("sleep.unmeasurable_s")),
    ("unmeasurableSleepInSeconds", "60", To("sleep.unmeasurable_s")),
    ("deepSleepDurationInSeconds", "60", To("sleep.deep_s")),
    ("lightSleepDurationInSeconds", "60", To("sleep.light_s")),
    ("remSleepInSeconds", "60", To("sleep.rem_s")),
    ("awakeDurationInSeconds", "60", To("sleep.awake_s")),
    (
        "sleepLevelsMap",
        r#"{"unmeasurable":[{"startTimeInSeconds":1772319600,"endTimeInSeconds":1772319660}]}"#,
        To("sleep.stages"),
    ),
    ("validation", r#""AUTO_FINAL""#, To("sleep.rank")),
    ("timeOffsetSleepRespiration", r#"{"60":14.5}"#, To("respiratory_rate samples")),
    ("timeOffsetSleepSpo2", r#"{"60":95}"#, To("oxygen_saturation samples")),
    ("overallSleepScore", r#"{"value":81,"qualifierKey":"GOOD"}"#, To("score sleep")),
    ("sleepScores", r#"{"stress":{"qualifierKey":"FAIR"}}"#, To("score sleep")),
    (
        "naps",
        r#"[{"napDurationInSeconds":60,"napStartTimeInSeconds":1772352000,"napOffsetInSeconds":3600,"napValidation":"MANUAL"}]"#,
        To("sleep.is_nap"),
    ),
];

const BODY_COMPOSITION: &[Row] = &[
    ("summaryId", r#""x""#, Nowhere("a measurement is known by its instant")),
    ("measurementTimeInSeconds", "1772352001", To("weight samples")),
    ("measurementTimeOffsetInSeconds", "3600", To("weight samples")),
    ("weightInGrams", "71000", To("weight samples")),
    ("muscleMassInGrams", "30000", To("muscle_mass samples")),
    ("boneMassInGrams", "3000", To("bone_mass samples")),
    ("bodyWaterInPercent", "58", To("body_water_percentage samples")),
    ("bodyFatInPercent", "17", To("body_fat_percentage samples")),
    ("bodyMassIndex", "22", To("body_mass_index samples")),
];

const STRESS: &[Row] = &[
    ("summaryId", r#""x""#, Nowhere("samples are known by their instants")),
    ("calendarDate", r#""2026-03-02""#, To("score body_battery")),
    ("startTimeInSeconds", "1772319601", To("garmin_body_battery samples")),
    ("startTimeOffsetInSeconds", "3600", To("garmin_body_battery samples")),
    ("durationInSeconds", "600", To("score body_battery")),
    ("timeOffsetStressLevelValues", r#"{"0":30}"#, To("garmin_stress_level samples")),
    ("timeOffsetStressLevelValues", r#"{"0":-1}"#, Nowhere("a state in which stress was not measured is no level")),
    ("timeOffsetBodyBatteryValues", r#"{"0":41}"#, To("garmin_body_battery samples")),
    ("bodyBatteryDynamicFeedbackEvent", r#"{"bodyBatteryLevel":"LOW"}"#, To("score body_battery")),
    ("bodyBatteryActivityEvents", r#"[{"eventType":"NAP","bodyBatteryImpact":7}]"#, To("score body_battery")),
];

const USER_METRICS: &[Row] = &[
    ("summaryId", r#""x""#, Nowhere("a metric is known by its date")),
    ("calendarDate", r#""2026-03-02""#, To("vo2_max samples")),
    ("vo2Max", "51", To("vo2_max samples")),
    ("vo2MaxCycling", "48", To("vo2_max_cycling samples")),
    ("fitnessAge", "32", To("garmin_fitness_age samples")),
    ("enhanced", "true", Nowhere("how Garmin computed it; the number stands for itself")),
];

const PULSE_OX: &[Row] = &[
    ("summaryId", r#""x""#, Nowhere("samples are known by their instants")),
    ("calendarDate", r#""2026-03-02""#, To("oxygen_saturation daily")),
    ("startTimeInSeconds", "1772319601", To("oxygen_saturation samples")),
    ("startTimeOffsetInSeconds", "3600", To("oxygen_saturation samples")),
    ("durationInSeconds", "600", To("oxygen_saturation samples")),
    ("avgSpo2", "96", To("oxygen_saturation daily")),
    ("timeOffsetSpo2Values", r#"{"0":93}"#, To("oxygen_saturation samples")),
    ("onDemand", "true", To("oxygen_saturation on demand")),
];

const RESPIRATION: &[Row] = &[
    ("summaryId", r#""x""#, Nowhere("samples are known by their instants")),
    ("startTimeInSeconds", "1772319601", To("respiratory_rate daily")),
    ("startTimeOffsetInSeconds", "3600", To("respiratory_rate daily")),
    ("durationInSeconds", "900", To("respiratory_rate daily")),
    ("timeOffsetEpochToBreaths", r#"{"0":14.63}"#, To("respiratory_rate samples")),
    ("avgWakingRespirationValue", "16", To("respiratory_rate daily")),
];

const HRV: &[Row] = &[
    ("summaryId", r#""x""#, Nowhere("samples are known by their instants")),
    ("calendarDate", r#""2026-03-02""#, To("heart_rate_variability_rmssd daily")),
    ("startTimeInSeconds", "1772319601", To("heart_rate_variability_rmssd daily")),
    ("startTimeOffsetInSeconds", "3600", To("heart_rate_variability_rmssd daily")),
    ("durationInSeconds", "900", Nowhere("only tells the day of waking where no date is told")),
    ("lastNightAvg", "45", To("heart_rate_variability_rmssd daily")),
    ("lastNight5MinHigh", "72", To("heart_rate_variability_5_min_high daily")),
    ("hrvValues", r#"{"300":32}"#, To("heart_rate_variability_rmssd samples")),
];

const SNAPSHOT: &[Row] = &[
    ("summaryId", r#""x""#, To("health_snapshot.external_id")),
    ("calendarDate", r#""2026-03-01""#, To("health_snapshot.calendar_date")),
    ("startTimeInSeconds", "1772352001", To("health_snapshot.start")),
    ("offsetStartTimeInSeconds", "3600", To("health_snapshot.offset")),
    ("durationInSeconds", "120", To("health_snapshot.duration_s")),
    ("summaries", r#"[{"summaryType":"heart_rate","minValue":50}]"#, To("health_snapshot.readings")),
    ("summaries", r#"[{"summaryType":"heart_rate","maxValue":50}]"#, To("health_snapshot.readings")),
    ("summaries", r#"[{"summaryType":"respiration","avgValue":14}]"#, To("respiratory_rate samples")),
    ("summaries", r#"[{"summaryType":"stress","avgValue":14}]"#, To("garmin_stress_level samples")),
    ("summaries", r#"[{"summaryType":"spo2","avgValue":97}]"#, To("oxygen_saturation samples")),
    ("summaries", r#"[{"summaryType":"rmssd_hrv","avgValue":41}]"#, To("heart_rate_variability_rmssd samples")),
    ("summaries", r#"[{"summaryType":"sdrr_hrv","avgValue":52}]"#, To("heart_rate_variability_sdnn samples")),
    ("summaries", r#"[{"summaryType":"heart_rate","epochSummaries":{"0":58}}]"#, To("heart_rate samples")),
];

const BLOOD_PRESSURE: &[Row] = &[
    ("summaryId", r#""x""#, Nowhere("a reading is known by its instant")),
    ("startTimeInSeconds", "1772352000", Nowhere("stands in where the time of measuring is missing")),
    ("measurementTimeInSeconds", "1772352001", To("blood_pressure_systolic samples")),
    ("measurementTimeOffsetInSeconds", "3600", To("blood_pressure_systolic samples")),
    ("systolic", "121", To("blood_pressure_systolic samples")),
    ("diastolic", "79", To("blood_pressure_diastolic samples")),
    ("pulse", "62", To("heart_rate samples")),
    ("sourceType", r#""MANUAL""#, To("blood_pressure_systolic manual")),
];

const SKIN_TEMPERATURE: &[Row] = &[
    ("summaryId", r#""x""#, Nowhere("a night is known by its date")),
    ("calendarDate", r#""2026-03-02""#, To("skin_temperature_deviation daily")),
    ("startTimeInSeconds", "1772319601", To("skin_temperature_deviation daily")),
    ("startTimeOffsetInSeconds", "3600", To("skin_temperature_deviation daily")),
    ("durationInSeconds", "900", Nowhere("only tells the day of waking where no date is told")),
    ("avgDeviationCelsius", "-0.25", To("skin_temperature_deviation daily")),
];

const CYCLE: &[Row] = &[
    ("summaryId", r#""x""#, Nowhere("a cycle is known by the date on which its period began")),
    ("periodStartDate", r#""2026-03-02""#, To("menstrual_cycle.external_id")),
    ("dayInCycle", "9", To("menstrual_cycle.day_in_cycle")),
    ("periodLength", "5", To("menstrual_cycle.period_length_days")),
    ("currentPhase", "2", To("menstrual_cycle.current_phase")),
    ("currentPhaseType", r#""LUTEAL""#, To("menstrual_cycle.current_phase_type")),
    ("lengthOfCurrentPhase", "8", To("menstrual_cycle.length_of_current_phase_days")),
    ("daysUntilNextPhase", "4", To("menstrual_cycle.days_until_next_phase")),
    ("predictedCycleLength", "28", To("menstrual_cycle.predicted_cycle_length_days")),
    ("isPredictedCycle", "false", To("menstrual_cycle.is_predicted_cycle")),
    ("cycleLength", "29", To("menstrual_cycle.cycle_length_days")),
    ("hasSpecifiedCycleLength", "true", To("menstrual_cycle.has_specified_cycle_length")),
    ("hasSpecifiedPeriodLength", "true", To("menstrual_cycle.has_specified_period_length")),
    ("fertileWindowStart", "11", To("menstrual_cycle.fertile_window_start")),
    ("lengthOfFertileWindow", "6", To("menstrual_cycle.length_of_fertile_window_days")),
    ("pregnancySnapshot", r#"{"title":"x"}"#, To("menstrual_cycle.pregnancy_snapshot")),
    ("lastUpdatedTimeInSeconds", "1772352000", To("menstrual_cycle.rank")),
];
