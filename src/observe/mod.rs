//! What a run means: findings, as its steps happen, and where its time went.

pub mod accounting;
pub mod chain;
pub mod codes;
pub mod deadlock;
pub mod ending;
pub mod explain;
pub mod finding;
pub mod footprint;
pub mod lanes;
pub mod livelock;
pub mod race;
pub mod report;
mod tangle;
pub mod times;
