//! The parser that pest makes of `grammar/conc.pest`.

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/conc.pest"]
pub(super) struct Grammar;
