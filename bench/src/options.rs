//! The command line.

use clap::Parser;
use std::path::PathBuf;

/// Measures a server over HTTP: a fresh one on the embedded store, one on PostgreSQL, and any other that
/// speaks the Open Wearables API, beside the targets and beside what was measured of Open Wearables.
#[derive(Parser)]
#[command(name = "bench", bin_name = "cargo xtask bench")]
pub(crate) struct Options {
    /// The `wearhouse` program to start on a fresh embedded store
    #[arg(long, value_name = "FILE")]
    pub(crate) server: Option<PathBuf>,
    /// Start it on PostgreSQL too. The database is dropped and made anew, so its name must hold "bench"
    #[arg(long, value_name = "URL")]
    pub(crate) postgres: Option<String>,
    /// Leave the embedded store out
    #[arg(long)]
    pub(crate) no_embedded: bool,
    /// Measure this server too, such as http://127.0.0.1:8000
    #[arg(long, value_name = "URL", requires = "key")]
    pub(crate) base_url: Option<String>,
    /// Its API key
    #[arg(long)]
    pub(crate) key: Option<String>,
    /// E-mail and password of a developer there, for endpoints of webhooks
    #[arg(long, value_name = "EMAIL:PASSWORD")]
    pub(crate) developer: Option<String>,
    /// The path at which it takes Garmin's pushes
    #[arg(long, value_name = "PATH", requires = "accounts")]
    pub(crate) hook: Option<String>,
    /// A header of these pushes, such as "garmin-client-id: abc"; may be repeated
    #[arg(long, value_name = "NAME: VALUE")]
    pub(crate) hook_header: Vec<String>,
    /// Whose Garmin accounts are connected there: lines of user id and account, accounts all as long
    #[arg(long, value_name = "FILE")]
    pub(crate) accounts: Option<PathBuf>,
    /// Only these scenarios, separated by commas; they are listed below
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    pub(crate) only: Vec<String>,
    /// How long each load lasts
    #[arg(long, default_value_t = 10.0)]
    pub(crate) seconds: f64,
    /// Over how many people pushes are spread
    #[arg(long, default_value_t = 1_000)]
    pub(crate) users: usize,
    /// How many people have the days that are read
    #[arg(long, default_value_t = 8)]
    pub(crate) readers: usize,
    /// How many days of one-minute heart rates they have
    #[arg(long, default_value_t = 365)]
    pub(crate) days: i64,
    /// How many more people are created to measure among many
    #[arg(long, default_value_t = 10_000)]
    pub(crate) many: usize,
    /// Megabytes of the Apple export
    #[arg(long, default_value_t = 50)]
    pub(crate) export_mb: usize,
    /// Wait for a line on standard input before each scenario is measured, when its people and their days are made
    #[arg(long)]
    pub(crate) pause: bool,
    /// Where figures are written as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Where stores are made; on the disk that is to be measured
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub(crate) folder: PathBuf,
    /// What was built, for the report
    #[arg(long, hide = true, default_value = "")]
    pub(crate) commit: String,
}
