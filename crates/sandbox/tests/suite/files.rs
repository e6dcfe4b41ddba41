//! Activity files: one download, real bytes, the same numbers as the summary.

use crate::stage::Stage;
use rustyfit::{
    Decoder,
    profile::{
        mesgdef::{Record, Session},
        typedef::MesgNum,
    },
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

#[tokio::test]
async fn a_file_can_be_downloaded_once_and_needs_no_bearer() {
    let stage = Stage::open().await;
    stage.connect("Mira").await;
    stage.control("POST", "/sandbox/users/Mira/generate", json!({ "days": 7 })).await;
    let pings = stage.items("activityFiles", 2).await;
    let url = pings[0]["callbackURL"].as_str().unwrap();
    assert_eq!(pings[0]["fileType"], "FIT");
    assert!(pings[0]["summaryId"].as_str().unwrap().ends_with("-file"));
    assert_eq!(stage.http.get(url).send().await.unwrap().status(), 200);
    let second = stage.http.get(url).send().await.unwrap();
    assert_eq!(second.status(), 410);
    assert!(second.json::<Value>().await.unwrap()["errorMessage"].is_string());
    let unknown = stage.url("/wellness-api/rest/activityFile?id=1&token=nothing");
    assert_eq!(stage.http.get(unknown).send().await.unwrap().status(), 403);
    stage.clock.advance(Duration::from_hours(24));
    let late = pings[1]["callbackURL"].as_str().unwrap();
    assert_eq!(stage.http.get(late).send().await.unwrap().status(), 410);
}

/// CRC-16 as FIT defines it, by its table of sixteen, written apart from the encoder.
fn crc(bytes: &[u8]) -> u16 {
    const TABLE: [u16; 16] = [
        0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401, 0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01,
        0x8801, 0x4400,
    ];
    bytes.iter().fold(0, |crc: u16, byte| {
        [byte & 0xF, byte >> 4]
            .into_iter()
            .fold(crc, |crc, half| (crc >> 4) ^ TABLE[usize::from(crc & 0xF)] ^ TABLE[usize::from(half)])
    })
}

#[tokio::test]
async fn another_decoder_reads_the_file_and_finds_what_the_summary_says() {
    for person in ["runner", "cyclist", "shift_worker"] {
        let stage = Stage::open().await;
        stage.connect(person).await;
        let report = stage.control("POST", &format!("/sandbox/users/{person}/generate"), json!({ "days": 7 })).await;
        let count = usize::try_from(report["queued"]["activities"].as_u64().unwrap()).unwrap();
        let activities = stage.items("activities", count).await;
        let details = stage.items("activityDetails", count).await;
        let files = stage.items("activityFiles", count).await;
        for ((activity, detail), file) in activities.iter().zip(&details).zip(&files) {
            assert_eq!(file["activityId"], activity["activityId"]);
            let bytes =
                stage.http.get(file["callbackURL"].as_str().unwrap()).send().await.unwrap().bytes().await.unwrap();
            check(&bytes, activity, detail);
        }
    }
}

/// The files of a person's fortnight, each with its announcement.
async fn fortnight(person: &str) -> Vec<(Value, Vec<u8>)> {
    let stage = Stage::open().await;
    stage.connect(person).await;
    let report = stage.control("POST", &format!("/sandbox/users/{person}/generate"), json!({ "days": 14 })).await;
    let count = usize::try_from(report["queued"]["activityFiles"].as_u64().unwrap()).unwrap();
    let mut files = Vec::new();
    for ping in stage.items("activityFiles", count).await {
        let answer = stage.http.get(ping["callbackURL"].as_str().unwrap()).send().await.unwrap();
        files.push((ping, answer.bytes().await.unwrap().to_vec()));
    }
    files
}

fn of_type<'a>(files: &'a [(Value, Vec<u8>)], activity_type: &str) -> &'a [u8] {
    &files.iter().find(|(ping, _)| ping["activityType"] == activity_type).unwrap().1
}

fn count(bytes: &[u8], number: MesgNum) -> usize {
    let fit = Decoder::new().decode(bytes).expect("decodes").expect("a file");
    fit.messages.iter().filter(|message| message.num == number).count()
}

#[tokio::test]
async fn a_file_holds_what_only_a_file_can_say() {
    let files = fortnight("triathlete").await;
    let triathlon = of_type(&files, "MULTI_SPORT");
    assert_eq!(count(triathlon, MesgNum::SESSION), 5, "a session for each leg and transition");
    assert!(count(triathlon, MesgNum::HRV) > 1000, "times between beats");
    let swim = of_type(&files, "LAP_SWIMMING");
    assert!(count(swim, MesgNum::LENGTH) > 60);
    assert_eq!(count(swim, MesgNum::HRV), 0, "no strap in the water");
    let run = Decoder::new().decode(of_type(&files, "RUNNING")).unwrap().unwrap();
    let record = run.messages.iter().find(|message| message.num == MesgNum::RECORD).unwrap();
    assert_eq!(record.developer_fields.len(), 1, "core temperature, described by the file");
    let files = fortnight("athlete").await;
    let sets = count(of_type(&files, "STRENGTH_TRAINING"), MesgNum::SET);
    assert!(sets > 20, "{sets} sets and rests");
}

#[tokio::test]
async fn uploads_and_some_devices_give_other_formats_and_the_announcement_says_so() {
    let athlete = fortnight("athlete").await;
    let pusher = fortnight("wheelchair_user").await;
    for (ping, bytes) in athlete.iter().chain(&pusher).filter(|(ping, _)| ping["fileType"] != "FIT") {
        let text = std::str::from_utf8(bytes).unwrap();
        let (root, point) = match ping["fileType"].as_str().unwrap() {
            "GPX" => ("gpx", "trkpt"),
            _ => ("TrainingCenterDatabase", "Trackpoint"),
        };
        assert!(text.starts_with("<?xml") && text.trim_end().ends_with(&format!("</{root}>")), "{ping}");
        assert!(text.matches(&format!("<{point}")).count() > 300, "{ping}");
        assert_eq!(text.matches(&format!("<{point}")).count(), text.matches(&format!("</{point}>")).count());
    }
    let types = |files: &[(Value, Vec<u8>)]| {
        files.iter().map(|(ping, _)| ping["fileType"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    assert_eq!(types(&athlete).into_iter().collect::<Vec<_>>(), ["FIT", "GPX", "TCX"]);
    assert_eq!(types(&pusher).into_iter().collect::<Vec<_>>(), ["TCX"]);
}

fn check(bytes: &[u8], activity: &Value, detail: &Value) {
    let (body, sum) = bytes.split_at(bytes.len() - 2);
    assert_eq!(crc(body).to_le_bytes(), sum);
    assert_eq!(crc(&bytes[..12]).to_le_bytes(), bytes[12..14]);
    assert_eq!(&bytes[8..12], b".FIT");
    let fit = Decoder::new().decode(bytes).expect("decodes").expect("a file");
    let of = |number: MesgNum| fit.messages.iter().filter(|message| message.num == number).collect::<Vec<_>>();
    let records: Vec<Record> = of(MesgNum::RECORD).into_iter().map(Record::from).collect();
    let samples = detail["samples"].as_array().unwrap();
    assert_eq!(records.len(), samples.len());
    for (record, sample) in records.iter().zip(samples) {
        same_second(record, sample);
    }
    assert_eq!(of(MesgNum::LAP).len(), detail["laps"].as_array().unwrap().len());
    assert_eq!((of(MesgNum::FILE_ID).len(), of(MesgNum::ACTIVITY).len()), (1, 1));
    assert!([2, 4].contains(&of(MesgNum::EVENT).len()), "timer starts and stops, with a pause in between or without");
    same_totals(&Session::from(of(MesgNum::SESSION)[0]), activity);
}

fn same_second(record: &Record, sample: &Value) {
    assert_eq!(i64::from(record.timestamp.0) + 631_065_600, sample["startTimeInSeconds"]);
    assert_eq!(record.heart_rate, sample["heartRate"]);
    assert_close(record.distance_scaled(), &sample["totalDistanceInMeters"]);
    assert_close(record.enhanced_altitude_scaled(), &sample["elevationInMeters"]);
    assert_close(record.position_lat_degrees(), &sample["latitudeInDegree"]);
}

fn same_totals(session: &Session, activity: &Value) {
    assert_eq!(i64::from(session.start_time.0) + 631_065_600, activity["startTimeInSeconds"]);
    assert_eq!(session.avg_heart_rate, activity["averageHeartRateInBeatsPerMinute"]);
    assert_eq!(session.total_calories, activity["activeKilocalories"]);
    assert_close(session.total_timer_time_scaled(), &activity["durationInSeconds"]);
    assert_close(session.total_distance_scaled(), &activity["distanceInMeters"]);
    assert_close(session.enhanced_avg_speed_scaled(), &activity["averageSpeedInMetersPerSecond"]);
    assert_close(
        Some(f64::from(session.total_ascent)).filter(|m| *m < 65_535.0),
        &activity["totalElevationGainInMeters"],
    );
}

/// Equal to within the last digit that both can write; absent in one is absent in the other.
fn assert_close(one: Option<f64>, other: &Value) {
    match (one, other.as_f64()) {
        (Some(one), Some(other)) => assert!((one - other).abs() < 1e-6, "{one} and {other}"),
        (one, other) => assert_eq!(one, other),
    }
}
