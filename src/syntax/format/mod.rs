//! `concsim fmt`: the same script, written as `docs/style.md` says.
//!
//! Every word of the text is written again in its place, so nothing can get
//! lost: what changes is what stands between words, the signs that end
//! statements and entries, and the few habits that have a first form
//! (`build/habit.rs`). The structure is pest's, the comments and empty lines
//! are those of the tokens (`words`). `build` makes of both what is to be laid
//! out (`shape`); `layout` decides which blocks stand on one line and
//! `breaks` which brackets are broken; `page` holds the lines that come of it.
//!
//! The tree is not used, because it has no round brackets and no spelling of numbers.

mod breaks;
mod build;
mod layout;
mod page;
mod shape;
mod words;

use pest::Parser as _;

use crate::base::diagnostic::Diagnostic;
use crate::base::span::{Source, Span};
use crate::syntax::code;
use crate::syntax::parse::grammar::{Grammar, Rule};
use crate::syntax::parse::{SOURCE_BYTES_MAX, parse};

/// Lines are broken, where they can be, so that they have at most so many characters.
pub const WIDTH_MAX: usize = 100;

/// The script in the settled style.
///
/// # Errors
///
/// What is wrong with its text; mistakes in its meaning do not matter. Also, if the result would be larger than
/// a script may be.
///
/// # Panics
///
/// Never on account of the text.
pub fn format(source: &Source) -> Result<String, Vec<Diagnostic>> {
    parse(source).whole()?;
    let mut pairs = Grammar::parse(Rule::script, &source.text).expect("a script that was read is read again");
    let script = pairs.next().expect("an accepted text is one script");
    let entries = build::script(&source.text, script);
    let text = layout::script(&entries);
    if text.len() > SOURCE_BYTES_MAX {
        let message = format!(
            "formatted, this script would have {} bytes, and a script is at most {SOURCE_BYTES_MAX} bytes long",
            text.len()
        );
        return Err(vec![Diagnostic::error(code::TOO_LARGE, Span::new(0, 0), message).at("too large")]);
    }
    Ok(text)
}
