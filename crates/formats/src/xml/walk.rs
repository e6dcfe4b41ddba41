//! Goes through the elements of an XML file once and tells a visitor of each.

use super::input::Input;
use model::{Issue, IssueCode};
use quick_xml::{
    Error, Reader, XmlVersion,
    events::{BytesStart, Event},
};
use std::io::Read;

const DEEPEST: usize = 64;
const LONGEST_EVENT: usize = 256 * 1024;
const LONGEST_TEXT: usize = 4096;
const MOST_ATTRIBUTES: usize = 64;

/// What understands the elements. A path holds the names from the root down, without their prefixes;
/// names that the visitor did not list are empty.
pub(crate) trait Visitor {
    /// An element begins.
    fn open(&mut self, path: &[&str], attributes: &Attributes<'_>);
    /// The text directly in an element that ends, if there is any; cut where it is very long.
    fn text(&mut self, path: &[&str], text: &str);
    /// An element ends. Not told of those that the file breaks off in.
    fn close(&mut self, path: &[&str]);
}

/// What became of reading a file.
pub(crate) struct Walked {
    /// A digest of the bytes: the same for the same file.
    pub(crate) digest: [u8; 16],
    /// Why the file could not be read to its end.
    pub(crate) issue: Option<Issue>,
}

/// The attributes of an element.
pub(crate) struct Attributes<'a>(&'a BytesStart<'a>);

impl Attributes<'_> {
    /// An attribute's value, whatever the prefix of its name is.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        // looking for the same name twice takes the square of their number
        let mut known = attributes.with_checks(false).flatten().take(MOST_ATTRIBUTES);
        let found = known.find(|attribute| attribute.key.local_name().as_ref() == name)?;
        found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
    }
}

/// Reads the file to its end, as far as it is well-formed.
pub(crate) fn walk(reader: &mut dyn Read, names: &'static [&'static str], visitor: &mut dyn Visitor) -> Walked {
    let mut xml = Reader::from_reader(Input::new(reader));
    xml.config_mut().expand_empty_elements = true;
    // people write "Tom & me" and some software does not mind
    xml.config_mut().allow_dangling_amp = true;
    let mut walk = Walk { path: Vec::new(), text: String::new(), names, visitor };
    let mut buffer = Vec::new();
    let issue = loop {
        xml.get_mut().allow(LONGEST_EVENT);
        buffer.clear();
        match xml.read_event_into(&mut buffer) {
            Ok(Event::Eof) => break walk.unfinished(),
            Ok(event) => {
                if let Err(issue) = walk.event(&event) {
                    break Some(issue);
                }
            }
            Err(error) => break Some(walk.issue(&error)),
        }
    };
    Walked { digest: xml.into_inner().finish(), issue }
}

struct Walk<'v> {
    path: Vec<&'static str>,
    text: String,
    names: &'static [&'static str],
    visitor: &'v mut dyn Visitor,
}

impl Walk<'_> {
    fn event(&mut self, event: &Event<'_>) -> Result<(), Issue> {
        match event {
            Event::Start(start) => self.start(start)?,
            Event::End(_) => {
                let text = std::mem::take(&mut self.text);
                if !text.trim().is_empty() {
                    self.visitor.text(&self.path, text.trim());
                }
                self.visitor.close(&self.path);
                self.path.pop();
            }
            Event::Text(text) => self.push(text),
            Event::CData(text) => self.push(text),
            Event::GeneralRef(reference) => {
                let known = match &**reference {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => reference.resolve_char_ref().ok().flatten(),
                };
                self.push(known.unwrap_or('?').encode_utf8(&mut [0; 4]));
            }
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), Issue> {
        if self.path.len() == DEEPEST {
            return Err(self.stopped(IssueCode::Invalid, "elements are nested too deeply"));
        }
        let local = start.local_name();
        let known = self.names.iter().copied().find(|name| *name == local.as_ref());
        self.path.push(known.unwrap_or_default());
        self.text.clear();
        self.visitor.open(&self.path, &Attributes(start));
        Ok(())
    }

    fn push(&mut self, text: &str) {
        let room = LONGEST_TEXT.saturating_sub(self.text.len());
        let end = text.floor_char_boundary(room.min(text.len()));
        self.text.push_str(text.get(..end).unwrap_or_default());
    }

    fn unfinished(&self) -> Option<Issue> {
        (!self.path.is_empty()).then(|| self.stopped(IssueCode::Truncated, "the file breaks off"))
    }

    fn issue(&self, error: &Error) -> Issue {
        match error {
            Error::Syntax(_) => self.stopped(IssueCode::Truncated, "the file breaks off within a tag"),
            Error::Io(_) => self.stopped(IssueCode::Invalid, "a tag or text is too long; what follows was not read"),
            _ => self.stopped(IssueCode::Damaged, "the file is not well-formed; what follows was not read"),
        }
    }

    fn stopped(&self, code: IssueCode, message: &str) -> Issue {
        Issue::new(code, self.path.join("/"), message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Log(Vec<String>);

    impl Visitor for Log {
        fn open(&mut self, path: &[&str], attributes: &Attributes<'_>) {
            let at = attributes.get("at").map(|at| format!("@{at}")).unwrap_or_default();
            self.0.push(format!("<{}{at}", path.join("/")));
        }
        fn text(&mut self, path: &[&str], text: &str) {
            self.0.push(format!("{}={text}", path.last().unwrap()));
        }
        fn close(&mut self, path: &[&str]) {
            self.0.push(format!(">{}", path.last().unwrap()));
        }
    }

    fn told(xml: &str) -> (Vec<String>, Option<IssueCode>) {
        let mut log = Log::default();
        let walked = walk(&mut xml.as_bytes(), &["a", "b"], &mut log);
        (log.0, walked.issue.map(|issue| issue.code))
    }

    #[test]
    fn elements_are_told_with_their_path_and_without_prefixes() {
        let (log, issue) =
            told("\u{feff}<?xml version='1.0'?><n:a n:at='1 &amp; 2'><b>x &lt;&#65;<![CDATA[&]]></b><c/></n:a>");
        assert_eq!(log, ["<a@1 & 2", "<a/b", "b=x <A&", ">b", "<a/", ">", ">a"]);
        assert_eq!(issue, None);
    }

    #[test]
    fn entities_of_a_document_type_are_not_resolved() {
        let (log, issue) =
            told("<!DOCTYPE a [<!ENTITY e 'eeee'><!ENTITY f SYSTEM 'file:///etc/passwd'>]><a>&e;&f;</a>");
        assert_eq!((log.get(1).map(String::as_str), issue), (Some("a=??"), None));
    }

    #[test]
    fn what_is_too_deep_too_long_broken_off_or_not_well_formed_ends_the_reading_with_an_issue() {
        let deep = "<a>".repeat(DEEPEST + 1);
        let long = format!("<a><b>{}</b></a>", "x".repeat(LONGEST_EVENT * 2));
        let cases = [
            (deep.as_str(), IssueCode::Invalid),
            (&long, IssueCode::Invalid),
            ("<a><b>1</b>", IssueCode::Truncated),
            ("<a><b", IssueCode::Truncated),
            ("<a><b>1</a>", IssueCode::Damaged),
        ];
        for (xml, code) in cases {
            let (log, issue) = told(xml);
            assert_eq!(issue, Some(code), "{}", xml.get(..20).unwrap_or(xml));
            assert!(log[0].starts_with("<a"));
        }
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let (log, _) = told(&format!("<a>x{}</a>", "ü".repeat(LONGEST_TEXT)));
        assert_eq!(log[1].len(), "a=x".len() + (LONGEST_TEXT - 1) / 2 * 2);
    }
}
