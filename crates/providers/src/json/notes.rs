//! Takes values out of fields and notes what cannot be taken. Issues never hold the value.

use super::{Field, List};
use model::{Issue, IssueCode, LocalDate, LocalOffset, Timestamp};

/// How many issues a part may have; a body of nothing but faults must not fill the memory.
const MOST: usize = 200;
const LAST_SECOND: f64 = 253_402_300_799.0; // the end of the year 9999
const DAY_S: f64 = 86_400.0;
/// No single span is longer than this; what is longer is a unit gone wrong.
const LONGEST_S: f64 = 400.0 * DAY_S;

/// Adds an issue, unless there are too many already.
pub(crate) fn note(issues: &mut Vec<Issue>, code: IssueCode, path: impl Into<String>, message: &str) {
    match issues.len() {
        n if n < MOST => issues.push(Issue::new(code, path, message)),
        MOST => issues.push(Issue::new(code, "", "more issues follow that are not listed")),
        _ => {}
    }
}

/// Notes that nothing maps parts of this type.
pub(crate) fn note_type(issues: &mut Vec<Issue>, part_type: &str) {
    note(issues, IssueCode::Unknown, part_type, "this type is not mapped; it is kept");
}

/// The issues of one item, by its path.
pub(crate) struct Notes<'a> {
    issues: &'a mut Vec<Issue>,
    path: Path<'a>,
}

/// Where an item is; written only for an issue, which most items have none of.
enum Path<'a> {
    Written(String),
    Item { list: &'a str, place: u32 },
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Written(path) => f.write_str(path),
            Self::Item { list, place } => write!(f, "{list}[{place}]"),
        }
    }
}

impl<'a> Notes<'a> {
    pub(crate) fn new(issues: &'a mut Vec<Issue>, path: impl Into<String>) -> Self {
        Self { issues, path: Path::Written(path.into()) }
    }

    /// Notes of an item of a list.
    pub(crate) fn at(issues: &'a mut Vec<Issue>, list: &'a str, place: u32) -> Self {
        Self { issues, path: Path::Item { list, place } }
    }

    /// Notes of something within this item.
    pub(crate) fn within(&mut self, part: &str) -> Notes<'_> {
        Notes { path: Path::Written(format!("{}.{part}", self.path)), issues: self.issues }
    }

    pub(crate) fn add(&mut self, code: IssueCode, key: &str, message: &str) {
        let path = if key.is_empty() { self.path.to_string() } else { format!("{}.{key}", self.path) };
        note(self.issues, code, path, message);
    }

    pub(crate) fn missing(&mut self, key: &str) {
        self.add(IssueCode::Missing, key, "missing");
    }

    /// The value as it is.
    pub(crate) fn take<T: Clone>(&mut self, field: &Field<T>) -> Option<T> {
        self.look(field).cloned()
    }

    /// The value where it lies.
    pub(crate) fn look<'f, T>(&mut self, field: &'f Field<T>) -> Option<&'f T> {
        if field.is_unreadable() {
            self.add(IssueCode::Invalid, field.key, "not of the documented kind");
        }
        field.value()
    }

    /// A text that is not empty.
    pub(crate) fn text(&mut self, field: &Field<String>) -> Option<String> {
        self.look(field).map(|text| text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A number between two bounds.
    pub(crate) fn between(&mut self, field: &Field<f64>, low: f64, high: f64) -> Option<f64> {
        let value = self.take(field)?;
        if (low..=high).contains(&value) {
            return Some(value);
        }
        self.add(IssueCode::Invalid, field.key, "out of range");
        None
    }

    /// A number that cannot be negative.
    pub(crate) fn amount(&mut self, field: &Field<f64>, most: f64) -> Option<f64> {
        self.between(field, 0.0, most)
    }

    /// A number that is above zero; zero and below stand for "none" and are left out without a word.
    pub(crate) fn positive(&mut self, field: &Field<f64>, most: f64) -> Option<f64> {
        self.between(field, f64::MIN, most).filter(|value| *value > 0.0)
    }

    /// A number of seconds that something lasted.
    pub(crate) fn span(&mut self, field: &Field<f64>) -> Option<f64> {
        self.between(field, 0.0, LONGEST_S)
    }

    /// An instant, from seconds since 1970.
    pub(crate) fn time(&mut self, field: &Field<f64>) -> Option<Timestamp> {
        let value = self.take(field)?;
        let time = instant(value);
        if time.is_none() {
            let in_millis = instant(value / 1e3).is_some();
            let message = if in_millis { "out of range; looks like milliseconds" } else { "out of range" };
            self.add(IssueCode::Invalid, field.key, message);
        }
        time
    }

    /// An instant that the record cannot do without.
    pub(crate) fn needed_time(&mut self, field: &Field<f64>) -> Option<Timestamp> {
        if field.is_absent() {
            self.missing(field.key);
        }
        self.time(field)
    }

    /// What the device's clock showed less UTC: any value within a day either way.
    pub(crate) fn device_offset(&mut self, field: &Field<f64>) -> Option<LocalOffset> {
        self.between(field, -DAY_S, DAY_S).map(|seconds| LocalOffset::device(seconds as i32))
    }

    /// A calendar date.
    pub(crate) fn date(&mut self, field: &Field<String>) -> Option<LocalDate> {
        let text = self.text(field)?;
        let date = LocalDate::parse(&text);
        if date.is_none() {
            self.add(IssueCode::Invalid, field.key, "not a date");
        }
        date
    }

    /// A calendar date that the record cannot do without.
    pub(crate) fn needed_date(&mut self, field: &Field<String>) -> Option<LocalDate> {
        if field.is_absent() {
            self.missing(field.key);
        }
        self.date(field)
    }

    /// The readable items of a list.
    pub(crate) fn list<'f, T>(&mut self, field: &'f Field<List<T>>) -> &'f [T] {
        let Some(list) = self.look(field) else { return &[] };
        if list.unreadable > 0 {
            self.add(IssueCode::Invalid, field.key, "has entries that are not objects");
        }
        &list.items
    }
}

/// The instant of a number of seconds since 1970; fractions are kept to the microsecond.
pub(crate) fn instant(seconds: f64) -> Option<Timestamp> {
    let micros = (seconds * 1e6).round();
    (1.0..=LAST_SECOND).contains(&seconds).then_some(Timestamp::from_micros(micros as i64))
}

/// A number of seconds in microseconds; saturates.
pub(crate) fn micros(seconds: f64) -> i64 {
    (seconds * 1e6).round() as i64
}
