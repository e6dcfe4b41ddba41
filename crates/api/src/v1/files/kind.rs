//! Which format a file has, by its first bytes; by its name where those say nothing.

use model::FileFormat;

/// How many bytes are enough to tell.
pub(super) const ENOUGH: usize = 1024;

/// The format.
pub(super) fn format_of(first: &[u8], name: Option<&str>) -> Option<FileFormat> {
    if first.get(8..12) == Some(b".FIT") {
        return Some(FileFormat::Fit);
    }
    let text = String::from_utf8_lossy(first.get(..ENOUGH.min(first.len())).unwrap_or_default());
    if text.contains("<TrainingCenterDatabase") {
        return Some(FileFormat::Tcx);
    }
    if text.contains("<gpx") {
        return Some(FileFormat::Gpx);
    }
    let ending = name?.rsplit_once('.')?.1.to_ascii_lowercase();
    FileFormat::find(&ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_tell_before_the_name_does() {
        let fit = b"\x0e\x10\x00\x00\x00\x00\x00\x00.FIT\x00\x00";
        assert_eq!(format_of(fit, Some("x.gpx")), Some(FileFormat::Fit));
        assert_eq!(format_of(b"<?xml version='1.0'?><gpx version='1.1'>", None), Some(FileFormat::Gpx));
        assert_eq!(format_of(b"<TrainingCenterDatabase xmlns='x'>", None), Some(FileFormat::Tcx));
        assert_eq!(format_of(b"??", Some("a.b.FIT")), Some(FileFormat::Fit));
        assert_eq!(format_of(b"??", Some("a.zip")), None);
        assert_eq!(format_of(b"", None), None);
    }
}
