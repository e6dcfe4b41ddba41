//! Cuts an upload that its provider can cut, such as the export of a phone or a zip of files: gigabytes become parts
//! while they are read. Cutting again, after a kill, gives the same parts under the same numbers; those
//! that are there already stay as they are. Each part says how far into the upload it lies, so that whoever watches
//! the person's runs sees an import go on.

use super::owners::lane_of;
use crate::{IngestError, Intake};
use model::{PartMeta, TeamId, UserId};
use providers::{Archive, ArchivePiece, Order};
use std::{
    io::{self, ErrorKind, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use store::{Body, Delivery, DeliveryKind, Part, StoreError};
use tokio::runtime::Handle;

/// So much, compressed, is kept at a time.
const TOGETHER_BYTES: usize = 512 * 1024;
/// So many parts are kept at a time.
const TOGETHER: usize = 64;

/// A piece above this goes to the spool while it is read.
const LARGE: u64 = 4 * 1024 * 1024;

/// Thousandths of a whole upload.
const WHOLE: u16 = 1000;

/// What cuts a delivery; none where it is one part.
pub(crate) fn archive_of(delivery: &Delivery) -> Option<&'static dyn Archive> {
    if delivery.kind != DeliveryKind::Upload {
        return None;
    }
    providers::find(delivery.provider.as_str())?.archive(delivery.part_type.as_deref()?)
}

/// Cuts a delivery and keeps its parts; says which bodies it put into the spool.
pub(super) async fn cut(
    intake: &Intake,
    delivery: &Delivery,
    archive: &'static dyn Archive,
) -> Result<Vec<String>, IngestError> {
    let user = delivery.user_id.ok_or(StoreError::NotFound("user"))?;
    let team = intake.store.load_user(user).await?.ok_or(StoreError::NotFound("user"))?.team_id;
    let keeper = Keeper {
        intake: intake.clone(),
        runtime: Handle::current(),
        delivery: delivery.clone(),
        owner: (user, team),
        ready: Vec::new(),
        ready_bytes: 0,
        next_number: 0,
        names: format!("p{}-{}", delivery.receipt, intake.clock.now().as_micros()),
        spooled: Vec::new(),
        read: Arc::default(),
        failure: None,
    };
    tokio::task::spawn_blocking(move || keeper.cut(archive)).await.unwrap_or(Err(IngestError::Mapper))
}

/// Keeps pieces as they come.
struct Keeper {
    intake: Intake,
    runtime: Handle,
    delivery: Delivery,
    owner: (UserId, TeamId),
    ready: Vec<Part>,
    ready_bytes: usize,
    next_number: u32,
    /// Begins the names of what goes to the spool. Of this cutting alone: who cuts again must not write what
    /// somebody may just have found unreferenced.
    names: String,
    spooled: Vec<String>,
    /// How much of the upload was read.
    read: Arc<AtomicU64>,
    /// Why a piece could not be kept.
    failure: Option<IngestError>,
}

impl Keeper {
    fn cut(mut self, archive: &dyn Archive) -> Result<Vec<String>, IngestError> {
        let (intake, body, size) = (self.intake.clone(), self.delivery.body.clone(), self.delivery.size);
        let read = Arc::clone(&self.read);
        let mut open = || {
            let body = intake.open_body(&body, size).map_err(io::Error::other)?;
            Ok(Box::new(Counted { body, read: Arc::clone(&read), all: Arc::clone(&intake.cut) }) as Box<dyn Read>)
        };
        let outcome = archive.cut(&mut open, Order::ToKeep, &mut |piece| {
            self.keep(piece).map_err(|error| {
                self.failure = Some(error);
                io::Error::other("a piece could not be kept")
            })
        });
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let issues = outcome.map_err(IngestError::Body)?;
        if !issues.is_empty() {
            let bytes = serde_json::to_vec(&issues).map_err(|error| IngestError::Body(error.into()))?;
            self.keep(ArchivePiece {
                provider: self.delivery.provider.clone(),
                part_type: archive.contents_type(),
                meta: PartMeta::default(),
                body: &mut bytes.as_slice(),
            })?;
        }
        if let Some(last) = self.ready.last_mut() {
            last.meta.progress_permille = Some(WHOLE);
        }
        self.put()?;
        Ok(self.spooled)
    }

    /// How far the upload was read; not to its end before the last part is known.
    fn progress(&self) -> u16 {
        let read = self.read.load(Ordering::Relaxed);
        let permille = read.saturating_mul(u64::from(WHOLE)) / self.delivery.size.max(1);
        u16::try_from(permille).unwrap_or(WHOLE).min(WHOLE - 1)
    }

    fn keep(&mut self, piece: ArchivePiece<'_>) -> Result<(), IngestError> {
        // the last one of all is still to be marked, so one is always held back
        if self.ready_bytes > TOGETHER_BYTES || self.ready.len() >= TOGETHER {
            self.put()?;
        }
        let (body, size) = self.take(piece.body).map_err(IngestError::Body)?;
        if let Body::Inline(packed) = &body {
            self.ready_bytes += packed.len();
        }
        let (user, team) = self.owner;
        let delivery = &self.delivery;
        let meta = PartMeta {
            progress_permille: Some(self.progress()),
            time_zone: piece.meta.time_zone.or_else(|| delivery.meta.time_zone.clone()),
            file_name: piece.meta.file_name.or_else(|| delivery.meta.file_name.clone()),
            ..piece.meta
        };
        self.ready.push(Part {
            lane: lane_of(Some(user), None),
            receipt: delivery.receipt,
            number: self.next_number,
            user_id: Some(user),
            team_id: Some(team),
            connection_id: delivery.connection_id,
            app_id: None,
            account: None,
            provider: piece.provider,
            kind: delivery.kind,
            part_type: piece.part_type.to_owned(),
            meta,
            body,
            size,
            received_at: delivery.received_at,
            attempts: 0,
            quiet: false,
            is_notice: false,
        });
        self.next_number += 1;
        Ok(())
    }

    /// A piece's body, and its size: in the store, or in the spool where it is large.
    fn take(&mut self, piece: &mut dyn Read) -> io::Result<(Body, u64)> {
        let mut bytes = Vec::new();
        (&mut *piece).take(LARGE).read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < LARGE {
            return Ok((Body::Inline(self.intake.packing.pack(&bytes, 1)?), bytes.len() as u64));
        }
        let name = format!("{}-{}", self.names, self.spooled.len());
        let mut writer = self.intake.spool.create(&name)?;
        let size = io::copy(&mut bytes.as_slice().chain(piece), &mut writer)?;
        writer.finish()?;
        self.spooled.push(name.clone());
        Ok((Body::Spooled(name), size))
    }

    fn put(&mut self) -> Result<(), IngestError> {
        self.ready_bytes = 0;
        let parts = std::mem::take(&mut self.ready);
        if parts.is_empty() {
            return Ok(());
        }
        Ok(self.runtime.block_on(self.intake.store.put_parts(parts))?)
    }
}

/// Counts what is read.
struct Counted {
    body: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
    /// Of all uploads together.
    all: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // whatever it is, it is no damage of what was uploaded
        let failed = |error: io::Error| match error.kind() {
            ErrorKind::Interrupted => error,
            _ => io::Error::other(error),
        };
        let count = self.body.read(buffer).map_err(failed)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        self.all.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
