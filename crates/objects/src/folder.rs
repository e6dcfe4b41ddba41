//! Objects as files: written to a temporary name, synced, renamed, and the folder synced.

use crate::name::is_reserved;
use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// Ends the names of files that are being written.
const UNFINISHED: &str = ".part";
/// Tells by its own age what time it is for the disk, which another machine may serve.
const MARK: &str = "_swept";

#[derive(Clone, Debug)]
pub(crate) struct Folder(Arc<PathBuf>);

impl Folder {
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self(Arc::new(folder.to_owned())))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn check(&self) -> io::Result<()> {
        fs::write(self.0.join(MARK), b"")
    }

    pub(crate) fn create(&self, name: &str) -> io::Result<Unfinished> {
        let finished = self.0.join(name);
        if name.contains('/')
            && let Some(parent) = finished.parent()
        {
            fs::create_dir_all(parent)?;
        }
        let unfinished = self.0.join(format!("{name}{UNFINISHED}"));
        let file = BufWriter::new(File::create(&unfinished)?);
        Ok(Unfinished { file: Some(file), unfinished, finished, root: Arc::clone(&self.0) })
    }

    pub(crate) fn open_file(&self, name: &str) -> io::Result<File> {
        File::open(self.0.join(name))
    }

    /// Removes an object, and what a crash left of writing it.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        for file in [name, &format!("{name}{UNFINISHED}")] {
            match fs::remove_file(self.0.join(file)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                done => done?,
            }
        }
        Ok(())
    }

    pub(crate) fn list(&self, under: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        self.walk(&self.0.join(under), &mut |name, _| {
            if !name.ends_with(UNFINISHED) {
                names.push(name);
            }
            Ok(())
        })?;
        Ok(names)
    }

    pub(crate) fn sweep(&self, age: Duration) -> io::Result<Vec<String>> {
        let mark = self.0.join(MARK);
        fs::write(&mark, b"")?;
        let now = fs::metadata(&mark)?.modified()?;
        let mut names = Vec::new();
        self.walk(&self.0, &mut |name, file| {
            let written = file.metadata()?.modified()?;
            if now.duration_since(written).unwrap_or_default() < age {
                return Ok(());
            }
            if name.ends_with(UNFINISHED) {
                return self.remove(&name);
            }
            names.push(name);
            Ok(())
        })?;
        Ok(names)
    }

    /// Shows each file below a folder, with its name; none when the folder is not there.
    fn walk(&self, from: &Path, show: &mut dyn FnMut(String, &fs::DirEntry) -> io::Result<()>) -> io::Result<()> {
        let entries = match fs::read_dir(from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                self.walk(&path, show)?;
                continue;
            }
            let name = path.strip_prefix(self.0.as_path()).unwrap_or(&path).to_string_lossy().into_owned();
            if is_reserved(&name) {
                continue;
            }
            match show(name, &entry) {
                // someone else was faster
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                shown => shown?,
            }
        }
        Ok(())
    }
}

/// A file being written; dropped unfinished, it goes.
pub(crate) struct Unfinished {
    file: Option<BufWriter<File>>,
    unfinished: PathBuf,
    finished: PathBuf,
    root: Arc<PathBuf>,
}

impl Unfinished {
    pub(crate) fn finish(mut self) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.flush()?;
        file.get_ref().sync_all()?;
        fs::rename(&self.unfinished, &self.finished)?;
        self.file = None;
        // the name is durable once its folder is, and each folder once the one above it is
        for folder in self.finished.ancestors().skip(1) {
            File::open(folder)?.sync_all()?;
            if folder == self.root.as_path() {
                break;
            }
        }
        Ok(())
    }
}

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(0), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if self.file.is_some() {
            // a leftover is also removed by the sweep
            let _ = fs::remove_file(&self.unfinished);
        }
    }
}
