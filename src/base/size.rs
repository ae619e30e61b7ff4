//! Sizes in whole bytes, as scripts write and print them.

use std::fmt;

use crate::base::quantity::{self, QuantityError};

/// Units of a size literal with their bytes; `K`, `M`, `G` are powers of 1000
/// and `Ki`, `Mi`, `Gi` of 1024.
pub const UNITS: [(&str, u64); 7] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("KB", 1_000),
    ("B", 1),
];

/// The bytes of a size literal (`80B`, `1.5KiB`, `10MB`). At most `i64::MAX`.
///
/// # Errors
///
/// If `text` is no number directly followed by one of [`UNITS`], or not whole, or too large.
pub fn parse_size(text: &str) -> Result<u64, QuantityError> {
    quantity::parse(text, &UNITS, "bytes")
}

/// A signed number of bytes, printed in the largest binary unit that divides
/// it, else in the largest decimal one, else in bytes.
#[derive(Clone, Copy, Debug)]
pub struct SignedSize(pub i64);

impl fmt::Display for SignedSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let divides = |(_, unit): &&(&str, u64)| bytes != 0 && bytes.is_multiple_of(*unit);
        let (name, unit) = UNITS.iter().find(divides).unwrap_or(&("B", 1));
        f.pad(&format!("{sign}{}{name}", bytes / unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_print_in_the_largest_unit_that_divides_them_and_read_back() {
        let cases = [
            (0, "0B"),
            (80, "80B"),
            (65_536, "64KiB"),
            (10_000_000, "10MB"),
            (1 << 30, "1GiB"),
            (-2_000, "-2KB"),
        ];
        for (bytes, text) in cases {
            assert_eq!(SignedSize(bytes).to_string(), text);
            if let Ok(bytes) = u64::try_from(bytes) {
                assert_eq!(parse_size(text), Ok(bytes));
            }
        }
    }
}
