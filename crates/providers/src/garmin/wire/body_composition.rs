//! `bodyComps`: what a scale measured or a person typed in.

use crate::json::wire;

wire! {
    /// An item of `bodyComps`.
    BodyComposition {
        callback_url: String = "callbackURL",
        measured: f64 = "measurementTimeInSeconds" | "startTimeInSeconds",
        offset: f64 = "measurementTimeOffsetInSeconds" | "startTimeOffsetInSeconds",
        weight: f64 = "weightInGrams",
        muscle_mass: f64 = "muscleMassInGrams",
        bone_mass: f64 = "boneMassInGrams",
        body_water: f64 = "bodyWaterInPercent",
        body_fat: f64 = "bodyFatInPercent",
        body_mass_index: f64 = "bodyMassIndex",
    }
}
