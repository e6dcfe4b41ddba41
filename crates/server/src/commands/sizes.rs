//! `wearhouse admin sizes`: what takes the room in the store.

use crate::{app::App, config::Config};
use serde_json::json;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    let app = App::open(config).await?;
    let sizes = app.store().list_sizes().await?;
    app.close().await;
    let all: u64 = sizes.iter().map(|size| size.bytes + size.index_bytes).sum();
    if !arguments.json {
        println!("{:>14} {:>14}  table", "rows, bytes", "indexes, bytes");
    }
    for size in sizes {
        if arguments.json {
            println!("{}", json!({"table": size.table, "bytes": size.bytes, "index_bytes": size.index_bytes}));
        } else {
            println!("{:>14} {:>14}  {}", size.bytes, size.index_bytes, size.table);
        }
    }
    if !arguments.json {
        println!("{all:>14} {:>14}  in all", "");
    }
    Ok(())
}
