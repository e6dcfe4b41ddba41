//! Outgoing webhooks. A message begins as a reference to what changed; here it is rendered once, sealed
//! and kept, signed as Standard Webhooks asks, and sent until its endpoint answers 2xx or it is given up.
//!
//! The store decides which endpoints get a message and keeps the queue; a claimed message belongs to
//! one dispatcher until its lease ends, so a process that dies loses nothing and at worst sends twice,
//! with the same id and the same body. Order between messages is not promised: receivers compare revisions.

mod address;
mod attempt;
mod dispatcher;
mod lease;
mod line;
pub mod render;
mod sealing;
mod settings;
mod signing;

pub use address::check_endpoint_url;
pub use dispatcher::Dispatcher;
pub use net::{CustomerPolicy, Refusal};
pub use render::test_emission;
pub use sealing::{open_secret, seal_secret, sealed_context};
pub use settings::{Settings, retry_schedule};
pub use signing::message_id;
