//! Files that come piece by piece. What came is kept in segments of some megabytes, each durable before the next begins,
//! and is a delivery like any other once it is whole: its body is a list of its segments, so nothing is copied.
//!
//! Any process may take the next piece: where two take the same, the one whose segment is noted first counts.

use crate::{
    AcceptError, Incoming, Intake,
    spool::{Spool, is_list},
};
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use model::{PartMeta, TeamId, UploadId, UserId};
use providers::{BEGINNING, Recognised, recognise};
use std::{
    fmt::Display,
    io::{self, Read as _, Write as _},
    pin::pin,
};
use store::{Body, Delivery, DeliveryKind, Segment, StoreError, Upload};
use tokio::{sync::mpsc, task::JoinHandle};

/// What is kept at a time: a kill costs what came since, which its sender was not told of.
const SEGMENT_BYTES: u64 = 8 * 1024 * 1024;
/// How long an upload waits for its next piece.
const PATIENCE_S: i64 = 86_400;
/// How many uploads of a person may be under way.
const MOST: u32 = 20;

/// Why a piece was not taken.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The user has no such upload, or not any more.
    #[error("there is no such upload")]
    Unknown,
    /// Too many are under way for this person.
    #[error("too many uploads are under way for this user")]
    TooMany,
    /// The piece begins elsewhere than what is kept ends.
    #[error("{kept} bytes are kept, and the piece begins elsewhere")]
    Offset {
        /// How many bytes are kept.
        kept: u64,
    },
    /// Nothing recognises what it begins with: it is given up.
    #[error("it is of no kind that is known here")]
    Unrecognised,
    /// As with any other body.
    #[error(transparent)]
    Accept(#[from] AcceptError),
}

impl From<StoreError> for UploadError {
    fn from(error: StoreError) -> Self {
        Self::Accept(error.into())
    }
}

impl From<io::Error> for UploadError {
    fn from(error: io::Error) -> Self {
        Self::Accept(error.into())
    }
}

/// An upload to be begun.
#[derive(Clone, Debug)]
pub struct NewUpload {
    /// Its id.
    pub id: UploadId,
    /// Whose it is.
    pub user: UserId,
    /// Their team.
    pub team: TeamId,
    /// How many bytes it is to have.
    pub length: u64,
    /// Its name, as its sender says.
    pub file_name: Option<String>,
    /// The zone of times in it that say no offset.
    pub time_zone: Option<String>,
}

impl Intake {
    /// The largest file that may come piece by piece.
    #[must_use]
    pub fn largest_upload(&self) -> u64 {
        self.limits.upload_bytes.max(self.limits.body_bytes)
    }

    /// Begins an upload.
    ///
    /// # Errors
    /// It is too large, there is no room, or too many are under way.
    pub async fn begin_upload(&self, new: NewUpload) -> Result<Upload, UploadError> {
        let limit = self.largest_upload();
        if new.length > limit {
            return Err(AcceptError::TooLarge { limit }.into());
        }
        self.check_room()?;
        let now = self.clock.now();
        let upload = Upload {
            user_id: new.user,
            team_id: new.team,
            id: new.id,
            length: new.length,
            kept: 0,
            file_name: new.file_name,
            time_zone: new.time_zone,
            created_at: now,
            expires_at: now.plus_seconds(PATIENCE_S),
            receipt: None,
        };
        let begun = self.store.begin_upload(upload.clone(), MOST).await?;
        if begun { Ok(upload) } else { Err(UploadError::TooMany) }
    }

    /// How far an upload is. One that a kill left whole and not yet a delivery becomes one by this.
    ///
    /// # Errors
    /// There is none, or it could not be finished.
    pub async fn resume_upload(&self, user: UserId, id: UploadId) -> Result<Upload, UploadError> {
        let now = self.clock.now();
        let found = self.store.find_upload(user, id).await?;
        let mut upload = found.filter(|upload| upload.expires_at > now).ok_or(UploadError::Unknown)?;
        if upload.kept == upload.length && upload.receipt.is_none() {
            self.finish_upload(&mut upload).await?;
        }
        Ok(upload)
    }

    /// Takes a piece that begins where what is kept ends. When this returns, what it tells survives a kill; where the
    /// sender breaks off, what had come is kept.
    ///
    /// # Errors
    /// The piece begins elsewhere, goes beyond the end, or could not be kept.
    pub async fn append_upload<S, E>(
        &self,
        user: UserId,
        id: UploadId,
        offset: u64,
        body: S,
    ) -> Result<Upload, UploadError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Display,
    {
        let mut upload = self.resume_upload(user, id).await?;
        if upload.kept != offset {
            return Err(UploadError::Offset { kept: upload.kept });
        }
        self.check_room()?;
        let mut body = pin!(body);
        let mut beginning = Vec::new();
        loop {
            let (written, ended) = self.fill_segment(&upload, &mut body, &mut beginning).await?;
            if let Some(segment) = written {
                self.keep_segment(&mut upload, segment, &beginning).await?;
            }
            match ended {
                Ended::Full => {}
                Ended::Whole => break,
                Ended::Broken(reason) => return Err(AcceptError::Interrupted(reason).into()),
            }
        }
        if upload.kept == upload.length && upload.receipt.is_none() {
            self.finish_upload(&mut upload).await?;
        }
        Ok(upload)
    }

    /// Gives up an upload that is not whole.
    ///
    /// # Errors
    /// There is none.
    pub async fn remove_upload(&self, user: UserId, id: UploadId) -> Result<(), UploadError> {
        let names = self.store.remove_upload(user, id).await?.ok_or(UploadError::Unknown)?;
        self.drop_segments(names).await;
        Ok(())
    }

    /// Writes what comes until there is enough for a segment, or no more.
    async fn fill_segment<S, E>(
        &self,
        upload: &Upload,
        body: &mut S,
        beginning: &mut Vec<u8>,
    ) -> Result<(Option<Segment>, Ended), UploadError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
        E: Display,
    {
        let mut writing: Option<Writing> = None;
        let ended = loop {
            match body.next().await {
                None => break Ended::Whole,
                Some(Err(error)) => break Ended::Broken(error.to_string()),
                Some(Ok(chunk)) if chunk.is_empty() => {}
                Some(Ok(chunk)) => {
                    let size = writing.as_ref().map_or(0, |writing| writing.size) + chunk.len() as u64;
                    if upload.kept + size > upload.length {
                        return Err(AcceptError::TooLarge { limit: upload.length }.into());
                    }
                    let room = BEGINNING.saturating_sub(beginning.len());
                    beginning.extend(chunk.iter().take(room));
                    let writing = match &mut writing {
                        Some(writing) => writing,
                        None => writing.insert(Writing::begin(&self.spool, self.segment_name(upload))?),
                    };
                    writing.write(chunk).await?;
                    if size >= SEGMENT_BYTES {
                        break Ended::Full;
                    }
                }
            }
        };
        let segment = match writing {
            Some(writing) => Some(writing.finish().await?),
            None => None,
        };
        Ok((segment, ended))
    }

    /// A name for what comes next. Of two who write the same place each has another: what one finds lost must not be
    /// what the other keeps.
    fn segment_name(&self, upload: &Upload) -> String {
        let number = self.receipts.next(self.store.node());
        format!("u{}-{}-{number}", upload.id.as_uuid().simple(), upload.kept)
    }

    /// Notes a segment behind the others.
    async fn keep_segment(&self, upload: &mut Upload, segment: Segment, beginning: &[u8]) -> Result<(), UploadError> {
        if upload.kept == 0
            && beginning.len() >= BEGINNING
            && let Err(error) = self.judge(upload, beginning)
        {
            self.drop_segments(vec![segment.spool]).await;
            self.give_up(upload).await?;
            return Err(error);
        }
        let expires_at = self.clock.now().plus_seconds(PATIENCE_S);
        let (name, size) = (segment.spool.clone(), segment.size);
        if !self.store.append_segment(upload.user_id, upload.id, upload.kept, segment, expires_at).await? {
            self.drop_segments(vec![name]).await;
            let found = self.store.find_upload(upload.user_id, upload.id).await?;
            return Err(found.map_or(UploadError::Unknown, |found| UploadError::Offset { kept: found.kept }));
        }
        upload.kept += size;
        upload.expires_at = expires_at;
        Ok(())
    }

    /// What a file is that begins so, and whether it may be as large.
    fn judge(&self, upload: &Upload, beginning: &[u8]) -> Result<(Recognised, Incoming), UploadError> {
        let found = recognise(beginning).ok_or(UploadError::Unrecognised)?;
        let incoming = Incoming {
            kind: DeliveryKind::Upload,
            provider: found.provider.clone(),
            app_id: None,
            user_id: Some(upload.user_id),
            connection_id: None,
            part_type: Some(found.part_type.to_owned()),
            meta: PartMeta {
                format: found.format,
                file_name: upload.file_name.clone(),
                time_zone: upload.time_zone.clone(),
                ..PartMeta::default()
            },
        };
        let limit = self.body_limit(&incoming);
        if upload.length > limit { Err(AcceptError::TooLarge { limit }.into()) } else { Ok((found, incoming)) }
    }

    async fn finish_upload(&self, upload: &mut Upload) -> Result<(), UploadError> {
        let segments = self.store.list_segments(upload.user_id, upload.id).await?;
        let names: Vec<String> = segments.into_iter().map(|segment| segment.spool).collect();
        let receipt = self.receipts.next(self.store.node());
        let list = Spool::list_name(receipt);
        let (spool, written) = (self.spool.clone(), list.clone());
        let beginning = tokio::task::spawn_blocking(move || -> io::Result<Vec<u8>> {
            spool.write_list(&written, &names)?;
            let mut beginning = Vec::new();
            spool.read(&written)?.take(BEGINNING as u64).read_to_end(&mut beginning)?;
            Ok(beginning)
        });
        let beginning = beginning.await.map_err(io::Error::other)??;
        let incoming = match self.judge(upload, &beginning) {
            Ok((_, incoming)) => incoming,
            Err(error) => {
                self.spool.remove(&list).await?;
                self.give_up(upload).await?;
                return Err(error);
            }
        };
        let delivery = Delivery {
            receipt,
            kind: incoming.kind,
            provider: incoming.provider,
            app_id: None,
            user_id: incoming.user_id,
            connection_id: None,
            account: None,
            part_type: incoming.part_type,
            meta: incoming.meta,
            body: Body::Spooled(list.clone()),
            size: upload.length,
            received_at: self.clock.now(),
            attempts: 0,
        };
        if self.store.finish_upload(upload.user_id, upload.id, delivery).await? {
            metrics::counter!("wearhouse_deliveries_accepted_total").increment(1);
            metrics::counter!("wearhouse_received_bytes_total").increment(upload.length);
            upload.receipt = Some(receipt);
            return Ok(());
        }
        // another process was faster, or it was given up
        self.spool.remove(&list).await?;
        let found = self.store.find_upload(upload.user_id, upload.id).await?;
        *upload = found.ok_or(UploadError::Unknown)?;
        Ok(())
    }

    async fn give_up(&self, upload: &Upload) -> Result<(), UploadError> {
        let names = self.store.remove_upload(upload.user_id, upload.id).await?;
        self.drop_segments(names.unwrap_or_default()).await;
        Ok(())
    }

    /// Removes segments that nobody refers to; what cannot be removed now is swept.
    async fn drop_segments(&self, names: Vec<String>) {
        if let Err(error) = self.remove_spooled(names).await {
            tracing::warn!(%error, "segments of an upload stay until the next sweep");
        }
    }

    /// The segments of a list, as far as nothing refers to them any more.
    pub(crate) async fn free_segments(&self, name: &str) -> Result<Vec<String>, crate::IngestError> {
        if !is_list(name) {
            return Ok(Vec::new());
        }
        let names = self.spool.listed(name).await.map_err(crate::IngestError::Body)?;
        Ok(self.store.unreferenced_spool(names).await?)
    }
}

/// How filling a segment ended.
enum Ended {
    /// It is full, and more may come.
    Full,
    /// Nothing more comes.
    Whole,
    /// The sender broke off.
    Broken(String),
}

/// A segment on its way to the spool, on a thread that may wait. Dropped, it leaves nothing.
struct Writing {
    name: String,
    size: u64,
    sender: mpsc::Sender<Bytes>,
    writer: JoinHandle<io::Result<bool>>,
}

impl Writing {
    fn begin(spool: &Spool, name: String) -> io::Result<Self> {
        let (sender, mut chunks) = mpsc::channel::<Bytes>(8);
        let mut writer = spool.create(&name)?;
        let writer = tokio::task::spawn_blocking(move || {
            let mut is_whole = false;
            while let Some(chunk) = chunks.blocking_recv() {
                is_whole = chunk.is_empty();
                writer.write_all(&chunk)?;
            }
            if is_whole {
                writer.finish()?;
            }
            Ok(is_whole)
        });
        Ok(Self { name, size: 0, sender, writer })
    }

    async fn write(&mut self, chunk: Bytes) -> io::Result<()> {
        self.size += chunk.len() as u64;
        // a writer that failed says why when it is asked to finish
        let _ = self.sender.send(chunk).await;
        Ok(())
    }

    async fn finish(self) -> io::Result<Segment> {
        // an empty chunk says that it is whole
        let _ = self.sender.send(Bytes::new()).await;
        drop(self.sender);
        match self.writer.await.map_err(io::Error::other)?? {
            true => Ok(Segment { spool: self.name, size: self.size }),
            false => Err(io::Error::other("the writer of a segment stopped")),
        }
    }
}
