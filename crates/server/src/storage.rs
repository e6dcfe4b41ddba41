//! Which store the configuration names: the embedded one, or a PostgreSQL database that processes share.

use crate::{backup, config::Config};
use anyhow::{Context, bail};
use model::Clock;
use std::{fs::File, path::PathBuf, sync::Arc};
use store::{SqlStore, Store, postgres};

/// A store by configuration.
pub(crate) enum Place {
    /// A file within the data folder.
    Embedded(PathBuf),
    /// A database.
    Postgres(postgres::Settings),
}

impl Place {
    pub(crate) fn of(config: &Config) -> Self {
        let store = &config.store;
        if store.url.is_empty() {
            return Self::Embedded(config.store_path());
        }
        let mut settings = postgres::Settings::new(&store.url);
        (settings.writers, settings.readers) = (store.writers, store.readers);
        settings.partitions = store.partitions;
        settings.nats_url = (!store.nats_url.is_empty()).then(|| store.nats_url.clone());
        Self::Postgres(settings)
    }

    /// As people may read it: without a password.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Embedded(path) => path.display().to_string(),
            Self::Postgres(settings) => match url::Url::parse(&settings.url) {
                Ok(mut url) => {
                    // a URL without a host has no password either
                    let _ = url.set_password(None);
                    url.set_query(None);
                    url.to_string()
                }
                Err(_) => "the PostgreSQL database of store.url".to_owned(),
            },
        }
    }

    /// Its schema version, 0 where there is none, and the newest this program knows.
    pub(crate) async fn schema_versions(&self) -> anyhow::Result<(i64, i64)> {
        Ok(match self {
            Self::Embedded(path) => store::sqlite::schema_versions(path)?,
            Self::Postgres(settings) => postgres::schema_versions(settings).await?,
        })
    }
}

/// Whether what is said of the store can be used, as far as can be told without opening it.
pub(crate) fn check(config: &Config) -> anyhow::Result<()> {
    if config.store.url.is_empty() && !config.store.nats_url.is_empty() {
        bail!("store.nats_url needs store.url: the embedded store is one process's own");
    }
    Ok(())
}

/// Opens the store, creating it or bringing it up to date.
pub(crate) async fn open(config: &Config, clock: &Clock) -> anyhow::Result<Arc<dyn Store>> {
    check(config)?;
    let place = Place::of(config);
    let cannot = || format!("cannot open the store {}", place.shown());
    let clock = clock.clone();
    Ok(match &place {
        Place::Embedded(path) => {
            backup::check_unfinished(&config.server.data_dir, path)?;
            let path = path.clone();
            let opened = tokio::task::spawn_blocking(move || SqlStore::open_embedded(&path, clock)).await?;
            Arc::new(opened.with_context(cannot)?)
        }
        Place::Postgres(settings) => Arc::new(SqlStore::open_postgres(settings, clock).await.with_context(cannot)?),
    })
}

/// Held while a server runs on an embedded store: two would take each other's work. A database is for many.
pub(crate) fn lock(config: &Config) -> anyhow::Result<Option<File>> {
    if matches!(Place::of(config), Place::Postgres(_)) {
        return Ok(None);
    }
    let path = config.server.data_dir.join("lock");
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    file.try_lock().with_context(|| {
        format!(
            "another server runs on {}: stop it, or choose another server.data_dir",
            config.server.data_dir.display()
        )
    })?;
    Ok(Some(file))
}

/// Refuses what concerns the file of an embedded store where a database is configured.
pub(crate) fn require_embedded(config: &Config, what: &str) -> anyhow::Result<()> {
    if config.store.url.is_empty() {
        return Ok(());
    }
    bail!("{what} is for the embedded store; of PostgreSQL take backups with its own tools (pg_basebackup, pg_dump)")
}
