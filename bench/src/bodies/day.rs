//! A whole day of a person as one Garmin push of about 90 kB: totals, a heart rate every 15 seconds, stress and
//! body battery every three minutes, breaths every minute.

use super::{Template, Variants, walk::walk};
use crate::target::Door;

const HEART_RATES: i64 = 5_760;
const STRESSES: i64 = 480;
const BREATHS: i64 = 1_440;

/// How many points a day has, its totals not counted.
pub(crate) const DAY_POINTS: i64 = HEART_RATES + 2 * STRESSES + BREATHS;
pub(crate) const DAY_SERIES: &[&str] =
    &["heart_rate", "garmin_stress_level", "garmin_body_battery", "respiratory_rate"];

pub(crate) fn day(door: &Door) -> Variants {
    Variants::new(|variant| {
        let body = head(Template::new(door.account_width).text("{\"dailies\":[{"), "day");
        let body = body.text(",\"steps\":8421,\"distanceInMeters\":6123.4,\"activeKilocalories\":512");
        let body = body.text(",\"bmrKilocalories\":1687,\"activeTimeInSeconds\":5400,\"floorsClimbed\":9");
        let body = body.text(",\"restingHeartRateInBeatsPerMinute\":51,\"averageStressLevel\":31");
        let body = body.text(",\"timeOffsetHeartRateSamples\":").map(walk(variant, 15, HEART_RATES, 42.0, 170.0));
        let body = head(body.text("}],\"stressDetails\":[{"), "stress");
        let body = body.text(",\"timeOffsetStressLevelValues\":").map(walk(variant + 50, 180, STRESSES, 1.0, 99.0));
        let body = body.text(",\"timeOffsetBodyBatteryValues\":").map(walk(variant + 99, 180, STRESSES, 5.0, 100.0));
        let body = head(body.text("}],\"allDayRespiration\":[{"), "breaths");
        let body = body.text(",\"timeOffsetEpochToBreaths\":").map(walk(variant + 200, 60, BREATHS, 9.0, 22.0));
        door.post(body.text("}]}"))
    })
}

fn head(body: Template, kind: &str) -> Template {
    let body = body.text("\"userId\":\"").account().text("\",\"summaryId\":\"").account().text("-");
    let body = body.seconds(0).text(&format!("-{kind}\",\"startTimeInSeconds\":")).seconds(0);
    body.text(",\"startTimeOffsetInSeconds\":0,\"durationInSeconds\":86400,\"calendarDate\":\"").date().text("\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_about_ninety_kilobytes() {
        let bytes = day(&Door::for_tests()).get(0).len();
        assert!((85_000..95_000).contains(&bytes), "{bytes}");
    }
}
