//! Reading JSON that does not keep to its documentation: a field of the wrong kind costs that field,
//! an item that cannot be read costs that item, a body that breaks off costs what came after.

mod columns;
mod field;
mod items;
mod notes;
mod offsets;
mod wire;

pub(crate) use columns::Columns;
pub(crate) use field::{Field, Lenient, List, Said, drain_map};
pub(crate) use items::{Item, each_item, each_raw, each_streamed};
pub(crate) use notes::{Notes, instant, micros, note, note_type};
pub(crate) use offsets::Offsets;
pub(crate) use wire::wire;

/// Whether a beginning is that of a JSON list or object in which all of these keys stand.
pub(crate) fn has_keys(beginning: &[u8], keys: &[&str]) -> bool {
    let first = beginning.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    let has = |key: &&str| {
        let quoted = format!("\"{key}\"");
        beginning.windows(quoted.len()).any(|window| window == quoted.as_bytes())
    };
    matches!(first, Some(b'[' | b'{')) && keys.iter().all(has)
}
