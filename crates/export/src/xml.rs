//! Elements of XML: opened, closed, and with a text in between.

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};
use std::io;

/// A document in memory.
pub(crate) struct Xml(Writer<Vec<u8>>);

impl Xml {
    /// A document that begins with its root element.
    pub(crate) fn begin(root: &str, attributes: &[(&str, &str)]) -> io::Result<Self> {
        let mut xml = Self(Writer::new_with_indent(Vec::new(), b' ', 1));
        xml.0.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        xml.open_with(root, attributes)?;
        Ok(xml)
    }

    pub(crate) fn open(&mut self, name: &str) -> io::Result<()> {
        self.open_with(name, &[])
    }

    pub(crate) fn open_with(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let mut start = BytesStart::new(name);
        start.extend_attributes(attributes.iter().copied());
        self.0.write_event(Event::Start(start))
    }

    pub(crate) fn close(&mut self, name: &str) -> io::Result<()> {
        self.0.write_event(Event::End(BytesEnd::new(name)))
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) -> io::Result<()> {
        self.open(name)?;
        // Control characters have no place in XML 1.0, not even escaped.
        let plain: String = value.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r')).collect();
        self.0.write_event(Event::Text(BytesText::new(&plain)))?;
        self.close(name)
    }

    /// An element with a number, if there is one.
    pub(crate) fn number(&mut self, name: &str, value: Option<f64>) -> io::Result<()> {
        match value.filter(|value| value.is_finite()) {
            Some(value) => self.text(name, &value.to_string()),
            None => Ok(()),
        }
    }

    /// Closes the root; gives the document.
    pub(crate) fn end(mut self, root: &str) -> io::Result<String> {
        self.close(root)?;
        String::from_utf8(self.0.into_inner()).map_err(io::Error::other)
    }
}
