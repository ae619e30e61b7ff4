//! Who did what when, as pictures: lanes for the terminal, and a file for browsers.

mod look;
pub mod svg;
mod ticks;
pub mod timeline;

pub use look::{LOOKS, Look, look_of};
