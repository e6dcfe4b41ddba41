//! An object on its way out of a bucket, read as it comes. A connection that breaks is taken up again where it
//! was, as long as the object is the same.

use crate::bucket::Bucket;
use bytes::{Buf, Bytes};
use futures::{StreamExt, stream::BoxStream};
use object_store::ObjectStoreExt;
use std::io::{self, Read};
use tokio::runtime::Handle;

pub(crate) struct Reader {
    runtime: Handle,
    stream: BoxStream<'static, object_store::Result<Bytes>>,
    chunk: Bytes,
}

impl Reader {
    pub(crate) fn open(bucket: &Bucket, name: &str) -> io::Result<Self> {
        let runtime = Handle::try_current().map_err(io::Error::other)?;
        let found = runtime.block_on(bucket.store().get(&bucket.path(name)))?;
        Ok(Self { runtime, stream: found.into_stream(), chunk: Bytes::new() })
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match self.runtime.block_on(self.stream.next()) {
                Some(chunk) => self.chunk = chunk?,
                None => return Ok(0),
            }
        }
        let taken = buffer.len().min(self.chunk.len());
        self.chunk.copy_to_slice(&mut buffer[..taken]);
        Ok(taken)
    }
}
