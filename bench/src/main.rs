//! A load generator that speaks HTTP alone. What it does to one server it can do to any other that speaks
//! the same API, so figures can be compared. It shares the machine with what it measures, and says how much
//! of it it took itself.
#![allow(clippy::print_stdout, clippy::print_stderr)] // a command line speaks to its terminal

mod arrival;
mod bodies;
mod consent;
mod database;
mod figures;
mod http;
mod installation;
mod latencies;
mod load;
mod machine;
mod options;
mod people;
mod report;
mod scenarios;
mod stage;
mod stopwatch;
mod target;

use anyhow::{Context, bail};
use clap::{CommandFactory, FromArgMatches};
use database::Database;
use http::Address;
use installation::{EMAIL, Installation, PASSWORD};
use options::Options;
use report::{Measured, Run};
use scenarios::{SCENARIOS, Scenario};
use stage::{Outcome, Stage};
use std::{fs, io, process::ExitCode, sync::Mutex};
use target::{Accounts, Door, Person, Target};

fn main() -> ExitCode {
    let matches = Options::command().after_help(list()).get_matches();
    match Options::from_arg_matches(&matches).map_err(anyhow::Error::from).and_then(|options| perform(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem:#}");
            ExitCode::FAILURE
        }
    }
}

fn list() -> String {
    let lines: Vec<String> = SCENARIOS.iter().map(|it| format!("  {:<14} {}", it.name, it.about)).collect();
    format!("Scenarios:\n{}", lines.join("\n"))
}

fn perform(options: &Options) -> anyhow::Result<()> {
    let chosen = choose(options)?;
    let mut all = Vec::new();
    if !options.no_embedded && options.server.is_some() {
        all.push(measure(&own(options, "embedded", None)?, options, &chosen)?);
    }
    if let Some(url) = &options.postgres {
        all.push(measure(&own(options, "postgres", Some(Database::parse(url)?))?, options, &chosen)?);
    }
    if let Some(url) = &options.base_url {
        all.push(measure(&other(options, url)?, options, &chosen)?);
    }
    if all.is_empty() {
        bail!("nothing to measure: give --server, or --base-url with --key");
    }
    println!("{}", report::table(&all));
    if let Some(file) = &options.json {
        let text = serde_json::to_string_pretty(&report::json(&all, options))?;
        fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))?;
        println!("all of it as JSON: {}", file.display());
    }
    Ok(())
}

fn choose(options: &Options) -> anyhow::Result<Vec<&'static Scenario>> {
    if let Some(name) = options.only.iter().find(|name| !SCENARIOS.iter().any(|it| it.name == **name)) {
        bail!("there is no scenario `{name}`; see --help");
    }
    if options.users == 0 || options.readers == 0 || options.days < 1 || options.many == 0 {
        bail!("--users, --readers, --days and --many are at least one");
    }
    if !options.seconds.is_finite() || options.seconds <= 0.0 {
        bail!("--seconds is a number above zero");
    }
    let wanted = |it: &&Scenario| options.only.is_empty() || options.only.iter().any(|name| name == it.name);
    Ok(SCENARIOS.iter().filter(wanted).collect())
}

fn measure(target: &Target, options: &Options, chosen: &[&'static Scenario]) -> anyhow::Result<Measured> {
    let stage = Stage::new(target, options);
    let mut runs = Vec::new();
    for scenario in chosen {
        eprintln!("{}: {}", target.name, scenario.about);
        stage.prepare(scenario.needs).with_context(|| format!("for {} on {}", scenario.name, target.name))?;
        if options.pause {
            eprintln!("  ready; a line on standard input starts it");
            io::stdin().read_line(&mut String::new())?;
        }
        let (before, watch) = (machine::Usage::of(target.process()), stopwatch::Stopwatch::start());
        let outcome = (scenario.run)(&stage).with_context(|| format!("{} on {}", scenario.name, target.name))?;
        let usage = machine::Usage::of(target.process()).since(before);
        if let Outcome::NotServed(why) = &outcome {
            eprintln!("  not served: {why}");
        }
        runs.push(Run { scenario: scenario.name, seconds: watch.seconds(), usage, outcome });
    }
    Ok(Measured { target: target.name, runs })
}

/// A server of our own, on a fresh store.
fn own(options: &Options, name: &'static str, database: Option<Database>) -> anyhow::Result<Target> {
    let program = options.server.as_ref().context("--server is needed to start one")?;
    let installation = Installation::start(program, &options.folder.join(format!("bench-{name}")), database)?;
    let door = Door {
        address: installation.address.clone(),
        path: installation.hook.clone(),
        headers: Vec::new(),
        account_width: 32,
    };
    Ok(Target {
        name,
        address: installation.address.clone(),
        key: installation.key.clone(),
        door: Some(door),
        developer: Some((EMAIL.to_owned(), PASSWORD.to_owned())),
        accounts: Accounts::Consent,
        installation: Some(Mutex::new(installation)),
    })
}

/// Somebody else's server.
fn other(options: &Options, url: &str) -> anyhow::Result<Target> {
    let address = Address::parse(url)?;
    let people = options.accounts.as_ref().map_or_else(|| Ok(Vec::new()), |file| read_accounts(file))?;
    let split = |text: &String, what: &str| -> anyhow::Result<(String, String)> {
        let (name, value) = text.split_once(':').with_context(|| format!("{what} has no colon"))?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    };
    let headers = options.hook_header.iter().map(|text| split(text, "--hook-header")).collect::<Result<_, _>>()?;
    let door = options.hook.as_ref().zip(people.first()).map(|(path, person)| Door {
        address: address.clone(),
        path: path.clone(),
        headers,
        account_width: person.account.len(),
    });
    Ok(Target {
        name: "other",
        address,
        key: options.key.clone().unwrap_or_default(),
        door,
        developer: options.developer.as_ref().map(|text| split(text, "--developer")).transpose()?,
        accounts: Accounts::Given(people),
        installation: None,
    })
}

fn read_accounts(file: &std::path::Path) -> anyhow::Result<Vec<Person>> {
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let people: Vec<Person> = text
        .lines()
        .filter_map(|line| line.split_once(char::is_whitespace))
        .map(|(id, account)| Person { id: id.to_owned(), account: account.trim().to_owned() })
        .collect();
    let width = people.first().map(|person| person.account.len());
    if let Some(odd) = people.iter().find(|person| Some(person.account.len()) != width) {
        bail!("{}: account `{}` is not as long as the first", file.display(), odd.account);
    }
    Ok(people)
}
