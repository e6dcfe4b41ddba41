//! Ids of samples: the same sample has the same id in every record that is written.

use super::{About, Sample};
use model::derived_id;

/// The id of a sample; of a summary, that of its bucket at its resolution. A merged sample is another than the one that a
/// source told, for it may be a part of it.
pub(crate) fn point_id(about: &About, sample: &Sample<'_>) -> String {
    let kind: &[u8] = if about.is_merged { b"merged sample" } else { b"sample" };
    let (at, twin) = (sample.row.at.as_micros().to_be_bytes(), sample.twin.to_be_bytes());
    let (series, source) = (sample.series.as_stored().to_be_bytes(), sample.source.to_be_bytes());
    let (context, duration) = (sample.context.as_stored().to_be_bytes(), sample.row.duration_us.to_be_bytes());
    let summary = about.summary.unwrap_or_default().as_bytes();
    let user = about.user.as_bytes();
    let mut parts: Vec<&[u8]> = vec![kind, user, &series, &source, &context, &at, &duration, summary];
    if sample.twin > 0 {
        parts.push(&twin);
    }
    derived_id(&parts).to_string()
}
