//! History: what was asked for and how far it has come, and asking in a partner's place.

use super::{
    html::{self, Cell, badge, markup, text},
    tool::{self, Tool},
};
use crate::{
    account::{Account, Backfill},
    state::Shared,
};
use axum::{extract::State, response::Html};
use std::sync::Arc;

const MOST_SHOWN: usize = 100;

pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Html<String> {
    let body = format!(
        "<section><h2>Ask in a partner's place</h2>{}</section><section><h2>Requests</h2><div id=requests data-live>{}</div></section>",
        form(&shared),
        requests(&shared)
    );
    let intro = "Partners ask for what was recorded before; it is uploaded in slices and arrives as notifications. \
                 A request here meets the same rules and refusals.";
    tool::page(&shared, Tool::History, "History", intro, &body)
}

fn form(shared: &Shared) -> String {
    let (now, state) = (shared.now(), shared.lock());
    let today = now.local_date(0);
    format!(
        "<form class=row data-call=\"POST /sandbox/backfill\">\
         <label>Person<select name=user>{}</select></label><label>Type<select name=type>{}</select></label>\
         <label>From<input name=from type=date data-as=day required value={}></label>\
         <label>To<input name=to type=date data-as=day required value={}></label>\
         <button class=primary>Ask</button></form>\
         <p><small>Ranges of at most {} days for activities and {} for the rest, from {} days before the first consent, \
         {} days a minute. <a href=/sandbox/pages/settings>Change these</a></small></p>",
        html::people(&state, None),
        html::kinds(|kind| kind.backfill_days().is_some(), Some("dailies")),
        today.plus_days(-14),
        today.plus_days(-1),
        state.settings.activity_range_days,
        state.settings.health_range_days,
        state.settings.history_depth_days,
        html::thousands(u64::from(state.settings.backfill_days_per_minute)),
    )
}

fn requests(shared: &Shared) -> String {
    let (now, state) = (shared.now(), shared.lock());
    let of = |account: &'_ Account| account.backfills.len() + account.served.len();
    let count: usize = state.accounts.values().map(of).sum();
    let open: usize = state.accounts.values().map(|account| account.backfills.len()).sum();
    let mut all: Vec<(&str, &Backfill)> = Vec::with_capacity(count);
    for account in state.accounts.values() {
        let requests = account.backfills.iter().chain(&account.served);
        all.extend(requests.map(|backfill| (account.person.name.as_str(), backfill)));
    }
    all.sort_unstable_by_key(|(_, backfill)| std::cmp::Reverse(backfill.asked));
    let rows: Vec<_> = all.iter().take(MOST_SHOWN).map(|(name, backfill)| row(name, backfill)).collect();
    let told = state.notes.history_answers.iter().map(|(status, times)| format!("{status} {times} times"));
    let told: Vec<String> = told.collect();
    let told = if told.is_empty() { String::new() } else { format!(" Partners were answered {}.", told.join(", ")) };
    let nothing = "Nobody asked for history yet.";
    format!(
        "<p><small>{count} requests, {open} still coming; {} days were spent in the last minute.{told}</small></p>{}",
        state.budget.spent_before(now),
        html::table(&["Asked", "Person", "Type", "From", "To", "State"], &rows, nothing)
    )
}

fn row(name: &str, backfill: &Backfill) -> Vec<Cell> {
    let state = if backfill.is_done() {
        badge("good", "complete")
    } else {
        let (done, all) = (backfill.next - backfill.from, (backfill.to - backfill.from).max(1));
        let percent = (done * 100 / all).clamp(0, 99);
        format!("<progress max=100 value={percent} aria-label=\"uploaded\"></progress> <small>{percent} %</small>")
    };
    vec![
        html::time(backfill.asked.as_seconds()),
        text(name),
        text(backfill.kind.key()),
        html::time(backfill.from),
        html::time(backfill.to),
        markup(state),
    ]
}
