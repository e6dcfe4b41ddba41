//! History: asked for by recorded time (`ask`), uploaded bit by bit (`pump`), and what is there to fetch and to
//! show (`uploads`).

mod ask;
mod pump;
mod uploads;

pub(crate) use ask::ask;
pub(crate) use pump::run;
pub(crate) use uploads::{uploaded, uploaded_within};
