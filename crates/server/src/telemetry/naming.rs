//! What leaves the house in a trace: which spans, under which names, with which attributes. The names are those of
//! OpenTelemetry's semantic conventions where it has one. Whatever is not listed here stays, so that no value of a
//! person and no secret goes out by a field that somebody adds to a span.

use opentelemetry::{
    KeyValue, Value,
    trace::{SpanKind, Status},
};
use opentelemetry_sdk::trace::SpanData;
use tracing::Metadata;

/// A span of the program and how it is shown.
struct Shown {
    /// The crate that it is of.
    room: &'static str,
    /// Its name there.
    span: &'static str,
    name: &'static str,
    kind: SpanKind,
}

const fn shown(room: &'static str, span: &'static str, name: &'static str, kind: SpanKind) -> Shown {
    Shown { room, span, name, kind }
}

const SPANS: &[Shown] = &[
    shown("api", "request", "request", SpanKind::Server),
    shown("ingest", "cut", "cut deliveries", SpanKind::Internal),
    shown("ingest", "apply", "apply parts", SpanKind::Internal),
    shown("sync", "fetch", "fetch from provider", SpanKind::Client),
    shown("sync", "renew", "renew tokens", SpanKind::Client),
    shown("sync", "ask", "ask for history", SpanKind::Client),
    shown("deliver", "attempt", "deliver webhook", SpanKind::Client),
    shown("wearhouse", "backup", "take backup", SpanKind::Internal),
];

/// Fields of spans, and the attributes that they become.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("id", "wearhouse.request_id"),
    ("method", "http.request.method"),
    ("route", "http.route"),
    ("status", "http.response.status_code"),
    ("provider", "wearhouse.provider"),
    ("deliveries", "wearhouse.deliveries"),
    ("parts", "wearhouse.parts"),
    ("outcome", "wearhouse.outcome"),
];

/// What the convention has for methods; others are told as one, because a caller may make them up.
const METHODS: &[&str] = &["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

/// Routes that probes ask all the time.
const PROBES: &[&str] = &["/health/live", "/health/ready", "/metrics"];

/// Whether a span is one that is shown.
pub(super) fn is_shown(metadata: &Metadata<'_>) -> bool {
    let room = metadata.target().split("::").next().unwrap_or_default();
    metadata.is_span() && SPANS.iter().any(|shown| shown.room == room && shown.span == metadata.name())
}

/// A span as it is shown; none of probes.
pub(super) fn as_shown(mut span: SpanData) -> Option<SpanData> {
    span.attributes = span.attributes.into_iter().filter_map(attribute).collect();
    span.events = Default::default();
    span.links = Default::default();
    if let Some(shown) = SPANS.iter().find(|shown| shown.span == span.name) {
        span.span_kind = shown.kind.clone();
        span.name = shown.name.into();
    }
    if span.span_kind == SpanKind::Server { as_request(span) } else { Some(as_work(span)) }
}

fn attribute(field: KeyValue) -> Option<KeyValue> {
    let (_, name) = ATTRIBUTES.iter().find(|(known, _)| *known == field.key.as_str())?;
    let is_made_up = *name == "http.request.method" && !METHODS.contains(&field.value.as_str().as_ref());
    Some(KeyValue::new(*name, if is_made_up { Value::from("_OTHER") } else { field.value }))
}

fn as_request(mut span: SpanData) -> Option<SpanData> {
    let method = text(&span, "http.request.method").unwrap_or_default();
    let route = text(&span, "http.route").filter(|route| route != "none");
    if route.as_deref().is_some_and(|route| PROBES.contains(&route)) {
        return None;
    }
    span.attributes.retain(|it| it.key.as_str() != "http.route" || route.is_some());
    span.name = route.map_or_else(|| method.clone(), |route| format!("{method} {route}")).into();
    let status = text(&span, "http.response.status_code").unwrap_or_default();
    if status.starts_with('5') {
        span.status = Status::error("");
        span.attributes.push(KeyValue::new("error.type", status));
    }
    Some(span)
}

fn as_work(mut span: SpanData) -> SpanData {
    if matches!(text(&span, "wearhouse.outcome").as_deref(), Some("failed" | "dead" | "unrecorded")) {
        span.status = Status::error("");
    }
    span
}

fn text(span: &SpanData, name: &str) -> Option<String> {
    let found = span.attributes.iter().find(|it| it.key.as_str() == name)?;
    Some(found.value.as_str().into_owned())
}
