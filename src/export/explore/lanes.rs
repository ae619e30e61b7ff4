//! A witness as a picture: a lane for each unit, time going down.
//!
//! Of a long one, the steps that matter are shown: where the unit changes, what touches the objects of
//! the finding, and how it ends. The others are counted.

use std::collections::BTreeMap;

use crate::base::id::UnitId;
use crate::base::span::Source;
use crate::explore::Found;
use crate::export::explore::steps::{Step, Telling};
use crate::ir::program::Program;

/// Lines of a picture, its heading included.
const LINES_MAX: usize = 12;

/// Columns of a picture where nobody says how many there are.
pub const WIDTH: usize = 100;

/// A narrower picture shows nothing.
const WIDTH_MIN: usize = 36;

/// Columns between two lanes.
const GAP: usize = 2;

/// A lane is at least so wide, or there are fewer of them.
const LANE_MIN: usize = 16;

/// Characters that are left of a verb at the least.
const VERB_MIN: usize = 2;

/// How many steps are tried for a place in the picture.
const CANDIDATES_MAX: usize = 400;

/// How to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Columns that there are.
    pub width: usize,
    /// Only ASCII characters are used.
    pub ascii: bool,
}

impl Look {
    /// The lane of a unit that does nothing.
    const fn idle(self) -> &'static str {
        if self.ascii { "|" } else { "│" }
    }

    /// What stands for a text that is left out, one column wide.
    const fn cut(self) -> char {
        if self.ascii { '~' } else { '…' }
    }

    /// What stands for steps that are left out.
    pub(super) const fn dots(self) -> &'static str {
        if self.ascii { "..." } else { "…" }
    }
}

/// The picture of a witness, line by line without line feeds; nothing if it takes no step and nobody waits.
#[must_use]
pub fn lanes(program: &Program, source: &Source, found: &Found, look: Look) -> Vec<String> {
    let telling = Telling::of(program, source, found);
    let look = Look { width: look.width.max(WIDTH_MIN), ..look };
    let rows = rows(&telling, look);
    if rows.is_empty() {
        return Vec::new();
    }
    Picture::new(&telling, &rows, look).lines(&telling, &rows)
}

/// What to change where a finding itself does not say it: a unit is interrupted between two of its steps,
/// and others should have been kept out. Nothing if no unit is.
#[must_use]
pub fn advice(program: &Program, source: &Source, found: &Found) -> Option<String> {
    if found.finding.help.is_some() || found.preemptions == 0 {
        return None;
    }
    let telling = Telling::of(program, source, found);
    let steps = &telling.steps;
    let (at, later) = (1..steps.len()).find_map(|next| {
        let unit = steps[next - 1].unit;
        let later = steps[next..].iter().position(|step| step.unit == unit).filter(|passed| *passed > 0)?;
        Some((next - 1, next + later))
    })?;
    let (unit, from, to) = (telling.name(steps[at].unit), steps[at].line, steps[later].line);
    Some(if from == to {
        format!(
            "line {from} is several steps, and another unit comes between those of {unit}: hold one lock around \
             it, and wherever the same data are used"
        )
    } else {
        format!(
            "another unit comes between the lines {from} and {to} of {unit}: hold one lock around both, and \
             wherever the same data are used"
        )
    })
}

/// What stands in one line of the picture, unit by unit.
type Row = BTreeMap<UnitId, Cell>;

struct Cell {
    text: String,
    /// The line of the script.
    line: Option<u32>,
}

impl Cell {
    fn of(step: &Step) -> Self {
        Self { text: step.text.clone(), line: Some(step.line) }
    }
}

fn rows(telling: &Telling, look: Look) -> Vec<Row> {
    let budget = LINES_MAX - 1 - usize::from(!telling.last.is_empty());
    let shown = choose(&telling.steps, budget);
    let mut rows: Vec<Row> = Vec::new();
    let mut left_out: BTreeMap<UnitId, usize> = BTreeMap::new();
    for (step, shown) in telling.steps.iter().zip(shown) {
        if shown {
            rows.extend(gap(std::mem::take(&mut left_out), look));
            rows.push(Row::from([(step.unit, Cell::of(step))]));
        } else {
            *left_out.entry(step.unit).or_default() += 1;
        }
    }
    rows.extend(gap(left_out, look));
    if !telling.last.is_empty() {
        rows.push(telling.last.iter().map(|step| (step.unit, Cell::of(step))).collect());
    }
    rows
}

/// The line that counts what is left out, if anything is.
fn gap(left_out: BTreeMap<UnitId, usize>, look: Look) -> Option<Row> {
    let cell = |(unit, count): (UnitId, usize)| {
        let text = format!("{} {count} more step{}", look.dots(), if count == 1 { "" } else { "s" });
        (unit, Cell { text, line: None })
    };
    (!left_out.is_empty()).then(|| left_out.into_iter().map(cell).collect())
}

/// Which of the steps are shown, so that there are not more lines than that.
fn choose(steps: &[Step], budget: usize) -> Vec<bool> {
    if steps.len() <= budget {
        return vec![true; steps.len()];
    }
    let mut order: Vec<usize> = (0..steps.len()).collect();
    // The graver first; of equals the later one, because the end tells most.
    order.sort_by_key(|&at| std::cmp::Reverse((steps[at].weight, at)));
    let mut shown = vec![false; steps.len()];
    for &at in order.iter().take(CANDIDATES_MAX) {
        shown[at] = true;
        if lines(&shown) > budget {
            shown[at] = false;
        }
    }
    shown
}

/// How many lines that makes: one for each step shown, and one for each row of others.
fn lines(shown: &[bool]) -> usize {
    let steps = shown.iter().filter(|shown| **shown).count();
    let gaps = shown.chunk_by(|one, other| one == other).filter(|part| !part[0]).count();
    steps + gaps
}

/// Where the lanes are.
struct Picture {
    /// Who has a lane of its own, from the left.
    own: Vec<UnitId>,
    /// All others share one behind these.
    others: bool,
    /// How wide each lane is.
    widths: Vec<usize>,
    look: Look,
}

impl Picture {
    fn new(telling: &Telling, rows: &[Row], look: Look) -> Self {
        let mut units: Vec<UnitId> = rows.iter().flat_map(|row| row.keys().copied()).collect();
        units.sort_unstable();
        units.dedup();
        let most = (look.width + GAP) / (LANE_MIN + GAP);
        let others = units.len() > most;
        if others {
            // Those of the finding keep theirs, then those that do most.
            let busy = |unit: &UnitId| rows.iter().filter(|row| row.contains_key(unit)).count();
            units.sort_by_key(|unit| {
                let concerned = telling.last.iter().any(|step| step.unit == *unit);
                (!concerned, std::cmp::Reverse(busy(unit)), *unit)
            });
            units.truncate(most - 1);
            units.sort_unstable();
        }
        let mut picture = Self { own: units, others, widths: Vec::new(), look };
        picture.widths = picture.fitted(telling, rows);
        picture
    }

    fn lane_count(&self) -> usize {
        self.own.len() + usize::from(self.others)
    }

    /// Each lane as wide as it needs to be, the widest ones cut until all fit.
    fn fitted(&self, telling: &Telling, rows: &[Row]) -> Vec<usize> {
        let mut widths: Vec<usize> = self.heading(telling).iter().map(|name| columns(name)).collect();
        for row in rows {
            for (lane, (text, line)) in self.cells(telling, row) {
                widths[lane] = widths[lane].max(columns(&text) + columns(&line));
            }
        }
        let room = self.look.width - GAP * (self.lane_count() - 1);
        while widths.iter().sum::<usize>() > room {
            let Some(widest) = widths.iter_mut().max() else { break };
            *widest -= 1;
        }
        widths
    }

    fn heading(&self, telling: &Telling) -> Vec<String> {
        let names = self.own.iter().map(|unit| telling.name(*unit).to_owned());
        names.chain(self.others.then(|| "others".to_owned())).collect()
    }

    /// The texts of a row with their lanes; each with what stands at the right end of its lane.
    fn cells(&self, telling: &Telling, row: &Row) -> BTreeMap<usize, (String, String)> {
        let mut cells: BTreeMap<usize, (String, String)> = BTreeMap::new();
        for (unit, cell) in row {
            let line = cell.line.map_or(String::new(), |line| format!(" @{line}"));
            match self.own.binary_search(unit) {
                Ok(lane) => {
                    cells.insert(lane, (cell.text.clone(), line));
                }
                Err(_) => {
                    let told = format!("{}: {}", telling.name(*unit), cell.text);
                    let more = |(text, _): (String, String)| (format!("{text}; {told}"), String::new());
                    let both = cells.remove(&self.own.len()).map(more);
                    cells.insert(self.own.len(), both.unwrap_or((told, line)));
                }
            }
        }
        cells
    }

    fn lines(&self, telling: &Telling, rows: &[Row]) -> Vec<String> {
        let heading = self.heading(telling);
        let names = heading.iter().zip(&self.widths).map(|(name, width)| self.fit(name, "", *width));
        let mut lines = vec![names.collect::<Vec<_>>().join("  ").trim_end().to_owned()];
        for row in rows {
            let cells = self.cells(telling, row);
            let lanes = self.widths.iter().enumerate().map(|(lane, width)| {
                let empty = (self.look.idle().to_owned(), String::new());
                let (text, line) = cells.get(&lane).unwrap_or(&empty);
                self.fit(text, line, *width)
            });
            lines.push(lanes.collect::<Vec<_>>().join("  ").trim_end().to_owned());
        }
        lines
    }

    fn fit(&self, left: &str, right: &str, width: usize) -> String {
        fit(left, right, width, self.look.cut())
    }
}

fn columns(text: &str) -> usize {
    text.chars().count()
}

/// A text at the left and one at the right of so many columns; the left one is cut if there is no room for both:
/// in its verb if what follows then stands whole, else at its end.
fn fit(left: &str, right: &str, width: usize, cut: char) -> String {
    let room = width.saturating_sub(columns(right));
    let shown: String = if columns(left) > room {
        let head = |keep: usize| left.chars().take(keep).chain([cut]).collect::<String>();
        let verb = left.split_once(' ').filter(|(_, object)| columns(object) + VERB_MIN + 2 <= room);
        let wait = left
            .rsplit_once(' ')
            .filter(|(head, object)| head.starts_with("waits") && columns(object) + VERB_MIN + 2 <= room);
        match verb.or(wait) {
            Some((_, object)) => format!("{} {object}", head(room - columns(object) - 2)),
            None => head(room.saturating_sub(1)),
        }
    } else {
        left.to_owned()
    };
    format!("{shown:<room$}{right}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(weight: u8) -> Step {
        Step { unit: UnitId(1), text: "read x 0".to_owned(), line: 1, weight }
    }

    #[test]
    fn a_short_witness_is_shown_whole() {
        assert_eq!(choose(&[step(0), step(0)], 2), [true, true]);
    }

    #[test]
    fn of_a_long_one_the_steps_that_matter_are_shown() {
        let weights = [0, 0, 9, 0, 0, 0, 9, 0, 1];
        let steps: Vec<Step> = weights.into_iter().map(step).collect();
        let shown = choose(&steps, 6);
        assert_eq!(shown, [false, false, true, false, false, false, true, true, true]);
        assert_eq!(lines(&shown), 6);
    }

    #[test]
    fn no_line_is_wider_than_its_room() {
        assert_eq!(fit("acquire savings", " @19", 30, '…'), "acquire savings            @19");
        assert_eq!(fit("waits for savings", " @19", 18, '…'), "waits… savings @19");
        assert_eq!(fit("acquire savings", " @19", 14, '…'), "acquire s… @19");
        assert_eq!(fit("acquire savings", " @19", 16, '…'), "acq… savings @19");
    }
}
