//! What can be read is checked, always with the same result.

#![no_main]

#[path = "../checks.rs"]
mod checks;

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if checks::check("checker", bytes) { Corpus::Keep } else { Corpus::Reject }
});
