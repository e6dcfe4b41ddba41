//! Bells over NATS, where it is configured: a byte on a subject of the store's own, which no process hears from itself.
//! Nothing waits for NATS: while it is away, the line tells what is rung.

use super::{
    Messenger,
    line::{AGAIN, GATHER},
};
use crate::{Bell, Result, StoreError, Wakers};
use async_nats::{Client, ConnectOptions, Event, ServerAddr, Subscriber};
use futures::StreamExt;
use percent_encoding::percent_decode_str;
use std::sync::Arc;
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

pub(super) struct Nats {
    task: JoinHandle<()>,
}

struct Ends {
    client: Client,
    heard: Subscriber,
    events: mpsc::UnboundedReceiver<Event>,
}

/// The servers of a list by commas. An error does not show the list: it may hold a password.
pub(super) fn servers(list: &str) -> Result<Vec<ServerAddr>> {
    let wrong = |why: &str| StoreError::Engine(format!("the address of NATS: {why}"));
    let servers = list.split(',').map(|address| address.trim().parse::<ServerAddr>());
    let servers = servers.collect::<Result<Vec<_>, _>>().map_err(|error| wrong(&error.to_string()))?;
    if servers.iter().any(|server| server.is_websocket() || server.host().is_empty()) {
        return Err(wrong("expected nats://host or tls://host"));
    }
    Ok(servers)
}

/// What the servers are shown: the user and the password of the first address that has some, or a token alone.
fn credentials(servers: &[ServerAddr]) -> ConnectOptions {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let shown = servers.iter().find_map(|server| Some((decoded(server.username()?), server.password().map(decoded))));
    match shown {
        Some((user, Some(password))) => ConnectOptions::with_user_and_password(user, password),
        Some((token, None)) => ConnectOptions::with_token(token),
        None => ConnectOptions::new(),
    }
}

impl Nats {
    /// Begins to connect, and waits for nothing.
    pub(super) fn start(
        servers: Vec<ServerAddr>,
        subject: String,
        wakers: Arc<Wakers>,
        messenger: watch::Sender<Messenger>,
    ) -> Self {
        Self { task: tokio::spawn(keep(servers, subject, wakers, messenger)) }
    }

    pub(super) fn close(&self) {
        self.task.abort();
    }
}

/// Each server is tried once: whoever keeps the connection says what happened, and tries again.
async fn connect(servers: &[ServerAddr], subject: &str) -> Result<Ends, async_nats::Error> {
    let (tell, events) = mpsc::unbounded_channel();
    let client = credentials(servers)
        .name("wearhouse")
        .no_echo()
        .ignore_discovered_servers()
        .max_reconnects(servers.len())
        .event_callback(move |event| {
            // the other end is gone when the connection was given up
            let _ = tell.send(event);
            std::future::ready(())
        })
        .connect(servers)
        .await?;
    let heard = client.subscribe(subject.to_owned()).await?;
    Ok(Ends { client, heard, events })
}

async fn keep(servers: Vec<ServerAddr>, subject: String, wakers: Arc<Wakers>, messenger: watch::Sender<Messenger>) {
    let mut is_told = false;
    loop {
        match connect(&servers, &subject).await {
            Ok(mut ends) => {
                tracing::info!("NATS is connected");
                messenger.send_replace(Messenger::Nats);
                // whatever was rung meanwhile
                Bell::ALL.into_iter().for_each(|bell| wakers.ring_here(bell));
                carry(&wakers, &subject, &mut ends).await;
                messenger.send_replace(Messenger::Notify);
                tracing::warn!("the connection to NATS broke: the database wakes other processes meanwhile");
                is_told = true;
            }
            Err(error) if !is_told => {
                tracing::warn!(%error, "NATS cannot be reached: the database wakes other processes meanwhile");
                is_told = true;
            }
            Err(error) => tracing::debug!(%error, "NATS is still away"),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Carries bells both ways until the connection ends.
async fn carry(wakers: &Wakers, subject: &str, ends: &mut Ends) {
    let mut is_told = false;
    loop {
        tokio::select! {
            heard = ends.heard.next() => match heard {
                Some(message) => {
                    let bits = message.payload.first().copied().unwrap_or(0);
                    Bell::in_bits(bits).for_each(|bell| wakers.ring_here(bell));
                }
                None => return,
            },
            event = ends.events.recv() => match event {
                Some(Event::Disconnected | Event::Closed) | None => return,
                Some(Event::ServerError(error)) if !is_told => {
                    tracing::warn!(%error, "NATS does not carry bells");
                    is_told = true;
                }
                Some(_) => {}
            },
            () = wakers.rung() => {
                tokio::time::sleep(GATHER).await;
                let payload = vec![wakers.take_rung()];
                if ends.client.publish(subject.to_owned(), payload.into()).await.is_err() {
                    return;
                }
            }
        }
    }
}
