//! History: plans, requests and what became of them, days that came.

mod answers;
mod claims;
mod coverage;
mod pending;
mod plans;
mod rows;

pub(super) use super::Scope;
pub(super) use claims::release;
pub(super) use coverage::note as note_coverage;
pub(super) use plans::{accounts_of, forget, forget_unlinked, wish};

use super::SqlStore;
use crate::{
    Account, Answer, Backfill, Backfills, Bell, Budget, Claimed, Claims, CoveredDays, History, Interval, Look, Plan,
    Result, RunState, Verdict, Wish,
};
use async_trait::async_trait;
use model::{LocalDate, ProviderName, RunId, Timestamp};

/// Who asks for history or notes an answer is alone with the budgets.
const BUDGET: &[u8] = b"budget";

#[async_trait]
impl Backfills for SqlStore {
    async fn list_wishes(&self, limit: u32) -> Result<Vec<Wish>> {
        self.read(move |tx| plans::list_wishes(tx, limit)).await
    }

    async fn drop_wish(&self, wish: Wish) -> Result<()> {
        self.write(Scope::lane(wish.account.lane()), move |tx| plans::drop_wish(tx, &wish)).await
    }

    async fn find_history(&self, account: Account) -> Result<Option<History>> {
        self.read(move |tx| plans::find(tx, &account)).await
    }

    async fn plan_history(&self, plan: Plan) -> Result<bool> {
        let is_written =
            self.write(Scope::lane(plan.backfill.account.lane()), move |tx| plans::write(tx, &plan)).await?;
        self.wakers.ring(Bell::History);
        Ok(is_written)
    }

    async fn claim_history(
        &self,
        provider: &ProviderName,
        now: Timestamp,
        lease: Timestamp,
        budget: Budget,
    ) -> Result<Claims> {
        if !self.read(move |tx| claims::any_due(tx, now)).await? {
            return Ok(Claims::default());
        }
        let provider = provider.clone();
        self.write(Scope::key(BUDGET), move |tx| claims::claim(tx, provider.as_str(), (now, lease), budget)).await
    }

    async fn note_answer(&self, claimed: Claimed, answer: Answer, now: Timestamp) -> Result<()> {
        self.write(Scope::key(BUDGET).and(Scope::lane(claimed.interval.account.lane())), move |tx| {
            answers::note(tx, &claimed, &answer, now)
        })
        .await
    }

    async fn list_looks(&self, now: Timestamp, limit: u32) -> Result<Vec<Look>> {
        self.read(move |tx| answers::list_looks(tx, now, limit)).await
    }

    async fn note_verdict(&self, interval: Interval, verdict: Verdict) -> Result<()> {
        self.write(Scope::lane(interval.account.lane()), move |tx| answers::note_verdict(tx, &interval, &verdict)).await
    }

    async fn note_told(&self, account: Account, run_id: RunId, percent: u8) -> Result<bool> {
        self.write(Scope::lane(account.lane()), move |tx| plans::note_told(tx, &account, run_id, percent)).await
    }

    async fn end_history(
        &self,
        account: Account,
        run_id: RunId,
        state: RunState,
        error: Option<String>,
        now: Timestamp,
    ) -> Result<bool> {
        self.write(Scope::lane(account.lane()), move |tx| {
            plans::end(tx, &account, run_id, state, error.as_deref(), now)
        })
        .await
    }

    async fn cancel_history(&self, account: Account, now: Timestamp) -> Result<bool> {
        self.write(Scope::lane(account.lane()), move |tx| plans::cancel(tx, &account, now)).await
    }

    async fn list_gap_checks(&self, now: Timestamp, limit: u32) -> Result<Vec<Backfill>> {
        self.read(move |tx| plans::list_gap_checks(tx, now, limit)).await
    }

    async fn put_off_gap_check(&self, account: Account, until: Timestamp) -> Result<()> {
        self.write(Scope::lane(account.lane()), move |tx| plans::put_off_gap_check(tx, &account, until)).await
    }

    async fn covered_days(
        &self,
        account: Account,
        part_type: String,
        first: LocalDate,
        last: LocalDate,
    ) -> Result<CoveredDays> {
        self.read(move |tx| coverage::days(tx, &account, &part_type, first, last)).await
    }
}
