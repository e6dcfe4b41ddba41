//! All settings, each with what it means.

use super::{
    html::{escape, option},
    tool::{self, Tool},
};
use crate::{Settings, state::Shared};
use axum::{extract::State, response::Html};
use serde_json::Value;
use std::sync::Arc;

/// How a setting is typed in.
enum Input {
    Number,
    Numbers,
    Text,
    Choice(&'static [&'static str]),
}

/// Every setting: name, what it is, and how it is typed in.
const SETTINGS: &[(&str, &str, Input)] = &[
    (
        "backfill_days_per_minute",
        "Days of history in a minute, over all users: 100 for an evaluation key, 10,000 for a production key",
        Input::Number,
    ),
    ("history_depth_days", "Days before the first consent of which history may be asked for", Input::Number),
    ("activity_range_days", "Longest range of one request for activities, days", Input::Number),
    ("health_range_days", "Longest range of one request for the rest, days", Input::Number),
    (
        "earliest_message",
        "Text of the refusal that tells the earliest start; {rfc3339}, {date} and {seconds} stand for it",
        Input::Text,
    ),
    ("backfill_slice_days", "Days of history that are uploaded at once", Input::Number),
    ("backfill_gap_s", "Seconds before each such upload", Input::Number),
    ("permission_shape", "How permissions are answered", Input::Choice(&["by_path", "list", "object"])),
    (
        "user_paths",
        "Where users and permissions are answered",
        Input::Choice(&["both", "wellness_api", "partner_gateway"]),
    ),
    ("retry_gaps_s", "Seconds between attempts of a notification; the last one repeats", Input::Numbers),
    ("answer_timeout_s", "Seconds a receiver may take to answer, in real time", Input::Number),
    ("hold_release_s", "Seconds between the end of a hold and the first notification of what it held", Input::Number),
    ("items_per_body", "Uploads of one type in one body at most", Input::Number),
    ("failed_bodies", "Failed bodies that wait for another attempt at most", Input::Number),
];

pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Html<String> {
    let settings = serde_json::to_value(&shared.lock().settings).unwrap_or_default();
    let defaults = serde_json::to_string(&Settings::default()).unwrap_or_default();
    let fields: String =
        SETTINGS.iter().map(|(name, what, input)| field(name, what, input, &settings[*name])).collect();
    let body = format!(
        "<section><form class=settings data-call=\"PUT /sandbox/settings\" data-then=\"/sandbox/pages/settings\">{fields}\
         <div class=end><button class=primary>Save</button>\
         <button type=button data-call=\"PUT /sandbox/settings\" data-body=\"{}\" data-then=\"/sandbox/pages/settings\">Back to the documented values</button></div></form></section>",
        escape(&defaults)
    );
    let intro = "What can be changed while the sandbox runs. Seconds are of its own clock unless said otherwise.";
    tool::page(&shared, Tool::Settings, "Settings", intro, &body)
}

fn field(name: &str, what: &str, input: &Input, value: &Value) -> String {
    let control = match input {
        Input::Number => {
            format!("<input name={name} data-as=number type=number min=0 step=any required value={}>", plain(value))
        }
        Input::Numbers => {
            let numbers: Vec<String> = value.as_array().into_iter().flatten().map(plain).collect();
            format!("<input name={name} data-as=numbers required value=\"{}\">", numbers.join(", "))
        }
        Input::Text => format!("<input name={name} required value=\"{}\">", escape(value.as_str().unwrap_or_default())),
        Input::Choice(choices) => {
            let choices: String =
                choices.iter().map(|it| option(it, it, |choice| value.as_str() == Some(choice))).collect();
            format!("<select name={name}>{choices}</select>")
        }
    };
    format!("<label><span>{}<br><code>{name}</code></span>{control}</label>", escape(what))
}

/// A number without a fraction that says nothing.
fn plain(value: &Value) -> String {
    value.as_f64().map(|number| number.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_setting_has_a_field() {
        let settings = serde_json::to_value(Settings::default()).unwrap();
        let names: BTreeSet<&str> = settings.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(SETTINGS.iter().map(|(name, _, _)| *name).collect::<BTreeSet<_>>(), names);
    }

    #[test]
    fn every_setting_is_documented() {
        let readme = include_str!("../../README.md");
        for (name, _, _) in SETTINGS {
            assert!(readme.contains(&format!("`{name}`")), "{name}");
        }
    }

    #[test]
    fn numbers_are_plain_and_texts_escaped() {
        let field = field("retry_gaps_s", "Gaps", &Input::Numbers, &serde_json::json!([1.0, 2.5]));
        assert!(field.contains("value=\"1, 2.5\""), "{field}");
    }
}
