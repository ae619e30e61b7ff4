//! Tests of the syntax as a whole: lexer against grammar, text against tree, mistakes against their texts.

mod binding;
mod generator;
mod heads;
mod limits;
mod mistakes;
mod pieces;
mod robust;
mod scripts;
mod tree;

use proptest::prelude::ProptestConfig;

/// That many cases; what fails is shown, and kept as a test of its own by whoever mends it.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}
