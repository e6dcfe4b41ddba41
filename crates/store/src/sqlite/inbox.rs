//! Deliveries and the queues' depths in SQLite.

use super::{
    SqliteStore,
    convert::{Columns, body_columns, to_json},
    parts,
};
use crate::{Delivery, DeliveryKind, Inbox, Lane, Part, PartKey, QueueDepths, ReplayQuery, Result, Retry};
use async_trait::async_trait;
use model::{ConnectionId, ProviderAppId, Timestamp, UserId};
use rusqlite::{Connection, Row, params};

const DELIVERY: &str = "receipt, kind, provider, app_id, user_id, connection_id, part_type, meta, body, spool, size,
    received_at, attempts";

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
    })
}

fn claim(connection: &Connection, now: Timestamp, lease: Timestamp, limit: u32) -> Result<Vec<Delivery>> {
    let mut select = connection.prepare_cached(&format!(
        "select {DELIVERY} from inbox where lane = ?1 and state = 0 and run_at <= ?2 order by receipt limit ?3"
    ))?;
    let mut found: Vec<Delivery> = Vec::new();
    for lane in Lane::all() {
        for row in select.query_map(params![lane.0, now.as_micros(), limit], delivery)? {
            found.push(row?);
        }
    }
    found.sort_by_key(|delivery| delivery.receipt);
    found.truncate(limit as usize);
    let mut update = connection.prepare_cached("update inbox set run_at = ?3 where lane = ?1 and receipt = ?2")?;
    for delivery in &found {
        update.execute(params![Delivery::lane(delivery.receipt).0, delivery.receipt, lease.as_micros()])?;
    }
    Ok(found)
}

#[async_trait]
impl Inbox for SqliteStore {
    async fn accept(&self, delivery: Delivery) -> Result<()> {
        self.write(move |connection| {
            let (body, spool) = body_columns(&delivery.body);
            connection
                .prepare_cached(&format!(
                    "insert into inbox (lane, {DELIVERY}, run_at)
                     values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?13)"
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
                    delivery.attempts
                ])?;
            Ok(())
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
        let waiting = self
            .read(move |connection| {
                let mut select = connection
                    .prepare_cached("select 1 from inbox where lane = ?1 and state = 0 and run_at <= ?2 limit 1")?;
                for lane in Lane::all() {
                    if select.exists(params![lane.0, now.as_micros()])? {
                        return Ok(true);
                    }
                }
                Ok(false)
            })
            .await?;
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
                    "update inbox set state = ?3, run_at = ?4, error = ?5, attempts = attempts + 1
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
                if parts::any_waiting(connection, lane, now)? {
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
        self.write(|connection| {
            for table in ["inbox", "part", "message", "job"] {
                // a claim is a run_at in the future with no failure noted
                connection.execute(
                    &format!("update {table} set run_at = 0 where state = 0 and error is null and run_at > 0"),
                    [],
                )?;
            }
            connection.execute("update connection set renewal_until = null where renewal_until is not null", [])?;
            Ok(())
        })
        .await
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
        self.read(move |connection| {
            let mut kept = std::collections::HashSet::new();
            for table in ["inbox", "part"] {
                let mut select = connection.prepare(&format!("select spool from {table} where spool is not null"))?;
                for name in select.query_map([], |row| row.get::<_, String>(0))? {
                    kept.insert(name?);
                }
            }
            Ok(names.into_iter().filter(|name| !kept.contains(name)).collect())
        })
        .await
    }
}
