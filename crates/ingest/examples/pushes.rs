//! How many small notifications a second reach the record: `pushes [people] [rounds]`. Each has one day so
//! far of one person, with twelve points in each of two series beside the totals.

#[path = "unpack/people.rs"]
mod people;

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use ingest::{Incoming, Intake, IntakeLimits, Spool, WorkerSettings, Workers};
use model::{Clock, PartMeta, Rng};
use people::GARMIN;
use std::{convert::Infallible, sync::Arc};
use store::{DeliveryKind, SqlStore, Store};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const START: i64 = 1_772_323_200;

/// A person's day after some hours: the last hour's heart rates beside the totals, and the night before.
fn body(person: u32, round: u32) -> String {
    let day = START + i64::from(round / 24) * 86_400;
    let pairs = |low: u32| {
        let base = round % 24 * 3600;
        (0..12)
            .map(|n| format!("\"{}\":{}", base + n * 300, low + (person + n + round) % 40))
            .collect::<Vec<_>>()
            .join(",")
    };
    format!(
        "{{\"dailies\":[{{\"userId\":\"u{person}\",\"startTimeInSeconds\":{day},\"startTimeOffsetInSeconds\":0,\
         \"durationInSeconds\":{},\"steps\":{},\"timeOffsetHeartRateSamples\":{{{}}}}}],\
         \"sleeps\":[{{\"userId\":\"u{person}\",\"summaryId\":\"s{person}-{}\",\"startTimeInSeconds\":{},\"durationInSeconds\":25200,\
         \"validation\":\"DEVICE\",\"timeOffsetSleepRespiration\":{{{}}}}}]}}",
        (round % 24 + 1) * 3600,
        round * 321,
        pairs(50),
        round / 24,
        day - 90_000,
        pairs(10),
    )
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let people: u32 = arguments.next().map_or(Ok(1000), |text| text.parse())?;
    let rounds: u32 = arguments.next().map_or(Ok(10), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let (clock, rng) = (Clock::system(), Rng::from_os());
    let store: Arc<dyn Store> = Arc::new(SqlStore::open_embedded(&folder.path().join("store.db"), clock.clone())?);
    let spool = Spool::open(&folder.path().join("spool"))?;
    let intake = Intake::open(Arc::clone(&store), spool, clock.clone(), IntakeLimits::default()).await?;
    let app = people::make(&store, &clock, &rng, people).await?;
    let shutdown = CancellationToken::new();
    let working = tokio::spawn(Workers::new(intake.clone(), WorkerSettings::default()).run(shutdown.clone()));
    let begin = Instant::now();
    let pushes = (0..rounds).flat_map(|round| (0..people).map(move |person| (person, round)));
    stream::iter(pushes)
        .map(|(person, round)| {
            let intake = intake.clone();
            let incoming = Incoming {
                kind: DeliveryKind::Webhook,
                provider: GARMIN,
                app_id: Some(app),
                user_id: None,
                connection_id: None,
                part_type: None,
                meta: PartMeta::default(),
            };
            async move {
                let chunk = Ok::<_, Infallible>(Bytes::from(body(person, round)));
                intake.accept(incoming, stream::iter([chunk])).await
            }
        })
        .buffer_unordered(64)
        .for_each(|accepted| async move { assert!(accepted.is_ok(), "{accepted:?}") })
        .await;
    let accepted = begin.elapsed();
    loop {
        let depths = store.queue_depths().await?;
        if depths.deliveries_waiting + depths.parts_waiting == 0 {
            anyhow::ensure!(depths.parts_dead + depths.deliveries_dead + depths.parts_unmatched == 0, "{depths:?}");
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let applied = begin.elapsed();
    shutdown.cancel();
    working.await?;
    let count = f64::from(people * rounds);
    people::say(&format!(
        "{count} pushes: accepted in {accepted:.2?} ({:.0}/s), applied after {applied:.2?} ({:.0}/s); peak {} MB",
        count / accepted.as_secs_f64(),
        count / applied.as_secs_f64(),
        people::megabytes_of("VmHWM:"),
    ))
}
