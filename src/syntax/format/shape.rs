//! What is to be laid out: statements with their blocks, lines with their brackets.
//!
//! A line is a flat list of operations: text, places where it can be broken,
//! and groups of such places that are broken together. Nothing here knows how
//! wide a page is.

use super::words::Note;

/// A part of a line.
#[derive(Clone, Copy, Debug)]
pub(super) enum Op<'a> {
    /// Text without an end of line.
    Text(&'a str),
    /// The end of a line in a broken group, this text in any other.
    Break {
        /// What stands here if the group is whole.
        flat: &'static str,
        /// What follows is the closing bracket, so it stands one step less deep.
        closing: bool,
    },
    /// One text in a broken group, another in a whole one.
    Either {
        /// In a broken one.
        broken: &'static str,
        /// In a whole one.
        flat: &'static str,
    },
    /// A comment inside brackets; the line ends behind it.
    Note(Note<'a>),
    /// From here to its end breaks are taken together.
    Open(Group),
    /// The end of the innermost group.
    Close,
}

/// When a group is broken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// It is a pair of brackets, so ends of lines in it mean nothing.
    pub(super) bracket: bool,
    /// When to break it.
    pub(super) mode: Mode,
}

/// When a group is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Always.
    Broken,
    /// If it is too wide for its line.
    Fit,
    /// Never: it would not help.
    Rigid,
}

/// Text without a block: a simple statement, or what stands before a block.
#[derive(Debug, Default)]
pub(super) struct Line<'a> {
    pub(super) ops: Vec<Op<'a>>,
    /// Its width in characters if it is not broken anywhere; none if it has to be broken.
    pub(super) width: Option<usize>,
}

impl<'a> Line<'a> {
    pub(super) fn new(ops: Vec<Op<'a>>) -> Self {
        let mut width = Some(0);
        for op in &ops {
            let own = match op {
                Op::Text(text) => Some(text.chars().count()),
                Op::Break { flat, .. } | Op::Either { flat, .. } => Some(flat.len()),
                Op::Note(_) | Op::Open(Group { mode: Mode::Broken, .. }) => None,
                Op::Open(_) | Op::Close => Some(0),
            };
            width = width.zip(own).map(|(sum, own)| sum + own);
        }
        Self { ops, width }
    }
}

/// A statement or an item.
#[derive(Debug)]
pub(super) enum Node<'a> {
    /// One without a block.
    Line(Line<'a>),
    /// One with blocks.
    Blocks(Vec<Clause<'a>>),
}

impl Node<'_> {
    /// Its width on one line, if it can stand on one.
    fn width(&self) -> Option<usize> {
        match self {
            Node::Line(line) => line.width,
            Node::Blocks(clauses) => whole_width(clauses),
        }
    }
}

/// How wide a statement with these blocks is on one line, if it can stand on one.
pub(super) fn whole_width(clauses: &[Clause<'_>]) -> Option<usize> {
    let widths = clauses.iter().enumerate().map(|(index, clause)| {
        let apart = index > 0 && (clause.begins_line || !clause.notes.is_empty());
        if apart { None } else { clause.width().map(|width| width + usize::from(index > 0)) }
    });
    widths.sum()
}

/// A head with its block: `if x { … }`, `else { … }`.
#[derive(Debug)]
pub(super) struct Clause<'a> {
    /// Comments between the block before it and its head.
    pub(super) notes: Vec<Note<'a>>,
    /// It began a line of its own.
    pub(super) begins_line: bool,
    /// It stood on one line, which ended in a comment.
    pub(super) pinned: bool,
    pub(super) head: Line<'a>,
    pub(super) body: Body<'a>,
}

impl Clause<'_> {
    /// Its width on one line, if it can stand on one.
    pub(super) fn width(&self) -> Option<usize> {
        self.head.width.zip(self.body.width).map(|(head, body)| head + 1 + body)
    }
}

/// What stands in braces.
#[derive(Debug)]
pub(super) struct Body<'a> {
    /// The comment behind the opening brace.
    pub(super) opening: Option<&'a str>,
    pub(super) entries: Vec<Entry<'a>>,
    /// Its width on one line, braces included, if it stood on one or is empty.
    pub(super) width: Option<usize>,
}

impl<'a> Body<'a> {
    pub(super) fn new(opening: Option<&'a str>, entries: Vec<Entry<'a>>, one_line: bool) -> Self {
        let width = if entries.is_empty() && opening.is_none() {
            Some("{}".len())
        } else if one_line && opening.is_none() {
            let widths = entries.iter().map(|entry| match entry {
                Entry::Node { node, .. } => node.width().map(|width| width + "; ".len()),
                Entry::Note { .. } => None,
            });
            widths.sum::<Option<usize>>().map(|sum| sum + "{  }".len() - "; ".len())
        } else {
            None
        };
        Self { opening, entries, width }
    }
}

/// What stands on lines of its own in a block or at the top level.
#[derive(Debug)]
pub(super) enum Entry<'a> {
    /// A comment.
    Note {
        /// It.
        text: &'a str,
        /// There is an empty line before it.
        blank: bool,
    },
    /// A statement or an item.
    Node {
        /// It.
        node: Node<'a>,
        /// There is an empty line before it.
        blank: bool,
        /// It stood on one line.
        one_line: bool,
        /// It began on the line on which the one before it ended.
        beside: bool,
        /// It is to stay on one line, however wide, because that has a comment at its end; with the one
        /// before it, if that is pinned and this stood beside it.
        pinned: bool,
        /// The comment behind it.
        note: Option<&'a str>,
    },
}
