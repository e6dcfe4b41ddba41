//! Manifests: what is refused, and how ranks are found.

use super::*;

const SMALL: &str = r#"
name = "acme"
title = "Acme"
icon = "acme.svg"
default_priority = 9
cloud = true
[capabilities]
file_import = true
[types.nights]
emits = ["sleep", "heart_rate", "score.sleep"]
rank = { words = { field = "state", ascending = [["GUESS"], ["FINAL", "EDITED"]] } }
"#;

#[test]
fn a_manifest_says_what_its_types_emit() {
    let manifest = Manifest::parse(SMALL).unwrap();
    assert_eq!(
        manifest.types["nights"].emits,
        [Emit::Sleep, Emit::Series(SeriesType::HEART_RATE), Emit::Score(ScoreCategory::Sleep)]
    );
    assert!(!manifest.allows_host("acme.example"));
}

#[test]
fn unknown_keys_names_and_emissions_are_refused() {
    for (good, bad) in [
        ("cloud = true", "cloud = true\ncolour = \"red\""),
        ("file_import", "file_imports"),
        ("\"heart_rate\"", "\"heart_rates\""),
        ("score.sleep", "score.sleeep"),
        ("field = ", "fields = "),
        ("name = \"acme\"", "name = \"Acme & Co\""),
        ("{ words", "{ letters"),
    ] {
        assert!(SMALL.contains(good), "{good}");
        assert!(Manifest::parse(&SMALL.replacen(good, bad, 1)).is_err(), "{bad}");
    }
}

#[test]
fn words_rank_by_their_group_and_unlisted_ones_last() {
    let rank = Manifest::parse(SMALL).unwrap().rank("nights");
    assert_eq!(rank.of_word(Some("guess")), 1);
    assert_eq!(rank.of_word(Some("Final")), rank.of_word(Some("EDITED")));
    assert!(rank.of_word(Some("FINAL")) > rank.of_word(Some("GUESS")));
    assert_eq!(rank.of_word(Some("else")), 0);
    assert_eq!(rank.of_word(None), 0);
}

#[test]
fn numbers_rank_by_their_value_cut_to_the_range() {
    let rank = Rank::Number("length".into());
    assert_eq!(rank.of_number(Some(86_400.0)), 86_400);
    assert_eq!(rank.of_number(Some(1e300)), i32::MAX);
    assert_eq!(rank.of_number(None), 0);
    assert_eq!(Rank::Fixed(3).fixed(), 3);
}
