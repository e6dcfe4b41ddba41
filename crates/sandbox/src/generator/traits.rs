//! The numbers behind a persona: body, habits, devices and where they train.

use super::{FileType, Persona};

/// The numbers behind a persona.
#[derive(Clone)]
pub(crate) struct Traits {
    pub(crate) resting_heart_rate: f64,
    pub(crate) max_heart_rate: f64,
    pub(crate) weight_kg: f64,
    pub(crate) height_m: f64,
    pub(crate) basal_kilocalories: f64,
    /// Milliseconds of a usual night.
    pub(crate) hrv: f64,
    pub(crate) vo2_max: f64,
    /// Seconds between two heart-rate samples of a day.
    pub(crate) sample_step: u32,
    /// Where the person's loops begin, degrees.
    pub(crate) home: (f64, f64),
    pub(crate) altitude: f64,
    pub(crate) device_name: &'static str,
    pub(crate) device_product: u16,
    /// What the device writes activities into.
    pub(crate) file: FileType,
    pub(crate) steps_goal: u32,
    pub(crate) stress: f64,
    pub(crate) offset_seconds: i32,
}

/// What most people of the sandbox have in common.
const USUAL: Traits = Traits {
    resting_heart_rate: 55.0,
    max_heart_rate: 182.0,
    weight_kg: 72.0,
    height_m: 1.74,
    basal_kilocalories: 1600.0,
    hrv: 52.0,
    vo2_max: 46.0,
    sample_step: 60,
    home: (51.183_4, 10.421_7),
    altitude: 120.0,
    device_name: "Forerunner 255",
    device_product: 3992,
    file: FileType::Fit,
    steps_goal: 8000,
    stress: 32.0,
    offset_seconds: 3600,
};

impl Persona {
    pub(crate) fn traits(self) -> Traits {
        match self {
            Persona::Runner => Traits {
                resting_heart_rate: 48.0,
                max_heart_rate: 187.0,
                weight_kg: 61.0,
                height_m: 1.70,
                basal_kilocalories: 1420.0,
                hrv: 64.0,
                vo2_max: 53.0,
                sample_step: 15,
                altitude: 268.0,
                device_name: "Forerunner 945",
                device_product: 3113,
                steps_goal: 9000,
                stress: 27.0,
                ..USUAL
            },
            Persona::Cyclist => Traits {
                resting_heart_rate: 53.0,
                max_heart_rate: 181.0,
                weight_kg: 77.0,
                basal_kilocalories: 1760.0,
                sample_step: 30,
                home: (48.742_1, 4.118_2),
                altitude: 134.0,
                device_name: "Edge 530",
                device_product: 3121,
                steps_goal: 7500,
                stress: 31.0,
                ..USUAL
            },
            Persona::ShiftWorker => Traits {
                resting_heart_rate: 62.0,
                max_heart_rate: 176.0,
                weight_kg: 84.0,
                basal_kilocalories: 1690.0,
                home: (38.957_3, -98.442_6),
                altitude: 521.0,
                device_name: "vivoactive 4",
                device_product: 3225,
                steps_goal: 10_000,
                stress: 41.0,
                offset_seconds: -21_600,
                ..USUAL
            },
            Persona::Athlete => Traits {
                resting_heart_rate: 43.0,
                max_heart_rate: 192.0,
                weight_kg: 68.0,
                height_m: 1.79,
                basal_kilocalories: 1640.0,
                hrv: 82.0,
                vo2_max: 64.0,
                home: (33.471_8, -112.212_4),
                altitude: 340.0,
                device_name: "fenix 7",
                device_product: 3906,
                steps_goal: 11_000,
                stress: 24.0,
                offset_seconds: -25_200,
                ..USUAL
            },
            Persona::Traveller => Traits {
                weight_kg: 79.0,
                height_m: 1.82,
                home: (52.484_3, 13.388_1),
                altitude: 40.0,
                device_name: "Venu 3",
                device_product: 4260,
                stress: 38.0,
                ..USUAL
            },
            Persona::WheelchairUser => Traits {
                resting_heart_rate: 58.0,
                weight_kg: 66.0,
                basal_kilocalories: 1380.0,
                home: (-26.171_9, 28.031_5),
                altitude: 1680.0,
                device_name: "vivoactive 5",
                device_product: 4426,
                file: FileType::Tcx,
                offset_seconds: 7200,
                ..USUAL
            },
            Persona::Swimmer => Traits {
                resting_heart_rate: 50.0,
                weight_kg: 64.0,
                height_m: 1.73,
                basal_kilocalories: 1460.0,
                home: (-27.402_2, 153.178_8),
                altitude: 4.0,
                device_name: "Swim 2",
                device_product: 3405,
                offset_seconds: 36_000,
                ..USUAL
            },
            Persona::Triathlete => Traits {
                resting_heart_rate: 46.0,
                max_heart_rate: 189.0,
                weight_kg: 70.0,
                hrv: 74.0,
                vo2_max: 60.0,
                home: (12.967_1, 77.588_2),
                altitude: 900.0,
                device_name: "Forerunner 965",
                device_product: 4315,
                stress: 26.0,
                offset_seconds: 19_800,
                ..USUAL
            },
            Persona::NeverSyncs => Traits { offset_seconds: 0, ..USUAL },
        }
    }
}
