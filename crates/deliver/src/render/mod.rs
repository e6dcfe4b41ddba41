//! Bodies of messages, in the shape that Open Wearables sends: `{"type": …, "data": {…}}`.
//!
//! What is told is what is kept now, not what was kept when the message was made: a receiver never
//! gets older news than the API would tell it.

mod connection;
mod event;
mod example;
mod sync;

pub use example::test_emission;

use serde::Serialize;
use store::{Emission, Message, Store, StoreError, Subject};

/// What became of rendering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rendered {
    /// The body as it is sent.
    Body(Vec<u8>),
    /// There is nothing left to tell; the reason, for people.
    Gone(&'static str),
}

#[derive(Serialize)]
struct Envelope<'a, T> {
    r#type: &'a str,
    data: T,
}

/// Renders a message's body from what the store holds now.
///
/// # Errors
/// Those of the store.
pub async fn render(store: &dyn Store, message: &Message) -> Result<Rendered, StoreError> {
    if let Some(example) = example::render(message) {
        return Ok(example);
    }
    let user = message.user_id;
    if store.load_user(user).await?.is_none_or(|found| found.team_id != message.team_id) {
        return Ok(Rendered::Gone("the user was deleted"));
    }
    match &message.emission.subject {
        Subject::Event { kind, id, .. } if message.emission.event_type.ends_with(".deleted") => {
            match store.find_event(user, *kind, *id).await? {
                Some(_) => Ok(Rendered::Gone("the event is there again")),
                None => Ok(event::deleted(&message.emission, user, *id)),
            }
        }
        Subject::Event { kind, id, .. } => match store.find_event(user, *kind, *id).await? {
            Some(event) => Ok(event::body(&message.emission, user, &event)),
            None => Ok(Rendered::Gone("the event was deleted")),
        },
        Subject::Connection { id } => match store.find_connection(user, *id).await? {
            Some(link) => Ok(connection::body(&message.emission, &link)),
            None => Ok(Rendered::Gone("the connection was deleted")),
        },
        Subject::Run { id } => match store.find_run(user, *id).await? {
            Some(run) => Ok(sync::body(&message.emission, &run)),
            None => Ok(Rendered::Gone("the run is no longer kept")),
        },
    }
}

fn body<T: Serialize>(emission: &Emission, data: T) -> Rendered {
    match serde_json::to_vec(&Envelope { r#type: &emission.event_type, data }) {
        Ok(bytes) => Rendered::Body(bytes),
        Err(_) => Rendered::Gone("what is kept cannot be written as JSON"),
    }
}
