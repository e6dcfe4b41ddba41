//! From Garmin's JSON and files to records, one file a type.

mod activity;
mod blood_pressure;
mod body_composition;
mod bounds;
mod daily;
mod details;
mod epoch;
mod files;
mod health_snapshot;
mod hrv;
mod menstrual_cycle;
mod move_iq;
mod ping;
mod placed;
mod pulse_ox;
mod respiration;
mod samples;
mod skin_temperature;
mod sleep;
mod stress;
mod user_metrics;

use super::{MANIFEST, export};
use crate::json::{Lenient, each_item, note};
use model::{Facet, IssueCode, Mapped, PartMeta};
use std::io::Read;

/// Maps one part of any type.
pub(super) fn part(part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
    let mut mapped = Mapped::default();
    let rank = MANIFEST.rank(part_type);
    match part_type {
        "activities" => activity::items(part_type, Facet::Summary, rank.fixed(), body, &mut mapped),
        "manuallyUpdatedActivities" => activity::items(part_type, Facet::Edited, rank.fixed(), body, &mut mapped),
        "activityDetails" => details::items(part_type, rank.fixed(), body, &mut mapped),
        "activityFiles" => files::part(part_type, rank.fixed(), meta, body, &mut mapped),
        "moveIQActivities" => move_iq::items(part_type, body, &mut mapped),
        "dailies" => daily::items(part_type, body, &mut mapped),
        "epochs" => epoch::items(part_type, body, &mut mapped),
        "sleeps" => sleep::items(part_type, body, &mut mapped),
        "bodyComps" => body_composition::items(part_type, body, &mut mapped),
        "stressDetails" => stress::items(part_type, body, &mut mapped),
        "userMetrics" => user_metrics::items(part_type, body, &mut mapped),
        "pulseox" => pulse_ox::items(part_type, body, &mut mapped),
        "allDayRespiration" => respiration::items(part_type, body, &mut mapped),
        "hrv" => hrv::items(part_type, body, &mut mapped),
        "healthSnapshot" => health_snapshot::items(part_type, body, &mut mapped),
        "bloodPressures" => blood_pressure::items(part_type, body, &mut mapped),
        "skinTemp" => skin_temperature::items(part_type, body, &mut mapped),
        "mct" => menstrual_cycle::items(part_type, body, &mut mapped),
        export::ACTIVITIES | export::DAYS | export::SLEEPS => export::part(part_type, body, &mut mapped),
        _ => unknown(part_type, body, &mut mapped),
    }
    mapped
}

/// An item of a type that has no mapping; its text stays with the part.
struct Anything;

impl Lenient for Anything {
    fn from_map<'de, A: serde::de::MapAccess<'de>>(map: A) -> Result<Option<Self>, A::Error> {
        crate::json::drain_map(map)?;
        Ok(Some(Self))
    }
}

fn unknown(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
    note(&mut mapped.issues, IssueCode::Unknown, part_type, "this type is not mapped; what it said is kept raw");
    let mut ignored = Mapped::default();
    each_item::<Anything>(part_type, body, &mut ignored, |_, _| {});
    mapped.items = ignored.items;
}

/// The id that all documents of a workout share: the summary's, without what marks details and files.
fn shared_id(summary_id: &str) -> &str {
    let id = summary_id.trim();
    id.strip_suffix("-detail").or_else(|| id.strip_suffix("-file")).unwrap_or(id)
}

/// The identity of a workout and the other names it goes by: the summary's id when there is one, the
/// activity's otherwise.
fn identity(summary_id: Option<&str>, activity_id: Option<&str>) -> Option<(String, Vec<String>)> {
    let summary_id = summary_id.map(shared_id).filter(|id| !id.is_empty());
    let external_id = summary_id.or(activity_id)?.to_owned();
    let mut aliases: Vec<String> = [activity_id, summary_id].into_iter().flatten().map(str::to_owned).collect();
    aliases.dedup();
    Some((external_id, aliases))
}
