//! Schedules: who takes a turn when, and what is decided in it.

pub use crate::semantics::turn::{Pick, Schedule, Turn};
