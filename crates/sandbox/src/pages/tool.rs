//! The frame of a tool: where one is, what is going on, and where else one can go.

use super::{frame, html::thousands};
use crate::state::Shared;
use axum::response::Html;
use std::fmt::Write as _;

const SCRIPT: &str = include_str!("script.js");

/// A tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    People,
    Data,
    History,
    Delivery,
    Notifications,
    Faults,
    Verification,
    Settings,
}

impl Tool {
    const ALL: [Tool; 8] = [
        Tool::People,
        Tool::Data,
        Tool::History,
        Tool::Delivery,
        Tool::Notifications,
        Tool::Faults,
        Tool::Verification,
        Tool::Settings,
    ];

    fn name(self) -> &'static str {
        match self {
            Tool::People => "People",
            Tool::Data => "Data",
            Tool::History => "History",
            Tool::Delivery => "Delivery",
            Tool::Notifications => "Notifications",
            Tool::Faults => "Faults",
            Tool::Verification => "Verification",
            Tool::Settings => "Settings",
        }
    }

    fn address(self) -> String {
        match self {
            Tool::People => "/sandbox".to_owned(),
            other => format!("/sandbox/pages/{}", other.name().to_lowercase()),
        }
    }
}

/// The page of a tool around a body.
pub(super) fn page(shared: &Shared, tool: Tool, heading: &str, intro: &str, body: &str) -> Html<String> {
    let whole = format!(
        "<header class=top><div class=line><a class=badge href=/sandbox>Sandbox</a><small id=status data-live>{status}</small></div>\
         <nav aria-label=Tools>{links}</nav></header>\
         <h1>{heading}</h1><p class=intro>{intro}</p>{body}\
         <p id=message role=status></p><script>{SCRIPT}</script>",
        status = status(shared),
        links = links(tool),
    );
    Html(frame(&format!("{} · Sandbox", tool.name()), "wide", &whole))
}

fn links(current: Tool) -> String {
    Tool::ALL.into_iter().fold(String::new(), |mut out, tool| {
        let mark = if tool == current { " aria-current=page" } else { "" };
        let _ = write!(out, "<a href={}{mark}>{}</a>", tool.address(), tool.name());
        out
    })
}

fn status(shared: &Shared) -> String {
    let now = super::html::instant(shared.now());
    let state = shared.lock();
    let connected = state.accounts.values().filter(|account| account.connected).count();
    let pending: usize = state.outbox.endpoints.keys().map(|kind| state.outbox.pending(*kind)).sum();
    let faults = state.faults.list().iter().filter(|fault| !fault.is_spent()).count();
    let mut out = format!("{now} UTC · {connected} of {} connected", state.accounts.len());
    if pending > 0 {
        let _ = write!(out, " · {} waiting", thousands(pending as u64));
    }
    if faults > 0 {
        let _ = write!(out, " · {faults} {} set", if faults == 1 { "fault" } else { "faults" });
    }
    out
}
