//! The command line of the repository: `cargo xtask demo | test | tidy | soak | bench | assets`.
//! Everything that a person or a build machine does with the tree starts here; it knows no
//! crate's code, only the tools around it.
#![allow(clippy::print_stdout, clippy::print_stderr)] // a command line speaks to its terminal

mod assets;
mod bench;
mod demo;
mod fuzz;
mod process;
mod soak;
mod test;
mod tidy;

use clap::{CommandFactory, Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

/// The tasks of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct CommandLine {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the server and run it with sandbox providers, three users and a webhook receiver
    Demo(demo::Arguments),
    /// Run everything that must pass: unit, integration, documentation and browser tests
    Test(test::Arguments),
    /// Check the house rules: arrows between crates, clock, SQL, file heads and sizes, docs in step
    Tidy,
    /// Run a proof that takes long; without a name, list them
    Soak(soak::Arguments),
    /// Measure the server, built as it is released, beside the targets and beside other servers
    Bench(bench::Arguments),
    /// Fetch the pinned script of the API reference, so that the next build embeds it
    Assets,
}

fn main() -> ExitCode {
    match perform(CommandLine::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> anyhow::Result<()> {
    let root = process::repository_root()?;
    match task {
        Task::Demo(arguments) => demo::run(&root, &arguments),
        Task::Test(arguments) => test::run(&root, &arguments),
        Task::Tidy => tidy::run(&root, &task_names()),
        Task::Soak(arguments) => soak::run(&root, &arguments),
        Task::Bench(arguments) => bench::run(&root, &arguments),
        Task::Assets => assets::run(&root),
    }
}

/// The names of all tasks, which the documentation is compared with.
fn task_names() -> Vec<String> {
    CommandLine::command().get_subcommands().map(|task| task.get_name().to_owned()).collect()
}

/// A folder below the build folder that a task may fill as it likes.
fn scratch(root: &std::path::Path, name: &str) -> anyhow::Result<PathBuf> {
    let folder = process::build_folder(root).join("xtask").join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
