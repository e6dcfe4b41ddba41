//! `wearhouse doctor`: looks at everything a new or worried operator asks about, and says what to do.

use crate::{
    app::App,
    backup, clock,
    config::Config,
    rotation,
    storage::{self, Place},
    telemetry,
};

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
    println!("backups");
    if let Err(error) = backups(&config, &mut findings) {
        findings.problem(&format!("backups cannot be looked at: {error:#}"), "see the message");
    }
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
    for checked in [storage::check(config), telemetry::check(&config.telemetry)] {
        if let Err(error) = checked {
            findings.problem(&error.to_string(), "the server does not start like this");
        }
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
    let place = Place::of(config);
    if let Place::Embedded(path) = &place {
        if let Err(error) = backup::check_unfinished(&config.server.data_dir, path) {
            findings.problem(&error.to_string(), "see the message");
            return;
        }
        if !path.exists() {
            findings.note(&format!(
                "{} does not exist yet: `wearhouse migrate` or `wearhouse serve` creates it",
                path.display()
            ));
            return;
        }
    }
    match place.schema_versions().await {
        Ok((found, known)) if found <= known => findings.good(&format!("schema version {found} of {known}")),
        Ok((found, known)) => {
            findings.problem(&format!("schema version {found}, this program knows {known}"), "use a newer program");
            return;
        }
        Err(error) => {
            let advice = match place {
                Place::Embedded(_) => "restore a backup",
                Place::Postgres(_) => "see the message, and store.url",
            };
            findings.problem(&format!("{} cannot be read: {error:#}", place.shown()), advice);
            return;
        }
    }
    if let Place::Embedded(path) = &place {
        pages(path, findings);
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

fn pages(path: &std::path::Path, findings: &mut Findings) {
    match store::sqlite::check_pages(path) {
        Ok(()) => findings.good("every page is sound"),
        Err(error) => findings.problem(
            &format!("{}: {error}", path.display()),
            "stop the server, keep a copy of the data folder, and restore a backup into another",
        ),
    }
}

fn backups(config: &Config, findings: &mut Findings) -> anyhow::Result<()> {
    let (folder, every_hours) = (&config.backup.folder, config.backup.every_hours);
    if every_hours == 0 {
        findings.note("the server takes no backups by itself: backup.every_hours is 0");
    }
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    if folder.starts_with(&config.server.data_dir) {
        findings.note("backup.folder lies within the data folder: what takes one takes both");
    }
    let Some((path, made_at)) = backup::newest(folder)? else {
        findings.note(&format!("no backup lies in {} yet", folder.display()));
        return Ok(());
    };
    let age_hours = clock::open(config)?.now().micros_since(made_at) / 3_600_000_000;
    let newest = format!("the newest backup is {}, {age_hours} hours old", path.display());
    if every_hours > 0 && u64::try_from(age_hours).unwrap_or(0) > every_hours.saturating_mul(2) {
        findings.problem(&newest, "the server's log says why there is no younger one");
    } else {
        findings.good(&newest);
    }
    Ok(())
}

async fn cold(app: &App, findings: &mut Findings) -> anyhow::Result<()> {
    let remedy = "see [cold] and [s3]";
    match app.intake().cold() {
        Some(place) => match place.check().await {
            Ok(()) => findings.good("the place of old samples takes, gives and removes"),
            Err(error) => findings.problem(&format!("the place of old samples does not work: {error}"), remedy),
        },
        None if app.store().list_retentions().await?.iter().any(|(_, policy)| policy.cold_days.is_some()) => {
            findings.problem("a team's policy moves old samples to cold storage, and cold.url is empty", remedy);
        }
        None => {}
    }
    Ok(())
}

async fn queues(app: &App, findings: &mut Findings) -> anyhow::Result<()> {
    app.store().check().await?;
    findings.good("the store reads and writes");
    match app.intake().check_spool().await {
        Ok(()) => findings.good("the spool of large bodies takes, gives and removes"),
        Err(error) => findings.problem(&format!("the spool does not work: {error}"), "see [spool] and [s3]"),
    }
    cold(app, findings).await?;
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
    let sealed = rotation::tally(&**app.store(), app.keyring()).await?;
    findings.good(&format!("{} secrets are sealed under the current master key", sealed.current));
    if sealed.older > 0 {
        let older = sealed.older;
        findings
            .note(&format!("{older} secrets are under an older key: `wearhouse admin rotate-key` seals them again"));
    }
    if sealed.unknown > 0 {
        findings.problem(
            &format!("{} secrets are sealed under a key that is not configured", sealed.unknown),
            "put that key into security.older_master_keys",
        );
    }
    for (name, url) in app.webhook_addresses().await? {
        findings.note(&format!("webhook address of {name}: {url}"));
    }
    Ok(())
}
