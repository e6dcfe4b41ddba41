//! A schema of its own in the database that `cargo xtask test` names, or none, which it says loudly.

use model::Clock;
use store::{SqlStore, postgres};
use tokio_postgres::NoTls;

/// Where a PostgreSQL server is on which schemas may be made.
const DATABASE: &str = "WEARHOUSE_TEST_POSTGRES";

pub(crate) struct Schema {
    url: String,
    name: String,
}

/// A name that no other test has: of a folder that was made for it.
fn name() -> String {
    let folder = tempfile::Builder::new().prefix("t").rand_bytes(12).tempdir().unwrap();
    folder.path().file_name().unwrap().to_string_lossy().to_lowercase()
}

impl Schema {
    pub(crate) async fn create() -> Option<Self> {
        #[allow(clippy::disallowed_methods)] // a test is told by its environment where the database is
        let Ok(url) = std::env::var(DATABASE) else {
            eprintln!("SKIPPED: {DATABASE} names no PostgreSQL server");
            return None;
        };
        let schema = Self { url, name: name() };
        schema.run(&format!("create schema {}", schema.name)).await;
        Some(schema)
    }

    /// The address, with the schema as the first of the search path.
    pub(crate) fn address(&self) -> String {
        let sign = if self.url.contains('?') { '&' } else { '?' };
        format!("{}{sign}options=-c%20search_path%3D{}", self.url, self.name)
    }

    pub(crate) async fn open(&self, clock: Clock) -> SqlStore {
        self.open_cut(clock, 0).await
    }

    /// With its big tables in so many partitions.
    pub(crate) async fn open_cut(&self, clock: Clock, partitions: u16) -> SqlStore {
        SqlStore::open_postgres(&self.settings(partitions), clock).await.unwrap()
    }

    pub(crate) fn settings(&self, partitions: u16) -> postgres::Settings {
        postgres::Settings { writers: 3, readers: 2, partitions, ..postgres::Settings::new(&self.address()) }
    }

    /// Runs a statement beside the store.
    pub(crate) async fn run(&self, text: &str) {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.unwrap();
        let driver = tokio::spawn(connection);
        client.batch_execute(text).await.unwrap();
        drop(client);
        driver.await.unwrap().unwrap();
    }

    /// Runs statements on the store's own tables, as another program would.
    pub(crate) async fn run_within(&self, text: &str) {
        self.run(&format!("set search_path to {}; {text}", self.name)).await;
    }

    pub(crate) async fn drop(self) {
        self.run(&format!("drop schema {} cascade", self.name)).await;
    }
}
