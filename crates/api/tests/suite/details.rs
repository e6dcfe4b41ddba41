//! What a workout's file alone can say, shown by the workout; and the document says what is shown.

use crate::{
    fit_activity,
    world::{KEY_HEADER, World},
};
use axum::{body::Body, http::Request};
use serde_json::{Value, json};

/// The one workout of a file that somebody uploads, in full.
async fn uploaded(world: &World, bytes: Vec<u8>) -> Value {
    let user = world.user_of(world.a.team, "u").await;
    let request = Request::post(format!("/api/v1/users/{user}/files?name=a.fit"))
        .header(KEY_HEADER, &world.a.key)
        .body(Body::from(bytes))
        .unwrap();
    world.send(request).await.expect(202);
    world.work().await;
    let base = format!("/api/v1/users/{user}/events/workouts");
    let page = world.get(&format!("{base}?start_date=2000-01-01&end_date=2100-01-01")).await.expect(200);
    let [workout] = page["data"].as_array().unwrap().as_slice() else { panic!("{page}") };
    let mut full = world.get(&format!("{base}/{}", workout["id"].as_str().unwrap())).await.expect(200);
    let stream = world.get(&format!("{base}/{}/stream?series=rr_interval", workout["id"].as_str().unwrap())).await;
    full["rr"] = stream.json();
    full
}

#[tokio::test]
async fn a_workout_shows_zones_lengths_sets_pauses_beats_and_developer_fields_of_its_file() {
    let world = World::new().await;
    let full = uploaded(&world, fit_activity::of_everything()).await;
    let detail = &full["detail"];
    let (start, second) = ("2021-09-08T01:46:40Z", "2021-09-08T01:46:50Z");
    assert_eq!(full["start_time"], start);
    assert_eq!(
        detail["zones"],
        json!([
            {"kind": "heart_rate", "zone": 0, "high": 100.0, "seconds": 1.5},
            {"kind": "heart_rate", "zone": 1, "high": 120.0, "seconds": 58.5},
        ])
    );
    assert_eq!(
        detail["lengths"],
        json!([{"start": start, "elapsed_s": 25.5, "stroke": "freestyle", "strokes": 14.0, "active": true}])
    );
    assert_eq!(
        detail["sets"],
        json!([{"start": start, "duration_s": 30.0, "repetitions": 12.0, "weight_kg": 20.5, "category": "squat",
            "active": true}])
    );
    assert_eq!(detail["pauses"], json!([[second, "2021-09-08T01:47:00Z"]]));
    assert_eq!(
        detail["developer_fields"],
        json!([
            {"name": "Leg spring", "unit": "kN/m", "application_id": "a7".repeat(16), "message": "record",
                "samples": 2, "min": 9.0, "avg": 9.5, "max": 10.0, "last": 10.0},
            {"name": "Effort", "unit": "points", "application_id": "a7".repeat(16), "message": "session",
                "samples": 1, "min": 7.0, "avg": 7.0, "max": 7.0, "last": 7.0, "values": [7.0]},
        ])
    );
    let beats = full["series"].as_array().unwrap().iter().find(|series| series["type"] == "rr_interval").unwrap();
    assert_eq!((&beats["points"], &beats["unit"]), (&json!(2), &json!("ms")));
    assert_eq!(full["rr"]["rr_interval"], json!([800.0, 850.0]));
    assert_eq!(full["documents"][0]["detail"]["developer_fields"], detail["developer_fields"]);
}

#[tokio::test]
async fn a_workout_typed_in_says_so_and_an_odd_clock_is_kept_to_the_second() {
    let world = World::new().await;
    let user = world.person("account").await;
    let item = |number: i64, manual: bool, offset: i64| {
        json!({
            "userId": "account", "summaryId": number.to_string(), "activityType": "RUNNING", "manual": manual,
            "isWebUpload": false, "startTimeInSeconds": 1_795_161_600 + number * 7200, "durationInSeconds": 60,
            "startTimeOffsetInSeconds": offset, "deviceName": if manual { "unknown" } else { "fenix" },
        })
    };
    world
        .push(&json!({ "activities": [item(1, true, 3600)], "manuallyUpdatedActivities": [item(2, false, -86_399)] }))
        .await;
    let base = format!("/api/v1/users/{user}/events/workouts");
    let page = world.get(&format!("{base}?start_date=2000-01-01&end_date=2100-01-01")).await.expect(200);
    let [odd, typed] = page["data"].as_array().unwrap().as_slice() else { panic!("{page}") };
    assert_eq!((&typed["is_manual"], &typed["is_web_upload"]), (&json!(true), &json!(false)));
    assert_eq!((&odd["is_manual"], &odd["zone_offset"]), (&json!(false), &json!("-23:59")));
    assert_eq!(typed["source"]["device"], Value::Null, "unknown is no device");
    let full = world.get(&format!("{base}/{}", odd["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(full["offset"], json!({ "seconds": -86_399, "kind": "device_display" }));
}

/// What a value has that its schema does not say.
fn unsaid(document: &Value, schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match schema["properties"].get(name) {
                    Some(schema) => unsaid(document, schema, value, &format!("{path}.{name}"), found),
                    None => found.push(format!("{path}.{name}")),
                }
            }
        }
        Value::Array(items) => {
            items.iter().for_each(|value| unsaid(document, &schema["items"], value, &format!("{path}[]"), found));
        }
        Value::String(_) if schema["type"] == "string" => {}
        Value::Number(_) if schema["type"] == "number" || schema["type"] == "integer" => {}
        Value::Bool(_) if schema["type"] == "boolean" => {}
        _ => found.push(format!("{path}: {value} is no {}", schema["type"])),
    }
}

#[tokio::test]
async fn the_document_names_and_types_every_field_of_a_detail() {
    let world = World::new().await;
    let full = uploaded(&world, fit_activity::of_everything()).await;
    let document: Value = serde_json::from_str(&api::openapi().to_json().unwrap()).unwrap();
    let schemas = &document["components"]["schemas"];
    let shown = [(&schemas["WorkoutDetail"], &full["detail"]), (&schemas["FileDetail"], &full["file"])];
    let mut found = Vec::new();
    for (schema, value) in shown {
        assert!(value.as_object().unwrap().len() > 2, "{value}");
        unsaid(&document, schema, value, "$", &mut found);
    }
    assert_eq!(found, Vec::<String>::new());
    for (list, item) in [("laps", "Lap"), ("zones", "Zone"), ("lengths", "PoolLength"), ("sets", "StrengthSet")] {
        let reference = &schemas["WorkoutDetail"]["properties"][list]["items"]["$ref"];
        assert_eq!(reference, &json!(format!("#/components/schemas/{item}")));
    }
    let pause = &schemas["WorkoutDetail"]["properties"]["pauses"]["items"];
    assert_eq!((&pause["minItems"], &pause["items"]["format"]), (&json!(2), &json!("date-time")));
    let field = &schemas["DeveloperField"]["properties"];
    assert!(field["unit"]["description"].as_str().unwrap().contains("unit"), "{field}");
}
