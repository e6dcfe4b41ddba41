//! `wearhouse openapi`: the document that the server also serves at `/openapi.json`.

pub(crate) fn run() -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(&api::openapi())?);
    Ok(())
}
