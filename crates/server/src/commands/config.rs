//! `wearhouse config`: the commented default, or whether the configuration in effect is sound.

use std::path::Path;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Read the configuration in effect and say whether it is sound, instead of printing the default
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(file: Option<&Path>, arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.check {
        let config = crate::config::load(file)?;
        crate::secrets::check_configured(&config)?;
        crate::app::check(&config)?;
        println!(
            "configuration is sound: listens on {}, data in {}",
            config.server.listen,
            config.server.data_dir.display()
        );
    } else {
        print!("{}", crate::config::DEFAULT);
    }
    Ok(())
}
