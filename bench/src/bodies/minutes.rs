//! A day of heart rates, one a minute, as a Garmin push.

use super::{Template, Variants, walk::walk};
use crate::target::Door;

pub(crate) fn minutes(door: &Door) -> Variants {
    Variants::new(|variant| {
        let body = Template::new(door.account_width);
        let body = body.text("{\"dailies\":[{\"userId\":\"").account().text("\",\"summaryId\":\"").account();
        let body = body.text("-").seconds(0).text("\",\"startTimeInSeconds\":").seconds(0);
        let body = body.text(",\"startTimeOffsetInSeconds\":0,\"durationInSeconds\":86400,\"calendarDate\":\"").date();
        let body = body.text("\",\"timeOffsetHeartRateSamples\":").map(walk(variant, 60, 1_440, 42.0, 170.0));
        door.post(body.text("}]}"))
    })
}
