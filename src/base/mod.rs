//! What every layer needs and nothing else knows: ids, virtual time, sizes,
//! places in the text, diagnostics, seeded randomness and work on many threads.
//!
//! Nothing here knows what a simulated thread or a lock is.

pub mod code;
pub mod count;
pub mod diagnostic;
pub mod id;
pub mod mend;
pub mod parallel;
pub mod printable;
pub mod quantity;
pub mod rng;
pub mod size;
pub mod span;
pub mod suggest;
pub mod time;
