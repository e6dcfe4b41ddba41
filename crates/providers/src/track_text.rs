//! Small TCX and GPX files, for tests of what is made of files.

use model::Timestamp;

/// A run of 60 seconds with two points.
pub(crate) fn tcx(start: Timestamp) -> Vec<u8> {
    let point = |second: i64, rate: u32| {
        format!(
            "<Trackpoint><Time>{}</Time><Position><LatitudeDegrees>52.5</LatitudeDegrees><LongitudeDegrees>13.25\
             </LongitudeDegrees></Position><HeartRateBpm><Value>{rate}</Value></HeartRateBpm><Extensions><e:TPX>\
             <e:RunCadence>80</e:RunCadence></e:TPX></Extensions></Trackpoint>",
            start.plus_seconds(second)
        )
    };
    let points = point(0, 120) + &point(60, 140);
    format!(
        "<?xml version='1.0'?><TrainingCenterDatabase xmlns:e='e'><Activities><Activity Sport='Running'><Id>{start}</Id>\
         <Lap StartTime='{start}'><TotalTimeSeconds>60</TotalTimeSeconds><DistanceMeters>180</DistanceMeters><Track>{points}\
         </Track></Lap></Activity></Activities></TrainingCenterDatabase>"
    )
    .into_bytes()
}

/// The same as a route.
pub(crate) fn gpx(start: Timestamp) -> Vec<u8> {
    let point = |second: i64, rate: u32| {
        format!(
            "<trkpt lat='52.5' lon='13.25'><time>{}</time><extensions><g:TrackPointExtension><g:wtemp>12</g:wtemp>\
             <g:hr>{rate}</g:hr></g:TrackPointExtension></extensions></trkpt>",
            start.plus_seconds(second)
        )
    };
    let points = point(0, 120) + &point(60, 140);
    format!("<?xml version='1.0'?><gpx xmlns:g='g'><trk><type>running</type><trkseg>{points}</trkseg></trk></gpx>")
        .into_bytes()
}
