//! Reports and diagnostics in the forms in which they leave the program: JSON
//! documents, the result lines of a trace, a summary for people.
//!
//! These are projections of [`crate::observe::report::Report`] and of
//! [`crate::base::diagnostic::Diagnostic`]; nothing is computed here that another
//! form would have to compute again, and nothing is written: every function gives
//! data or text.

pub mod check;
pub mod choice;
pub mod codes;
mod columns;
pub mod compare;
pub mod explore;
pub mod grade;
mod interpreters;
pub mod json;
pub mod junit;
pub mod limited;
pub mod models;
pub mod picture;
mod place;
pub mod python;
pub mod recorded;
pub mod results;
#[cfg(test)]
pub(crate) mod sample;
pub mod sarif;
pub mod seeds;
pub mod summary;
pub mod tested;
