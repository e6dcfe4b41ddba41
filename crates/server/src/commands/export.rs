//! `wearhouse export --user ID --format F`: a user's whole record into a file, without a server.

use super::import::progress_bar;
use crate::{app::App, config::Config, logging};
use anyhow::{Context, bail};
use futures::StreamExt;
use indicatif::{HumanBytes, ProgressBar};
use model::UserId;
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Whose record
    #[arg(long)]
    user: UserId,
    /// fhir, fhir-bundle, omh, csv, ndjson or parquet
    #[arg(long)]
    format: String,
    /// Where to: a file that is not there yet, or - for standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Only these parts: samples, workouts, sleep, daily, scores, …
    #[arg(long, value_delimiter = ',')]
    what: Vec<String>,
    /// Only these series
    #[arg(long, value_delimiter = ',')]
    types: Vec<String>,
    /// Starting at or after: a date, ISO 8601 or seconds since 1970
    #[arg(long)]
    start: Option<String>,
    /// Starting before; a date alone includes its day
    #[arg(long)]
    end: Option<String>,
    /// raw, 1min, 5min, 15min, 1hour or 1day
    #[arg(long)]
    resolution: Option<String>,
    /// Time zone by whose clock days are cut
    #[arg(long)]
    tz: Option<String>,
    /// One record out of all sources
    #[arg(long)]
    merged: bool,
    /// FHIR: levels at a regular pace together, as SampledData
    #[arg(long)]
    sampled: bool,
}

impl Arguments {
    /// As a request would have them.
    fn parameters(&self) -> Vec<(String, String)> {
        let one = |name: &str, value: &Option<String>| value.clone().map(|value| (name.to_owned(), value));
        let list = |name: &str, values: &[String]| {
            values.iter().map(|value| (name.to_owned(), value.clone())).collect::<Vec<_>>()
        };
        let mut parameters = vec![("format".to_owned(), self.format.clone())];
        parameters.extend(list("what", &self.what));
        parameters.extend(list("types", &self.types));
        parameters.extend(one("start", &self.start));
        parameters.extend(one("end", &self.end));
        parameters.extend(one("resolution", &self.resolution));
        parameters.extend(one("tz", &self.tz));
        let flag = |name: &str, is_set: bool| is_set.then(|| (name.to_owned(), "true".to_owned()));
        parameters.extend(flag("merged", self.merged));
        parameters.extend(flag("sampled", self.sampled));
        parameters
    }
}

pub(crate) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    logging::start(&config)?;
    let app = App::open(config).await?;
    let user = app.store().load_user(arguments.user).await?.context("there is no user with this id")?;
    let state = app.api_state();
    let opened = api::export_record(&state, user, arguments.parameters()).map_err(anyhow::Error::msg)?;
    let bar = progress_bar(0);
    let written = match arguments.out.as_os_str() == "-" {
        true => write(opened, io::stdout(), &bar).await,
        false => write_file(opened, &arguments.out, &bar).await,
    };
    bar.finish_and_clear();
    app.close().await;
    let bytes = written?;
    if arguments.out.as_os_str() != "-" {
        println!("{}: {}", arguments.out.display(), HumanBytes(bytes));
    }
    Ok(())
}

/// A file that could not be written whole is none: it goes.
async fn write_file(opened: api::RecordStream, path: &Path, bar: &ProgressBar) -> anyhow::Result<u64> {
    let cannot = || format!("cannot write {}", path.display());
    let file = File::create_new(path).with_context(cannot)?;
    match write(opened, file, bar).await.with_context(cannot) {
        Ok(bytes) => Ok(bytes),
        Err(error) => {
            fs::remove_file(path).with_context(cannot)?;
            Err(error)
        }
    }
}

/// The command has nothing else to do, so it may wait for the file.
async fn write(mut opened: api::RecordStream, mut out: impl Write, bar: &ProgressBar) -> anyhow::Result<u64> {
    let mut bytes = 0;
    while let Some(frame) = opened.bytes.next().await {
        let Ok(frame) = frame else { bail!("the record could not be read to its end") };
        out.write_all(&frame)?;
        bytes += frame.len() as u64;
        let (done, total) = opened.progress.parts();
        bar.set_length(total);
        bar.set_position(done);
        bar.set_message(HumanBytes(bytes).to_string());
    }
    out.flush()?;
    Ok(bytes)
}
