//! What the pages share: the frame with its style, and escaping.

const STYLE: &str = include_str!("style.css");

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
