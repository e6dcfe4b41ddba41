//! Every statement of the source is prepared on both engines, also one that no case reaches.

mod chosen;
mod source;

use crate::{given::at, schema::Schema};
use chosen::CHOSEN;
use model::Clock;
use source::{Found, statements};
use std::{collections::HashSet, path::Path};
use store::{SqlStore, Store as _};
use tokio_postgres::NoTls;

/// Statements of which each engine has its own: what they ask no other knows.
const OF_SQLITE: &str = "dbstat";
const OF_POSTGRES: &str = "pg_class";

/// All statements as they are run, and whence they are.
fn all() -> Vec<(String, String)> {
    let source = statements(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sql"));
    assert!(source.unknown.is_empty(), "{:#?}", source.unknown);
    let (mut all, mut used) = (Vec::new(), HashSet::new());
    for Found { file, text } in &source.found {
        let braces = braces(text);
        let fits = |it: &&chosen::Chosen| {
            let as_many = it.values.iter().all(|values| values.len() == braces.len());
            it.file == file && normal(text).starts_with(it.begins) && as_many
        };
        // of several that fit the one that says most
        let known = CHOSEN.iter().filter(fits).max_by_key(|it| it.begins.len());
        match known {
            _ if braces.is_empty() => all.push((file.clone(), text.clone())),
            None => panic!("{file}: chosen.rs says nothing of {braces:?} in: {}", normal(text)),
            Some(known) => {
                used.insert((known.file, known.begins));
                for values in known.values {
                    let put = |text: String, (brace, value): (&String, &&str)| text.replace(brace, value);
                    let text = braces.iter().zip(*values).fold(text.clone(), put);
                    all.push((file.clone(), source.with_constants(&text, file)));
                }
            }
        }
    }
    let unused = CHOSEN.iter().filter(|it| !used.contains(&(it.file, it.begins))).map(|it| (it.file, it.begins));
    assert_eq!(unused.collect::<Vec<_>>(), [], "chosen.rs speaks of statements that are not there");
    assert!(all.len() > 300, "the source is not where it was: {} statements", all.len());
    all
}

fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands in braces, each once, in order.
fn braces(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split('{').skip(1) {
        let brace = format!("{{{}}}", part.split('}').next().unwrap());
        if !found.contains(&brace) {
            found.push(brace);
        }
    }
    found
}

#[tokio::test]
async fn every_statement_is_prepared_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    SqlStore::open_embedded(&path, Clock::fixed(at(0))).unwrap().close().await;
    let connection = rusqlite::Connection::open(&path).unwrap();
    let mut wrong = Vec::new();
    for (file, text) in all().into_iter().filter(|(_, text)| !text.contains(OF_POSTGRES)) {
        if let Err(error) = connection.prepare(&text) {
            wrong.push(format!("{file}: {error}: {}", normal(&text)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn every_statement_is_prepared_on_postgres() {
    let Some(schema) = Schema::create().await else { return };
    schema.open(Clock::fixed(at(0))).await.close().await;
    let (client, connection) = tokio_postgres::connect(&schema.address(), NoTls).await.unwrap();
    let driver = tokio::spawn(connection);
    let mut wrong = Vec::new();
    for (file, text) in all().into_iter().filter(|(_, text)| !text.contains(OF_SQLITE)) {
        // as the engine writes places for values, and what is blind to the case of letters
        let text = text.replace(" like ", " ilike ").replace('?', "$");
        if let Err(error) = client.prepare(&text).await {
            let error = error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned());
            wrong.push(format!("{file}: {error}: {}", normal(&text)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    drop(client);
    driver.await.unwrap().unwrap();
    schema.drop().await;
}
