//! What was seen: the events of a run in their total order, and their two texts.
//!
//! The order of events is the order in which the engine makes them happen:
//! by (time, priority, serial number). Nothing is sorted afterwards.

pub mod event;
