//! The lints: what is suspicious in a script that has no mistake.
//!
//! A lint is one file with one function, and one line in [`LINTS`]. It looks
//! at the script as a whole, knows nothing of other lints or of comments that
//! allow something, and takes no more than linear time (but for logarithms).

mod expected_twice;
mod no_time;

use crate::base::diagnostic::Diagnostic;
use crate::syntax::ast::Script;

/// What a lint looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    /// The tree, without a mistake in it.
    pub(super) script: &'a Script,
}

/// Every lint. Of two that warn of one place the upper one is heard.
const LINTS: &[fn(&Subject<'_>) -> Vec<Diagnostic>] = &[no_time::lint, expected_twice::lint];

/// What the lints say, in no order that means anything.
pub(super) fn lints(script: &Script) -> Vec<Diagnostic> {
    let subject = Subject { script };
    LINTS.iter().flat_map(|lint| lint(&subject)).collect()
}
