//! A database of PostgreSQL, by its own command-line programs.

use anyhow::{Context, bail};
use std::process::Command;
use url::Url;

pub(crate) struct Database {
    pub(crate) url: String,
    name: String,
    /// A database that is always there, from which others are made.
    maintenance: String,
}

impl Database {
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let mut url = Url::parse(text).with_context(|| format!("`{text}` is not a URL"))?;
        let name = url.path().trim_start_matches('/').to_owned();
        if !name.contains("bench") {
            bail!("the database `{name}` would be dropped: give one whose name holds \"bench\"");
        }
        url.set_path("/postgres");
        Ok(Self { url: text.to_owned(), name, maintenance: url.into() })
    }

    /// Makes it, empty.
    pub(crate) fn recreate(&self) -> anyhow::Result<()> {
        let place = format!("--maintenance-db={}", self.maintenance);
        run(Command::new("dropdb").args(["--if-exists", "--force", &place, &self.name]))?;
        run(Command::new("createdb").args([&place, &self.name])).map(drop)
    }

    pub(crate) fn bytes(&self) -> anyhow::Result<u64> {
        let asked =
            run(Command::new("psql").args(["-At", "-c", "select pg_database_size(current_database())", &self.url]))?;
        asked.trim().parse().context("PostgreSQL does not say how large the database is")
    }
}

fn run(command: &mut Command) -> anyhow::Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("`{program}` is needed for PostgreSQL"))?;
    if !output.status.success() {
        bail!("{program}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_is_not_for_the_bench_is_left_alone() {
        assert!(Database::parse("postgres://me@127.0.0.1/production").is_err());
        let database = Database::parse("postgres://me@127.0.0.1:5432/bench_1").unwrap();
        assert_eq!(database.maintenance, "postgres://me@127.0.0.1:5432/postgres");
    }
}
