//! To apply what is surely meant comes to an end.

#![no_main]

#[path = "../checks.rs"]
mod checks;

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if checks::check("fixes", bytes) { Corpus::Keep } else { Corpus::Reject }
});
