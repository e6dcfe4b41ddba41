//! Notifications: what waits of each type (`lane`) and what failed (`failed`), both kept by `outbox`; what is
//! told of uploads and consent (`announce`); what a body looks like (`body`); and sending until the receiver
//! answers exactly 200 (`deliver`). Order is kept for each user and type; nobody waits for another.

mod announce;
mod body;
mod deliver;
mod endpoint;
mod failed;
mod lane;
mod outbox;
mod record;

pub(crate) use announce::{Resend, announce, deregister, permissions_changed, resend};
pub(crate) use deliver::run;
pub(crate) use endpoint::{Delivery, Endpoint, Tally};
pub(crate) use outbox::{Notice, NoticeBody, Outbox};
pub(crate) use record::OutboxRecord;
