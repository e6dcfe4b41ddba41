//! Deliveries and the queues' depths in SQLite.

use super::{
    SqliteStore, backfill,
    convert::{Columns, body_columns, to_json},
    jobs, parts, users,
};
use crate::{
    Delivery, DeliveryKind, Inbox, Job, Lane, Part, PartKey, PartOutcome, QueueDepths, ReplayQuery, Result, Retry,
    StoreError,
};
use async_trait::async_trait;
use model::{ConnectionId, ProviderAppId, Timestamp, UserId};
use rusqlite::{Connection, Row, params};

const DELIVERY: &str = "receipt, kind, provider, app_id, user_id, connection_id, part_type, meta, body, spool, size,
    received_at, attempts, account";

/// Drops the bodies of notifications that could not be cut to their end: nobody can say whose data the rest is.
/// Gives the spooled name, if it had one, of each that went.
pub(super) fn expire_damaged(connection: &Connection, app: ProviderAppId, limit: u32) -> Result<Vec<Option<String>>> {
    let kind = DeliveryKind::Webhook.as_stored();
    let dead = connection
        .prepare_cached(
            "select lane, receipt, spool from inbox where state = 2 and kind = ?1 and app_id = ?2
             and (body is not null or spool is not null) limit ?3",
        )?
        .query_map(params![kind, app.as_bytes(), limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<Vec<(i64, i64, Option<String>)>>>()?;
    let mut gone = Vec::new();
    for (lane, receipt, spool) in dead {
        connection
            .prepare_cached("update inbox set body = null, spool = null where lane = ?1 and receipt = ?2")?
            .execute(params![lane, receipt])?;
        gone.push(spool);
    }
    Ok(gone)
}

fn delivery(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    Ok(Delivery {
        receipt: row.get(0)?,
        kind: DeliveryKind::from_stored(row.get(1)?).unwrap_or(DeliveryKind::Webhook),
        provider: row.provider(2)?,
        app_id: row.uuid_opt(3)?.map(ProviderAppId::from_uuid),
        user_id: row.uuid_opt(4)?.map(UserId::from_uuid),
        connection_id: row.uuid_opt(5)?.map(ConnectionId::from_uuid),
        part_type: row.get(6)?,
        meta: row.json(7)?,
        body: row.body(8, 9)?,
        size: row.get(10)?,
        received_at: row.time(11)?,
        attempts: row.get(12)?,
        account: row.get(13)?,
    })
}

/// The oldest deliveries that may be claimed, over all lanes. Only keys: bodies are read of those claimed.
fn choose(connection: &Connection, now: Timestamp, limit: u32) -> Result<Vec<i64>> {
    let mut select = connection.prepare_cached(
        "select receipt from inbox where lane = ?1 and state = 0 and run_at <= ?2 order by receipt limit ?3",
    )?;
    let mut receipts: Vec<i64> = Vec::new();
    for lane in Lane::all() {
        for receipt in select.query_map(params![lane.0, now.as_micros(), limit], |row| row.get(0))? {
            receipts.push(receipt?);
        }
    }
    receipts.sort_unstable();
    receipts.truncate(limit as usize);
    Ok(receipts)
}

fn claim(connection: &Connection, now: Timestamp, lease: Timestamp, limit: u32) -> Result<Vec<Delivery>> {
    let mut update = connection.prepare_cached(&format!(
        "update inbox set run_at = ?3, claimed = 1 where lane = ?1 and receipt = ?2 returning {DELIVERY}"
    ))?;
    let mut claimed = Vec::new();
    for receipt in choose(connection, now, limit)? {
        claimed.push(update.query_row(params![Delivery::lane(receipt).0, receipt, lease.as_micros()], delivery)?);
    }
    Ok(claimed)
}

fn insert(connection: &Connection, delivery: &Delivery) -> Result<()> {
    // a user may be deleted while what was handed in for them is on its way
    if let Some(user) = delivery.user_id
        && !users::exists(connection, user)?
    {
        return Err(StoreError::NotFound("user"));
    }
    let (body, spool) = body_columns(&delivery.body);
    connection
        .prepare_cached(&format!(
            "insert into inbox (lane, {DELIVERY}, run_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?13)"
        ))?
        .execute(params![
            Delivery::lane(delivery.receipt).0,
            delivery.receipt,
            delivery.kind.as_stored(),
            delivery.provider.as_str(),
            delivery.app_id.map(|id| *id.as_bytes()),
            delivery.user_id.map(|id| *id.as_bytes()),
            delivery.connection_id.map(|id| *id.as_bytes()),
            delivery.part_type,
            to_json(&delivery.meta)?,
            body,
            spool,
            delivery.size,
            delivery.received_at.as_micros(),
            delivery.attempts,
            delivery.account
        ])?;
    Ok(())
}

#[async_trait]
impl Inbox for SqliteStore {
    async fn accept(&self, delivery: Delivery) -> Result<()> {
        self.write(move |connection| insert(connection, &delivery)).await?;
        self.wakers.deliveries.notify_one();
        Ok(())
    }

    async fn accept_fetched(&self, delivery: Delivery, job: &Job) -> Result<()> {
        let (lane, position) = (job.lane, job.position);
        self.write(move |connection| {
            if !jobs::complete(connection, lane, position, delivery.received_at)? {
                return Err(StoreError::NotFound("job"));
            }
            insert(connection, &delivery)
        })
        .await?;
        self.wakers.deliveries.notify_one();
        Ok(())
    }

    async fn last_receipt(&self) -> Result<i64> {
        self.read(|connection| {
            let mut highest = 0;
            for table in ["inbox", "part"] {
                let mut select = connection
                    .prepare_cached(&format!("select coalesce(max(receipt), 0) from {table} where lane = ?1"))?;
                for lane in Lane::all() {
                    highest = highest.max(select.query_row([lane.0], |row| row.get::<_, i64>(0))?);
                }
            }
            Ok(highest)
        })
        .await
    }

    async fn claim_deliveries(&self, now: Timestamp, lease: Timestamp, limit: u32) -> Result<Vec<Delivery>> {
        let waiting = self.read(move |connection| Ok(!choose(connection, now, 1)?.is_empty())).await?;
        if !waiting {
            return Ok(Vec::new());
        }
        self.write(move |connection| claim(connection, now, lease, limit)).await
    }

    async fn put_parts(&self, parts: Vec<Part>) -> Result<()> {
        self.write(move |connection| parts::insert(connection, &parts)).await?;
        self.wakers.parts.notify_one();
        Ok(())
    }

    async fn finish_delivery(&self, receipt: i64, _issues: u32) -> Result<()> {
        self.write(move |connection| {
            connection
                .prepare_cached("delete from inbox where lane = ?1 and receipt = ?2")?
                .execute(params![Delivery::lane(receipt).0, receipt])?;
            Ok(())
        })
        .await
    }

    async fn fail_delivery(&self, receipt: i64, error: String, retry: Retry) -> Result<()> {
        self.write(move |connection| {
            let (state, run_at) = parts::after_failure(&retry);
            connection
                .prepare_cached(
                    "update inbox set state = ?3, run_at = ?4, claimed = 0, error = ?5, attempts = attempts + 1
                     where lane = ?1 and receipt = ?2",
                )?
                .execute(params![Delivery::lane(receipt).0, receipt, state, run_at, error])?;
            Ok(())
        })
        .await
    }

    async fn waiting_lanes(&self, now: Timestamp) -> Result<Vec<Lane>> {
        self.read(move |connection| {
            let mut lanes = Vec::new();
            for lane in Lane::all() {
                if parts::any_claimable(connection, lane, now)? {
                    lanes.push(lane);
                }
            }
            Ok(lanes)
        })
        .await
    }

    async fn claim_parts(&self, lane: Lane, now: Timestamp, lease: Timestamp, limit: u32) -> Result<Vec<Part>> {
        self.write(move |connection| parts::claim(connection, lane, now, lease, limit)).await
    }

    async fn fail_part(&self, key: PartKey, error: String, retry: Retry) -> Result<()> {
        self.write(move |connection| parts::fail(connection, key, &error, &retry)).await
    }

    async fn expire_parts(&self, before: Timestamp, limit: u32) -> Result<Vec<String>> {
        self.write(move |connection| parts::expire(connection, before, limit)).await
    }

    async fn replay(&self, query: ReplayQuery, now: Timestamp) -> Result<u64> {
        let replayed = self.write(move |connection| parts::replay(connection, &query, now)).await?;
        self.wakers.parts.notify_one();
        self.wakers.deliveries.notify_one();
        Ok(replayed)
    }

    async fn release_claims(&self) -> Result<()> {
        let now = self.clock.now();
        self.write(move |connection| {
            // what was claimed had been due: due again, in its old order
            for (table, run_at) in
                [("inbox", "received_at"), ("part", "0"), ("message", "created_at"), ("job", "created_at")]
            {
                connection.execute(
                    &format!("update {table} set run_at = {run_at}, claimed = 0 where state = 0 and claimed = 1"),
                    [],
                )?;
            }
            connection.execute("update connection set renewal_until = null where renewal_until is not null", [])?;
            backfill::release(connection, now)
        })
        .await
    }

    async fn list_outcomes(&self, lane: Lane, receipt: i64) -> Result<Vec<PartOutcome>> {
        self.read(move |connection| parts::outcomes(connection, lane, receipt)).await
    }

    async fn queue_depths(&self) -> Result<QueueDepths> {
        self.read(|connection| {
            let count = |text: &str| -> Result<u64> {
                Ok(connection
                    .prepare_cached(&format!("select count(*) from {text}"))?
                    .query_row([], |row| row.get(0))?)
            };
            Ok(QueueDepths {
                deliveries_waiting: count("inbox where state = 0")?,
                deliveries_dead: count("inbox where state = 2")?,
                parts_waiting: count("part where state = 0")?,
                parts_dead: count("part where state = 2")?,
                parts_unmatched: count("part where state = 3")?,
                messages_waiting: count("message where state = 0")?,
                messages_dead: count("message where state = 2")?,
                jobs_waiting: count("job where state = 0")?,
                jobs_dead: count("job where state = 2")?,
            })
        })
        .await
    }

    async fn unreferenced_spool(&self, names: Vec<String>) -> Result<Vec<String>> {
        self.read(move |connection| parts::unreferenced(connection, names)).await
    }
}
