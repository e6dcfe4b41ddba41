//! Other people's libraries read what was written: `programs/readers.py`, with the Python that the environment names.

use crate::sample::{record, track, triathlon};
use export::{fit, record::RecordFormat};
use std::{env, path::Path, process::Command};

/// Names a Python that has the libraries; `cargo xtask test` installs one.
const READERS: &str = "WEARHOUSE_TEST_READERS";

#[test]
fn other_peoples_readers_find_every_resource_unit_and_row_sound() {
    #[allow(clippy::disallowed_methods)] // a test is told where they are
    let Ok(python) = env::var(READERS) else {
        eprintln!("SKIPPED: {READERS} does not name a Python with fhir.resources, ucumvert and fitdecode");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    put("record.ndjson", &record(RecordFormat::Fhir, false));
    put("record.json", &record(RecordFormat::FhirBundle, false));
    put("sampled.ndjson", &record(RecordFormat::Fhir, true));
    let (view, track) = track();
    put("workout.fit", &fit::write_workout(&view, &track).unwrap());
    let (whole, parts) = triathlon();
    put("triathlon.fit", &fit::write_multisport(&whole, &parts).unwrap());
    let sports: Vec<serde_json::Value> = parts
        .iter()
        .map(|part| {
            serde_json::json!({
                "start_s": part.view.start.as_seconds(), "seconds": part.view.detail.elapsed_s,
                "distance_m": part.view.detail.distance_m, "rows": part.track.rows.len(),
                "laps": part.view.detail.laps.len().max(1),
            })
        })
        .collect();
    put("triathlon.json", serde_json::to_string(&sports).unwrap().as_bytes());
    let rows: Vec<serde_json::Value> = track
        .rows
        .iter()
        .map(|row| {
            serde_json::json!({
                "time_s": row.time.as_seconds(), "latitude_deg": row.latitude_deg, "longitude_deg": row.longitude_deg,
                "elevation_m": row.elevation_m, "distance_m": row.distance_m, "speed_mps": row.speed_mps,
                "heart_rate_bpm": row.heart_rate_bpm, "cadence_rpm": row.cadence_rpm,
                "temperature_c": row.temperature_c, "power_w": row.power_w,
            })
        })
        .collect();
    put("workout.json", serde_json::to_string(&rows).unwrap().as_bytes());
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs/readers.py");
    let output = Command::new(python).arg(program).arg(folder.path()).output().unwrap();
    let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{wrong}");
    eprintln!("{said}");
}
