//! Notifications: the last attempts and what came of them, and the resender.

use super::{
    html::{self, Cell, badge, escape, markup, number},
    tool::{self, Tool},
};
use crate::{notify::Delivery, state::Shared};
use axum::{extract::State, response::Html};
use std::sync::Arc;
use url::Url;

const MOST_SHOWN: usize = 60;
const COLUMNS: [&str; 7] = ["Time", "Answer", "Items", "People", "Bytes", "Attempt", "ms"];

pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Html<String> {
    let (form, rows) = {
        let state = shared.lock();
        let people = html::people(&state, None);
        let rows: Vec<Vec<Cell>> =
            state.outbox.history.iter().rev().take(MOST_SHOWN).map(|it| row(it, &shared.config.notify_url)).collect();
        (form(&people), rows)
    };
    let nothing = "Nothing was sent yet. Connect a person and upload some days.";
    let body = format!(
        "<section><h2>Send again</h2>{form}</section><section><h2>Last attempts</h2><div id=attempts data-live>{}</div></section>",
        html::table(&COLUMNS, &rows, nothing)
    );
    let intro = "Only 200 within the time limit counts. Everything else goes again after growing gaps, in order for each person and type.";
    tool::page(&shared, Tool::Notifications, "Notifications", intro, &body)
}

fn form(people: &str) -> String {
    format!(
        "<form class=row data-call=\"POST /sandbox/resend\">\
         <label>People, all if none is chosen<select name=users multiple size=4>{people}</select></label>\
         <label>Types, all if none is chosen<select name=types multiple size=4>{}</select></label>\
         <label>Recorded from<input name=from type=date data-as=day></label>\
         <label>Recorded to<input name=to type=date data-as=dayend></label>\
         <button class=primary>Send again</button></form>",
        html::kinds(|kind| kind.permission().is_some(), None)
    )
}

fn row(delivery: &Delivery, usual: &Url) -> Vec<Cell> {
    let answer = match (delivery.status, &delivery.error) {
        (Some(200), _) => badge("good", "200"),
        (Some(status), _) => badge("bad", &status.to_string()),
        (None, error) => badge("bad", error.as_deref().unwrap_or("no answer")),
    };
    let fault = delivery.fault.map(|fault| format!(" {}", badge("open", fault))).unwrap_or_default();
    let items: Vec<String> = delivery.items.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    vec![
        html::time(delivery.at.as_seconds()),
        markup(format!("{answer}{fault}")),
        markup(format!("{}{}", escape(&items.join(", ")), html::elsewhere(&delivery.url, usual))),
        number(delivery.users as u64),
        number(delivery.bytes as u64),
        number(u64::from(delivery.attempt)),
        number(delivery.milliseconds),
    ]
}
