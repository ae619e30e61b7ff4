//! A report in the forms in which it leaves the program: a JSON document, the
//! result lines of a trace, a summary for people.
//!
//! These are projections of [`crate::observe::report::Report`]; nothing is
//! computed here that another form would have to compute again, and nothing is
//! written: every function gives data or text.

pub mod json;
pub mod results;
#[cfg(test)]
pub(crate) mod sample;
pub mod summary;
