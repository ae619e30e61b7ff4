//! Grading: what a rubric asks of a script, and what came of it.
//!
//! A rubric is data. Its checks are about all interleavings of a submission, about
//! timed runs of it, or about its code; what came of them is one document
//! ([`result::Grading`]), of which every form that leaves the program is a projection.

pub mod case;
pub mod grader;
mod judge;
pub mod points;
pub mod result;
pub mod rubric;
mod run;
pub mod structure;
mod tell;
mod timed;
mod trial;
mod tries;
pub mod witness;
pub mod words;
