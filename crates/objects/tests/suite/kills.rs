//! The bucket's server is killed while objects are written and read.

use crate::behaviour::{get, large, put};
use objects::{Objects, testing::Server};
use std::{io::Write, time::Duration};
use tokio::sync::oneshot;

/// Writes half of an object, says so, and goes on once told to.
fn halfway(objects: &Objects, bytes: Vec<u8>) -> (oneshot::Receiver<()>, oneshot::Sender<()>, Outcome) {
    let ((at_half, half), (go_on, told)) = (oneshot::channel(), oneshot::channel::<()>());
    let objects = objects.clone();
    let writing = tokio::task::spawn_blocking(move || {
        let mut writer = objects.create("d1")?;
        let (first, second) = bytes.split_at(bytes.len() / 2);
        writer.write_all(first)?;
        at_half.send(()).unwrap();
        // without an answer the writer is given up
        if told.blocking_recv().is_err() {
            return Ok(());
        }
        writer.write_all(second)?;
        writer.finish()
    });
    (half, go_on, writing)
}

type Outcome = tokio::task::JoinHandle<std::io::Result<()>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_finished_survives_a_kill_of_the_bucket_s_server() {
    let Some(mut server) = Server::start() else { return };
    let objects = server.objects("spool");
    let bytes = large(11);
    put(&objects, "d1", &bytes).await.unwrap();
    put(&objects, "d2", b"small").await.unwrap();
    server.restart();
    assert!(get(&objects, "d1").await.unwrap() == bytes);
    assert_eq!(get(&objects, "d2").await.unwrap(), b"small");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_whose_server_dies_meanwhile_is_whole_or_not_there_and_its_writer_knows() {
    let Some(mut server) = Server::start() else { return };
    let objects = server.objects("spool");
    let bytes = large(13);
    for is_back in [true, false] {
        let (half, go_on, writing) = halfway(&objects, bytes.clone());
        half.await.unwrap();
        server.kill();
        go_on.send(()).unwrap();
        if is_back {
            server.restart();
        }
        let written = writing.await.unwrap();
        if !is_back {
            assert!(written.is_err(), "nobody was there to take it");
            server.restart();
        }
        match written {
            Ok(()) => assert!(get(&objects, "d1").await.unwrap() == bytes),
            Err(_) => assert!(
                get(&objects, "d1").await.is_ok_and(|read| read == bytes) || objects.list("").await.unwrap().is_empty()
            ),
        }
        put(&objects, "d1", &bytes).await.unwrap();
        assert!(get(&objects, "d1").await.unwrap() == bytes, "the next try succeeds");
        objects.remove("d1").await.unwrap();
    }
    objects.sweep(Duration::ZERO).await.unwrap();
    assert!(server.objects("spool/_uploads").list("").await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_nobody_goes_on_with_is_swept_and_a_young_one_is_not() {
    let Some(mut server) = Server::start() else { return };
    let objects = server.objects("spool");
    let noted = server.objects("spool/_uploads");
    let (half, go_on, writing) = halfway(&objects, large(17));
    half.await.unwrap();
    assert_eq!(noted.list("").await.unwrap().len(), 1);
    objects.sweep(Duration::from_hours(1)).await.unwrap();
    assert_eq!(noted.list("").await.unwrap().len(), 1);
    // the writer is given up while it cannot tell the bucket
    server.kill();
    drop(go_on);
    writing.await.unwrap().unwrap();
    server.restart();
    objects.sweep(Duration::ZERO).await.unwrap();
    assert!(noted.list("").await.unwrap().is_empty());
    assert!(objects.list("").await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_goes_on_when_the_server_comes_back() {
    use std::io::Read;
    let Some(mut server) = Server::start() else { return };
    let objects = server.objects("spool");
    let bytes = large(19);
    put(&objects, "d1", &bytes).await.unwrap();
    let ((at_half, half), (go_on, told)) = (oneshot::channel(), oneshot::channel::<()>());
    let reader = objects.clone();
    let reading = tokio::task::spawn_blocking(move || {
        let mut body = reader.open("d1")?;
        let mut read = vec![0; 1_000_000];
        body.read_exact(&mut read)?;
        at_half.send(()).unwrap();
        told.blocking_recv().unwrap();
        body.read_to_end(&mut read)?;
        std::io::Result::Ok(read)
    });
    half.await.unwrap();
    server.restart();
    go_on.send(()).unwrap();
    assert!(reading.await.unwrap().unwrap() == bytes);
}
