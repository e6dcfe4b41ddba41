//! An object on its way into a bucket: one request when it is small, an upload of several parts when it is not.

use crate::bucket::{Bucket, gone};
use object_store::{
    MultipartId, ObjectStoreExt, PutPayload,
    multipart::{MultipartStore, PartId},
};
use std::{
    io::{self, Write},
    mem,
};
use tokio::{runtime::Handle, task::JoinSet};

/// The size of a part: the least that services take for any but the last.
const PART_BYTES: usize = 5 * 1024 * 1024;
/// How many parts are sent at once, beside the one that is being filled.
const AT_ONCE: usize = 1;

pub(crate) struct Upload {
    bucket: Bucket,
    name: String,
    runtime: Handle,
    buffer: Vec<u8>,
    parts: Option<Parts>,
}

/// The parts of an upload that has begun.
struct Parts {
    id: MultipartId,
    sent: Vec<Option<PartId>>,
    sending: JoinSet<object_store::Result<(usize, PartId)>>,
}

impl Upload {
    pub(crate) fn begin(bucket: Bucket, name: &str) -> io::Result<Self> {
        let runtime = Handle::try_current().map_err(io::Error::other)?;
        Ok(Self { bucket, name: name.to_owned(), runtime, buffer: Vec::new(), parts: None })
    }

    pub(crate) fn finish(mut self) -> io::Result<()> {
        let runtime = self.runtime.clone();
        runtime.block_on(async {
            if self.parts.is_none() {
                let whole = PutPayload::from(mem::take(&mut self.buffer));
                self.bucket.store().put(&self.bucket.path(&self.name), whole).await?;
                return Ok(());
            }
            if !self.buffer.is_empty() {
                self.send_part().await?;
            }
            self.complete().await
        })
    }

    async fn send_part(&mut self) -> io::Result<()> {
        // what fills one part mostly fills another
        let full = PutPayload::from(mem::replace(&mut self.buffer, Vec::with_capacity(PART_BYTES)));
        let path = self.bucket.path(&self.name);
        let parts = match &mut self.parts {
            Some(parts) => parts,
            None => {
                let id = self.bucket.store().create_multipart(&path).await?;
                let parts = Parts { id, sent: Vec::new(), sending: JoinSet::new() };
                // from here on it is aborted by whoever drops or sweeps it
                let parts = self.parts.insert(parts);
                let note = format!("{}\n{}", self.name, parts.id);
                self.bucket.store().put(&self.bucket.note(&parts.id), note.into()).await?;
                parts
            }
        };
        while parts.sending.len() >= AT_ONCE {
            parts.take_one().await?;
        }
        let (store, id, index) = (self.bucket.store().clone(), parts.id.clone(), parts.sent.len());
        parts.sent.push(None);
        parts.sending.spawn(async move { Ok((index, store.put_part(&path, &id, index, full).await?)) });
        Ok(())
    }

    async fn complete(&mut self) -> io::Result<()> {
        let Some(parts) = &mut self.parts else { return Ok(()) };
        while !parts.sending.is_empty() {
            parts.take_one().await?;
        }
        let sent: Vec<PartId> = parts.sent.iter_mut().filter_map(Option::take).collect();
        let path = self.bucket.path(&self.name);
        self.bucket.store().complete_multipart(&path, &parts.id, sent).await?;
        if let Some(parts) = self.parts.take()
            && let Err(error) = gone(self.bucket.store().delete(&self.bucket.note(&parts.id)).await)
        {
            tracing::debug!(%error, "the note of a finished upload stays until the next sweep");
        }
        Ok(())
    }
}

impl Parts {
    async fn take_one(&mut self) -> io::Result<()> {
        if let Some(sent) = self.sending.join_next().await {
            let (index, part) = sent.map_err(io::Error::other)??;
            if let Some(place) = self.sent.get_mut(index) {
                *place = Some(part);
            }
        }
        Ok(())
    }
}

impl Write for Upload {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PART_BYTES - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..taken]);
        if self.buffer.len() == PART_BYTES {
            let runtime = self.runtime.clone();
            runtime.block_on(self.send_part())?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(parts) = self.parts.take() {
            let (bucket, path) = (self.bucket.clone(), self.bucket.path(&self.name));
            // the sweep ends what this cannot
            self.runtime.spawn(async move {
                let Parts { id, sending, .. } = parts;
                drop(sending);
                if gone(bucket.store().abort_multipart(&path, &id).await).is_ok() {
                    let _ = bucket.store().delete(&bucket.note(&id)).await;
                }
            });
        }
    }
}
