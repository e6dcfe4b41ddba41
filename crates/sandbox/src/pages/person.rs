//! One person: what their device does, what they permit, what was uploaded, and tokens without a partner.

use super::{
    html::{self, badge, button, escape, markup, number, offset},
    people,
    tool::{self, Tool},
};
use crate::{
    account::Account,
    generator::Person,
    kind::{Kind, Permission},
    state::Shared,
};
use axum::{
    extract::{Query, State},
    response::Html,
};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

#[derive(Deserialize)]
pub(super) struct View {
    #[serde(default)]
    id: String,
}

pub(super) async fn show(State(shared): State<Arc<Shared>>, Query(view): Query<View>) -> Html<String> {
    let account = {
        let state = shared.lock();
        state.find_person(&view.id).and_then(|id| state.accounts.get(&id)).map(Shown::of)
    };
    match account {
        Some(shown) => shown.page(&shared),
        None => {
            let intro = "Nobody has this id or name. <a href=/sandbox>Everybody who is there</a>";
            tool::page(&shared, Tool::People, "Nobody", intro, "")
        }
    }
}

/// What is shown of an account, taken out of the state.
struct Shown {
    person: Person,
    connected: bool,
    first_connected: Option<i64>,
    permissions: BTreeSet<Permission>,
    /// Uploads of each type.
    counts: BTreeMap<Kind, u64>,
    /// Requests for history that are still coming, and those that are complete.
    requests: (usize, usize),
}

impl Shown {
    fn of(account: &Account) -> Self {
        let mut counts = BTreeMap::new();
        for (kind, _) in account.items.keys() {
            *counts.entry(*kind).or_default() += 1;
        }
        Self {
            person: account.person.clone(),
            connected: account.connected,
            first_connected: account.first_connected,
            permissions: account.permissions.clone(),
            counts,
            requests: (account.backfills.len(), account.served.len()),
        }
    }

    fn page(&self, shared: &Shared) -> Html<String> {
        let person = &self.person;
        let clock = offset(person.offset_at(shared.now().as_seconds()));
        let zone = person.style.zone.as_ref().map(|zone| format!(" in {zone}")).unwrap_or_default();
        let sparse = if person.style.sparse { " · records little" } else { "" };
        let about = format!("{} · {clock}{zone}{sparse}", person.persona.describe());
        let intro = format!("{} · <code>{}</code>", escape(&about), person.id);
        let body = format!(
            "<div class=columns><section><h2>Device</h2>{}</section><section><h2>Connection</h2>{}</section>\
             <section><h2>Permissions</h2>{}</section><section><h2>Uploads</h2><div id=uploads data-live>{}</div></section></div>",
            self.device(),
            self.connection(),
            self.permissions(),
            self.uploads()
        );
        tool::page(shared, Tool::People, &escape(&person.name), &intro, &body)
    }

    fn device(&self) -> String {
        let base = format!("POST /sandbox/users/{}", self.person.id);
        format!(
            "<div class=buttons>{}{}{}</div>\
             <form class=row data-call=\"{base}/generate\">\
             <label>Days<input name=days data-as=number type=number min=1 max=800 value=30 required></label>\
             <label>Up to<input name=until type=date></label><button class=primary>Upload them</button></form>\
             <p><small>Without a date, up to today. What is uploaded is announced if the person is connected and permits it.</small></p>",
            button("Sync now", &format!("{base}/sync"), None),
            button("Sync with a workout", &format!("{base}/sync"), Some(r#"{"workout":true}"#)),
            button("Send all again", "POST /sandbox/resend", Some(&format!("{{\"user\":\"{}\"}}", self.person.id))),
        )
    }

    fn connection(&self) -> String {
        let (person, base) = (&self.person, format!("POST /sandbox/users/{}", self.person.id));
        let state = match (self.connected, self.first_connected) {
            (true, Some(first)) => {
                format!("{} <small>since {} UTC</small>", badge("good", "connected"), html::second(first))
            }
            (true, None) => badge("good", "connected"),
            (false, _) => badge("", "not connected"),
        };
        let end =
            if self.connected { button("Disconnect", &format!("{base}/deregister"), None) } else { String::new() };
        let name: String = url::form_urlencoded::byte_serialize(person.name.as_bytes()).collect();
        format!(
            "<div id=connection data-live><p>{state}</p><div class=buttons>{end}</div></div>\
             <p>A partner sends people to <code>/oauth2Confirm</code>. With <code>&amp;sandbox_user={}</code> this person \
             is ticked there; with <code>&amp;sandbox_auto=1</code> too, the answer is yes at once.</p>\
             <p>Without a partner:</p>\
             <div class=buttons><button type=button class=small data-call=\"{base}/connect\" data-show=tokens>Consent, show the tokens</button></div>\
             <pre id=tokens hidden tabindex=0 aria-label=Tokens></pre>",
            escape(&name)
        )
    }

    fn permissions(&self) -> String {
        format!(
            "<form data-call=\"PUT /sandbox/users/{}/permissions\">{}<div class=end><button class=primary>Change</button></div></form>",
            self.person.id,
            people::permissions(|permission| self.permissions.contains(&permission))
        )
    }

    fn uploads(&self) -> String {
        let id = &self.person.id;
        let row = |(kind, count): (&Kind, &u64)| {
            let link = format!("<a href=\"/sandbox/pages/data?user={id}&amp;type={0}\">{0}</a>", kind.key());
            vec![markup(link), number(*count)]
        };
        let rows: Vec<_> = self.counts.iter().map(row).collect();
        let (open, served) = self.requests;
        format!(
            "{}<p><small>History asked for: {open} still coming, {served} complete. <a href=/sandbox/pages/history>All requests</a></small></p>",
            html::table(&["Type", "Uploads"], &rows, "Nothing yet.")
        )
    }
}
