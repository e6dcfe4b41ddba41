//! What scenarios share on one server: its people, and the data that are read.

use crate::{
    arrival::{self, Expected},
    bodies::{BEGINNING, DAY_S, SDK_RECORDS, Template, minutes, sdk},
    load,
    options::Options,
    people,
    scenarios::Needs,
    target::{Accounts, Door, Person, Target},
};
use std::sync::{
    OnceLock,
    atomic::{AtomicUsize, Ordering},
};

pub(crate) struct Stage<'a> {
    pub(crate) target: &'a Target,
    pub(crate) options: &'a Options,
    crowd: OnceLock<Vec<Person>>,
    readers: OnceLock<Vec<Person>>,
    connected: AtomicUsize,
}

/// What a scenario gave.
pub(crate) enum Outcome {
    /// Figures by the names that `crate::figures` lists.
    Measured(Vec<(&'static str, f64)>),
    /// The server cannot do it, and why.
    NotServed(String),
}

impl<'a> Stage<'a> {
    pub(crate) fn new(target: &'a Target, options: &'a Options) -> Self {
        Self { target, options, crowd: OnceLock::new(), readers: OnceLock::new(), connected: AtomicUsize::new(0) }
    }

    /// Makes the people that a scenario needs, if they can be made here.
    pub(crate) fn prepare(&self, needs: Needs) -> anyhow::Result<()> {
        match needs {
            Needs::Crowd if self.target.door.is_some() => self.crowd().map(drop),
            Needs::Readers => self.readers().map(drop),
            Needs::Crowd | Needs::Nobody => Ok(()),
        }
    }

    /// Where pushes go in; else why none can.
    pub(crate) fn door(&self) -> Result<&'a Door, Outcome> {
        let why = "pushes need --hook and --accounts";
        self.target.door.as_ref().ok_or_else(|| Outcome::NotServed(why.to_owned()))
    }

    /// The people over whom pushes are spread.
    pub(crate) fn crowd(&self) -> anyhow::Result<&[Person]> {
        if let Some(crowd) = self.crowd.get() {
            return Ok(crowd);
        }
        let crowd = match &self.target.accounts {
            Accounts::Consent => self.more_people(self.options.users)?,
            Accounts::Given(people) => people.clone(),
        };
        Ok(self.crowd.get_or_init(|| crowd))
    }

    /// People of whom nothing is known yet.
    pub(crate) fn more_people(&self, count: usize) -> anyhow::Result<Vec<Person>> {
        let first = self.connected.fetch_add(count, Ordering::Relaxed);
        people::connect(self.target, first, count)
    }

    /// People with days of one-minute heart rates, by whatever way the server takes them.
    pub(crate) fn readers(&self) -> anyhow::Result<&[Person]> {
        if let Some(readers) = self.readers.get() {
            return Ok(readers);
        }
        let readers = match (&self.target.accounts, &self.target.door) {
            (Accounts::Consent, Some(door)) => {
                let people = self.more_people(self.options.readers)?;
                self.push_minutes(door, &people)?;
                people
            }
            _ => self.upload_minutes()?,
        };
        Ok(self.readers.get_or_init(|| readers))
    }

    /// How many points a reader has.
    pub(crate) fn points(&self) -> f64 {
        (self.options.days * 1_440) as f64
    }

    /// The instant after the last point of a reader.
    pub(crate) fn end(&self) -> i64 {
        BEGINNING + self.options.days * DAY_S
    }

    /// Pushes all days of all these people and waits until they can be read.
    pub(crate) fn push_minutes(&self, door: &Door, people: &[Person]) -> anyhow::Result<()> {
        let bodies = minutes(door);
        let days = usize::try_from(self.options.days)?;
        load::send(self.target, 16, people.len() * days, &|number, request| {
            let (day, person) = (number / people.len(), number % people.len());
            let start = BEGINNING + day as i64 * DAY_S;
            bodies.get(day + 3 * person).fill(request, &people[person].account, start);
        })?;
        self.wait_for_readers(people)
    }

    /// The same through the SDK's route, for servers where nobody's account is connected.
    fn upload_minutes(&self) -> anyhow::Result<Vec<Person>> {
        let people = people::create(self.target, self.options.readers)?;
        let bodies: Vec<Template> =
            people.iter().enumerate().map(|(seed, person)| sdk(self.target, &person.id, seed as u64)).collect();
        let minutes = self.options.days * 1_440;
        let batches = usize::try_from(minutes.div_euclid(SDK_RECORDS) + 1)?;
        load::send(self.target, 8, people.len() * batches, &|number, request| {
            let (batch, person) = (number / people.len(), number % people.len());
            // the last batch ends where the days end, and so repeats some of the one before
            let first = (batch as i64 * SDK_RECORDS).min(minutes - SDK_RECORDS);
            bodies[person].fill(request, "", BEGINNING + first * 60);
        })?;
        self.wait_for_readers(&people)?;
        Ok(people)
    }

    fn wait_for_readers(&self, people: &[Person]) -> anyhow::Result<()> {
        let last = |person| Expected { person, series: &["heart_rate"], from: self.end() - 60, for_s: 60 };
        arrival::wait(self.target, &people.iter().map(last).collect::<Vec<_>>())
    }
}
