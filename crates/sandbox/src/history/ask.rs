//! Accepting or refusing a request for history, in the order in which the real service finds fault.

use crate::{
    account::{Account, Backfill},
    kind::{Kind, Permission},
    persist::Entry,
    state::{Shared, State},
    wellness::ApiError,
};
use axum::http::StatusCode;
use model::Timestamp;

const DAY: i64 = 86_400;

/// Notes that a partner wants what a user recorded between two instants, or says why that is refused.
pub(crate) fn ask(shared: &Shared, user_id: &str, kind: Kind, from: i64, to: i64) -> Result<(), ApiError> {
    let now = shared.now();
    let mut state = shared.lock();
    let longest = state.settings.range_days(kind).ok_or_else(|| ApiError::not_found("No history of such a type"))?;
    let account = state.accounts.get(user_id).ok_or_else(|| ApiError::not_found("No such user"))?;
    permitted(account, kind)?;
    deliverable(&state, kind)?;
    if to < from || to - from > longest * DAY {
        return Err(ApiError::bad_request(format!("The range must go forward and be of at most {longest} days")));
    }
    let earliest = account.earliest(state.settings.history_depth_days, now.as_seconds());
    if from < earliest {
        return Err(ApiError::bad_request(earliest_message(&state.settings.earliest_message, earliest)));
    }
    if let Some(before) = account.asked_before(kind, from, to) {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            format!("This was processed at {}, for {} to {}", before.asked, at(before.from), at(before.to)),
        ));
    }
    let days = ((to - from + DAY - 1) / DAY).max(1);
    let due = Some(shared.instant() + shared.config.clock.real_wait(state.settings.backfill_gap));
    let State { settings, budget, accounts, .. } = &mut *state;
    // minutes pass as they do, however wrong the time is that the service tells
    if !budget.spend(shared.config.clock.now(), days, settings.backfill_days_per_minute) {
        return Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "Too many days of history in a minute"));
    }
    if let Some(account) = accounts.get_mut(user_id) {
        account.backfills.push(Backfill { kind, from, to, asked: now, next: from, due });
        state.promise(|| Entry::History { user_id: user_id.to_owned(), kind, from, to, asked: now });
        shared.history.notify_one();
    }
    Ok(())
}

fn permitted(account: &Account, kind: Kind) -> Result<(), ApiError> {
    if !account.permissions.contains(&Permission::HistoricalDataExport) {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "The user does not permit historical data"));
    }
    if !account.permits(kind) {
        return Err(ApiError::new(StatusCode::PRECONDITION_FAILED, "The user does not permit this summary type"));
    }
    Ok(())
}

/// Details of the past are only ever pushed.
fn deliverable(state: &State, kind: Kind) -> Result<(), ApiError> {
    let endpoint = state.outbox.endpoints.get(&kind);
    if endpoint.is_some_and(|it| it.enabled && (it.push || kind != Kind::ActivityDetails)) {
        return Ok(());
    }
    Err(ApiError::bad_request(format!("Endpoint not enabled for summary type {}", kind.key())))
}

fn earliest_message(template: &str, earliest: i64) -> String {
    let date = Timestamp::from_seconds(earliest).local_date(0);
    template
        .replace("{rfc3339}", &at(earliest).to_string())
        .replace("{date}", &date.to_string())
        .replace("{seconds}", &earliest.to_string())
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_seconds(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_day_is_told_in_the_form_that_was_set() {
        assert_eq!(earliest_message("from {rfc3339}", 1_779_235_200), "from 2026-05-20T00:00:00Z");
        assert_eq!(earliest_message("{date} or {seconds}", 1_779_235_200), "2026-05-20 or 1779235200");
    }
}
