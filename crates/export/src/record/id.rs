//! Ids of samples: the same sample has the same id in every record that is written.

use super::{About, Sample};
use model::derived_id;

/// The id of a sample; of a summary, that of its bucket at its resolution.
pub(crate) fn point_id(about: &About, sample: &Sample<'_>) -> String {
    let id = derived_id(&[
        b"sample",
        about.user.as_bytes(),
        &sample.series.as_stored().to_be_bytes(),
        &sample.source.to_be_bytes(),
        &sample.context.as_stored().to_be_bytes(),
        &sample.row.at.as_micros().to_be_bytes(),
        &sample.row.duration_us.to_be_bytes(),
        about.summary.unwrap_or_default().as_bytes(),
    ]);
    id.to_string()
}
