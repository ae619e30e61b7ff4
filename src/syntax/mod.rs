//! Text to tree and back.
//!
//! pest owns the structure (`grammar/conc.pest` alone decides what a script
//! is), logos owns the lexemes; the tree knows nothing of what names mean.

pub mod ast;
pub mod code;
pub mod format;
pub mod level;
pub mod literal;
pub mod parse;
pub mod parts;
pub mod print;
pub mod token;
pub mod word;

#[cfg(test)]
mod tests;
