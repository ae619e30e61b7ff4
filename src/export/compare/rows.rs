//! The rows of a comparison as cells, the same for the terminal and for a review.

use crate::base::printable::safe;
use crate::base::time::SimDuration;
use crate::compare::{Edit, EditKind, Order, Seen, Times};
use crate::export::compare::Look;

/// Names that are listed before the rest is only counted.
const NAMES_MAX: usize = 3;

/// Cells under each other, and a sign before each row.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: Vec<(char, Vec<String>)>,
}

impl Rows {
    pub(super) fn push(&mut self, sign: char, cells: Vec<String>) {
        self.rows.push((sign, cells));
    }

    /// The lines with their signs, aligned, none wider than `width`.
    pub(super) fn lines(&self, width: usize, look: Look) -> Vec<(char, String)> {
        // A row of one cell is a sentence and may be as long as it likes.
        let aligned: Vec<&Vec<String>> =
            self.rows.iter().map(|(_, cells)| cells).filter(|cells| cells.len() > 1).collect();
        let columns = aligned.iter().map(|cells| cells.len()).max().unwrap_or(0);
        let length = |cell: &String| cell.chars().count();
        let wide = |column: usize| aligned.iter().filter_map(|cells| cells.get(column)).map(length).max();
        let widths: Vec<usize> = (0..columns).map(|column| wide(column).unwrap_or(0)).collect();
        let line = |cells: &Vec<String>| {
            if let [sentence] = &cells[..] {
                return cut(sentence, width, look);
            }
            let cells = cells.iter().zip(&widths).filter(|(_, width)| **width > 0);
            let padded = |(cell, &width): (&String, &usize)| {
                if is_number(cell) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
            };
            let cells: Vec<String> = cells.map(padded).collect();
            cut(cells.join("  ").trim_end(), width, look)
        };
        self.rows.iter().map(|(sign, cells)| (*sign, line(cells))).collect()
    }
}

/// Numbers stand with their ends under each other.
fn is_number(cell: &str) -> bool {
    cell.contains('.') && cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// A text of at most so many characters.
pub(super) fn cut(text: &str, width: usize, look: Look) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let dots = look.dots();
    let kept: String = text.chars().take(width.saturating_sub(dots.chars().count())).collect();
    kept.trim_end().to_owned() + dots
}

/// `a, b, c and 7 more`
pub(super) fn names(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(NAMES_MAX).map(|name| safe(name)).collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// An event where two runs part: time, unit, word, detail, place.
pub(super) fn of_event(seen: &Seen) -> Vec<String> {
    let microseconds = seen.at.0 / 1_000;
    vec![
        format!("{}.{:03}", microseconds / 1_000, microseconds % 1_000),
        safe(&seen.unit),
        seen.word.text().to_owned(),
        safe(&seen.detail),
        safe(&seen.place),
    ]
}

/// The sign of an edit: as in any diff, and `~` where the event is there and says something else.
pub(super) const fn sign(kind: EditKind) -> char {
    match kind {
        EditKind::Removed | EditKind::EndGone => '-',
        EditKind::Added | EditKind::EndNew => '+',
        EditKind::Altered | EditKind::Elsewhere => '~',
    }
}

/// An edit: word, detail, place, how often.
pub(super) fn of_edit(edit: &Edit, look: Look) -> Vec<String> {
    let to = |before: &str, after: &str| format!("{} {} {}", safe(before), look.arrow(), safe(after));
    let detail = match edit.kind {
        EditKind::Removed => safe(&edit.before),
        EditKind::Added | EditKind::Elsewhere => safe(&edit.after),
        EditKind::Altered => altered(&edit.before, &edit.after, look),
        EditKind::EndGone | EditKind::EndNew => {
            let word = edit.word.text();
            return vec![format!("{} {} more to its end, from a `{word}` on", look.dots(), edit.count)];
        }
    };
    let place = match &edit.from {
        Some(from) => to(from, &edit.place),
        None => safe(&edit.place),
    };
    let times = if edit.count > 1 { format!("{} {}", look.times(), edit.count) } else { String::new() };
    vec![edit.word.text().to_owned(), detail, times, place]
}

/// `total 110 → 120`: what both details begin with stands once.
fn altered(before: &str, after: &str, look: Look) -> String {
    let shared = before.bytes().zip(after.bytes()).take_while(|(one, other)| one == other).count();
    let name = before[..shared.min(before.len())].rfind(' ').map_or("", |end| &before[..=end]);
    let (was, is) = (&before[name.len()..], &after[name.len()..]);
    format!("{}{} {} {}", safe(name), safe(was), look.arrow(), safe(is))
}

/// What takes longer or shorter: place, word, how often, how long, by how much, who.
pub(super) fn of_times(times: &Times, look: Look) -> Vec<String> {
    vec![
        safe(&times.place),
        times.word.text().to_owned(),
        if times.count > 1 { format!("{} {}", look.times(), times.count) } else { String::new() },
        format!("{} {} {}", times.before, look.arrow(), times.after),
        difference(times.before, times.after),
        match &times.units[..] {
            [one] => safe(one),
            more => format!("{} units", more.len()),
        },
    ]
}

/// `+2ms`
pub(super) fn difference(before: SimDuration, after: SimDuration) -> String {
    let sign = if after >= before { '+' } else { '-' };
    format!("{sign}{}", SimDuration(before.0.abs_diff(after.0)))
}

/// Who comes before whom: thing, before, after.
pub(super) fn of_order(order: &Order, look: Look) -> Vec<String> {
    let row = |units: &[String], more: usize| {
        let units: Vec<String> = units.iter().map(|unit| safe(unit)).collect();
        let more = if more > 0 { format!(", {}", look.dots()) } else { String::new() };
        if units.is_empty() { "nobody".to_owned() } else { units.join(", ") + &more }
    };
    let after = match order.same {
        0 => String::new(),
        1 => "after 1 turn: ".to_owned(),
        turns => format!("after {turns} turns: "),
    };
    let (before, now) = (row(&order.before, order.more[0]), row(&order.after, order.more[1]));
    vec![safe(&order.thing), format!("{after}{before}"), look.arrow().to_owned(), now]
}
