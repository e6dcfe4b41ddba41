//! `/docs`: the reference, from what is embedded. Without its script it is a plain list of operations.

use crate::error::{ApiError, Result};
use axum::{
    extract::Path,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use std::{borrow::Cow, fmt::Write as _, sync::LazyLock};
use utoipa::openapi::OpenApi;

/// Scripts and styles that are fetched when the program is built.
#[derive(rust_embed::Embed)]
#[folder = "assets/dist"]
#[allow_missing = true]
struct Dist;

const PAGE: &str = include_str!("../../assets/docs.html");
const STYLE: &str = include_str!("../../assets/docs.css");
const SCRIPT: &str = include_str!("../../assets/docs.js");
const PLACE: &str = "<!-- operations -->";
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; \
     img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

static RENDERED: LazyLock<String> = LazyLock::new(|| PAGE.replace(PLACE, &operations(&crate::openapi())));

#[utoipa::path(
    get, path = "/docs", tag = "System", operation_id = "docs", summary = "The reference for people",
    responses((status = 200, description = "A page", body = String, content_type = "text/html"))
)]
pub(crate) async fn docs() -> Response {
    with_policy("text/html; charset=utf-8", Cow::Borrowed(RENDERED.as_bytes()))
}

/// `GET /docs/{name}`: what the page is made of.
pub(crate) async fn asset(Path(name): Path<String>) -> Result<Response> {
    let (kind, bytes) = match name.as_str() {
        "docs.css" => ("text/css; charset=utf-8", Cow::Borrowed(STYLE.as_bytes())),
        "docs.js" => ("text/javascript; charset=utf-8", Cow::Borrowed(SCRIPT.as_bytes())),
        other => {
            let file = Dist::get(other).ok_or_else(|| ApiError::NotFound("Not Found".to_owned()))?;
            (kind_of(other), file.data)
        }
    };
    Ok(with_policy(kind, bytes))
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

fn with_policy(kind: &'static str, bytes: Cow<'static, [u8]>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (HeaderName::from_static("referrer-policy"), HeaderValue::from_static("no-referrer")),
    ];
    (headers, bytes.into_owned()).into_response()
}

/// Every operation in a plain list, for those without the script.
fn operations(document: &OpenApi) -> String {
    let mut list = String::from("<ul class=\"operations\">");
    for (path, item) in &document.paths.paths {
        let methods = [
            ("GET", &item.get),
            ("POST", &item.post),
            ("PUT", &item.put),
            ("PATCH", &item.patch),
            ("DELETE", &item.delete),
        ];
        for (method, operation) in methods.into_iter().filter_map(|(method, op)| op.as_ref().map(|op| (method, op))) {
            let summary = escape(operation.summary.as_deref().unwrap_or_default());
            // Writing to a string does not fail.
            let _ = write!(list, "<li><code>{method} {}</code> {summary}</li>", escape(path));
        }
    }
    list.push_str("</ul>");
    list
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
