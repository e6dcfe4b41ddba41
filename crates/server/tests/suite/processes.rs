//! Several processes on one database: what was answered is there, once, whichever of them is killed, and when their
//! connections are cut.

use crate::{
    audit::{audit, audit_messages, settle},
    cluster::Cluster,
    database::{Database, nats_url},
    install::wait_for,
    receiver::Receiver,
    storm::{Chance, Storm},
};

fn storm(people: usize, seed: u64) -> Option<Storm> {
    let database = Database::create()?;
    Some(Storm::with(people, seed, |install| install.keep_in(database)))
}

#[test]
fn kills_of_any_process_at_random_moments_lose_nothing_and_do_nothing_twice() {
    let chance = Chance::of("kills among processes", 4, 1);
    let Some(storm) = storm(5, chance.seed) else { return };
    kill_among_processes(&storm, &chance);
}

#[test]
fn kills_lose_nothing_where_processes_wake_each_other_over_nats() {
    let chance = Chance::of("kills among processes with NATS", 2, 2);
    let (Some(database), Some(nats_url)) = (Database::create(), nats_url()) else { return };
    let storm = Storm::with(3, chance.seed, |install| {
        install.keep_in(database);
        install.set("STORE__NATS_URL", &nats_url);
    });
    kill_among_processes(&storm, &chance);
    assert!(storm.scene.install.log().contains("NATS is connected"));
}

fn kill_among_processes(storm: &Storm, chance: &Chance) {
    let install = &storm.scene.install;
    let receiver = Receiver::start();
    let server = install.serve();
    storm.scene.team.add_endpoint(&receiver.url());
    server.kill();
    let mut workers = vec![install.start_beside("worker"), install.start_beside("worker")];
    for _ in 0..chance.rounds {
        let answering = install.start_beside_at("api", install.address);
        storm.rage(|| {
            storm.random_moment(700);
            workers.remove(0).kill();
            workers.push(install.start_beside("worker"));
            storm.random_moment(500);
            answering.kill();
        });
    }
    let server = install.serve();
    settle(&storm.scene);
    let ledger = storm.ledger.lock().unwrap();
    assert!(audit(&storm.scene, storm.content, &ledger).points > 0);
    let told = audit_messages(&storm.scene, &receiver);
    eprintln!("{told} messages, {} times received", receiver.count());
    drop((server, workers));
}

#[test]
fn kills_of_the_database_server_lose_nothing_that_was_answered() {
    let chance = Chance::of("kills of the database", 3, 1);
    let Some(mut cluster) = Cluster::start() else { return };
    let url = cluster.url();
    let storm = Storm::with(4, chance.seed, |install| install.keep_at(&url));
    let install = &storm.scene.install;
    let server = install.serve();
    for _ in 0..chance.rounds {
        storm.rage(|| {
            storm.random_moment(600);
            cluster.kill();
            storm.random_moment(400);
            cluster.restart();
            storm.random_moment(300);
        });
    }
    wait_for("a server that is ready again", || install.get("/health/ready").ok().filter(|it| it.status == 200));
    settle(&storm.scene);
    let ledger = storm.ledger.lock().unwrap();
    assert!(audit(&storm.scene, storm.content, &ledger).points > 0);
    drop(server);
}

#[test]
fn a_database_that_drops_all_connections_again_and_again_loses_nothing() {
    let chance = Chance::of("connections cut", 5, 1);
    let Some(storm) = storm(4, chance.seed) else { return };
    let install = &storm.scene.install;
    let receiver = Receiver::start();
    let server = install.serve();
    storm.scene.team.add_endpoint(&receiver.url());
    for _ in 0..chance.rounds {
        storm.rage(|| {
            storm.random_moment(600);
            install.database.as_ref().unwrap().cut();
            storm.random_moment(300);
        });
    }
    wait_for("a server that is ready again", || install.get("/health/ready").ok().filter(|it| it.status == 200));
    settle(&storm.scene);
    let ledger = storm.ledger.lock().unwrap();
    assert!(audit(&storm.scene, storm.content, &ledger).points > 0);
    assert!(audit_messages(&storm.scene, &receiver) > 0);
    drop(server);
}
