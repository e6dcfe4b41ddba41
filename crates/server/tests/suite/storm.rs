//! Several clients that push without pause while the server is killed under them.

use crate::{
    account::Scene,
    content::Content,
    install::{Install, Server},
    ledger::Ledger,
};
use model::Rng;
use std::{
    io::ErrorKind,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

const CLIENTS: usize = 4;
/// So many bodies a round: then the clients rest and the server is killed while it works them off.
const BODIES: usize = 120;

/// How many rounds, and the seed of all chance in them.
pub(crate) struct Chance {
    pub(crate) rounds: u64,
    pub(crate) seed: u64,
}

impl Chance {
    /// From the environment, else as given and by the system's own chance. Printed, to be repeated. Of the
    /// rounds asked for, a test whose rounds are long does a part.
    pub(crate) fn of(test: &str, rounds: u64, one_of: u64) -> Self {
        let number = |name: &str| std::env::vars().find(|(key, _)| key == name).and_then(|(_, text)| text.parse().ok());
        let rounds = number("WEARHOUSE_SOAK_ROUNDS").map_or(rounds, |asked: u64| asked.div_ceil(one_of));
        let seed = number("WEARHOUSE_SOAK_SEED").unwrap_or_else(|| Rng::from_os().between(0, 1 << 31) as u64);
        eprintln!("{test}: {rounds} rounds, WEARHOUSE_SOAK_SEED={seed}");
        Self { rounds, seed }
    }
}

/// A storm over a scene.
pub(crate) struct Storm {
    pub(crate) scene: Scene,
    pub(crate) content: Content,
    pub(crate) ledger: Mutex<Ledger>,
    /// How many pushes broke off.
    pub(crate) broken: AtomicUsize,
    pub(crate) rng: Rng,
}

impl Storm {
    pub(crate) fn new(people: usize, seed: u64) -> Self {
        Self::with(people, seed, |_| {})
    }

    /// Over an installation that is configured further.
    pub(crate) fn with(people: usize, seed: u64, configure: impl FnOnce(&mut Install)) -> Self {
        let (scene, content) = (Scene::with(people, configure), Content { seed });
        let accounts = scene.people.iter().map(|person| person.account.clone()).collect();
        let ledger = Mutex::new(Ledger::new(content, accounts));
        Self { scene, content, ledger, broken: AtomicUsize::new(0), rng: Rng::fork(seed, "storm") }
    }

    /// Pushes from several sides until `end` has come; what it returns, once every client has stopped.
    pub(crate) fn rage<T>(&self, end: impl FnOnce() -> T) -> T {
        let (stop, sent) = (AtomicBool::new(false), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) && sent.fetch_add(1, Ordering::Relaxed) < BODIES {
                        let number = self.ledger.lock().unwrap().choose();
                        self.push(number, &stop);
                    }
                });
            }
            let ended = end();
            stop.store(true, Ordering::Relaxed);
            ended
        })
    }

    /// Sends a body and notes what became of it. While nobody listens, nothing was sent.
    pub(crate) fn push(&self, number: usize, stop: &AtomicBool) {
        let bytes = self.ledger.lock().unwrap().bodies[number].bytes.clone();
        while !stop.load(Ordering::Relaxed) {
            match self.scene.push(&bytes) {
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                    std::thread::sleep(Duration::from_millis(2));
                    continue;
                }
                Err(_) => {
                    self.broken.fetch_add(1, Ordering::Relaxed);
                    self.ledger.lock().unwrap().bodies[number].attempted = true;
                }
                Ok(200) => {
                    let sent = &mut self.ledger.lock().unwrap().bodies[number];
                    (sent.attempted, sent.answered) = (true, true);
                }
                // a server that stops says that it has no room, or nothing
                Ok(503) => self.ledger.lock().unwrap().bodies[number].attempted = true,
                Ok(status) => panic!("a push was answered {status}"),
            }
            return;
        }
    }

    /// A moment between being started and having been at work for a while.
    pub(crate) fn random_moment(&self, longest_ms: i64) {
        std::thread::sleep(Duration::from_millis(self.rng.between(5, longest_ms) as u64));
    }

    /// Starts the server, lets the storm rage over it, and kills it at a random moment.
    pub(crate) fn round(&self) {
        let server = self.scene.install.start();
        self.rage(|| {
            self.random_moment(900);
            Server::kill(server);
        });
    }
}
