//! What an exploration came to: one JSON document, and the parts of a text for people.

pub mod document;
pub mod ends;
pub mod file;
pub mod graph;
pub mod lanes;
mod steps;
pub mod verdict;
mod words;
