//! Any text is read as a trace or refused, and what is read can be written, read again, compared and shown.

#![no_main]

#[path = "../checks.rs"]
mod checks;

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if checks::check("traces", bytes) { Corpus::Keep } else { Corpus::Reject }
});
