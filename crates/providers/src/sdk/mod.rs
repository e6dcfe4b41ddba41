//! What the mobile SDKs send: one format for Apple Health, Samsung Health and Health Connect.
//!
//! A body is `{provider, data: {records, sleep, workouts, deleted}}`; it is cut before it comes here, and each list
//! is a type of part. Where each field comes from is told in `docs/sdk.md`.

mod deleted;
mod metrics;
mod names;
mod read;
mod records;
mod sleep;
mod source;
mod time;
mod values;
mod wire;
mod workout_types;
mod workouts;

use crate::{Manifest, Provider, json::note};
use model::{IssueCode, Mapped, PartMeta};
use std::{io::Read, sync::LazyLock};

/// A phone's health data, by the SDK.
pub(crate) struct Phone(pub(crate) &'static LazyLock<Manifest>);

impl Provider for Phone {
    fn manifest(&self) -> &Manifest {
        self.0
    }

    fn map(&self, part_type: &str, _meta: &PartMeta, body: &mut dyn Read) -> Mapped {
        let provider = &self.0.name;
        match part_type {
            "records" => records::map(provider, body),
            "sleep" => sleep::map(provider, body),
            "workouts" => workouts::map(provider, body),
            "deleted" => deleted::map(body),
            // what the phone tells of its own work holds nothing that was measured
            "logs" => counted(part_type, body),
            _ => unknown(part_type, body),
        }
    }

    fn parse_user_id(&self, _answer: &[u8]) -> Option<String> {
        None
    }

    fn parse_permissions(&self, _answer: &[u8]) -> Option<Vec<String>> {
        None
    }
}

fn counted(part_type: &str, body: &mut dyn Read) -> Mapped {
    let (text, mut mapped) = (read::bytes(body), Mapped::default());
    let _: Vec<(u32, serde::de::IgnoredAny)> = read::items(part_type, &text, &mut mapped);
    mapped
}

fn unknown(part_type: &str, body: &mut dyn Read) -> Mapped {
    let mut mapped = counted(part_type, body);
    note(&mut mapped.issues, IssueCode::Unknown, part_type, "this list is not mapped; it is kept raw");
    mapped
}

#[cfg(test)]
mod tests;
