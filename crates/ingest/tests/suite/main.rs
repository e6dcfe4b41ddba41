//! The way in, from bytes at the door to what is kept: a real store, a real spool, the real provider.

mod bodies;
mod crashes;
mod damage;
mod door;
mod dump;
mod fit_bytes;
mod redelivery;
mod replaying;
mod sharing;
mod splitting;
mod storms;
mod work;
mod workouts;
mod world;
