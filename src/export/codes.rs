//! Every code there is, for those who explain them and for documents that name them.

use crate::analysis;
use crate::base::code::Code;
use crate::ir;
use crate::machine;
use crate::observe;
use crate::syntax;

/// All tables of codes, each under its heading.
pub const GROUPS: &[(&str, &[Code])] = &[
    ("Mistakes in the text of a script", syntax::code::ALL),
    ("Mistakes in what it means", ir::codes::ALL),
    ("Mistakes in the choice of a machine", machine::error::ALL),
    ("Lints: what is suspicious", analysis::codes::ALL),
    ("Findings of a run", observe::codes::ALL),
];

/// Every code, table by table.
pub fn every_code() -> impl Iterator<Item = &'static Code> {
    GROUPS.iter().flat_map(|(_, codes)| codes.iter())
}

/// What a code means, in a few words that begin with a small letter.
pub(super) fn meaning(code: &str) -> Option<&'static str> {
    every_code().find(|known| known.code == code).map(|known| known.meaning)
}
