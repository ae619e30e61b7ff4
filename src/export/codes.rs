//! What each code of a diagnostic stands for.

use crate::base::code::Code;
use crate::ir;
use crate::machine;
use crate::syntax;

/// Every code that a script can be given, table by table.
pub fn every_code() -> impl Iterator<Item = &'static Code> {
    [syntax::code::ALL, ir::codes::ALL, machine::error::ALL].into_iter().flatten()
}

/// What a code means, in a few words that begin with a small letter.
pub(super) fn meaning(code: &str) -> Option<&'static str> {
    every_code().find(|known| known.code == code).map(|known| known.meaning)
}
