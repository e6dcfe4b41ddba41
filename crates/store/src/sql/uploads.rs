//! What is handed in for a user, and cancelling it.

use super::transaction::Transaction;
use super::value::{Row, owned, params};
use super::{Scope, SqlStore, changes, parts, users};
use crate::{
    Bell, Body, Cancelled, Delivery, DeliveryKind, HandedIn, KeptFile, Lane, Part, Result, SyncEvent, Uploads,
};
use async_trait::async_trait;
use model::{TeamId, UserId};

const HANDED_IN: &str = "provider, part_type, meta, received_at, size, spool, state";

fn handed_in(row: &Row<'_>) -> Result<HandedIn> {
    Ok(HandedIn {
        provider: row.provider(0)?,
        part_type: row.get::<Option<String>>(1)?.unwrap_or_default(),
        meta: row.json(2)?,
        received_at: row.time(3)?,
    })
}

/// What is to be cut: what it is, its size, where its body lies, and its state.
type Uncut = (HandedIn, u64, Option<String>, i64);

fn find_uncut(tx: &dyn Transaction, user: UserId, receipt: i64) -> Result<Option<Uncut>> {
    tx.sql(format!("select {HANDED_IN} from inbox where lane = ?1 and receipt = ?2 and user_id = ?3 and kind = ?4"))
        .find(params![Delivery::lane(receipt).0, receipt, user.as_bytes(), DeliveryKind::Upload.as_stored()], |row| {
            Ok((handed_in(row)?, row.get(4)?, row.get(5)?, row.get(6)?))
        })
}

fn find(tx: &dyn Transaction, user: UserId, receipt: i64) -> Result<Option<HandedIn>> {
    if let Some((found, ..)) = find_uncut(tx, user, receipt)? {
        return Ok(Some(found));
    }
    tx.sql(format!(
        "select {HANDED_IN} from part where lane = ?1 and receipt = ?2 and user_id = ?3 and kind = ?4
         order by number limit 1"
    ))
    .find(params![Lane::of_user(user).0, receipt, user.as_bytes(), DeliveryKind::Upload.as_stored()], handed_in)
}

/// So many parts are in a state, with so many items.
fn count(tx: &dyn Transaction, user: UserId, receipt: i64, state: i64) -> Result<(u64, u64)> {
    tx.sql(
        "select count(*), cast(coalesce(sum(items), 0) as bigint) from part
         where lane = ?1 and receipt = ?2 and user_id = ?3 and state = ?4",
    )
    .one(params![Lane::of_user(user).0, receipt, user.as_bytes(), state], |row| Ok((row.get(0)?, row.get(1)?)))
}

const KEPT: &str = "receipt, number, provider, part_type, meta, body, spool, size, received_at";
const IS_KEPT: &str = "kind = 4 and (body is not null or spool is not null)";

fn kept_file(row: &Row<'_>) -> Result<KeptFile> {
    Ok(KeptFile {
        receipt: row.get(0)?,
        number: row.get(1)?,
        provider: row.provider(2)?,
        part_type: row.get(3)?,
        meta: row.json(4)?,
        body: row.body(5, 6)?,
        size: row.get(7)?,
        received_at: row.time(8)?,
    })
}

const WAITING: i64 = 0;
const DONE: i64 = 1;
const CANCELLED: i64 = 4;

fn cancel(
    tx: &dyn Transaction,
    team: TeamId,
    user: UserId,
    receipt: i64,
    event: &SyncEvent,
) -> Result<Option<Cancelled>> {
    users::require(tx, team, user)?;
    let key = [owned(Lane::of_user(user).0), owned(receipt), owned(user.as_bytes())];
    let uncut = find_uncut(tx, user, receipt)?.filter(|(.., state)| *state == WAITING);
    let spooled: Vec<Option<String>> = tx
        .sql("select spool from part where lane = ?1 and receipt = ?2 and user_id = ?3 and state = 0")
        .rows(&key, |row| row.get(0))?;
    let (waiting, _) = count(tx, user, receipt, WAITING)?;
    let (applied, items) = count(tx, user, receipt, DONE)?;
    if waiting == 0 && uncut.is_none() {
        let (dropped, _) = count(tx, user, receipt, CANCELLED)?;
        let told = Cancelled { applied, items, dropped, spooled: Vec::new(), is_again: true };
        return Ok((dropped > 0).then_some(told));
    }
    tx.sql(
        "update part set state = 4, body = null, spool = null, error = 'cancelled'
         where lane = ?1 and receipt = ?2 and user_id = ?3 and state = 0",
    )
    .execute(&key)?;
    let mut cancelled = Cancelled {
        applied,
        items,
        dropped: waiting,
        spooled: spooled.into_iter().flatten().collect(),
        is_again: false,
    };
    if let Some((what, size, spool, _)) = uncut {
        forget_rest(tx, (team, user), receipt, &what, size)?;
        cancelled.dropped += 1;
        cancelled.spooled.extend(spool);
    }
    let mut event = event.clone();
    if let Some(metadata) = event.metadata.as_object_mut() {
        metadata.insert("parts_applied".to_owned(), cancelled.applied.into());
        metadata.insert("parts_dropped".to_owned(), cancelled.dropped.into());
    }
    event.items_processed = i64::try_from(cancelled.items).ok();
    changes::put_sync_events(tx, team, user, &[event])?;
    cancelled.spooled = parts::unreferenced(tx, cancelled.spooled)?;
    Ok(Some(cancelled))
}

/// Takes what was not cut out of the inbox. A part without bytes stays for it, so that it is known that it was there;
/// whoever is cutting it finds that it is gone, and ends.
fn forget_rest(
    tx: &dyn Transaction,
    (team, user): (TeamId, UserId),
    receipt: i64,
    what: &HandedIn,
    size: u64,
) -> Result<()> {
    tx.sql("delete from inbox where lane = ?1 and receipt = ?2")
        .execute(params![Delivery::lane(receipt).0, receipt])?;
    let lane = Lane::of_user(user);
    let number = tx
        .sql("select coalesce(max(number) + 1, 0) from part where lane = ?1 and receipt = ?2 and user_id = ?3")
        .one(params![lane.0, receipt, user.as_bytes()], |row| row.get::<i64>(0))?;
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    parts::insert_one(
        tx,
        &Part {
            lane,
            receipt,
            number,
            user_id: Some(user),
            team_id: Some(team),
            connection_id: None,
            app_id: None,
            account: None,
            provider: what.provider.clone(),
            kind: DeliveryKind::Upload,
            part_type: what.part_type.clone(),
            meta: what.meta.clone(),
            body: Body::Expired,
            size,
            received_at: what.received_at,
            attempts: 0,
            quiet: false,
            is_notice: false,
        },
    )?;
    tx.sql(
        "update part set state = 4, error = 'cancelled'
         where lane = ?1 and receipt = ?2 and number = ?3 and user_id = ?4",
    )
    .execute(params![lane.0, receipt, number, user.as_bytes()])?;
    Ok(())
}

#[async_trait]
impl Uploads for SqlStore {
    async fn find_handed_in(&self, user: UserId, receipt: i64) -> Result<Option<HandedIn>> {
        self.read(move |tx| find(tx, user, receipt)).await
    }

    async fn list_kept_files(
        &self,
        user: UserId,
        part_type: &'static str,
        before: Option<(i64, u32)>,
        limit: u32,
    ) -> Result<Vec<KeptFile>> {
        let (receipt, number) = before.unwrap_or((i64::MAX, 0));
        self.read(move |tx| {
            tx.sql(format!(
                "select {KEPT} from part where lane = ?1 and user_id = ?2 and part_type = ?3 and {IS_KEPT}
                 and (receipt, number) < (?4, ?5) order by receipt desc, number desc limit ?6"
            ))
            .rows(params![Lane::of_user(user).0, user.as_bytes(), part_type, receipt, number, limit], kept_file)
        })
        .await
    }

    async fn find_kept_file(&self, user: UserId, receipt: i64, number: u32) -> Result<Option<KeptFile>> {
        self.read(move |tx| {
            tx.sql(format!(
                "select {KEPT} from part where lane = ?1 and receipt = ?2 and number = ?3 and user_id = ?4
                 and part_type in ('electrocardiogram', 'clinical_record') and {IS_KEPT}"
            ))
            .find(params![Lane::of_user(user).0, receipt, number, user.as_bytes()], kept_file)
        })
        .await
    }

    async fn cancel_handed_in(
        &self,
        team: TeamId,
        user: UserId,
        receipt: i64,
        event: SyncEvent,
    ) -> Result<Option<Cancelled>> {
        let cancelled = self.write(Scope::user(user), move |tx| cancel(tx, team, user, receipt, &event)).await?;
        self.wakers.ring(Bell::Changes);
        Ok(cancelled)
    }
}
