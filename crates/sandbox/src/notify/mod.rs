//! Notifications: what waits (`outbox`), what a body looks like (`body`), and sending until the receiver
//! answers exactly 200 (`deliver`). Order is kept within a type; types do not wait for each other.

mod body;
mod deliver;
mod outbox;

pub(crate) use deliver::run;
pub(crate) use outbox::{Delivery, Endpoint, Notice, NoticeBody, Outbox, Tally};
