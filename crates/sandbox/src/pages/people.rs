//! `/sandbox`: who there is, and making more of them.

use super::{
    html::{self, badge, button, escape, markup, number, offset, option, text},
    tool::{self, Tool},
};
use crate::{account::Account, generator::Persona, kind::Permission, state::Shared};
use axum::{
    extract::{Query, State},
    response::Html,
};
use serde::Deserialize;
use std::sync::Arc;

const ON_A_PAGE: usize = 25;

#[derive(Default, Deserialize)]
pub(super) struct View {
    /// Only names that hold this.
    #[serde(default)]
    name: String,
    /// How many to leave out.
    #[serde(default)]
    skip: String,
}

pub(super) async fn show(State(shared): State<Arc<Shared>>, Query(view): Query<View>) -> Html<String> {
    let body = format!(
        "{}<div class=columns><section><h2>Somebody new</h2>{}</section>\
         <section><h2>A crowd</h2>{}</section></div>",
        listed(&shared, &view),
        newcomer(),
        crowd()
    );
    let intro =
        "Invented people with real devices' habits. Each connects to a partner, syncs, travels and changes their mind.";
    tool::page(&shared, Tool::People, "People", intro, &body)
}

fn listed(shared: &Shared, view: &View) -> String {
    let now = shared.now().as_seconds();
    let state = shared.lock();
    let wanted = view.name.to_lowercase();
    let people = state.people();
    let found: Vec<&&Account> = people.iter().filter(|it| it.person.name.to_lowercase().contains(&wanted)).collect();
    let skip = view.skip.parse().unwrap_or(0).min(found.len());
    let rows: Vec<_> = found.iter().skip(skip).take(ON_A_PAGE).map(|account| row(account, now)).collect();
    let table = html::table(&["Name", "Lives like", "Clock", "State", "Uploads", ""], &rows, "Nobody is called that.");
    let pages = pages(&view.name, skip, found.len());
    let search = if people.len() > ON_A_PAGE {
        format!(
            "<form method=get class=row role=search><label>Name<input name=name type=search value=\"{}\"></label>\
             <button>Find</button></form>",
            escape(&view.name)
        )
    } else {
        String::new()
    };
    format!("<section>{search}<div id=people data-live>{table}{pages}</div></section>")
}

fn row(account: &Account, now: i64) -> Vec<html::Cell> {
    let (person, base) = (&account.person, format!("POST /sandbox/users/{}", account.person.id));
    let state = if account.connected { badge("good", "connected") } else { badge("", "not connected") };
    let actions = [
        button("Sync", &format!("{base}/sync"), None),
        button("Upload a month", &format!("{base}/generate"), Some(r#"{"days":30}"#)),
    ];
    let link =
        format!("<a href=\"/sandbox/pages/person?id={}\"><b>{}</b></a>", escape(&person.id), escape(&person.name));
    vec![
        markup(link),
        text(person.persona.describe()),
        text(offset(person.offset_at(now))),
        markup(state),
        number(account.items.len() as u64),
        markup(format!("<div class=buttons>{}</div>", actions.concat())),
    ]
}

fn pages(name: &str, skip: usize, found: usize) -> String {
    if found <= ON_A_PAGE {
        return String::new();
    }
    let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let link = |skip: usize, label: &str| format!("<a href=\"/sandbox?name={name}&amp;skip={skip}\">{label}</a>");
    let before = if skip > 0 { link(skip.saturating_sub(ON_A_PAGE), "Earlier") } else { String::new() };
    let after = if skip + ON_A_PAGE < found { link(skip + ON_A_PAGE, "Later") } else { String::new() };
    let last = (skip + ON_A_PAGE).min(found);
    format!("<p class=pages>{before}<small>{} to {last} of {found}</small>{after}</p>", skip + 1)
}

/// Options of the personas.
fn personas() -> String {
    let say = |persona: Persona| format!("{}: {}", persona.key().replace('_', " "), persona.describe());
    Persona::ALL.into_iter().map(|persona| option(persona.key(), &say(persona), |_| false)).collect()
}

fn newcomer() -> String {
    format!(
        "<form class=row data-call=\"POST /sandbox/users\" data-then=\"/sandbox/pages/person?id={{id}}\">\
         <label>Name<input name=name required maxlength=60 autocomplete=off></label>\
         <label>Time zone<input name=zone placeholder=\"Europe/Berlin or +05:30\" autocomplete=off></label>\
         <label class=wide>Lives like<select name=persona>{}</select></label>\
         <label class=wide>Journeys, one a line<textarea name=itinerary data-as=stays rows=3 placeholder=\"2026-03-03 Asia/Tokyo&#10;2026-03-12 America/Los_Angeles\"></textarea></label>\
         <label class=check><input type=checkbox name=sparse>Records little, for long histories</label>\
         <button class=primary>Add</button></form>",
        personas()
    )
}

fn crowd() -> String {
    format!(
        "<form class=row data-call=\"POST /sandbox/crowd\">\
         <label>How many<input name=count data-as=number type=number min=1 max=500 value=20 required></label>\
         <label>Called<input name=name maxlength=50 value=Person required></label>\
         <label>Days of data<input name=days data-as=number type=number min=0 max=800 value=0></label>\
         <label class=wide>Living like, all if none is chosen<select name=personas multiple size=5>{}</select></label>\
         <button class=primary>Add them</button></form>",
        personas()
    )
}

/// Boxes for permissions, ticked for those that are given.
pub(super) fn permissions(given: impl Fn(Permission) -> bool) -> String {
    let choice = |permission: Permission| {
        format!(
            "<label class=choice><input type=checkbox name=permissions data-as=many value={key}{checked}><span>{}<br><small>{key}</small></span></label>",
            permission.describe(),
            key = permission.key(),
            checked = if given(permission) { " checked" } else { "" }
        )
    };
    Permission::ALL.into_iter().map(choice).collect()
}
