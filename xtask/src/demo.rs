//! `cargo xtask demo`: builds the server and becomes it.

use crate::{assets, process};
use anyhow::Context;
use std::{path::Path, process::Command};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Passed on to `wearhouse demo` (see `cargo xtask demo -- --help`)
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    passed_on: Vec<String>,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    if let Err(problem) = assets::run(root) {
        eprintln!("the API reference at /docs will be the plain one: {problem:#}");
    }
    process::run(process::cargo(root).args(["build", "--profile", "demo", "--package", "server"]))?;
    let mut server = Command::new(process::server(root, "demo"));
    become_program(server.current_dir(root).arg("demo").args(&arguments.passed_on))
}

/// Replaces this process, so that signals reach the server itself.
#[cfg(unix)]
fn become_program(command: &mut Command) -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec()).context("could not start the server")
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().context("could not start the server")?;
    std::process::exit(status.code().unwrap_or(1))
}
