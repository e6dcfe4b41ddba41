//! The door: a body is on disk, under a receipt, before its sender is answered.

use crate::{
    ColdPlace, Spool,
    packing::Packing,
    receipts::Receipts,
    split,
    whole::{OuterText, whole},
};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use model::{Clock, ConnectionId, FetchKind, PartMeta, ProviderAppId, ProviderName, UserId};
use std::{
    fmt::Display,
    io::{self, Read, Write},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use store::{Body, Delivery, DeliveryKind, Job, Store, StoreError};
use tokio::sync::mpsc;

/// Bodies up to this size lie in the store; larger ones in the spool.
pub(crate) const INLINE_BYTES: usize = 256 * 1024;

/// A webhook's body up to this size is cut before it is kept: what is small would cost more to keep than to cut.
const CUT_AT_THE_DOOR: usize = 16 * 1024;

/// What the door lets in.
#[derive(Clone, Copy, Debug)]
pub struct IntakeLimits {
    /// The largest body.
    pub body_bytes: u64,
    /// The largest upload that is cut while it is read, such as a phone's export.
    pub upload_bytes: u64,
    /// How many deliveries and parts may wait before senders are asked to come back later.
    pub waiting: u64,
    /// How much of the disk must stay free.
    pub free_bytes: u64,
}

impl Default for IntakeLimits {
    fn default() -> Self {
        Self {
            body_bytes: 128 * 1024 * 1024,
            upload_bytes: 16 * 1024 * 1024 * 1024,
            waiting: 1_000_000,
            free_bytes: 256 * 1024 * 1024,
        }
    }
}

/// What is known of a body before it is read.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// How it comes.
    pub kind: DeliveryKind,
    /// The provider.
    pub provider: ProviderName,
    /// The app it comes through.
    pub app_id: Option<ProviderAppId>,
    /// Whose it is, where known.
    pub user_id: Option<UserId>,
    /// Through which connection, where known.
    pub connection_id: Option<ConnectionId>,
    /// What it holds, where it holds one type.
    pub part_type: Option<String>,
    /// What the bytes do not say themselves.
    pub meta: PartMeta,
}

/// A body that is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its receipt.
    pub receipt: i64,
    /// Its size.
    pub size: u64,
}

/// Why a body was not taken.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// Larger than allowed.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// Too much is waiting.
    #[error("too much is waiting to be applied, try again in {retry_after_s} seconds")]
    Busy {
        /// When to come back.
        retry_after_s: u32,
    },
    /// The disk is nearly full.
    #[error("only {free} bytes of the disk are free, and intake.free_bytes is {wanted}")]
    DiskLow {
        /// How much is free.
        free: u64,
        /// How much must stay free.
        wanted: u64,
    },
    /// It names no provider whose phones send.
    #[error("no phone sends for the provider {0:?}")]
    UnknownProvider(String),
    /// It is not what a phone sends.
    #[error("the body is not the JSON that a phone sends")]
    Malformed,
    /// The sender broke off.
    #[error("the body broke off: {0}")]
    Interrupted(String),
    /// The disk failed.
    #[error("the body could not be written: {0}")]
    Disk(#[from] io::Error),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// A whole body.
enum Taken {
    Memory(Bytes),
    /// Its name in the spool.
    Spool(String),
}

/// The door. Cheap to clone.
#[derive(Clone)]
pub struct Intake {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) spool: Spool,
    pub(crate) clock: Clock,
    pub(crate) packing: Packing,
    pub(crate) cold: Option<ColdPlace>,
    pub(crate) receipts: Receipts,
    pub(crate) limits: IntakeLimits,
    waiting: Arc<AtomicU64>,
    /// How much of uploads was read for cutting.
    pub(crate) cut: Arc<AtomicU64>,
}

impl Intake {
    /// Opens the door; receipts go on where they ended.
    pub async fn open(
        store: Arc<dyn Store>,
        spool: Spool,
        clock: Clock,
        limits: IntakeLimits,
    ) -> Result<Self, StoreError> {
        let receipts = Receipts::after(store.last_receipt().await?, clock.clone());
        let depths = store.queue_depths().await?;
        let waiting = Arc::new(AtomicU64::new(depths.deliveries_waiting + depths.parts_waiting));
        Ok(Self {
            store,
            spool,
            clock,
            packing: Packing::default(),
            cold: None,
            receipts,
            limits,
            waiting,
            cut: Arc::default(),
        })
    }

    /// Tells the door how much waits, so that it can ask senders to come back later.
    pub(crate) fn note_waiting(&self, waiting: u64) {
        self.waiting.store(waiting, Ordering::Relaxed);
    }

    /// How much of uploads this process read while it cut them, bytes.
    #[must_use]
    pub fn cut_bytes(&self) -> u64 {
        self.cut.load(Ordering::Relaxed)
    }

    /// The largest body taken of this kind.
    #[must_use]
    pub fn body_limit(&self, incoming: &Incoming) -> u64 {
        let cut = || providers::find(incoming.provider.as_str())?.archive(incoming.part_type.as_deref()?);
        match incoming.kind {
            DeliveryKind::Upload if cut().is_some() => self.limits.upload_bytes,
            _ => self.limits.body_bytes,
        }
    }

    /// Whether large bodies can be kept: asked at start, so that a mistake is heard of before a sender meets it.
    pub async fn check_spool(&self) -> io::Result<()> {
        self.spool.check().await
    }

    /// Whether there is room: asked before a body is read.
    pub fn check_room(&self) -> Result<(), AcceptError> {
        if self.waiting.load(Ordering::Relaxed) > self.limits.waiting {
            return Err(AcceptError::Busy { retry_after_s: 30 });
        }
        let (free, wanted) = (self.spool.free_bytes()?, self.limits.free_bytes);
        if free < wanted { Err(AcceptError::DiskLow { free, wanted }) } else { Ok(()) }
    }

    /// How much of the disk is free, and whether that is too little to take anything.
    pub(crate) fn disk(&self) -> io::Result<(u64, bool)> {
        let free = self.spool.free_bytes()?;
        Ok((free, free < self.limits.free_bytes))
    }

    /// Takes a body. When this returns, it survives a kill at any instant.
    pub async fn accept<S, E>(&self, incoming: Incoming, body: S) -> Result<Accepted, AcceptError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Display,
    {
        self.take(incoming, None, body).await
    }

    /// Takes what a phone sent for a user. Its provider, which must be one of those that phones send for, is said
    /// somewhere in the body.
    pub async fn accept_sync<S, E>(&self, user: UserId, body: S) -> Result<(Accepted, ProviderName), AcceptError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Display,
    {
        self.check_room()?;
        let receipt = self.receipts.next(self.store.node());
        let said = OuterText::of("provider");
        let (taken, size) = self.keep_body(receipt, self.limits.body_bytes, whole(body, Some(said.clone()))).await?;
        let said = said.take().unwrap_or_default();
        let known = providers::find(&said).map(|known| known.manifest()).filter(|it| it.capabilities.client_sdk);
        let Some(manifest) = known else {
            if let Taken::Spool(name) = taken {
                self.spool.remove(&name).await?;
            }
            return Err(AcceptError::UnknownProvider(said));
        };
        let provider = manifest.name.clone();
        let incoming = Incoming {
            kind: DeliveryKind::Sdk,
            provider: provider.clone(),
            app_id: None,
            user_id: Some(user),
            connection_id: None,
            part_type: None,
            meta: PartMeta::default(),
        };
        Ok((self.enter(incoming, None, receipt, (taken, size)).await?, provider))
    }

    /// Takes what a job fetched, for everyone who is linked to the job's account, and ends the job with it: a kill
    /// leaves either both done or neither.
    pub async fn accept_fetched<S, E>(
        &self,
        job: &Job,
        part_type: Option<String>,
        body: S,
    ) -> Result<Accepted, AcceptError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Display,
    {
        let (kind, meta) = match &job.fetch.kind {
            FetchKind::Summaries { .. } => (DeliveryKind::Pulled, PartMeta::default()),
            FetchKind::File { meta } => (DeliveryKind::File, meta.clone()),
        };
        let incoming = Incoming {
            kind,
            provider: job.provider.clone(),
            app_id: Some(job.app_id),
            user_id: None,
            connection_id: None,
            part_type,
            meta,
        };
        self.take(incoming, Some(job), body).await
    }

    async fn take<S, E>(&self, incoming: Incoming, job: Option<&Job>, body: S) -> Result<Accepted, AcceptError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Display,
    {
        self.check_room()?;
        let receipt = self.receipts.next(self.store.node());
        let limit = self.body_limit(&incoming);
        let taken = match incoming.kind {
            DeliveryKind::Webhook | DeliveryKind::Pulled | DeliveryKind::Sdk => {
                self.keep_body(receipt, limit, whole(body, None)).await?
            }
            DeliveryKind::File | DeliveryKind::Upload => self.keep_body(receipt, limit, body).await?,
        };
        self.enter(incoming, job, receipt, taken).await
    }

    /// Keeps what was taken: as its parts if it can be cut at once, else as it came.
    async fn enter(
        &self,
        incoming: Incoming,
        job: Option<&Job>,
        receipt: i64,
        (taken, size): (Taken, u64),
    ) -> Result<Accepted, AcceptError> {
        let mut delivery = Delivery {
            receipt,
            kind: incoming.kind,
            provider: incoming.provider,
            app_id: incoming.app_id,
            user_id: incoming.user_id,
            connection_id: incoming.connection_id,
            account: job.map(|job| job.account.clone()),
            part_type: incoming.part_type,
            meta: incoming.meta,
            body: Body::Expired,
            size,
            received_at: self.clock.now(),
            attempts: 0,
        };
        let mut cut = None;
        if let (None, Taken::Memory(bytes)) = (job, &taken) {
            match delivery.kind {
                DeliveryKind::Webhook if bytes.len() <= CUT_AT_THE_DOOR => {
                    cut = split::at_the_door(self, &delivery, bytes.clone()).await?;
                }
                // whose it is is known, so all that lies in memory can be cut
                DeliveryKind::Sdk => {
                    let parts = split::at_the_door(self, &delivery, bytes.clone()).await?;
                    cut = Some(parts.ok_or(AcceptError::Malformed)?);
                }
                _ => {}
            }
        }
        match cut {
            Some(parts) if parts.is_empty() => {}
            Some(parts) => self.store.put_parts(parts).await?,
            None => {
                delivery.body = match taken {
                    Taken::Memory(bytes) => Body::Inline(self.packing.pack(&bytes, 1)?),
                    Taken::Spool(name) => Body::Spooled(name),
                };
                self.keep(delivery, job).await?;
            }
        }
        metrics::counter!("wearhouse_deliveries_accepted_total").increment(1);
        metrics::counter!("wearhouse_received_bytes_total").increment(size);
        Ok(Accepted { receipt, size })
    }

    async fn keep(&self, delivery: Delivery, job: Option<&Job>) -> Result<(), AcceptError> {
        let spooled = if let Body::Spooled(name) = &delivery.body { Some(name.clone()) } else { None };
        let kept = match job {
            Some(job) => self.store.accept_fetched(delivery, job).await,
            None => self.store.accept(delivery).await,
        };
        if let (Err(StoreError::NotFound(_)), Some(name)) = (&kept, spooled) {
            // refused, so nobody counts on it. After other failures it may be kept all the same, as when the answer
            // to a commit was lost: then the sweep decides
            self.spool.remove(&name).await?;
        }
        Ok(kept?)
    }

    async fn keep_body<S, E>(&self, receipt: i64, limit: u64, body: S) -> Result<(Taken, u64), AcceptError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Display,
    {
        let mut body = pin!(body);
        let (mut chunks, mut size): (Vec<Bytes>, usize) = (Vec::new(), 0);
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| AcceptError::Interrupted(error.to_string()))?;
            size += chunk.len();
            chunks.push(chunk);
            if size as u64 > limit {
                return Err(AcceptError::TooLarge { limit });
            }
            if size > INLINE_BYTES {
                return self.spool_body(receipt, limit, joined(chunks), body).await;
            }
        }
        Ok((Taken::Memory(joined(chunks)), size as u64))
    }

    async fn spool_body<S, E>(
        &self,
        receipt: i64,
        limit: u64,
        first: Bytes,
        mut rest: S,
    ) -> Result<(Taken, u64), AcceptError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
        E: Display,
    {
        let name = format!("d{receipt}");
        let (sender, mut chunks) = mpsc::channel::<Bytes>(8);
        let writer = self.spool.create(&name)?;
        let writing = tokio::task::spawn_blocking(move || -> io::Result<Option<()>> {
            let mut writer = writer;
            let mut complete = false;
            while let Some(chunk) = chunks.blocking_recv() {
                complete = chunk.is_empty();
                writer.write_all(&chunk)?;
            }
            // an empty chunk says that the body is whole; without it, the sender broke off
            if complete { writer.finish().map(Some) } else { Ok(None) }
        });
        let mut size = first.len() as u64;
        let mut failure = None;
        let mut next = Some(Ok(first));
        while let Some(chunk) = next {
            match chunk {
                Ok(chunk) if chunk.is_empty() => {}
                Ok(chunk) => {
                    if sender.send(chunk).await.is_err() {
                        break; // the writer failed and says so below
                    }
                }
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
            next = match rest.next().await {
                None => None,
                Some(Err(error)) => Some(Err(AcceptError::Interrupted(error.to_string()))),
                Some(Ok(chunk)) => {
                    size += chunk.len() as u64;
                    Some(if size > limit { Err(AcceptError::TooLarge { limit }) } else { Ok(chunk) })
                }
            };
        }
        if failure.is_none() {
            // fails only when the writer has failed, which the join below reports
            let _ = sender.send(Bytes::new()).await;
        }
        drop(sender);
        let written = writing.await.map_err(io::Error::other)??;
        match (failure, written) {
            (Some(error), _) => Err(error),
            (None, Some(())) => Ok((Taken::Spool(name), size)),
            (None, None) => Err(AcceptError::Interrupted("the writer stopped".to_owned())),
        }
    }

    /// A stored body of `size` bytes, decompressed; a spooled one while it is read. Blocking.
    pub(crate) fn open_body(&self, body: &Body, size: u64) -> Result<Box<dyn Read + Send>, crate::IngestError> {
        match body {
            Body::Inline(bytes) => {
                let bytes = self.packing.unpack(bytes, size).map_err(crate::IngestError::Body)?;
                Ok(Box::new(io::Cursor::new(bytes)))
            }
            Body::Spooled(name) => self.spool.read(name).map_err(crate::IngestError::Body),
            Body::Expired => Err(crate::IngestError::Expired),
        }
    }

    /// Removes spooled bodies that no row refers to any more.
    pub async fn remove_spooled(&self, names: Vec<String>) -> Result<(), crate::IngestError> {
        if names.is_empty() {
            return Ok(());
        }
        for name in self.store.unreferenced_spool(names).await? {
            for segment in self.free_segments(&name).await? {
                self.spool.remove(&segment).await.map_err(crate::IngestError::Body)?;
            }
            self.spool.remove(&name).await.map_err(crate::IngestError::Body)?;
        }
        Ok(())
    }
}

/// What came in pieces as one; copied once, and not at all where it came as one.
fn joined(mut chunks: Vec<Bytes>) -> Bytes {
    match chunks.len() {
        0 | 1 => chunks.pop().unwrap_or_default(),
        _ => chunks.concat().into(),
    }
}
