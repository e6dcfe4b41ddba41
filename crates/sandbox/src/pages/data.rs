//! The data viewer: what was uploaded of a person and a type, as it is on the wire, and what there is in all.

use super::{
    html::{self, escape, number, option, text},
    tool::{self, Tool},
};
use crate::{account::Item, device, history, kind::Kind, state::Shared, subject::Subjectee};
use axum::{
    extract::{Query, State},
    response::Html,
};
use model::LocalDate;
use serde::Deserialize;
use std::{fmt::Write as _, sync::Arc};

/// Uploads that are written out, and letters of each.
const MOST_SHOWN: usize = 40;
const MOST_LETTERS: usize = 12_000;
/// Days of which everything is counted.
const MOST_COUNTED: i32 = 100;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct View {
    user: String,
    #[serde(rename = "type")]
    kind: String,
    from: String,
    to: String,
}

/// What is asked for, in words that the data understand.
struct Asked {
    user_id: String,
    kind: Kind,
    from: LocalDate,
    to: LocalDate,
}

pub(super) async fn show(State(shared): State<Arc<Shared>>, Query(view): Query<View>) -> Html<String> {
    let asked = asked(&shared, &view);
    let form = form(&shared, &asked);
    let results = match account_of(&shared, &asked) {
        Some((person, items)) => {
            let now = shared.now().as_seconds();
            let written = tokio::task::spawn_blocking(move || results(&person, items, &asked, now));
            written.await.unwrap_or_default()
        }
        None => "<p class=empty>There is nobody yet.</p>".to_owned(),
    };
    let intro = "What a device has uploaded, as it is on the wire, by recorded time.";
    tool::page(&shared, Tool::Data, "Data", intro, &format!("{form}{results}"))
}

fn asked(shared: &Shared, view: &View) -> Asked {
    let today = shared.now().local_date(0);
    let state = shared.lock();
    let first = || state.people().first().map(|account| account.person.id.clone());
    let user_id = state.find_person(&view.user).or_else(first).unwrap_or_default();
    let to = LocalDate::parse(&view.to).unwrap_or(today);
    let from = LocalDate::parse(&view.from).unwrap_or_else(|| to.plus_days(-6));
    Asked { user_id, kind: Kind::find(&view.kind).unwrap_or(Kind::Dailies), from, to: to.max(from) }
}

fn form(shared: &Shared, asked: &Asked) -> String {
    let state = shared.lock();
    let people: String = {
        let people = state.people().into_iter();
        people.map(|it| option(&it.person.id, &it.person.name, |id| id == asked.user_id)).collect()
    };
    format!(
        "<section><form method=get class=row><label>Person<select name=user>{people}</select></label>\
         <label>Type<select name=type>{}</select></label>\
         <label>From<input name=from type=date value={}></label><label>To<input name=to type=date value={}></label>\
         <button class=primary>Show</button></form></section>",
        html::kinds(|kind| kind.permission().is_some(), Some(asked.kind.key())),
        asked.from,
        asked.to
    )
}

fn account_of(shared: &Shared, asked: &Asked) -> Option<(Subjectee, Vec<(Kind, Item)>)> {
    let state = shared.lock();
    let account = state.accounts.get(&asked.user_id)?;
    let (from, to) = html::day_bounds(asked.from, asked.to);
    let kinds = [asked.kind];
    let items = history::uploaded(account, &kinds, Some(from), Some(to), shared.now().as_seconds());
    Some((account.subjectee(), items))
}

fn results(person: &Subjectee, mut items: Vec<(Kind, Item)>, asked: &Asked, now: i64) -> String {
    items.sort_by_key(|(_, item)| std::cmp::Reverse(item.subject.start(&person.person)));
    let mut out = format!("<div class=columns><section><h2>{} · {} uploads</h2>", asked.kind.key(), items.len());
    for (kind, item) in items.iter().take(MOST_SHOWN) {
        out.push_str(&upload(person, *kind, item));
    }
    let (from, to) = html::day_bounds(asked.from, asked.to);
    let query = format!("user={}&amp;type={}&amp;from={from}&amp;to={to}", asked.user_id, asked.kind.key());
    if items.is_empty() {
        out.push_str(
            "<p class=empty>Nothing of this type was uploaded for these days. Upload days on the person's page.</p>",
        );
    }
    if items.len() > MOST_SHOWN {
        let _ = write!(out, "<p><small>The latest {MOST_SHOWN} are shown.</small></p>");
    }
    let _ = write!(
        out,
        "<p><a href=\"/sandbox/data?{query}\">All of it as JSON</a></p></section>{}</div>",
        truth(person, asked, now)
    );
    out
}

fn upload(person: &Subjectee, kind: Kind, item: &Item) -> String {
    let start = item.subject.start(&person.person);
    let id = item.subject.summary_id(&person.person, kind);
    let head = format!(
        "<summary><span class=time>{}</span> <code>{}</code> <small class=time>uploaded {}</small></summary>",
        html::second(start),
        escape(&id),
        html::second(item.uploaded)
    );
    let mut json = String::new();
    for summary in item.subject.render(person, kind, false).unwrap_or_default() {
        let value: Option<serde_json::Value> = serde_json::from_str(summary.get()).ok();
        let pretty = value.and_then(|value| serde_json::to_string_pretty(&value).ok());
        json.push_str(&pretty.unwrap_or_default());
        json.push('\n');
        if json.len() > MOST_LETTERS {
            break;
        }
    }
    let cut: String = json.chars().take(MOST_LETTERS).collect();
    let more = if cut.len() < json.len() { "\n… and more" } else { "" };
    format!("<details>{head}<pre tabindex=0>{}{more}</pre></details>", escape(cut.trim_end()))
}

/// How much of each type a partner with every permission has in the end.
fn truth(person: &Subjectee, asked: &Asked, now: i64) -> String {
    if asked.to.as_days() - asked.from.as_days() >= MOST_COUNTED {
        return format!(
            "<section><h2>Complete</h2><p class=empty>Counted for ranges of up to {MOST_COUNTED} days.</p></section>"
        );
    }
    let truth = device::truth(person, (asked.from, asked.to), now);
    let rows: Vec<_> = truth.iter().map(|(kind, ids)| vec![text(kind.key()), number(ids.len() as u64)]).collect();
    format!(
        "<section><h2>Complete</h2><p><small>Summaries that a partner with every permission has of these days in the end.</small></p>{}\
         <p><a href=\"/sandbox/truth?user={}&amp;from={}&amp;to={}\">Their ids as JSON</a></p></section>",
        html::table(&["Type", "Summaries"], &rows, "This person's devices record nothing."),
        asked.user_id,
        asked.from,
        asked.to
    )
}
