//! Uploads that come piece by piece.

use super::transaction::Transaction;
use super::value::{Row, params};
use super::{Scope, SqlStore, inbox, parts, users};
use crate::{Bell, Body, Delivery, Result, ResumableUploads, Segment, Upload};
use async_trait::async_trait;
use model::{TeamId, Timestamp, UploadId, UserId};

const UPLOAD: &str = "user_id, id, team_id, length, kept, file_name, time_zone, created_at, expires_at, receipt";

fn upload(row: &Row<'_>) -> Result<Upload> {
    Ok(Upload {
        user_id: UserId::from_uuid(row.uuid(0)?),
        id: UploadId::from_uuid(row.uuid(1)?),
        team_id: TeamId::from_uuid(row.uuid(2)?),
        length: row.get(3)?,
        kept: row.get(4)?,
        file_name: row.get(5)?,
        time_zone: row.get(6)?,
        created_at: row.time(7)?,
        expires_at: row.time(8)?,
        receipt: row.get(9)?,
    })
}

fn find(tx: &dyn Transaction, user: UserId, id: UploadId) -> Result<Option<Upload>> {
    tx.sql(format!("select {UPLOAD} from upload where user_id = ?1 and id = ?2"))
        .find(params![user.as_bytes(), id.as_bytes()], upload)
}

fn begin(tx: &dyn Transaction, upload: &Upload, most: u32) -> Result<bool> {
    users::require(tx, upload.team_id, upload.user_id)?;
    let open: u64 = tx
        .sql("select count(*) from upload where user_id = ?1 and receipt is null")
        .one(params![upload.user_id.as_bytes()], |row| row.get(0))?;
    if open >= u64::from(most) {
        return Ok(false);
    }
    tx.sql(format!("insert into upload ({UPLOAD}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")).execute(
        params![
            upload.user_id.as_bytes(),
            upload.id.as_bytes(),
            upload.team_id.as_bytes(),
            upload.length,
            upload.kept,
            upload.file_name,
            upload.time_zone,
            upload.created_at.as_micros(),
            upload.expires_at.as_micros(),
            upload.receipt
        ],
    )?;
    Ok(true)
}

fn segments(tx: &dyn Transaction, user: UserId, id: UploadId) -> Result<Vec<Segment>> {
    tx.sql("select spool, size from upload_segment where user_id = ?1 and upload_id = ?2 order by number")
        .rows(params![user.as_bytes(), id.as_bytes()], |row| Ok(Segment { spool: row.get(0)?, size: row.get(1)? }))
}

fn append(
    tx: &dyn Transaction,
    (user, id): (UserId, UploadId),
    kept: u64,
    segment: &Segment,
    expires_at: Timestamp,
) -> Result<bool> {
    let moved = tx
        .sql(
            "update upload set kept = kept + ?4, expires_at = ?5
             where user_id = ?1 and id = ?2 and kept = ?3 and receipt is null and kept + ?4 <= length",
        )
        .execute(params![user.as_bytes(), id.as_bytes(), kept, segment.size, expires_at.as_micros()])?;
    if moved == 0 {
        return Ok(false);
    }
    let number: i64 = tx
        .sql("select coalesce(max(number) + 1, 0) from upload_segment where user_id = ?1 and upload_id = ?2")
        .one(params![user.as_bytes(), id.as_bytes()], |row| row.get(0))?;
    tx.sql("insert into upload_segment (user_id, upload_id, number, spool, size) values (?1, ?2, ?3, ?4, ?5)")
        .execute(params![user.as_bytes(), id.as_bytes(), number, segment.spool, segment.size])?;
    Ok(true)
}

fn finish(tx: &dyn Transaction, user: UserId, id: UploadId, delivery: &Delivery) -> Result<bool> {
    let Body::Spooled(name) = &delivery.body else { return Ok(false) };
    let finished = tx
        .sql(
            "update upload set receipt = ?3, spool = ?4
             where user_id = ?1 and id = ?2 and receipt is null and kept = length",
        )
        .execute(params![user.as_bytes(), id.as_bytes(), delivery.receipt, name])?;
    if finished == 0 {
        return Ok(false);
    }
    inbox::insert(tx, delivery)?;
    Ok(true)
}

/// Deletes an upload; the names of its segments.
fn forget(tx: &dyn Transaction, user: UserId, id: UploadId) -> Result<Vec<String>> {
    let names = tx
        .sql("delete from upload_segment where user_id = ?1 and upload_id = ?2 returning spool")
        .rows(params![user.as_bytes(), id.as_bytes()], |row| row.get(0))?;
    tx.sql("delete from upload where user_id = ?1 and id = ?2").execute(params![user.as_bytes(), id.as_bytes()])?;
    Ok(names)
}

/// Whole ones whose bodies are still needed are looked at again after this.
const LOOK_AGAIN_S: i64 = 86_400;

fn expire(tx: &dyn Transaction, now: Timestamp, limit: u32) -> Result<Vec<String>> {
    let due = tx
        .sql("select user_id, id, spool from upload where expires_at <= ?1 order by expires_at limit ?2")
        .rows(params![now.as_micros(), limit], |row| {
            let key = (UserId::from_uuid(row.uuid(0)?), UploadId::from_uuid(row.uuid(1)?));
            Ok((key, row.get::<Option<String>>(2)?))
        })?;
    let mut free = Vec::new();
    for ((user, id), body) in due {
        match body {
            Some(name) if parts::is_body(tx, &name)? => {
                tx.sql("update upload set expires_at = ?3 where user_id = ?1 and id = ?2").execute(params![
                    user.as_bytes(),
                    id.as_bytes(),
                    now.plus_seconds(LOOK_AGAIN_S).as_micros()
                ])?;
            }
            body => {
                free.extend(body);
                free.extend(forget(tx, user, id)?);
            }
        }
    }
    Ok(free)
}

/// Whether bytes of an upload are still to be read: it is not whole, or its body is.
pub(super) fn is_needed(tx: &dyn Transaction, segment: &str) -> Result<bool> {
    let of = tx
        .sql(
            "select u.spool from upload_segment s join upload u on u.user_id = s.user_id and u.id = s.upload_id
             where s.spool = ?1 limit 1",
        )
        .find(params![segment], |row| row.get::<Option<String>>(0))?;
    match of {
        None => Ok(false),
        Some(None) => Ok(true),
        Some(Some(body)) => parts::is_body(tx, &body),
    }
}

#[async_trait]
impl ResumableUploads for SqlStore {
    async fn begin_upload(&self, upload: Upload, most: u32) -> Result<bool> {
        self.write(Scope::user(upload.user_id), move |tx| begin(tx, &upload, most)).await
    }

    async fn find_upload(&self, user: UserId, id: UploadId) -> Result<Option<Upload>> {
        self.read(move |tx| find(tx, user, id)).await
    }

    async fn list_segments(&self, user: UserId, id: UploadId) -> Result<Vec<Segment>> {
        self.read(move |tx| segments(tx, user, id)).await
    }

    async fn append_segment(
        &self,
        user: UserId,
        id: UploadId,
        kept: u64,
        segment: Segment,
        expires_at: Timestamp,
    ) -> Result<bool> {
        self.write(Scope::user(user), move |tx| append(tx, (user, id), kept, &segment, expires_at)).await
    }

    async fn finish_upload(&self, user: UserId, id: UploadId, delivery: Delivery) -> Result<bool> {
        let finished = self.write(Scope::user(user), move |tx| finish(tx, user, id, &delivery)).await?;
        self.wakers.ring(Bell::Deliveries);
        Ok(finished)
    }

    async fn remove_upload(&self, user: UserId, id: UploadId) -> Result<Option<Vec<String>>> {
        self.write(Scope::user(user), move |tx| match find(tx, user, id)? {
            Some(upload) if upload.receipt.is_none() => Ok(Some(forget(tx, user, id)?)),
            _ => Ok(None),
        })
        .await
    }

    async fn expire_uploads(&self, now: Timestamp, limit: u32) -> Result<Vec<String>> {
        self.write(Scope::key(b"uploads"), move |tx| expire(tx, now, limit)).await
    }
}
