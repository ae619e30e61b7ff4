//! Lints: what is suspicious in a script that is right. One file each.

use crate::analysis::walk::Walk;
use crate::base::diagnostic::Diagnostic;
use crate::syntax::ast::Script;

/// What lints look at.
pub(super) struct Subject<'a> {
    /// The tree.
    pub(super) script: &'a Script,
    /// What happens in it.
    pub(super) walk: &'a Walk,
}

/// All lints, in the order of their codes.
const LINTS: &[fn(&Subject<'_>) -> Vec<Diagnostic>] = &[];

/// The warnings of all lints.
pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    LINTS.iter().flat_map(|lint| lint(subject)).collect()
}
