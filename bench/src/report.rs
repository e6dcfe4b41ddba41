//! What was measured, as a table for people and as JSON for machines.

use crate::{
    figures::{FIGURES, Figure},
    machine::{self, Usage},
    options::Options,
    stage::Outcome,
};
use serde_json::{Value, json};

/// All scenarios on one server.
pub(crate) struct Measured {
    pub(crate) target: &'static str,
    pub(crate) runs: Vec<Run>,
}

/// One scenario.
pub(crate) struct Run {
    pub(crate) scenario: &'static str,
    pub(crate) seconds: f64,
    pub(crate) usage: Usage,
    pub(crate) outcome: Outcome,
}

impl Run {
    fn figures(&self) -> &[(&'static str, f64)] {
        match &self.outcome {
            Outcome::Measured(figures) => figures,
            Outcome::NotServed(_) => &[],
        }
    }

    /// Processor time by who used it, as a share of what the machine has.
    fn shares(&self) -> [f64; 3] {
        let all = self.seconds * machine::cores() as f64;
        [self.usage.server, self.usage.bench, self.usage.others()].map(|seconds| 100.0 * seconds / all.max(1e-9))
    }
}

impl Measured {
    fn value(&self, figure: &Figure) -> Option<f64> {
        self.runs.iter().flat_map(Run::figures).find(|(name, _)| *name == figure.name).map(|(_, value)| *value)
    }

    fn goal(&self, figure: &Figure) -> Option<f64> {
        match self.target {
            "embedded" => figure.goals[0],
            "postgres" => figure.goals[1],
            _ => None,
        }
    }
}

/// The table of all figures that any server gave, then who used the processors, then what was not served.
pub(crate) fn table(all: &[Measured]) -> String {
    let mut lines = vec![heading(all)];
    for figure in FIGURES.iter().filter(|figure| all.iter().any(|it| it.value(figure).is_some())) {
        lines.push(line(figure, all));
    }
    let mut text = aligned(&lines);
    text.push_str("\nprocessor time, % of the machine: server / bench / others (a database counts there)\n");
    let mut shares = Vec::new();
    for measured in all {
        for run in &measured.runs {
            let [server, bench, others] = run.shares();
            let used = format!("{server:.0} / {bench:.0} / {others:.0}");
            shares.push(vec![
                run.scenario.to_owned(),
                measured.target.to_owned(),
                format!("{:.1} s", run.seconds),
                used,
            ]);
        }
    }
    text.push_str(&aligned(&shares));
    for measured in all {
        for run in &measured.runs {
            if let Outcome::NotServed(why) = &run.outcome {
                text.push_str(&format!("{}: {} not served: {why}\n", measured.target, run.scenario));
            }
        }
    }
    text
}

fn heading(all: &[Measured]) -> Vec<String> {
    let mut cells = vec![String::new(), String::new()];
    for measured in all {
        cells.push(measured.target.to_owned());
        if measured.target != "other" {
            cells.push("goal".to_owned());
        }
    }
    if let Some((first, rest)) = all.split_first() {
        cells.extend(rest.iter().map(|other| format!("{}/{}", first.target, other.target)));
    }
    cells.extend(["OW 0.6.3 noted", "(retuned)", "times it"].map(str::to_owned));
    cells
}

fn line(figure: &Figure, all: &[Measured]) -> Vec<String> {
    let mut cells = vec![figure.title.to_owned(), figure.unit.to_owned()];
    for measured in all {
        cells.push(shown(measured.value(figure)));
        if measured.target != "other" {
            cells.push(goal(figure, measured));
        }
    }
    let first = all.first().and_then(|measured| measured.value(figure));
    let times = |other: Option<f64>| match (first, other) {
        (Some(value), Some(than)) if value > 0.0 && than > 0.0 => {
            format!("x{}", number(figure.times_better(value, than)))
        }
        _ => String::new(),
    };
    cells.extend(all.iter().skip(1).map(|other| times(other.value(figure))));
    cells.extend([shown(figure.noted[0]), shown(figure.noted[1]), times(figure.noted[1].or(figure.noted[0]))]);
    cells
}

/// What is aimed at, and whether it is met.
fn goal(figure: &Figure, measured: &Measured) -> String {
    match (measured.goal(figure), measured.value(figure)) {
        (Some(goal), Some(value)) if figure.times_better(value, goal) >= 1.0 => format!("{} ok", number(goal)),
        (Some(goal), _) => format!("{} --", number(goal)),
        (None, _) => String::new(),
    }
}

fn shown(value: Option<f64>) -> String {
    value.map(number).unwrap_or_default()
}

/// With as many digits as say something.
fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 1_000.0 => {
            let digits = format!("{value:.0}");
            let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().flat_map(std::str::from_utf8).collect();
            groups.join(",")
        }
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Columns as wide as they need to be, all but the first to the right.
fn aligned(lines: &[Vec<String>]) -> String {
    let columns = lines.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| lines.iter().filter_map(|line| line.get(column)).map(String::len).max();
    let widths: Vec<usize> = (0..columns).filter_map(width).collect();
    let mut text = String::new();
    for line in lines {
        for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
            let padded = if column == 0 { format!("{cell:width$}") } else { format!("  {cell:>width$}") };
            text.push_str(&padded);
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
    text
}

/// Everything, with what it was measured on.
pub(crate) fn json(all: &[Measured], options: &Options) -> Value {
    let targets: serde_json::Map<String, Value> =
        all.iter().map(|measured| (measured.target.to_owned(), target_json(measured))).collect();
    let ratios: serde_json::Map<String, Value> = all.split_first().map_or_else(Default::default, |(first, rest)| {
        rest.iter().map(|other| (format!("{}/{}", first.target, other.target), ratios(first, other))).collect()
    });
    json!({
        "commit": options.commit,
        "cores": machine::cores(),
        "load_at_the_end": machine::load(),
        "seconds": options.seconds,
        "users": options.users,
        "readers": options.readers,
        "days": options.days,
        "targets": targets,
        "times_better": ratios,
    })
}

fn target_json(measured: &Measured) -> Value {
    let runs = measured.runs.iter().map(|run| {
        let figures: serde_json::Map<String, Value> = run
            .figures()
            .iter()
            .map(|(name, value)| {
                let figure = Figure::find(name);
                let goal = figure.and_then(|figure| measured.goal(figure));
                ((*name).to_owned(), json!({ "value": value, "unit": figure.map(|figure| figure.unit), "goal": goal }))
            })
            .collect();
        let not_served = match &run.outcome {
            Outcome::NotServed(why) => Some(why),
            Outcome::Measured(_) => None,
        };
        let told = json!({
            "seconds": run.seconds,
            "server_cpu_s": run.usage.server,
            "bench_cpu_s": run.usage.bench,
            "others_cpu_s": run.usage.others(),
            "not_served": not_served,
            "figures": figures,
        });
        (run.scenario.to_owned(), told)
    });
    Value::Object(runs.collect())
}

fn ratios(first: &Measured, other: &Measured) -> Value {
    let both = FIGURES.iter().filter_map(|figure| {
        let (value, than) = (first.value(figure)?, other.value(figure)?);
        (value > 0.0 && than > 0.0).then(|| (figure.name.to_owned(), json!(figure.times_better(value, than))))
    });
    Value::Object(both.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(target: &'static str, value: f64) -> Measured {
        let outcome = Outcome::Measured(vec![("small_pushes_per_s", value)]);
        let run = Run { scenario: "small_pushes", seconds: 1.0, usage: Usage::default(), outcome };
        Measured { target, runs: vec![run] }
    }

    #[test]
    fn a_line_tells_the_goal_and_how_many_times_the_others_it_is() {
        let text = table(&[measured("embedded", 6_000.0), measured("postgres", 1_500.0)]);
        let line = text.lines().find(|line| line.starts_with("small pushes")).unwrap();
        let cells: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).skip(2).collect();
        assert_eq!(cells, ["6,000", "5,000 ok", "1,500", "2,000 --", "x4.00", "6.00", "106", "x56.6"]);
    }

    #[test]
    fn numbers_have_as_many_digits_as_say_something() {
        assert_eq!([1_234_567.8, 999.6, 12.34, 0.123].map(number), ["1,234,568", "1000", "12.3", "0.12"]);
    }
}
