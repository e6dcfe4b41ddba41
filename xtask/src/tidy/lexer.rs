//! Splits Rust source into code, comments and string literals, line by line, so that a rule about
//! code is not misled by a comment that mentions what is forbidden. Not a parser: no macros, no names.

/// One line of source, taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Line {
    /// The code, with the contents of literals and all comments left out.
    pub(crate) code: String,
    /// The contents of string literals that stand on this line.
    pub(crate) strings: String,
    /// The text of comments on this line.
    pub(crate) comment: String,
    /// Whether the line is compiled for tests only.
    pub(crate) is_test: bool,
}

#[derive(Clone, Copy)]
enum State {
    Code,
    LineComment,
    BlockComment(usize),
    Text,
    RawText(usize),
}

/// Takes a source file apart.
pub(crate) fn lines(source: &str) -> Vec<Line> {
    let chars: Vec<char> = source.chars().collect();
    let mut lines = vec![Line::default()];
    let mut state = State::Code;
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        if c == '\n' {
            if matches!(state, State::LineComment) {
                state = State::Code;
            }
            lines.push(Line::default());
            at += 1;
            continue;
        }
        let line = last(&mut lines);
        let (next, used) = step(state, chars.get(at..).unwrap_or_default(), line);
        state = next;
        at += used;
    }
    mark_tests(&mut lines);
    lines
}

fn last(lines: &mut Vec<Line>) -> &mut Line {
    if lines.is_empty() {
        lines.push(Line::default());
    }
    let end = lines.len() - 1;
    &mut lines[end]
}

/// Reads what starts at `rest`, and says the state after it and how many characters it took.
fn step(state: State, rest: &[char], line: &mut Line) -> (State, usize) {
    let c = rest.first().copied().unwrap_or_default();
    let second = rest.get(1).copied();
    match state {
        State::Code => code_step(c, second, rest, line),
        State::LineComment => {
            line.comment.push(c);
            (state, 1)
        }
        State::BlockComment(depth) => match (c, second) {
            ('*', Some('/')) if depth == 1 => (State::Code, 2),
            ('*', Some('/')) => (State::BlockComment(depth - 1), 2),
            ('/', Some('*')) => (State::BlockComment(depth + 1), 2),
            _ => {
                line.comment.push(c);
                (state, 1)
            }
        },
        State::Text => match c {
            '\\' if second != Some('\n') => {
                line.strings.push(' ');
                (state, 2)
            }
            '"' => close_text(line, 1),
            _ => {
                line.strings.push(c);
                (state, 1)
            }
        },
        State::RawText(hashes) => {
            let ends = c == '"' && rest.iter().skip(1).take_while(|it| **it == '#').count() >= hashes;
            if ends {
                return close_text(line, 1 + hashes);
            }
            line.strings.push(c);
            (state, 1)
        }
    }
}

fn close_text(line: &mut Line, used: usize) -> (State, usize) {
    line.code.push('"');
    line.strings.push('\u{1f}');
    (State::Code, used)
}

fn code_step(c: char, second: Option<char>, rest: &[char], line: &mut Line) -> (State, usize) {
    match (c, second) {
        ('/', Some('/')) => {
            line.comment.push_str("//");
            (State::LineComment, 2)
        }
        ('/', Some('*')) => (State::BlockComment(1), 2),
        ('"', _) => {
            line.code.push('"');
            (State::Text, 1)
        }
        ('r', Some('"' | '#')) if !ends_in_word(&line.code) => raw_step(rest, line),
        ('\'', _) => (State::Code, quote_step(rest, line)),
        _ => {
            line.code.push(c);
            (State::Code, 1)
        }
    }
}

/// A raw string, or a raw identifier such as `r#type`.
fn raw_step(rest: &[char], line: &mut Line) -> (State, usize) {
    let hashes = rest.iter().skip(1).take_while(|it| **it == '#').count();
    if rest.get(1 + hashes) == Some(&'"') {
        line.code.push('"');
        return (State::RawText(hashes), 2 + hashes);
    }
    line.code.push('r');
    (State::Code, 1)
}

/// A character literal is dropped; a lifetime's quote is kept.
fn quote_step(rest: &[char], line: &mut Line) -> usize {
    if rest.get(1) == Some(&'\\') {
        let close = rest.iter().skip(3).position(|it| *it == '\'').map_or(2, |it| it + 4);
        return close;
    }
    if rest.get(2) == Some(&'\'') {
        return 3;
    }
    line.code.push('\'');
    1
}

fn ends_in_word(code: &str) -> bool {
    // `b` and `br` are prefixes of byte strings, not the end of a name.
    let mut back = code.chars().rev();
    match back.next() {
        Some('b' | 'c') => back.next().is_some_and(|it| it.is_alphanumeric() || it == '_'),
        Some(c) => c.is_alphanumeric() || c == '_',
        None => false,
    }
}

/// Marks what follows `#[cfg(test)]`: the item to its closing brace or semicolon.
fn mark_tests(lines: &mut [Line]) {
    let mut depth: Option<i64> = None;
    for line in lines {
        if depth.is_none() && (line.code.contains("#[cfg(test)]") || line.code.contains("#![cfg(test)]")) {
            depth = Some(0);
        }
        let Some(level) = depth else { continue };
        line.is_test = true;
        let code = line.code.replace("#![cfg(test)]", "").replace("#[cfg(test)]", "");
        let opened = code.matches('{').count() as i64;
        let closed = code.matches('}').count() as i64;
        let after = level + opened - closed;
        let ends = (after <= 0) && (opened + closed > 0 || code.trim_end().ends_with(';'));
        depth = if ends { None } else { Some(after) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(source: &str) -> String {
        lines(source).iter().map(|it| it.code.as_str()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn comments_and_literals_are_told_from_code() {
        let taken = lines("let a = \"SELECT // 1\"; // note\nlet b = r#\"x \" y\"#; /* z\n */ c('\"', '\\'', 'a)");
        assert_eq!(taken[0].code.trim(), "let a = \"\";");
        assert_eq!(taken[0].strings, "SELECT // 1\u{1f}");
        assert_eq!(taken[0].comment, "// note");
        assert_eq!(taken[1].strings, "x \" y\u{1f}");
        assert_eq!(taken[2].code, " c(, , 'a)");
    }

    #[test]
    fn raw_names_and_byte_strings_are_read() {
        assert_eq!(code("r#type = br\"a\"; b\"c\\\"d\"; attr\"e\""), "r#type = b\"\"; b\"\"; attr\"\"");
    }

    #[test]
    fn what_is_compiled_for_tests_is_marked_to_its_end() {
        let taken =
            lines("fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() {}\n}\nfn c() {}\n#[cfg(test)]\nmod t;\nfn d() {}");
        let marked: Vec<bool> = taken.iter().map(|it| it.is_test).collect();
        assert_eq!(marked, [false, true, true, true, true, false, true, true, false]);
    }
}
