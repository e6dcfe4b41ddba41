//! How much memory a body of 100 MB takes on its way in: `unpack many | one | small [megabytes]`.
//!
//! `many`: activities of about 5 MB for several people; `one`: a single activity; `small`: activities of
//! just under the size that goes to the spool, for many people.

mod people;

use anyhow::Context as _;
use bytes::Bytes;
use futures::stream;
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
const PEOPLE: u32 = 6;

/// Gives a body piece by piece, so that it is nowhere as a whole.
struct Body {
    activity: u32,
    activities: u32,
    sample: u32,
    samples: u32,
}

impl Iterator for Body {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let mut chunk = String::with_capacity(70_000);
        if self.activity == 0 && self.sample == 0 {
            chunk.push_str("{\"activityDetails\":[");
        }
        while chunk.len() < 64_000 {
            if self.activity == self.activities {
                return (!chunk.is_empty()).then(|| Bytes::from(chunk));
            }
            let (n, start) = (self.activity, START + i64::from(self.activity) * 40_000);
            if self.sample == 0 {
                chunk.push_str(&format!(
                    "{{\"userId\":\"u{}\",\"summaryId\":\"w{n}-detail\",\"activityId\":{n},\"summary\":{{\"activityType\":\"RUNNING\",\
                     \"startTimeInSeconds\":{start},\"durationInSeconds\":{}}},\"samples\":[",
                    n % PEOPLE,
                    self.samples
                ));
            }
            let s = self.sample;
            chunk.push_str(&format!(
                "{{\"startTimeInSeconds\":{},\"latitudeInDegree\":{},\"longitudeInDegree\":{},\"elevationInMeters\":{},\
                 \"heartRate\":{},\"speedMetersPerSecond\":{},\"totalDistanceInMeters\":{},\"timerDurationInSeconds\":{s},\
                 \"clockDurationInSeconds\":{s},\"movingDurationInSeconds\":{s}}}",
                start + i64::from(s),
                46.0 + f64::from(s) * 1.3e-5 + f64::from(s % 7) * 1e-9,
                7.0 + f64::from(s) * 0.9e-5 + f64::from(s % 11) * 1e-9,
                400.0 + f64::from(s % 5000) / 5.0,
                100 + s % 80,
                2.5 + f64::from(s % 64) / 64.0,
                f64::from(s) * 2.75,
            ));
            self.sample += 1;
            if self.sample < self.samples {
                chunk.push(',');
                continue;
            }
            self.sample = 0;
            self.activity += 1;
            chunk.push_str(if self.activity == self.activities { "]}]}" } else { "]}," });
        }
        Some(Bytes::from(chunk))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let shape = arguments.next().context("many, one or small")?;
    let megabytes: u32 = arguments.next().map_or(Ok(100), |text| text.parse())?;
    // about 330 bytes a sample
    let total = megabytes * 3030;
    let activities = match shape.as_str() {
        "one" => 1,
        "many" => megabytes.div_ceil(5),
        _ => megabytes + megabytes / 8,
    };
    let folder = tempfile::tempdir()?;
    let (clock, rng) = (Clock::system(), Rng::from_os());
    let store: Arc<dyn Store> = Arc::new(SqlStore::open_embedded(&folder.path().join("store.db"), clock.clone())?);
    let spool = Spool::open(&folder.path().join("spool"))?;
    let intake = Intake::open(Arc::clone(&store), spool, clock.clone(), IntakeLimits::default()).await?;
    let app = people::make(&store, &clock, &rng, PEOPLE).await?;
    let idle = people::megabytes_of("VmHWM:");

    let body = Body { activity: 0, activities, sample: 0, samples: total / activities };
    let begin = Instant::now();
    let incoming = Incoming {
        kind: DeliveryKind::Webhook,
        provider: GARMIN,
        app_id: Some(app),
        user_id: None,
        connection_id: None,
        part_type: None,
        meta: PartMeta::default(),
    };
    let accepted = intake.accept(incoming, stream::iter(body.map(Ok::<_, Infallible>))).await?;
    let (answered, at_answer) = (begin.elapsed(), people::megabytes_of("VmHWM:"));
    let shutdown = CancellationToken::new();
    let working = tokio::spawn(Workers::new(intake, WorkerSettings::default()).run(shutdown.clone()));
    let (mut own, mut mapped_files) = (0, 0);
    loop {
        own = own.max(people::megabytes_of("RssAnon:"));
        mapped_files = mapped_files.max(people::megabytes_of("RssFile:"));
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
    let peak = people::megabytes_of("VmHWM:");
    people::say(&format!(
        "{shape}: {} MB in {activities} activities; answered after {answered:.2?}, applied after {applied:.2?}; \
         peak {idle} MB idle, {at_answer} MB when answered, {peak} MB at the end \
         (own {own} MB, mapped files {mapped_files} MB)",
        accepted.size / 1_000_000
    ))
}
