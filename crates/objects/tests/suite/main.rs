//! Objects in a folder and in a real bucket: the same behaviour, also when the bucket's server is killed.

#![allow(clippy::unwrap_used)] // these are tests throughout

mod behaviour;
mod kills;
