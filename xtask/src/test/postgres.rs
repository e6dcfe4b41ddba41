//! A PostgreSQL server of the tests' own: a cluster in a folder that is thrown away, on a free port of loopback.

use super::Skipped;
use crate::process;
use anyhow::{Context, bail};
use std::{
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// The variable by which the tests learn where the server is.
pub(super) const DATABASE: &str = "WEARHOUSE_TEST_POSTGRES";
/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(100);

/// A running server; ends when it is dropped.
pub(super) struct Server {
    folder: PathBuf,
    child: Option<Child>,
    /// Its address.
    pub(super) url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // an interrupt makes it shut down without waiting for clients
            process::succeeds(Command::new("kill").args(["-INT", &child.id().to_string()]));
            if child.wait().is_ok()
                && let Err(problem) = fs::remove_dir_all(&self.folder)
            {
                eprintln!("{} was left behind: {problem}", self.folder.display());
            }
        }
    }
}

/// The server that the environment names, else one of our own; none where neither is to be had.
pub(super) fn start(skipped: &mut Skipped) -> Option<Server> {
    if let Some(url) = env::var_os(DATABASE).and_then(|url| url.into_string().ok()) {
        return Some(Server { folder: PathBuf::new(), child: None, url });
    }
    match programs().and_then(|programs| begin(&programs)) {
        Ok(server) => Some(server),
        Err(problem) => {
            skipped.note("everything on PostgreSQL", format!("{problem:#}"));
            None
        }
    }
}

fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// The folder of the server's programs, installed if need be.
fn programs() -> anyhow::Result<PathBuf> {
    if let Some(found) = installed() {
        return Ok(found);
    }
    if !is_root() || !process::exists("apt-get") {
        bail!("no PostgreSQL is installed, and only root can install Debian's");
    }
    let apt = |arguments: &[&str]| {
        process::run(Command::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive").arg("-qq").args(arguments))
    };
    apt(&["update"])?;
    apt(&["install", "--yes", "--no-install-recommends", "postgresql"])?;
    installed().context("PostgreSQL was installed and is not there")
}

fn installed() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders: Vec<PathBuf> = versions.flatten().map(|version| version.path().join("bin")).collect();
    folders.retain(|folder| folder.join("initdb").is_file());
    folders.sort();
    folders.pop().or_else(|| process::find(&["initdb"])?.canonicalize().ok()?.parent().map(Path::to_path_buf))
}

/// The server refuses to run as root; Debian's package brings an account for it.
fn as_server(program: PathBuf) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    command
}

fn begin(programs: &Path) -> anyhow::Result<Server> {
    let folder = env::temp_dir().join(format!("wearhouse-test-postgres-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    if is_root() {
        process::run(Command::new("chown").arg("postgres").arg(&folder))?;
    }
    let data = folder.join("data");
    let mut make = as_server(programs.join("initdb"));
    make.args(["--auth=trust", "--username=wearhouse", "--encoding=UTF8", "--no-sync", "--pgdata"]).arg(&data);
    process::run(make.current_dir(&folder).stdout(Stdio::null()))?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let child = as_server(programs.join("postgres"))
        .arg("-D")
        .arg(&data)
        .args(["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", "-c", "unix_socket_directories="])
        // nobody pulls the plug on a test
        .args(["-c", "fsync=off", "-p", &port.to_string()])
        .current_dir(&folder)
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.join("log"))?)
        .spawn()
        .context("could not start PostgreSQL")?;
    let url = format!("postgres://wearhouse@127.0.0.1:{port}/postgres");
    let server = Server { folder, child: Some(child), url };
    wait_for(programs, port)?;
    eprintln!("PostgreSQL answers on port {port}");
    Ok(server)
}

fn wait_for(programs: &Path, port: u16) -> anyhow::Result<()> {
    let port = port.to_string();
    for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
        if process::succeeds(Command::new(programs.join("pg_isready")).args(["-q", "-h", "127.0.0.1", "-p", &port])) {
            return Ok(());
        }
        std::thread::sleep(PAUSE);
    }
    bail!("PostgreSQL did not answer within {} s", PATIENCE.as_secs())
}
