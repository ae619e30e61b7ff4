//! Commands that a user can copy.

use crate::base::printable::safe;

/// A word of a shell.
pub(super) fn quoted(word: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || "-_./=:,+".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", safe(word).replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_part_it() {
        assert_eq!(quoted("my/bank.conc"), "my/bank.conc");
        assert_eq!(quoted("who=\"ann b\""), "'who=\"ann b\"'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
    }
}
