//! Any text is read or refused, and what is read can be printed and read again.

#![no_main]

#[path = "../checks.rs"]
mod checks;

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if checks::check("parser", bytes) { Corpus::Keep } else { Corpus::Reject }
});
