//! Whatever the bytes of a TCX or GPX file, reading ends, gives something, and does not panic.

use formats::{
    gpx, tcx,
    track::{self, TrackFile},
};
use model::{IssueCode, ProviderName, Record};
use proptest::prelude::*;

fn everything(bytes: &[u8]) -> [TrackFile; 2] {
    [tcx::read(&mut { bytes }), gpx::read(&mut { bytes })].map(|file| {
        let provider = ProviderName::from_static("upload");
        let whole = track::to_workout(&file, "x", track::source_of(&file, provider.clone()));
        let records = track::to_records(&file, provider);
        assert_eq!(whole.is_some(), !records.is_empty());
        for record in &records {
            let Record::Workout(workout) = record else { panic!("{record:?}") };
            let mut points = workout.samples.iter().flat_map(|batch| &batch.points);
            assert!(points.all(|point| point.value.is_finite()));
            let numbers = [workout.detail.distance_m, workout.detail.elapsed_s, workout.detail.timer_s];
            assert!(numbers.into_iter().flatten().all(f64::is_finite));
        }
        file
    })
}

const TCX: &str = r#"<?xml version="1.0"?><TrainingCenterDatabase><Activities><Activity Sport="Running">
<Id>2026-03-01T08:00:00Z</Id><Lap StartTime="2026-03-01T08:00:00Z"><TotalTimeSeconds>60</TotalTimeSeconds>
<DistanceMeters>200</DistanceMeters><Calories>20</Calories><Track><Trackpoint><Time>2026-03-01T08:00:00Z</Time>
<Position><LatitudeDegrees>52.5</LatitudeDegrees><LongitudeDegrees>13.4</LongitudeDegrees></Position>
<HeartRateBpm><Value>120</Value></HeartRateBpm><Cadence>80</Cadence><Extensions><TPX><Watts>200</Watts></TPX>
</Extensions></Trackpoint></Track></Lap><Creator><Name>Watch</Name><UnitId>7</UnitId></Creator></Activity>
</Activities></TrainingCenterDatabase>"#;

const GPX: &str = r#"<?xml version="1.0"?><gpx creator="x"><trk><name>n</name><type>run</type><trkseg>
<trkpt lat="52.5" lon="13.4"><ele>30</ele><time>2026-03-01T08:00:00Z</time><extensions><a:hr>120</a:hr></extensions>
</trkpt></trkseg><trkseg><trkpt lat="52.6" lon="13.4"><time>2026-03-01T08:01:00Z</time></trkpt></trkseg></trk></gpx>"#;

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        everything(&bytes);
    }

    #[test]
    fn files_with_wrong_bytes_never_panic(
        wrong in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        is_tcx in any::<bool>(),
    ) {
        let mut bytes = if is_tcx { TCX } else { GPX }.as_bytes().to_vec();
        for (index, byte) in wrong {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        everything(&bytes);
    }

    #[test]
    fn a_file_cut_anywhere_says_so_and_keeps_the_points_before_the_cut(cut in any::<prop::sample::Index>()) {
        let cut = cut.index(GPX.len() - 1).max(1);
        let [_, file] = everything(&GPX.as_bytes()[..cut]);
        let whole = GPX[..cut].matches("</trkpt>").count() as u64;
        prop_assert_eq!(file.activities.iter().map(|track| track.counts.points).sum::<u64>(), whole);
        let said = file.issues.iter().any(|issue| issue.code == IssueCode::Truncated);
        prop_assert!(said || !GPX[..cut].contains("<gpx"), "{:?}", file.issues);
    }
}

proptest! {
    #[test]
    fn a_tcx_file_cut_anywhere_says_so_and_keeps_what_came_before(cut in any::<prop::sample::Index>()) {
        let cut = cut.index(TCX.len() - 1).max(1);
        let [file, _] = everything(&TCX.as_bytes()[..cut]);
        let whole = TCX[..cut].matches("</Trackpoint>").count() as u64;
        prop_assert_eq!(file.activities.iter().map(|track| track.counts.points).sum::<u64>(), whole);
        let said = file.issues.iter().any(|issue| issue.code == IssueCode::Truncated);
        prop_assert!(said || !TCX[..cut].contains("<TrainingCenterDatabase"), "{:?}", file.issues);
    }

    #[test]
    fn nesting_of_any_depth_ends_in_an_issue(depth in 70usize..20_000, name in "(trk|Lap|Activity|x)", root in "(gpx|a)") {
        let file = everything(format!("<{root}>{}", format!("<{name}>").repeat(depth)).as_bytes());
        prop_assert!(file.iter().all(|file| file.issues.len() == 1 && file.activities.len() < 70));
    }

    #[test]
    fn entities_are_never_expanded(width in 1usize..200, depth in 1u8..25, at in 0usize..3) {
        let name = |level: u8| char::from(b'a' + level);
        let levels: String = (1..=depth)
            .map(|level| format!("<!ENTITY {} '{}'>", name(level), format!("&{};", name(level - 1)).repeat(width)))
            .collect();
        let bomb = format!("&{};", name(depth));
        let [title, note, time] = [0, 1, 2].map(|place| if place == at { bomb.as_str() } else { "2026-03-01T08:00:00Z" });
        let kind = "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>";
        let gpx = format!(
            "{kind}{levels}]><gpx><trk><name>{title}</name><desc>{note}</desc><trkseg><trkpt lat='1' lon='1'>\
             <time>{time}</time></trkpt></trkseg></trk></gpx>"
        );
        let tcx = format!(
            "{kind}{levels}]><TrainingCenterDatabase><Activities><Activity Sport='Running'><Id>{time}</Id><Notes>{note}\
             </Notes></Activity></Activities></TrainingCenterDatabase>"
        );
        for file in everything(gpx.as_bytes()).into_iter().chain(everything(tcx.as_bytes())) {
            let texts = file.activities.iter().flat_map(|track| [&track.detail.name, &track.detail.description]);
            prop_assert!(texts.flatten().all(|text| text.len() < 100), "{:?}", file.activities);
        }
    }
}

/// Elements that are looked into, in any order and nesting, with any text.
fn arbitrary_xml() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "TrainingCenterDatabase",
        "Activities",
        "MultiSportSession",
        "FirstSport",
        "NextSport",
        "Transition",
        "Activity",
        "Id",
        "Lap",
        "TotalTimeSeconds",
        "Calories",
        "Track",
        "Trackpoint",
        "Time",
        "DistanceMeters",
        "Creator",
        "UnitId",
        "gpx",
        "trk",
        "trkseg",
        "trkpt",
        "time",
        "ele",
        "extensions",
        "hr",
        "type",
    ]);
    let texts = prop::sample::select(vec![
        "",
        "1",
        "-1",
        "1e300",
        "NaN",
        "2026-03-01T08:00:00Z",
        "2026-03-01T09:00:00+01:00",
        "1e9",
        "&amp;",
        "&x;",
        "é",
    ]);
    let step = (names, texts, 0usize..4);
    proptest::collection::vec(step, 0..60).prop_map(|steps| {
        let (mut xml, mut open) = (String::new(), Vec::new());
        for (name, text, closes) in steps {
            xml.push_str(&format!("<{name} lat='{text}' lon='1' StartTime='{text}'>{text}"));
            open.push(name);
            for _ in 0..closes {
                xml.extend(open.pop().map(|name| format!("</{name}>")));
            }
        }
        xml.extend(open.into_iter().rev().map(|name| format!("</{name}>")));
        xml
    })
}

proptest! {
    #[test]
    fn known_elements_in_any_order_never_panic_and_stay_finite(xml in arbitrary_xml()) {
        everything(xml.as_bytes());
        everything(format!("<gpx><trk><trkseg>{xml}</trkseg></trk></gpx>").as_bytes());
        everything(format!("<a><Activities><Activity Sport='Running'><Lap>{xml}</Lap></Activity></Activities></a>").as_bytes());
    }
}
