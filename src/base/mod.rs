//! What every layer needs and nothing else knows: ids, virtual time, sizes,
//! places in the text, diagnostics and seeded randomness.
//!
//! Nothing here knows what a thread or a lock is.

pub mod code;
pub mod diagnostic;
pub mod id;
pub mod mend;
pub mod printable;
pub mod quantity;
pub mod rng;
pub mod size;
pub mod span;
pub mod suggest;
pub mod time;
