//! Partner verification: what a partner's behaviour showed (`notes`), the points that are judged by it
//! (`points`), and bodies that are sent to find out (`probe`).

mod notes;
mod points;
mod probe;

pub(crate) use notes::{Fetch, Notes};
pub(crate) use points::{Point, Standing, points};
pub(crate) use probe::probe;
