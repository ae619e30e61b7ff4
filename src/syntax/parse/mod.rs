//! Text to tree: `parse` gives what can be read and everything that is wrong.
//!
//! What a web page has put around the text goes first, then words are looked
//! at one by one, so that each bad one gets its own text and a good one in its
//! place. The rest is cut at its items, and pest decides of each whether it is
//! one. Where it refuses, or where brackets do not match, the item is cut
//! further, at its statements: each stands or falls alone, so one look finds
//! several mistakes, and each costs no more than the text that holds it. Of
//! pest's refusal the position and the expectations are used, its words never.

mod bracket;
mod build;
mod cut;
mod errors;
mod explain;
mod fill;
pub(super) mod grammar;
mod habit;
mod layout;
mod lexical;
mod paste;
mod piece;
mod read;
mod region;
mod slip;

use std::collections::BTreeSet;

use crate::base::diagnostic::Diagnostic;
use crate::base::span::{Source, Span};
use crate::syntax::ast::Script;
use crate::syntax::code;
use crate::syntax::parse::errors::{Errors, Stage};

/// The largest script in bytes.
pub const SOURCE_BYTES_MAX: usize = 1 << 20;
/// How deep brackets of any kind can stand in one another.
pub const BRACKET_DEPTH_MAX: usize = 64;
/// How deep the tree of one expression can be: operands of a chain like `a + b + c` and
/// links of one like `a.b[c]()` each count as one.
pub const EXPRESSION_DEPTH_MAX: usize = 256;
/// The longest name in characters.
pub const NAME_LENGTH_MAX: usize = 255;
/// How many mistakes are reported at once.
pub const ERRORS_MAX: usize = 20;

/// What became of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The tree of all that could be read: the whole script if nothing is wrong.
    pub script: Script,
    /// Everything that was found wrong, in the order of the text, at most [`ERRORS_MAX`].
    pub errors: Vec<Diagnostic>,
    /// What could not be read.
    pub lost: Lost,
}

/// What of a text is not in its tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// The words that stood in it: each may have been declared, assigned or used there.
    pub words: BTreeSet<String>,
    /// Whether it holds an item, which may have declared any name, or been `main`.
    pub items: bool,
    /// The lines on which something is wrong, from 1: what is wrong there in meaning may follow from it.
    pub lines: BTreeSet<u32>,
}

impl Parsed {
    /// The tree of a sound script.
    ///
    /// # Errors
    ///
    /// Everything that was found wrong; never an empty list.
    pub fn whole(self) -> Result<Script, Vec<Diagnostic>> {
        if self.errors.is_empty() { Ok(self.script) } else { Err(self.errors) }
    }
}

#[cfg(test)]
pub(super) use read::tests::in_pieces;

/// The tree of a script, and what is wrong with its text.
///
/// # Panics
///
/// Never on account of the text.
#[must_use]
pub fn parse(source: &Source) -> Parsed {
    let text = source.text.as_str();
    if text.len() > SOURCE_BYTES_MAX {
        let message =
            format!("a script is at most {SOURCE_BYTES_MAX} bytes long, this one has {}", text.len());
        let error = Diagnostic::error(code::TOO_LARGE, Span::new(0, 0), message).at("too large");
        let lost = Lost { items: true, ..Lost::default() };
        return Parsed { errors: vec![error], lost, ..Parsed::default() };
    }
    let mut errors = Errors::new(source);
    let unwrapped = paste::unwrap(text, &mut errors);
    errors.enter(Stage::Words);
    let masked = lexical::scan(unwrapped, &mut errors);
    read::script(source, masked, errors)
}
