//! The tables of a comparison.

use anstyle::{AnsiColor, Style};

use crate::base::printable::safe;
use crate::base::time::SimDuration;
use crate::export::choice::figures::{
    IN_TURN, bytes, choice, count, hundredths, parts, ratio, scale, time, unit,
};
use crate::export::columns::{Cell, Table};
use crate::export::picture::timeline::Face;
use crate::export::results::outcome_word;
use crate::observe::choice::verdict::{Verdict, optimises_waiting, uses_all_cores};
use crate::observe::choice::{Group, Measured, Row, Standing};

/// Stands where there is no figure.
const NOTHING: &str = "-";

/// Parts of a run's time that are named at most, and from how many percent on.
const PARTS_MAX: usize = 2;
const PART_MIN: u64 = 5;

/// A row for each runtime and number of cores: how long the script takes with units of each kind.
pub(super) fn matrix(groups: &[Group], face: Face) -> Vec<String> {
    let Some(first) = groups.first() else { return Vec::new() };
    let kinds: Vec<&str> = first.rows.iter().map(unit).collect();
    let heading = ["runtime", "cores", IN_TURN].into_iter().chain(kinds.iter().copied()).chain(["best"]);
    let mut table = Table::new(heading, 1..kinds.len() + 3);
    for group in groups {
        let best = group.best();
        let mut cells = vec![Cell::from(group.runtime.to_owned()), Cell::from(group.cores.to_string())];
        cells.push(Cell::from(group.base().map_or(NOTHING.to_owned(), time)));
        for (at, row) in group.rows.iter().enumerate() {
            cells.push(Cell::styled(brief(group, row), style(group, (at, row), best, face)));
        }
        cells.push(Cell::from(choice(group).to_owned()));
        table.row(cells);
    }
    table.lines(None)
}

/// A row for each kind of unit: what it takes.
pub(super) fn details(group: &Group, face: Face) -> Vec<String> {
    let best = group.best();
    let heading = ["unit", "elapsed", "speed-up", "overhead", "memory", "start", "its end hung on"];
    let mut table = Table::new(heading, 1..6);
    for (at, row) in group.rows.iter().enumerate() {
        let style = style(group, (at, row), best, face);
        let of = |figure: &dyn Fn(&Measured) -> Option<String>| {
            row.measured().and_then(figure).unwrap_or_else(|| NOTHING.to_owned())
        };
        let overhead = |measured: &Measured| {
            let share = hundredths(measured.overhead()?, measured.elapsed);
            Some(format!("{share}%"))
        };
        let cells = [
            unit(row).to_owned(),
            brief(group, row),
            of(&|measured| Some(ratio(group.speed_up(measured).filter(|_| measured.is_sound())?))),
            of(&overhead),
            of(&|measured| Some(bytes(measured.peak_memory))),
            row.start.map_or(NOTHING.to_owned(), |start| time(start.next)),
            of(&hung_on),
        ];
        table.row(cells.into_iter().map(|cell| Cell::styled(cell, style)));
    }
    table.lines(None)
}

/// A row for each kind of unit: what it is good for.
pub(super) fn verdicts(group: &Group, crowd: Option<&str>) -> Vec<String> {
    if group.rows.iter().all(|row| row.sound().is_none()) {
        return Vec::new();
    }
    let scales = crowd.map(|param| format!("scales to ({})", safe(param)));
    let mut heading = vec!["unit", "optimises waiting", "uses all cores"];
    heading.extend(scales.as_deref());
    let mut table = Table::new(heading, 9..);
    for row in &group.rows {
        let sound = row.sound();
        let free = sound.and_then(|measured| measured.free);
        let waits = free.and_then(|free| free.waits.hundredths());
        let cores = free.and_then(|free| free.cores.hundredths());
        let mut cells = vec![
            unit(row).to_owned(),
            answer(
                sound.and_then(optimises_waiting),
                waits.map(|figure| format!("{} at once", count(figure))),
            ),
            answer(
                sound.and_then(|measured| uses_all_cores(measured, group.cores)),
                cores.map(|figure| format!("{} of {}", count(figure), group.cores)),
            ),
        ];
        if crowd.is_some() {
            cells.push(row.scale.map(scale).unwrap_or_else(|| NOTHING.to_owned()));
        }
        table.row(cells);
    }
    table.lines(None)
}

fn answer(verdict: Option<Verdict>, figure: Option<String>) -> String {
    match (verdict, figure) {
        (None, _) => NOTHING.to_owned(),
        (Some(verdict), None) => verdict.word().to_owned(),
        (Some(verdict), Some(figure)) => format!("{}, {figure}", verdict.word()),
    }
}

/// How long it took, or why that does not count.
fn brief(group: &Group, row: &Row) -> String {
    match &row.standing {
        Standing::Impossible(_) | Standing::Skipped => NOTHING.to_owned(),
        Standing::Measured(measured) if !measured.is_sound() => {
            let finding = measured.unexpected().next();
            finding.map_or_else(|| outcome_word(measured.outcome), |finding| finding.kind.word()).to_owned()
        }
        Standing::Measured(measured) => {
            let mark = if group.differs(row).is_some() { "!" } else { "" };
            format!("{}{mark}", time(measured.elapsed))
        }
    }
}

fn style(group: &Group, (at, row): (usize, &Row), best: Option<usize>, face: Face) -> Style {
    if !face.colour {
        return Style::new();
    }
    match &row.standing {
        Standing::Impossible(_) | Standing::Skipped => Style::new().dimmed(),
        Standing::Measured(measured) if !measured.is_sound() || group.differs(row).is_some() => {
            AnsiColor::Red.on_default()
        }
        Standing::Measured(_) if best == Some(at) && group.pays() => AnsiColor::Green.on_default().bold(),
        Standing::Measured(_) => Style::new(),
    }
}

fn hung_on(measured: &Measured) -> Option<String> {
    let parts = parts(measured.chain.as_ref()?);
    let share = |length: SimDuration| hundredths(length, measured.elapsed);
    let told =
        parts.into_iter().enumerate().filter(|(at, (_, length))| *at == 0 || share(*length) >= PART_MIN);
    let told = told.take(PARTS_MAX).map(|(_, (word, length))| format!("{word} {}%", share(length)));
    Some(told.collect::<Vec<_>>().join(", "))
}
