//! Sends each message to what understands it, and puts the file together.

use super::{
    developer::DeveloperFields,
    file::{FileId, FitFile, FitPart, Session},
    health::Health,
    heart::{Beats, Strap},
    names,
    record::{self, Odometer, Row},
    session,
    sport::Sport,
    summary,
    wire::{self, Message, Part},
};
use crate::columns::Columns;
use model::{FileDetail, Issue, IssueCode, LocalOffset, Timestamp, Zone};
use rustyfit::profile::{
    mesgdef,
    typedef::{EventType, MesgNum},
};
use std::{collections::BTreeMap, io::Read};

const MOST_PARTS: usize = 1000;
const MOST_SESSIONS: usize = 100;
/// Sessions, laps, lengths, sets and pauses of all parts.
const MOST_ITEMS: usize = 50_000;
const MOST_ISSUES: usize = 200;
const TIMER_EVENT: u64 = 0;
/// No clock on earth is further from UTC, even one set by hand.
const FARTHEST_OFFSET_SECONDS: i64 = 26 * 3600;

/// Everything in one FIT file that has a place, read in one pass. Damaged input gives what can be saved
/// and issues; memory is bounded by the limits on points and parts.
pub fn read(input: &mut dyn Read) -> FitFile {
    let mut collector = Collector::default();
    let digest = wire::read(input, &mut |part| match part {
        Part::Sequence => collector.sequence(),
        Part::Message(message) => collector.message(&message),
        Part::Issue(issue) => {
            collector.file.damaged = true;
            collector.issue(issue);
        }
    });
    collector.finish(digest)
}

#[derive(Default)]
struct Collector {
    file: FitFile,
    part: FitPart,
    has_id: bool,
    items: usize,
    columns: Columns,
    strap_columns: Columns,
    developer: DeveloperFields,
    health: Health,
    row: Row,
    odometer: Odometer,
    beats: Beats,
    strap: Strap,
    timer_stopped: Option<Timestamp>,
    /// Zones of sessions by their number; none for those of the file as a whole.
    zones: Vec<(Option<u64>, Vec<Zone>)>,
    has_relative_times: bool,
    /// Messages of kinds that no record has a place for.
    unmapped: BTreeMap<u16, u64>,
}

impl Collector {
    fn sequence(&mut self) {
        self.developer.forget_descriptions();
        self.odometer = Odometer::default();
        self.timer_stopped = None;
    }

    fn issue(&mut self, issue: Issue) {
        let known = self.file.issues.iter().any(|old| old.code == issue.code && old.path == issue.path);
        if !known && self.file.issues.len() < MOST_ISSUES {
            self.file.issues.push(issue);
        }
    }

    fn message(&mut self, message: &Message<'_>) {
        let number = MesgNum(message.number);
        *self.file.message_counts.entry(message.number).or_default() += 1;
        if number != MesgNum::RECORD {
            self.developer.read(message, None);
        }
        match number {
            MesgNum::RECORD => self.record(message),
            MesgNum::FILE_ID => self.file_id(message),
            MesgNum::DEVICE_INFO => self.device_info(message),
            MesgNum::DEVELOPER_DATA_ID => self.developer.application(message),
            MesgNum::FIELD_DESCRIPTION => self.developer.describe(message),
            MesgNum::SESSION => self.session(message),
            MesgNum::LAP => self.item(|part| &mut part.laps, summary::lap(message)),
            MesgNum::LENGTH => self.item(|part| &mut part.lengths, summary::length(message)),
            MesgNum::SET => self.item(|part| &mut part.sets, summary::set(message)),
            MesgNum::TIME_IN_ZONE => self.time_in_zone(message),
            MesgNum::EVENT => self.event(message),
            MesgNum::ACTIVITY => self.local_time(message, mesgdef::Activity::LOCAL_TIMESTAMP),
            MesgNum::SPORT => {
                use mesgdef::Sport as Field;
                let sport = Sport::of(message.unsigned(Field::SPORT), message.unsigned(Field::SUB_SPORT));
                self.part.sport = Some(sport);
            }
            MesgNum::HRV => self.beats.read(message, self.part.record_last, &mut self.columns),
            MesgNum::HR => self.strap.read(message, &mut self.strap_columns),
            MesgNum::MONITORING_INFO => {
                self.local_time(message, mesgdef::MonitoringInfo::LOCAL_TIMESTAMP);
                self.health.message(message);
            }
            _ if self.health.message(message) => {}
            _ => *self.unmapped.entry(message.number).or_default() += 1,
        }
    }

    /// Adds to a list that a hostile file could make long.
    fn item<T>(&mut self, list: fn(&mut FitPart) -> &mut Vec<T>, item: T) {
        self.items += 1;
        if self.items <= MOST_ITEMS {
            list(&mut self.part).push(item);
        } else {
            self.issue(Issue::new(
                IssueCode::Truncated,
                "items",
                "the file has too many laps, lengths, sets or pauses",
            ));
        }
    }

    fn record(&mut self, message: &Message<'_>) {
        self.part.record_count += 1;
        let Some(at) = message.time() else {
            return self.issue(Issue::new(IssueCode::Missing, "record.timestamp", "a record does not say when it is"));
        };
        self.has_relative_times |= message.fit_time().is_some_and(wire::is_relative);
        self.part.record_first.get_or_insert(at);
        self.part.record_last = Some(at);
        self.row.clear();
        record::read(message, &mut self.odometer, &mut self.row);
        self.developer.read(message, Some(&mut self.row));
        self.row.store(at, &mut self.columns);
    }

    fn file_id(&mut self, message: &Message<'_>) {
        use mesgdef::FileId as Field;
        let product = message.text(Field::PRODUCT_NAME);
        let maker = message.unsigned(Field::MANUFACTURER);
        let detail = FileDetail {
            manufacturer: maker.map(names::manufacturer),
            product: product.or_else(|| product_name(maker, message.unsigned(Field::PRODUCT))),
            serial_number: message.unsigned(Field::SERIAL_NUMBER),
            created: message.instant(Field::TIME_CREATED),
            offset: None,
        };
        let kind = message.unsigned(Field::TYPE).map(names::file_kind).unwrap_or_default();
        if std::mem::replace(&mut self.has_id, true) && self.file.parts.len() < MOST_PARTS {
            self.end_part();
        }
        self.part.id = FileId { kind, detail, software_version: None };
    }

    /// The device with index 0 is the one that wrote the file.
    fn device_info(&mut self, message: &Message<'_>) {
        use mesgdef::DeviceInfo as Field;
        if message.unsigned(Field::DEVICE_INDEX) != Some(0) {
            return;
        }
        let id = &mut self.part.id;
        if let Some(name) = message.text(Field::PRODUCT_NAME) {
            id.detail.product = Some(name);
        }
        if let Some(version) = message.scaled(Field::SOFTWARE_VERSION, 100.0) {
            id.software_version = Some(format!("{version:.2}"));
        }
    }

    fn session(&mut self, message: &Message<'_>) {
        if self.part.sessions.len() == MOST_SESSIONS {
            return self.issue(Issue::new(IssueCode::Truncated, "sessions", "the file has too many sessions"));
        }
        let mut session = session::read(message);
        session.detail.zones = summary::session_zones(message);
        self.has_relative_times |= message.fit_time().is_some_and(wire::is_relative);
        if session.start.is_none() {
            self.issue(Issue::new(IssueCode::Missing, "session.start_time", "a session does not say when it began"));
        }
        self.item(|part| &mut part.sessions, session);
    }

    fn time_in_zone(&mut self, message: &Message<'_>) {
        let (kind, index, zones) = summary::time_in_zone(message);
        if kind.is_none_or(|kind| kind == u64::from(MesgNum::SESSION.0)) && self.zones.len() < MOST_SESSIONS {
            self.zones.push((index, zones));
        }
    }

    fn event(&mut self, message: &Message<'_>) {
        use mesgdef::Event as Field;
        let kind = message.unsigned(Field::EVENT_TYPE).and_then(|kind| u8::try_from(kind).ok()).map(EventType);
        let (Some(TIMER_EVENT), Some(kind), Some(at)) = (message.unsigned(Field::EVENT), kind, message.time()) else {
            return;
        };
        match kind {
            EventType::START => {
                if let Some(stopped) = self.timer_stopped.take().filter(|stopped| *stopped < at) {
                    self.item(|part| &mut part.pauses, (stopped, at));
                }
            }
            EventType::STOP | EventType::STOP_ALL | EventType::STOP_DISABLE | EventType::STOP_DISABLE_ALL => {
                self.timer_stopped.get_or_insert(at);
            }
            _ => {}
        }
    }

    /// What the device's clock displayed, from a message that gives both times.
    fn local_time(&mut self, message: &Message<'_>, field: u8) {
        let (Some(utc), Some(local)) = (message.fit_time(), message.seconds(field)) else { return };
        let seconds = i64::from(local) - i64::from(utc);
        if wire::is_relative(utc) || seconds.abs() > FARTHEST_OFFSET_SECONDS {
            return self.issue(Issue::new(IssueCode::Invalid, "local_timestamp", "the local time cannot be right"));
        }
        if let Ok(seconds) = i32::try_from(seconds) {
            self.part.id.detail.offset = Some(LocalOffset::device(seconds));
        }
    }

    /// A file id in a later sequence begins another file; a sequence without one goes on with the same.
    fn end_part(&mut self) {
        self.give_zones();
        let mut part = std::mem::take(&mut self.part);
        part.columns = self.columns.take();
        part.developer = self.developer.take();
        part.strap_heart_rate = self.strap_columns.take().into_iter().flat_map(|column| column.points).collect();
        let (score, issue) = self.health.take_sleep();
        part.sleep_score = score;
        if let Some(issue) = issue {
            self.issue(issue);
        }
        match self.health.take() {
            Ok(columns) => part.health = columns,
            Err(issue) => self.issue(issue),
        }
        let stray = part.stray_points();
        if stray > 0 {
            let message = format!("{stray} samples are days away from every session");
            self.issue(Issue::new(IssueCode::Invalid, "record.time", message));
        }
        self.file.parts.push(part);
        self.beats = Beats::default();
        self.strap = Strap::default();
    }

    fn finish(mut self, digest: [u8; 16]) -> FitFile {
        self.end_part();
        if self.has_relative_times {
            let message = "the device's clock was not set; times count from when it was switched on";
            self.issue(Issue::new(IssueCode::Invalid, "time", message));
        }
        let refused =
            self.columns.refused + self.strap_columns.refused + self.health.refused() + self.developer.refused;
        if refused > 0 {
            self.issue(Issue::new(IssueCode::Truncated, "record", format!("{refused} samples are beyond the limit")));
        }
        for (number, count) in std::mem::take(&mut self.unmapped) {
            let path = format!("message.{}", names::message(u64::from(number)));
            let message = format!("{count} messages of a kind that no record has a place for");
            self.issue(Issue::new(IssueCode::Unmapped, path, message));
        }
        let mut file = self.file;
        self.developer.finish(&mut file.issues);
        file.digest = digest;
        file
    }

    /// Zone messages know the zones' edges, so they go before what the session itself says.
    fn give_zones(&mut self) {
        let only = self.part.sessions.len() == 1;
        for (index, zones) in self.zones.drain(..) {
            let owns = |session: &&mut Session| session.index == index || (only && index.is_none());
            if let Some(session) = self.part.sessions.iter_mut().find(owns).filter(|_| !zones.is_empty()) {
                session.detail.zones = zones;
            }
        }
    }
}

/// Garmin's products have names; those of others are numbers.
fn product_name(maker: Option<u64>, product: Option<u64>) -> Option<String> {
    const GARMIN_NUMBERED: [u64; 4] = [1, 13, 15, 89];
    let product = product?;
    let garmin = maker.is_some_and(|maker| GARMIN_NUMBERED.contains(&maker));
    Some(if garmin { names::garmin_product(product) } else { product.to_string() })
}
