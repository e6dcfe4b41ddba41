//! HealthKit's quantity types: the series each is, and how its units are converted. Names that share no series
//! here are absent: what they say is counted by whoever reads them and kept raw.

use super::units::{Conversion, Quantity, conversion};
use model::SeriesType;

/// Begins the name of every quantity type.
const PREFIX: &str = "HKQuantityTypeIdentifier";

/// What is known of a quantity type.
#[derive(Debug)]
pub struct Metric {
    /// Its name behind the prefix.
    name: &'static str,
    /// The series its values are points of.
    pub series: SeriesType,
    quantity: Quantity,
}

/// The metric with this identifier, which begins with `HKQuantityTypeIdentifier`.
#[must_use]
pub fn find(identifier: &str) -> Option<&'static Metric> {
    let name = identifier.strip_prefix(PREFIX)?;
    METRICS.binary_search_by_key(&name, |metric| metric.name).ok().and_then(|index| METRICS.get(index))
}

impl Metric {
    /// How a value in HealthKit's `unit` (or in the series' own, by its code) becomes one of the series; none where
    /// the unit is not one of this metric. `%` is HealthKit's: a share of 0 to 1.
    #[must_use]
    pub fn conversion(&self, unit: &str) -> Option<Conversion> {
        let own = unit == self.series.unit().as_str();
        conversion(self.quantity, unit).or_else(|| own.then_some(Conversion::SAME))
    }

    /// A value in HealthKit's `unit` in the unit of the series; none where the unit is not one of this metric or
    /// the value is not finite.
    #[must_use]
    pub fn convert(&self, value: f64, unit: &str) -> Option<f64> {
        self.conversion(unit).map(|conversion| conversion.apply(value)).filter(|value| value.is_finite())
    }
}

macro_rules! metrics {
    ($($name:ident $series:ident $quantity:ident;)*) => {
        /// By name.
        static METRICS: &[Metric] = &[
            $(Metric { name: stringify!($name), series: SeriesType::$series, quantity: Quantity::$quantity },)*
        ];
    };
}

metrics! {
    ActiveEnergyBurned ENERGY Kilocalories;
    AppleExerciseTime EXERCISE_TIME Minutes;
    AppleMoveTime ACTIVE_TIME Minutes;
    AppleSleepingBreathingDisturbances SLEEPING_BREATHING_DISTURBANCES Count;
    AppleSleepingWristTemperature SKIN_TEMPERATURE Celsius;
    AppleStandTime STAND_TIME Minutes;
    AppleWalkingSteadiness WALKING_STEADINESS Percent;
    AtrialFibrillationBurden ATRIAL_FIBRILLATION_BURDEN Percent;
    BasalBodyTemperature BASAL_BODY_TEMPERATURE Celsius;
    BasalEnergyBurned BASAL_ENERGY Kilocalories;
    BloodAlcoholContent BLOOD_ALCOHOL_CONTENT Alcohol;
    BloodGlucose BLOOD_GLUCOSE Glucose;
    BloodPressureDiastolic BLOOD_PRESSURE_DIASTOLIC Pressure;
    BloodPressureSystolic BLOOD_PRESSURE_SYSTOLIC Pressure;
    BodyFatPercentage BODY_FAT_PERCENTAGE Percent;
    BodyMass WEIGHT Kilograms;
    BodyMassIndex BODY_MASS_INDEX Count;
    BodyTemperature BODY_TEMPERATURE Celsius;
    CrossCountrySkiingSpeed SPEED MetersPerSecond;
    CyclingCadence CADENCE PerMinute;
    CyclingFunctionalThresholdPower FUNCTIONAL_THRESHOLD_POWER Watts;
    CyclingPower POWER Watts;
    CyclingSpeed SPEED MetersPerSecond;
    DietaryCaffeine DIETARY_CAFFEINE Milligrams;
    DietaryCalcium DIETARY_CALCIUM Milligrams;
    DietaryCarbohydrates DIETARY_CARBOHYDRATES Grams;
    DietaryCholesterol DIETARY_CHOLESTEROL Milligrams;
    DietaryEnergyConsumed CONSUMED_ENERGY Kilocalories;
    DietaryFatSaturated DIETARY_FAT_SATURATED Grams;
    DietaryFatTotal DIETARY_FAT_TOTAL Grams;
    DietaryFiber DIETARY_FIBER Grams;
    DietaryIron DIETARY_IRON Milligrams;
    DietaryMagnesium DIETARY_MAGNESIUM Milligrams;
    DietaryPotassium DIETARY_POTASSIUM Milligrams;
    DietaryProtein DIETARY_PROTEIN Grams;
    DietarySodium DIETARY_SODIUM Milligrams;
    DietarySugar DIETARY_SUGAR Grams;
    DietaryVitaminC DIETARY_VITAMIN_C Milligrams;
    DietaryWater HYDRATION Milliliters;
    DietaryZinc DIETARY_ZINC Milligrams;
    DistanceCrossCountrySkiing DISTANCE_CROSS_COUNTRY_SKIING Meters;
    DistanceCycling DISTANCE_CYCLING Meters;
    DistanceDownhillSnowSports DISTANCE_DOWNHILL_SNOW_SPORTS Meters;
    DistancePaddleSports DISTANCE_PADDLE_SPORTS Meters;
    DistanceRowing DISTANCE_ROWING Meters;
    DistanceSkatingSports DISTANCE_SKATING_SPORTS Meters;
    DistanceSwimming DISTANCE_SWIMMING Meters;
    DistanceWalkingRunning DISTANCE_WALKING_RUNNING Meters;
    DistanceWheelchair DISTANCE_WHEELCHAIR Meters;
    ElectrodermalActivity ELECTRODERMAL_ACTIVITY Microsiemens;
    EnvironmentalAudioExposure ENVIRONMENTAL_AUDIO_EXPOSURE Decibels;
    EnvironmentalSoundReduction ENVIRONMENTAL_SOUND_REDUCTION Decibels;
    EstimatedWorkoutEffortScore ESTIMATED_WORKOUT_EFFORT_SCORE Score;
    FlightsClimbed FLIGHTS_CLIMBED Count;
    ForcedExpiratoryVolume1 FORCED_EXPIRATORY_VOLUME_1 Liters;
    ForcedVitalCapacity FORCED_VITAL_CAPACITY Liters;
    HeadphoneAudioExposure HEADPHONE_AUDIO_EXPOSURE Decibels;
    HeartRate HEART_RATE PerMinute;
    HeartRateRecoveryOneMinute HEART_RATE_RECOVERY_ONE_MINUTE PerMinute;
    HeartRateVariabilitySDNN HEART_RATE_VARIABILITY_SDNN Milliseconds;
    Height HEIGHT Centimeters;
    InhalerUsage INHALER_USAGE Count;
    InsulinDelivery INSULIN_DELIVERY InsulinUnits;
    LeanBodyMass LEAN_BODY_MASS Kilograms;
    NikeFuel NIKE_FUEL Count;
    NumberOfAlcoholicBeverages NUMBER_OF_ALCOHOLIC_BEVERAGES Count;
    NumberOfTimesFallen NUMBER_OF_TIMES_FALLEN Count;
    OxygenSaturation OXYGEN_SATURATION Percent;
    PaddleSportsSpeed SPEED MetersPerSecond;
    PeakExpiratoryFlowRate PEAK_EXPIRATORY_FLOW_RATE LitersPerMinute;
    PeripheralPerfusionIndex PERIPHERAL_PERFUSION_INDEX Percent;
    PhysicalEffort PHYSICAL_EFFORT Effort;
    PushCount PUSH_COUNT Count;
    RespiratoryRate RESPIRATORY_RATE PerMinute;
    RestingHeartRate RESTING_HEART_RATE PerMinute;
    RowingSpeed SPEED MetersPerSecond;
    RunningGroundContactTime RUNNING_GROUND_CONTACT_TIME Milliseconds;
    RunningPower RUNNING_POWER Watts;
    RunningSpeed RUNNING_SPEED MetersPerSecond;
    RunningStrideLength RUNNING_STRIDE_LENGTH Centimeters;
    RunningVerticalOscillation RUNNING_VERTICAL_OSCILLATION Centimeters;
    SixMinuteWalkTestDistance SIX_MINUTE_WALK_TEST_DISTANCE Meters;
    StairAscentSpeed STAIR_ASCENT_SPEED MetersPerSecond;
    StairDescentSpeed STAIR_DESCENT_SPEED MetersPerSecond;
    StepCount STEPS Count;
    SwimmingStrokeCount SWIMMING_STROKE_COUNT Count;
    TimeInDaylight TIME_IN_DAYLIGHT Minutes;
    UVExposure UV_EXPOSURE Count;
    UnderwaterDepth UNDERWATER_DEPTH Meters;
    VO2Max VO2_MAX OxygenUptake;
    WaistCircumference WAIST_CIRCUMFERENCE Centimeters;
    WalkingAsymmetryPercentage WALKING_ASYMMETRY_PERCENTAGE Percent;
    WalkingDoubleSupportPercentage WALKING_DOUBLE_SUPPORT_PERCENTAGE Percent;
    WalkingHeartRateAverage WALKING_HEART_RATE_AVERAGE PerMinute;
    WalkingSpeed WALKING_SPEED MetersPerSecond;
    WalkingStepLength WALKING_STEP_LENGTH Centimeters;
    WaterTemperature WATER_TEMPERATURE Celsius;
    WorkoutEffortScore WORKOUT_EFFORT_SCORE Score;
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Unit;

    fn converted(name: &str, value: f64, unit: &str) -> Option<f64> {
        find(&format!("{PREFIX}{name}")).unwrap().convert(value, unit)
    }

    #[test]
    fn every_name_in_the_table_is_found() {
        assert!(METRICS.windows(2).all(|pair| pair[0].name < pair[1].name), "names ascend");
        for metric in METRICS {
            let identifier = format!("{PREFIX}{}", metric.name);
            assert_eq!(find(&identifier).map(|it| it.series), Some(metric.series), "{identifier}");
        }
        assert!(find("HeartRate").is_none() && find("HKQuantityTypeIdentifierPulse").is_none());
    }

    #[test]
    fn units_are_converted_as_written() {
        for (name, value, unit, wanted) in [
            ("HeartRate", 72.0, "count/min", 72.0),
            ("HeartRate", 1.5, "count/s", 90.0),
            ("HeartRate", 72.0, "bpm", 72.0),
            ("RespiratoryRate", 14.5, "count/min", 14.5),
            ("ActiveEnergyBurned", 100.0, "Cal", 100.0),
            ("ActiveEnergyBurned", 418.4, "kJ", 100.0),
            ("DistanceWalkingRunning", 1.5, "km", 1500.0),
            ("DistanceCycling", 2.0, "mi", 3218.688),
            ("DistanceSwimming", 25.0, "yd", 22.86),
            ("Height", 1.78, "m", 178.0),
            ("Height", 70.0, "in", 177.8),
            ("Height", 5.0, "ft", 152.4),
            ("BodyMass", 70.5, "kg", 70.5),
            ("BodyMass", 150.0, "lb", 68.038_855_5),
            ("BodyMass", 11.0, "st", 69.853_224_98),
            ("BodyTemperature", 98.6, "degF", 37.0),
            ("BodyTemperature", 310.15, "K", 37.0),
            ("OxygenSaturation", 0.97, "%", 97.0),
            ("OxygenSaturation", 97.0, "percent", 97.0),
            ("BloodGlucose", 5.5, "mmol<180.1558800000541>/L", 99.085_734),
            ("BloodGlucose", 101.0, "mg/dL", 101.0),
            ("BloodAlcoholContent", 0.0008, "%", 80.0),
            ("VO2Max", 42.5, "mL/min\u{b7}kg", 42.5),
            ("VO2Max", 42.5, "ml/kg*min", 42.5),
            ("PhysicalEffort", 3.2, "kcal/hr\u{b7}kg", 3.2),
            ("WalkingSpeed", 3.6, "km/hr", 1.0),
            ("WalkingSpeed", 1.0, "mi/hr", 0.447_04),
            ("RunningSpeed", 3.1, "m/s", 3.1),
            ("PeakExpiratoryFlowRate", 8.0, "L/s", 480.0),
            ("HeartRateVariabilitySDNN", 45.0, "ms", 45.0),
            ("TimeInDaylight", 90.0, "s", 1.5),
            ("AppleExerciseTime", 1.0, "hr", 60.0),
            ("DietaryWater", 8.0, "fl_oz_us", 236.588_236_5),
            ("DietaryCaffeine", 0.08, "g", 80.0),
            ("BloodPressureSystolic", 16.0, "kPa", 120.009_852_1),
            ("InsulinDelivery", 4.0, "IU", 4.0),
            ("ElectrodermalActivity", 2.0, "mcS", 2.0),
            ("EnvironmentalAudioExposure", 61.0, "dBASPL", 61.0),
            ("WorkoutEffortScore", 6.0, "appleEffortScore", 6.0),
        ] {
            let found = converted(name, value, unit).unwrap_or(f64::NAN);
            assert!((found - wanted).abs() < 1e-6, "{name} {value} {unit}: {found}");
        }
    }

    #[test]
    fn what_needs_no_conversion_stays_exact() {
        for (name, unit) in
            [("HeartRate", "count/min"), ("BodyMass", "kg"), ("RunningSpeed", "m/s"), ("DietaryWater", "mL")]
        {
            for value in [0.1, 0.300_000_000_000_000_04, 1e-9, 123_456.789_012_3] {
                assert_eq!(converted(name, value, unit), Some(value), "{name}");
            }
        }
    }

    #[test]
    fn a_unit_of_something_else_is_refused() {
        for (name, unit) in [
            ("HeartRate", "kg"),
            ("BodyMass", "count"),
            ("BodyMass", ""),
            ("VO2Max", "%"),
            ("BloodGlucose", "mmol<60>/L"),
        ] {
            assert_eq!(converted(name, 1.0, unit), None, "{name} {unit}");
        }
        assert_eq!(converted("HeartRate", f64::INFINITY, "count/min"), None);
    }

    #[test]
    fn a_series_is_told_only_by_what_measures_it() {
        let series = |name: &str| find(&format!("{PREFIX}{name}")).map(|metric| metric.series);
        assert_eq!(series("RowingSpeed"), Some(SeriesType::SPEED));
        assert_eq!(series("UnderwaterDepth"), Some(SeriesType::UNDERWATER_DEPTH));
        assert_ne!(series("CyclingFunctionalThresholdPower"), series("CyclingPower"));
        assert_ne!(series("AppleSleepingWristTemperature"), series("BodyTemperature"));
        assert_ne!(series("AppleMoveTime"), series("AppleExerciseTime"));
        for metric in METRICS.iter().filter(|it| it.quantity == Quantity::Meters) {
            assert_eq!(metric.series.unit(), Unit::Meters, "{}", metric.name);
        }
    }
}
