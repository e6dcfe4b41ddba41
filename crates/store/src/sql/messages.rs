//! Messages to endpoints.

use super::Scope;
use super::transaction::Transaction;
use super::value::{Row, owned, params};
use super::{
    SqlStore, convert::to_json, endpoints, erasure_reports::OF_USERS_THERE, jobs, parts::after_failure, users,
};
use crate::{
    Attempt, Bell, Emission, Endpoint, Job, JobEnd, Lane, Message, Messages, Outcome, Result, Retry, StoreError, Told,
};
use async_trait::async_trait;
use model::{DeliveryId, EndpointId, TeamId, Timestamp, UserId, derived_id};

const MESSAGE: &str = "lane, position, id, endpoint_id, team_id, user_id, emission, body, attempts, created_at";

fn message(row: &Row<'_>) -> Result<Message> {
    Ok(Message {
        lane: Lane(row.get(0)?),
        position: row.get(1)?,
        id: DeliveryId::from_uuid(row.uuid(2)?),
        endpoint_id: EndpointId::from_uuid(row.uuid(3)?),
        team_id: TeamId::from_uuid(row.uuid(4)?),
        user_id: UserId::from_uuid(row.uuid(5)?),
        emission: row.json(6)?,
        body: row.get(7)?,
        attempts: row.get(8)?,
        created_at: row.time(9)?,
    })
}

pub(super) fn insert(
    tx: &dyn Transaction,
    endpoint: &Endpoint,
    user: UserId,
    emission: &Emission,
    now: Timestamp,
) -> Result<DeliveryId> {
    let lane = Lane::of_user(user);
    let position: i64 = tx
        .sql("update lane_position set messages = messages + 1 where lane = ?1 returning messages")
        .one(params![lane.0], |row| row.get(0))?;
    let id = DeliveryId::from_uuid(derived_id(&[
        b"message",
        endpoint.id.as_bytes(),
        &lane.0.to_be_bytes(),
        &position.to_be_bytes(),
    ]));
    tx.sql(
        "insert into message (lane, position, id, endpoint_id, team_id, user_id, emission, run_at, created_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
    )
    .execute(params![
        lane.0,
        position,
        id.as_bytes(),
        endpoint.id.as_bytes(),
        endpoint.team_id.as_bytes(),
        user.as_bytes(),
        to_json(emission)?,
        now.as_micros()
    ])?;
    Ok(id)
}

fn claim(tx: &dyn Transaction, now: Timestamp, lease: Timestamp, claimant: i16, limit: u32) -> Result<Vec<Message>> {
    let select = tx.sql(format!(
        "select {MESSAGE} from message where state = 0 and run_at <= ?1 and {OF_USERS_THERE}
         order by run_at, lane, position limit ?2"
    ));
    let found = select.rows(params![now.as_micros(), limit], message)?;
    let keys: Vec<_> = found
        .iter()
        .map(|message| vec![owned(message.lane.0), owned(message.position), owned(lease.as_micros()), owned(claimant)])
        .collect();
    tx.sql("update message set run_at = ?3, claimed = ?4 where lane = ?1 and position = ?2").execute_all(&keys)?;
    Ok(found)
}

fn finish(tx: &dyn Transaction, message: &Message, attempt: &Attempt, outcome: &Outcome) -> Result<()> {
    let changed = match outcome {
        Outcome::Delivered => tx
            .sql(
                "update message set state = 1, claimed = 0, body = null, error = null, attempts = attempts + 1
                 where lane = ?1 and position = ?2",
            )
            .execute(params![message.lane.0, message.position])?,
        Outcome::Failed(retry) => {
            let (state, run_at) = after_failure(retry);
            // a dead message's body goes; it can be rendered again
            tx.sql(
                "update message set state = ?3, run_at = ?4, claimed = 0, error = ?5, attempts = attempts + 1,
                     body = case when ?6 then null else body end where lane = ?1 and position = ?2",
            )
            .execute(params![
                message.lane.0,
                message.position,
                state,
                run_at,
                attempt.error,
                *retry == Retry::Dead
            ])?
        }
    };
    // the message goes with its user or endpoint, and then nothing of it may stay
    if changed == 1 {
        endpoints::put_attempt(tx, message.team_id, message.user_id, attempt)?;
    }
    Ok(())
}

#[async_trait]
impl Messages for SqlStore {
    async fn put_endpoint(&self, endpoint: Endpoint) -> Result<()> {
        self.write(Scope::NONE, move |tx| endpoints::put(tx, &endpoint)).await
    }

    async fn list_endpoints(&self, team: TeamId) -> Result<Vec<Endpoint>> {
        self.read(move |tx| endpoints::list(tx, team)).await
    }

    async fn find_endpoint(&self, team: TeamId, id: EndpointId) -> Result<Option<Endpoint>> {
        Ok(self.list_endpoints(team).await?.into_iter().find(|endpoint| endpoint.id == id))
    }

    async fn delete_endpoint(&self, team: TeamId, id: EndpointId) -> Result<bool> {
        self.write(Scope::NONE, move |tx| endpoints::delete(tx, team, id)).await
    }

    async fn put_message(
        &self,
        endpoint: &Endpoint,
        user: UserId,
        emission: Emission,
        now: Timestamp,
    ) -> Result<DeliveryId> {
        let endpoint = endpoint.clone();
        let id = self
            .write(Scope::user(user), move |tx| {
                if !endpoints::exists(tx, endpoint.team_id, endpoint.id)? {
                    return Err(StoreError::NotFound("endpoint"));
                }
                insert(tx, &endpoint, user, &emission, now)
            })
            .await?;
        self.wakers.ring(Bell::Messages);
        Ok(id)
    }

    async fn claim_messages(&self, now: Timestamp, lease: Timestamp, limit: u32) -> Result<Vec<Message>> {
        if self.next_message_at().await?.is_none_or(|at| at > now) {
            return Ok(Vec::new());
        }
        let claimant = self.claimant();
        self.write(Scope::key(b"messages"), move |tx| claim(tx, now, lease, claimant, limit)).await
    }

    async fn keep_message_body(&self, message: &Message, body: Vec<u8>) -> Result<()> {
        let (lane, position) = (message.lane, message.position);
        self.write(Scope::lane(lane), move |tx| {
            tx.sql("update message set body = ?3 where lane = ?1 and position = ?2 and state = 0")
                .execute(params![lane.0, position, body])?;
            Ok(())
        })
        .await
    }

    async fn finish_attempt(&self, message: &Message, attempt: Attempt, outcome: Outcome) -> Result<()> {
        let message = message.clone();
        self.write(Scope::lane(message.lane), move |tx| finish(tx, &message, &attempt, &outcome)).await
    }

    async fn list_attempts(&self, team: TeamId, endpoint: EndpointId, limit: u32) -> Result<Vec<Attempt>> {
        self.read(move |tx| endpoints::list_attempts(tx, team, endpoint, limit)).await
    }

    async fn next_message_at(&self) -> Result<Option<Timestamp>> {
        self.read(|tx| {
            let at: Option<i64> = tx
                .sql(format!("select min(run_at) from message where state = 0 and {OF_USERS_THERE}"))
                .one(params![], |row| row.get(0))?;
            Ok(at.map(Timestamp::from_micros))
        })
        .await
    }

    async fn claim_jobs(&self, now: Timestamp, lease: Timestamp, limit: u32) -> Result<Vec<Job>> {
        let due = self.read(move |tx| jobs::any_due(tx, now)).await?;
        if !due {
            return Ok(Vec::new());
        }
        let claimant = self.claimant();
        self.write(Scope::key(b"jobs"), move |tx| jobs::claim(tx, now, lease, claimant, limit)).await
    }

    async fn retry_job(&self, job: &Job, error: String, at: Timestamp) -> Result<()> {
        let job = job.clone();
        self.write(Scope::lane(job.lane), move |tx| jobs::retry(tx, &job, &error, at)).await
    }

    async fn end_job(&self, job: &Job, end: JobEnd, told: Vec<Told>, now: Timestamp) -> Result<()> {
        let job = job.clone();
        let tells = !told.is_empty();
        let scope = told.iter().map(|told| Lane::of_user(told.user_id)).chain([job.lane]).collect();
        self.write(scope, move |tx| {
            // whoever was deleted meanwhile is told nothing
            let mut there = Vec::new();
            for told in &told {
                if users::exists(tx, told.user_id)? {
                    there.push(told);
                }
            }
            jobs::end(tx, &job, &end, &there, now)
        })
        .await?;
        if tells {
            self.wakers.ring(Bell::Changes);
            self.wakers.ring(Bell::Messages);
        }
        Ok(())
    }
}
