//! Files that come piece by piece: taken up again, raced, broken off, given up, and whole the same as any other.

use crate::{
    dump::dump,
    exports::{dump_of, export},
    world::World,
};
use bytes::Bytes;
use futures::stream;
use ingest::{AcceptError, NewUpload, UploadError};
use model::{UploadId, UserId};
use std::time::Duration;
use store::Upload;

async fn begin(world: &World, user: UserId, length: usize) -> UploadId {
    let id = UploadId::generate(&world.clock, &world.rng);
    let new = NewUpload {
        id,
        user,
        team: world.team,
        length: length as u64,
        file_name: Some("e.xml".to_owned()),
        time_zone: None,
    };
    world.intake.begin_upload(new).await.unwrap();
    id
}

/// Sends a piece in chunks; `breaks` ends it as a connection that breaks would.
async fn send(
    world: &World,
    (user, id): (UserId, UploadId),
    offset: usize,
    bytes: &[u8],
    breaks: bool,
) -> Result<Upload, UploadError> {
    let mut chunks: Vec<Result<Bytes, &str>> =
        bytes.chunks(64 * 1024).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    chunks.extend(breaks.then_some(Err("broken")));
    world.intake.append_upload(user, id, offset as u64, stream::iter(chunks)).await
}

#[tokio::test]
async fn pieces_become_the_same_as_the_file_at_once_and_nothing_of_them_stays() {
    let text = export(9_000);
    let whole = dump_of(text.as_bytes()).await;
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    let id = begin(&world, user, text.len()).await;
    let (first, second) = (text.len() / 3, text.len() / 2);
    let upload = send(&world, (user, id), 0, &text.as_bytes()[..first], false).await.unwrap();
    assert_eq!((upload.kept, upload.receipt), (first as u64, None));
    // what comes before a connection breaks is kept
    let broken = send(&world, (user, id), first, &text.as_bytes()[first..second], true).await;
    assert!(matches!(broken, Err(UploadError::Accept(AcceptError::Interrupted(_)))), "{broken:?}");
    let world = world.reopened().await;
    assert_eq!(world.intake.resume_upload(user, id).await.unwrap().kept, second as u64);
    let elsewhere = send(&world, (user, id), first, b"again", false).await;
    assert!(matches!(elsewhere, Err(UploadError::Offset { kept }) if kept == second as u64), "{elsewhere:?}");
    let upload = send(&world, (user, id), second, &text.as_bytes()[second..], false).await.unwrap();
    assert!(upload.receipt.is_some());
    assert_eq!(world.spooled().len(), 4, "three segments and their list: {:?}", world.spooled());
    let again = send(&world, (user, id), text.len(), b"", false).await.unwrap();
    assert_eq!(again.receipt, upload.receipt, "an answer that was lost can be asked for");
    world.work().await;
    assert_eq!(dump(&world, user).await, whole);
    assert_eq!(world.spooled(), Vec::<String>::new());
}

#[tokio::test]
async fn a_file_larger_than_memory_should_hold_is_kept_in_segments_as_it_comes() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    let text = export(70_000);
    assert!(text.len() > 20 << 20, "{}", text.len());
    let id = begin(&world, user, text.len()).await;
    let broken = send(&world, (user, id), 0, &text.as_bytes()[..20 << 20], true).await;
    assert!(broken.is_err());
    let segments = world.store.list_segments(user, id).await.unwrap();
    assert_eq!(segments.iter().map(|segment| segment.size >> 20).collect::<Vec<_>>(), [8, 8, 4]);
}

#[tokio::test]
async fn of_two_pieces_for_one_place_one_counts_and_the_other_leaves_nothing() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    let text = export(2_000);
    let id = begin(&world, user, text.len()).await;
    let half = text.len() / 2;
    let (one, two) = tokio::join!(
        send(&world, (user, id), 0, &text.as_bytes()[..half], false),
        send(&world, (user, id), 0, &text.as_bytes()[..half], false),
    );
    assert_eq!(u32::from(one.is_ok()) + u32::from(two.is_ok()), 1, "{one:?} {two:?}");
    assert_eq!(world.spooled().len(), 1, "{:?}", world.spooled());
    let (one, two) = tokio::join!(
        send(&world, (user, id), half, &text.as_bytes()[half..], false),
        send(&world, (user, id), half, &text.as_bytes()[half..], false),
    );
    assert_eq!(u32::from(one.is_ok()) + u32::from(two.is_ok()), 1, "{one:?} {two:?}");
    assert_eq!(world.depths().await.deliveries_waiting, 1, "it is handed in once");
    world.work().await;
    assert_eq!(world.spooled(), Vec::<String>::new());
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_and_given_up() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    let other = world.add_user_of(world.team).await;
    let id = begin(&world, user, 100_000).await;
    let beyond = send(&world, (user, id), 0, &vec![b' '; 100_001], false).await;
    assert!(matches!(beyond, Err(UploadError::Accept(AcceptError::TooLarge { limit: 100_000 }))), "{beyond:?}");
    let others = send(&world, (other, id), 0, b"<?xml", false).await;
    assert!(matches!(others, Err(UploadError::Unknown)), "it is another's: {others:?}");
    let noise = send(&world, (user, id), 0, &[7; 9_000], false).await;
    assert!(matches!(noise, Err(UploadError::Unrecognised)), "{noise:?}");
    assert!(matches!(world.intake.resume_upload(user, id).await, Err(UploadError::Unknown)));
    // too short to be judged before it is whole
    let id = begin(&world, user, 9).await;
    send(&world, (user, id), 0, b"nois", false).await.unwrap();
    let noise = send(&world, (user, id), 4, b"enois", false).await;
    assert!(matches!(noise, Err(UploadError::Unrecognised)), "{noise:?}");
    assert_eq!(world.spooled(), Vec::<String>::new());
    let new = NewUpload {
        id,
        user,
        team: world.team,
        length: world.intake.largest_upload() + 1,
        file_name: None,
        time_zone: None,
    };
    assert!(matches!(world.intake.begin_upload(new).await, Err(UploadError::Accept(AcceptError::TooLarge { .. }))));
    for _ in 0..20 {
        begin(&world, user, 10).await;
    }
    let new = NewUpload { id, user, team: world.team, length: 10, file_name: None, time_zone: None };
    assert!(matches!(world.intake.begin_upload(new).await, Err(UploadError::TooMany)));
}

#[tokio::test]
async fn what_is_given_up_or_forgotten_goes_and_what_still_waits_to_be_cut_does_not() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    let text = export(2_000);
    let abandoned = begin(&world, user, text.len()).await;
    send(&world, (user, abandoned), 0, &text.as_bytes()[..5_000], false).await.unwrap();
    let removed = begin(&world, user, text.len()).await;
    send(&world, (user, removed), 0, &text.as_bytes()[..5_000], false).await.unwrap();
    world.intake.remove_upload(user, removed).await.unwrap();
    assert!(matches!(world.intake.remove_upload(user, removed).await, Err(UploadError::Unknown)));
    let whole = begin(&world, user, text.len()).await;
    send(&world, (user, whole), 0, text.as_bytes(), false).await.unwrap();
    assert!(matches!(world.intake.remove_upload(user, whole).await, Err(UploadError::Unknown)), "it is an import now");
    assert_eq!(world.spooled().len(), 3, "{:?}", world.spooled());
    world.clock.advance(Duration::from_hours(25));
    assert!(matches!(world.intake.resume_upload(user, abandoned).await, Err(UploadError::Unknown)));
    world.workers().retire_once().await.unwrap();
    assert_eq!(world.spooled().len(), 2, "what waits to be cut stays: {:?}", world.spooled());
    world.work().await;
    assert_eq!(world.spooled(), Vec::<String>::new());
    world.clock.advance(Duration::from_hours(25));
    world.workers().retire_once().await.unwrap();
    assert_eq!(world.store.find_upload(user, whole).await.unwrap(), None);
}

#[tokio::test]
async fn a_user_who_goes_takes_their_pieces_along() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    let text = export(2_000);
    let half = begin(&world, user, text.len()).await;
    send(&world, (user, half), 0, &text.as_bytes()[..5_000], false).await.unwrap();
    let whole = begin(&world, user, text.len()).await;
    send(&world, (user, whole), 0, text.as_bytes(), false).await.unwrap();
    world.store.delete_user(world.team, user).await.unwrap();
    world.work().await;
    assert_eq!(world.spooled(), Vec::<String>::new());
    let late = send(&world, (user, half), 5_000, &text.as_bytes()[5_000..], false).await;
    assert!(matches!(late, Err(UploadError::Unknown)), "{late:?}");
}

#[tokio::test]
async fn an_import_of_pieces_that_is_cancelled_leaves_none() {
    let world = World::new().await;
    let user = world.add_user_of(world.team).await;
    let text = export(2_000);
    let id = begin(&world, user, text.len()).await;
    send(&world, (user, id), 0, &text.as_bytes()[..5_000], false).await.unwrap();
    let upload = send(&world, (user, id), 5_000, &text.as_bytes()[5_000..], false).await.unwrap();
    world.intake.cancel(world.team, user, upload.receipt.unwrap()).await.unwrap();
    assert_eq!(world.spooled(), Vec::<String>::new());
}
