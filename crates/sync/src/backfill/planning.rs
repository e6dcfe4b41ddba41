//! From a wish to intervals: which days of which types an account lacks, youngest first.

use super::{
    progress,
    range::{DAY_S, Range, start_of_day},
};
use crate::{HistorySettings, KeyTier, Sync, SyncError};
use model::{ProviderName, RunId, Timestamp, derived_id};
use providers::{Backfill as Facts, Manifest};
use std::collections::BTreeSet;
use store::{
    Account, Backfill, Connection, History, Interval, IntervalState as State, Plan, RunState, StoreError, Wish,
};

/// Of the budget that the provider names so much is used: its clock and its way of counting are not ours.
const USED_PER_CENT: u32 = 90;
/// How often a plan is made again because somebody else made one meanwhile.
const REDOS: u32 = 5;

/// What is asked for.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) range: Range,
    /// Only these types; none: all that are permitted.
    pub(super) types: Option<BTreeSet<String>>,
    /// Whether it fills gaps that were found later.
    pub(super) is_gap: bool,
    /// Whether what failed is asked again at somebody's wish.
    pub(super) is_retry: bool,
    /// Whether what was given up or stopped is asked again, or only what waits and what was never asked.
    pub(super) begins_again: bool,
}

/// What planning goes by.
pub(super) struct Situation<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) facts: &'a Facts,
    pub(super) settings: &'a HistorySettings,
    /// The account's active connections.
    pub(super) links: &'a [Connection],
    pub(super) now: Timestamp,
}

/// Days a minute that may be used of a provider's budget.
pub(super) fn budget(facts: &Facts, settings: &HistorySettings) -> u32 {
    let named = settings.days_per_minute.unwrap_or(match settings.tier {
        KeyTier::Evaluation => facts.evaluation_days_per_minute,
        KeyTier::Production => facts.production_days_per_minute,
    });
    (u64::from(named) * u64::from(USED_PER_CENT) / 100).try_into().unwrap_or(u32::MAX).max(1)
}

impl Situation<'_> {
    /// Whether history may be asked for at all through a connection.
    pub(super) fn grants_history(&self, link: &Connection) -> bool {
        let (Some(scope), Some(_), Some(needed)) = (&link.scope, link.standing.permissions_at, &self.facts.permission)
        else {
            return true;
        };
        scope.split_whitespace().any(|given| given == needed)
    }

    /// Whether a type may be asked for through one of the connections.
    pub(super) fn permits(&self, part_type: &str) -> bool {
        self.links.iter().any(|link| self.grants_history(link) && ingest::permits(link, part_type))
    }

    /// As far back as history is asked for by default.
    pub(super) fn depth(&self) -> Range {
        let days = self.settings.depth_days.or(self.manifest.capabilities.max_historical_days).unwrap_or_default();
        self.last_days(days)
    }

    /// The last days and today until now.
    pub(super) fn last_days(&self, days: u32) -> Range {
        let to = self.now.as_seconds();
        Range { from: start_of_day(to) - i64::from(days) * DAY_S, to }
    }

    fn types(&self, wanted: &Wanted) -> impl Iterator<Item = (&str, u32)> {
        let asked = self.manifest.types.iter().filter(|(name, part)| {
            part.backfill_path.is_some() && wanted.types.as_ref().is_none_or(|only| only.contains(*name))
        });
        let cap = budget(self.facts, self.settings);
        asked.map(move |(name, part)| (name.as_str(), part.backfill_days.unwrap_or(self.facts.range_days).min(cap)))
    }

    /// The plan for what is wanted and not there. None when there is nothing to do.
    pub(super) fn plan(&self, account: &Account, known: Option<&History>, wanted: &Wanted) -> Option<Plan> {
        let permits = self.links.iter().any(|link| self.grants_history(link));
        let mut plan = Plan {
            backfill: self.run(account, known, wanted, permits),
            remove: Vec::new(),
            release: Vec::new(),
            add: Vec::new(),
            fulfils: None,
        };
        for (part_type, cap) in self.types(wanted) {
            if self.permits(part_type) {
                self.plan_type(&mut plan, known, wanted, (part_type, cap));
            }
        }
        let does_something = !plan.add.is_empty() || !plan.release.is_empty();
        let refuses = !permits && known.is_none_or(|known| known.backfill.state != RunState::Failed);
        (does_something || refuses || known.is_none()).then_some(plan)
    }

    fn plan_type(&self, plan: &mut Plan, known: Option<&History>, wanted: &Wanted, (part_type, cap): (&str, u32)) {
        let newest_link = self.links.iter().map(|link| link.created_at).max().unwrap_or(Timestamp::MIN);
        let of_type = known.iter().flat_map(|known| &known.intervals).filter(|it| it.part_type == part_type);
        let (mut taken, mut lapsed_at) = (Vec::new(), None);
        for interval in of_type {
            let range = Range::new(interval.from, interval.to);
            let is_within = wanted.range.from <= range.from && range.to <= wanted.range.to;
            let is_stopped = matches!(interval.state, State::Failed | State::Cancelled);
            if interval.state == State::Held || (is_stopped && wanted.begins_again && range.is_instant()) {
                lapsed_at = lapsed_at.max(Some(range.to));
            }
            match interval.state {
                State::Held | State::Failed | State::Cancelled if range.is_instant() => {
                    if lapsed_at.is_some() {
                        plan.remove.push((part_type.to_owned(), interval.number));
                    }
                }
                State::Held => {
                    plan.release.push((part_type.to_owned(), interval.number));
                    taken.push(range);
                }
                _ if !wanted.begins_again => taken.push(range),
                State::Failed | State::Cancelled if is_within => {
                    plan.remove.push((part_type.to_owned(), interval.number));
                }
                State::Failed | State::Cancelled => {}
                // who was connected since then got nothing of it
                State::Received | State::Empty if interval.asked_at.is_none_or(|asked| asked < newest_link) => {
                    if is_within {
                        plan.remove.push((part_type.to_owned(), interval.number));
                    }
                }
                State::Received | State::Empty if wanted.is_gap => {
                    if interval.is_gap {
                        plan.remove.push((part_type.to_owned(), interval.number));
                    }
                }
                _ => taken.push(range),
            }
        }
        let floor = known.iter().flat_map(|known| &known.floors).find(|(name, _)| name == part_type);
        let floor = floor.map_or(i64::MIN, |(_, floor)| floor.as_seconds());
        let mut missing = Vec::new();
        if let Some(lapsed_at) = lapsed_at {
            // while it was not permitted nothing came by itself either
            let lapse = Range { from: start_of_day(lapsed_at), to: self.now.as_seconds() };
            missing = lapse.without(&taken);
            taken.extend(&missing);
        }
        if wanted.begins_again || !known.is_some_and(is_stopped) {
            missing.extend(wanted.range.without(&taken));
        }
        for piece in missing.into_iter().flat_map(|missing| missing.pieces(cap)) {
            let state = if piece.to < floor { State::Unavailable } else { State::Waiting };
            plan.add.push(self.interval(&plan.backfill.account, part_type, piece, state, wanted.is_gap));
        }
    }

    /// What says since when types are not permitted: an instant that is held, for each that has nothing held yet.
    fn lapses(&self, account: &Account, known: Option<&History>, at: Timestamp) -> Vec<Interval> {
        let asked = self.manifest.types.iter().filter(|(_, part)| part.backfill_path.is_some()).map(|(name, _)| name);
        let is_held = |name: &str| {
            known.iter().flat_map(|it| &it.intervals).any(|it| it.part_type == name && it.state == State::Held)
        };
        let comes = |name: &str| self.links.iter().any(|link| ingest::permits(link, name));
        let at = Range { from: at.as_seconds(), to: at.as_seconds() };
        asked
            .filter(|name| !comes(name) && !is_held(name))
            .map(|name| self.interval(account, name, at, State::Held, false))
            .collect()
    }

    fn interval(&self, account: &Account, part_type: &str, range: Range, state: State, is_gap: bool) -> Interval {
        let days_back = (start_of_day(self.now.as_seconds()) - start_of_day(range.to)) / DAY_S;
        Interval {
            account: account.clone(),
            part_type: part_type.to_owned(),
            number: 0,
            age: i32::try_from(days_back / 30).unwrap_or(i32::MAX),
            from: range.first_instant(),
            to: range.last_instant(),
            state,
            is_gap,
            attempts: 0,
            cuts: 0,
            run_at: self.now,
            asked_at: None,
            data_at: None,
            error: None,
        }
    }

    /// The run as it shall be: one that is going on goes on, otherwise another begins.
    fn run(&self, account: &Account, known: Option<&History>, wanted: &Wanted, permits: bool) -> Backfill {
        let kept = known.map(|known| &known.backfill);
        let running = kept.filter(|kept| kept.state == RunState::Running);
        let at = self.now.as_micros().to_be_bytes();
        let id = || derived_id(&[b"backfill", account.app_id.as_bytes(), account.id.as_bytes(), &at]);
        let keeps_range = wanted.is_gap || wanted.is_retry;
        let error = || self.facts.permission.as_ref().map(|needed| format!("the permission {needed} is missing"));
        Backfill {
            account: account.clone(),
            provider: self.manifest.name.clone(),
            run_id: running.map_or_else(|| RunId::from_uuid(id()), |running| running.run_id),
            state: if permits { RunState::Running } else { RunState::Failed },
            is_retry: wanted.is_retry,
            from: kept.filter(|_| keeps_range).map_or(wanted.range.first_instant(), |kept| kept.from),
            to: kept.filter(|_| keeps_range).map_or(wanted.range.last_instant(), |kept| kept.to),
            since: kept.map_or(self.now, |kept| kept.since),
            started_at: running.map_or(self.now, |running| running.started_at),
            ended_at: (!permits).then_some(self.now),
            error: if permits { None } else { error() },
            told: running.map_or(0, |running| running.told),
            gaps_at: kept.map_or(self.now, |kept| kept.gaps_at).max(self.now.plus_seconds(DAY_S)),
            ver: kept.map_or(0, |kept| kept.ver),
        }
    }
}

impl Sync {
    /// What planning goes by for a provider; none for one whose history is not asked for.
    pub(super) fn situation<'a>(&'a self, provider: &ProviderName, links: &'a [Connection]) -> Option<Situation<'a>> {
        let manifest = self.reach(provider).ok()?.manifest();
        let facts = manifest.backfill.as_ref()?;
        Some(Situation { manifest, facts, settings: &self.settings.history, links, now: self.clock.now() })
    }

    /// Does what a wish asks for.
    pub(super) async fn fulfil(&self, wish: Wish) -> Result<(), SyncError> {
        for _ in 0..REDOS {
            let links = self.store.find_connections_by_account(wish.account.app_id, &wish.account.id).await?;
            let Some(situation) = self.situation(&wish.provider, &links).filter(|_| !links.is_empty()) else { break };
            let known = self.store.find_history(wish.account.clone()).await?;
            let range = match &known {
                _ if wish.connected && self.settings.history.on_connect => situation.depth(),
                _ if wish.connected => situation.last_days(0),
                Some(known) => Range::new(known.backfill.from, known.backfill.to),
                None => break,
            };
            // what somebody stopped or what was given up is not started by other permissions
            let begins_again = wish.connected;
            let wanted = Wanted { range, types: None, is_gap: false, is_retry: false, begins_again };
            let lapses = situation.lapses(&wish.account, known.as_ref(), wish.at);
            let mut plan = match (situation.plan(&wish.account, known.as_ref(), &wanted), &known) {
                (Some(plan), _) if wish.connected && !self.settings.history.on_connect => {
                    without_intervals(plan, self.clock.now())
                }
                (Some(plan), _) => plan,
                (None, Some(known)) if !lapses.is_empty() => as_it_is(known),
                (None, _) => break,
            };
            plan.add.extend(lapses);
            plan.fulfils = Some(wish.clone());
            if self.write_plan(plan, known.as_ref(), &links).await? {
                return Ok(());
            }
        }
        Ok(self.store.drop_wish(wish).await?)
    }

    /// Plans what is wanted; false when there was nothing to do.
    pub(super) async fn plan_for(
        &self,
        account: &Account,
        provider: &ProviderName,
        wanted: impl Fn(&Situation<'_>, Option<&History>) -> Option<Wanted> + Send + core::marker::Sync,
    ) -> Result<bool, StoreError> {
        for _ in 0..REDOS {
            let links = self.store.find_connections_by_account(account.app_id, &account.id).await?;
            let Some(situation) = self.situation(provider, &links).filter(|_| !links.is_empty()) else { break };
            let known = self.store.find_history(account.clone()).await?;
            let Some(wanted) = wanted(&situation, known.as_ref()) else { break };
            let Some(plan) = situation.plan(account, known.as_ref(), &wanted) else { break };
            if self.write_plan(plan, known.as_ref(), &links).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn write_plan(&self, plan: Plan, known: Option<&History>, links: &[Connection]) -> Result<bool, StoreError> {
        let asks_nothing = plan.add.iter().all(|it| it.state == State::Held) && plan.release.is_empty();
        let (backfill, is_silent) = (plan.backfill.clone(), asks_nothing);
        if !self.store.plan_history(plan).await? {
            return Ok(false);
        }
        if known.is_some_and(|known| known.backfill == backfill) {
            return Ok(true);
        }
        match backfill.state {
            RunState::Failed => self.tell(links, &progress::refused(&backfill)).await?,
            RunState::Running if !is_silent => self.tell(links, &progress::queued(&backfill)).await?,
            _ => {}
        }
        self.follow_up(BTreeSet::from([backfill.account])).await?;
        Ok(true)
    }
}

/// Whether somebody stopped it, and nobody began it again as a whole.
fn is_stopped(known: &History) -> bool {
    known.backfill.state == RunState::Cancelled || known.intervals.iter().any(|it| it.state == State::Cancelled)
}

/// The run as it stands.
fn as_it_is(known: &History) -> Plan {
    let backfill = known.backfill.clone();
    Plan { backfill, remove: Vec::new(), release: Vec::new(), add: Vec::new(), fulfils: None }
}

/// A run that asks for nothing: only from now on gaps are looked for.
fn without_intervals(mut plan: Plan, now: Timestamp) -> Plan {
    plan.add.clear();
    plan.release.clear();
    plan.remove.clear();
    plan.backfill.state = RunState::Complete;
    plan.backfill.ended_at = Some(now);
    plan
}
