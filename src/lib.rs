//! concsim shows what Python's threads, locks and GIL do.
//!
//! The way of a script is the list of modules, from top to bottom: text to
//! tree, tree to flat code, what is to be said of both, code to a world that steps, steps to a timed run,
//! the run to a trace, findings and a report, reports to grades.

pub mod base;
pub mod machine;
pub mod syntax;
pub mod trace;

pub mod compare;

pub mod ir;

pub mod analysis;

pub mod semantics;

pub mod observe;

pub mod engine;
pub mod explore;

pub mod grade;

pub mod export;

pub mod cli;
