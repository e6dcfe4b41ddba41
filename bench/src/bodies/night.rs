//! A night as a Garmin push: it makes an event of which customers are told.

use super::{Template, Variants};
use crate::target::Door;

pub(crate) fn night(door: &Door) -> Variants {
    Variants::new(|variant| {
        let body = Template::new(door.account_width);
        let body = body.text("{\"sleeps\":[{\"userId\":\"").account().text("\",\"summaryId\":\"").account();
        let body = body.text("-").seconds(0).text("\",\"calendarDate\":\"").date();
        let body = body.text("\",\"startTimeInSeconds\":").seconds(0).text(",\"startTimeOffsetInSeconds\":0");
        let body =
            body.text(&format!(",\"durationInSeconds\":25200,\"deepSleepDurationInSeconds\":{}", 5_000 + variant));
        let body = body.text(",\"lightSleepDurationInSeconds\":14000,\"validation\":\"ENHANCED_FINAL\"");
        let body = body.text(",\"sleepLevelsMap\":{\"deep\":[{\"startTimeInSeconds\":").seconds(600);
        let body = body.text(",\"endTimeInSeconds\":").seconds(5_600);
        let body = body.text("}],\"light\":[{\"startTimeInSeconds\":").seconds(5_600);
        door.post(body.text(",\"endTimeInSeconds\":").seconds(25_200).text("}]}}]}"))
    })
}
