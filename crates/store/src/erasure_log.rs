//! The erasure log: a file beside the store with a line for each erasure, so that a backup that is older than an
//! erasure can be brought up to date. It is no part of a backup: it must be younger than every one of them.
//!
//! A line is a time, a user, and a connection or `-` for the user with everything. Ids only.

use model::{ConnectionId, Timestamp, UserId};
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// Something that was erased, or is being erased by a decision that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Erased {
    /// When it was decided.
    pub at: Timestamp,
    /// Whose data.
    pub user_id: UserId,
    /// All that came through this connection; none: the user with everything.
    pub connection_id: Option<ConnectionId>,
}

/// What a log holds.
#[derive(Clone, Debug, Default)]
pub struct LoggedErasures {
    /// In the order in which they were written.
    pub erased: Vec<Erased>,
    /// Numbers of lines that say nothing, as a crash in the middle of a line leaves them. What such a line was to say
    /// was written again behind it.
    pub unreadable: Vec<usize>,
}

/// The file. Several processes may append to it.
#[derive(Clone, Debug)]
pub struct ErasureLog {
    path: PathBuf,
}

/// The file's name, in the folder of the store.
pub const ERASURE_LOG: &str = "erasures.log";

impl ErasureLog {
    /// The log beside a store's file. Nothing is created before something is erased.
    #[must_use]
    pub fn beside(store: &Path) -> Self {
        Self::at(store.with_file_name(ERASURE_LOG))
    }

    /// The log at a path.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends; on disk when this returns. Blocking.
    pub fn append(&self, erased: &[Erased]) -> io::Result<()> {
        if erased.is_empty() {
            return Ok(());
        }
        let is_new = !self.path.exists();
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(&self.path)?;
        let mut text = if ends_torn(&mut file)? { "\n".to_owned() } else { String::new() };
        for one in erased {
            text.push_str(&line(one));
        }
        // one write, so that lines of several processes do not mix
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        if is_new && let Some(folder) = self.path.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    /// All that it holds; nothing where there is no file. Blocking.
    pub fn read(&self) -> io::Result<LoggedErasures> {
        let text = match std::fs::read(&self.path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(LoggedErasures::default()),
            Err(error) => return Err(error),
        };
        let mut found = LoggedErasures::default();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
            match parse(line) {
                Some(erased) => found.erased.push(erased),
                None => found.unreadable.push(index + 1),
            }
        }
        Ok(found)
    }
}

fn line(erased: &Erased) -> String {
    let connection = erased.connection_id.map_or_else(|| "-".to_owned(), |id| id.to_string());
    format!("{} {} {connection}\n", erased.at, erased.user_id)
}

fn parse(line: &str) -> Option<Erased> {
    let mut words = line.split(' ');
    let at = Timestamp::parse_rfc3339(words.next()?)?;
    let user_id = UserId::from_uuid(Uuid::try_parse(words.next()?).ok()?);
    let connection_id = match words.next()? {
        "-" => None,
        id => Some(ConnectionId::from_uuid(Uuid::try_parse(id).ok()?)),
    };
    words.next().is_none().then_some(Erased { at, user_id, connection_id })
}

/// Whether a crash left the last line without its end.
fn ends_torn(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn erased(number: u128, connection: Option<u128>) -> Erased {
        Erased {
            at: Timestamp::from_micros(1_700_000_000_123_456 + number as i64),
            user_id: UserId::from_uuid(Uuid::from_u128(number)),
            connection_id: connection.map(|id| ConnectionId::from_uuid(Uuid::from_u128(id))),
        }
    }

    #[test]
    fn what_was_appended_is_read_back_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let log = ErasureLog::beside(&folder.path().join("store.db"));
        assert!(log.read().unwrap().erased.is_empty());
        let all = [erased(1, None), erased(2, Some(7)), erased(3, None)];
        log.append(&all[..1]).unwrap();
        log.append(&all[1..]).unwrap();
        let found = log.read().unwrap();
        assert_eq!(found.erased, all);
        assert!(found.unreadable.is_empty());
    }

    #[test]
    fn a_torn_line_costs_itself_alone() {
        let folder = tempfile::tempdir().unwrap();
        let log = ErasureLog::beside(&folder.path().join("store.db"));
        log.append(&[erased(1, None)]).unwrap();
        let whole = std::fs::read(log.path()).unwrap();
        for cut in 1..whole.len() {
            // a cut id must not be taken for another
            std::fs::write(log.path(), [&whole[..], &whole[..cut]].concat()).unwrap();
            log.append(&[erased(2, Some(9))]).unwrap();
            let found = log.read().unwrap();
            let (first, last) = (found.erased[0], *found.erased.last().unwrap());
            assert_eq!((first, last), (erased(1, None), erased(2, Some(9))), "cut at {cut}");
            let torn = usize::from(cut < whole.len() - 1);
            assert_eq!((found.unreadable.len(), found.erased.len()), (torn, 3 - torn), "cut at {cut}");
        }
    }
}
