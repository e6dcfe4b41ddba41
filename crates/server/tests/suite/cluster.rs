//! A PostgreSQL cluster of a test's own, that syncs as a real one does and can be killed.

use crate::install::{free_port, wait_for};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

pub(crate) struct Cluster {
    programs: PathBuf,
    folder: tempfile::TempDir,
    port: u16,
    child: Option<Child>,
}

/// Debian's programs; none where they are not installed.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders: Vec<PathBuf> = versions.flatten().map(|version| version.path().join("bin")).collect();
    folders.retain(|folder| folder.join("initdb").is_file());
    folders.sort();
    folders.pop()
}

/// The server refuses to run as root; Debian's package brings an account for it.
fn as_server(program: &Path) -> Command {
    let id = Command::new("id").arg("-u").output().unwrap();
    if id.stdout != b"0\n" {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    command
}

fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
}

impl Cluster {
    /// None, which is said, where PostgreSQL is not installed.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("SKIPPED: PostgreSQL is not installed");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        // whoever is not root owns it already
        let _ = succeeds(Command::new("chown").arg("postgres").arg(folder.path()));
        let mut make = as_server(&programs.join("initdb"));
        make.current_dir(folder.path()).args(["-A", "trust", "-U", "wearhouse", "-D"]).arg(folder.path().join("data"));
        assert!(succeeds(&mut make), "initdb failed");
        let mut cluster = Self { programs, folder, port: free_port(), child: None };
        cluster.restart();
        Some(cluster)
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://wearhouse@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts it, as it was left, and waits until it answers.
    pub(crate) fn restart(&mut self) {
        let log = File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        let mut command = as_server(&self.programs.join("postgres"));
        command.current_dir(self.folder.path()).arg("-D").arg(self.folder.path().join("data"));
        command.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-p"]);
        let child = command.arg(self.port.to_string()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        self.child = Some(child);
        wait_for("a database that answers", || {
            let mut ready = Command::new(self.programs.join("pg_isready"));
            succeeds(ready.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()])).then_some(())
        });
    }

    /// `kill -9` of the server and of every process that it started.
    pub(crate) fn kill(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let id = child.id().to_string();
        let started = Command::new("pgrep").args(["-P", &id]).output().unwrap();
        let started = String::from_utf8(started.stdout).unwrap();
        // some may have ended by themselves
        let _ = succeeds(Command::new("kill").arg("-9").arg(&id).args(started.split_whitespace()));
        child.wait().unwrap();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.kill();
    }
}
