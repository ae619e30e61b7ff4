//! The interpreters of a run, for people: where there are several, each has its GIL and its memory.

use crate::base::printable::safe;
use crate::export::columns::{Table, wrapped};
use crate::export::limited::has_gil;
use crate::export::summary::{CORES_MAX, ROWS_MAX, WIDTH, and_more, count, counted, percent};
use crate::observe::report::Report;

/// The line on the GIL, or on the GILs.
pub(super) fn gil(report: &Report) -> String {
    if !has_gil(report) {
        return "none".to_owned();
    }
    let switches = counted(report.machine.gil_switches, "switch", "switches");
    let interpreters = &report.interpreters;
    let mut shares: Vec<String> = interpreters
        .iter()
        .take(CORES_MAX)
        .map(|interpreter| percent(interpreter.gil_held, report.elapsed))
        .collect();
    shares.extend(and_more(interpreters.len(), CORES_MAX));
    match interpreters.len() {
        1 => format!("held {}, {switches}", shares.concat()),
        several => format!("{several}, held {}, {switches}", shares.join(" ")),
    }
}

/// The line on memory, where there are several interpreters.
pub(super) fn memory(report: &Report) -> Vec<String> {
    if report.interpreters.len() == 1 {
        return Vec::new();
    }
    let forked = report.interpreters.iter().filter(|interpreter| interpreter.forked).count();
    let shared = match forked {
        0 => "",
        1 => "; a forked process takes only the pages that it writes, the others it shares",
        _ => "; forked processes take only the pages that they write, the others they share",
    };
    let peak = bytes(report.machine.peak_memory);
    wrapped("memory   ", &format!("{peak} at its peak{shared}"), WIDTH)
}

/// A table of them, where there are several.
pub(super) fn table(report: &Report) -> Vec<String> {
    let interpreters = &report.interpreters;
    if interpreters.len() == 1 {
        return Vec::new();
    }
    let has_gil = has_gil(report);
    let gil = ["GIL held", "switches"].into_iter().filter(|_| has_gil);
    let mut table = Table::new(["interpreter", "kind", "memory"].into_iter().chain(gil), 2..);
    for interpreter in interpreters.iter().take(ROWS_MAX) {
        let mut row =
            vec![safe(&interpreter.name), interpreter.kind.to_owned(), bytes(interpreter.peak_memory)];
        if has_gil {
            row.push(percent(interpreter.gil_held, report.elapsed));
            row.push(count(interpreter.gil_switches));
        }
        table.row(row);
    }
    table.lines(and_more(interpreters.len(), ROWS_MAX))
}

/// Bytes as people read them, rounded to a tenth of their unit.
fn bytes(bytes: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000)];
    let Some((name, unit)) = UNITS.into_iter().find(|(_, unit)| bytes >= *unit) else {
        return format!("{bytes}B");
    };
    let tenths = (u128::from(bytes) * 10 + u128::from(unit) / 2) / u128::from(unit);
    format!("{}.{}{name}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::SimDuration;
    use crate::export::sample::completed;
    use crate::export::summary::summary;
    use crate::observe::report::InterpreterReport;

    #[test]
    fn several_interpreters_each_have_a_share_of_a_gil_and_of_the_memory() {
        let mut report = completed();
        report.machine.peak_memory = 10_220_480;
        report.interpreters[0].peak_memory = 9_000_000;
        report.interpreters.push(InterpreterReport {
            name: "work.1".to_owned(),
            kind: "process",
            forked: true,
            gil_held: SimDuration(1_500_000),
            gil_switches: 0,
            peak_memory: 1_220_480,
        });
        let text = summary(&report);
        let want = "\
GIL      2, held 98% 36%, 4 switches
memory   10.2MB at its peak; a forked process takes only the pages that it
         writes, the others it shares
";
        assert!(text.contains(want), "{text}");
        let want = "
interpreter  kind     memory  GIL held  switches
main         main      9.0MB       98%         4
work.1       process   1.2MB       36%         -
";
        assert!(text.contains(want), "{text}");
    }

    #[test]
    fn bytes_are_rounded_to_what_can_be_read() {
        let cases = [
            (0, "0B"),
            (999, "999B"),
            (20_480, "20.5KB"),
            (999_999, "1000.0KB"),
            (9_000_000, "9.0MB"),
            (1_349_000_000, "1.3GB"),
            (u64::MAX, "18446744073.7GB"),
        ];
        for (given, want) in cases {
            assert_eq!(bytes(given), want);
        }
    }
}
