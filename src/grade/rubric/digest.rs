//! Hashes of texts.

use sha2::{Digest, Sha256};

/// The SHA-256 of some texts, one behind the other with their lengths, in hexadecimal; of one alone, that of its bytes.
#[must_use]
pub fn digest(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        if texts.len() > 1 {
            hash.update((text.len() as u64).to_le_bytes());
        }
        hash.update(text);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_cut_elsewhere_have_another_digest() {
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
        assert!(digest(&[""]).starts_with("e3b0c44298fc1c14"), "the one of `sha256sum`");
    }
}
