//! A schema of an installation's own in the PostgreSQL server that `cargo xtask test` names, and the NATS server that it
//! names.

use tokio_postgres::NoTls;

/// Where the server is. Set by `cargo xtask test`.
const DATABASE: &str = "WEARHOUSE_TEST_POSTGRES";

/// Where NATS is. Set by `cargo xtask test`.
const NATS: &str = "WEARHOUSE_TEST_NATS";

#[allow(clippy::disallowed_methods)] // a test is told by its environment where the server is
fn named(variable: &str, what: &str) -> Option<String> {
    let url = std::env::var(variable).ok();
    if url.is_none() {
        eprintln!("SKIPPED: {variable} names no {what} server");
    }
    url
}

/// None, which is said, where there is no NATS server.
pub(crate) fn nats_url() -> Option<String> {
    named(NATS, "NATS")
}

/// A schema; it goes when this is dropped.
pub(crate) struct Database {
    server: String,
    schema: String,
}

impl Database {
    /// None, which is said, where there is no server.
    pub(crate) fn create() -> Option<Self> {
        let server = named(DATABASE, "PostgreSQL")?;
        let schema = format!("s{:x}", model::Rng::from_os().between(1, i64::MAX));
        let database = Self { server, schema };
        database.run(&format!("create schema {}", database.schema));
        Some(database)
    }

    /// The address, with the schema as the first of the search path.
    pub(crate) fn url(&self) -> String {
        let sign = if self.server.contains('?') { '&' } else { '?' };
        let name = &self.schema;
        format!("{}{sign}application_name={name}&options=-c%20search_path%3D{name}", self.server)
    }

    /// Cuts every connection that servers have to it.
    pub(crate) fn cut(&self) {
        let name = &self.schema;
        self.run(&format!("select pg_terminate_backend(pid) from pg_stat_activity where application_name = '{name}'"));
    }

    /// Runs a statement beside the servers.
    pub(crate) fn run(&self, text: &str) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&self.server, NoTls).await.unwrap();
            let driver = tokio::spawn(connection);
            client.batch_execute(text).await.unwrap();
            drop(client);
            driver.await.unwrap().unwrap();
        });
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.run(&format!("drop schema {} cascade", self.schema));
    }
}
