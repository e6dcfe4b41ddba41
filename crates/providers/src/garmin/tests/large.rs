//! Bodies as large as the contract allows, made while they are read.

use super::*;
use std::io::{Read, Result};

/// A details body of one activity with a sample a second, as many as asked for.
struct Body {
    next: u32,
    samples: u32,
    pending: Vec<u8>,
    at: usize,
    total: usize,
}

impl Body {
    fn of(samples: u32) -> Self {
        let head = br#"[{"summaryId":"1-detail","summary":{"startTimeInSeconds":1772352000},"samples":["#.to_vec();
        Self { next: 0, samples, pending: head, at: 0, total: 0 }
    }

    fn refill(&mut self) {
        self.at = 0;
        self.pending.clear();
        if self.next > self.samples {
            return;
        }
        if self.next == self.samples {
            self.pending.extend(b"]}]");
        } else {
            let (n, comma) = (self.next, if self.next == 0 { "" } else { "," });
            let sample = format!(
                r#"{comma}{{"startTimeInSeconds":{},"latitudeInDegree":46.55801234567891,"longitudeInDegree":-7.123456789012345,"elevationInMeters":812.2000122070312,"heartRate":{},"speedMetersPerSecond":2.7500000476837158,"totalDistanceInMeters":{n}.4200439453125,"timerDurationInSeconds":{n},"clockDurationInSeconds":{n},"movingDurationInSeconds":{n}}}"#,
                1_772_352_000 + n,
                100 + n % 80,
            );
            self.pending.extend(sample.bytes());
        }
        self.next += 1;
        self.total += self.pending.len();
    }
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if self.at == self.pending.len() {
            self.refill();
        }
        let read = (&self.pending[self.at..]).read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

/// The most memory this process ever had, megabytes; `None` where the system does not say.
fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}

#[test]
fn a_hundred_megabytes_of_details_fit_in_little_memory() {
    let mut body = Body::of(320_000);
    let mapped = Garmin.map("activityDetails", &PartMeta::default(), &mut body);
    assert!(body.total > 100_000_000, "{}", body.total);
    assert_eq!(mapped.issues, []);
    let samples = &workouts(&mapped)[0].samples;
    assert_eq!(samples.len(), 9);
    assert!(samples.iter().all(|batch| batch.points.len() == 320_000));
    match peak_megabytes() {
        Some(peak) => assert!(peak < 130, "{peak} MB"),
        None => eprintln!("SKIPPED: this system does not say how much memory was used"),
    }
}
