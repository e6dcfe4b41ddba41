//! `wearhouse openapi`: the document that the server also serves at `/openapi.json`.

use std::io::{ErrorKind, Write};

pub(crate) fn run() -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(&api::openapi())?;
    match writeln!(std::io::stdout(), "{text}") {
        // whoever reads has had enough, as `head` does
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => Ok(done?),
    }
}
