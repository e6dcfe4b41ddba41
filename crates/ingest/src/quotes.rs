//! The end of a JSON string in bytes that come in pieces. Bodies consist of strings more than of anything else.

use memchr::memchr2;

/// Where the string closes in which these bytes begin. `is_escaped` says whether the byte before the first was a
/// backslash that counts, and then the same of the last.
pub(crate) fn closing_quote(bytes: &[u8], is_escaped: &mut bool) -> Option<usize> {
    let mut at = usize::from(std::mem::take(is_escaped));
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let found = at + memchr2(b'"', b'\\', rest)?;
        if bytes.get(found) == Some(&b'"') {
            return Some(found);
        }
        at = found + 2;
        *is_escaped = at > bytes.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_closes_at_the_first_quote_that_is_not_escaped_wherever_it_is_cut() {
        for (text, place) in [
            (&br#"abc" "#[..], Some(3)),
            (br#"""#, Some(0)),
            (br#"a\"b\\"c"#, Some(6)),
            (br#"\\\"""#, Some(4)),
            (br#"abc\""#, None),
            (b"", None),
        ] {
            for cut in 0..=text.len() {
                let (first, second) = text.split_at(cut);
                let mut is_escaped = false;
                let found = closing_quote(first, &mut is_escaped)
                    .or_else(|| closing_quote(second, &mut is_escaped).map(|place| place + cut));
                assert_eq!(found, place, "{text:?} cut at {cut}");
            }
        }
    }
}
