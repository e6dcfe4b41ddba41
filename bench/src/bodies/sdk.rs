//! A batch as a phone's SDK sends it: heart rates, about 490 bytes of JSON each.

use super::{Template, walk::walk};
use crate::target::Target;

pub(crate) const SDK_RECORDS: i64 = 400;

/// A batch of minutes for one user, who stands in the path.
pub(crate) fn sdk(target: &Target, user: &str, seed: u64) -> Template {
    let source = "{\"appId\":\"com.apple.health\",\"name\":\"Apple Watch\",\"bundleIdentifier\":\"com.apple.health\",\
        \"deviceManufacturer\":\"Apple Inc.\",\"deviceModel\":\"Watch\",\"productType\":\"Watch7,5\",\
        \"operatingSystemVersion\":{\"majorVersion\":10,\"minorVersion\":3,\"patchVersion\":1},\"deviceType\":\"watch\"}";
    let body = Template::new(0).text("{\"provider\":\"apple\",\"sdkVersion\":\"1.2.0\",\"syncTimestamp\":\"");
    let mut body = body.instant(SDK_RECORDS * 60).text("\",\"data\":{\"records\":[");
    for (second, value) in walk(seed, 60, SDK_RECORDS, 42.0, 170.0) {
        let separator = if second == 0 { "" } else { "," };
        body = body.text(&format!("{separator}{{\"id\":\"{user}-")).instant(second);
        body = body.text("\",\"type\":\"HKQuantityTypeIdentifierHeartRate\",\"startDate\":\"").instant(second);
        body = body.text("\",\"endDate\":\"").instant(second);
        body = body.text(&format!(
            "\",\"zoneOffset\":\"+00:00\",\"source\":{source},\"value\":{value},\"unit\":\"count/min\"}}"
        ));
    }
    let path = format!("/api/v1/sdk/users/{user}/sync");
    let headers = [("X-Open-Wearables-API-Key", target.key.as_str()), ("content-type", "application/json")];
    body.text("],\"sleep\":[],\"workouts\":[]}}").posted(&target.address, &path, &headers)
}
