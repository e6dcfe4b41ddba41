//! `wearhouse import FILE --user ID`: the same way in as an upload, without a server; or to one, by `--server`.

mod preview;
mod remote;
mod table;

use crate::{app::App, config::Config, logging};
use anyhow::{Context, bail};
use futures::TryStreamExt;
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use ingest::{Cancelling, Incoming, WorkerSettings, Workers};
use model::{IssueCode, PartMeta, TeamId, UserId};
use providers::{BEGINNING, Recognised, recognise};
use std::path::{Path, PathBuf};
use store::{DeliveryKind, EventQuery, Lane};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio_util::io::ReaderStream;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The files to import: of workouts (FIT, TCX, GPX) or exports of services
    #[arg(required_unless_present = "cancel")]
    files: Vec<PathBuf>,
    /// Whose record they go into
    #[arg(long)]
    user: UserId,
    /// The zone (IANA name) of times that say no offset; the person's own where absent
    #[arg(long)]
    time_zone: Option<String>,
    /// Only say what each file would give; nothing is kept
    #[arg(long)]
    preview: bool,
    /// Hand them in at this server; after an interruption the same command goes on where it was
    #[arg(long, value_name = "URL", requires = "key", conflicts_with = "preview")]
    server: Option<String>,
    /// An API key of that server
    #[arg(long, env = "WEARHOUSE_API_KEY", hide_env_values = true)]
    key: Option<String>,
    /// End the import with this receipt: what is applied stays, the rest is dropped
    #[arg(long, value_name = "RECEIPT", conflicts_with_all = ["files", "preview"])]
    cancel: Option<i64>,
}

/// How many issues of a file are told one by one.
const SHOWN_ISSUES: usize = 5;

/// Each reading is handed to another thread, so few large ones are quicker than many small ones.
const READ_AT_ONCE: usize = 256 * 1024;

/// A bar that shows itself only where a person looks.
pub(crate) fn progress_bar(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed} {msg}");
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// At another server: hands files in, or ends an import.
async fn run_remote(server: &str, arguments: &Arguments) -> anyhow::Result<()> {
    let key = arguments.key.clone().context("--key is missing")?;
    let remote = remote::Remote::new(server, key, arguments.user)?;
    if let Some(receipt) = arguments.cancel {
        let told = remote.cancel(receipt).await?;
        println!(
            "cancelled: {} parts were applied and stay, {} are dropped",
            told["parts_applied"], told["parts_dropped"]
        );
        return Ok(());
    }
    let mut refused = 0;
    for path in &arguments.files {
        match remote.hand_in(path, arguments.time_zone.as_deref()).await {
            Ok(receipt) => {
                println!("{}: handed in, receipt {receipt}; the person's runs tell how far it is", path.display())
            }
            Err(error) => {
                refused += 1;
                println!("{}: {error:#}", path.display());
            }
        }
    }
    if refused > 0 { bail!("{refused} files could not be handed in") } else { Ok(()) }
}

/// Ends an import of the store here.
async fn cancel(app: &App, team: TeamId, user: UserId, receipt: i64) -> anyhow::Result<()> {
    match app.intake().cancel(team, user, receipt).await? {
        Cancelling::Unknown => bail!("nothing was handed in for this user under this receipt"),
        Cancelling::Ended(_) => bail!("it has ended: nothing of it waits"),
        Cancelling::Cancelled(_, told) => {
            println!("cancelled: {} parts were applied and stay, {} are dropped", told.applied, told.dropped);
            Ok(())
        }
    }
}

pub(crate) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    if let Some(server) = &arguments.server {
        return run_remote(server, &arguments).await;
    }
    logging::start(&config)?;
    let app = App::open(config).await?;
    let user = app.store().load_user(arguments.user).await?.context("there is no user with this id")?;
    if let Some(receipt) = arguments.cancel {
        let cancelled = cancel(&app, user.team_id, user.id, receipt).await;
        app.close().await;
        return cancelled;
    }
    if let Some(zone) = &arguments.time_zone {
        jiff::tz::TimeZone::get(zone).context("there is no time zone of this name")?;
    }
    let zone = arguments.time_zone.clone().or_else(|| user.time_zone.clone());
    if arguments.preview {
        let seen = preview::run(&arguments.files, zone);
        app.close().await;
        return seen;
    }
    let before = count_workouts(&app, user.id).await?;
    let workers = Workers::new(app.intake().clone(), WorkerSettings::default());
    let bar = progress_bar(arguments.files.len() as u64);
    let (mut refused, mut partial, mut empty) = (0, 0, 0);
    for path in &arguments.files {
        bar.set_message(path.file_name().unwrap_or_default().to_string_lossy().into_owned());
        match accept(&app, user.id, zone.clone(), path).await {
            Ok((receipt, found)) => {
                let (size, before) = (tokio::fs::metadata(path).await?.len(), app.intake().cut_bytes());
                let progress = |waiting| {
                    let read = (app.intake().cut_bytes() - before).min(size);
                    bar.set_message(format!("{} of {} read, {waiting} parts wait", HumanBytes(read), HumanBytes(size)));
                };
                workers.run_until_idle(progress).await?;
                let read = tell(&app, user.id, receipt, (path, &found), &bar).await?;
                partial += u32::from(read == Read::InPart);
                empty += u32::from(read == Read::Nothing);
            }
            Err(error) => {
                refused += 1;
                bar.suspend(|| println!("{}: {error:#}", path.display()));
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let after = count_workouts(&app, user.id).await?;
    let depths = app.store().queue_depths().await?;
    app.close().await;
    let files = arguments.files.len() as u32;
    println!(
        "{} files imported, {} workouts more; {partial} of them only in part, {} parts are dead",
        files - refused - empty,
        after.saturating_sub(before),
        depths.parts_dead
    );
    if empty > 0 {
        println!("{empty} files hold nothing that has a place here");
    }
    // one of many that holds nothing, such as a device's settings, is no failure; all of them are
    match (refused, files - refused - empty) {
        (0, 1..) => Ok(()),
        (0, _) => bail!("nothing was imported"),
        _ => bail!("{refused} files could not be imported"),
    }
}

async fn count_workouts(app: &App, user: UserId) -> anyhow::Result<u64> {
    let query = EventQuery {
        kind: model::EventKind::Workout,
        from: model::Timestamp::MIN,
        to: model::Timestamp::MAX,
        type_code: None,
        after: None,
        descending: false,
        limit: 1,
    };
    Ok(app.store().count_events(user, query).await?)
}

/// How much of a file could be read.
#[derive(PartialEq, Eq)]
enum Read {
    Whole,
    InPart,
    Nothing,
}

/// Says what could not be read of a file.
async fn tell(
    app: &App,
    user: UserId,
    receipt: i64,
    (path, found): (&Path, &Recognised),
    bar: &ProgressBar,
) -> anyhow::Result<Read> {
    let outcomes = app.store().list_outcomes(Lane::of_user(user), receipt).await?;
    let issues: Vec<_> = outcomes.iter().flat_map(|outcome| &outcome.issues).collect();
    let errors: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.error.as_deref()).collect();
    let table = match outcomes.as_slice() {
        [_, _, ..] => Some(table::of(&outcomes)),
        _ => None,
    };
    bar.suspend(|| {
        let name = path.display();
        errors.iter().for_each(|error| println!("{name}: {error}"));
        if let Some(table) = &table {
            println!("{name}:\n{table}");
            return;
        }
        for issue in issues.iter().take(SHOWN_ISSUES) {
            println!("{name}: {} ({}) at {}", issue.message, issue.code, issue.path);
        }
        if issues.len() > SHOWN_ISSUES {
            println!("{name}: and {} more", issues.len() - SHOWN_ISSUES);
        }
    });
    // the mapper calls a file missing of everything when it holds nothing that has a place
    let is_empty = |code, path: &str| code == IssueCode::Missing && path == found.part_type;
    let nothing = outcomes.is_empty() || issues.iter().any(|issue| is_empty(issue.code, &issue.path));
    let whole = issues.iter().all(|issue| issue.code == IssueCode::Unmapped);
    Ok(match (errors.is_empty() && !nothing, whole) {
        (true, true) => Read::Whole,
        (true, false) => Read::InPart,
        (false, _) => Read::Nothing,
    })
}

/// Takes a file in as what its bytes say it is; its name says nothing.
async fn accept(app: &App, user: UserId, time_zone: Option<String>, path: &Path) -> anyhow::Result<(i64, Recognised)> {
    let mut file = tokio::fs::File::open(path).await.context("cannot be opened")?;
    if file.metadata().await?.is_dir() {
        bail!("is a folder");
    }
    let mut beginning = Vec::with_capacity(BEGINNING);
    (&mut file).take(BEGINNING as u64).read_to_end(&mut beginning).await?;
    let found = recognise(&beginning).context("is of no kind that is known here")?;
    file.rewind().await?;
    let incoming = Incoming {
        kind: DeliveryKind::Upload,
        provider: found.provider.clone(),
        app_id: None,
        user_id: Some(user),
        connection_id: None,
        part_type: Some(found.part_type.to_owned()),
        meta: PartMeta {
            format: found.format,
            time_zone,
            file_name: path.file_name().map(|name| name.to_string_lossy().into_owned()),
            ..PartMeta::default()
        },
    };
    let body = ReaderStream::with_capacity(file, READ_AT_ONCE).map_err(|error| error.to_string());
    Ok((app.intake().accept(incoming, body).await?.receipt, found))
}
