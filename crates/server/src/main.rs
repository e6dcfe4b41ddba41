//! `wearhouse`: the only binary. Wiring, configuration and the command line; everything else lives in
//! the rooms below.

mod app;
mod backup;
mod clock;
mod commands;
mod config;
mod demo;
mod logging;
mod places;
mod rotation;
mod secrets;
mod storage;
mod telemetry;

use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

/// Large bodies come and go; this allocator gives their memory back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Every wearable, one API, your own server.
#[derive(Parser)]
#[command(name = "wearhouse", version, about, propagate_version = true)]
struct Cli {
    /// Configuration file (default: ./wearhouse.toml if there is one)
    #[arg(long, global = true, env = "WEARHOUSE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server
    Serve(commands::serve::Arguments),
    /// Run server, simulated providers and a webhook receiver, connect three people and let data flow
    Demo(demo::Arguments),
    /// Run the simulated providers on their own
    Sandbox(Box<commands::sandbox::Arguments>),
    /// Import a file into a user's record
    Import(commands::import::Arguments),
    /// Write a user's whole record in another format
    Export(commands::export::Arguments),
    /// Apply stored raw parts again
    Replay(commands::replay::Arguments),
    /// Check configuration, store and queues, and say what to do about what is wrong
    Doctor,
    /// Take a backup of the embedded store, also while the server serves
    Backup(commands::backup::Arguments),
    /// Put a backup into a data folder that holds no store
    Restore(commands::restore::Arguments),
    /// Copy the embedded store into a PostgreSQL database
    Move(commands::move_store::Arguments),
    /// Manage accounts
    #[command(subcommand)]
    Admin(commands::admin::Command),
    /// Print the OpenAPI document
    Openapi,
    /// Create the store or bring it up to date
    Migrate,
    /// Print the commented default configuration, or check the one in effect
    Config(commands::config::Arguments),
}

/// Allocators read how thrifty they are to be before the program's first line, from the environment: a server is
/// started once more with these, as the same process, unless somebody chose otherwise. Memory that a storm took then
/// goes back to the system rather than staying with threads that have no work; but not at once, as the next request
/// takes it again, and pages that come and go were four tenths of the time of large answers.
#[cfg(unix)]
fn be_thrifty(command: &Command) {
    use std::{env, os::unix::process::CommandExt};
    const THRIFTY: [(&str, &str); 2] = [("MIMALLOC_PURGE_DELAY", "10"), ("MALLOC_ARENA_MAX", "2")];
    let is_chosen = THRIFTY.iter().any(|(name, _)| env::var_os(name).is_some());
    if is_chosen || !matches!(command, Command::Serve(_) | Command::Demo(_) | Command::Import(_)) {
        return;
    }
    let Ok(program) = env::current_exe() else { return };
    // returns only where it could not be done, and then the server runs as it is
    let _ = std::process::Command::new(program).args(env::args_os().skip(1)).envs(THRIFTY).exec();
}

#[cfg(not(unix))]
fn be_thrifty(_: &Command) {}

#[allow(clippy::print_stderr)] // the last word of a command that failed
fn main() -> ExitCode {
    let cli = Cli::parse();
    be_thrifty(&cli.command);
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let file = cli.config.as_deref();
    match cli.command {
        Command::Openapi => commands::openapi::run(),
        Command::Config(arguments) => commands::config::run(file, &arguments),
        Command::Demo(arguments) => blocking(demo::run(file, arguments)),
        Command::Sandbox(arguments) => blocking(commands::sandbox::run(config::load(file)?, *arguments)),
        Command::Serve(arguments) => blocking(commands::serve::run(config::load(file)?, arguments)),
        Command::Import(arguments) => blocking(commands::import::run(config::load(file)?, arguments)),
        Command::Export(arguments) => blocking(commands::export::run(config::load(file)?, arguments)),
        Command::Replay(arguments) => blocking(commands::replay::run(config::load(file)?, arguments)),
        Command::Doctor => blocking(commands::doctor::run(config::load(file)?)),
        Command::Backup(arguments) => commands::backup::run(&config::load(file)?, arguments),
        Command::Restore(arguments) => blocking(commands::restore::run(config::load(file)?, arguments)),
        Command::Move(arguments) => commands::move_store::run(&config::load(file)?, &arguments),
        Command::Admin(command) => blocking(commands::admin::run(config::load(file)?, command)),
        Command::Migrate => blocking(commands::migrate::run(&config::load(file)?)),
    }
}

fn blocking<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    // short reads run where they are asked for: while one thread does, another takes what comes in
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(cores * 2).enable_all().build()?;
    let done = runtime.block_on(work);
    // what was cut off must not hold up the end
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    done
}
