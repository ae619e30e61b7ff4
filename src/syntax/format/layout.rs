//! Which blocks stand on one line, and where empty lines are.

use super::page::Page;
use super::shape::{Body, Clause, Entry, Node, whole_width};
use super::words::Note;
use super::{WIDTH_MAX, breaks};
use crate::syntax::print::INDENT;

/// The text of a script.
pub(super) fn script(entries: &[Entry<'_>]) -> String {
    let mut page = Page::default();
    let blanks = blanks(entries);
    for (index, entry) in entries.iter().enumerate() {
        write_entry(&mut page, entry, blanks[index]);
    }
    page.finish()
}

/// Before which items an empty line comes: where there was one, and around items of several lines.
fn blanks(entries: &[Entry<'_>]) -> Vec<bool> {
    let mut blanks: Vec<bool> = entries.iter().map(has_blank).collect();
    let mut after_tall = false;
    // The comments right before an item lead it, so the empty line comes before them.
    let mut first = 0;
    for (index, entry) in entries.iter().enumerate() {
        let Entry::Node { node, .. } = entry else { continue };
        let tall = is_tall(node);
        if (tall || after_tall) && !blanks[first..=index].contains(&true) {
            blanks[first] = true;
        }
        after_tall = tall;
        first = index + 1;
    }
    if let Some(start) = blanks.first_mut() {
        *start = false;
    }
    blanks
}

fn has_blank(entry: &Entry<'_>) -> bool {
    match entry {
        Entry::Note { blank, .. } | Entry::Node { blank, .. } => *blank,
    }
}

/// Whether an item has a block that takes several lines.
fn is_tall(node: &Node<'_>) -> bool {
    match node {
        Node::Line(_) => false,
        Node::Blocks(clauses) => !stands_on_one_line(clauses, 0),
    }
}

/// Whether a statement with blocks stands on one line at that depth.
fn stands_on_one_line(clauses: &[Clause<'_>], depth: usize) -> bool {
    fits(whole_width(clauses), depth, clauses.first().is_some_and(|clause| clause.pinned))
}

/// Whether something so wide can stand on one line at that depth.
fn fits(width: Option<usize>, depth: usize, pinned: bool) -> bool {
    width.is_some_and(|width| pinned || depth * INDENT.len() + width <= WIDTH_MAX)
}

fn write_entry<'a>(page: &mut Page<'a>, entry: &Entry<'a>, blank: bool) {
    match entry {
        Entry::Note { text, .. } => {
            start(page, blank);
            page.note(Note { text, own_line: true, blank: false });
        }
        Entry::Node { node, joined, note, .. } => {
            if *joined {
                page.text("; ");
            } else {
                start(page, blank);
            }
            write_node(page, node);
            if let Some(text) = note {
                page.note(Note { text, own_line: false, blank: false });
            }
        }
    }
}

/// Begins a line.
fn start(page: &mut Page<'_>, blank: bool) {
    page.newline();
    if blank {
        page.blank();
    }
}

fn write_node<'a>(page: &mut Page<'a>, node: &Node<'a>) {
    match node {
        Node::Line(line) => breaks::write(page, line, 0),
        Node::Blocks(clauses) if stands_on_one_line(clauses, page.depth()) => write_flat(page, node),
        Node::Blocks(clauses) if clauses.len() > 1 && clauses.iter().all(|clause| fits_line(page, clause)) => {
            for (index, clause) in clauses.iter().enumerate() {
                if index > 0 {
                    write_between(page, clause);
                }
                write_flat_clause(page, clause);
            }
        }
        Node::Blocks(clauses) => {
            for (index, clause) in clauses.iter().enumerate() {
                if index > 0 && clause.notes.is_empty() {
                    page.text(" ");
                } else if index > 0 {
                    write_between(page, clause);
                }
                breaks::write(page, &clause.head, " {".len());
                page.text(" ");
                write_body(page, &clause.body);
            }
        }
    }
}

fn fits_line(page: &Page<'_>, clause: &Clause<'_>) -> bool {
    fits(clause.width(), page.depth(), clause.pinned)
}

/// The comments before a clause that begins a line.
fn write_between<'a>(page: &mut Page<'a>, clause: &Clause<'a>) {
    clause.notes.iter().for_each(|note| page.note(*note));
    page.newline();
}

/// A block on several lines.
fn write_body<'a>(page: &mut Page<'a>, body: &Body<'a>) {
    if body.entries.is_empty() && body.opening.is_none() {
        page.text("{}");
        return;
    }
    page.text("{");
    if let Some(text) = body.opening {
        page.note(Note { text, own_line: false, blank: false });
    }
    let depth = page.depth();
    page.set_depth(depth + 1);
    for (index, entry) in body.entries.iter().enumerate() {
        write_entry(page, entry, index > 0 && has_blank(entry));
    }
    page.set_depth(depth);
    page.newline();
    page.text("}");
}

fn write_flat<'a>(page: &mut Page<'a>, node: &Node<'a>) {
    match node {
        Node::Line(line) => breaks::write_whole(page, line),
        Node::Blocks(clauses) => {
            for (index, clause) in clauses.iter().enumerate() {
                if index > 0 {
                    page.text(" ");
                }
                write_flat_clause(page, clause);
            }
        }
    }
}

fn write_flat_clause<'a>(page: &mut Page<'a>, clause: &Clause<'a>) {
    breaks::write_whole(page, &clause.head);
    let mut before = " { ";
    for entry in &clause.body.entries {
        if let Entry::Node { node, .. } = entry {
            page.text(before);
            write_flat(page, node);
            before = "; ";
        }
    }
    page.text(if clause.body.entries.is_empty() { " {}" } else { " }" });
}
