//! A user's whole record in other people's formats: FHIR, Open mHealth, and tables as CSV, lines of JSON and Parquet.
//!
//! `asked` reads the request, `record` goes through the samples and events for the first two, `table` through the
//! events for tables; samples as a table are those of a query. Everything is a stream that holds nothing of the store
//! between two readings.

pub(crate) mod get;

mod asked;
mod cold;
mod events;
mod merged;
mod progress;
mod record;
mod samples;
mod table;

use crate::{
    State,
    error::Result,
    exporting::{self, Step},
    wire::Query,
};
use asked::{Asked, Output};
use axum::body::Bytes;
use futures::Stream;
use std::{io, pin::Pin, sync::Arc};
use store::User;
use tokio_util::sync::CancellationToken;

pub use progress::Progress;

/// A record while it is written.
enum Export {
    Record(Box<record::RecordSource>),
    Samples(Box<samples::SampleSource>),
    Events(Box<table::EventSource>),
}

impl Export {
    fn open(state: &State, user: User, asked: Asked, progress: &Arc<Progress>) -> Result<Self> {
        let progress = Arc::clone(progress);
        Ok(match asked.output {
            Output::Record(format) => {
                Self::Record(Box::new(record::RecordSource::new(state, user, asked, format, progress)))
            }
            Output::Samples(format) => {
                let (table, cold) = (asked.sample_table(state, user.clone(), format)?, asked.cold(user.clone()));
                Self::Samples(Box::new(samples::SampleSource::new(state, user, table, cold)))
            }
            Output::Events(format, table) => {
                Self::Events(Box::new(table::EventSource::new(state, user, &asked, (format, table))?))
            }
        })
    }
}

impl exporting::Source for Export {
    async fn fill(&mut self, out: &mut Vec<u8>) -> Result<Step> {
        match self {
            Self::Record(source) => source.fill(out).await,
            Self::Samples(source) => source.fill(out).await,
            Self::Events(source) => source.fill(out).await,
        }
    }

    fn break_off(&mut self, out: &mut Vec<u8>) {
        match self {
            Self::Record(source) => source.break_off(out),
            Self::Samples(source) => source.break_off(out),
            Self::Events(source) => source.break_off(out),
        }
    }
}

/// A user's record for a program that has the store itself: the bytes as they would be answered, and how far they are.
pub struct RecordStream {
    /// The bytes; an error where reading failed midway.
    pub bytes: Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>,
    /// How far it is.
    pub progress: Arc<Progress>,
}

/// Exports a user's record, with the parameters of `GET /api/v1/users/{user_id}/export`.
///
/// # Errors
/// What a parameter should hold, in words that name it.
pub fn export_record(state: &State, user: User, parameters: Vec<(String, String)>) -> Result<RecordStream, String> {
    let progress = Arc::new(Progress::default());
    let opened = Asked::read(&Query::of(parameters), &user)
        .and_then(|asked| Export::open(state, user, asked, &progress))
        .map_err(|error| error.to_string())?;
    let bytes = Box::pin(exporting::frames(opened, CancellationToken::new(), None));
    Ok(RecordStream { bytes, progress })
}
