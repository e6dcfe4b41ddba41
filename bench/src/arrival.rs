//! Waits until what was sent can be read, which is what "processed" means to a customer.

use crate::{
    bodies::instant,
    stopwatch::Stopwatch,
    target::{Person, Target},
};
use anyhow::bail;
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

const PATIENCE: Duration = Duration::from_mins(15);
const CLIENTS: usize = 4;

/// Somebody's last points: series that have a point in a span of so many seconds.
pub(crate) struct Expected<'a> {
    pub(crate) person: &'a Person,
    pub(crate) series: &'a [&'a str],
    pub(crate) from: i64,
    pub(crate) for_s: i64,
}

/// Waits for all of it.
pub(crate) fn wait(target: &Target, expected: &[Expected<'_>]) -> anyhow::Result<()> {
    let (next, watch) = (AtomicUsize::new(0), Stopwatch::start());
    let work = || -> anyhow::Result<()> {
        let mut connection = target.connection()?;
        while let Some(one) = expected.get(next.fetch_add(1, Ordering::Relaxed)) {
            let question = one.question(target);
            let mut pause = Duration::from_millis(2);
            while !one.has_come(connection.expect(&question)?.body) {
                if watch.passed(PATIENCE) {
                    bail!("data of user {} cannot be read after {PATIENCE:?}", one.person.id);
                }
                thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(50));
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS.min(expected.len())).map(|_| scope.spawn(work)).collect();
        for client in clients {
            client.join().map_err(|_| anyhow::anyhow!("a client panicked"))??;
        }
        Ok(())
    })
}

impl Expected<'_> {
    fn question(&self, target: &Target) -> Vec<u8> {
        let (from, to) = (instant(self.from), instant(self.from + self.for_s));
        let types: String = self.series.iter().map(|series| format!("&types={series}")).collect();
        target.get(&format!(
            "/api/v1/users/{}/timeseries?start_time={}&end_time={}{types}",
            self.person.id,
            String::from_utf8_lossy(&from),
            String::from_utf8_lossy(&to),
        ))
    }

    fn has_come(&self, page: &[u8]) -> bool {
        let page = String::from_utf8_lossy(page);
        self.series.iter().all(|series| page.contains(&format!("\"type\":\"{series}\"")))
    }
}
