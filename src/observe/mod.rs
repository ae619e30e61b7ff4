//! What a run means: findings, as its steps happen, and where its time went.

pub mod finding;
pub mod report;
