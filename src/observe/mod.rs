//! What a run means: findings, as its steps happen, and where its time went.

pub mod accesses;
pub mod accounting;
pub mod chain;
pub mod clocks;
pub mod codes;
pub mod deadlock;
mod elsewhere;
pub mod ending;
pub mod explain;
pub mod finding;
pub mod footprint;
pub mod guard;
pub mod held;
mod killed;
pub mod knowledge;
pub mod lanes;
pub mod livelock;
pub mod lock_order;
pub mod misuse;
mod pipes;
pub mod race;
mod refused;
pub mod report;
pub mod stall;
pub mod survey;
mod tangle;
pub mod times;
