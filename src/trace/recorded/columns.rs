//! The columns of an event's line: where each begins, and the time in one of them.

use crate::base::time::{SimDuration, UNITS};
use crate::trace::recorded::error::Problem;
use crate::trace::text::COLUMNS;

/// A line in its columns, as they stand there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Columns<'a> {
    pub(super) unit: &'a str,
    pub(super) delta: SimDuration,
    pub(super) word: &'a str,
    pub(super) detail: &'a str,
    pub(super) place: Option<&'a str>,
}

/// Takes a line apart.
///
/// # Errors
///
/// If one of the first three columns is missing, or there are more than five.
pub(super) fn columns(line: &str) -> Result<Columns<'_>, Problem> {
    let (unit, at) = column(line, 0);
    let at = at.ok_or(Problem::Torn("there is no time behind the unit"))?;
    let (delta, at) = column(line, at);
    let delta = time(delta)?;
    let at = at.ok_or(Problem::Torn("there is no word behind the time"))?;
    let (word, next) = column(line, at);
    let end = at + word.len();
    let Some(at) = next else { return Ok(Columns { unit, delta, word, detail: "", place: None }) };
    let (text, after) = column(line, at);
    let Some(after) = after else {
        // Of two columns one is left: an empty detail takes its two spaces all the same.
        let of_detail = COLUMNS[2].max(end + 2);
        let (detail, place) = if at > of_detail { ("", Some(text)) } else { (text, None) };
        return Ok(Columns { unit, delta, word, detail, place });
    };
    match column(line, after) {
        (place, None) => Ok(Columns { unit, delta, word, detail: text, place: Some(place) }),
        (_, Some(_)) => Err(Problem::Columns),
    }
}

/// The column that begins at a byte, and where the next one begins.
fn column(line: &str, start: usize) -> (&str, Option<usize>) {
    let rest = &line[start..];
    let Some(length) = rest.find("  ") else { return (rest, None) };
    let spaces = rest[length..].bytes().take_while(|&byte| byte == b' ').count();
    (&rest[..length], Some(start + length + spaces))
}

/// What stands behind a `+`.
fn time(text: &str) -> Result<SimDuration, Problem> {
    let none = || Problem::Time(text.to_owned());
    let length = text.strip_prefix('+').ok_or_else(none)?;
    if length == "0" { Ok(SimDuration::ZERO) } else { duration(length).ok_or_else(none) }
}

/// A length as traces write it. Up to the end of time, where literals of scripts end at half of that.
pub(super) fn duration(text: &str) -> Option<SimDuration> {
    let (number, unit) = text.split_at(text.find(|c: char| c.is_ascii_alphabetic())?);
    let (_, length) = UNITS[1..].iter().find(|(name, _)| *name == unit)?;
    let (whole, decimals) =
        number.split_once('.').map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !decimals.is_none_or(digits) {
        return None;
    }
    let mut rest = *length;
    let mut sum = whole.parse::<u64>().ok()?.checked_mul(rest)?;
    for digit in decimals.unwrap_or_default().bytes() {
        if rest == 1 {
            return None;
        }
        rest /= 10;
        sum = sum.checked_add(u64::from(digit - b'0') * rest)?;
    }
    Some(SimDuration(sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, want: (&str, u64, &str, &str, Option<&str>)) {
        let got = columns(line).unwrap();
        assert_eq!((got.unit, got.delta.0, got.word, got.detail, got.place), want, "{line}");
    }

    #[test]
    fn a_column_is_known_by_its_place_even_if_one_before_it_is_empty() {
        check("main         +0            start", ("main", 0, "start", "", None));
        check(
            "main         +0            start                                       main: let a",
            ("main", 0, "start", "", Some("main: let a")),
        );
        check(
            "main         +90ns         spawn        transfer.1",
            ("main", 90, "spawn", "transfer.1", None),
        );
        check(
            "a.very.long.unit.name.1  +1.5ms  acquire      checking                       f: with m",
            ("a.very.long.unit.name.1", 1_500_000, "acquire", "checking", Some("f: with m")),
        );
        let long = "x".repeat(50);
        check(
            &format!("{long}  +1s  start    f: pass"),
            (&*long, 1_000_000_000, "start", "", Some("f: pass")),
        );
        check(
            &format!("{long}  +1s  start  m  f: pass"),
            (&*long, 1_000_000_000, "start", "m", Some("f: pass")),
        );
        check(
            &format!("             +0            print        {long}  f: print"),
            ("", 0, "print", &long, Some("f: print")),
        );
    }

    #[test]
    fn a_line_without_a_column_is_torn() {
        let of = |line| columns(line).unwrap_err();
        assert_eq!(of("main"), Problem::Torn("there is no time behind the unit"));
        assert_eq!(of("main         +5us"), Problem::Torn("there is no word behind the time"));
        assert_eq!(of("main         start"), Problem::Time("start".to_owned()));
        assert_eq!(of("main         +0            start  a  b  c"), Problem::Columns);
    }

    #[test]
    fn a_length_is_read_back_to_the_nanosecond_and_to_the_end_of_time() {
        for nanoseconds in [1, 999, 1_000, 1_500, 2_052_000, 90_000_000_000, u64::MAX, u64::MAX - 1, 1 << 63]
        {
            assert_eq!(duration(&SimDuration(nanoseconds).to_string()), Some(SimDuration(nanoseconds)));
        }
        assert_eq!(duration("0s"), Some(SimDuration::ZERO));
        for text in [
            "",
            "5",
            "ms",
            "1.ms",
            ".5ms",
            "1.5.5ms",
            "1.5ns",
            "1.0000001ms",
            "1min",
            "+1ms",
            "18446744073.709551616s",
            "99999999999999999999s",
        ] {
            assert_eq!(duration(text), None, "{text}");
        }
    }
}
