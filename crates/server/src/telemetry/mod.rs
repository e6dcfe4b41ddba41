//! Traces of requests and background work for OpenTelemetry, where the program was built with the feature `otel`.
//! Without it none of that is compiled, and a configuration that asks for traces is refused.

#[cfg(not(feature = "otel"))]
mod absent;
#[cfg(feature = "otel")]
mod naming;
#[cfg(feature = "otel")]
mod sender;
#[cfg(feature = "otel")]
mod traces;

#[cfg(not(feature = "otel"))]
pub(crate) use absent::{Traces, check, follower};
#[cfg(feature = "otel")]
pub(crate) use traces::{Traces, check, follower};
