//! What was erased, in the store and in the file beside an embedded one: noted in the transaction that decides it,
//! written to the file before whoever asked is answered.

use super::{
    Scope, SqlStore,
    convert::NOBODY,
    transaction::Transaction,
    value::{Row, owned, params},
};
use crate::{Erased, ErasureLog, Result, StoreError};
use model::{ConnectionId, Timestamp, UserId};

/// How many lines are written at once.
const BATCH: u32 = 1000;

/// Notes that a user, or what came through a connection, goes.
pub(super) fn note(tx: &dyn Transaction, user: UserId, through: Option<ConnectionId>, at: Timestamp) -> Result<()> {
    put(tx, &Erased { at, user_id: user, connection_id: through })
}

fn through(erased: &Erased) -> [u8; 16] {
    erased.connection_id.map_or(NOBODY, |id| *id.as_bytes())
}

fn put(tx: &dyn Transaction, erased: &Erased) -> Result<()> {
    tx.sql(
        "insert into erased (erased_user, erased_connection, at) values (?1, ?2, ?3)
             on conflict (erased_user, erased_connection, at) do nothing",
    )
    .execute(params![erased.user_id.as_bytes(), through(erased), erased.at.as_micros()])?;
    Ok(())
}

fn erased(row: &Row<'_>) -> Result<Erased> {
    let connection = row.bytes16(1)?;
    Ok(Erased {
        user_id: UserId::from_uuid(row.uuid(0)?),
        connection_id: (connection != NOBODY).then_some(ConnectionId::from_uuid(row.uuid(1)?)),
        at: row.time(2)?,
    })
}

fn unlogged(tx: &dyn Transaction) -> Result<Vec<Erased>> {
    let select = tx.sql("select erased_user, erased_connection, at from erased where logged = 0 limit ?1");
    select.rows(params![BATCH], erased)
}

fn set_logged(tx: &dyn Transaction, written: &[Erased]) -> Result<()> {
    let keys: Vec<_> = written
        .iter()
        .map(|one| vec![owned(one.user_id.as_bytes()), owned(through(one)), owned(one.at.as_micros())])
        .collect();
    tx.sql("update erased set logged = 1 where erased_user = ?1 and erased_connection = ?2 and at = ?3")
        .execute_all(&keys)?;
    Ok(())
}

fn append(log: &ErasureLog, waiting: &[Erased]) -> Result<()> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::Full,
        std::io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
        _ => StoreError::Engine(format!("cannot write {}: {error}", log.path().display())),
    };
    log.append(waiting).map_err(failed)
}

/// Writes to the file what a crash kept from it. Blocking; before anyone else uses the store.
pub(super) fn catch_up(tx: &dyn Transaction, log: &ErasureLog) -> Result<()> {
    loop {
        let waiting = unlogged(tx)?;
        if waiting.is_empty() {
            return Ok(());
        }
        append(log, &waiting)?;
        set_logged(tx, &waiting)?;
    }
}

impl SqlStore {
    /// Writes to the file what was erased and does not stand there yet.
    pub(super) async fn log_erasures(&self) -> Result<()> {
        let Some(erasure_log) = &self.erasure_log else { return Ok(()) };
        loop {
            let waiting = self.read(unlogged).await?;
            if waiting.is_empty() {
                return Ok(());
            }
            let (log, lines) = (erasure_log.clone(), waiting.clone());
            tokio::task::spawn_blocking(move || append(&log, &lines))
                .await
                .map_err(|error| StoreError::Engine(error.to_string()))??;
            self.write(Scope::NONE, move |tx| set_logged(tx, &waiting)).await?;
        }
    }

    /// All that this store knows was erased.
    pub async fn list_erased(&self) -> Result<Vec<Erased>> {
        self.read(|tx| {
            let select = tx.sql("select erased_user, erased_connection, at from erased order by at, erased_user");
            select.rows(params![], erased)
        })
        .await
    }

    /// Notes what was erased elsewhere and holds here, too: after a restore.
    pub async fn record_erased(&self, erased: Vec<Erased>) -> Result<()> {
        self.write(Scope::NONE, move |tx| erased.iter().try_for_each(|one| put(tx, one))).await?;
        self.log_erasures().await
    }
}
