//! Electrocardiograms and clinical records of a phone's export: listed by what they say of themselves, given back as they came.

use crate::world::{KEY_HEADER, World, request};
use serde_json::{Value, json};

const ECG: &str = "Name,Erika\nDate of Birth,Jan 1 1970\nRecorded Date,2026-02-16 10:25:14 +0100\nClassification,Sinus Rhythm\n\
    Symptoms,\nSoftware Version,1.90\nDevice,\"Watch6,7\"\nSample Rate,512 hertz\n\n\nLead,Lead I\nUnit,\u{b5}V\n\n-9.723\n12.5\n";
const RECORD: &str = r#"{"resourceType":"Observation","id":"o-1","meta":{"source":"urn:clinic"},"effectiveDateTime":"2025-11-03","status":"final"}"#;
const XML: &str = "<?xml version=\"1.0\"?><HealthData><Record type=\"HKQuantityTypeIdentifierHeartRate\" sourceName=\"Watch\" \
    unit=\"count/min\" startDate=\"2026-03-01 08:00:00 +0100\" endDate=\"2026-03-01 08:00:00 +0100\" value=\"61\"/></HealthData>";

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

/// A zip whose entries are stored as they are.
fn zip(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = Vec::new();
    for (name, text) in entries {
        let size = (text.len() as u32).to_le_bytes();
        zip.extend(b"PK\x03\x04\x14\0\0\x08\0\0\0\0\0\0");
        zip.extend(crc(text.as_bytes()).to_le_bytes());
        zip.extend([size, size].concat());
        zip.extend((name.len() as u16).to_le_bytes());
        zip.extend([0, 0]);
        zip.extend(name.as_bytes());
        zip.extend(text.as_bytes());
    }
    zip.extend(b"PK\x05\x06");
    zip.extend([0; 18]);
    zip
}

#[tokio::test]
async fn electrocardiograms_and_clinical_records_are_listed_and_given_back_as_they_came() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    let export = zip(&[
        ("apple_health_export/export.xml", XML),
        ("apple_health_export/electrocardiograms/ecg_2026-02-16.csv", ECG),
        ("apple_health_export/clinical-records/Observation-1.json", RECORD),
    ]);
    let mut upload = request("POST", &format!("/api/v1/users/{user}/files"), &[(KEY_HEADER, &world.a.key)], None);
    *upload.body_mut() = export.into();
    world.send(upload).await.expect(202);
    world.work().await;
    let path = format!("/api/v1/users/{user}/health-files");
    let page = world.get(&path).await.expect(200);
    let found = &page["data"][0];
    assert_eq!((page["data"].as_array().unwrap().len(), &page["next_cursor"]), (1, &Value::Null));
    assert_eq!((&found["classification"], &found["device"]), (&json!("Sinus Rhythm"), &json!("Watch6,7")));
    assert_eq!(
        (&found["sample_rate_hz"], &found["samples"], &found["symptoms"]),
        (&json!(512.0), &json!(2), &Value::Null)
    );
    assert_eq!(found["recorded_at"], json!("2026-02-16T09:25:14Z"));
    assert!(!page.to_string().contains("Erika"), "names and dates of birth stay in the file");
    let ecg = format!("{path}/{}", found["id"].as_str().unwrap());
    assert_eq!(world.get(&ecg).await.bytes, ECG.as_bytes());
    let records = world.get(&format!("{path}?type=clinical_record&limit=1")).await.expect(200);
    let record = &records["data"][0];
    assert_eq!((&record["resource_type"], &record["resource_id"]), (&json!("Observation"), &json!("o-1")));
    assert_eq!((&record["source"], &record["recorded"]), (&json!("urn:clinic"), &json!("2025-11-03")));
    let next = records["next_cursor"].as_str().unwrap();
    let last = world.get(&format!("{path}?type=clinical_record&limit=1&cursor={next}")).await.expect(200);
    assert_eq!(last["data"], json!([]));

    let theirs = world.user_of(world.b.team, "v").await;
    for path in [ecg.clone(), ecg.replace(&user.to_string(), &theirs.to_string())] {
        world.send(request("GET", &path, &[(KEY_HEADER, &world.b.key)], None)).await.expect(404);
    }
    for wrong in ["x", "1-1", "-", "99999999999999999999-0"] {
        world.get(&format!("{path}/{wrong}")).await.expect(404);
    }
    world.get(&format!("{path}?type=health_export")).await.expect(400);
    world.get(&format!("{path}?cursor=x")).await.expect(400);
}
