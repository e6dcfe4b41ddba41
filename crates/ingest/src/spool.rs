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
/// Begins the names of lists of segments.
const LIST: char = 'l';
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
    pub(crate) fn read(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        let mut body = zstd::Decoder::new(self.objects.open(name)?)?;
        if !is_list(name) {
            return Ok(Box::new(body));
        }
        let mut names = String::new();
        body.read_to_string(&mut names)?;
        let names = names.lines().map(str::to_owned).collect::<Vec<_>>().into_iter();
        Ok(Box::new(Listed { spool: self.clone(), names, current: None }))
    }

    /// Reads a body as it lies there.
    pub(crate) async fn read_compressed(&self, name: &str) -> io::Result<Vec<u8>> {
        if !is_list(name) {
            return self.objects.read(name).await;
        }
        // frames behind one another are one body
        let mut whole = Vec::new();
        for segment in self.listed(name).await? {
            whole.extend(self.objects.read(&segment).await?);
        }
        Ok(whole)
    }

    /// The name of the list of segments that a delivery's body is.
    pub(crate) fn list_name(receipt: i64) -> String {
        format!("{LIST}{receipt}")
    }

    /// Writes a list of segments, which is the body that they are one behind the other. Blocking.
    pub(crate) fn write_list(&self, name: &str, segments: &[String]) -> io::Result<()> {
        let mut writer = self.create(name)?;
        for segment in segments {
            writeln!(writer, "{segment}")?;
        }
        writer.finish()
    }

    /// The segments of a list; none when it is gone.
    pub(crate) async fn listed(&self, name: &str) -> io::Result<Vec<String>> {
        let bytes = match self.objects.read(name).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            read => zstd::decode_all(read?.as_slice())?,
        };
        Ok(String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect())
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

/// Whether a name is that of a list of segments.
pub(crate) fn is_list(name: &str) -> bool {
    name.starts_with(LIST)
}

/// Segments, read one behind the other.
struct Listed {
    spool: Spool,
    names: std::vec::IntoIter<String>,
    current: Option<Box<dyn Read + Send>>,
}

impl Read for Listed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(current) = &mut self.current {
                let count = current.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
            }
            let Some(name) = self.names.next() else { return Ok(0) };
            self.current = Some(Box::new(zstd::Decoder::new(self.spool.objects.open(&name)?)?));
        }
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
