//! `cargo xtask bench`: builds server and load generator as they are released, and lets the one loose on the
//! other. What to measure is the load generator's own command line.

use crate::{process, scratch};
use std::{path::Path, process::Command};

#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Arguments {
    /// Passed on to the load generator; `--help` lists what it can do
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    passed_on: Vec<String>,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    let given = |name: &str| arguments.passed_on.iter().any(|it| it.split('=').next() == Some(name));
    let mut build = process::cargo(root);
    build.args(["build", "--release", "--package", "bench"]);
    if given("--help") || given("-h") {
        process::run(&mut build)?;
        return process::run(Command::new(process::program(root, "release", "bench")).arg("--help"));
    }
    process::run(build.args(["--package", "server"]))?;
    let folder = scratch(root, "bench")?;
    let mut bench = Command::new(process::program(root, "release", "bench"));
    bench.arg("--server").arg(process::server(root, "release")).arg("--folder").arg(&folder);
    bench.args(["--commit", &commit(root)]);
    if !given("--json") {
        bench.arg("--json").arg(folder.join("report.json"));
    }
    process::run(bench.args(&arguments.passed_on))
}

/// What is built; marked where something of it is not committed.
fn commit(root: &Path) -> String {
    let git = |arguments: &[&str]| process::output(Command::new("git").current_dir(root).args(arguments));
    let name = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_default();
    let changed = git(&["status", "--porcelain"]).is_ok_and(|text| !text.trim().is_empty());
    format!("{}{}", name.trim(), if changed { "-changed" } else { "" })
}
