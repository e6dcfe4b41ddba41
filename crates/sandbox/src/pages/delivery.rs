//! Delivery: how each type is told of, where, and how much waits.

use super::{
    html::{self, Cell, badge, button, escape, markup, number, option, text},
    tool::{self, Tool},
};
use crate::{kind::Kind, notify::Outbox, state::Shared};
use axum::{extract::State, response::Html};
use std::sync::Arc;
use url::Url;

const COLUMNS: [&str; 9] = ["Type", "Mode", "State", "Waiting", "Sent", "Failed", "Retried", "Dropped", ""];

pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Html<String> {
    let rows: Vec<Vec<Cell>> = {
        let state = shared.lock();
        Kind::ALL.into_iter().filter_map(|kind| row(&state.outbox, kind, &shared.config.notify_url)).collect()
    };
    let body = format!(
        "<section><h2>Change</h2>{}</section><section><h2>By type</h2><div id=endpoints data-live>{}</div></section>",
        form(),
        html::table(&COLUMNS, &rows, "")
    );
    let intro = format!(
        "Off drops what waits. On hold keeps it; after a release it goes serially. Files are only announced by ping. \
         Unless said otherwise a type goes to <code>{}</code>",
        escape(shared.config.notify_url.as_str())
    );
    tool::page(&shared, Tool::Delivery, "Delivery", &intro, &body)
}

fn form() -> String {
    let keep = option("", "as it is", |_| true);
    let pair =
        |yes: &str, no: &str| format!("{keep}{}{}", option("true", yes, |_| false), option("false", no, |_| false));
    format!(
        "<form class=row data-call=\"PUT /sandbox/endpoints/{{type}}\">\
         <label>Type<select name=type><option value=all>all types</option>{}</select></label>\
         <label>Mode<select name=mode>{keep}{}{}</select></label>\
         <label>Sending<select name=enabled data-as=flag>{}</select></label>\
         <label>Hold<select name=on_hold data-as=flag>{}</select></label>\
         <label>Address<input name=url type=url placeholder=\"as it is\" autocomplete=off></label>\
         <button class=primary>Change</button></form>",
        html::kinds(|_| true, None),
        option("push", "push", |_| false),
        option("ping", "ping", |_| false),
        pair("on", "off"),
        pair("hold", "release"),
    )
}

fn row(outbox: &Outbox, kind: Kind, usual: &Url) -> Option<Vec<Cell>> {
    let endpoint = outbox.endpoints.get(&kind)?;
    let tally = outbox.tally(kind);
    let call = format!("PUT /sandbox/endpoints/{}", kind.key());
    let mut buttons = Vec::new();
    if kind.has_modes() {
        let (label, body) =
            if endpoint.push { ("Use ping", r#"{"mode":"ping"}"#) } else { ("Use push", r#"{"mode":"push"}"#) };
        buttons.push(button(label, &call, Some(body)));
    }
    let (label, body) =
        if endpoint.enabled { ("Turn off", r#"{"enabled":false}"#) } else { ("Turn on", r#"{"enabled":true}"#) };
    buttons.push(button(label, &call, Some(body)));
    let (label, body) =
        if endpoint.on_hold { ("Release", r#"{"on_hold":false}"#) } else { ("Hold", r#"{"on_hold":true}"#) };
    buttons.push(button(label, &call, Some(body)));
    let state = match (endpoint.enabled, endpoint.on_hold) {
        (false, _) => badge("bad", "off"),
        (true, true) => badge("open", "on hold"),
        (true, false) => badge("good", "on"),
    };
    Some(vec![
        markup(format!("<b>{}</b>{}", kind.key(), html::elsewhere(&endpoint.url, usual))),
        text(if endpoint.push { "push" } else { "ping" }),
        markup(state),
        number(outbox.pending(kind) as u64),
        number(tally.sent),
        number(tally.failed),
        number(tally.retried),
        number(tally.dropped),
        markup(format!("<div class=buttons>{}</div>", buttons.concat())),
    ])
}
