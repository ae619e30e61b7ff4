//! What was seen: the events of a run in their total order, and their texts.
//!
//! The order of events is the order in which the engine makes them happen:
//! by (time, priority, serial number). Nothing is sorted afterwards, and no
//! writer keeps more than one number a unit, so a trace may be of any length.

pub mod event;
pub mod jsonl;
mod lines;
pub mod order;
pub mod recorded;
#[cfg(test)]
mod sample;
pub mod shown;
pub mod terminal;
pub mod text;
pub mod words;
