//! What processes use of the machine, read from `/proc`; nothing where there is none.

use std::fs;

/// The kernel counts processor time in hundredths of a second.
const TICKS_A_SECOND: f64 = 100.0;

/// Processor seconds used so far.
#[derive(Clone, Copy, Default)]
pub(crate) struct Usage {
    process: Option<u32>,
    /// By the server's process.
    pub(crate) server: f64,
    /// By this program.
    pub(crate) bench: f64,
    /// By everything on the machine.
    pub(crate) machine: f64,
}

impl Usage {
    pub(crate) fn of(process: Option<u32>) -> Self {
        let server = process.and_then(|pid| process_seconds(&pid.to_string()));
        let bench = process_seconds("self");
        Self {
            process,
            server: server.unwrap_or_default(),
            bench: bench.unwrap_or_default(),
            machine: machine_seconds().unwrap_or_default(),
        }
    }

    /// What was used since; of a server that was started again in between, what its last process used.
    pub(crate) fn since(self, earlier: Self) -> Self {
        let before = if self.process == earlier.process { earlier.server } else { 0.0 };
        Self {
            process: self.process,
            server: (self.server - before).max(0.0),
            bench: (self.bench - earlier.bench).max(0.0),
            machine: (self.machine - earlier.machine).max(0.0),
        }
    }

    /// What neither the server nor this program used: a database's processes, other work on the machine.
    pub(crate) fn others(self) -> f64 {
        (self.machine - self.server - self.bench).max(0.0)
    }
}

/// A process's memory in megabytes: `VmRSS` now, `VmHWM` at its highest.
pub(crate) fn memory_mb(pid: u32, field: &str) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The system's load over the last minute.
pub(crate) fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}

fn process_seconds(pid: &str) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // the second field is a name in parentheses, which may hold anything
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS_A_SECOND)
}

fn machine_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    let fields: Vec<f64> = stat.lines().next()?.split_whitespace().skip(1).flat_map(str::parse).collect();
    // user, nice, system, then idle and waiting for disks, then interrupts
    let busy = [0, 1, 2, 5, 6].iter().filter_map(|index| fields.get(*index)).sum::<f64>();
    Some(busy / TICKS_A_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_use_is_counted_within_the_machine_s() {
        let before = Usage::of(None);
        while process_seconds("self").is_some_and(|now| now - before.bench < 0.05) {
            std::hint::black_box((0..100_000_u64).fold(1, |sum: u64, n| sum.rotate_left(3) ^ n));
        }
        let used = Usage::of(None).since(before);
        assert!(used.bench > 0.0 && used.machine > 0.0, "{} of {}", used.bench, used.machine);
        assert!(memory_mb(std::process::id(), "VmRSS").is_some_and(|mb| mb > 1.0));
    }
}
