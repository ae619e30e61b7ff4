//! The parser that pest makes of `grammar/conc.pest`.

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/conc.pest"]
pub(in crate::syntax) struct Grammar;
