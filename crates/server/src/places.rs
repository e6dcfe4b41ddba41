//! Where large objects lie, as the configuration says: folders of this machine, or buckets.

use crate::config::Config;
use anyhow::{Context, anyhow};
use ingest::{ColdPlace, Spool};
use objects::{BucketKeys, Objects};
use std::path::PathBuf;
use url::Url;

/// Where large bodies lie; the data folder's disk is the one whose room counts, unless they lie on another.
pub(crate) fn spool(config: &Config) -> anyhow::Result<Spool> {
    if config.spool.url.is_empty() {
        return Spool::open(&config.spool_path()).context("cannot open the spool");
    }
    let objects = objects_at(config, "spool.url", &config.spool.url)?;
    let disk = objects.folder().unwrap_or_else(|| config.server.data_dir.clone());
    Ok(Spool::on(objects, &disk))
}

/// The folder of large bodies beside the store, unless they lie in a place of their own.
pub(crate) fn own_spool(config: &Config) -> Option<PathBuf> {
    config.spool.url.is_empty().then(|| config.spool_path())
}

/// Where old samples go, if there is such a place.
pub(crate) fn cold(config: &Config) -> anyhow::Result<Option<ColdPlace>> {
    if config.cold.url.is_empty() {
        return Ok(None);
    }
    if is_within(&config.cold.url, &spool_url(config)?) {
        anyhow::bail!("cold.url lies within the spool, from which everything is removed that is not a body");
    }
    Ok(Some(ColdPlace::new(objects_at(config, "cold.url", &config.cold.url)?)))
}

/// Whether the addresses can be used, as far as can be told without asking there.
pub(crate) fn check(config: &Config) -> anyhow::Result<()> {
    if !config.spool.url.is_empty() {
        objects_at(config, "spool.url", &config.spool.url)?;
    }
    cold(config).map(drop)
}

fn spool_url(config: &Config) -> anyhow::Result<String> {
    if !config.spool.url.is_empty() {
        return Ok(config.spool.url.clone());
    }
    let folder = std::path::absolute(config.spool_path())?;
    let url = Url::from_directory_path(&folder).map_err(|()| anyhow!("{} has no URL", folder.display()))?;
    Ok(url.into())
}

fn is_within(inner: &str, outer: &str) -> bool {
    let folder = |url: &str| format!("{}/", url.trim_end_matches('/'));
    folder(inner).starts_with(&folder(outer))
}

/// The objects that the option `name` points at.
fn objects_at(config: &Config, name: &str, url: &str) -> anyhow::Result<Objects> {
    let url = Url::parse(url).with_context(|| format!("{name} is not a URL"))?;
    Objects::at(&url, &keys(config)?).with_context(|| format!("{name} cannot be used"))
}

fn keys(config: &Config) -> anyhow::Result<BucketKeys> {
    let s3 = &config.s3;
    let endpoint = Some(&s3.endpoint).filter(|endpoint| !endpoint.is_empty()).map(|endpoint| Url::parse(endpoint));
    Ok(BucketKeys {
        endpoint: endpoint.transpose().context("s3.endpoint is not a URL")?,
        region: s3.region.clone(),
        access_key_id: s3.access_key_id.clone(),
        secret_access_key: s3.secret_access_key.clone().into(),
    })
}
