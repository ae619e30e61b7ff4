//! Which brackets of a line are broken, so that it fits on the page.
//!
//! From left to right, the outer ones first: a group stays whole if all up to
//! the next place that can be broken fits. What that takes is counted
//! beforehand, backwards, so that no part of a line is looked at twice.

use super::WIDTH_MAX;
use super::page::Page;
use super::shape::{Group, Line, Mode, Op};

/// Writes a line that has so much text behind it for sure; a `pinned` one stays whole, however wide it is.
pub(super) fn write<'a>(page: &mut Page<'a>, line: &Line<'a>, pinned: bool, tail: usize) {
    let fits = line.width.is_some_and(|width| pinned || page.column() + width + tail <= WIDTH_MAX);
    if fits { write_whole(page, line) } else { Breaker::new(line, tail).write(page, line) }
}

/// Writes a line without breaking any group.
pub(super) fn write_whole<'a>(page: &mut Page<'a>, line: &Line<'a>) {
    for op in &line.ops {
        match op {
            Op::Text(text) => page.text(text),
            Op::Break { flat, .. } | Op::Either { flat, .. } => page.text(flat),
            Op::Note(note) => page.note(*note),
            Op::Open(_) | Op::Close => {}
        }
    }
}

/// What has been counted before anything is written.
struct Breaker {
    /// For each operation that opens a group: how wide what follows is up to the next
    /// end of line that is certain inside the group, or possible behind it.
    widths: Vec<usize>,
}

impl Breaker {
    fn new(line: &Line<'_>, tail: usize) -> Self {
        let mut breaker = Self { widths: vec![0; line.ops.len()] };
        let groups = groups(&line.ops);
        // Backwards: the width up to the next possible end of line, and, for each group that is open,
        // the width up to the next certain one or to where the group's surroundings can be broken.
        let mut possible = tail;
        let mut whole: Vec<usize> = Vec::new();
        for (index, op) in line.ops.iter().enumerate().rev() {
            let width = match op {
                Op::Text(text) => text.chars().count(),
                Op::Either { flat, .. } | Op::Break { flat, .. } => flat.len(),
                Op::Note(_) | Op::Open(_) | Op::Close => 0,
            };
            let mode = groups[index].map(|group| group.mode);
            let is_break = matches!(op, Op::Break { .. });
            let certain = matches!(op, Op::Note(_)) || (is_break && mode == Some(Mode::Broken));
            let may_break = certain || (is_break && mode == Some(Mode::Fit));
            match op {
                Op::Close => whole.push(possible),
                Op::Open(_) => breaker.widths[index] = whole.pop().unwrap_or(0),
                Op::Text(_) | Op::Break { .. } | Op::Either { .. } | Op::Note(_) => {}
            }
            possible = if may_break { 0 } else { possible + width };
            whole.iter_mut().for_each(|sum| *sum = if certain { 0 } else { *sum + width });
        }
        breaker
    }

    fn write<'a>(&self, page: &mut Page<'a>, line: &Line<'a>) {
        let base = page.depth();
        let mut broken: Vec<bool> = Vec::new();
        let mut depth = base;
        for (index, op) in line.ops.iter().enumerate() {
            let is_broken = broken.last().copied().unwrap_or(false);
            match op {
                Op::Text(text) => page.text(text),
                Op::Note(note) => page.note(*note),
                Op::Either { broken, flat } => page.text(if is_broken { broken } else { flat }),
                Op::Break { flat, .. } if !is_broken => page.text(flat),
                Op::Break { closing, .. } => {
                    page.set_depth(depth - usize::from(*closing));
                    page.newline();
                }
                Op::Open(group) => {
                    let breaks = breaks(*group, page.column() + self.widths[index]);
                    broken.push(breaks);
                    depth += usize::from(breaks);
                    page.set_depth(depth);
                }
                Op::Close => {
                    depth -= usize::from(broken.pop().unwrap_or(false));
                    page.set_depth(depth);
                }
            }
        }
        page.set_depth(base);
    }
}

/// Whether to break a group that goes up to that column if it is whole.
const fn breaks(group: Group, end: usize) -> bool {
    match group.mode {
        Mode::Broken => true,
        Mode::Fit => end > WIDTH_MAX,
        Mode::Rigid => false,
    }
}

/// The group that each operation belongs to.
fn groups(ops: &[Op<'_>]) -> Vec<Option<Group>> {
    let mut open: Vec<Group> = Vec::new();
    let mut groups = Vec::with_capacity(ops.len());
    for op in ops {
        if let Op::Close = op {
            open.pop();
        }
        groups.push(open.last().copied());
        if let Op::Open(group) = op {
            open.push(*group);
        }
    }
    groups
}
