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
use std::time::Duration;

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
