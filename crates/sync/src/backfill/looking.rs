//! Whether what was accepted has come: by the days that are there and a time of quiet, never by a first push.

use super::range::DAY_S;
use crate::{HistorySettings, Sync, lease};
use model::Timestamp;
use std::{collections::BTreeSet, time::Duration};
use store::{Account, Interval, IntervalState, Look, StoreError, Verdict};

/// How many intervals are looked at in one go.
const AT_ONCE: u32 = 500;
/// What was recorded so shortly before asking may have come by itself.
const LIVE_S: i64 = 2 * DAY_S;
/// While something of the account is still to be fetched or applied, it is looked again so soon.
const BUSY: Duration = Duration::from_mins(1);

impl Sync {
    /// Looks at what is due; says of which accounts something was settled, and whether more may be due.
    pub(super) async fn look(&self, running_since: Timestamp) -> Result<(BTreeSet<Account>, bool), StoreError> {
        let now = self.clock.now();
        let looks = self.store.list_looks(now, AT_ONCE).await?;
        let may_be_more = looks.len() == AT_ONCE as usize;
        let mut settled = BTreeSet::new();
        for look in looks {
            let verdict = judge(&look, now, running_since, &self.settings.history);
            if !matches!(verdict, Verdict::Later(_)) {
                settled.insert(look.interval.account.clone());
            }
            self.store.note_verdict(look.interval, verdict).await?;
        }
        Ok((settled, may_be_more))
    }
}

/// `running_since`: while nobody listened, nothing could come, so that time does not count.
fn judge(look: &Look, now: Timestamp, running_since: Timestamp, settings: &HistorySettings) -> Verdict {
    if look.is_busy {
        return Verdict::Later(lease::after(now, settings.quiet.min(BUSY)));
    }
    let interval = &look.interval;
    let asked = interval.asked_at.unwrap_or(interval.run_at).max(running_since);
    let last = interval.data_at.max(look.account_data_at).unwrap_or(asked).max(asked);
    let quiet_at = lease::after(last, settings.quiet);
    if now < quiet_at {
        return Verdict::Later(quiet_at);
    }
    let is_answered = interval.data_at.is_some() || interval.state == IntervalState::Duplicate;
    if is_answered && is_whole(look) {
        return Verdict::Received;
    }
    let patient_until = lease::after(asked, settings.patience);
    if now < patient_until {
        return Verdict::Later(patient_until.min(lease::after(now, settings.quiet)));
    }
    if interval.data_at.is_some() || has_history(look) { Verdict::Received } else { Verdict::Empty }
}

/// Whether there is data of every day. The first and the last one may belong to a neighbour by their offset.
fn is_whole(look: &Look) -> bool {
    let (first, last) = days_of(&look.interval);
    let inner = first.saturating_add(1)..last;
    let has = |day: i32| look.days.iter().any(|seen| seen.as_days() == day);
    if inner.is_empty() { (first..=last).all(has) } else { inner.into_iter().all(has) }
}

/// Whether there is data that today's own notifications did not bring.
fn has_history(look: &Look) -> bool {
    let (first, last) = days_of(&look.interval);
    let asked = look.interval.asked_at.unwrap_or(look.interval.run_at);
    let last = last.min(asked.plus_seconds(-LIVE_S).local_date(0).as_days());
    look.days.iter().any(|day| (first..=last).contains(&day.as_days()))
}

fn days_of(interval: &Interval) -> (i32, i32) {
    (interval.from.local_date(0).as_days(), interval.to.local_date(0).as_days())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{LocalDate, ProviderAppId, derived_id};

    const MINUTE: i64 = 60;

    fn day(number: i32) -> Timestamp {
        Timestamp::from_seconds((20_000 + i64::from(number)) * DAY_S)
    }

    /// Ten days, asked for on the twentieth; data of some of them.
    fn look(data_at: Option<i64>, days: std::ops::Range<i32>) -> Look {
        let asked = day(20);
        let account = Account { app_id: ProviderAppId::from_uuid(derived_id(&[b"app"])), id: "account".to_owned() };
        let interval = Interval {
            account,
            part_type: "dailies".to_owned(),
            number: 1,
            age: 0,
            from: day(0),
            to: day(10).plus_seconds(-1),
            state: IntervalState::Accepted,
            is_gap: false,
            attempts: 0,
            cuts: 0,
            run_at: asked,
            asked_at: Some(asked),
            data_at: data_at.map(|minutes| asked.plus_seconds(minutes * MINUTE)),
            error: None,
        };
        let days = days.map(|number| LocalDate::from_days(20_000 + number)).collect();
        Look { account_data_at: interval.data_at, interval, days, is_busy: false }
    }

    fn at(look: &Look, minutes: i64) -> Verdict {
        let settings = HistorySettings {
            quiet: Duration::from_mins(10),
            patience: Duration::from_hours(1),
            ..HistorySettings::default()
        };
        judge(look, day(20).plus_seconds(minutes * MINUTE), day(0), &settings)
    }

    fn is_later(verdict: &Verdict) -> bool {
        matches!(verdict, Verdict::Later(_))
    }

    #[test]
    fn one_batch_of_several_is_not_the_end() {
        let first_batch = look(Some(5), 0..3);
        assert!(is_later(&at(&first_batch, 6)) && is_later(&at(&first_batch, 30)));
        assert_eq!(at(&first_batch, 61), Verdict::Received, "what is missing then does not come any more");
    }

    #[test]
    fn while_something_is_still_to_be_fetched_nothing_is_settled() {
        let busy = Look { is_busy: true, ..look(Some(5), 0..10) };
        assert!(is_later(&at(&busy, 15)) && is_later(&at(&busy, 600)));
    }

    #[test]
    fn all_days_and_a_time_of_quiet_are_enough() {
        let whole = look(Some(5), 0..10);
        assert!(is_later(&at(&whole, 14)));
        assert_eq!(at(&whole, 15), Verdict::Received);
        let by_another_offset = look(Some(5), 1..9);
        assert_eq!(at(&by_another_offset, 15), Verdict::Received);
    }

    #[test]
    fn nothing_after_patience_is_empty_and_no_failure() {
        assert!(is_later(&at(&look(None, 0..0), 59)));
        assert_eq!(at(&look(None, 0..0), 60), Verdict::Empty);
    }

    #[test]
    fn while_history_of_other_types_comes_nothing_is_given_up() {
        let mut others = look(None, 0..0);
        others.account_data_at = Some(day(20).plus_seconds(58 * MINUTE));
        assert!(is_later(&at(&others, 60)));
        assert_eq!(at(&others, 68), Verdict::Empty);
    }

    #[test]
    fn live_pushes_of_today_never_complete_history() {
        let mut newest = look(None, 10..20);
        newest.interval.from = day(11);
        newest.interval.to = day(20);
        newest.days = vec![LocalDate::from_days(20_019), LocalDate::from_days(20_020)];
        assert!(is_later(&at(&newest, 30)));
        assert_eq!(at(&newest, 60), Verdict::Empty);
    }

    #[test]
    fn what_was_asked_before_counts_by_what_is_there() {
        let mut again = look(None, 0..10);
        again.interval.state = IntervalState::Duplicate;
        assert_eq!(at(&again, 10), Verdict::Received);
        again.days.clear();
        assert_eq!(at(&again, 60), Verdict::Empty);
    }

    #[test]
    fn an_hour_in_which_nobody_listened_does_not_count() {
        let settings = HistorySettings::default();
        let (look, restarted) = (look(None, 0..0), day(21));
        assert!(is_later(&judge(&look, restarted, restarted, &settings)));
        assert_eq!(judge(&look, restarted.plus_seconds(3600), restarted, &settings), Verdict::Empty);
    }
}
