//! Zips as phones and others write them, and as they must not harm.

use super::*;
use crate::archive::samples::{As, zip};

const EXPORT: &[u8] = b"<!DOCTYPE HealthData []><HealthData><Record a='1'/><Record a='2'/></HealthData>";
const ROUTE: &[u8] = b"<?xml version='1.0'?><gpx><trk/></gpx>";

/// What a piece holds, its name, and its bytes.
type Told = (PieceKind, String, Vec<u8>);

fn told(bytes: &[u8]) -> (Vec<Told>, Vec<IssueCode>) {
    let mut pieces = Vec::new();
    let issues = cut::<Error, _>(
        || Ok(bytes),
        Order::ToKeep,
        |piece| {
            pieces.push((piece.kind, piece.name.unwrap_or_default().to_owned(), piece.bytes.to_vec()));
            Ok(())
        },
    );
    (pieces, issues.unwrap().into_iter().map(|issue| issue.code).collect())
}

fn kinds(bytes: &[u8]) -> (Vec<PieceKind>, Vec<IssueCode>) {
    let (pieces, issues) = told(bytes);
    (pieces.into_iter().map(|(kind, ..)| kind).collect(), issues)
}

#[test]
fn an_export_is_found_by_what_it_holds_and_comes_before_its_files() {
    for how in [As::Plain, As::Streamed, As::Wide, As::Stored] {
        let zip = zip(&[
            ("apple_health_export/workout-routes/route_1.gpx", ROUTE, how),
            ("apple_health_export/export_cda.xml", b"<ClinicalDocument/>", how),
            ("apple_health_export/exportaci\u{f3}n.xml", EXPORT, how),
            ("apple_health_export/electrocardiograms/ecg_1.csv", b"Name,Ann", how),
            ("apple_health_export/clinical-records/a.json", b"{}", how),
        ]);
        assert!(may_be_archive(&zip));
        let (pieces, issues) = told(&zip);
        let kinds: Vec<PieceKind> = pieces.iter().map(|(kind, ..)| *kind).collect();
        use PieceKind::*;
        assert_eq!(kinds, [Elements, Electrocardiogram, ClinicalRecord, Route]);
        assert_eq!(pieces[0].2, b"<Record a='1'/><Record a='2'/>");
        assert_eq!(
            (pieces[3].1.as_str(), pieces[3].2.as_slice()),
            ("apple_health_export/workout-routes/route_1.gpx", ROUTE)
        );
        assert_eq!(issues, [IssueCode::Unmapped]);
    }
}

#[test]
fn the_bare_xml_is_an_export_too() {
    assert!(is_export(EXPORT) && !may_be_archive(EXPORT));
    assert_eq!(kinds(EXPORT), (vec![PieceKind::Elements], vec![]));
}

#[test]
fn what_is_wrong_with_a_zip_is_told_and_what_came_before_is_kept() {
    let whole = zip(&[("export.xml", EXPORT, As::Streamed), ("r.gpx", ROUTE, As::Streamed)]);
    let (cut_off, issues) = kinds(&whole[..whole.len() - 80]);
    assert_eq!((cut_off.first(), issues.is_empty()), (Some(&PieceKind::Elements), false));
    let mut wrong = zip(&[("export.xml", EXPORT, As::Plain)]);
    wrong[14] ^= 1;
    assert_eq!(kinds(&wrong), (vec![PieceKind::Elements], vec![IssueCode::Damaged]));
    let locked = zip(&[("export.xml", EXPORT, As::Encrypted)]);
    assert_eq!(kinds(&locked), (vec![], vec![IssueCode::Unknown, IssueCode::Damaged]));
    assert_eq!(kinds(b"PK\x03\x04"), (vec![], vec![IssueCode::Truncated, IssueCode::Damaged]));
    let nested = zip(&[("inner.zip", &whole, As::Stored), ("../../export.xml", EXPORT, As::Plain)]);
    assert_eq!(kinds(&nested), (vec![PieceKind::Elements], vec![IssueCode::Unmapped]));
}

#[test]
fn a_zip_that_unpacks_without_end_is_given_up() {
    let mut long = b"<HealthData>".to_vec();
    long.resize(80 << 20, b' ');
    let (pieces, issues) = kinds(&zip(&[("export.xml", &long, As::Streamed)]));
    assert_eq!(pieces, []);
    assert!(issues.contains(&IssueCode::Damaged), "{issues:?}");
}

proptest::proptest! {
    #[test]
    fn damaged_zips_are_survived(at: proptest::sample::Index, byte: u8, length: proptest::sample::Index) {
        let mut bytes = zip(&[("export.xml", EXPORT, As::Streamed), ("r.gpx", ROUTE, As::Plain)]);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let length = length.index(bytes.len() + 1);
        told(&bytes[..length]);
    }
}
