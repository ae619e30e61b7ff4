//! What a grading came to, in the forms in which it leaves the program.
//!
//! Each form is a projection of [`crate::grade::result::Grading`]. Those for teachers tell all of it; what students may
//! see is put together from what is meant for them (`student`), and never made by leaving something out of the rest.

pub mod document;
pub mod gradebook;
pub mod gradescope;
mod json;
pub mod junit;
#[cfg(test)]
mod laws;
mod mark;
#[cfg(test)]
pub(crate) mod sample;
mod spread;
mod student;
pub mod table;
mod told;
mod why;
mod words;

#[cfg(test)]
#[path = "../../../tests/golden/mod.rs"]
mod golden;
