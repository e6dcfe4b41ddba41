//! Files that have not come,. A row is made with the call that fetches the file, for each user who was
//! given notice; it follows the call's end, and goes when the file is kept.

use super::Scope;
use super::SqlStore;
use super::transaction::Transaction;
use super::value::params;
use crate::{AwaitedFile, FetchOrder, Files, Lane, MissedFile, Result, workout_alias};
use async_trait::async_trait;
use model::{EventId, FetchKind, FileFormat, PartMeta, ProviderName, UserId};

/// The names of the user's (`?1`) workout (`?2`).
const NAMES: &str = "(select alias from event_alias where user_id = ?1 and event_id = ?2)";

fn code(format: Option<FileFormat>) -> &'static str {
    format.map_or("", FileFormat::as_str)
}

/// The file that an order asks for; none where it asks for something else, or nobody said of which workout.
fn file_of(order: &FetchOrder) -> Option<(&PartMeta, &str)> {
    match &order.fetch.kind {
        FetchKind::File { meta } => Some((meta, meta.external_id.as_deref()?)),
        FetchKind::Summaries { .. } => None,
    }
}

/// Notes that a call will fetch a file for this user, or, where it had failed before they were given notice, why not.
pub(super) fn note(
    tx: &dyn Transaction,
    user: UserId,
    provider: &ProviderName,
    account: &str,
    order: &FetchOrder,
    job: (Lane, i64),
    missed: Option<&str>,
) -> Result<()> {
    let Some((meta, name)) = file_of(order) else { return Ok(()) };
    let expires_at = order.fetch.expires_s.map(|seconds| order.noticed_at.plus_seconds(seconds).as_micros());
    tx.sql(
        "insert into awaited_file (user_id, alias, format, job_lane, job_position, noticed_at, expires_at, missed)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             on conflict (user_id, alias, format) do update set job_lane = excluded.job_lane,
             job_position = excluded.job_position, noticed_at = excluded.noticed_at,
             expires_at = excluded.expires_at, missed = excluded.missed",
    )
    .execute(params![
        user.as_bytes(),
        workout_alias(provider, Some(account), name),
        code(meta.format),
        job.0.0,
        job.1,
        order.noticed_at.as_micros(),
        expires_at,
        missed
    ])?;
    Ok(())
}

/// A call is made again: everyone who waits for its file does so again.
pub(super) fn wait_again(tx: &dyn Transaction, job: (Lane, i64), expires_at: Option<i64>) -> Result<()> {
    tx.sql("update awaited_file set missed = null, expires_at = ?3 where job_lane = ?1 and job_position = ?2")
        .execute(params![job.0.0, job.1, expires_at])?;
    Ok(())
}

/// A call ended without its file.
pub(super) fn miss(tx: &dyn Transaction, job: (Lane, i64), reason: &str) -> Result<()> {
    tx.sql("update awaited_file set missed = ?3 where job_lane = ?1 and job_position = ?2")
        .execute(params![job.0.0, job.1, reason])?;
    Ok(())
}

/// Notes a file that came and cannot be used.
pub(super) fn put_missed(tx: &dyn Transaction, user: UserId, file: &MissedFile) -> Result<()> {
    tx.sql(
        "insert into awaited_file (user_id, alias, format, noticed_at, missed) values (?1, ?2, ?3, ?4, ?5)
             on conflict (user_id, alias, format) do update set missed = excluded.missed",
    )
    .execute(params![user.as_bytes(), file.alias, code(file.format), file.received_at.as_micros(), file.reason])?;
    Ok(())
}

/// The file of a workout is kept: nobody waits for it any more.
pub(super) fn came(tx: &dyn Transaction, user: UserId, event: EventId, format: FileFormat) -> Result<()> {
    tx.sql(format!("delete from awaited_file where user_id = ?1 and alias in {NAMES} and format in ('', ?3)"))
        .execute(params![user.as_bytes(), event.as_bytes(), format.as_str()])?;
    Ok(())
}

/// Forgets what a workout waits for: it was deleted.
pub(super) fn forget(tx: &dyn Transaction, user: UserId, event: EventId) -> Result<()> {
    tx.sql(format!("delete from awaited_file where user_id = ?1 and alias in {NAMES}"))
        .execute(params![user.as_bytes(), event.as_bytes()])?;
    Ok(())
}

fn list(tx: &dyn Transaction, user: UserId, event: EventId) -> Result<Vec<AwaitedFile>> {
    // a file that is kept already may be fetched again for someone else of the account
    let select = tx.sql(format!(
        "select format, noticed_at, expires_at, missed from awaited_file a
         where user_id = ?1 and alias in {NAMES} and not exists
             (select 1 from workout_file f where f.user_id = ?1 and f.event_id = ?2 and f.format = a.format)
         order by noticed_at, format"
    ));
    select.rows(params![user.as_bytes(), event.as_bytes()], |row| {
        Ok(AwaitedFile {
            format: FileFormat::find(&row.get::<String>(0)?),
            noticed_at: row.time(1)?,
            expires_at: row.time_opt(2)?,
            missed: row.get(3)?,
        })
    })
}

#[async_trait]
impl Files for SqlStore {
    async fn list_awaited_files(&self, user: UserId, event: EventId) -> Result<Vec<AwaitedFile>> {
        self.read(move |tx| list(tx, user, event)).await
    }

    async fn note_missed_file(&self, user: UserId, file: MissedFile) -> Result<()> {
        self.write(Scope::user(user), move |tx| {
            // only where it is awaited: what was erased meanwhile must not leave a trace
            tx.sql("update awaited_file set missed = ?4 where user_id = ?1 and alias = ?2 and format = ?3")
                .execute(params![user.as_bytes(), file.alias, code(file.format), file.reason])?;
            Ok(())
        })
        .await
    }
}
