//! A disk that fails in several ways under the server, and comes back: what was answered is there, and the server says
//! what is wrong and goes on by itself.

use crate::{
    audit::{audit, settle},
    disk::not_ready,
    install::{Install, Server, wait_for},
    storm::{Chance, Storm},
};
use std::{fs, path::PathBuf, process::Command};

/// Writing fails, half is written, nothing reaches the disk, the disk turned read-only.
const FAULTS: [&str; 4] = ["e", "t", "s", "r"];

/// What stands between the server and its disk.
struct Disk {
    library: PathBuf,
    letter: PathBuf,
}

impl Disk {
    /// None, which is said, where there is no C compiler.
    fn build(install: &Install) -> Option<Self> {
        let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/programs/faulty_disk.c");
        let library = install.folder().join("faulty_disk.so");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"]).arg(&library).arg(source);
        let Ok(built) = compiler.status() else {
            eprintln!("SKIPPED: there is no C compiler");
            return None;
        };
        assert!(built.success());
        Some(Self { library, letter: install.folder().join("fault") })
    }

    fn serve(&self, install: &Install) -> Server {
        let mut command = install.command(&["serve"]);
        command.env("LD_PRELOAD", &self.library).env("FAULTY_DISK", &self.letter);
        command.env("FAULTY_FOLDER", install.data_dir());
        install.until_ready(install.start_as(command))
    }

    fn fail(&self, letter: &str) {
        fs::write(&self.letter, letter).unwrap();
    }

    fn mend(&self) {
        fs::remove_file(&self.letter).unwrap();
    }
}

#[test]
fn faults_of_the_disk_are_named_and_cost_nothing_that_was_answered() {
    let chance = Chance::of("faults of the disk", 2, 5);
    let storm = Storm::new(3, chance.seed);
    let install = &storm.scene.install;
    let Some(disk) = Disk::build(install) else { return };
    let mut server = disk.serve(install);
    for round in 0..chance.rounds {
        for letter in FAULTS {
            let (said, now) = storm.rage(|| {
                storm.random_moment(150);
                disk.fail(letter);
                let said = wait_for("a server that is not ready", || not_ready(install));
                storm.random_moment(150);
                // every other time the process does not live to see its disk mended
                if round % 2 == 0 {
                    disk.mend();
                    return (said, server);
                }
                server.kill();
                disk.mend();
                (said, disk.serve(install))
            });
            server = now;
            let wanted = if letter == "r" { "The store is read-only" } else { "The store's disk fails" };
            assert_eq!(said, wanted, "{letter}");
            wait_for("a server that is ready", || not_ready(install).is_none().then_some(()));
        }
        settle(&storm.scene);
        let count = audit(&storm.scene, storm.content, &storm.ledger.lock().unwrap());
        eprintln!("{count:?}");
    }
    server.terminate();
    assert!(server.wait().success());
}
