//! The commands around diagnostics: `check`, `fix`, `examples`, `new`, and `--watch` and `--replay`.

mod check;
mod explore;
mod fix;
mod replay;
mod start;
#[cfg(unix)]
mod watch;

/// A script with a mistake on its third line.
const MISSPELT: &str = "shared total = 0\nmain {\n    print totl\n}\n";
