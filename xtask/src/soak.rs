//! `cargo xtask soak`: proofs that take too long for every change. Each is a set of ordinary tests,
//! run for many more rounds than usual; the tests read how many from a variable.

use crate::{fuzz, process};
use anyhow::{Context, bail};
use std::path::Path;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Which proof; without it they are listed
    name: Option<String>,
    /// How many rounds, in place of the proof's own number
    #[arg(long)]
    rounds: Option<u32>,
    /// Of `fuzz`: minutes for each target
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// Of `fuzz`: only targets whose name begins so, as `fit` or `providers.garmin`
    #[arg(long)]
    target: Option<String>,
}

/// The proof that is not made of tests.
const FUZZ: &str = "fuzz";

struct Proof {
    name: &'static str,
    /// What it shows when it passes.
    shows: &'static str,
    packages: &'static [&'static str],
    /// Which tests of these packages, in nextest's language.
    filter: &'static str,
    /// The variable by which the tests know how many rounds to run.
    variable: &'static str,
    rounds: u32,
    /// Whether its tests print figures worth seeing when they pass.
    prints: bool,
    /// Whether it is so much that it needs an optimised build.
    optimised: bool,
}

const PROOFS: &[Proof] = &[
    Proof {
        name: "properties",
        shows: "the series engine keeps every point exactly, and merges to the same in any order",
        packages: &["series"],
        filter: "all()",
        variable: "PROPTEST_CASES",
        rounds: 5_000,
        prints: false,
        optimised: false,
    },
    Proof {
        name: "untrusted",
        shows: "no bytes from outside reach a panic in the readers of files, bodies and headers, or stop an import",
        packages: &["formats", "providers", "net", "ingest"],
        filter: "not package(ingest) or test(/untrusted|scanner/)",
        variable: "PROPTEST_CASES",
        rounds: 20_000,
        prints: false,
        optimised: false,
    },
    Proof {
        name: "crash",
        shows: "what was answered 200 is there afterwards, once, whenever the server is killed or stopped",
        packages: &["server"],
        filter: "test(/^storms::/) and not test(audit)",
        variable: "WEARHOUSE_SOAK_ROUNDS",
        rounds: 50,
        prints: true,
        optimised: false,
    },
    Proof {
        name: "history",
        shows: "a year of everybody's history is complete, asked for on a small budget over faults and three kills",
        packages: &["server"],
        filter: "test(/^history::/)",
        variable: "WEARHOUSE_SOAK_ROUNDS",
        rounds: 200,
        prints: true,
        optimised: true,
    },
    Proof {
        name: "apple",
        shows: "an export of ten million records is imported in bounded memory, and kills on the way change nothing",
        packages: &["server"],
        filter: "test(/^phone_exports::/)",
        variable: "WEARHOUSE_SOAK_ROUNDS",
        rounds: 334,
        prints: true,
        optimised: true,
    },
];

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    let Some(name) = &arguments.name else {
        PROOFS.iter().for_each(|proof| println!("{:<12} {} rounds: {}", proof.name, proof.rounds, proof.shows));
        println!("{FUZZ:<12} 10 minutes a target: no bytes from outside reach a panic, made by what they reach");
        return Ok(());
    };
    if name == FUZZ {
        return fuzz::run(root, arguments.target.as_deref(), (arguments.minutes * 60.0) as u64);
    }
    let known = || PROOFS.iter().map(|proof| proof.name).collect::<Vec<_>>().join(", ");
    let proof =
        PROOFS.iter().find(|it| it.name == name).with_context(|| format!("no `{name}`; there are: {}", known()))?;
    let rounds = arguments.rounds.unwrap_or(proof.rounds);
    if rounds == 0 {
        bail!("no rounds prove nothing");
    }
    let mut command = process::cargo(root);
    command.args(["nextest", "run", "--profile", "soak"]);
    for package in proof.packages {
        command.args(["--package", package]);
    }
    if proof.optimised {
        command.args(["--cargo-profile", "demo"]);
    }
    if proof.prints {
        command.args(["--success-output", "immediate"]);
    }
    process::run(command.args(["-E", proof.filter]).env(proof.variable, rounds.to_string()))?;
    println!("{rounds} rounds: {}", proof.shows);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_that_is_not_there_and_one_of_no_rounds_fail() {
        let of = |name: &str, rounds| Arguments { name: Some(name.into()), rounds, minutes: 1.0, target: None };
        let unknown = of("luck", None);
        assert!(run(Path::new("."), &unknown).unwrap_err().to_string().contains("properties"));
        let empty = of("properties", Some(0));
        assert!(run(Path::new("."), &empty).is_err());
    }
}
