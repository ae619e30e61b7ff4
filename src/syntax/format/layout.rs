//! Which blocks stand on one line, and where empty lines are.

use super::page::Page;
use super::shape::{Clause, Entry, Node, whole_width};
use super::words::Note;
use super::{WIDTH_MAX, breaks};
use crate::syntax::print::INDENT;

/// The text of a script.
pub(super) fn script(entries: &[Entry<'_>]) -> String {
    let mut page = Page::default();
    write_entries(&mut page, entries, &blanks(entries));
    page.finish()
}

/// Before which items an empty line comes: where there was one, and around items of several lines.
fn blanks(entries: &[Entry<'_>]) -> Vec<bool> {
    let mut blanks: Vec<bool> = entries.iter().map(has_blank).collect();
    let mut after_tall = false;
    // The comments right before an item lead it, so the empty line comes before them.
    let mut first = 0;
    for (index, entry) in entries.iter().enumerate() {
        let Entry::Node { node, pinned, .. } = entry else { continue };
        let tall = is_tall(node, *pinned);
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

const fn has_blank(entry: &Entry<'_>) -> bool {
    match entry {
        Entry::Note { blank, .. } | Entry::Node { blank, .. } => *blank,
    }
}

/// Whether an item has a block that takes several lines.
fn is_tall(node: &Node<'_>, pinned: bool) -> bool {
    match node {
        Node::Line(_) => false,
        Node::Blocks(clauses) => !whole_width(clauses).is_some_and(|width| pinned || fits(width, 0)),
    }
}

const fn fits(width: usize, depth: usize) -> bool {
    depth * INDENT.len() + width <= WIDTH_MAX
}

fn write_entries<'a>(page: &mut Page<'a>, entries: &[Entry<'a>], blanks: &[bool]) {
    let mut before_pinned = false;
    for (entry, blank) in entries.iter().zip(blanks) {
        match entry {
            Entry::Node { beside: true, pinned: true, .. } if before_pinned => page.text("; "),
            Entry::Note { .. } | Entry::Node { .. } => page.newline(),
        }
        if *blank {
            page.blank();
        }
        before_pinned = write_entry(page, entry);
    }
}

/// Writes an entry where a line begins or goes on; gives whether it is to stay on its line.
fn write_entry<'a>(page: &mut Page<'a>, entry: &Entry<'a>) -> bool {
    match entry {
        Entry::Note { text, .. } => {
            page.note(Note { text, own_line: true, blank: false });
            false
        }
        Entry::Node { node, pinned, note, .. } => {
            write_node(page, node, *pinned);
            if let Some(text) = note {
                page.note(Note { text, own_line: false, blank: false });
            }
            *pinned
        }
    }
}

fn write_node<'a>(page: &mut Page<'a>, node: &Node<'a>, pinned: bool) {
    let clauses = match node {
        Node::Line(line) => return breaks::write(page, line, pinned, 0),
        Node::Blocks(clauses) => clauses,
    };
    let depth = page.depth();
    if whole_width(clauses).is_some_and(|width| pinned || fits(width, depth)) {
        return write_flat(page, node);
    }
    let fits_line = |clause: &Clause<'_>| clause.width().is_some_and(|width| fits(width, depth));
    let stacked = clauses.len() > 1 && clauses.iter().all(fits_line);
    for (index, clause) in clauses.iter().enumerate() {
        if index > 0 && (stacked || !clause.notes.is_empty()) {
            clause.notes.iter().for_each(|note| page.note(*note));
            page.newline();
        } else if index > 0 {
            page.text(" ");
        }
        if stacked {
            write_flat_clause(page, clause);
        } else {
            write_clause(page, clause);
        }
    }
}

/// A head and its block on several lines.
fn write_clause<'a>(page: &mut Page<'a>, Clause { head, pinned, body, .. }: &Clause<'a>) {
    breaks::write(page, head, *pinned, " {".len());
    if body.entries.is_empty() && body.opening.is_none() {
        page.text(" {}");
        return;
    }
    page.text(" {");
    if let Some(text) = body.opening {
        page.note(Note { text, own_line: false, blank: false });
    }
    let depth = page.depth();
    page.set_depth(depth + 1);
    let blanks: Vec<bool> =
        body.entries.iter().enumerate().map(|(index, entry)| index > 0 && has_blank(entry)).collect();
    write_entries(page, &body.entries, &blanks);
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
