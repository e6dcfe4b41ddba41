//! The list of providers. A new one is its folder and its line here.

use crate::{
    Provider, apple, dexcom, file, fitbit, garmin, google, libre, nightscout, oura, polar, samsung, strava, whoop,
};

static PROVIDERS: &[&dyn Provider] = &[
    &apple::Apple,
    &samsung::Samsung,
    &google::Google,
    &garmin::Garmin,
    &whoop::Whoop,
    &fitbit::Fitbit,
    &strava::Strava,
    &polar::Polar,
    &oura::Oura,
    &libre::Libre,
    &dexcom::Dexcom,
    &nightscout::Nightscout,
    &file::File,
];

/// Every provider, in the order of this list.
pub fn all() -> impl Iterator<Item = &'static dyn Provider> {
    PROVIDERS.iter().copied()
}

/// The provider with this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static dyn Provider> {
    all().find(|provider| provider.manifest().name.as_str() == name)
}
