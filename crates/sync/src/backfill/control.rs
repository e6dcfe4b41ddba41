//! What a team can see of a user's history and do about it: look, stop, ask again, ask for more.

use super::{planning::Wanted, progress, range::Range};
use crate::{Sync, SyncError};
use model::{LocalDate, ProviderName, RunId, TeamId, UserId};
use std::collections::{BTreeMap, BTreeSet};
use store::{Account, Connection, ConnectionStatus, History, IntervalState};

/// How the history of a user's account stands.
#[derive(Clone, Debug, Default)]
pub struct HistoryStatus {
    /// The run as this user's sync events name it.
    pub run_id: Option<RunId>,
    /// All that is known; none when history was never asked for.
    pub history: Option<History>,
    /// Every type whose history can be asked for, and whether that is permitted.
    pub types: BTreeMap<String, bool>,
    /// Days of settled intervals of which there is no data, for the type that comes every day.
    pub missing: BTreeMap<String, Vec<LocalDate>>,
}

/// What stopping did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// It is stopped.
    Stopped,
    /// Nothing was going on.
    Idle,
}

impl Sync {
    /// The user's connection whose history can be asked for.
    async fn connected(
        &self,
        team: TeamId,
        user: UserId,
        provider: &ProviderName,
    ) -> Result<(Connection, Account), SyncError> {
        self.store.find_user(team, user).await?.ok_or(SyncError::UserNotFound)?;
        let links = self.store.list_connections(user).await?;
        let link = links.into_iter().find(|link| link.provider == *provider).ok_or(SyncError::ConnectionNotFound)?;
        if self.reach(provider)?.manifest().backfill.is_none() {
            return Err(SyncError::NotSupported(provider.clone()));
        }
        let id = link.provider_user_id.clone().ok_or(SyncError::ConnectionNotFound)?;
        let account = Account { app_id: link.app_id, id };
        Ok((link, account))
    }

    /// How the history of a user's account stands. What others did for the same account is seen too: it is one.
    ///
    /// # Errors
    /// [`SyncError::UserNotFound`] and [`SyncError::ConnectionNotFound`], or the store.
    pub async fn history_status(
        &self,
        team: TeamId,
        user: UserId,
        provider: &ProviderName,
    ) -> Result<HistoryStatus, SyncError> {
        let (link, account) = self.connected(team, user, provider).await?;
        let history = self.store.find_history(account.clone()).await?;
        let run_id = history.as_ref().map(|history| progress::run_of(&history.backfill, &link));
        let links = if link.status == ConnectionStatus::Active { vec![link] } else { Vec::new() };
        let Some(situation) = self.situation(provider, &links) else { return Ok(HistoryStatus::default()) };
        let asked = situation.manifest.types.iter().filter(|(_, part)| part.backfill_path.is_some());
        let types = asked.map(|(name, _)| (name.clone(), situation.permits(name))).collect();
        let mut missing = BTreeMap::new();
        if let (Some(history), Some(part_type)) = (&history, &situation.facts.daily_type) {
            missing.insert(part_type.clone(), self.missing_days(&account, history, part_type).await?);
        }
        Ok(HistoryStatus { run_id, history, types, missing })
    }

    async fn missing_days(
        &self,
        account: &Account,
        history: &History,
        part_type: &str,
    ) -> Result<Vec<LocalDate>, SyncError> {
        let settled = history.intervals.iter().filter(|it| {
            it.part_type == part_type && matches!(it.state, IntervalState::Received | IntervalState::Empty)
        });
        let mut days = BTreeSet::new();
        for interval in settled {
            days.extend(interval.from.local_date(0).as_days()..=interval.to.local_date(0).as_days());
        }
        let (Some(first), Some(last)) = (days.first().copied(), days.last().copied()) else { return Ok(Vec::new()) };
        let (first, last) =
            (LocalDate::from_days(first), LocalDate::from_days(last).max(self.clock.now().local_date(0)));
        let covered = self.store.covered_days(account.clone(), part_type.to_owned(), first, last.plus_days(1)).await?;
        if covered.days.is_empty() {
            return Ok(Vec::new());
        }
        // at its edges a range holds local days only in part, by their offset
        let is_inner = |day: &i32| days.contains(&(day - 1)) && days.contains(&(day + 1));
        let mut days: BTreeSet<i32> = days.iter().copied().filter(is_inner).collect();
        for day in covered.days {
            days.remove(&day.as_days());
        }
        Ok(days.into_iter().map(LocalDate::from_days).collect())
    }

    /// Stops asking for the history of a user's account, for all who are linked to it. What was accepted still comes.
    ///
    /// # Errors
    /// As [`Sync::history_status`].
    pub async fn cancel_history(
        &self,
        team: TeamId,
        user: UserId,
        provider: &ProviderName,
    ) -> Result<Stopped, SyncError> {
        let (_, account) = self.connected(team, user, provider).await?;
        let Some(history) = self.store.find_history(account.clone()).await? else { return Ok(Stopped::Idle) };
        if !self.store.cancel_history(account.clone(), self.clock.now()).await? {
            return Ok(Stopped::Idle);
        }
        let links = self.store.find_connections_by_account(account.app_id, &account.id).await?;
        self.tell(&links, &progress::cancelled(&history.backfill)).await?;
        Ok(Stopped::Stopped)
    }

    /// Asks again for what failed, was stopped or is missing of one type. False when nothing is.
    ///
    /// # Errors
    /// As [`Sync::history_status`]; [`SyncError::NotActive`] when the connection ended.
    pub async fn retry_history(
        &self,
        team: TeamId,
        user: UserId,
        provider: &ProviderName,
        part_type: &str,
    ) -> Result<bool, SyncError> {
        let (link, account) = self.connected(team, user, provider).await?;
        if link.status != ConnectionStatus::Active {
            return Err(SyncError::NotActive);
        }
        let types = Some(BTreeSet::from([part_type.to_owned()]));
        let planned = self.plan_for(&account, provider, |situation, known| {
            let range = known.filter(|known| known.backfill.from < known.backfill.to);
            let range =
                range.map_or_else(|| situation.depth(), |known| Range::new(known.backfill.from, known.backfill.to));
            Some(Wanted { range, types: types.clone(), is_gap: false, is_retry: true, begins_again: true })
        });
        Ok(planned.await?)
    }

    /// Asks for so many days before today, as far as they are not there. False when all are.
    ///
    /// # Errors
    /// As [`Sync::retry_history`].
    pub async fn extend_history(
        &self,
        team: TeamId,
        user: UserId,
        provider: &ProviderName,
        days: u32,
    ) -> Result<bool, SyncError> {
        let (link, account) = self.connected(team, user, provider).await?;
        if link.status != ConnectionStatus::Active {
            return Err(SyncError::NotActive);
        }
        let planned = self.plan_for(&account, provider, |situation, _| {
            Some(Wanted {
                range: situation.last_days(days),
                types: None,
                is_gap: false,
                is_retry: false,
                begins_again: true,
            })
        });
        Ok(planned.await?)
    }

    /// The part type that a name stands for: its own, its body's key, or the last segment of its address.
    #[must_use]
    pub fn history_type(&self, provider: &ProviderName, name: &str) -> Option<&'static str> {
        let types = &self.reach(provider).ok()?.manifest().types;
        let found = types.iter().find(|(part_type, part)| {
            let path = part.backfill_path.as_deref();
            let by_path = path.and_then(|path| path.rsplit('/').next()).is_some_and(|last| last == name);
            path.is_some() && (part_type.as_str() == name || by_path)
        });
        found.map(|(part_type, _)| part_type.as_str())
    }
}
