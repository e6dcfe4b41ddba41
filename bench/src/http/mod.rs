//! HTTP/1.1 as the bench speaks it: blocking, one request at a time on connections that stay open, so
//! that the load generator costs little beside what it measures. No TLS: the bench stands beside the server.

mod address;
mod connection;
mod listener;

pub(crate) use address::Address;
pub(crate) use connection::Connection;
pub(crate) use listener::{Arrived, Listener};
