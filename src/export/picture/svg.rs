//! The lanes of a run as a picture for a browser or a README, light or dark as its reader likes it.
//!
//! Each activity of a lane is one path of columns one pixel wide. Where a column saw several, they are
//! stacked in proportion, so that what alternates faster than a pixel is not lost.

use std::fmt::Write;

use crate::base::id::UnitId;
use crate::base::printable::safe;
use crate::base::time::{SimDuration, SimTime};
use crate::export::limited::{has_gil, limited};
use crate::export::picture::ticks::ticks;
use crate::export::picture::{LOOKS, look_of};
use crate::export::results::outcome_word;
use crate::observe::lanes::{GILS_MAX, Lane, Lanes, OTHERS};
use crate::observe::report::{Outcome, Report, UnitState};

/// Units and cores that are shown before the rest is only counted.
const ROWS_MAX: usize = 32;
/// Characters of a name.
const NAME_MAX: usize = 18;
/// Characters of a line of the sentence.
const LINE_MAX: usize = 128;

const WIDTH: usize = 860;
/// Where lanes begin, and how wide they are.
const LEFT: usize = 156;
const COLUMNS: usize = 680;
const MARGIN: usize = 24;
/// Heights of a lane of a unit, and of a core or the GIL, and what is between two.
const TALL: usize = 20;
const LOW: usize = 12;
const GAP: usize = 6;

/// Colours of units where they are on a core or have the GIL, by light and by night.
pub(in crate::export) const OWNERS: [(&str, &str); 8] = [
    ("#3f7fc1", "#5b9bdd"),
    ("#d98032", "#e29a58"),
    ("#3b9a9c", "#52b5b7"),
    ("#9466b8", "#ad84cf"),
    ("#b5587a", "#cd7796"),
    ("#7f9440", "#9db35c"),
    ("#8a6d55", "#a98b72"),
    ("#66738a", "#8794ab"),
];

/// The text of an `.svg` file; nothing if the run has not written down its lanes.
///
/// # Panics
///
/// Never: writing to memory does not fail.
#[must_use]
pub fn svg(report: &Report) -> Option<String> {
    let lanes = report.lanes.as_ref()?;
    let mut picture = Picture { report, lanes, seen: [false; LOOKS.len()], y: 0, out: String::new() };
    picture.write().expect("writing to a string never fails");
    Some(picture.framed().expect("writing to a string never fails"))
}

struct Picture<'a> {
    report: &'a Report,
    lanes: &'a Lanes,
    /// Looks that a lane shows.
    seen: [bool; LOOKS.len()],
    /// Where the next thing stands.
    y: usize,
    out: String,
}

impl Picture<'_> {
    fn write(&mut self) -> std::fmt::Result {
        self.y = 38;
        self.heading()?;
        let top = self.y;
        let body = std::mem::take(&mut self.out);
        self.rows()?;
        let rows = std::mem::replace(&mut self.out, body);
        self.axis(top)?;
        self.out.push_str(&rows);
        self.legend()
    }

    fn heading(&mut self) -> std::fmt::Result {
        let inputs = &self.report.inputs;
        let y = self.y;
        writeln!(
            self.out,
            "<text class=\"title\" x=\"{MARGIN}\" y=\"{y}\">{}</text>",
            escaped(&inputs.script)
        )?;
        let cores = if inputs.cores == 1 { "1 core".to_owned() } else { format!("{} cores", inputs.cores) };
        let (outcome, elapsed) = (outcome_word(self.report.outcome), self.report.elapsed);
        writeln!(
            self.out,
            "<text class=\"dim\" text-anchor=\"end\" x=\"{}\" y=\"{y}\">{} · {cores} · {outcome} after \
             {elapsed}</text>",
            LEFT + COLUMNS,
            escaped(&inputs.runtime)
        )?;
        self.y += 8;
        let (class, sentence) = match (limited(self.report), self.report.findings.first()) {
            (Some(sentence), _) => ("", sentence),
            (None, Some(finding)) => (" class=\"bad\"", finding.message.clone()),
            (None, None) => ("", String::new()),
        };
        for line in lines(&sentence) {
            self.y += 17;
            writeln!(self.out, "<text{class} x=\"{MARGIN}\" y=\"{}\">{}</text>", self.y, escaped(&line))?;
        }
        self.y += 22;
        Ok(())
    }

    fn rows(&mut self) -> std::fmt::Result {
        let lanes = self.lanes;
        for (at, lane) in lanes.units.iter().enumerate().take(ROWS_MAX) {
            let name = &self.report.units.of(UnitId::new(at)).name();
            self.unit(at, name, lane)?;
        }
        if let Some(more @ 1..) = self.report.units.len().checked_sub(ROWS_MAX) {
            writeln!(
                self.out,
                "<text class=\"dim\" x=\"{MARGIN}\" y=\"{}\">… and {more} more</text>",
                self.y + 11
            )?;
            self.y += TALL;
        }
        self.y += 10;
        let busy = lanes.cores.iter().enumerate().filter(|(_, lane)| lane.total() > SimDuration::ZERO);
        let count = busy.clone().count();
        for (at, lane) in busy {
            self.owners(&format!("core {at}"), lane)?;
        }
        let idle = (self.report.inputs.cores as usize).saturating_sub(count);
        if idle > 0 && count < crate::observe::lanes::CORES_MAX {
            let cores = if idle == 1 { "core" } else { "cores" };
            writeln!(
                self.out,
                "<text class=\"dim\" x=\"{MARGIN}\" y=\"{}\">{idle} {cores} idle</text>",
                self.y + 10
            )?;
            self.y += LOW + GAP;
        }
        self.gils()
    }

    /// The GIL; where there are several, those of the first interpreters by their names.
    fn gils(&mut self) -> std::fmt::Result {
        let (lanes, interpreters) = (self.lanes, &self.report.interpreters);
        if !has_gil(self.report) {
            return Ok(());
        }
        self.y += 4;
        let several = interpreters.len() > 1;
        for (lane, interpreter) in lanes.gils.iter().zip(interpreters) {
            let name =
                if several { escaped(&cut(&format!("GIL {}", interpreter.name))) } else { "GIL".to_owned() };
            self.owners(&name, lane)?;
        }
        if let Some(more @ 1..) = interpreters.len().checked_sub(GILS_MAX) {
            let gils = if more == 1 { "GIL" } else { "GILs" };
            writeln!(
                self.out,
                "<text class=\"dim\" x=\"{MARGIN}\" y=\"{}\">… and {more} more {gils}</text>",
                self.y + 10
            )?;
            self.y += LOW + GAP;
        }
        Ok(())
    }

    fn unit(&mut self, at: usize, name: &str, lane: &Lane) -> std::fmt::Result {
        let unit = self.report.units.of(UnitId::new(at));
        let (from, to) = (self.column(unit.started), unit.ended.map_or(COLUMNS, |ended| self.column(ended)));
        let mut told = format!("{}: {}", safe(name), unit.times.total());
        for look in &LOOKS {
            let length = unit.times.of(look.activities);
            if length > SimDuration::ZERO {
                let _ = write!(told, "\n{} {length}", look.word);
            }
        }
        let (y, middle) = (self.y, self.y + TALL / 2);
        writeln!(self.out, "<g><title>{}</title>", escaped(&told))?;
        let owner = at % OWNERS.len();
        writeln!(self.out, "<circle class=\"o{owner}\" cx=\"{}\" cy=\"{middle}\" r=\"4\"/>", MARGIN + 4)?;
        let name = escaped(&cut(name));
        writeln!(self.out, "<text x=\"{}\" y=\"{}\">{name}</text>", MARGIN + 15, middle + 4)?;
        // Its life is a line, on which lies what it does.
        writeln!(
            self.out,
            "<path class=\"life\" d=\"M{} {middle}h{}\"/>",
            LEFT + from,
            to.saturating_sub(from).max(1)
        )?;
        let groups = self.stacked(lane, TALL, look_of);
        for (look, path) in groups {
            self.seen[look] = true;
            if LOOKS[look].colours.is_some() {
                writeln!(self.out, "<path class=\"a{look}\" d=\"{path}\"/>")?;
            }
        }
        if unit.state == UnitState::Blocked && self.report.outcome == Outcome::Deadlock {
            let (x, y) = (LEFT + COLUMNS + 7, middle - 4);
            writeln!(self.out, "<path class=\"stuck\" d=\"M{x} {y}l8 8m0 -8l-8 8\"/>")?;
        }
        writeln!(self.out, "</g>")?;
        self.y = y + TALL + GAP;
        Ok(())
    }

    fn owners(&mut self, name: &str, lane: &Lane) -> std::fmt::Result {
        let share = u128::from(lane.total().0) * 100 / u128::from(self.report.elapsed.0.max(1));
        writeln!(self.out, "<g><title>{name}: {share}%</title>")?;
        let (y, right) = (self.y + 10, LEFT - 10);
        writeln!(self.out, "<text x=\"{MARGIN}\" y=\"{y}\">{name}</text>")?;
        writeln!(
            self.out,
            "<text class=\"dim\" text-anchor=\"end\" x=\"{right}\" y=\"{y}\">{share}%</text>"
        )?;
        writeln!(
            self.out,
            "<rect class=\"bed\" x=\"{LEFT}\" y=\"{}\" width=\"{COLUMNS}\" height=\"{LOW}\"/>",
            self.y
        )?;
        let owner =
            |number: u32| if number == OTHERS { OWNERS.len() } else { number as usize % OWNERS.len() };
        for (owner, path) in self.stacked(lane, LOW, owner) {
            writeln!(self.out, "<path class=\"o{owner}\" d=\"{path}\"/>")?;
        }
        writeln!(self.out, "</g>")?;
        self.y += LOW + GAP;
        Ok(())
    }

    /// For each group of what is in a lane a path, columns stacked from the bottom in the order of groups.
    fn stacked(&self, lane: &Lane, height: usize, group: impl Fn(u32) -> usize) -> Vec<(usize, String)> {
        let groups = LOOKS.len().max(OWNERS.len() + 1);
        let mut columns: Vec<Stack> =
            (0..COLUMNS).map(|column| self.stack(lane, column, groups, &group)).collect();
        smooth(&mut columns);
        let mut paths: Vec<Vec<(usize, usize, usize)>> = vec![Vec::new(); groups];
        for (column, stack) in columns.iter().enumerate() {
            let mut below: u64 = 0;
            for (length, path) in stack.lengths.iter().zip(&mut paths) {
                let (low, high) = (stack.level(below, height), stack.level(below + length, height));
                if high > low {
                    path.push((column, low, high));
                }
                below += length;
            }
        }
        let drawn = paths.iter().enumerate().filter(|(_, path)| !path.is_empty());
        drawn.map(|(group, path)| (group, self.columns(path, height))).collect()
    }

    fn stack(&self, lane: &Lane, column: usize, groups: usize, group: impl Fn(u32) -> usize) -> Stack {
        let (from, to) = (self.at(column), self.at(column + 1));
        // A column narrower than a nanosecond shows the one that it is in.
        let to = to.max(SimTime(from.0 + 1));
        let mut lengths = vec![0; groups];
        for (what, length) in self.lanes.within(lane, from, to) {
            lengths[group(what)] += length.0;
        }
        Stack { lengths, whole: to.since(from).0 }
    }

    /// The columns of a path, equal neighbours as one rectangle.
    fn columns(&self, path: &[(usize, usize, usize)], height: usize) -> String {
        let bottom = self.y + height;
        let mut text = String::new();
        let joined = |one: &(usize, usize, usize), other: &(usize, usize, usize)| {
            one.0 + 1 == other.0 && (one.1, one.2) == (other.1, other.2)
        };
        for run in path.chunk_by(joined) {
            let ((column, low, high), width) = (run[0], run.len());
            let _ = write!(text, "M{} {}h{width}v{}h-{width}z", LEFT + column, bottom - high, high - low);
        }
        text
    }

    /// When a column begins.
    fn at(&self, column: usize) -> SimTime {
        let nanoseconds = u128::from(self.report.elapsed.0) * column as u128 / COLUMNS as u128;
        SimTime(u64::try_from(nanoseconds).expect("a part of a run is no longer than the run"))
    }

    /// The column of a moment.
    fn column(&self, at: SimTime) -> usize {
        let column = u128::from(at.0) * COLUMNS as u128 / u128::from(self.report.elapsed.0.max(1));
        usize::try_from(column).expect("there are few columns").min(COLUMNS)
    }

    /// Grid lines behind the lanes, and their moments below.
    fn axis(&mut self, top: usize) -> std::fmt::Result {
        let bottom = self.y + 2;
        for tick in ticks(self.report.elapsed, 8) {
            let x = LEFT + self.column(SimTime(tick.0));
            writeln!(self.out, "<path class=\"grid\" d=\"M{x} {}V{bottom}\"/>", top - 4)?;
            let y = bottom + 14;
            writeln!(
                self.out,
                "<text class=\"dim\" text-anchor=\"middle\" x=\"{x}\" y=\"{y}\">{tick}</text>"
            )?;
        }
        self.y = bottom + 22;
        Ok(())
    }

    fn legend(&mut self) -> std::fmt::Result {
        self.y += 20;
        let mut x = MARGIN;
        let looks = LOOKS.iter().enumerate().zip(self.seen).filter(|(_, seen)| *seen);
        for ((at, look), _) in looks.filter(|((_, look), _)| look.colours.is_some()) {
            let y = self.y;
            writeln!(
                self.out,
                "<rect class=\"a{at}\" x=\"{x}\" y=\"{}\" width=\"12\" height=\"12\" rx=\"2\"/>",
                y - 10
            )?;
            writeln!(self.out, "<text class=\"dim\" x=\"{}\" y=\"{y}\">{}</text>", x + 18, look.word)?;
            x += 38 + 7 * look.word.len();
        }
        let waits = LOOKS.iter().zip(self.seen).filter(|(look, seen)| *seen && look.colours.is_none());
        let words: Vec<&str> = waits.map(|(look, _)| look.word).collect();
        if !words.is_empty() {
            let y = self.y;
            writeln!(self.out, "<path class=\"life\" d=\"M{x} {}h14\"/>", y - 4)?;
            writeln!(self.out, "<text class=\"dim\" x=\"{}\" y=\"{y}\">{}</text>", x + 20, words.join(", "))?;
        }
        self.y += 20;
        Ok(())
    }

    /// The whole file: what was written, on its ground, with its colours.
    fn framed(self) -> Result<String, std::fmt::Error> {
        let (mut out, height) = (String::new(), self.y);
        writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
             height=\"{height}\" role=\"img\">"
        )?;
        writeln!(out, "<title>{}: who did what when</title>", escaped(&self.report.inputs.script))?;
        style(&mut out)?;
        writeln!(out, "<rect class=\"ground\" width=\"{WIDTH}\" height=\"{height}\" rx=\"8\"/>")?;
        out.push_str(&self.out);
        writeln!(out, "</svg>")?;
        Ok(out)
    }
}

/// What is in a column: how long each group was there, out of how long.
struct Stack {
    lengths: Vec<u64>,
    whole: u64,
}

impl Stack {
    /// How high so much of it reaches.
    fn level(&self, length: u64, height: usize) -> usize {
        let whole = u128::from(self.whole.max(1));
        let level = (u128::from(length) * height as u128 + whole / 2) / whole;
        usize::try_from(level).map_or(height, |level| level.min(height))
    }

    /// Whether one group, or nothing, was there all the time.
    fn is_pure(&self) -> bool {
        self.lengths.iter().all(|length| *length == 0) || self.lengths.contains(&self.whole)
    }

    /// Makes it what it was most of the time.
    fn purify(&mut self) {
        let nothing = self.whole.saturating_sub(self.lengths.iter().sum());
        let longest = self.lengths.iter().copied().max().unwrap_or(0);
        let winner = self.lengths.iter().position(|length| *length == longest && longest > nothing);
        self.lengths.fill(0);
        if let Some(winner) = winner {
            self.lengths[winner] = self.whole;
        }
    }
}

/// A mixed column between two pure ones is where one thing ends and the next begins: no notch is drawn there.
fn smooth(columns: &mut [Stack]) {
    let pure: Vec<bool> = columns.iter().map(Stack::is_pure).collect();
    let is_pure = |at: usize| pure.get(at).copied().unwrap_or(true);
    for (at, column) in columns.iter_mut().enumerate() {
        if !pure[at] && is_pure(at.wrapping_sub(1)) && is_pure(at + 1) {
            column.purify();
        }
    }
}

fn style(out: &mut String) -> std::fmt::Result {
    let colours = |night: bool| {
        let one = |(light, dark): (&'static str, &'static str)| if night { dark } else { light };
        let mut text = String::new();
        for (at, look) in LOOKS.iter().enumerate() {
            if let Some(pair) = look.colours {
                let _ = write!(text, "--a{at}:{};", one(pair));
            }
        }
        for (at, pair) in OWNERS.iter().enumerate() {
            let _ = write!(text, "--o{at}:{};", one(*pair));
        }
        text
    };
    let light = "--ground:#fff;--ink:#1f2530;--dim:#687386;--grid:#e9edf2;--bed:#f2f4f7;--life:#b4bdca;--bad:#b3261e;";
    let dark = "--ground:#12161d;--ink:#e4e8ee;--dim:#8b97a9;--grid:#222934;--bed:#1b212b;--life:#56606f;--bad:#ff8a80;";
    writeln!(out, "<style>")?;
    writeln!(out, "svg{{{light}{}}}", colours(false))?;
    writeln!(out, "@media(prefers-color-scheme:dark){{svg{{{dark}{}}}}}", colours(true))?;
    writeln!(out, "text{{font:12px system-ui,-apple-system,'Segoe UI',sans-serif;fill:var(--ink)}}")?;
    writeln!(out, ".title{{font-size:17px;font-weight:600}}.dim{{font-size:11px;fill:var(--dim)}}")?;
    writeln!(out, ".ground{{fill:var(--ground)}}.bed{{fill:var(--bed)}}")?;
    writeln!(out, ".grid{{stroke:var(--grid)}}.life{{stroke:var(--life);stroke-width:2}}")?;
    writeln!(out, ".bad{{fill:var(--bad)}}.stuck{{stroke:var(--bad);stroke-width:2;stroke-linecap:round}}")?;
    for (at, _) in LOOKS.iter().enumerate().filter(|(_, look)| look.colours.is_some()) {
        writeln!(out, ".a{at}{{fill:var(--a{at})}}")?;
    }
    for at in 0..OWNERS.len() {
        writeln!(out, ".o{at}{{fill:var(--o{at})}}")?;
    }
    writeln!(out, ".o{}{{fill:var(--dim)}}", OWNERS.len())?;
    writeln!(out, "</style>")
}

/// A sentence in lines.
fn lines(sentence: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in sentence.split_whitespace() {
        match lines.last_mut().filter(|line| line.chars().count() + 1 + word.chars().count() <= LINE_MAX) {
            Some(line) => *line = format!("{line} {word}"),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

fn cut(name: &str) -> String {
    let name = safe(name);
    match name.char_indices().nth(NAME_MAX) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name,
    }
}

pub(in crate::export) fn escaped(text: &str) -> String {
    safe(text).replace("\\n", "\n").replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
