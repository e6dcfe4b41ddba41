//! A small Garmin push: what a watch tells after some minutes, twelve points in each of two series.

use super::{Template, Variants, walk::walk};
use crate::target::Door;

const POINTS: i64 = 12;
const EVERY_S: i64 = 180;
/// How much time a push covers: the next one begins there.
pub(crate) const SMALL_EVERY_S: i64 = POINTS * EVERY_S;
/// Where its last points lie, from its start.
pub(crate) const SMALL_LAST_S: i64 = SMALL_EVERY_S - EVERY_S;
pub(crate) const SMALL_SERIES: &[&str] = &["garmin_stress_level", "garmin_body_battery"];

pub(crate) fn small(door: &Door) -> Variants {
    Variants::new(|variant| {
        let body = Template::new(door.account_width);
        let body = body.text("{\"stressDetails\":[{\"userId\":\"").account().text("\",\"summaryId\":\"").account();
        let body = body.text("-").seconds(0).text("\",\"startTimeInSeconds\":").seconds(0);
        let body = body.text(&format!(",\"startTimeOffsetInSeconds\":0,\"durationInSeconds\":{SMALL_EVERY_S}"));
        let body = body.text(",\"calendarDate\":\"").date();
        let body = body.text("\",\"timeOffsetStressLevelValues\":").map(walk(variant, EVERY_S, POINTS, 1.0, 99.0));
        let body = body.text(",\"timeOffsetBodyBatteryValues\":").map(walk(!variant, EVERY_S, POINTS, 5.0, 100.0));
        door.post(body.text("}]}"))
    })
}
