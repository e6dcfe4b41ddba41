//! Files that come piece by piece, by the tus protocol over raw HTTP.

use crate::world::{Answer, KEY_HEADER, World, request};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

const VERSION: (&str, &str) = ("tus-resumable", "1.0.0");
const PIECE: (&str, &str) = ("content-type", "application/offset+octet-stream");

fn export(records: usize) -> String {
    let record = "<Record type=\"HKQuantityTypeIdentifierHeartRate\" sourceName=\"Watch\" unit=\"count/min\" \
                  startDate=\"2026-03-01 08:00:00 +0100\" endDate=\"2026-03-01 08:00:00 +0100\" value=\"61\"/>";
    format!("<?xml version=\"1.0\"?><HealthData>{}</HealthData>", record.repeat(records))
}

impl World {
    /// A request with a key of team A and more headers.
    async fn tus(&self, method: &str, path: &str, more: &[(&str, &str)], body: Option<&str>) -> Answer {
        let mut headers = vec![(KEY_HEADER, self.a.key.as_str()), VERSION];
        headers.extend(more);
        self.send(request(method, path, &headers, body.map(|text| json!(text)))).await
    }
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_file_is_begun_asked_about_added_to_and_imported() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    let text = export(1_000);
    let length = text.len().to_string();
    let metadata = format!("filename {},time_zone {}", STANDARD.encode("größe.xml"), STANDARD.encode("Europe/Berlin"));
    let begin = [("upload-length", length.as_str()), ("upload-metadata", &metadata)];
    let begun = world.tus("POST", &format!("/api/v1/users/{user}/uploads"), &begin, None).await;
    assert_eq!((begun.status.as_u16(), header(&begun, "tus-resumable")), (201, "1.0.0"));
    let place = header(&begun, "location").to_owned();
    let first = world.tus("PATCH", &place, &[PIECE, ("upload-offset", "0")], Some(&text[..50_000])).await;
    assert_eq!((first.status.as_u16(), header(&first, "upload-offset")), (204, "50000"));
    let stand = world.tus("HEAD", &place, &[], None).await;
    assert_eq!((header(&stand, "upload-offset"), header(&stand, "upload-length")), ("50000", length.as_str()));
    assert_eq!((header(&stand, "upload-metadata"), header(&stand, "cache-control")), (metadata.as_str(), "no-store"));
    assert!(header(&stand, "upload-expires").ends_with(" GMT"), "{:?}", stand.headers);
    world.tus("PATCH", &place, &[PIECE, ("upload-offset", "0")], Some("x")).await.expect(409);
    // a sender that can only post says what it means
    let meant = [PIECE, ("upload-offset", "50000"), ("x-http-method-override", "PATCH")];
    let last = world.tus("POST", &place, &meant, Some(&text[50_000..])).await;
    assert_eq!((last.status.as_u16(), header(&last, "upload-offset")), (204, length.as_str()));
    let receipt = header(&last, "upload-receipt").to_owned();
    world.work().await;
    let runs = world.get(&format!("/api/v1/users/{user}/sync/runs")).await.expect(200);
    assert_eq!((&runs[0]["source"], &runs[0]["stage"]), (&json!("xml_import"), &json!("completed")));
    assert_eq!(header(&world.tus("HEAD", &place, &[], None).await, "upload-receipt"), receipt);
    world.tus("DELETE", &place, &[], None).await.expect(404);
}

#[tokio::test]
async fn the_first_piece_may_come_at_once_and_a_file_may_be_given_up() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    let text = export(100);
    let path = format!("/api/v1/users/{user}/uploads");
    let length = text.len().to_string();
    let whole = world.tus("POST", &path, &[PIECE, ("upload-length", &length)], Some(&text)).await;
    assert_eq!((whole.status.as_u16(), header(&whole, "upload-offset")), (201, length.as_str()));
    assert_ne!(header(&whole, "upload-receipt"), "");
    let begun = world.tus("POST", &path, &[PIECE, ("upload-length", &length)], Some(&text[..9])).await;
    let place = header(&begun, "location").to_owned();
    assert_eq!(header(&begun, "upload-offset"), "9");
    let gone = world.tus("DELETE", &place, &[], None).await;
    assert_eq!(gone.status.as_u16(), 204);
    let missing = world.tus("HEAD", &place, &[], None).await;
    assert_eq!((missing.status.as_u16(), header(&missing, "upload-offset")), (404, ""));
}

#[tokio::test]
async fn what_does_not_speak_the_protocol_is_told_so() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    let path = format!("/api/v1/users/{user}/uploads");
    let options = world.send(request("OPTIONS", &path, &[], None)).await;
    assert_eq!((options.status.as_u16(), header(&options, "tus-version")), (204, "1.0.0"));
    assert_eq!(header(&options, "tus-extension"), "creation,creation-with-upload,expiration,termination");
    let limit: u64 = header(&options, "tus-max-size").parse().unwrap();
    let old = [(KEY_HEADER, world.a.key.as_str()), ("tus-resumable", "0.2.2"), ("upload-length", "10")];
    let old = world.send(request("POST", &path, &old, None)).await;
    assert_eq!((old.status.as_u16(), header(&old, "tus-version")), (412, "1.0.0"));
    for length in ["", "0", "-1", "x", "1e3", "99999999999999999999999"] {
        world.tus("POST", &path, &[("upload-length", length)], None).await.expect(400);
    }
    world.tus("POST", &path, &[], None).await.expect(400);
    world.tus("POST", &path, &[("upload-length", &(limit + 1).to_string())], None).await.expect(413);
    world.tus("POST", &path, &[("upload-length", "9"), ("upload-metadata", "filename %%")], None).await.expect(400);
    let begun = world.tus("POST", &path, &[("upload-length", "9000")], None).await;
    let place = header(&begun, "location").to_owned();
    world.tus("PATCH", &place, &[("upload-offset", "0")], Some("x")).await.expect(415);
    world.tus("PATCH", &place, &[PIECE], Some("x")).await.expect(400);
    world
        .tus("PATCH", &place, &[PIECE, ("upload-offset", "0"), ("content-encoding", "gzip")], Some("x"))
        .await
        .expect(415);
    world.tus("PATCH", &place, &[PIECE, ("upload-offset", "0")], Some(&"n".repeat(9_001))).await.expect(413);
    world.tus("PATCH", &place, &[PIECE, ("upload-offset", "0")], Some(&"n".repeat(9_000))).await.expect(400);
    world.tus("HEAD", &place, &[], None).await.expect(404);
    world.tus("HEAD", &format!("{path}/x"), &[], None).await.expect(404);
}

#[tokio::test]
async fn another_teams_uploads_are_not_there() {
    let world = World::new().await;
    let user = world.user_of(world.a.team, "u").await;
    let begun = world.tus("POST", &format!("/api/v1/users/{user}/uploads"), &[("upload-length", "90")], None).await;
    let place = header(&begun, "location").to_owned();
    let theirs = world.user_of(world.b.team, "v").await;
    let moved = place.replace(&user.to_string(), &theirs.to_string());
    for path in [&place, &moved] {
        let headers = [(KEY_HEADER, world.b.key.as_str()), VERSION, PIECE, ("upload-offset", "0")];
        for method in ["HEAD", "PATCH", "DELETE"] {
            let answer = world.send(request(method, path, &headers, None)).await;
            assert_eq!(answer.status.as_u16(), 404, "{method} {path}");
        }
    }
    assert_eq!(header(&world.tus("HEAD", &place, &[], None).await, "upload-offset"), "0");
}
