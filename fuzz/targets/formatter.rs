//! What can be read is laid out, and stays what it is.

#![no_main]

#[path = "../checks.rs"]
mod checks;

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if checks::check("formatter", bytes) { Corpus::Keep } else { Corpus::Reject }
});
