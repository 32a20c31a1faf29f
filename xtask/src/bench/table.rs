//! The table: a row for each workload, a column for each engine, ours first; beside each time how many times ours it is.

use super::Measured;

const OURS: &str = "rolecall";

/// The table as text. What an engine did not run is a dash.
pub(super) fn render(measured: &[Measured]) -> String {
    let workloads = distinct(measured.iter().map(|one| one.workload.as_str()));
    let mut engines = distinct(measured.iter().map(|one| one.engine.as_str()));
    engines.sort_by_key(|engine| *engine != OURS);
    let time = |workload: &str, engine: &str| {
        let found = measured.iter().find(|one| one.workload == workload && one.engine == engine);
        found.map(|one| one.nanoseconds)
    };
    let mut rows = vec![std::iter::once("workload").chain(engines.iter().copied()).map(str::to_owned).collect()];
    for workload in workloads {
        let ours = time(workload, OURS);
        let cell = |engine: &&str| match (time(workload, engine), ours) {
            (None, _) => "-".to_owned(),
            (Some(theirs), Some(ours)) if *engine != OURS => format!("{} (x{:.1})", duration(theirs), theirs / ours),
            (Some(alone), _) => duration(alone),
        };
        rows.push(std::iter::once(workload.to_owned()).chain(engines.iter().map(cell)).collect());
    }
    aligned(&rows)
}

/// Each text once, in the order in which they come.
fn distinct<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let mut seen = Vec::new();
    for text in texts {
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen
}

fn duration(nanoseconds: f64) -> String {
    match nanoseconds {
        short if short < 1e3 => format!("{short:.0} ns"),
        middle if middle < 1e6 => format!("{:.2} us", middle / 1e3),
        long => format!("{:.2} ms", long / 1e6),
    }
}

fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(String::len).max().unwrap_or(0);
    let line = |row: &Vec<String>| {
        let cells = row.iter().enumerate().map(|(column, cell)| match column {
            0 => format!("{cell:<0$}", width(column)),
            _ => format!("{cell:>0$}", width(column)),
        });
        cells.collect::<Vec<_>>().join("  ")
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_comes_first_and_ratios_are_against_it() {
        let one = |workload: &str, engine: &str, nanoseconds| Measured {
            workload: workload.to_owned(),
            engine: engine.to_owned(),
            nanoseconds,
        };
        let measured = [
            one("chain", "rolecall", 1_500.0),
            one("60 actions", "peer", 14_000.0),
            one("60 actions", "rolecall", 70.0),
            one("lint", "peer", 3_700_000.0),
        ];
        let expected = "workload    rolecall               peer\n\
                        chain        1.50 us                  -\n\
                        60 actions     70 ns  14.00 us (x200.0)\n\
                        lint               -            3.70 ms";
        assert_eq!(render(&measured), expected);
    }
}
