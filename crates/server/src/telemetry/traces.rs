//! Takes spans as traces and hands them to the exporter. They wait in a queue of bounded length, which a thread of its
//! own empties: when it is full, spans are dropped and nobody waits.

use super::{naming, sender::Sender};
use crate::{config::Telemetry, logging::Listener};
use anyhow::{Context, ensure};
use net::{HeaderMap, Url};
use opentelemetry::{
    KeyValue,
    propagation::TextMapPropagator,
    trace::{TraceContextExt, TracerProvider},
};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_otlp::{Protocol, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    propagation::TraceContextPropagator,
    trace::{Sampler, SdkTracerProvider, SpanData, SpanExporter},
};
use std::{collections::HashMap, time::Duration};
use tracing::{Span, level_filters::LevelFilter};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{Layer, filter::filter_fn};

const SCOPE: &str = "wearhouse";
const PATH: &str = "v1/traces";
/// How long the end of the program waits for what is still to be sent.
const LAST_WORD: Duration = Duration::from_secs(1);

/// The traces of a process; none where no endpoint is configured.
pub(crate) struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Prepares what sends them. Called on the runtime that serves.
    pub(crate) fn start(config: &Telemetry) -> anyhow::Result<Self> {
        check(config)?;
        if config.otlp_endpoint.is_empty() {
            return Ok(Self(None));
        }
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_http_client(Sender::new()?)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(address(config)?)
            .with_headers(headers(config)?)
            .build()?;
        let resource = Resource::builder()
            .with_service_name("wearhouse")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(config.sample_ratio)));
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(Shown(exporter))
            .with_sampler(sampler)
            .with_resource(resource)
            .build();
        Ok(Self(Some(provider)))
    }

    /// What hears of spans.
    pub(crate) fn layer(&self) -> Option<Listener> {
        let tracer = self.0.as_ref()?.tracer(SCOPE);
        let layer = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false);
        let filter = filter_fn(naming::is_shown).with_max_level_hint(LevelFilter::DEBUG);
        Some(layer.with_filter(filter).boxed())
    }

    /// Sends what waits, as far as that is quickly done.
    pub(crate) async fn end(self) {
        let Some(provider) = self.0 else { return };
        let ending = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(LAST_WORD));
        if !matches!(ending.await, Ok(Ok(()))) {
            tracing::warn!("the last traces were not sent");
        }
    }
}

/// How a request joins the trace that its caller names in `traceparent`, where traces are taken.
pub(crate) fn follower(config: &Telemetry) -> Option<api::FollowTrace> {
    (!config.otlp_endpoint.is_empty()).then_some(follow as api::FollowTrace)
}

fn follow(span: &Span, headers: &HeaderMap) {
    let caller = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
    if caller.span().span_context().is_valid() {
        // a span that is not listened to has no parent either
        let _ = span.set_parent(caller);
    }
}

/// Whether the section can be used.
pub(crate) fn check(config: &Telemetry) -> anyhow::Result<()> {
    ensure!((0.0..=1.0).contains(&config.sample_ratio), "telemetry.sample_ratio must be from 0.0 to 1.0");
    if !config.otlp_endpoint.is_empty() {
        address(config)?;
    }
    headers(config).map(drop)
}

fn address(config: &Telemetry) -> anyhow::Result<String> {
    let text = format!("{}/{PATH}", config.otlp_endpoint.trim_end_matches('/'));
    let url = Url::parse(&text).context("telemetry.otlp_endpoint is not a URL")?;
    ensure!(matches!(url.scheme(), "http" | "https"), "telemetry.otlp_endpoint must begin with http:// or https://");
    Ok(url.into())
}

fn headers(config: &Telemetry) -> anyhow::Result<HashMap<String, String>> {
    let pair = |entry: &String| {
        let (name, value) = entry.split_once('=').context("an entry of telemetry.otlp_headers is not name=value")?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    };
    config.otlp_headers.iter().map(pair).collect()
}

/// Exports spans as they are shown.
#[derive(Debug)]
struct Shown(opentelemetry_otlp::SpanExporter);

impl SpanExporter for Shown {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let shown: Vec<SpanData> = batch.into_iter().filter_map(naming::as_shown).collect();
        if shown.is_empty() { Ok(()) } else { self.0.export(shown).await }
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}
