//! Archives of any service.

use crate::{Order, find, fit_bytes, recognise, track_text};
use formats::archive::samples::{As, gzip, zip};
use model::{Issue, IssueCode, PartMeta, Record, Timestamp};
use std::io;

const START: Timestamp = Timestamp::from_seconds(1_772_352_000);
const STRAVA: &[u8] = include_bytes!("../../strava/fixtures/export_activities/ride.csv");
const GARMIN: &[u8] = include_bytes!("../../garmin/fixtures/export_days/day.json");
const WHOOP: &[u8] = include_bytes!("../../whoop/fixtures/export_cycles/two.csv");

/// A piece: whose, what, and what its bytes do not say; and its bytes.
type Piece = (String, &'static str, PartMeta, Vec<u8>);

fn cut(bytes: &[u8], order: Order) -> (Vec<Piece>, Vec<Issue>) {
    let mut pieces = Vec::new();
    let found = recognise(bytes).unwrap();
    let archive = find(found.provider.as_str()).unwrap().archive(found.part_type).unwrap();
    let mut opened = 0;
    let mut open = || -> io::Result<Box<dyn io::Read + '_>> {
        opened += 1;
        assert!(opened == 1 || order == Order::ToKeep);
        Ok(Box::new(bytes))
    };
    let issues = archive.cut(&mut open, order, &mut |piece| {
        let mut body = Vec::new();
        piece.body.read_to_end(&mut body)?;
        pieces.push((piece.provider.to_string(), piece.part_type, piece.meta, body));
        Ok(())
    });
    (pieces, issues.unwrap())
}

fn kinds(pieces: &[Piece]) -> Vec<(&str, &str)> {
    pieces.iter().map(|(provider, part_type, ..)| (provider.as_str(), *part_type)).collect()
}

/// For how many files issues stand.
fn explained(issues: &[Issue]) -> usize {
    issues.iter().map(|issue| issue.message.split(' ').next().unwrap().parse::<usize>().unwrap()).sum()
}

fn workout_names(piece: &Piece) -> Vec<Vec<String>> {
    let (provider, part_type, meta, body) = piece;
    let mapped = find(provider).unwrap().map(part_type, meta, &mut body.as_slice());
    let names = |record: &Record| match record {
        Record::Workout(workout) => [std::slice::from_ref(&workout.external_id), &workout.aliases].concat(),
        other => panic!("{other:?}"),
    };
    mapped.records.iter().map(names).collect()
}

#[test]
fn an_activity_of_the_table_and_its_file_are_one_workout_wherever_the_table_lies() {
    let (run, hike) = (gzip(&fit_bytes::run(START)), track_text::gpx(START.plus_seconds(86_400)));
    for prefix in ["", "export_7/"] {
        let names =
            ["activities/101.fit.gz", "activities/900.gpx", "activities.csv"].map(|name| format!("{prefix}{name}"));
        let whole = zip(&[
            (&names[0], &run, As::StoredStreamed),
            (&names[1], &hike, As::Streamed),
            (&names[2], STRAVA, As::Streamed),
        ]);
        let (pieces, issues) = cut(&whole, Order::ToKeep);
        let file = ("strava", "activity_file");
        assert_eq!(kinds(&pieces), [("strava", "export_activities"), file, file]);
        assert_eq!(issues, []);
        let rows = workout_names(&pieces[0]);
        assert_eq!(rows, [vec!["101".to_owned(), "file:activities/101.fit".to_owned()], vec!["102".to_owned()]]);
        assert_eq!(workout_names(&pieces[1]), [[rows[0][1].clone()]]);
        assert_eq!(pieces[1].2.file_name.as_deref(), Some("101.fit.gz"));
        assert_eq!(pieces[1].3, fit_bytes::run(START));
        assert_eq!(workout_names(&pieces[2]), [["file:activities/900.gpx"]]);

        let (as_it_lies, _) = cut(&whole, Order::AsItLies);
        let upload = ("file", "workout_file");
        assert_eq!(kinds(&as_it_lies), [upload, upload, ("strava", "export_activities")]);
        assert_eq!(as_it_lies[0].2.external_id.as_deref(), Some("file:activities/101.fit"));
    }
}

#[test]
fn a_file_that_two_activities_name_is_of_neither() {
    let text =
        String::from_utf8(STRAVA.to_vec()).unwrap().replace("false,,1800.0", "false,activities/101.fit.gz,1800.0");
    let piece = ("strava".to_owned(), "export_activities", PartMeta::default(), text.into_bytes());
    assert_eq!(workout_names(&piece), [["101"], ["102"]]);
}

#[test]
fn a_workout_of_an_archive_without_a_table_is_that_of_the_file_by_itself() {
    let run = fit_bytes::run(START);
    let inner = zip(&[("me@example.com_1.fit", &run, As::Plain), ("notes.txt", b"hello", As::Plain)]);
    let whole = zip(&[
        ("x/DI_CONNECT/", b"", As::Plain),
        ("x/DI_CONNECT/Uploads/UploadedFiles_0.zip", &inner, As::Stored),
        ("x/DI_CONNECT/Aggregator/UDSFile_1.json", GARMIN, As::Streamed),
        ("x/customer_data/picture.jpg", b"\xff\xd8\xff", As::Stored),
        ("x/empty.json", b"", As::Plain),
    ]);
    let (pieces, issues) = cut(&whole, Order::ToKeep);
    assert_eq!(kinds(&pieces), [("garmin", "export_days"), ("file", "workout_file")]);
    let alone = ("file".to_owned(), "workout_file", PartMeta::default(), run);
    assert_eq!(workout_names(&pieces[1]), workout_names(&alone));
    let left_out: Vec<&str> = issues.iter().map(|issue| issue.path.as_str()).collect();
    let inner_text = "x/DI_CONNECT/Uploads/UploadedFiles_0.zip/notes.txt";
    assert_eq!(left_out, [inner_text, "x/customer_data/picture.jpg", "x/empty.json"]);
    assert!(issues.iter().all(|issue| issue.code == IssueCode::Unmapped));
    assert_eq!(cut(&whole, Order::AsItLies).0.len(), 2);
}

#[test]
fn what_shows_through_an_archive_does_not_say_what_it_is() {
    let route = track_text::gpx(START);
    for (bytes, kind) in [(route.as_slice(), ("file", "workout_file")), (WHOOP, ("whoop", "export_cycles"))] {
        let whole = zip(&[("first", bytes, As::Stored), ("second", bytes, As::Plain)]);
        let found = recognise(&whole).unwrap();
        assert_eq!((found.part_type, found.format), ("export_archive", None));
        assert_eq!(kinds(&cut(&whole, Order::ToKeep).0), [kind, kind]);
    }
}

#[test]
fn every_file_of_an_archive_becomes_a_piece_or_is_explained() {
    let export = b"<?xml version='1.0'?><HealthData><Record/></HealthData>";
    let within = |bytes: &[u8]| zip(&[("z", bytes, As::Streamed)]);
    let deep = within(&within(&within(&within(WHOOP))));
    let whole = zip(&[
        ("a.csv", WHOOP, As::Plain),
        ("locked.csv", WHOOP, As::Encrypted),
        ("b.csv", WHOOP, As::Foreign),
        ("three.zip", &within(&within(WHOOP)), As::Plain),
        ("deep.zip", &deep, As::Plain),
        ("phone.xml", export, As::Wide),
        ("../../etc/passwd", b"root", As::Plain),
        ("c.csv", &gzip(WHOOP), As::Stored),
    ]);
    let (pieces, issues) = cut(&whole, Order::ToKeep);
    let cycles = ("whoop", "export_cycles");
    assert_eq!(kinds(&pieces), [cycles, cycles, ("apple", "health_export"), cycles]);
    assert_eq!(explained(&issues), 8 - pieces.len(), "{issues:?}");
    assert_eq!(cut(&gzip(WHOOP), Order::ToKeep).0.len(), 1);
    let (pieces, issues) = cut(&zip(&[("a.txt", b"hello", As::Plain)]), Order::ToKeep);
    assert!(pieces.is_empty() && issues.iter().any(|issue| issue.code == IssueCode::Missing), "{issues:?}");
}

#[test]
fn what_unpacks_without_end_is_given_up_and_what_came_before_is_there() {
    let spaces = vec![b' '; 90 << 20];
    let bomb = zip(&[("a.csv", WHOOP, As::Plain), ("b.json", &[b"[", spaces.as_slice()].concat(), As::Streamed)]);
    let (pieces, issues) = cut(&bomb, Order::ToKeep);
    assert_eq!(kinds(&pieces), [("whoop", "export_cycles")]);
    assert!(
        issues.iter().any(|issue| issue.code == IssueCode::Damaged && issue.message.contains("unpacks")),
        "{issues:?}"
    );
}

proptest::proptest! {
    #[test]
    fn damaged_archives_are_survived_and_cut_the_same_again(
        changes in proptest::collection::vec((proptest::prelude::any::<proptest::sample::Index>(), 0u8..), 0..6),
        length: proptest::sample::Index,
    ) {
        let inner = zip(&[("1.fit", &fit_bytes::run(START), As::Streamed), ("2.csv", WHOOP, As::StoredStreamed)]);
        let mut bytes = zip(&[
            ("activities/101.fit.gz", &gzip(&fit_bytes::run(START)), As::Stored),
            ("activities.csv", STRAVA, As::Streamed),
            ("inner.zip", &inner, As::Streamed),
        ]);
        for (at, byte) in changes {
            let at = at.index(bytes.len() - 4) + 4;
            bytes[at] = byte;
        }
        let length = length.index(bytes.len() - 4) + 4;
        let first = cut(&bytes[..length], Order::ToKeep);
        proptest::prop_assert_eq!(&first, &cut(&bytes[..length], Order::ToKeep));
        cut(&bytes[..length], Order::AsItLies);
    }
}
