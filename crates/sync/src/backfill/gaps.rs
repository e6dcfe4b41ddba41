//! Days that are missing although later ones came: once a day each account is looked at, by the type that
//! comes every day. What is missing is asked for once more, for every type; what was asked for in vain is not.

use super::{
    planning::{Situation, Wanted},
    range::{DAY_S, Range},
};
use crate::Sync;
use model::LocalDate;
use std::collections::BTreeSet;
use store::{Backfill, CoveredDays, StoreError};

/// How many accounts are looked at in one go.
const AT_ONCE: u32 = 200;
/// How many gaps of an account are asked for at once; the next day there are others.
const MOST_GAPS: usize = 10;

impl Sync {
    /// Looks for gaps where it is time to; says whether more may be due.
    pub(super) async fn find_gaps(&self) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let due = self.store.list_gap_checks(now, AT_ONCE).await?;
        let may_be_more = due.len() == AT_ONCE as usize;
        for backfill in due {
            self.follow_up(BTreeSet::from([backfill.account.clone()])).await?;
            self.store.put_off_gap_check(backfill.account.clone(), now.plus_seconds(DAY_S)).await?;
            for gap in self.gaps_of(&backfill).await? {
                let wanted = Wanted { range: gap, types: None, is_gap: true, is_retry: false, begins_again: true };
                if self.plan_for(&backfill.account, &backfill.provider, |_, _| Some(wanted.clone())).await? {
                    metrics::counter!("wearhouse_history_gaps_total").increment(1);
                    tracing::info!(from = %gap.first_instant(), to = %gap.last_instant(), "days are missing and are asked for again");
                }
            }
        }
        Ok(may_be_more)
    }

    async fn gaps_of(&self, backfill: &Backfill) -> Result<Vec<Range>, StoreError> {
        let links = self.store.find_connections_by_account(backfill.account.app_id, &backfill.account.id).await?;
        let Some(situation) = self.situation(&backfill.provider, &links) else { return Ok(Vec::new()) };
        let Some(part_type) = daily_type(&situation) else { return Ok(Vec::new()) };
        // the day on which the account was connected is half history
        let first = backfill.since.max(situation.depth().first_instant()).local_date(0).plus_days(1);
        let last = situation.now.local_date(0);
        let covered = self.store.covered_days(backfill.account.clone(), part_type, first, last).await?;
        Ok(ranges(&missing(&covered, first)))
    }
}

/// The type that comes every day, if it may be asked for.
fn daily_type(situation: &Situation<'_>) -> Option<String> {
    let part_type = situation.facts.daily_type.clone()?;
    (!situation.links.is_empty() && situation.permits(&part_type)).then_some(part_type)
}

/// The days before the last one that came which did not: after it the watch may just not have been read.
fn missing(covered: &CoveredDays, first: LocalDate) -> Vec<LocalDate> {
    let Some(last) = covered.days.iter().max() else { return Vec::new() };
    let known: BTreeSet<_> = covered.days.iter().chain(&covered.in_vain).collect();
    (first.as_days()..last.as_days()).map(LocalDate::from_days).filter(|day| !known.contains(day)).collect()
}

/// Ranges that hold days that follow each other. A local day may begin on the UTC day before.
fn ranges(days: &[LocalDate]) -> Vec<Range> {
    let mut ranges: Vec<Range> = Vec::new();
    for day in days.iter().map(|day| i64::from(day.as_days())) {
        let range = Range { from: (day - 1) * DAY_S, to: (day + 1) * DAY_S - 1 };
        match ranges.last_mut() {
            Some(last) if range.from <= last.to + 1 => last.to = range.to,
            _ => ranges.push(range),
        }
    }
    ranges.truncate(MOST_GAPS);
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(days: &[i32]) -> Vec<LocalDate> {
        days.iter().copied().map(LocalDate::from_days).collect()
    }

    #[test]
    fn days_between_others_are_missing_and_days_after_the_last_are_not() {
        let covered = CoveredDays { days: days(&[10, 11, 15, 17]), in_vain: days(&[13]) };
        assert_eq!(missing(&covered, LocalDate::from_days(9)), days(&[9, 12, 14, 16]));
        assert!(missing(&CoveredDays::default(), LocalDate::from_days(9)).is_empty(), "a person who never syncs");
    }

    #[test]
    fn days_that_follow_each_other_are_asked_for_at_once() {
        let found = ranges(&days(&[3, 4, 9]));
        let whole = |from: i64, to: i64| Range { from: from * DAY_S, to: (to + 1) * DAY_S - 1 };
        assert_eq!(found, [whole(2, 4), whole(8, 9)]);
    }
}
