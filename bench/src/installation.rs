//! A `wearhouse` on a fresh store: configured, started, stopped and started again. It is set up from
//! outside, by its command line, as an operator does.

use crate::{consent, database::Database, http::Address, stopwatch::Stopwatch};
use anyhow::{Context, bail};
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

pub(crate) const EMAIL: &str = "bench@example.com";
pub(crate) const PASSWORD: &str = "a password of the bench";
/// In it the server is told that requests of different people come from different places.
pub(crate) const CLIENT_ADDRESS: &str = "x-bench-client";
const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) struct Installation {
    program: PathBuf,
    folder: PathBuf,
    settings: Vec<(String, String)>,
    database: Option<Database>,
    child: Option<Child>,
    pub(crate) address: Address,
    pub(crate) key: String,
    /// The path of Garmin's pushes.
    pub(crate) hook: String,
    /// From the start of the process to its being ready, on a fresh store.
    pub(crate) ready_ms: f64,
}

impl Installation {
    /// Sets a server up in a fresh folder and starts it.
    pub(crate) fn start(program: &Path, folder: &Path, database: Option<Database>) -> anyhow::Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("{} cannot be emptied", folder.display()))?;
        }
        fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        let program = program.canonicalize().with_context(|| format!("no program at {}", program.display()))?;
        let authority = format!("127.0.0.1:{}", free_port()?);
        let mut settings = settings(&folder, &authority, &consent::start()?);
        if let Some(database) = &database {
            database.recreate()?;
            settings.push(("WEARHOUSE__STORE__URL".to_owned(), database.url.clone()));
        }
        let mut made = Self {
            program,
            folder,
            settings,
            database,
            child: None,
            address: Address::parse(&format!("http://{authority}"))?,
            key: String::new(),
            hook: String::new(),
            ready_ms: 0.0,
        };
        let account = made.run(&["admin", "create", "--email", EMAIL, "--password", PASSWORD])?;
        made.key = word_after(&account, "API key").context("`wearhouse admin create` shows no API key")?;
        let advice = made.run(&["doctor"])?;
        let hook = word_after(&advice, "webhook address of garmin:").context("`wearhouse doctor` shows no webhook")?;
        made.hook = url::Url::parse(&hook)?.path().to_owned();
        made.ready_ms = made.launch()?;
        Ok(made)
    }

    /// Stops the server; `between` runs while it does not; then it starts again. What it gave, and how many
    /// milliseconds it took to be ready.
    pub(crate) fn restart<T>(&mut self, between: impl FnOnce(&Self) -> T) -> anyhow::Result<(T, f64)> {
        self.stop()?;
        let given = between(self);
        Ok((given, self.launch()?))
    }

    pub(crate) fn process(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// What the store takes on disk; of PostgreSQL the database.
    pub(crate) fn store_bytes(&self) -> anyhow::Result<u64> {
        match &self.database {
            Some(database) => database.bytes(),
            None => folder_bytes(&self.folder.join("data")),
        }
    }

    /// What each table takes with its indexes, as the server's own command tells.
    pub(crate) fn table_bytes(&self) -> anyhow::Result<Vec<(String, u64)>> {
        let printed = self.run(&["admin", "sizes", "--json"])?;
        let parsed = printed.lines().map(|line| -> anyhow::Result<(String, u64)> {
            let size: serde_json::Value = serde_json::from_str(line)?;
            let bytes = |name: &str| size[name].as_u64().with_context(|| format!("no `{name}` in {line}"));
            let table = size["table"].as_str().with_context(|| format!("no table in {line}"))?;
            Ok((table.to_owned(), bytes("bytes")? + bytes("index_bytes")?))
        });
        parsed.collect()
    }

    /// Starts the process; how many milliseconds it took to be ready.
    fn launch(&mut self) -> anyhow::Result<f64> {
        let log = fs::File::options().create(true).append(true).open(self.folder.join("server.log"))?;
        let watch = Stopwatch::start();
        let mut child = self.command(&["serve"]).stdout(Stdio::null()).stderr(log).spawn()?;
        loop {
            if self.is_ready() {
                self.child = Some(child);
                return Ok(watch.milliseconds());
            }
            if let Some(status) = child.try_wait()? {
                bail!("the server ended with {status}; see {}", self.folder.join("server.log").display());
            }
            if watch.passed(PATIENCE) {
                let _ = child.kill();
                bail!("the server did not become ready");
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn is_ready(&self) -> bool {
        let request = self.address.request("GET", "/health/ready", &[], &[]);
        let answer = crate::http::Connection::open(&self.address);
        answer.is_ok_and(|mut connection| connection.send(&request).is_ok_and(|answer| answer.status == 200))
    }

    fn stop(&mut self) -> anyhow::Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        if !told.is_ok_and(|status| status.success()) {
            child.kill()?;
        }
        child.wait()?;
        Ok(())
    }

    /// Runs a command of the server to its end; what it printed.
    fn run(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.command(arguments).output()?;
        if !output.status.success() {
            bail!("`wearhouse {}`: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.folder).stdin(Stdio::null()).args(arguments).envs(self.settings.iter().cloned());
        command
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        let _ = self.stop();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The defaults, but for where things are and for what lies on this machine.
fn settings(folder: &Path, authority: &str, provider: &str) -> Vec<(String, String)> {
    let url = format!("http://{authority}");
    let data = folder.join("data").display().to_string();
    [
        ("SERVER__LISTEN", authority),
        ("SERVER__PUBLIC_URL", &url),
        ("SERVER__DATA_DIR", &data),
        ("API__CLIENT_ADDRESS_HEADER", CLIENT_ADDRESS),
        ("PROVIDERS__GARMIN__CLIENT_ID", "bench-client"),
        ("PROVIDERS__GARMIN__CLIENT_SECRET", "bench-secret"),
        ("PROVIDERS__GARMIN__SANDBOX_URL", provider),
        ("BACKFILL__ON_CONNECT", "false"),
        ("WEBHOOKS__ALLOW_PRIVATE", "true"),
        ("WEBHOOKS__ALLOW_HTTP", "true"),
        ("WEBHOOKS__ALLOW_ANY_PORT", "true"),
    ]
    .map(|(name, value)| (format!("WEARHOUSE__{name}"), value.to_owned()))
    .to_vec()
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0").context("no free port")?.local_addr()?.port())
}

/// The first word behind these words.
fn word_after(text: &str, words: &str) -> Option<String> {
    let (_, rest) = text.split_once(words)?;
    rest.split_whitespace().next().map(str::to_owned)
}

fn folder_bytes(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        bytes += if kind.is_dir() { folder_bytes(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}
