//! What happens, without a clock.
//!
//! A [`world::World`] is everything that a step can change; [`step::step`] lets
//! one unit take its next step. Nothing here knows of time, cores or a GIL, nor
//! who waits the longest: that is the timed engine's (and an exploration lets
//! anybody go next). This is the only code that knows what a lock means.

mod access;
#[cfg(test)]
mod alone;
mod attempt;
pub mod barrier;
mod call;
pub mod closing;
pub mod condition;
pub mod device;
pub mod event;
mod feeder;
mod heap;
pub mod infos;
mod interpreter;
mod kinds;
mod local;
pub mod lock;
pub mod object;
pub mod oracle;
mod perform;
mod pickling;
pub mod pipe;
pub mod pool;
pub mod precedence;
mod process;
pub mod property;
pub mod queue;
mod rename;
pub mod rlock;
pub mod semaphore;
pub mod step;
pub mod stream;
mod subprocess;
pub mod task;
mod time_limit;
pub mod traffic;
pub mod turn;
pub mod world;
