//! A real S3-compatible server for tests: the program `weed` of the path, on loopback, with data and ports of its
//! own, that can be killed and started again. `cargo xtask test` installs it; where it is missing, [`Server::start`]
//! says so and gives none.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // tests fail by panics

use crate::{BucketKeys, Objects};
use std::{
    fs::{self, File},
    io::ErrorKind,
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use url::Url;
use zeroize::Zeroizing;

const PROGRAM: &str = "weed";
const ACCESS_KEY: &str = "key-of-these-tests";
const SECRET_KEY: &str = "secret-of-these-tests";
/// Two for each of its four services.
const PORTS: u16 = 8;

/// A server with one bucket. Killed when dropped.
pub struct Server {
    folder: TempDir,
    first_port: u16,
    process: Option<Child>,
}

impl Server {
    /// Starts one; none where the program is not installed.
    #[must_use]
    pub fn start() -> Option<Self> {
        match Command::new(PROGRAM).arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                eprintln!("SKIPPED: `{PROGRAM}` is not on the path: nothing was tried against a bucket");
                return None;
            }
            tried => assert!(tried.unwrap().success()),
        }
        let folder = tempfile::tempdir().unwrap();
        let identity = format!(
            r#"{{"identities":[{{"name":"tests","credentials":[{{"accessKey":"{ACCESS_KEY}","secretKey":"{SECRET_KEY}"}}],
            "actions":["Admin","Read","Write","List"]}}]}}"#
        );
        fs::write(folder.path().join("identities.json"), identity).unwrap();
        fs::create_dir(folder.path().join("data")).unwrap();
        let mut server = Self { folder, first_port: free_ports(), process: None };
        server.restart();
        Some(server)
    }

    /// Starts it again over what it has on disk.
    pub fn restart(&mut self) {
        self.kill();
        let log = File::options().create(true).append(true).open(self.log_file()).unwrap();
        let child = self.command().stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        self.process = Some(child);
        for _ in 0..3_000 {
            if self.answers() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the bucket's server does not start: {}", fs::read_to_string(self.log_file()).unwrap_or_default());
    }

    /// Ends it as a power cut would end its process.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Where it is reached.
    #[must_use]
    pub fn endpoint(&self) -> Url {
        Url::parse(&format!("http://127.0.0.1:{}", self.port(0))).unwrap()
    }

    /// The keys that it takes.
    #[must_use]
    pub fn keys(&self) -> BucketKeys {
        BucketKeys {
            endpoint: Some(self.endpoint()),
            region: String::new(),
            access_key_id: ACCESS_KEY.to_owned(),
            secret_access_key: Zeroizing::new(SECRET_KEY.to_owned()),
        }
    }

    /// The objects below a prefix of its bucket.
    #[must_use]
    pub fn objects(&self, prefix: &str) -> Objects {
        let url = Url::parse(&format!("s3://tests/{prefix}")).unwrap();
        Objects::at(&url, &self.keys()).unwrap()
    }

    fn port(&self, number: u16) -> u16 {
        self.first_port + number
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn answers(&self) -> bool {
        (0..PORTS).all(|number| TcpStream::connect(("127.0.0.1", self.port(number))).is_ok())
    }

    fn command(&self) -> Command {
        let folder = self.folder.path();
        let mut command = Command::new(PROGRAM);
        command.current_dir(folder).stdin(Stdio::null()).args(["server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]);
        // it would tell its makers that it runs
        command.args(["-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]);
        command.args([
            "-master.volumeSizeLimitMB=256",
            "-volume.max=20",
            "-filer",
            "-s3",
            "-master.electionTimeout=1s",
        ]);
        let places = [
            ("dir", folder.join("data")),
            ("s3.config", folder.join("identities.json")),
            ("filer.localSocket", folder.join("filer.sock")),
            ("s3.localSocket", folder.join("s3.sock")),
        ];
        command.args(places.map(|(option, path)| format!("-{option}={}", path.display())));
        for (number, service) in (0..PORTS).step_by(2).zip(["s3", "filer", "volume", "master"]) {
            command.arg(format!("-{service}.port={}", self.port(number)));
            command.arg(format!("-{service}.port.grpc={}", self.port(number + 1)));
        }
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The first of a row of ports that nobody listens on, below those that the system hands out by itself.
fn free_ports() -> u16 {
    let rows = (30_000 - 10_000) / PORTS;
    let start = (std::process::id() % u32::from(rows)) as u16;
    (0..rows)
        .map(|row| 10_000 + (start + row) % rows * PORTS)
        .find(|first| (0..PORTS).all(|number| TcpListener::bind(("127.0.0.1", first + number)).is_ok()))
        .expect("a row of free ports")
}
