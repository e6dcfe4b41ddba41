//! Providers' webhooks: who sends is checked before the body is read, and the body is on disk before the answer.

pub(crate) mod receive;
pub(crate) mod receive_bare;
pub(crate) mod receive_garmin;

mod door;

pub(crate) use door::{accept, check_encoding, refusal};
