//! Pages that name tests as evidence name tests that are there: `ingest/redelivery::x` is the test `x`
//! in a file `redelivery.rs` of `crates/ingest`.

use super::{
    Finding,
    tree::{File, Tree},
};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in tree.files.iter().filter(|file| file.path.ends_with(".md")) {
        for (index, line) in page.text.lines().enumerate() {
            for (named, at) in line.split('`').skip(1).step_by(2).filter_map(|text| Some((text, place(text)?))) {
                if !is_there(tree, at) {
                    findings.push(Finding::at(&page.path, index + 1, format!("there is no test `{named}`")));
                }
            }
        }
    }
    findings
}

/// A test as pages name it.
#[derive(Clone, Copy)]
struct Place<'a> {
    room: &'a str,
    file: &'a str,
    test: &'a str,
}

fn place(text: &str) -> Option<Place<'_>> {
    let (path, test) = text.split_once("::")?;
    let (room, file) = path.split_once('/')?;
    let is_name = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "_/".contains(c));
    [room, file, test].into_iter().all(is_name).then_some(Place { room, file, test })
}

fn is_there(tree: &Tree, place: Place<'_>) -> bool {
    let end = format!("/{}.rs", place.file);
    let declared = format!("fn {}(", place.test);
    let holds = |file: &&File| file.lines.iter().any(|line| line.is_test && line.code.contains(&declared));
    tree.rust().filter(|file| file.room() == Some(place.room) && file.path.ends_with(&end)).any(|file| holds(&file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_names_a_test_that_is_not_there_is_refused() {
        let page = "`a/b::one` `a/b::two` `a/b::three` `a/c::one` `d/b::one`\n`a/src/b::one` `Vec::new` `a/b::<T>`";
        let text = "fn two() {}\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn one() {}\n}";
        let findings = check(&Tree::of(&[("docs/x.md", page), ("crates/a/src/b.rs", text)]));
        let messages: Vec<_> = findings.into_iter().map(|it| format!("{} {}", it.place, it.message)).collect();
        assert_eq!(
            messages,
            [
                "docs/x.md:1 there is no test `a/b::two`",
                "docs/x.md:1 there is no test `a/b::three`",
                "docs/x.md:1 there is no test `a/c::one`",
                "docs/x.md:1 there is no test `d/b::one`",
            ]
        );
    }
}
