//! Deliveries and the queues' depths.

use super::Scope;
use super::transaction::Transaction;
use super::value::{Row, owned, params};
use super::{
    SqlStore, backfill,
    convert::{body_columns, to_json},
    jobs, parts, users,
};
use crate::{
    Bell, Delivery, DeliveryKind, Inbox, Job, Lane, Part, PartKey, PartOutcome, Queue, QueueDepths, ReplayQuery,
    Result, Retry, StoreError,
};
use async_trait::async_trait;
use model::{ConnectionId, ProviderAppId, Timestamp, UserId};

const DELIVERY: &str = "receipt, kind, provider, app_id, user_id, connection_id, part_type, meta, body, spool, size,
    received_at, attempts, account";

/// Drops the bodies of notifications that could not be cut to their end: nobody can say whose data the rest is.
/// Gives the spooled name, if it had one, of each that went.
pub(super) fn expire_damaged(tx: &dyn Transaction, app: ProviderAppId, limit: u32) -> Result<Vec<Option<String>>> {
    let kind = DeliveryKind::Webhook.as_stored();
    let dead = tx
        .sql(
            "select lane, receipt, spool from inbox where state = 2 and kind = ?1 and app_id = ?2
             and (body is not null or spool is not null) limit ?3",
        )
        .rows(params![kind, app.as_bytes(), limit], |row| {
            Ok((row.get::<i16>(0)?, row.get::<i64>(1)?, row.get::<Option<String>>(2)?))
        })?;
    let mut gone = Vec::new();
    for (lane, receipt, spool) in dead {
        tx.sql("update inbox set body = null, spool = null where lane = ?1 and receipt = ?2")
            .execute(params![lane, receipt])?;
        gone.push(spool);
    }
    Ok(gone)
}

fn delivery(row: &Row<'_>) -> Result<Delivery> {
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
fn choose(tx: &dyn Transaction, now: Timestamp, limit: u32) -> Result<Vec<i64>> {
    tx.sql("select receipt from inbox where state = 0 and run_at <= ?1 order by receipt limit ?2")
        .rows(params![now.as_micros(), limit], |row| row.get(0))
}

fn claim(tx: &dyn Transaction, now: Timestamp, lease: Timestamp, claimant: i16, limit: u32) -> Result<Vec<Delivery>> {
    let chosen: Vec<_> = choose(tx, now, limit)?
        .into_iter()
        .map(|receipt| {
            [owned(Delivery::lane(receipt).0), owned(receipt), owned(lease.as_micros()), owned(claimant)].to_vec()
        })
        .collect();
    tx.sql(format!(
        "update inbox set run_at = ?3, claimed = ?4 where lane = ?1 and receipt = ?2 and state = 0
         returning {DELIVERY}"
    ))
    .rows_of_all(&chosen, delivery)
}

fn renew(tx: &dyn Transaction, receipts: &[i64], lease: Timestamp, claimant: i16) -> Result<()> {
    let rows: Vec<_> = receipts
        .iter()
        .map(|receipt| {
            [owned(Delivery::lane(*receipt).0), owned(*receipt), owned(lease.as_micros()), owned(claimant)].to_vec()
        })
        .collect();
    tx.sql("update inbox set run_at = ?3 where lane = ?1 and receipt = ?2 and state = 0 and claimed = ?4")
        .execute_all(&rows)?;
    Ok(())
}

/// What was claimed had been due: due again, in its old order.
fn release(tx: &dyn Transaction, queue: Queue, claimant: i16) -> Result<()> {
    let (table, run_at) = match queue {
        Queue::Deliveries => ("inbox", "received_at"),
        Queue::Messages => ("message", "created_at"),
        Queue::Jobs => ("job", "created_at"),
    };
    tx.sql(format!("update {table} set run_at = {run_at}, claimed = 0 where state = 0 and claimed = ?1"))
        .execute(params![claimant])?;
    Ok(())
}

pub(super) fn insert(tx: &dyn Transaction, delivery: &Delivery) -> Result<()> {
    // a user may be deleted while what was handed in for them is on its way
    if let Some(user) = delivery.user_id
        && !users::exists(tx, user)?
    {
        return Err(StoreError::NotFound("user"));
    }
    let (body, spool) = body_columns(&delivery.body);
    tx.sql(format!(
        "insert into inbox (lane, {DELIVERY}, run_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?13)"
    ))
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

/// What is handed in for a user must not come while they are deleted.
fn scope_of(delivery: &Delivery) -> Scope {
    delivery.user_id.map_or(Scope::NONE, Scope::user)
}

#[async_trait]
impl Inbox for SqlStore {
    async fn accept(&self, delivery: Delivery) -> Result<()> {
        let scope = scope_of(&delivery);
        self.write(scope, move |tx| insert(tx, &delivery)).await?;
        self.wakers.ring(Bell::Deliveries);
        Ok(())
    }

    async fn accept_fetched(&self, delivery: Delivery, job: &Job) -> Result<()> {
        let (lane, position, scope) = (job.lane, job.position, scope_of(&delivery));
        self.write(scope, move |tx| {
            if !jobs::complete(tx, lane, position, delivery.received_at)? {
                return Err(StoreError::NotFound("job"));
            }
            insert(tx, &delivery)
        })
        .await?;
        self.wakers.ring(Bell::Deliveries);
        Ok(())
    }

    async fn last_receipt(&self) -> Result<i64> {
        self.read(|tx| {
            let mut highest = 0;
            for table in ["inbox", "part"] {
                let lanes: Vec<_> = Lane::all().map(|lane| vec![owned(lane.0)]).collect();
                let last: Vec<i64> = tx
                    .sql(format!("select coalesce(max(receipt), 0) from {table} where lane = ?1"))
                    .rows_of_all(&lanes, |row| row.get(0))?;
                highest = last.into_iter().fold(highest, i64::max);
            }
            Ok(highest)
        })
        .await
    }

    async fn claim_deliveries(&self, now: Timestamp, lease: Timestamp, limit: u32) -> Result<Vec<Delivery>> {
        let waiting = self.read_few(move |tx| Ok(!choose(tx, now, 1)?.is_empty())).await?;
        if !waiting {
            return Ok(Vec::new());
        }
        let claimant = self.claimant();
        self.write(Scope::key(b"deliveries"), move |tx| claim(tx, now, lease, claimant, limit)).await
    }

    async fn renew_deliveries(&self, receipts: Vec<i64>, lease: Timestamp) -> Result<()> {
        let claimant = self.claimant();
        self.write(Scope::key(b"deliveries"), move |tx| renew(tx, &receipts, lease, claimant)).await
    }

    async fn put_parts(&self, parts: Vec<Part>) -> Result<()> {
        let scope = parts::scope(&parts);
        self.write(scope, move |tx| parts::insert(tx, &parts)).await?;
        self.wakers.ring(Bell::Parts);
        Ok(())
    }

    async fn finish_delivery(&self, receipt: i64, _issues: u32) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            tx.sql("delete from inbox where lane = ?1 and receipt = ?2")
                .execute(params![Delivery::lane(receipt).0, receipt])?;
            Ok(())
        })
        .await
    }

    async fn fail_delivery(&self, receipt: i64, error: String, retry: Retry) -> Result<()> {
        self.write(Scope::NONE, move |tx| {
            let (state, run_at) = parts::after_failure(&retry);
            tx.sql(
                "update inbox set state = ?3, run_at = ?4, claimed = 0, error = ?5, attempts = attempts + 1
                     where lane = ?1 and receipt = ?2",
            )
            .execute(params![Delivery::lane(receipt).0, receipt, state, run_at, error])?;
            Ok(())
        })
        .await
    }

    async fn take_lanes(&self, now: Timestamp, limit: usize) -> Result<Vec<Lane>> {
        let (held, first) = (self.lanes.all(), self.lanes.first());
        let wanted = self
            .read_few(move |tx| {
                let (before, after): (Vec<_>, Vec<_>) = parts::lanes(tx)?.into_iter().partition(|lane| *lane < first);
                let mut wanted = Vec::new();
                for lane in after.into_iter().chain(before).filter(|lane| !held.contains(lane)) {
                    if wanted.len() < limit && parts::any_waiting(tx, lane, now)? {
                        wanted.push(lane);
                    }
                }
                Ok(wanted)
            })
            .await?;
        self.hold(wanted).await
    }

    fn has_lane(&self, lane: Lane) -> bool {
        self.lanes.has(lane)
    }

    async fn leave_lane(&self, lane: Lane) {
        self.let_go(lane).await;
    }

    async fn list_parts(&self, lane: Lane, now: Timestamp, limit: u32) -> Result<Vec<Part>> {
        self.read_some(limit as usize, move |tx| parts::list(tx, lane, now, limit as usize)).await
    }

    async fn fail_part(&self, key: PartKey, error: String, retry: Retry) -> Result<()> {
        self.write(Scope::lane(key.lane), move |tx| parts::fail(tx, key, &error, &retry)).await
    }

    async fn expire_parts(&self, before: Timestamp, limit: u32) -> Result<Vec<String>> {
        self.write(Scope::key(b"retire"), move |tx| parts::expire(tx, None, before, limit)).await
    }

    async fn replay(&self, query: ReplayQuery, now: Timestamp) -> Result<u64> {
        let replayed = self.write(Scope::key(b"replay"), move |tx| parts::replay(tx, &query, now)).await?;
        self.wakers.ring(Bell::Parts);
        self.wakers.ring(Bell::Deliveries);
        Ok(replayed)
    }

    async fn release_claims(&self) -> Result<()> {
        let now = self.clock.now();
        let (claimant, is_alone) = (self.claimant(), self.is_alone().await?);
        self.write(Scope::NONE, move |tx| {
            let queues = [Queue::Deliveries, Queue::Messages, Queue::Jobs];
            queues.into_iter().try_for_each(|queue| release(tx, queue, claimant))?;
            // what does not say whose claim it is: another process may be at it, and its lease will end
            if is_alone {
                tx.sql("update connection set renewal_until = null where renewal_until is not null")
                    .execute(params![])?;
                backfill::release(tx, now)?;
            }
            Ok(())
        })
        .await
    }

    async fn release(&self, queue: Queue) -> Result<()> {
        let claimant = self.claimant();
        let scope = match queue {
            Queue::Deliveries => Scope::key(b"deliveries"),
            Queue::Messages => Scope::key(b"messages"),
            Queue::Jobs => Scope::key(b"jobs"),
        };
        self.write(scope, move |tx| release(tx, queue, claimant)).await
    }

    async fn list_outcomes(&self, lane: Lane, receipt: i64) -> Result<Vec<PartOutcome>> {
        self.read(move |tx| parts::outcomes(tx, lane, receipt)).await
    }

    async fn queue_depths(&self) -> Result<QueueDepths> {
        self.read(|tx| {
            let count = |text: &str| -> Result<u64> {
                tx.sql(format!("select count(*) from {text}")).one(params![], |row| row.get(0))
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
        self.read(move |tx| parts::unreferenced(tx, names.clone())).await
    }
}
