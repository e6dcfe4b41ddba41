//! `wearhouse admin usage`: how much each team has and keeps.

use crate::{app::App, config::Config};
use serde_json::json;
use store::{Team, TeamUsage};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only this team: its id, or its name where no other has the same
    #[arg(long)]
    team: Option<String>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    let app = App::open(config).await?;
    let mut teams = app.store().list_teams().await?;
    if let Some(wanted) = &arguments.team {
        let found = super::admin::find_team(&**app.store(), wanted).await?.id;
        teams.retain(|team| team.id == found);
    }
    for team in teams {
        let usage = app.store().count_usage(team.id).await?;
        if arguments.json { println!("{}", as_json(&team, &usage)) } else { print_text(&team, &usage) }
    }
    app.close().await;
    Ok(())
}

fn as_json(team: &Team, usage: &TeamUsage) -> serde_json::Value {
    json!({
        "team_id": team.id,
        "team_name": team.name,
        "users": usage.users,
        "active_connections": usage.active_connections,
        "points": usage.points,
        "block_bytes": usage.block_bytes,
        "events": usage.events,
        "parts": usage.parts,
        "part_bytes": usage.part_bytes,
        "spooled_parts": usage.spooled_parts,
        "cold_objects": usage.cold_objects,
        "cold_points": usage.cold_points,
        "cold_bytes": usage.cold_bytes,
        "messages": usage.messages,
    })
}

fn print_text(team: &Team, usage: &TeamUsage) {
    println!("{}  ({})", team.name, team.id);
    println!("  users                {}", usage.users);
    println!("  active connections   {}", usage.active_connections);
    println!("  events               {}", usage.events);
    println!("  points               {}  in {} bytes of blocks", usage.points, usage.block_bytes);
    println!(
        "  raw parts            {}  in {} bytes, and {} of them beside the store",
        usage.parts, usage.part_bytes, usage.spooled_parts
    );
    println!(
        "  cold objects         {}  with {} points in {} bytes",
        usage.cold_objects, usage.cold_points, usage.cold_bytes
    );
    println!("  messages             {}", usage.messages);
}
