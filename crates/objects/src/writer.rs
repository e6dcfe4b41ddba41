//! An object being written, wherever it is to lie.

use crate::{folder::Unfinished, upload::Upload};
use std::io::{self, Write};

/// An object being written; dropped unfinished, it leaves nothing. Blocking.
pub struct Writer(Writing);

enum Writing {
    Folder(Unfinished),
    Bucket(Box<Upload>),
}

impl From<Unfinished> for Writer {
    fn from(file: Unfinished) -> Self {
        Self(Writing::Folder(file))
    }
}

impl From<Upload> for Writer {
    fn from(upload: Upload) -> Self {
        Self(Writing::Bucket(Box::new(upload)))
    }
}

impl Writer {
    /// Makes the object durable under its name.
    pub fn finish(self) -> io::Result<()> {
        match self.0 {
            Writing::Folder(file) => file.finish(),
            Writing::Bucket(upload) => upload.finish(),
        }
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Writing::Folder(file) => file.write(bytes),
            Writing::Bucket(upload) => upload.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Writing::Folder(file) => file.flush(),
            // a part of an upload has a least size: what is gathered goes when it is full or all
            Writing::Bucket(_) => Ok(()),
        }
    }
}
