//! What Apple Health exports, handed in over the API: by form, by the contract's route, at a signed address.

use crate::world::{KEY_HEADER, World, request};
use serde_json::{Value, json};
use std::time::Duration;

const FORM: &str = "multipart/form-data; boundary=x";

/// An export with so many records, in a form.
fn form(records: usize) -> Value {
    let record = "<Record type=\"HKQuantityTypeIdentifierHeartRate\" sourceName=\"Watch\" unit=\"count/min\" \
                  startDate=\"2026-03-01 08:00:00 +0100\" endDate=\"2026-03-01 08:00:00 +0100\" value=\"61\"/>";
    let export = format!("<?xml version=\"1.0\"?><HealthData>{}</HealthData>", record.repeat(records));
    json!(format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"e.xml\"\r\n\r\n{export}\r\n--x--\r\n"
    ))
}

#[tokio::test]
async fn an_export_is_handed_in_by_the_contracts_route_and_becomes_points() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    let path = format!("/api/v1/users/{user}/import/apple/xml/direct");
    let headers = [(KEY_HEADER, world.a.key.as_str()), ("content-type", FORM)];
    // more than other bodies may have
    let accepted = world.send(request("POST", &path, &headers, Some(form(20_000)))).await.expect(200);
    assert_eq!((&accepted["status"], &accepted["user_id"]), (&json!("processing"), &json!(user.to_string())));
    world.work().await;
    let points = format!("/api/v1/users/{user}/timeseries?types=heart_rate&start_time=2026-03-01&end_time=2026-03-02");
    let page = world.get(&points).await.expect(200);
    assert_eq!((page["data"].as_array().unwrap().len(), &page["data"][0]["value"]), (1, &json!(61.0)));
    let runs = world.get(&format!("/api/v1/users/{user}/sync/runs")).await.expect(200);
    assert_eq!((&runs[0]["source"], &runs[0]["stage"]), (&json!("xml_import"), &json!("completed")));
}

#[tokio::test]
async fn a_signed_address_takes_a_file_of_its_user_for_its_time_and_size() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    let path = format!("/api/v1/users/{user}/import/apple/xml/s3");
    let wanted = json!({"filename": "export.xml", "expiration_seconds": 60, "max_file_size": 4096});
    let signed = world.with_key("POST", &path, Some(wanted)).await.expect(200);
    assert_eq!((&signed["expires_in"], &signed["max_file_size"]), (&json!(60), &json!(4096)));
    let url = signed["upload_url"].as_str().unwrap();
    let target = &url[url.find("/api/").unwrap()..];
    let headers = [("content-type", FORM)];
    let post = |target: &str, records| request("POST", target, &headers, Some(form(records)));
    let accepted = world.send(post(target, 2)).await.expect(200);
    assert_eq!(accepted["user_id"], json!(user.to_string()));
    world.send(post(target, 100)).await.expect(413);
    world.send(post(&format!("{target}x"), 2)).await.expect(401);
    assert_eq!(world.store.queue_depths().await.unwrap().deliveries_waiting, 1);
    world.clock.advance(Duration::from_secs(61));
    world.send(post(target, 2)).await.expect(401);
    for wrong in [json!({"expiration_seconds": 59}), json!({"max_file_size": 1})] {
        world.with_key("POST", &path, Some(wrong)).await.expect(400);
    }
}

#[tokio::test]
async fn an_import_is_cancelled_by_its_receipt_within_its_team_and_only_while_it_waits() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    let path = format!("/api/v1/users/{user}/files");
    let hand_in = async || {
        let headers = [(KEY_HEADER, world.a.key.as_str()), ("content-type", FORM)];
        let accepted = world.send(request("POST", &path, &headers, Some(form(20_000)))).await.expect(202);
        format!("{path}/{}/cancel", accepted["receipt"])
    };
    let cancel = hand_in().await;
    world.send(request("POST", &cancel, &[(KEY_HEADER, world.b.key.as_str())], None)).await.expect(404);
    let first = world.with_key("POST", &cancel, None).await.expect(200);
    assert_eq!((&first["status"], &first["parts_dropped"]), (&json!("cancelled"), &json!(1)));
    assert_eq!(world.with_key("POST", &cancel, None).await.expect(200), first);
    world.work().await;
    let runs = world.get(&format!("/api/v1/users/{user}/sync/runs")).await.expect(200);
    assert_eq!(
        (&runs[0]["status"], &runs[0]["stage"], &runs[0]["run_id"]),
        (&json!("cancelled"), &json!("cancelled"), &first["run_id"])
    );
    let late = hand_in().await;
    world.work().await;
    world.with_key("POST", &late, None).await.expect(409);
    for unknown in ["1", "x", "99999999999999999999"] {
        world.with_key("POST", &format!("{path}/{unknown}/cancel"), None).await.expect(404);
    }
}
