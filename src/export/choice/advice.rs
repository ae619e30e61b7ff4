//! What to take, and why, in a few sentences made of what was measured.

use crate::base::count::grouped;
use crate::base::time::SimDuration;
use crate::export::choice::figures::{self, bytes, hundredths, ratio, time};
use crate::machine;
use crate::machine::profile::Gil;
use crate::observe::choice::verdict::{Verdict, optimises_waiting, uses_all_cores};
use crate::observe::choice::{Group, Measured, Row, Scale, Standing};

/// Up to how many hundredths of another length one is about as long.
const ABOUT_AS_LONG: u64 = 110;

/// From how many hundredths of the time on costs are named.
const WORTH_NAMING: u64 = 25;

/// From how many hundredths on a part is most of a whole.
const MOST: u64 = 50;

/// The sentences; they begin with what to take.
///
/// # Panics
///
/// Never: what is best came to a good end.
#[must_use]
pub fn advice(group: &Group) -> String {
    let Some(best) = group.best() else {
        if group.rows.iter().any(|row| row.standing == Standing::Skipped) {
            return "not known: it was not run".to_owned();
        }
        return "none: with no kind the script comes to a good end".to_owned();
    };
    let row = &group.rows[best];
    let measured = row.sound().expect("what is best is sound");
    if !group.pays() {
        return in_turn(group, measured);
    }
    let mut sentences = vec![taken(group, row, measured)];
    let others = group.rows.iter().enumerate();
    let others = others.filter(|(at, row)| *at != best && group.differs(row).is_none());
    sentences.extend(others.filter_map(|(_, other)| beside(group, measured, other)));
    sentences.extend(more(group, row));
    sentences.join(" ")
}

/// Nothing is gained.
fn in_turn(group: &Group, fastest: &Measured) -> String {
    let has_gil = machine::runtime(group.runtime).is_none_or(|runtime| runtime.gil != Gil::None);
    let free = fastest.free.map_or(fastest.elapsed, |free| free.elapsed);
    let work = fastest.free.map_or(SimDuration::ZERO, |free| free.cores.sum);
    let base = group.base().unwrap_or(free);
    let why = if hundredths(base, free) >= ABOUT_AS_LONG {
        "to start them, to switch between them and to send what they need takes what they save"
    } else if hundredths(work, base) < MOST {
        "there is next to nothing that could be done at the same time"
    } else if group.cores == 1 {
        "there is one core to work on, and next to nothing to wait for"
    } else if has_gil && fastest.units > 1 {
        "one unit at a time has the GIL, and there is next to nothing to wait for"
    } else {
        "there is next to nothing that could be done at the same time"
    };
    format!("one after the other: no kind is faster by a tenth, since {why}.")
}

/// The one to take, and what makes it fast.
fn taken(group: &Group, row: &Row, measured: &Measured) -> String {
    let mut text = format!("{}: {}", several(row), time(measured.elapsed));
    if let Some(speed_up) = group.speed_up(measured) {
        text.push_str(&format!(", {} times as fast as one after the other", ratio(speed_up)));
    }
    let free = measured.free;
    let at_once = |count: Option<u64>| count.map_or(String::new(), figures::count);
    let waits = (optimises_waiting(measured) == Some(Verdict::Yes))
        .then(|| format!("{} wait at once", at_once(free.and_then(|free| free.waits.hundredths()))));
    let cores = uses_all_cores(measured, group.cores).filter(|verdict| *verdict != Verdict::No);
    let cores = cores
        .map(|_| format!("{} cores work at once", at_once(free.and_then(|free| free.cores.hundredths()))));
    let reasons: Vec<String> = waits.into_iter().chain(cores).collect();
    if reasons.is_empty() { text + "." } else { format!("{text}: {}.", reasons.join(", and ")) }
}

/// How another one compares with it.
fn beside(group: &Group, taken: &Measured, other: &Row) -> Option<String> {
    let measured = other.sound()?;
    let name = capitalized(several(other));
    let slower = hundredths(measured.elapsed, taken.elapsed);
    if slower <= ABOUT_AS_LONG {
        let more = measured.peak_memory.saturating_sub(taken.peak_memory);
        return Some(format!("{name} are as fast, and take {} more.", bytes(more)));
    }
    let overhead = hundredths(measured.overhead().unwrap_or(SimDuration::ZERO), measured.elapsed);
    let is_no = |verdict: Option<Verdict>| verdict == Some(Verdict::No);
    let why = if overhead >= WORTH_NAMING {
        format!(": {overhead}% of it is for starting, switching and sending")
    } else if is_no(uses_all_cores(measured, group.cores)) && !is_no(uses_all_cores(taken, group.cores)) {
        ": one works at a time".to_owned()
    } else if is_no(optimises_waiting(measured)) && !is_no(optimises_waiting(taken)) {
        ": one waits at a time".to_owned()
    } else {
        String::new()
    };
    Some(format!("{name} take {} times as long{why}.", ratio(slower)))
}

/// Who scales further than the one to take.
fn more(group: &Group, best: &Row) -> Option<String> {
    let Scale { units, .. } = best.scale?;
    let further = group.rows.iter().filter(|row| row.sound().is_some() && group.differs(row).is_none());
    let further = further.filter_map(|row| Some((row.scale?.units, row)));
    let (most, row) = further.rev().max_by_key(|(units, _)| *units)?;
    // A little further is no reason to take another one.
    (most >= units.saturating_mul(5) && most > 1).then(|| {
        format!(
            "For more than {} units take {}: they are good for {}.",
            grouped(units),
            several(row),
            grouped(most)
        )
    })
}

/// What several units of a row are called.
fn several(row: &Row) -> &'static str {
    match row.unit {
        Some("thread") => "threads",
        Some("process") => "processes",
        Some("task") => "tasks",
        Some("interpreter") => "interpreters",
        Some("subprocess") => "subprocesses",
        Some(_) | None => "as written",
    }
}

fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_ascii_uppercase() + rest
}
