//! Reaching the database, its settings and migrations.

use super::{Settings, migrations, partitions::cut};
use crate::{Lane, Result, StoreError, sql::Scope};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::ConfigVerifierExt;
use std::time::Duration;
use tokio_postgres::{Client, Config, Connection, Socket, config::SslMode, tls::MakeTlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// The lock under which one process at a time brings the tables up to date.
const MIGRATION: i32 = 999;

/// Keeps apart what several stores in one database lock: the number of the schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place(pub(super) i32);

impl Place {
    /// Takes these lanes for the transaction; always in the same order, so that nobody waits in a circle.
    pub(super) fn take(self, scope: Scope) -> String {
        scope.lanes().map(|lane| format!("select pg_advisory_xact_lock({}, {});", self.0, lane.0)).collect()
    }
}

pub(super) fn config(settings: &Settings) -> Result<Config> {
    let mut config: Config =
        settings.url.parse().map_err(|error| StoreError::Engine(format!("the database's address: {error}")))?;
    if config.get_application_name().is_none() {
        config.application_name("wearhouse");
    }
    config.connect_timeout(CONNECT).keepalives_idle(Duration::from_secs(30));
    Ok(config)
}

type Encrypted = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// A connection; whoever takes it polls its second half. With `sslmode=require` the server must show a certificate that
/// this machine trusts; otherwise nothing is encrypted, and nothing is made to look so.
pub(super) async fn connect(config: &Config) -> Result<(Client, Connection<Socket, Encrypted>)> {
    let mut config = config.clone();
    let trusting = if config.get_ssl_mode() == SslMode::Require {
        ClientConfig::with_platform_verifier().map_err(|error| StoreError::Engine(error.to_string()))?
    } else {
        config.ssl_mode(SslMode::Disable);
        // what this machine trusts is read from many files, and nobody is asked
        ClientConfig::builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth()
    };
    Ok(config.connect(MakeRustlsConnect::new(trusting)).await?)
}

async fn client(config: &Config) -> Result<Client> {
    let (client, connection) = connect(config).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection to the database ended");
        }
    });
    Ok(client)
}

fn known_version() -> i64 {
    migrations::migrations::runner().get_migrations().iter().map(|m| i64::from(m.version())).max().unwrap_or(0)
}

async fn found_version(client: &Client) -> Result<i64> {
    let table = client.query_one("select to_regclass('refinery_schema_history') is not null", &[]).await?;
    if !table.try_get::<_, bool>(0)? {
        return Ok(0);
    }
    let row = client.query_one("select coalesce(max(version), 0)::bigint from refinery_schema_history", &[]).await?;
    Ok(row.try_get(0)?)
}

pub(super) async fn versions(config: &Config) -> Result<(i64, i64)> {
    Ok((found_version(&client(config).await?).await?, known_version()))
}

/// The subject on which processes that share this store wake each other: no other store has it, in whichever database
/// of whichever server, so many may use one NATS.
pub(super) async fn subject(config: &Config, place: Place) -> Result<String> {
    let asked = "select system_identifier, (select oid from pg_database where datname = current_database())
                 from pg_control_system()";
    let row = client(config).await?.query_one(asked, &[]).await?;
    let (server, database): (i64, u32) = (row.try_get(0)?, row.try_get(1)?);
    Ok(format!("wearhouse.{server}.{database}.{}", place.0))
}

/// Brings the tables up to date, one process at a time.
pub(super) async fn prepare(config: &Config, partitions: u16) -> Result<Place> {
    let mut client = client(config).await?;
    let row = client.query_one("select (current_schema()::regnamespace::oid::bigint % 2147483647)::int", &[]).await?;
    let place = Place(row.try_get(0)?);
    client.execute("select pg_advisory_lock($1, $2)", &[&place.0, &MIGRATION]).await?;
    let (found, known) = (found_version(&client).await?, known_version());
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    if found < known {
        migrations::migrations::runner()
            .run_async(&mut client)
            .await
            .map_err(|error| StoreError::Engine(format!("the tables cannot be brought up to date: {error:?}")))?;
    }
    if found == 0 && partitions > 0 {
        cut(&client, partitions).await?;
    }
    let lanes = format!(
        "insert into lane_position (lane) values {} on conflict do nothing",
        Lane::all().map(|lane| format!("({})", lane.0)).collect::<Vec<_>>().join(", ")
    );
    client.batch_execute(&lanes).await?;
    // the lock goes with the connection
    Ok(place)
}
