//! The consent page. Everything from outside is escaped.

use super::confirm::Request;
use crate::{
    account::Account,
    generator::Persona,
    kind::Permission,
    pages::{escape, frame},
};
use std::fmt::Write as _;
use url::Url;

/// Who is ticked when the page opens.
pub(super) enum Choice<'a> {
    /// The person with this id.
    Known(&'a str),
    /// Somebody who does not exist yet, with this name.
    New(&'a str),
    /// Whoever is not connected yet.
    Open,
}

/// The page on which a person of the sandbox decides.
pub(super) fn consent(request: &Request, target: &Url, people: &[&Account], choice: &Choice<'_>) -> String {
    let partner = target.host_str().unwrap_or("the partner");
    let mut body = format!(
        "<header><span class=badge>Sandbox</span><h1>Share your data?</h1>\
         <p><b>{}</b> asks for access to the data of an invented person. No real account is involved.</p></header>\
         <form method=post action=/oauth2Confirm>{}",
        escape(partner),
        hidden_fields(request)
    );
    body.push_str("<fieldset><legend>Who are you?</legend>");
    let free = people.iter().find(|account| !account.connected).or(people.first());
    let ticked = match choice {
        Choice::Known(id) => Some(*id),
        Choice::New(_) => None,
        Choice::Open => free.map(|account| account.person.id.as_str()),
    };
    for account in people {
        let person = &account.person;
        let checked = if Some(person.id.as_str()) == ticked { " checked" } else { "" };
        let linked = if account.connected { " <span class=badge>connected</span>" } else { "" };
        let _ = write!(
            body,
            "<label class=choice><input type=radio name=person value=\"{}\"{checked}><span><b>{}</b>{linked}<br><small>{}</small></span></label>",
            escape(&person.id),
            escape(&person.name),
            person.persona.describe()
        );
    }
    body.push_str(&new_person(choice));
    body.push_str("</fieldset><fieldset><legend>What do you share?</legend>");
    for permission in Permission::ALL {
        let checked = if permission.on_by_default() { " checked" } else { "" };
        let _ = write!(
            body,
            "<label class=choice><input type=checkbox name=permission value={key}{checked}><span>{}<br><small>{key}</small></span></label>",
            permission.describe(),
            key = permission.key()
        );
    }
    body.push_str(
        "</fieldset><div class=actions><button name=decision value=allow class=primary>Allow</button>\
         <button name=decision value=deny formnovalidate>Deny</button></div></form>",
    );
    frame("Share your data?", "narrow", &body)
}

fn hidden_fields(request: &Request) -> String {
    let fields = [
        ("response_type", Some("code")),
        ("client_id", Some(request.client_id.as_str())),
        ("code_challenge", Some(request.challenge.as_str())),
        ("code_challenge_method", Some("S256")),
        ("redirect_uri", request.redirect_uri.as_deref()),
        ("state", request.state.as_deref()),
    ];
    let present = fields.into_iter().filter_map(|(name, value)| value.map(|value| (name, value)));
    present.fold(String::new(), |mut out, (name, value)| {
        let _ = write!(out, "<input type=hidden name={name} value=\"{}\">", escape(value));
        out
    })
}

fn new_person(choice: &Choice<'_>) -> String {
    let (checked, name) = match choice {
        Choice::New(name) => (" checked", escape(name)),
        _ => ("", String::new()),
    };
    let options = Persona::ALL.into_iter().fold(String::new(), |mut out, persona| {
        let _ = write!(out, "<option value={}>{}</option>", persona.key(), persona.key().replace('_', " "));
        out
    });
    format!(
        "<label class=choice><input type=radio name=person value=new{checked}><span><b>Somebody else</b></span></label>\
         <div class=more><label>Name<input name=name maxlength=60 autocomplete=off value=\"{name}\"></label>\
         <label>Lives like<select name=persona>{options}</select></label>\
         <label>Hours from UTC<input name=offset_hours type=number min=-12 max=14 step=0.25 value=1></label></div>"
    )
}

/// A page that says why there is no redirect.
pub(super) fn error(reason: &str) -> String {
    let body = format!(
        "<header><span class=badge>Sandbox</span><h1>This request cannot be answered</h1><p>{}.</p></header>",
        escape(reason)
    );
    frame("Request refused", "narrow", &body)
}
