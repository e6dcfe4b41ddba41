//! Garmin's JSON as documented, one file a type. Unknown keys are ignored, kinds are tolerated.

mod activity;
mod blood_pressure;
mod body_composition;
mod daily;
mod details;
mod epoch;
mod files;
mod health_snapshot;
mod hrv;
mod menstrual_cycle;
mod move_iq;
mod pulse_ox;
mod respiration;
mod skin_temperature;
mod sleep;
mod stress;
mod user_metrics;

pub(super) use activity::Activity;
pub(super) use blood_pressure::BloodPressure;
pub(super) use body_composition::BodyComposition;
pub(super) use daily::Daily;
pub(super) use details::{Details, SERIES};
pub(super) use epoch::Epoch;
pub(super) use files::Ping;
pub(super) use health_snapshot::{HealthSnapshot, Reading};
pub(super) use hrv::Hrv;
pub(super) use menstrual_cycle::MenstrualCycle;
pub(super) use move_iq::MoveIq;
pub(super) use pulse_ox::PulseOx;
pub(super) use respiration::Respiration;
pub(super) use skin_temperature::SkinTemperature;
pub(super) use sleep::{Judgement, Nap, Sleep};
pub(super) use stress::{BatteryEvent, Stress};
pub(super) use user_metrics::UserMetrics;

use crate::json::Field;

/// An item that may carry a URL to call back in place of data.
pub(super) trait Summary {
    fn callback_url(&self) -> &Field<String>;
}

macro_rules! summaries {
    ($($name:ident)*) => {$(
        impl Summary for $name {
            fn callback_url(&self) -> &Field<String> {
                &self.callback_url
            }
        }
    )*};
}

summaries! {
    Activity BloodPressure BodyComposition Daily Details Epoch HealthSnapshot Hrv MenstrualCycle MoveIq PulseOx
    Respiration SkinTemperature Sleep Stress UserMetrics
}
