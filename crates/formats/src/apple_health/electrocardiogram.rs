//! An electrocardiogram as a phone exports it, CSV: some lines that say what it is, then a voltage a line. The words before
//! the commas are in the phone's language, so what a line says is told by its place.

use super::date::Dates;
use model::Timestamp;

/// The lines before the voltages, as far as they are of use: names and dates of birth stay in the file.
const RECORDED: usize = 2;
const CLASSIFICATION: usize = 3;
const SYMPTOMS: usize = 4;
const SOFTWARE: usize = 5;
const DEVICE: usize = 6;
const RATE: usize = 7;
/// So many lines may come before the voltages.
const MOST_LINES: usize = 64;
/// A text longer than this is no such text.
const LONGEST: usize = 200;

/// What the lines before the voltages say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Electrocardiogram {
    /// When it began, and the offset of the phone when it exported, seconds.
    pub recorded_at: Option<(Timestamp, i32)>,
    /// What the device makes of it, in the phone's language.
    pub classification: Option<String>,
    /// What the person felt.
    pub symptoms: Option<String>,
    /// The version of what made it.
    pub software_version: Option<String>,
    /// The device's model.
    pub device: Option<String>,
    /// Voltages a second.
    pub sample_rate_hz: Option<f64>,
    /// How many voltages there are.
    pub samples: u64,
}

/// Reads what an electrocardiogram is, and counts its voltages.
#[must_use]
pub fn read(bytes: &[u8]) -> Electrocardiogram {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
    let mut found = Electrocardiogram::default();
    for (place, line) in lines.by_ref().enumerate() {
        if is_voltage(line) {
            found.samples = 1;
            break;
        }
        if place == MOST_LINES {
            return found;
        }
        if let Some((_, value)) = line.split_once([',', ';']) {
            found.take(place, value.trim().trim_matches('"'));
        }
    }
    found.samples += lines.filter(|line| is_voltage(line)).count() as u64;
    found
}

impl Electrocardiogram {
    fn take(&mut self, place: usize, value: &str) {
        let text = || Some(value.to_owned()).filter(|text| !text.is_empty() && text.len() <= LONGEST);
        match place {
            RECORDED => self.recorded_at = Dates::default().read(value.as_bytes()),
            CLASSIFICATION => self.classification = text(),
            SYMPTOMS => self.symptoms = text(),
            SOFTWARE => self.software_version = text(),
            DEVICE => self.device = text(),
            RATE => {
                let number: String =
                    value.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
                self.sample_rate_hz = number.replace(',', ".").parse().ok().filter(|rate: &f64| rate.is_finite());
            }
            _ => {}
        }
    }
}

/// A number alone, with a point or, in some languages, a comma.
fn is_voltage(line: &str) -> bool {
    let line = line.trim_matches('"');
    let is_number =
        line.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b',' | b'e' | b'E'));
    is_number && line.replacen(',', ".", 1).parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GERMAN: &str = "Name,Erika\nGeburtsdatum,01.01.1970\nAufzeichnungsdatum,2026-02-16 10:25:14 +0100\n\
        Klassifizierung,Sinusrhythmus\nSymptome,\nSoftwareversion,1.90\nGerät,\"Watch6,7\"\nMessrate,512 Hertz\n\n\n\
        Ableitung,Ableitung I\nEinheit,µV\n\n-9,723\n\"12,5\"\n3\n";

    #[test]
    fn what_it_is_is_told_by_the_place_of_its_lines() {
        let found = read(GERMAN.as_bytes());
        assert_eq!(found.recorded_at, Some((Timestamp::from_seconds(1_771_233_914), 3600)));
        assert_eq!(found.classification.as_deref(), Some("Sinusrhythmus"));
        assert_eq!((found.symptoms, found.device.as_deref()), (None, Some("Watch6,7")));
        assert_eq!((found.sample_rate_hz, found.samples), (Some(512.0), 3));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            let _ = read(&bytes);
        }
    }
}
