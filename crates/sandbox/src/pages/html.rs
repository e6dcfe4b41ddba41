//! Small pieces of markup that several tools use.

use crate::{kind::Kind, state::State};
use model::{LocalDate, Timestamp};
use std::fmt::Write as _;
use url::Url;

/// Text that cannot be taken for markup, also inside a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// An instant to the second.
pub(super) fn instant(at: Timestamp) -> String {
    let text = Timestamp::from_seconds(at.as_seconds()).to_string();
    text.trim_end_matches('Z').replace('T', " ")
}

/// An instant of UTC seconds.
pub(super) fn second(at: i64) -> String {
    instant(Timestamp::from_seconds(at))
}

/// A number with gaps between its thousands.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// What a device's clock shows, as hours from UTC.
pub(super) fn offset(seconds: i32) -> String {
    let (sign, minutes) = (if seconds < 0 { '−' } else { '+' }, seconds.abs() / 60);
    match minutes % 60 {
        0 => format!("UTC{sign}{}", minutes / 60),
        rest => format!("UTC{sign}{}:{rest:02}", minutes / 60),
    }
}

pub(super) fn option(value: &str, text: &str, is_selected: impl Fn(&str) -> bool) -> String {
    let selected = if is_selected(value) { " selected" } else { "" };
    format!("<option value=\"{}\"{selected}>{}</option>", escape(value), escape(text))
}

/// Options of the types that are wanted, by key.
pub(super) fn kinds(wanted: impl Fn(Kind) -> bool, chosen: Option<&str>) -> String {
    let kinds = Kind::ALL.into_iter().filter(|kind| wanted(*kind));
    kinds.map(|kind| option(kind.key(), kind.key(), |value| chosen == Some(value))).collect()
}

/// Options of all people, by id.
pub(super) fn people(state: &State, chosen: Option<&str>) -> String {
    let people = state.people().into_iter();
    people.map(|it| option(&it.person.id, &it.person.name, |value| chosen == Some(value))).collect()
}

/// A button that calls the control interface; `body` is JSON.
pub(super) fn button(label: &str, call: &str, body: Option<&str>) -> String {
    let body = body.map(|body| format!(" data-body=\"{}\"", escape(body))).unwrap_or_default();
    format!("<button type=button class=small data-call=\"{}\"{body}>{}</button>", escape(call), escape(label))
}

/// A table; its rows tell their columns themselves where there is no room for them side by side.
pub(super) fn table(columns: &[&str], rows: &[Vec<Cell>], nothing: &str) -> String {
    if rows.is_empty() {
        return format!("<p class=empty>{}</p>", escape(nothing));
    }
    let class = if columns.len() > 2 { " class=cards" } else { "" };
    let mut out = format!("<table{class}><thead><tr>");
    for (place, column) in columns.iter().enumerate() {
        let class =
            if rows.iter().any(|row| row.get(place).is_some_and(|cell| cell.is_number)) { " class=number" } else { "" };
        let _ = write!(out, "<th scope=col{class}>{}</th>", escape(column));
    }
    out.push_str("</tr></thead><tbody>");
    for row in rows {
        out.push_str("<tr>");
        for (cell, column) in row.iter().zip(columns) {
            let class = match (cell.is_number, cell.markup == "0") {
                (true, true) => " class=\"number zero\"",
                (true, false) => " class=number",
                (false, _) => "",
            };
            let _ = write!(out, "<td data-label=\"{}\"{class}>{}</td>", escape(column), cell.markup);
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
    out
}

/// A cell of a table.
pub(super) struct Cell {
    markup: String,
    is_number: bool,
}

pub(super) fn text(text: impl AsRef<str>) -> Cell {
    markup(escape(text.as_ref()))
}

pub(super) fn number(number: u64) -> Cell {
    Cell { markup: thousands(number), is_number: true }
}

/// An instant of UTC seconds in one piece.
pub(super) fn time(at: i64) -> Cell {
    markup(format!("<span class=time>{}</span>", second(at)))
}

pub(super) fn markup(markup: String) -> Cell {
    Cell { markup, is_number: false }
}

/// A label in a colour: `good`, `bad`, or plain.
pub(super) fn badge(class: &str, text: &str) -> String {
    format!("<span class=\"badge {class}\">{}</span>", escape(text))
}

/// An address, if it is not the usual one.
pub(super) fn elsewhere(url: &Url, usual: &Url) -> String {
    if url == usual { String::new() } else { format!("<br><code>{}</code>", escape(url.as_str())) }
}

/// The first second of a day, and the last.
pub(super) fn day_bounds(from: LocalDate, to: LocalDate) -> (i64, i64) {
    (i64::from(from.as_days()) * 86_400, i64::from(to.as_days()) * 86_400 + 86_399)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_instants_and_offsets_are_easy_to_read() {
        assert_eq!(thousands(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(thousands(100), "100");
        assert_eq!(second(1_779_235_200), "2026-05-20 00:00:00");
        assert_eq!((offset(19_800), offset(-28_800)), ("UTC+5:30".to_owned(), "UTC−8".to_owned()));
    }

    #[test]
    fn what_people_are_called_is_never_markup() {
        assert_eq!(escape("<b a='\"'>&"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;");
        assert!(button("x", "POST /a", Some("{\"a\":1}")).contains("data-body=\"{&quot;a&quot;:1}\""));
    }
}
