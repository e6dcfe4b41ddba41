//! Names of the protocol's numbered things. What has no name is named by its number.

use rustyfit::profile::typedef;
use std::fmt::Display;

/// The profile writes `Sport(99)` for what it has no name for.
fn name(shown: impl Display, number: u64) -> String {
    let shown = shown.to_string();
    if shown.contains('(') { number.to_string() } else { shown }
}

macro_rules! names {
    ($($(#[$meta:meta])* $function:ident $type:ident $number:ty;)*) => {$(
        $(#[$meta])*
        pub(super) fn $function(number: u64) -> String {
            <$number>::try_from(number).map_or_else(|_| number.to_string(), |n| name(typedef::$type(n), number))
        }
    )*};
}

names! {
    message MesgNum u16;
    file_kind File u8;
    manufacturer Manufacturer u16;
    garmin_product GarminProduct u16;
    sport Sport u8;
    sub_sport SubSport u8;
    stroke SwimStroke u8;
    lap_trigger LapTrigger u8;
    exercise ExerciseCategory u16;
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_unnamed_are_named_by_their_number() {
        assert_eq!(super::sport(1), "running");
        assert_eq!(super::sport(199), "199");
        assert_eq!(super::sport(70_000), "70000");
    }
}
