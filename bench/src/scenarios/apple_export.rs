//! An export of Apple Health, uploaded as a form, until its last record can be read.

use crate::{
    arrival::{self, Expected},
    bodies::Export,
    people,
    stage::{Outcome, Stage},
    stopwatch::Stopwatch,
};

const BOUNDARY: &str = "----bench-boundary";

pub(super) fn run(stage: &Stage<'_>) -> anyhow::Result<Outcome> {
    let people = people::create(stage.target, 2)?;
    let [first, second] = people.as_slice() else { anyhow::bail!("two users were wanted") };
    let mut connection = stage.target.connection()?;
    let status = connection.send(&upload(stage, &first.id, &Export::of_bytes(1_000)))?.status;
    if matches!(status, 404 | 405 | 501) {
        return Ok(Outcome::NotServed(format!("the route of imports answers {status}")));
    }
    let export = Export::of_bytes(stage.options.export_mb * 1_000_000);
    let request = upload(stage, &second.id, &export);
    let watch = Stopwatch::start();
    connection.expect(&request)?;
    let last = Expected { person: second, series: &["heart_rate"], from: export.last, for_s: 60 };
    arrival::wait(stage.target, &[last])?;
    let took = watch.seconds();
    let mut figures = vec![
        ("apple_mb_per_s", export.xml.len() as f64 / 1e6 / took),
        ("apple_records_per_s", export.records as f64 / took),
    ];
    figures.extend(stage.target.memory_mb("VmHWM").map(|peak| ("apple_peak_mb", peak)));
    Ok(Outcome::Measured(figures))
}

fn upload(stage: &Stage<'_>, user: &str, export: &Export) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"export.xml\"\r\n\
         content-type: application/xml\r\n\r\n"
    );
    let body = [&head, export.xml.as_str(), "\r\n--", BOUNDARY, "--\r\n"].concat();
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let headers = [("X-Open-Wearables-API-Key", stage.target.key.as_str()), ("content-type", &kind)];
    let path = format!("/api/v1/users/{user}/import/apple/xml/direct");
    stage.target.address.request("POST", &path, &headers, body.as_bytes())
}
