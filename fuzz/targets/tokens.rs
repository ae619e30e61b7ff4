//! Tokens tile any text.

#![no_main]

#[path = "../checks.rs"]
mod checks;

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if checks::check("tokens", bytes) { Corpus::Keep } else { Corpus::Reject }
});
