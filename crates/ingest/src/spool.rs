//! Large bodies, zstd-compressed, as objects: a name that the store knows always has its whole body.

use objects::{Objects, Writer};
use std::{
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// Favours speed: bodies are mostly read once.
const LEVEL: i32 = 1;
/// What is older than this and unreferenced was never acknowledged.
pub(crate) const OLD: Duration = Duration::from_hours(1);

/// Where large bodies lie. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Spool {
    objects: Objects,
    disk: Arc<PathBuf>,
}

impl Spool {
    /// Opens a folder, creating it.
    pub fn open(folder: &Path) -> io::Result<Self> {
        Ok(Self::on(Objects::in_folder(folder)?, folder))
    }

    /// Bodies lie in `objects`, which other processes may share. `disk` is a path on the disk whose room counts.
    #[must_use]
    pub fn on(objects: Objects, disk: &Path) -> Self {
        Self { objects, disk: Arc::new(disk.to_owned()) }
    }

    /// Whether bodies can be written, read and removed.
    pub async fn check(&self) -> io::Result<()> {
        self.objects.check().await
    }

    /// Begins a body. It exists under `name` once [`SpoolWriter::finish`] returned.
    pub(crate) fn create(&self, name: &str) -> io::Result<SpoolWriter> {
        Ok(SpoolWriter(zstd::Encoder::new(self.objects.create(name)?, LEVEL)?))
    }

    /// Reads a body, decompressed. Blocking.
    pub(crate) fn read(&self, name: &str) -> io::Result<impl Read + Send + use<>> {
        zstd::Decoder::new(self.objects.open(name)?)
    }

    /// Reads a body as it lies there.
    pub(crate) async fn read_compressed(&self, name: &str) -> io::Result<Vec<u8>> {
        self.objects.read(name).await
    }

    /// Removes a body; one that is gone already is fine.
    pub async fn remove(&self, name: &str) -> io::Result<()> {
        self.objects.remove(name).await
    }

    /// Removes what a crash left half-written long ago; returns the names of whole bodies as old as that,
    /// which may be unreferenced. Younger ones may belong to a receipt that is being written right now.
    pub(crate) async fn sweep_old(&self) -> io::Result<Vec<String>> {
        self.objects.sweep(OLD).await
    }

    /// Free bytes of the disk.
    pub(crate) fn free_bytes(&self) -> io::Result<u64> {
        objects::free_bytes(&self.disk)
    }
}

/// A body being written; dropped unfinished, it leaves nothing. Blocking.
pub(crate) struct SpoolWriter(zstd::Encoder<'static, Writer>);

impl SpoolWriter {
    /// Makes the body durable under its name.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.0.finish()?.finish()
    }
}

impl Write for SpoolWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_is_there_only_once_finished() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path()).unwrap();
        let mut writer = spool.create("a-1").unwrap();
        writer.write_all(b"hello").unwrap();
        assert!(spool.read("a-1").is_err());
        writer.finish().unwrap();
        let mut text = String::new();
        spool.read("a-1").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "hello");
        drop(spool.create("a-2").unwrap());
        assert!(!folder.path().join("a-2.part").exists());
        assert!(spool.sweep_old().await.unwrap().is_empty(), "what is young may still be on its way");
        spool.remove("a-1").await.unwrap();
        spool.remove("a-1").await.unwrap();
        assert!(spool.read("a-1").is_err());
    }
}
