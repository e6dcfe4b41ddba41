//! Large bodies on disk, zstd-compressed: written to a temporary name, synced, renamed, so that a name
//! that the store knows always has its whole body.

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// Favours speed: bodies are mostly read once.
const LEVEL: i32 = 1;
/// What is older than this and unreferenced was never acknowledged.
const OLD: Duration = Duration::from_hours(1);

/// The folder of large bodies. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Spool(Arc<PathBuf>);

impl Spool {
    /// Opens the folder, creating it.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self(Arc::new(folder.to_owned())))
    }

    /// Begins a body. It exists under `name` once [`SpoolWriter::finish`] returned.
    pub(crate) fn create(&self, name: &str) -> io::Result<SpoolWriter> {
        let unfinished = self.0.join(format!("{name}.part"));
        let file = BufWriter::new(File::create(&unfinished)?);
        Ok(SpoolWriter {
            encoder: Some(zstd::Encoder::new(file, LEVEL)?),
            unfinished,
            finished: self.0.join(name),
            folder: Arc::clone(&self.0),
        })
    }

    /// Reads a body, decompressed.
    pub(crate) fn read(&self, name: &str) -> io::Result<impl Read + use<>> {
        zstd::Decoder::new(File::open(self.path(name)?)?)
    }

    /// Reads a body as it lies on disk.
    pub(crate) fn read_compressed(&self, name: &str) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        BufReader::new(File::open(self.path(name)?)?).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn path(&self, name: &str) -> io::Result<PathBuf> {
        let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
        if plain && !name.starts_with('.') {
            Ok(self.0.join(name))
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "not a spool name"))
        }
    }

    /// Removes a body; one that is gone already is fine.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.path(name)?) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    /// Removes what a crash left half-written long ago; returns the names of whole bodies as old as that,
    /// which may be unreferenced. Younger ones may belong to a receipt that is being written right now.
    pub(crate) fn sweep_old(&self) -> io::Result<Vec<String>> {
        let mark = self.0.join("swept");
        fs::write(&mark, b"")?;
        let now = fs::metadata(&mark)?.modified()?;
        let mut names = Vec::new();
        for entry in fs::read_dir(self.0.as_path())? {
            let entry = entry?;
            let age = now.duration_since(entry.metadata()?.modified()?).unwrap_or_default();
            let name = entry.file_name().to_string_lossy().into_owned();
            if age < OLD || name == "swept" {
                continue;
            }
            if name.ends_with(".part") { fs::remove_file(entry.path())? } else { names.push(name) }
        }
        Ok(names)
    }

    /// Free bytes of the disk.
    pub(crate) fn free_bytes(&self) -> io::Result<u64> {
        let disk = rustix::fs::statvfs(self.0.as_path())?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
}

/// A body being written; dropped unfinished, it leaves nothing.
pub(crate) struct SpoolWriter {
    encoder: Option<zstd::Encoder<'static, BufWriter<File>>>,
    unfinished: PathBuf,
    finished: PathBuf,
    folder: Arc<PathBuf>,
}

impl SpoolWriter {
    /// Makes the body durable under its name.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        let Some(encoder) = self.encoder.take() else { return Ok(()) };
        let file = encoder.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        fs::rename(&self.unfinished, &self.finished)?;
        File::open(self.folder.as_path())?.sync_all()
    }
}

impl Write for SpoolWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.encoder.as_mut().map_or(Ok(0), |encoder| encoder.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.encoder.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for SpoolWriter {
    fn drop(&mut self) {
        if self.encoder.is_some() {
            // a leftover is also removed at the next start
            let _ = fs::remove_file(&self.unfinished);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_there_only_once_finished() {
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
        assert!(spool.sweep_old().unwrap().is_empty(), "what is young may still be on its way");
        assert!(spool.read("../a-1").is_err());
        spool.remove("a-1").unwrap();
        spool.remove("a-1").unwrap();
    }
}
