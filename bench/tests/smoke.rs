//! Every scenario against a real server, for a moment each: what is printed and written is there, and no
//! figure is nothing.
#![allow(clippy::unwrap_used)] // all of this is test code

use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

const BENCH: &str = env!("CARGO_BIN_EXE_bench");

/// The server, which is built beside the bench.
fn server() -> PathBuf {
    let program = Path::new(BENCH).with_file_name(format!("wearhouse{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "build the server first: cargo build --package server");
    program
}

fn bench(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(BENCH);
    command.arg("--server").arg(server()).arg("--folder").arg(folder).args(arguments);
    command.output().unwrap()
}

fn report(folder: &Path, arguments: &[&str]) -> Value {
    let file = folder.join("report.json");
    let output = bench(folder, &[arguments, &["--json", file.to_str().unwrap()]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(printed.contains("OW 0.6.3 noted"), "{printed}");
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

#[test]
fn every_scenario_gives_figures_or_says_that_it_is_not_served() {
    let folder = tempfile::tempdir().unwrap();
    let brief = "--seconds=0.6 --users=20 --readers=2 --days=6 --many=30 --export-mb=1";
    let report = report(folder.path(), &brief.split(' ').collect::<Vec<_>>());
    let scenarios = report["targets"]["embedded"].as_object().unwrap();
    assert_eq!(scenarios.len(), 16);
    for (name, run) in scenarios {
        let figures = run["figures"].as_object().unwrap();
        assert_ne!(figures.is_empty(), run["not_served"].is_null(), "{name}: {run}");
        for (figure, told) in figures {
            assert!(told["value"].as_f64().is_some_and(|value| value > 0.0), "{figure}: {told}");
            assert!(told["unit"].is_string(), "{figure} is not listed");
        }
    }
    assert!(scenarios["small_pushes"]["not_served"].is_null() && scenarios["first_pages"]["not_served"].is_null());
    assert!(scenarios["small_pushes"]["bench_cpu_s"].as_f64().unwrap() > 0.0);
    // nothing of it stays
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["report.json"]);
}

#[test]
fn what_cannot_be_measured_is_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, reason) in [
        (["--only", "luck"], "no scenario `luck`"),
        (["--users", "0"], "at least one"),
        (["--seconds", "0"], "above zero"),
        (["--postgres", "postgres://me@127.0.0.1/production"], "whose name holds \"bench\""),
    ] {
        let arguments = [&["--no-embedded"], &arguments[..]].concat();
        let output = bench(folder.path(), &arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(reason), "{arguments:?}: {told}");
    }
}
