//! The statements of the crate's source: every string that begins like one, with its constants put in.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// A string of the source.
struct Literal {
    text: String,
    /// What stands before it.
    before: String,
}

/// A statement as the source has it: what is chosen while the program runs still stands in braces.
pub(crate) struct Found {
    /// Its file within the source.
    pub(crate) file: String,
    pub(crate) text: String,
}

/// What the source holds.
pub(crate) struct Statements {
    pub(crate) found: Vec<Found>,
    /// What is given to `.sql(` as a string and does not look like a statement.
    pub(crate) unknown: Vec<String>,
    /// The strings that have names, by file and name.
    constants: BTreeMap<(String, String), String>,
}

/// The statements of all files below a folder.
pub(crate) fn statements(folder: &Path) -> Statements {
    let mut files = Vec::new();
    walk(folder, &mut files);
    files.sort();
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        (name, literals(text.split("#[cfg(test)]").next().unwrap()))
    };
    let sources: Vec<(String, Vec<Literal>)> = files.iter().map(read).collect();
    let mut all = Statements { found: Vec::new(), unknown: Vec::new(), constants: BTreeMap::new() };
    for (file, literals) in &sources {
        let named = literals.iter().filter_map(|it| Some(((file.clone(), constant(&it.before)?), it.text.clone())));
        all.constants.extend(named);
    }
    for (file, literals) in &sources {
        for literal in literals {
            let text = numbered(&all.with_constants(&literal.text, file));
            let is_given = literal.before.replace("format!(", "").trim_end().ends_with(".sql(");
            if is_statement(&text) || is_given && text.starts_with('{') {
                all.found.push(Found { file: file.clone(), text });
            } else if is_given {
                all.unknown.push(format!("{file}: {text}"));
            }
        }
    }
    all
}

impl Statements {
    /// Puts in constants of the same file, else of another, also those within constants.
    pub(crate) fn with_constants(&self, text: &str, file: &str) -> String {
        let mut text = text.to_owned();
        loop {
            let stands = |(_, name): &&(String, String)| text.contains(&format!("{{{name}}}"));
            let Some((_, name)) = self.constants.keys().find(stands) else { return text };
            let own = self.constants.get(&(file.to_owned(), name.clone()));
            let other = || self.constants.iter().find(|((_, other), _)| other == name).map(|(_, value)| value);
            text = text.replace(&format!("{{{name}}}"), own.or_else(other).unwrap());
        }
    }
}

/// Tells braces without a name apart.
fn numbered(text: &str) -> String {
    let mut pieces = text.split("{}");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.enumerate().fold(first, |text, (number, piece)| format!("{text}{{{number}}}{piece}"))
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn is_statement(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    matches!(first, "select" | "insert" | "update" | "delete" | "with") && words.next().is_some()
}

/// The name of the constant that a string is the text of.
fn constant(before: &str) -> Option<String> {
    let declared = before.trim_end().strip_suffix('=')?.trim_end().strip_suffix(": &str")?;
    let (_, name) = declared.rsplit_once("const ")?;
    Some(name.to_owned())
}

/// The strings of a file, without what stands in comments.
fn literals(source: &str) -> Vec<Literal> {
    let mut found = Vec::new();
    let (mut rest, mut before) = (source, String::new());
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (passed, sign) = rest.split_at(at);
        before.push_str(passed);
        rest = &sign[1..];
        match &sign[..1] {
            "/" if rest.starts_with('/') => rest = rest.split_once('\n').map_or("", |(_, rest)| rest),
            // a quote that is a letter, not the begin of a string
            "'" if rest.starts_with("\"'") => rest = &rest[2..],
            "\"" => {
                let (text, after) = string(rest);
                let tail = before.char_indices().rev().nth(80).map_or(0, |(at, _)| at);
                found.push(Literal { text, before: before.split_off(tail) });
                before.clear();
                rest = after;
            }
            _ => before.push_str(&sign[..1]),
        }
    }
    found
}

/// The text of a string after its first quote, and what follows it.
fn string(source: &str) -> (String, &str) {
    let mut text = String::new();
    let mut signs = source.char_indices();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return (text, &source[at + 1..]),
            '\\' => text.push(signs.next().map_or(' ', |(_, sign)| if sign == '\n' { ' ' } else { sign })),
            _ => text.push(sign),
        }
    }
    (text, "")
}
