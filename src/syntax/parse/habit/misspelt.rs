//! Reserved words that are misspelt: the grammar takes the text if they are not.

use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::suggest::{is_one_slip, nearest};
use crate::syntax::ast::ObjectKind;
use crate::syntax::code;
use crate::syntax::parse::slip::{Level, Progress, Slip};
use crate::syntax::token::TokenKind;

/// The words that statements and expressions are made of.
const WORDS: &[&str] = &[
    "def",
    "main",
    "let",
    "compute",
    "io",
    "sleep",
    "with",
    "async",
    "await",
    "spawn",
    "if",
    "elif",
    "else",
    "while",
    "for",
    "in",
    "break",
    "continue",
    "pass",
    "return",
    "try",
    "except",
    "finally",
    "raise",
    "assert",
    "print",
    "group",
    "region",
    "atomic",
    "shared",
    "invariant",
    "and",
    "or",
    "not",
    "nogil",
    "on",
    "when",
    "is",
];
/// Those that begin an item, beside the kinds of objects.
const ITEM_WORDS: &[&str] = &[
    "def",
    "main",
    "shared",
    "atomic",
    "invariant",
    "finally",
    "async",
    "param",
    "machine",
    "process",
    "expect",
];

/// `prnt "x"`, `whlie x { }`, `for i ni xs { }`, `lok m`
pub(super) fn misspelt(slip: &Slip<'_>) -> Option<Diagnostic> {
    let start = Some(slip.statement_start());
    let candidates = [slip.previous, Some(slip.found), start];
    candidates.into_iter().flatten().find_map(|index| at(slip, index))
}

fn at(slip: &Slip<'_>, index: usize) -> Option<Diagnostic> {
    let word = slip.word(index);
    if slip.kind(index) != Some(TokenKind::Name) || word.len() < 2 {
        return None;
    }
    let first = index == slip.statement_start();
    let right = match slip.around.level {
        Level::Top if first => {
            nearest(word, ITEM_WORDS.iter().copied().chain(ObjectKind::ALL.iter().map(|kind| kind.word())))
        }
        Level::Top | Level::Block => nearest(word, WORDS.iter().copied()),
    }?;
    // Two letters are near to too much.
    if word == right || (word.len() == 2 && !is_swapped(word, right)) {
        return None;
    }
    let span = slip.span(index);
    let progress = slip.with(&Fix::maybe(span, right));
    let close = is_one_slip(word, right);
    let fix = match progress {
        Progress::All if close => Fix::sure(span, right),
        Progress::All => Fix::maybe(span, right),
        Progress::Further if close && first => Fix::maybe(span, right),
        Progress::Further | Progress::Nothing => return None,
    };
    let error = Diagnostic::error(code::MISSPELT, span, format!("`{word}` is no word that can stand here"));
    Some(error.at("misspelt").with_help(format!("did you mean `{right}`?")).with_fix(fix))
}

fn is_swapped(word: &str, right: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    lower == right || lower.bytes().rev().eq(right.bytes())
}
