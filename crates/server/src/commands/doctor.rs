//! `wearhouse doctor`: looks at everything a new or worried operator asks about, and says what to do.

use crate::{app::App, config::Config};
use store::sqlite::SqliteStore;

struct Findings {
    problems: u32,
}

impl Findings {
    fn good(&self, text: &str) {
        println!("  ok    {text}");
    }

    fn note(&self, text: &str) {
        println!("  note  {text}");
    }

    fn problem(&mut self, text: &str, remedy: &str) {
        self.problems += 1;
        println!("  BAD   {text}\n        {remedy}");
    }
}

pub(crate) async fn run(config: Config) -> anyhow::Result<()> {
    let mut findings = Findings { problems: 0 };
    println!("configuration");
    configuration(&config, &mut findings);
    println!("store");
    store(&config, &mut findings).await;
    println!("{}", if findings.problems == 0 { "all is well" } else { "see what is marked BAD above" });
    if findings.problems > 0 { anyhow::bail!("{} problems", findings.problems) } else { Ok(()) }
}

fn configuration(config: &Config, findings: &mut Findings) {
    findings.good(&format!("listens on {}, public address {}", config.server.listen, config.server.public_url));
    if !config.is_loopback() && config.server.public_url.scheme() != "https" {
        findings.problem(
            "server.public_url is not https",
            "put a reverse proxy with TLS in front: providers refuse plain http",
        );
    }
    if config.security.master_key.is_empty() {
        findings.note("the master key lies in data_dir/master.key: keep a copy apart from the data");
    }
    if config.webhooks.allow_private && !config.is_loopback() {
        findings.note("webhooks.allow_private is on: customers' endpoints can reach your private network");
    }
    for (name, provider) in &config.providers {
        if providers::find(name).is_none() {
            findings.problem(&format!("providers.{name} is not a provider"), "remove the section or correct its name");
        } else if provider.client_id.is_empty() {
            findings.note(&format!("{name} is not offered: providers.{name}.client_id is empty"));
        }
    }
}

async fn store(config: &Config, findings: &mut Findings) {
    let path = config.store_path();
    if !path.exists() {
        findings.note(&format!(
            "{} does not exist yet: `wearhouse migrate` or `wearhouse serve` creates it",
            path.display()
        ));
        return;
    }
    match SqliteStore::schema_versions(&path) {
        Ok((found, known)) if found <= known => findings.good(&format!("schema version {found} of {known}")),
        Ok((found, known)) => {
            findings.problem(&format!("schema version {found}, this program knows {known}"), "use a newer program");
            return;
        }
        Err(error) => {
            findings.problem(&format!("{} cannot be read: {error}", path.display()), "restore a backup");
            return;
        }
    }
    match App::open(config.clone()).await {
        Err(error) => findings.problem(&format!("the server would not start: {error:#}"), "see the message"),
        Ok(app) => {
            if let Err(error) = queues(&app, findings).await {
                findings.problem(&format!("the store does not answer: {error:#}"), "see the message");
            }
            app.close().await;
        }
    }
}

async fn queues(app: &App, findings: &mut Findings) -> anyhow::Result<()> {
    app.store().check().await?;
    findings.good("the store reads and writes");
    if let Err(error) = app.intake().check_room() {
        findings.problem(&error.to_string(), "free some disk space, or look at what the workers wait for");
    }
    if app.store().count_developers().await? == 0 {
        findings.note("nobody can log in yet: `wearhouse admin create --email you@example.com`");
    }
    let depths = app.store().queue_depths().await?;
    findings.good(&format!("{} deliveries and {} parts wait", depths.deliveries_waiting, depths.parts_waiting));
    for (what, dead) in [("deliveries", depths.deliveries_dead), ("parts", depths.parts_dead)] {
        if dead > 0 {
            findings.problem(&format!("{dead} {what} were given up"), "`wearhouse replay --dead` tries them again");
        }
    }
    if depths.parts_unmatched > 0 {
        findings.note(&format!("{} parts wait for an account that nobody has connected", depths.parts_unmatched));
    }
    if depths.messages_dead + depths.jobs_dead > 0 {
        findings.note(&format!("{} messages and {} calls were given up", depths.messages_dead, depths.jobs_dead));
    }
    for (name, url) in app.webhook_addresses().await? {
        findings.note(&format!("webhook address of {name}: {url}"));
    }
    Ok(())
}
