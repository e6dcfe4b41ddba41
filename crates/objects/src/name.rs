//! Names of objects: plain words, in folders where that helps to find them again.

use std::io;

/// Whether a name is one that a place keeps for itself; no object's name has a word that begins so.
pub(crate) fn is_reserved(name: &str) -> bool {
    name.split('/').any(|word| word.starts_with('_'))
}

/// Refuses what could lead elsewhere, in a folder or in a bucket.
pub(crate) fn check(name: &str) -> io::Result<()> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.' || c == '_';
    let is_word = |word: &str| !word.is_empty() && !word.starts_with(['.', '_']) && word.chars().all(is_plain);
    if name.split('/').all(is_word) && !name.ends_with(".part") {
        Ok(())
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "not the name of an object"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in ["d1", "p1-0", "cold/7-a/a_b-2026.parquet"] {
            assert!(check(name).is_ok(), "{name}");
        }
        for name in ["", "../a", "/a", "a/", "a//b", ".a", "a/.b", "a b", "a\\b", "a%2f", "_uploads", "a.part"] {
            assert!(check(name).is_err(), "{name}");
        }
    }
}
