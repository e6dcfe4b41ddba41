//! The line between processes: a connection over which they wake each other, and on whose life hangs the number of
//! this process. A number is a lock of the connection, so no two processes have the same, and one that died has none.

use super::setup::{self, Place};
use crate::{Bell, NODES, Result, StoreError, Wakers};
use futures::{StreamExt, stream};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};
use tokio::{sync::mpsc, task::JoinHandle};
use tokio_postgres::{AsyncMessage, Client, Config};

/// Numbers are locks above the lanes.
pub(super) const FIRST_NODE: i32 = 1000;
/// Bells are gathered for so long before the others hear them.
const GATHER: Duration = Duration::from_millis(4);
/// How soon the line is laid again after it broke.
const AGAIN: Duration = Duration::from_secs(1);

pub(super) struct Line {
    node: Arc<AtomicU8>,
    task: Mutex<Option<JoinHandle<()>>>,
}

struct Ends {
    client: Client,
    heard: mpsc::UnboundedReceiver<String>,
}

impl Line {
    pub(super) async fn open(config: Config, place: Place, wakers: Arc<Wakers>) -> Result<Self> {
        let node = Arc::new(AtomicU8::new(0));
        let ends = lay(&config, place, &node).await?;
        let keeping = keep(config, place, wakers, Arc::clone(&node), ends);
        Ok(Self { node, task: Mutex::new(Some(tokio::spawn(keeping))) })
    }

    pub(super) fn node(&self) -> u8 {
        self.node.load(Ordering::Relaxed)
    }

    pub(super) async fn close(&self) {
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            task.abort();
            let _ = task.await;
        }
    }
}

fn channel(place: Place) -> String {
    format!("wearhouse_{}", place.0)
}

/// Connects, takes a number, the one it had before if it can, and listens.
async fn lay(config: &Config, place: Place, node: &AtomicU8) -> Result<Ends> {
    let (client, mut connection) = setup::connect(config).await?;
    let (tell, heard) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut messages = stream::poll_fn(move |context| connection.poll_message(context));
        while let Some(Ok(message)) = messages.next().await {
            if let AsyncMessage::Notification(told) = message {
                // the other end is gone when the line is closed
                let _ = tell.send(told.payload().to_owned());
            }
        }
    });
    let before = node.load(Ordering::Relaxed);
    for wanted in std::iter::once(before).chain((0..NODES).filter(|other| *other != before)) {
        let key = FIRST_NODE + i32::from(wanted);
        let row = client.query_one("select pg_try_advisory_lock($1, $2)", &[&place.0, &key]).await?;
        if row.try_get::<_, bool>(0)? {
            node.store(wanted, Ordering::Relaxed);
            client.batch_execute(&format!("listen {}", channel(place))).await?;
            return Ok(Ends { client, heard });
        }
    }
    Err(StoreError::Engine(format!("{NODES} processes use the database already")))
}

async fn keep(config: Config, place: Place, wakers: Arc<Wakers>, node: Arc<AtomicU8>, mut ends: Ends) {
    loop {
        carry(&wakers, place, &node, &mut ends).await;
        tracing::warn!("the line to the other processes broke: it is laid again");
        loop {
            tokio::time::sleep(AGAIN).await;
            match lay(&config, place, &node).await {
                Ok(anew) => {
                    ends = anew;
                    break;
                }
                Err(error) => tracing::warn!(%error, "the line to the other processes cannot be laid"),
            }
        }
        // whatever was rung meanwhile
        Bell::ALL.into_iter().for_each(|bell| wakers.ring_here(bell));
    }
}

/// Carries bells both ways until the connection ends.
async fn carry(wakers: &Wakers, place: Place, node: &AtomicU8, ends: &mut Ends) {
    let own = format!("{}:", node.load(Ordering::Relaxed));
    loop {
        tokio::select! {
            heard = ends.heard.recv() => match heard {
                Some(payload) if payload.starts_with(&own) => {}
                Some(payload) => rung(&payload).for_each(|bell| wakers.ring_here(bell)),
                None => return,
            },
            () = wakers.rung() => {
                tokio::time::sleep(GATHER).await;
                let payload = format!("{own}{}", wakers.take_rung());
                if ends.client.execute("select pg_notify($1, $2)", &[&channel(place), &payload]).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// The bells that a payload names.
fn rung(payload: &str) -> impl Iterator<Item = Bell> {
    let bits: u8 = payload.split_once(':').and_then(|(_, bits)| bits.parse().ok()).unwrap_or(0);
    Bell::ALL.into_iter().filter(move |bell| bits & bell.bit() != 0)
}
