//! What differs between two runs, for a comment under a review: a table, a fenced diff of where they part, and the
//! rest folded away. Nothing that a script says can end a fence, open a tag or make a link.

use std::fmt::Write as _;

use crate::base::printable::safe;
use crate::compare::{Comparison, FindingState, UnitState};
use crate::export::compare::rows::{Rows, names, of_edit, of_event, of_order, of_times, sign};
use crate::export::compare::{Look, count_of_units, figures, moved, nothing_happens, units_that};

/// Characters of a cell.
const CELL_MAX: usize = 120;
/// Lines of a block.
const LINES_MAX: usize = 60;

/// What differs, between runs of these names; one sentence if nothing does.
#[must_use]
pub fn markdown(comparison: &Comparison, [before, after]: [&str; 2]) -> String {
    let mut text = format!("### {} → {}\n\n", code(before), code(after));
    if comparison.is_same() {
        return text + "No difference.\n";
    }
    if figures(comparison).next().is_some() {
        text.push_str("| | before | after | |\n| --- | --- | --- | --- |\n");
        for change in figures(comparison) {
            let value = |value: &Option<String>| value.as_deref().map_or("none".to_owned(), code);
            let (before, after) = (value(&change.before), value(&change.after));
            let difference = change.difference.as_deref().unwrap_or_default();
            let _ = writeln!(text, "| {} | {before} | {after} | {difference} |", escaped(&change.name));
        }
        text.push('\n');
    }
    push_findings(&mut text, comparison);
    if let Some(sentence) = nothing_happens(comparison) {
        let _ = writeln!(text, "{sentence}\n");
    }
    if let Some(parting) = &comparison.parting {
        let _ = writeln!(text, "**They part:** {}.\n", quoted(&parting.sentence));
        let mut rows = Rows::default();
        for (sign, events) in [(' ', &parting.context), ('-', &parting.before), ('+', &parting.after)] {
            events.iter().for_each(|seen| rows.push(sign, of_event(seen)));
        }
        push_block(&mut text, "diff", &rows);
    }
    push_folded(&mut text, comparison);
    if let Some(moved) = moved(comparison) {
        let _ = writeln!(text, "{}.\n", escaped(&moved));
    }
    if comparison.units.len() > 1 && !comparison.happens_the_same() {
        let _ = writeln!(text, "{} units: {}.", comparison.units.len(), count_of_units(comparison));
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

fn push_findings(text: &mut String, comparison: &Comparison) {
    for finding in &comparison.findings {
        let mark = match finding.state {
            FindingState::Fixed => "fixed",
            FindingState::New => "**new**",
            FindingState::Still => "still there",
        };
        let _ = writeln!(text, "- {mark}: {}", code(&finding.text));
    }
    if !comparison.findings.is_empty() {
        text.push('\n');
    }
}

fn push_folded(text: &mut String, comparison: &Comparison) {
    let look = Look::PLAIN;
    let mut rows = Rows::default();
    for (state, sign, word) in [(UnitState::Removed, '-', "gone"), (UnitState::Added, '+', "new")] {
        let list: Vec<String> = units_that(comparison, state).iter().map(|unit| unit.name.clone()).collect();
        if !list.is_empty() {
            rows.push(sign, vec![format!("{word}: {}", names(&list))]);
        }
    }
    push_details(text, "Units that are new or gone", "diff", &rows);
    for group in &comparison.edits {
        let mut rows = Rows::default();
        group.edits.iter().for_each(|edit| rows.push(sign(edit.kind), of_edit(edit, look)));
        let do_or_does = if group.units.len() == 1 { "does" } else { "do" };
        push_details(text, &format!("What {} {do_or_does}", names(&group.units)), "diff", &rows);
    }
    let mut rows = Rows::default();
    comparison.orders.iter().for_each(|order| rows.push(' ', of_order(order, look)));
    push_details(text, "Who comes when", "text", &rows);
    let mut rows = Rows::default();
    comparison.times.iter().for_each(|times| rows.push(' ', of_times(times, look)));
    push_details(text, "What takes longer or shorter", "text", &rows);
}

fn push_details(text: &mut String, summary: &str, language: &str, rows: &Rows) {
    if rows.lines(usize::MAX, Look::PLAIN).is_empty() {
        return;
    }
    let _ = writeln!(text, "<details><summary>{}</summary>\n", escaped(summary));
    push_block(text, language, rows);
    text.push_str("</details>\n\n");
}

/// A fence that is longer than any in it.
fn push_block(text: &mut String, language: &str, rows: &Rows) {
    let lines = rows.lines(usize::MAX, Look::PLAIN);
    let shown: Vec<String> =
        lines.iter().take(LINES_MAX).map(|(sign, line)| format!("{sign} {line}")).collect();
    let longest = shown.iter().map(|line| longest_run(line)).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = writeln!(text, "{fence}{language}");
    for line in &shown {
        let _ = writeln!(text, "{}", line.trim_end());
    }
    if lines.len() > LINES_MAX {
        let _ = writeln!(text, "  … and {} more", lines.len() - LINES_MAX);
    }
    let _ = writeln!(text, "{fence}\n");
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

/// A text as code, whatever is in it; what would end the cell of a table is escaped.
fn code(text: &str) -> String {
    let text = safe(text);
    let cut = text.char_indices().nth(CELL_MAX).map_or(text.clone(), |(end, _)| format!("{}…", &text[..end]));
    let mark = "`".repeat(longest_run(&cut) + 1);
    let edge = if cut.starts_with('`') || cut.ends_with('`') || cut.is_empty() { " " } else { "" };
    format!("{mark}{edge}{}{edge}{mark}", cut.replace('|', "\\|"))
}

/// A sentence of ours: what it quotes is code. Each part is harmless by itself, wherever the quotes come from.
fn quoted(sentence: &str) -> String {
    let parts = sentence.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 && !part.is_empty() { code(part) } else { escaped(part) }).collect()
}

/// A text in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in safe(text).chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' => {
                out.push('\\');
                out.push(character);
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_script_says_is_no_markup() {
        assert_eq!(escaped("a <b> [c](d) `e` @f"), "a &lt;b&gt; \\[c\\](d) \\`e\\` &#64;f");
        assert_eq!(quoted("a gets `m`, <b>"), "a gets `m`, &lt;b&gt;");
        assert_eq!(quoted("a prints ```\n<b>`"), "a prints `\\n<b>`");
        assert_eq!(code("a`b|c"), "``a`b\\|c``");
        assert_eq!(code("`a"), "`` `a ``");
        let mut rows = Rows::default();
        rows.push('+', vec!["``` a".to_owned()]);
        let mut text = String::new();
        push_block(&mut text, "diff", &rows);
        assert_eq!(text, "````diff\n+ ``` a\n````\n\n");
    }
}
