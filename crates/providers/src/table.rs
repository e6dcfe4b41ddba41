//! Tables of delimited text as vendors export them: some lines about the file, a header, and a row a record.
//!
//! What separates cells is told from the header. Rows may be shorter or longer than it; cells are found by the
//! header's names, without regard to case. A row that is longer than any export writes costs itself, not memory.

use crate::{
    json::{Notes, note},
    sniff::BEGINNING,
};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use model::{IssueCode, Mapped};
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};

/// A header stands further up, if there is one.
const MOST_LINES_ABOVE: usize = 30;
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
const LONGEST_ROW: usize = 1024 * 1024;
const MOST_CELLS: usize = 4096;

/// Whether one of the first lines is a header with all of these columns.
pub(crate) fn has_columns(beginning: &[u8], columns: &[&str]) -> bool {
    header(beginning, columns).is_some()
}

/// The line, lower case, that holds all of these columns.
fn header(beginning: &[u8], columns: &[&str]) -> Option<String> {
    let text = String::from_utf8_lossy(beginning).to_lowercase();
    let has = |line: &&str| columns.iter().all(|column| line.contains(&column.to_lowercase()));
    text.lines().take(MOST_LINES_ABOVE).find(has).map(str::to_owned)
}

/// One row and where it was.
pub(crate) struct Row<'a> {
    columns: &'a [String],
    cells: Cells<'a>,
    /// Its place in the file, for issues.
    pub(crate) path: String,
}

impl Row<'_> {
    /// The text of the first column of this name, if there is any.
    pub(crate) fn text(&self, column: &str) -> Option<String> {
        self.cell(self.columns.iter().position(|name| name.eq_ignore_ascii_case(column))?)
    }

    /// The same of the last column of this name: some exports repeat columns in other units.
    pub(crate) fn last_text(&self, column: &str) -> Option<String> {
        self.cell(self.columns.iter().rposition(|name| name.eq_ignore_ascii_case(column))?)
    }

    /// The column's name and text where its name begins so: units stand behind.
    pub(crate) fn beginning(&self, column: &str) -> Option<(&str, String)> {
        let begins = |name: &String| name.get(..column.len()).is_some_and(|start| start.eq_ignore_ascii_case(column));
        let place = self.columns.iter().position(begins)?;
        Some((self.columns.get(place)?, self.cell(place)?))
    }

    /// A number between two bounds; what is none is noted.
    pub(crate) fn number(&self, column: &str, low: f64, high: f64, mapped: &mut Mapped) -> Option<f64> {
        let text = self.text(column)?;
        let value = number(&text).filter(|value| (low..=high).contains(value));
        if value.is_none() {
            self.notes(mapped).add(IssueCode::Invalid, column, "not a number in range");
        }
        value
    }

    /// Whether the header has this column.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|name| name.eq_ignore_ascii_case(column))
    }

    /// The name of the second column, which is what tables of one value a time are of.
    pub(crate) fn second_column(&self) -> &str {
        self.columns.get(1).map_or("", String::as_str)
    }

    pub(crate) fn notes<'m>(&self, mapped: &'m mut Mapped) -> Notes<'m> {
        Notes::new(&mut mapped.issues, self.path.clone())
    }

    fn cell(&self, place: usize) -> Option<String> {
        let text = String::from_utf8_lossy(self.cells.get(place)?);
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

/// A number as people write it: `1234.5`, `1,234.5` or `6,3`.
pub(crate) fn number(text: &str) -> Option<f64> {
    let plain = if text.contains('.') { text.replace(',', "") } else { text.replacen(',', ".", 1) };
    plain.trim().parse().ok().filter(|value: &f64| value.is_finite())
}

/// Hands over each row below the header, which is the line that has these columns.
pub(crate) fn each_row(
    name: &str,
    columns: &[&str],
    body: &mut dyn Read,
    mapped: &mut Mapped,
    take: impl FnMut(&Row<'_>, &mut Mapped),
) {
    each_row_called(name, columns, |column| column, body, mapped, take);
}

/// The same, with columns found by what `call` makes of their names.
pub(crate) fn each_row_called(
    name: &str,
    columns: &[&str],
    call: impl Fn(&str) -> &str,
    body: &mut dyn Read,
    mapped: &mut Mapped,
    mut take: impl FnMut(&Row<'_>, &mut Mapped),
) {
    let mut beginning = Vec::new();
    // what fails while it is read ends there; whoever reads knows why
    let _ = body.take(BEGINNING as u64).read_to_end(&mut beginning);
    let Some(line) = header(&beginning, columns) else {
        return note(&mut mapped.issues, IssueCode::Unknown, name, "no line names the columns that are needed");
    };
    let separator = SEPARATORS.into_iter().max_by_key(|mark| line.bytes().filter(|byte| byte == mark).count());
    let mut rows = Rows::new(Cursor::new(beginning).chain(body), separator.unwrap_or(b','));
    let mut names = Vec::new();
    loop {
        let line = rows.reader.line();
        let path = || format!("{name}[line {line}]");
        let cells = match rows.next() {
            Ok(Next::Row(cells)) => cells,
            Ok(Next::TooLong) => {
                mapped.items = mapped.items.saturating_add(1);
                note(&mut mapped.issues, IssueCode::Invalid, path(), "longer than any row is; it is left out");
                continue;
            }
            Ok(Next::End) => return,
            Err(_) => {
                let message = "could not be read on; the rest is left out";
                return note(&mut mapped.issues, IssueCode::Truncated, name, message);
            }
        };
        if names.is_empty() {
            names = names_of(&cells, columns).iter().map(|name| call(name).to_owned()).collect();
            continue;
        }
        mapped.items = mapped.items.saturating_add(1);
        take(&Row { columns: &names, cells, path: path() }, mapped);
    }
}

/// The cells of a row: their text in a line, and where each ends.
struct Cells<'a> {
    text: &'a [u8],
    ends: &'a [usize],
}

impl<'a> Cells<'a> {
    fn get(&self, place: usize) -> Option<&'a [u8]> {
        let from = place.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(from..*self.ends.get(place)?)
    }

    fn iter(&self) -> impl Iterator<Item = &'a [u8]> {
        (0..self.ends.len()).filter_map(|place| self.get(place))
    }
}

enum Next<'a> {
    Row(Cells<'a>),
    TooLong,
    End,
}

/// Reads rows one by one, in memory for one.
struct Rows<R> {
    input: BufReader<R>,
    reader: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl<R: Read> Rows<R> {
    fn new(input: R, separator: u8) -> Self {
        let reader = ReaderBuilder::new().delimiter(separator).build();
        Self { input: BufReader::new(input), reader, text: vec![0; BEGINNING], ends: vec![0; 64] }
    }

    fn next(&mut self) -> io::Result<Next<'_>> {
        let (mut length, mut count, mut is_too_long) = (0, 0, false);
        loop {
            let input = match self.input.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                input => input?,
            };
            let (text, ends) = (self.text.get_mut(length..), self.ends.get_mut(count..));
            let (result, taken, written, ended) =
                self.reader.read_record(input, text.unwrap_or_default(), ends.unwrap_or_default());
            self.input.consume(taken);
            (length, count) = (length + written, count + ended);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.text.len() < LONGEST_ROW => {
                    self.text.resize(self.text.len() * 2, 0)
                }
                ReadRecordResult::OutputEndsFull if self.ends.len() < MOST_CELLS => {
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                // what is there is written over until the row ends
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    (length, count, is_too_long) = (0, 0, true);
                }
                ReadRecordResult::End => return Ok(Next::End),
                ReadRecordResult::Record if is_too_long => return Ok(Next::TooLong),
                ReadRecordResult::Record => {
                    let text = self.text.get(..length).unwrap_or_default();
                    return Ok(Next::Row(Cells { text, ends: self.ends.get(..count).unwrap_or_default() }));
                }
            }
        }
    }
}

/// The names of the columns, if this is the header.
fn names_of(cells: &Cells<'_>, columns: &[&str]) -> Vec<String> {
    let plain = |cell: &[u8]| String::from_utf8_lossy(cell).trim_start_matches('\u{feff}').trim().to_owned();
    let names: Vec<String> = cells.iter().map(plain).collect();
    let has = |column: &&str| {
        let column = column.to_lowercase();
        names.iter().any(|name| name.to_lowercase().contains(&column))
    };
    if columns.iter().all(has) { names } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Seen = (Option<String>, Option<f64>);

    fn rows(text: &str) -> (Vec<Seen>, Mapped) {
        let (mut found, mut mapped) = (Vec::new(), Mapped::default());
        each_row("t", &["When", "Value"], &mut text.as_bytes(), &mut mapped, |row, mapped| {
            found.push((row.text("when"), row.number("Value", 0.0, 100.0, mapped)));
        });
        (found, mapped)
    }

    #[test]
    fn rows_are_read_below_their_header_whatever_separates_them() {
        let wanted = vec![(Some("a".to_owned()), Some(6.5)), (Some("b".to_owned()), None)];
        for text in [
            "\u{feff}When,Value\na,6.5\nb\n",
            "Report,by,me\n\nWHEN;x;value\na;;6,5\nb;;\n",
            "When\tValue\na\t 6.5 \nb\t\n",
        ] {
            let (found, mapped) = rows(text);
            assert_eq!((&found, mapped.items, mapped.issues.len()), (&wanted, 2, 0), "{text}");
        }
        let (found, mapped) = rows("When,Value\nc,many\nd,101\n\"e");
        assert_eq!((found.len(), mapped.issues.len(), mapped.issues[0].path.as_str()), (3, 2, "t[line 2].Value"));
        assert_eq!(rows("neither,nor\n1,2\n").1.issues[0].code, IssueCode::Unknown);
    }

    #[test]
    fn a_row_that_is_too_long_costs_itself_and_no_memory() {
        let long = "x".repeat(3 * LONGEST_ROW);
        let cells = ",".repeat(2 * MOST_CELLS);
        for wrong in [format!("b,{long}"), format!("\"b\n{long}\",1"), format!("b{cells}")] {
            let text = format!("When,Value\na,1\n{wrong}\nc,3\n");
            let (found, mapped) = rows(&text);
            let seen: Vec<_> = found.iter().map(|(when, _)| when.as_deref()).collect();
            assert_eq!((seen, mapped.items), (vec![Some("a"), Some("c")], 3));
            assert_eq!((mapped.issues.len(), mapped.issues[0].path.as_str()), (1, "t[line 3]"));
        }
        let endless = format!("When,Value\na,1\n\"{long}");
        assert_eq!(rows(&endless).1.issues.len(), 1);
        let mut rows = Rows::new(endless.as_bytes(), b',');
        while !matches!(rows.next(), Ok(Next::End)) {}
        assert!(rows.text.len() <= LONGEST_ROW && rows.ends.len() <= MOST_CELLS);
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        assert_eq!(["1,234.5", "6,3", " 7 ", "-0.5"].map(number), [1234.5, 6.3, 7.0, -0.5].map(Some));
        assert_eq!(["", "Low", "NaN", "inf", "1e999"].map(number), [None; 5]);
    }
}
