//! Libraries that belong to certain rooms: SQL only in `store`, axum only where HTTP is served,
//! random numbers only behind `model::Rng`. A crate that lacks the dependency cannot break the rule.

use super::{Finding, tree::Tree};

/// A library, the crates that may use it, and whether the tests of other crates may use it too.
struct Reserved {
    library: &'static str,
    rooms: &'static [&'static str],
    tests: bool,
    why: &'static str,
}

const fn reserved(library: &'static str, rooms: &'static [&'static str], tests: bool, why: &'static str) -> Reserved {
    Reserved { library, rooms, tests, why }
}

const RESERVED: &[Reserved] = &[
    reserved("rusqlite", &["store"], false, "SQL lives only in store"),
    reserved("refinery", &["store"], false, "SQL lives only in store"),
    // tests make and drop schemas of their own
    reserved("tokio-postgres", &["store"], true, "SQL lives only in store"),
    reserved("sqlx", &[], false, "SQL lives only in store, on the engines' own drivers"),
    reserved("axum", &["api", "sandbox", "server"], true, "HTTP is served only by api and sandbox"),
    reserved("rand", &["model"], false, "randomness comes only from model::Rng"),
    reserved("getrandom", &[], false, "randomness comes only from model::Rng"),
    reserved("chrono", &[], false, "time comes only from model and jiff"),
    reserved("time", &[], false, "time comes only from model and jiff"),
    reserved("reqwest", &["net", "sandbox"], true, "outgoing HTTP goes through net's guarded client"),
    reserved("clap", &["server", "bench", "xtask"], false, "the command line is read only in server"),
    reserved("anyhow", &["server", "bench", "xtask"], true, "libraries have typed errors"),
    reserved("object_store", &["objects"], false, "large objects go through objects' folder or bucket"),
];

/// Rooms without I/O: no runtime, so no files and no sockets.
const PURE: &[&str] = &["model", "formats", "series", "providers", "scores"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &tree.packages {
        let room = package.name.as_str();
        for dependency in &package.dependencies {
            let for_tests = dependency.kind.as_deref() == Some("dev");
            if let Some(rule) = RESERVED.iter().find(|it| it.library == dependency.name)
                && !rule.rooms.contains(&room)
                && !(rule.tests && for_tests)
            {
                findings.push(refusal(room, &dependency.name, rule.why));
            }
            if dependency.name == "tokio" && PURE.contains(&room) && !for_tests {
                findings.push(refusal(room, "tokio", "this room does no I/O"));
            }
        }
    }
    findings
}

fn refusal(room: &str, library: &str, why: &str) -> Finding {
    Finding::new(format!("crate {room}"), format!("must not depend on `{library}`: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_outside_its_room_is_refused() {
        let tree = Tree::default().with_package("store", &["rusqlite"]).with_package("ingest", &["rusqlite"]);
        let tree = tree.with_package("net", &["dev axum", "reqwest"]).with_package("formats", &["tokio", "axum"]);
        let places: Vec<_> = check(&tree).into_iter().map(|it| it.place).collect();
        assert_eq!(places, ["crate ingest", "crate formats", "crate formats"]);
    }
}
