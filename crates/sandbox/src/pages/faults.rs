//! The fault menu: what is set, how often it struck, and setting more.

use super::{
    html::{self, Cell, badge, button, markup, number, option, text},
    tool::{self, Tool},
};
use crate::{
    faults::{Action, Fault, Side},
    state::Shared,
};
use axum::{extract::State, response::Html};
use std::sync::Arc;

pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Html<String> {
    let rows: Vec<Vec<Cell>> = shared.lock().faults.list().iter().map(row).collect();
    let columns = ["Fault", "On", "Strikes", "Could have struck", "Struck", "State", ""];
    let clear = if rows.is_empty() { String::new() } else { button("Clear all", "DELETE /sandbox/faults", None) };
    let body = format!(
        "<section><h2>Set</h2><div id=faults data-live>{}<div class=end>{clear}</div></div></section>\
         <div class=columns><section><h2>In what it answers</h2>{}</section><section><h2>In what it sends</h2>{}</section></div>",
        html::table(&columns, &rows, "None: everything works."),
        form(Side::Rest),
        form(Side::Notifications)
    );
    let intro = "Failures on request, to see what an integration makes of them. Which calls a probability strikes depends on the seed alone.";
    tool::page(&shared, Tool::Faults, "Faults", intro, &body)
}

fn form(side: Side) -> String {
    let actions = Action::ALL.into_iter().filter(|action| action.fits(side));
    let actions: String = actions.map(|action| option(action.key(), action.describe(), |_| false)).collect();
    let (types, path, status) = match side {
        Side::Rest => (
            html::kinds(|kind| kind.path().is_some(), None),
            "<label>Path begins with<input name=path placeholder=\"/wellness-api\" maxlength=200 autocomplete=off></label>",
            "<label>Status, for that fault<input name=status data-as=number type=number min=400 max=599 value=500></label>\
             <label>Retry-After, seconds<input name=retry_after data-as=number type=number min=0></label>",
        ),
        Side::Notifications => (html::kinds(|_| true, None), "", ""),
    };
    format!(
        "<form class=row data-call=\"POST /sandbox/faults\"><input type=hidden name=on value={}>\
         <label class=wide>What happens<select name=fault>{actions}</select></label>\
         <label>Only type<select name=type><option value=\"\">any</option>{types}</select></label>{path}\
         <label>How often<input name=count data-as=number type=number min=1 placeholder=\"once\"></label>\
         <label>Or with probability<input name=probability data-as=number type=number min=0.001 max=1 step=any placeholder=\"0.1\"></label>\
         {status}<label>Seconds<input name=seconds data-as=number type=number step=any></label>\
         <button class=primary>Set</button></form>",
        side.key()
    )
}

fn row(fault: &Fault) -> Vec<Cell> {
    let wish = &fault.wish;
    let mut what = vec![wish.fault.key().replace('_', " ")];
    what.extend(wish.status.filter(|_| wish.fault == Action::Status).map(|status| status.to_string()));
    what.extend(wish.seconds.map(|seconds| format!("{seconds} s")));
    what.extend(wish.retry_after.map(|seconds| format!("Retry-After {seconds}")));
    let place = wish.kind.map(|kind| kind.key().to_owned()).or_else(|| wish.path.clone());
    let side = match wish.on {
        Side::Rest => "answers",
        Side::Notifications => "notifications",
    };
    let often = match (wish.probability, wish.count) {
        (Some(probability), Some(count)) => format!("with probability {probability}, {count} times at most"),
        (Some(probability), None) => format!("with probability {probability}"),
        (None, Some(1)) => "once".to_owned(),
        (None, Some(count)) => format!("{count} times"),
        (None, None) => "while it is set".to_owned(),
    };
    let state = if fault.is_spent() { badge("", "spent") } else { badge("open", "set") };
    vec![
        text(what.join(" ")),
        text(place.map_or(side.to_owned(), |place| format!("{side}: {place}"))),
        text(often),
        number(fault.seen),
        number(fault.hits),
        markup(state),
        markup(button("Take back", &format!("DELETE /sandbox/faults/{}", fault.id), None)),
    ]
}
