//! History in SQLite: plans, requests and what became of them, days that came.

mod answers;
mod claims;
mod coverage;
mod pending;
mod plans;
mod rows;

pub(super) use claims::release;
pub(super) use coverage::note as note_coverage;
pub(super) use plans::{accounts_of, forget, forget_unlinked, wish};

use super::SqliteStore;
use crate::{
    Account, Answer, Backfill, Backfills, Budget, Claimed, Claims, CoveredDays, History, Interval, Look, Plan, Result,
    RunState, Verdict, Wish,
};
use async_trait::async_trait;
use model::{LocalDate, ProviderName, RunId, Timestamp};

#[async_trait]
impl Backfills for SqliteStore {
    async fn list_wishes(&self, limit: u32) -> Result<Vec<Wish>> {
        self.read(move |connection| plans::list_wishes(connection, limit)).await
    }

    async fn drop_wish(&self, wish: Wish) -> Result<()> {
        self.write(move |connection| plans::drop_wish(connection, &wish)).await
    }

    async fn find_history(&self, account: Account) -> Result<Option<History>> {
        self.read(move |connection| plans::find(connection, &account)).await
    }

    async fn plan_history(&self, plan: Plan) -> Result<bool> {
        let is_written = self.write(move |connection| plans::write(connection, &plan)).await?;
        self.wakers.history.notify_one();
        Ok(is_written)
    }

    async fn claim_history(
        &self,
        provider: &ProviderName,
        now: Timestamp,
        lease: Timestamp,
        budget: Budget,
    ) -> Result<Claims> {
        if !self.read(move |connection| claims::any_due(connection, now)).await? {
            return Ok(Claims::default());
        }
        let provider = provider.clone();
        self.write(move |connection| claims::claim(connection, provider.as_str(), (now, lease), budget)).await
    }

    async fn note_answer(&self, claimed: Claimed, answer: Answer, now: Timestamp) -> Result<()> {
        self.write(move |connection| answers::note(connection, &claimed, &answer, now)).await
    }

    async fn list_looks(&self, now: Timestamp, limit: u32) -> Result<Vec<Look>> {
        self.read(move |connection| answers::list_looks(connection, now, limit)).await
    }

    async fn note_verdict(&self, interval: Interval, verdict: Verdict) -> Result<()> {
        self.write(move |connection| answers::note_verdict(connection, &interval, &verdict)).await
    }

    async fn note_told(&self, account: Account, run_id: RunId, percent: u8) -> Result<bool> {
        self.write(move |connection| plans::note_told(connection, &account, run_id, percent)).await
    }

    async fn end_history(
        &self,
        account: Account,
        run_id: RunId,
        state: RunState,
        error: Option<String>,
        now: Timestamp,
    ) -> Result<bool> {
        self.write(move |connection| plans::end(connection, &account, run_id, state, error.as_deref(), now)).await
    }

    async fn cancel_history(&self, account: Account, now: Timestamp) -> Result<bool> {
        self.write(move |connection| plans::cancel(connection, &account, now)).await
    }

    async fn list_gap_checks(&self, now: Timestamp, limit: u32) -> Result<Vec<Backfill>> {
        self.read(move |connection| plans::list_gap_checks(connection, now, limit)).await
    }

    async fn put_off_gap_check(&self, account: Account, until: Timestamp) -> Result<()> {
        self.write(move |connection| plans::put_off_gap_check(connection, &account, until)).await
    }

    async fn covered_days(
        &self,
        account: Account,
        part_type: String,
        first: LocalDate,
        last: LocalDate,
    ) -> Result<CoveredDays> {
        self.read(move |connection| coverage::days(connection, &account, &part_type, first, last)).await
    }
}
