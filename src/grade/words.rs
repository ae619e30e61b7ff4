//! Words that several sentences about a grading need.

/// `1 core`, `4 cores`
#[must_use]
pub fn cores(count: u32) -> String {
    counted(u64::from(count), "core")
}

/// `1 state`, `200_000 states`
#[must_use]
pub fn counted(count: u64, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{} {word}s", grouped(count)) }
}

/// `1_234_567`, as scripts write numbers.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_thing_is_told_as_one() {
        assert_eq!([counted(1, "state"), counted(0, "state"), cores(4)], ["1 state", "0 states", "4 cores"]);
        assert_eq!(grouped(1_234_567), "1_234_567");
    }
}
