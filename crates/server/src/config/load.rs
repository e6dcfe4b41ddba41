//! Reads the layers of the configuration and puts them over each other.

use super::Config;
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// The commented default.
pub(crate) const DEFAULT: &str = include_str!("../wearhouse.toml");
const PREFIX: &str = "WEARHOUSE__";
const FILE: &str = "wearhouse.toml";

/// The configuration from the default, the file and the environment.
pub(crate) fn load(file: Option<&Path>) -> anyhow::Result<Config> {
    let text = match file {
        Some(path) => Some(read(path)?),
        None if Path::new(FILE).exists() => Some(read(Path::new(FILE))?),
        None => None,
    };
    from_layers(text.as_deref(), std::env::vars())
}

fn read(path: &Path) -> anyhow::Result<String> {
    let shown = PathBuf::from(path);
    std::fs::read_to_string(path).with_context(|| format!("cannot read the configuration file {}", shown.display()))
}

pub(super) fn from_layers(
    file: Option<&str>,
    environment: impl Iterator<Item = (String, String)>,
) -> anyhow::Result<Config> {
    let mut table: Table = DEFAULT.parse().context("the default configuration is damaged")?;
    if let Some(text) = file {
        let over: Table = text.parse().context("the configuration file is not valid TOML")?;
        lay_over(&mut table, over);
    }
    for (name, text) in environment {
        if let Some(path) = name.strip_prefix(PREFIX) {
            set(&mut table, &path.to_lowercase(), &text)
                .with_context(|| format!("in the environment variable {name}"))?;
        }
    }
    table.try_into().context("the configuration is not valid")
}

fn lay_over(under: &mut Table, over: Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(Value::Table(under)), Value::Table(over)) => lay_over(under, over),
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}

/// Sets `section__option` to a text, read as the kind of value that stands there by default.
fn set(table: &mut Table, path: &str, text: &str) -> anyhow::Result<()> {
    let (section, rest) = path.split_once("__").context("expected WEARHOUSE__SECTION__OPTION")?;
    let inner = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
    let Value::Table(inner) = inner else { bail!("`{section}` is not a section") };
    if rest.contains("__") {
        return set(inner, rest, text);
    }
    let value = match inner.get(rest) {
        Some(Value::Integer(_)) => Value::Integer(text.parse().context("expected a whole number")?),
        Some(Value::Float(_)) => Value::Float(text.parse().context("expected a number")?),
        Some(Value::Boolean(_)) => Value::Boolean(text.parse().context("expected true or false")?),
        Some(Value::Array(_)) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Value::Array(items.map(|item| Value::String(item.to_owned())).collect())
        }
        _ => Value::String(text.to_owned()),
    };
    inner.insert(rest.to_owned(), value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect::<Vec<_>>().into_iter()
    }

    #[test]
    fn the_default_alone_is_a_whole_configuration() {
        let config = from_layers(None, environment(&[])).unwrap();
        assert_eq!(config.server.listen.port(), 8600);
        assert!(config.is_loopback());
    }

    #[test]
    fn the_file_wins_over_the_default_and_the_environment_over_both() {
        let file = "[server]\npublic_url = \"https://health.example.com\"\n[intake]\nwaiting = 5";
        let set = [
            ("WEARHOUSE__INTAKE__WAITING", "7"),
            ("WEARHOUSE__API__CORS_ORIGINS", "https://a, https://b"),
            ("OTHER", "x"),
        ];
        let config = from_layers(Some(file), environment(&set)).unwrap();
        assert!(!config.is_loopback());
        assert_eq!((config.intake.waiting, config.intake.body_bytes), (7, 134_217_728));
        assert_eq!(config.api.cors_origins, ["https://a", "https://b"]);
    }

    #[test]
    fn mistakes_are_named() {
        let told = |file: Option<&str>, set: &[(&str, &str)]| {
            format!("{:#}", from_layers(file, environment(set)).unwrap_err())
        };
        assert!(told(Some("[server]\nlisten_on = 5"), &[]).contains("listen_on"));
        assert!(told(None, &[("WEARHOUSE__WORKERS__LANES", "many")]).contains("WEARHOUSE__WORKERS__LANES"));
        assert!(told(Some("[providers.garmin]\nclient = 1"), &[]).contains("client"));
    }
}
