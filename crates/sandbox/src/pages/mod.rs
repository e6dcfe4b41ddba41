//! What people see in a browser: the frame with its style, the tools under `/sandbox` and what they share. The tools
//! are written here with all they show; `script.js` sends their forms to the control interface and keeps the parts
//! that change current.

mod data;
mod delivery;
mod faults;
mod history;
mod html;
mod notifications;
mod people;
mod person;
mod settings;
mod tool;
mod verification;

use crate::state::Shared;
use axum::{Router, http::StatusCode, routing::get};
pub(crate) use html::escape;
use std::sync::Arc;

const STYLE: &str = include_str!("style.css");

/// The tools.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(people::show))
        .route("/sandbox", get(people::show))
        .route("/sandbox/pages/person", get(person::show))
        .route("/sandbox/pages/data", get(data::show))
        .route("/sandbox/pages/history", get(history::show))
        .route("/sandbox/pages/delivery", get(delivery::show))
        .route("/sandbox/pages/notifications", get(notifications::show))
        .route("/sandbox/pages/faults", get(faults::show))
        .route("/sandbox/pages/verification", get(verification::show))
        .route("/sandbox/pages/settings", get(settings::show))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
}

/// A whole page around a body.
pub(crate) fn frame(title: &str, class: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width,initial-scale=1\">\
         <meta name=color-scheme content=\"light dark\"><title>{title}</title><style>{STYLE}</style>\
         <body><main class={class}>{body}</main></body></html>",
        title = escape(title)
    )
}
