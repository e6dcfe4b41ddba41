//! `cargo xtask test`: everything that must pass, in one go. What could not be run is said at the
//! end, loudly, with the reason; the test runner's own summary comes last.

mod browser;
mod bucket;
mod nats;
mod package;
mod postgres;
mod readers;
mod samples;

use crate::{assets, process};
use std::path::{Path, PathBuf};

/// The tests of traces, by a server with the feature that takes them.
const TRACES: [&str; 8] =
    ["test", "--quiet", "--workspace", "--features", "server/otel", "--test", "suite", "traces::"];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A folder of real files, over which the conformance tests run as well
    #[arg(long, value_name = "DIR")]
    samples: Option<PathBuf>,
    /// Leave the browser checks out
    #[arg(long)]
    no_browser: bool,
}

/// What was left out, and why.
#[derive(Debug, Default)]
pub(crate) struct Skipped(Vec<String>);

impl Skipped {
    pub(crate) fn note(&mut self, what: &str, why: impl std::fmt::Display) {
        self.0.push(format!("SKIPPED: {what}: {why}"));
    }

    fn tell(&self) {
        for line in &self.0 {
            eprintln!("{line}");
        }
        eprintln!("{} parts skipped; the tests themselves follow", self.0.len());
    }
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    let mut skipped = Skipped::default();
    if let Err(problem) = assets::run(root) {
        skipped.note("the scripted API reference at /docs", format!("{problem:#}"));
    }
    let samples = samples::find(arguments.samples.as_deref(), &mut skipped)?;
    let bucket = bucket::find(root, &mut skipped);
    let readers = readers::find(root, &mut skipped);
    // With the tests, so that both share one set of features and nothing is built twice.
    process::run(process::cargo(root).args(["build", "--workspace", "--bins", "--tests"]))?;
    if arguments.no_browser {
        skipped.note("the browser checks", "--no-browser was given");
    } else {
        browser::run(root, &mut skipped)?;
    }
    process::run(process::cargo(root).args(["test", "--quiet", "--workspace", "--doc"]))?;
    // The feature adds crates and changes none that are built: only the server is built a second time.
    process::run(process::cargo(root).args(TRACES))?;
    let database = postgres::start(&mut skipped);
    let nats = nats::start(root, &mut skipped);
    skipped.tell();
    let others = Others { samples, database, nats, bucket, readers };
    unit_and_integration(root, &others)
}

/// What of other people's the tests run against, where it was to be had.
struct Others {
    samples: Option<PathBuf>,
    database: Option<postgres::Server>,
    nats: Vec<(&'static str, nats::Server)>,
    bucket: Option<PathBuf>,
    readers: Option<PathBuf>,
}

fn unit_and_integration(root: &Path, others: &Others) -> anyhow::Result<()> {
    let Others { samples, database, nats, bucket, readers } = others;
    let mut command = process::cargo(root);
    if process::succeeds(process::cargo(root).args(["nextest", "--version"])) {
        command.args(["nextest", "run", "--workspace", "--status-level", "slow"]);
    } else {
        command.args(["test", "--workspace", "--bins", "--lib", "--tests", "--no-fail-fast"]);
    }
    if let Some(folder) = samples {
        command.env("WEARHOUSE_SAMPLES", folder);
    }
    if let Some(server) = database {
        command.env(postgres::DATABASE, &server.url);
    }
    for (variable, server) in nats {
        command.env(variable, &server.url);
    }
    if let Some(folder) = bucket {
        command.env("PATH", bucket::path_with(folder)?);
    }
    if let Some(python) = readers {
        command.env(readers::READERS, python);
    }
    process::run(&mut command)
}
