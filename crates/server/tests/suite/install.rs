//! An installation: a data folder, its configuration, and the processes that work on it.

use crate::{
    database::Database,
    http::{self, Answer},
};
use serde_json::Value;
use std::{
    fs::File,
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use tokio::time::Instant;

const BINARY: &str = env!("CARGO_BIN_EXE_wearhouse");
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
pub(crate) const WEBHOOK_SECRET: &str = "webhook-secret-of-these-tests";
const MASTER_KEY: &str = "6b65792d6f662d74686573652d74657374732d33322d62797465732d6c6f6e67";
pub(crate) const CLIENT_SECRET: &str = "client-secret-of-these-tests";

/// Calls again until there is something.
pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A port that nobody listens on, from below those that the system hands out by itself: it stays free
/// while a server restarts.
pub(crate) fn free_port() -> u16 {
    let rng = model::Rng::from_os();
    loop {
        let port = rng.between(10_000, 30_000) as u16;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// A data folder and how it is configured.
pub(crate) struct Install {
    folder: TempDir,
    pub(crate) address: SocketAddr,
    settings: Vec<(String, String)>,
    pub(crate) database: Option<Database>,
}

impl Install {
    pub(crate) fn new() -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let folder = tempfile::tempdir().unwrap();
        // the same program to the end, whatever is built meanwhile
        let binary = folder.path().join("wearhouse");
        std::fs::hard_link(BINARY, &binary).or_else(|_| std::fs::copy(BINARY, &binary).map(drop)).unwrap();
        let mut install = Self { folder, address, settings: Vec::new(), database: None };
        let data_dir = install.data_dir().display().to_string();
        install.set("SERVER__DATA_DIR", &data_dir);
        install.set("SERVER__LISTEN", &address.to_string());
        install.set("SERVER__PUBLIC_URL", &format!("http://{address}"));
        install.set("PROVIDERS__GARMIN__CLIENT_ID", "client-of-these-tests");
        install.set("PROVIDERS__GARMIN__CLIENT_SECRET", CLIENT_SECRET);
        install.set("PROVIDERS__GARMIN__WEBHOOK_SECRET", WEBHOOK_SECRET);
        // what these tests push is all there is
        install.set("BACKFILL__ON_CONNECT", "false");
        install
    }

    /// Keeps its data in a PostgreSQL database, which processes share.
    pub(crate) fn keep_in(&mut self, database: Database) {
        self.keep_at(&database.url());
        self.database = Some(database);
    }

    /// The same, at an address.
    pub(crate) fn keep_at(&mut self, url: &str) {
        self.set("STORE__URL", url);
        self.set("SECURITY__MASTER_KEY", MASTER_KEY);
    }

    pub(crate) fn set(&mut self, option: &str, value: &str) {
        self.settings.push((format!("WEARHOUSE__{option}"), value.to_owned()));
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn log_file(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    /// The program with this configuration and no other.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.folder.path().join("wearhouse"));
        let foreign = std::env::vars().filter(|(name, _)| name.starts_with("WEARHOUSE"));
        for (name, _) in foreign {
            command.env_remove(name);
        }
        command
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .args(arguments)
            // nothing may depend on the zone in which the process runs
            .env("TZ", "Pacific/Kiritimati")
            .envs(self.settings.iter().cloned());
        command
    }

    /// As [`Install::command`], run by a shell script that ends with `exec "$@"`.
    pub(crate) fn command_by(&self, script: &[&str], arguments: &[&str]) -> Command {
        let plain = self.command(arguments);
        let mut command = Command::new(script[0]);
        command.args(&script[1..]).arg(plain.get_program()).args(plain.get_args()).stdin(Stdio::null());
        command.current_dir(self.folder.path());
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must succeed; what it printed.
    pub(crate) fn run_well(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Starts the server without waiting for it; its log is appended to one file.
    pub(crate) fn start(&self) -> Server {
        self.start_as(self.command(&["serve"]))
    }

    /// As [`Install::start`], by this command.
    pub(crate) fn start_as(&self, mut command: Command) -> Server {
        let log = File::options().create(true).append(true).open(self.log_file()).unwrap();
        Server { child: command.stderr(log).stdout(Stdio::null()).spawn().unwrap() }
    }

    /// Starts a process beside others, at a port of its own, without waiting for it.
    pub(crate) fn start_beside(&self, role: &str) -> Server {
        self.start_beside_at(role, SocketAddr::from(([127, 0, 0, 1], free_port())))
    }

    /// The same, at an address.
    pub(crate) fn start_beside_at(&self, role: &str, address: SocketAddr) -> Server {
        let log = File::options().create(true).append(true).open(self.log_file()).unwrap();
        let mut command = self.command(&["serve", "--role", role]);
        command.env("WEARHOUSE__SERVER__LISTEN", address.to_string());
        Server { child: command.stderr(log).stdout(Stdio::null()).spawn().unwrap() }
    }

    /// Starts the server and waits until it is ready.
    pub(crate) fn serve(&self) -> Server {
        self.until_ready(self.start())
    }

    /// Waits until a server that was started is ready.
    pub(crate) fn until_ready(&self, mut server: Server) -> Server {
        wait_for("a server that is ready", || {
            if let Some(status) = server.child.try_wait().unwrap() {
                panic!("the server ended with {status}: {}", self.log());
            }
            self.get("/health/ready").ok().filter(|answer| answer.status == 200)
        });
        server
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    pub(crate) fn get(&self, target: &str) -> std::io::Result<Answer> {
        http::send(self.address, "GET", target, &[], &[])
    }

    /// A gauge of `/metrics`, once it was measured.
    pub(crate) fn gauge(&self, name: &str) -> Option<f64> {
        let text = self.get("/metrics").ok()?.text();
        let line = text.lines().find(|line| line.split(' ').next() == Some(name))?;
        line.rsplit(' ').next()?.parse().ok()
    }
}

impl Drop for Install {
    /// What a failed test leaves behind is kept, to be looked at.
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.folder.disable_cleanup(true);
            eprintln!("left behind: {}", self.folder.path().display());
        }
    }
}

/// A server process; killed when dropped.
pub(crate) struct Server {
    child: Child,
}

impl Server {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`: nothing in the process runs after this.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks the server to end, as an operating system does.
    pub(crate) fn terminate(&self) {
        let done = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(done.success());
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> ExitStatus {
        wait_for("the server's end", || self.child.try_wait().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The simulated providers as a process of their own; killed when dropped.
pub(crate) struct Sandbox {
    child: Child,
    pub(crate) url: String,
}

impl Sandbox {
    /// Starts it. It notifies nobody: what is pushed in these tests is the tests' own.
    pub(crate) fn start(install: &Install) -> Self {
        let unheard = format!("http://127.0.0.1:{}/", free_port());
        Self::start_with(install, "127.0.0.1:0", &unheard, &[])
    }

    /// Starts it at an address, notifying another, with more arguments.
    pub(crate) fn start_with(install: &Install, listen: &str, notify: &str, more: &[&str]) -> Self {
        let data_dir = install.folder().join("sandbox").display().to_string();
        let secrets = ["--client-id", "client-of-these-tests", "--client-secret", CLIENT_SECRET];
        let mut command = install.command(&["sandbox", "--listen", listen, "--notify-url", notify]);
        let log = File::options().create(true).append(true).open(install.folder().join("sandbox.log")).unwrap();
        command.args(secrets).args(more).env("WEARHOUSE__SERVER__DATA_DIR", data_dir).stderr(log);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("simulated providers at ").unwrap().trim_end_matches('/').to_owned();
        Self { child, url }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A text field of an answer.
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no `{field}` in {value}"))
}
