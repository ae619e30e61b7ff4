//! What differs between two runs, for people: a few aligned lines, in colours or not.

use anstyle::{AnsiColor, Style};

use crate::base::printable::safe;
use crate::base::time::SimDuration;
use crate::compare::{Change, Comparison, FindingState, Times, UnitState};
use crate::export::compare::rows::{Rows, cut, names, of_edit, of_event, of_order, of_times, sign};
use crate::export::compare::{Look, count_of_units, figures, moved, nothing_happens, shown, units_that};

/// Edits of a group of units that are shown, as long as there is room.
const EDITS_MAX: usize = 8;
/// Edits of all groups that are shown.
const ROOM: usize = 20;
/// Statements whose times are shown: of own work, and of waits, which follow from what others do.
const TIMES_MAX: [usize; 2] = [5, 3];
/// Things whose order is shown.
const ORDERS_MAX: usize = 5;
/// Findings of one state that are shown.
const FINDINGS_MAX: usize = 8;

/// What differs, between runs of these names; nothing at all if nothing does.
#[must_use]
pub fn text(comparison: &Comparison, [before, after]: [&str; 2], look: Look) -> String {
    if comparison.is_same() {
        return String::new();
    }
    let mut page = Page { text: String::new(), look };
    page.line('=', &format!("--- {}", safe(before)));
    page.line('=', &format!("+++ {}", safe(after)));
    page.figures(comparison);
    page.findings(comparison);
    page.parting(comparison);
    page.edits(comparison);
    page.orders(comparison);
    page.times(comparison);
    page.end(comparison);
    page.text
}

/// Both values. Of an outcome that is another one its word says enough: who waits for whom stands with the findings.
fn values(change: &Change) -> [String; 2] {
    let both = [&change.before, &change.after].map(|value| shown(value.as_deref()));
    let words = both.each_ref().map(|value| value.split(' ').next().unwrap_or_default().to_owned());
    if change.name == "outcome" && words[0] != words[1] { words } else { both }
}

struct Page {
    text: String,
    look: Look,
}

impl Page {
    /// A line in the colour of its sign, which is not shown.
    fn line(&mut self, sign: char, line: &str) {
        let style = match sign {
            '-' => AnsiColor::Red.on_default(),
            '+' => AnsiColor::Green.on_default(),
            '~' => AnsiColor::Yellow.on_default(),
            '=' => Style::new().bold(),
            '.' => Style::new().dimmed(),
            _ => Style::new(),
        };
        if self.look.colour && style != Style::new() {
            self.text.push_str(&format!("{style}{line}{style:#}\n"));
        } else {
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    fn heading(&mut self, line: &str) {
        self.text.push('\n');
        self.line('=', line);
    }

    /// Rows that stand behind their signs.
    fn rows(&mut self, rows: &Rows) {
        for (sign, line) in rows.lines(self.look.width.saturating_sub(2), self.look) {
            let shown = if matches!(sign, '.' | '=') { ' ' } else { sign };
            self.line(sign, format!("{shown} {line}").trim_end());
        }
    }

    /// That there is more of what has these names.
    fn more(&mut self, count: usize, [one, many]: [&str; 2]) {
        if count > 0 {
            let what = if count == 1 { one } else { many };
            self.line('.', &format!("  {} and {count} more {what}", self.look.dots()));
        }
    }

    fn figures(&mut self, comparison: &Comparison) {
        let label = figures(comparison).map(|change| change.name.chars().count()).max().unwrap_or(0);
        for change in figures(comparison) {
            self.figure(change, label);
        }
        if let Some(sentence) = nothing_happens(comparison) {
            self.line(' ', sentence);
        }
    }

    /// On one line, or if it is too long on two.
    fn figure(&mut self, change: &Change, label: usize) {
        let name = safe(&change.name);
        let [before, after] = values(change);
        let difference = change.difference.as_ref().map_or(String::new(), |by| format!("  ({by})"));
        let line = format!("{name:<label$}  {before} {} {after}{difference}", self.look.arrow());
        if line.chars().count() <= self.look.width {
            return self.line(' ', &line);
        }
        let room = self.look.width.saturating_sub(label + 4);
        self.line('-', &format!("{name:<label$}  - {}", cut(&before, room, self.look)));
        self.line('+', &format!("{:<label$}  + {}{difference}", "", cut(&after, room, self.look)));
    }

    fn findings(&mut self, comparison: &Comparison) {
        for (state, sign) in
            [(FindingState::Fixed, '-'), (FindingState::New, '+'), (FindingState::Still, '.')]
        {
            let of_state: Vec<_> =
                comparison.findings.iter().filter(|finding| finding.state == state).collect();
            for finding in of_state.iter().take(FINDINGS_MAX) {
                let shown = if sign == '.' { ' ' } else { sign };
                let line = format!("{shown} {:<5}  {}", state.word(), safe(&finding.text));
                self.line(sign, &cut(&line, self.look.width, self.look));
            }
            self.more(of_state.len().saturating_sub(FINDINGS_MAX), [state.word(); 2]);
        }
    }

    fn parting(&mut self, comparison: &Comparison) {
        let Some(parting) = &comparison.parting else { return };
        self.text.push('\n');
        for (at, line) in
            wrapped(&format!("They part: {}.", safe(&parting.sentence)), self.look.width).iter().enumerate()
        {
            self.line('=', &format!("{}{line}", if at == 0 { "" } else { "  " }));
        }
        let mut rows = Rows::default();
        let sides = [('.', &parting.context), ('-', &parting.before), ('+', &parting.after)];
        for (sign, events) in sides {
            events.iter().for_each(|seen| rows.push(sign, of_event(seen)));
        }
        self.rows(&rows);
    }

    fn edits(&mut self, comparison: &Comparison) {
        let (come, gone) =
            (units_that(comparison, UnitState::Added), units_that(comparison, UnitState::Removed));
        if comparison.edits.is_empty() && come.is_empty() && gone.is_empty() {
            return;
        }
        self.heading("What units do");
        for (sign, word, units) in [('-', "gone", gone), ('+', "new", come)] {
            if !units.is_empty() {
                let events: usize = units.iter().map(|unit| unit.removed + unit.added).sum();
                let list: Vec<String> = units.iter().map(|unit| unit.name.clone()).collect();
                let plural = if events == 1 { "event" } else { "events" };
                self.line(sign, &format!("{sign} {word}: {} ({events} {plural})", names(&list)));
            }
        }
        let mut room = ROOM;
        let mut groups = comparison.edits.iter();
        while room > 0
            && let Some(group) = groups.next()
        {
            self.line(
                '=',
                &format!("  {}", cut(&names(&group.units), self.look.width.saturating_sub(2), self.look)),
            );
            let mut rows = Rows::default();
            let most = EDITS_MAX.min(room);
            let edits = group.edits.iter().take(most);
            edits.for_each(|edit| rows.push(sign(edit.kind), of_edit(edit, self.look)));
            self.rows(&rows);
            self.more(group.edits.len().saturating_sub(most), ["kind of event", "kinds of events"]);
            room -= group.edits.len().min(most);
        }
        self.more(groups.map(|group| group.units.len()).sum(), ["unit that changed", "units that changed"]);
    }

    fn orders(&mut self, comparison: &Comparison) {
        if comparison.orders.is_empty() {
            return;
        }
        self.heading("Who comes when");
        let mut rows = Rows::default();
        comparison
            .orders
            .iter()
            .take(ORDERS_MAX)
            .for_each(|order| rows.push(' ', of_order(order, self.look)));
        self.rows(&rows);
        self.more(
            comparison.orders.len().saturating_sub(ORDERS_MAX),
            ["object or variable", "objects and variables"],
        );
    }

    fn times(&mut self, comparison: &Comparison) {
        if comparison.times.is_empty() {
            return;
        }
        self.heading("What takes longer or shorter");
        let (waits, work): (Vec<&Times>, Vec<&Times>) =
            comparison.times.iter().partition(|times| times.waited);
        let mut rows = Rows::default();
        for (times, most) in [&work, &waits].into_iter().zip(TIMES_MAX) {
            times.iter().take(most).for_each(|times| rows.push(' ', of_times(times, self.look)));
        }
        let lines = rows.lines(self.look.width.saturating_sub(2), self.look);
        let (of_work, of_waits) = lines.split_at(work.len().min(TIMES_MAX[0]));
        for (lines, all, most, what) in [
            (of_work, &work, TIMES_MAX[0], ["statement", "statements"]),
            (of_waits, &waits, TIMES_MAX[1], ["wait", "waits"]),
        ] {
            lines.iter().for_each(|(_, line)| self.line(' ', &format!("  {line}")));
            let rest = all.get(most..).unwrap_or_default();
            if !rest.is_empty() {
                let what = what.map(|what| format!("{what}, {}", in_all(rest)));
                self.more(rest.len(), what.each_ref().map(String::as_str));
            }
        }
    }

    fn end(&mut self, comparison: &Comparison) {
        if let Some(moved) = moved(comparison) {
            self.heading("Order");
            self.line(' ', &format!("  {moved}"));
        }
        if comparison.units.len() > 1 && !comparison.happens_the_same() {
            self.text.push('\n');
            self.line('.', &format!("{} units: {}", comparison.units.len(), count_of_units(comparison)));
        }
    }
}

/// `-2ms in all`
fn in_all(times: &[&Times]) -> String {
    let sum =
        |of: fn(&Times) -> SimDuration| times.iter().fold(SimDuration::ZERO, |sum, times| sum + of(times));
    let (before, after) = (sum(|times| times.before), sum(|times| times.after));
    format!("{} in all", crate::export::compare::rows::difference(before, after))
}

/// A sentence in lines; all but the first have room for two spaces before them.
fn wrapped(sentence: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in sentence.split(' ') {
        let line = lines.last_mut().expect("there is a line");
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() + 2 > width {
            lines.push(word.to_owned());
        } else {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
    }
    lines
}
