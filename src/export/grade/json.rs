//! JSON that any terminal and any reader takes, whatever the submissions are called and say.

use serde::Serialize;
use serde_json::Number;

use crate::base::printable::is_hostile;
use crate::grade::points::Points;

/// The document, pretty-printed, with a line feed at its end. What plays with a terminal stands in it as an escape of JSON, so that readers get it as it was.
///
/// # Panics
///
/// Never: what leaves a grading has text keys and finite numbers only.
pub(super) fn pretty(document: &impl Serialize) -> String {
    let text =
        serde_json::to_string_pretty(document).expect("a grading has text keys and finite numbers only");
    let mut out = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        // Outside of strings there is none of them but the ends of lines, and in strings those are escaped already.
        if is_hostile(character) && character != '\n' {
            for unit in character.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(character);
        }
    }
    out.push('\n');
    out
}

/// Points as a number of JSON: a decimal with all its digits, of which there are at most fifteen.
///
/// # Panics
///
/// Never: points are a plain decimal.
pub(super) fn number(points: Points) -> Number {
    points.to_string().parse().expect("points are a plain decimal")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::grade::sample::HOSTILE;
    use proptest::prelude::*;

    #[test]
    fn a_reader_gets_what_there_was_and_a_terminal_gets_nothing() {
        let text = pretty(&[HOSTILE, "\u{e0041}é世\u{7f}"]);
        assert_eq!(serde_json::from_str::<[String; 2]>(&text).unwrap(), [HOSTILE, "\u{e0041}é世\u{7f}"]);
        assert!(text.chars().all(|character| !is_hostile(character) || character == '\n'), "{text}");
        assert!(text.contains("\\udb40\\udc41é世\\u007f"), "{text}");
    }

    proptest! {
        #[test]
        fn points_are_the_same_number_to_the_last_digit(thousandths in 0..=1_000_000_000_000_000_u64) {
            let points = Points::thousandths(thousandths);
            prop_assert_eq!(serde_json::to_string(&number(points)).unwrap(), points.to_string());
        }
    }
}
