//! `wearhouse admin rotate-key`: every secret sealed again under the current master key, or under a fresh one.

use crate::{app::App, config::Config, rotation, secrets, storage};
use model::Rng;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// First generate a fresh key, where the key is the generated one in the data folder. No server may run then
    #[arg(long)]
    new: bool,
}

pub(crate) async fn run(config: Config, arguments: &Arguments) -> anyhow::Result<()> {
    // a server that runs knows the key it began with: what is sealed under a fresh one it could not open
    let _held = if arguments.new { storage::lock(&config)? } else { None };
    secrets::existing_keyring(&config)?;
    if arguments.new {
        secrets::renew_generated_key(&config, &Rng::from_os())?;
        println!("data_dir/master.key is a fresh key: keep a copy; the one before is in data_dir/older-master.keys");
    }
    let app = App::open(config).await?;
    let waiting = rotation::tally(&**app.store(), app.keyring()).await?;
    let bar = super::import::progress_bar(waiting.older + waiting.unknown);
    let done = rotation::reseal(&**app.store(), app.keyring(), app.rng(), |seen| bar.set_position(seen)).await?;
    bar.finish_and_clear();
    app.close().await;
    println!("{} secrets were sealed again, {} were under the current key already", done.changed, waiting.current);
    if done.unopened > 0 {
        anyhow::bail!(
            "{} secrets do not open with any key of the configuration: add the key that is missing to \
             security.older_master_keys, or have their owners connect again",
            done.unopened
        );
    }
    Ok(())
}
