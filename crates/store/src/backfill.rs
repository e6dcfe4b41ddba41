//! History: what was asked of a provider for an account, by type and interval; how much may be asked in a
//! minute; which days have come. An account may be linked to several users: it is asked once for all.

use crate::{Lane, Result};
use async_trait::async_trait;
use model::{LocalDate, ProviderAppId, ProviderName, RunId, Timestamp};

/// An account at a provider, as an app knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Account {
    /// The app.
    pub app_id: ProviderAppId,
    /// The account's id at the provider.
    pub id: String,
}

impl Account {
    /// The lane of what is done for the account.
    #[must_use]
    pub fn lane(&self) -> Lane {
        Lane::of_bytes(&[self.app_id.as_bytes().as_slice(), self.id.as_bytes()].concat())
    }
}

/// How an interval stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IntervalState {
    /// To be asked.
    Waiting,
    /// Being asked: the answer is not known yet.
    Requested,
    /// The provider said that the data will come.
    Accepted,
    /// The provider said that it had been asked before.
    Duplicate,
    /// Data came, and no more is coming.
    Received,
    /// No data came.
    Empty,
    /// It lies before the earliest day that the provider gives.
    Unavailable,
    /// It was given up.
    Failed,
    /// Somebody stopped it, or the account is not connected any more.
    Cancelled,
    /// It waits for a permission.
    Held,
}

impl IntervalState {
    /// Every state, in the order of their stored numbers.
    pub const ALL: [Self; 10] = [
        Self::Waiting,
        Self::Requested,
        Self::Accepted,
        Self::Duplicate,
        Self::Received,
        Self::Empty,
        Self::Unavailable,
        Self::Failed,
        Self::Cancelled,
        Self::Held,
    ];

    /// The code on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Requested => "requested",
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::Received => "received",
            Self::Empty => "empty",
            Self::Unavailable => "unavailable",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Held => "held",
        }
    }

    /// Whether something is still going on.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Requested | Self::Accepted | Self::Duplicate)
    }

    /// Whether all that the provider has is there.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Received | Self::Empty | Self::Unavailable)
    }
}

/// One range of one type, asked at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    /// Whose.
    pub account: Account,
    /// Which type.
    pub part_type: String,
    /// Its number within account and type.
    pub number: i32,
    /// What is asked first: how many months its end lies back.
    pub age: i32,
    /// First instant, whole seconds.
    pub from: Timestamp,
    /// Last instant, whole seconds.
    pub to: Timestamp,
    /// How it stands.
    pub state: IntervalState,
    /// Whether it fills a gap that was found later.
    pub is_gap: bool,
    /// How often asking failed.
    pub attempts: u32,
    /// How often its beginning was cut off because the provider has nothing so old.
    pub cuts: u32,
    /// When to go on with it.
    pub run_at: Timestamp,
    /// When the provider was last asked.
    pub asked_at: Option<Timestamp>,
    /// When data of it last came.
    pub data_at: Option<Timestamp>,
    /// What went wrong.
    pub error: Option<String>,
}

impl Interval {
    /// How many days of history it counts against the budget.
    #[must_use]
    pub fn days(&self) -> u32 {
        days_between(self.from, self.to)
    }
}

/// How many days a provider may count a range as: full days begun, or calendar days touched, whichever is more.
#[must_use]
pub fn days_between(from: Timestamp, to: Timestamp) -> u32 {
    let (from, to) = (from.as_seconds(), to.as_seconds());
    let begun = (to - from).div_euclid(86_400) + 1;
    let touched = to.div_euclid(86_400) - from.div_euclid(86_400) + 1;
    u32::try_from(begun.max(touched)).unwrap_or(0)
}

/// How an account's history stands as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// Something is still going on, or waits for a permission.
    Running,
    /// All that the provider has is there.
    Complete,
    /// Something was given up.
    Failed,
    /// Somebody stopped it, or the account is not connected any more.
    Cancelled,
}

/// The history of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backfill {
    /// Whose.
    pub account: Account,
    /// At which provider.
    pub provider: ProviderName,
    /// The run as sync events tell of it.
    pub run_id: RunId,
    /// How it stands.
    pub state: RunState,
    /// Whether this run asks again for what had failed.
    pub is_retry: bool,
    /// How far back it goes.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
    /// Since when the account's own notifications should have brought every day.
    pub since: Timestamp,
    /// When the run began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why it is not complete.
    pub error: Option<String>,
    /// How many per cent were last told.
    pub told: u8,
    /// When to look for gaps next.
    pub gaps_at: Timestamp,
    /// For optimistic writes; 0 when not yet kept.
    pub ver: i64,
}

/// All that is known of an account's history.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The run.
    pub backfill: Backfill,
    /// Every interval, by type and number.
    pub intervals: Vec<Interval>,
    /// The earliest instant that the provider gives, by type, where that is known.
    pub floors: Vec<(String, Timestamp)>,
}

/// What changes when history is planned, in one transaction.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The run as it shall be; kept if `ver` is still the kept one.
    pub backfill: Backfill,
    /// Intervals that go: what takes their place is among `add`.
    pub remove: Vec<(String, i32)>,
    /// Intervals that wait no longer for a permission.
    pub release: Vec<(String, i32)>,
    /// Intervals to ask for; their numbers are given by the store.
    pub add: Vec<Interval>,
    /// Ends the wish that led to this.
    pub fulfils: Option<Wish>,
}

/// Something happened that may call for history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// For which account.
    pub account: Account,
    /// At which provider.
    pub provider: ProviderName,
    /// Whether it was (also) connected; otherwise only its permissions changed.
    pub connected: bool,
    /// When.
    pub at: Timestamp,
}

/// How much may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Days of history in any minute, for each set of credentials.
    pub days_per_minute: u32,
    /// How many requests at once.
    pub limit: u32,
}

/// An interval that was claimed, and its share of the budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The interval.
    pub interval: Interval,
    /// Names the share.
    pub ticket: i64,
}

/// What claiming gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// What to ask now.
    pub claimed: Vec<Claimed>,
    /// When the budget has room again, if it was what ended the claim.
    pub room_at: Option<Timestamp>,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Data will come; look whether it came at this time.
    Accepted {
        /// When to look.
        look_at: Timestamp,
    },
    /// This range had been asked before; what remains of the interval is asked on its own.
    Duplicate {
        /// Where the range begins.
        from: Timestamp,
        /// Where it ends.
        to: Timestamp,
        /// When to look whether data came.
        look_at: Timestamp,
    },
    /// There is nothing of this type before this instant.
    Floor(Timestamp),
    /// Nothing of this type for want of a permission, or nothing at all.
    Held {
        /// Whether all types wait.
        all_types: bool,
        /// For people.
        error: String,
    },
    /// Given up.
    Failed {
        /// Whether the type cannot be asked at all.
        whole_type: bool,
        /// For people.
        error: String,
    },
    /// To be asked again.
    Later {
        /// When.
        at: Timestamp,
        /// For people.
        error: String,
    },
    /// The budget of these credentials is used up until then.
    Limited {
        /// Until when.
        until: Timestamp,
    },
    /// The account is not connected any more.
    NotConnected,
}

/// What was seen when looking whether data came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Data came, and no more is coming.
    Received,
    /// None came.
    Empty,
    /// Look again then.
    Later(Timestamp),
}

/// An interval to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The interval.
    pub interval: Interval,
    /// The days of its range, and one on either side, of which there is data.
    pub days: Vec<LocalDate>,
    /// When history of the account last came, of any type.
    pub account_data_at: Option<Timestamp>,
    /// Whether something of the account is still to be fetched, split or applied.
    pub is_busy: bool,
}

/// Data of some days came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Of which account.
    pub account: Account,
    /// Of which type.
    pub part_type: String,
    /// The earliest instant it speaks of.
    pub first: Timestamp,
    /// The latest.
    pub last: Timestamp,
    /// The local days it speaks of.
    pub days: Vec<LocalDate>,
    /// When it was received.
    pub received_at: Timestamp,
}

/// Days of which there is data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoveredDays {
    /// Those that came.
    pub days: Vec<LocalDate>,
    /// Those that were asked for again in vain.
    pub in_vain: Vec<LocalDate>,
}

/// History.
#[async_trait]
pub trait Backfills: Send + Sync {
    /// What happened that may call for history, oldest first.
    async fn list_wishes(&self, limit: u32) -> Result<Vec<Wish>>;
    /// Drops a wish that was seen, unless it was renewed since.
    async fn drop_wish(&self, wish: Wish) -> Result<()>;
    /// All that is known of an account's history.
    async fn find_history(&self, account: Account) -> Result<Option<History>>;
    /// Writes a plan; false when somebody else planned meanwhile.
    async fn plan_history(&self, plan: Plan) -> Result<bool>;
    /// Claims a provider's intervals that are due, within the budget, until `lease`; what is not answered by
    /// then is claimed again.
    async fn claim_history(
        &self,
        provider: &ProviderName,
        now: Timestamp,
        lease: Timestamp,
        budget: Budget,
    ) -> Result<Claims>;
    /// Notes what became of a request. One that was cancelled meanwhile stays so.
    async fn note_answer(&self, claimed: Claimed, answer: Answer, now: Timestamp) -> Result<()>;
    /// The accepted intervals that are to be looked at.
    async fn list_looks(&self, now: Timestamp, limit: u32) -> Result<Vec<Look>>;
    /// Notes what was seen.
    async fn note_verdict(&self, interval: Interval, verdict: Verdict) -> Result<()>;
    /// Notes how many per cent are told of a run; false when so many were told already.
    async fn note_told(&self, account: Account, run_id: RunId, percent: u8) -> Result<bool>;
    /// Ends a run that is running; false when it is not.
    async fn end_history(
        &self,
        account: Account,
        run_id: RunId,
        state: RunState,
        error: Option<String>,
        now: Timestamp,
    ) -> Result<bool>;
    /// Stops what is running: nothing more is asked. False when nothing is.
    async fn cancel_history(&self, account: Account, now: Timestamp) -> Result<bool>;
    /// Accounts whose gaps are to be looked for.
    async fn list_gap_checks(&self, now: Timestamp, limit: u32) -> Result<Vec<Backfill>>;
    /// Says when to look for gaps again.
    async fn put_off_gap_check(&self, account: Account, until: Timestamp) -> Result<()>;
    /// The days of a type that came, from the first to the last of these.
    async fn covered_days(
        &self,
        account: Account,
        part_type: String,
        first: LocalDate,
        last: LocalDate,
    ) -> Result<CoveredDays>;
}
