//! Glucose in the unit of its series, whatever unit a meter shows.

/// Milligrams a decilitre of one millimole a litre.
const MILLIGRAMS_OF_MILLIMOLE: f64 = 18.0182;
/// More than any meter shows.
const MOST: f64 = 1500.0;

/// The unit that a column's or field's name states, mg/dL where it states none.
pub(crate) fn is_millimoles(name: &str) -> bool {
    name.to_ascii_lowercase().contains("mmol")
}

/// Milligrams a decilitre of a value; none where no meter shows it.
pub(crate) fn milligrams(value: f64, millimoles: bool) -> Option<f64> {
    let value = if millimoles { value * MILLIGRAMS_OF_MILLIMOLE } else { value };
    (value > 0.0 && value <= MOST).then_some(value)
}
