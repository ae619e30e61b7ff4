//! `1,2,4` and `1..1000` on the command line: numbers of cores, and values of a param.

use crate::cli::literal::{literal_text, read_literal};
use crate::machine::choose::{Choice, resolve};
use crate::syntax::ast::Literal;

/// Up to how many numbers a range is taken whole.
const WHOLE_MAX: i64 = 12;

/// The most values of a list.
const LIST_MAX: usize = 100;

/// From which ratio of its ends on a long range goes 1, 2, 5, 10, …
const TENFOLD: i64 = 10;

/// Into how many equal steps another long range is cut.
const STEPS: i64 = 10;

/// Numbers of cores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Cores(pub(super) Vec<u32>);

/// A param with some of its values, from the least to the greatest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Swept {
    /// The param.
    pub(super) name: String,
    /// The values: numbers, lengths of time or sizes, all of one type.
    pub(super) values: Vec<Literal>,
}

/// Reads a list or a range of numbers of cores.
///
/// # Errors
///
/// If it is none, with how to write it.
pub(super) fn cores(text: &str) -> Result<Cores, String> {
    let wrong = || format!("`{text}` is no list of numbers: write it like 1,2,4 or 1..8");
    let values = list(text).map_err(|why| why.unwrap_or_else(wrong))?;
    let core = |value: &Literal| match value {
        Literal::Int(number) => u32::try_from(*number).map_err(|_| wrong()),
        Literal::None | Literal::Bool(_) | Literal::Duration(_) | Literal::Size(_) | Literal::Str(_) => {
            Err(wrong())
        }
    };
    let numbers: Vec<u32> = values.iter().map(core).collect::<Result<_, _>>()?;
    // Of a long range the ends were typed, and not the steps between.
    [numbers.last(), numbers.first()].into_iter().flatten().try_for_each(|&ends| can_have(ends))?;
    Ok(Cores(numbers))
}

/// Whether a machine can have so many cores; else why not.
fn can_have(cores: u32) -> Result<(), String> {
    let choice = Choice { cores: Some(cores), ..Choice::NOTHING };
    resolve(&choice, &[])
        .map(drop)
        .map_err(|errors| errors.first().map_or_else(String::new, ToString::to_string))
}

/// Reads a param with a list or a range of values.
///
/// # Errors
///
/// If it is none, with how to write it.
pub(super) fn swept(text: &str) -> Result<Swept, String> {
    let (name, values) = text.split_once('=').ok_or("write it like n=1..1000")?;
    let wrong = || {
        format!(
            "`{values}` is no list of numbers, lengths of time or sizes: write it like 1..1000, 1ms..1s or 1,8,64"
        )
    };
    let values = list(values).map_err(|why| why.unwrap_or_else(wrong))?;
    Ok(Swept { name: name.trim().to_owned(), values })
}

/// What a literal counts, and whether it is of a kind that counts something.
pub(super) fn number(literal: &Literal) -> Option<i64> {
    match literal {
        Literal::Int(number) | Literal::Duration(number) | Literal::Size(number) => Some(*number),
        Literal::None | Literal::Bool(_) | Literal::Str(_) => None,
    }
}

/// Another number of what a literal counts.
fn as_many(number: i64, like: &Literal) -> Literal {
    match like {
        Literal::Duration(_) => Literal::Duration(number),
        Literal::Size(_) => Literal::Size(number),
        Literal::Int(_) | Literal::None | Literal::Bool(_) | Literal::Str(_) => Literal::Int(number),
    }
}

/// The values of a list or a range in order, each once; no reason if it is neither.
fn list(text: &str) -> Result<Vec<Literal>, Option<String>> {
    let one = |text: &str| read_literal(text.trim()).filter(|literal| number(literal).is_some()).ok_or(None);
    if let Some((from, to)) = text.split_once("..") {
        return range(one(from)?, one(to.strip_prefix('=').unwrap_or(to))?);
    }
    let mut values: Vec<Literal> = text.split(',').map(one).collect::<Result<_, _>>()?;
    if values.len() > LIST_MAX {
        return Err(Some(format!("{} values are more than {LIST_MAX}: leave some out", values.len())));
    }
    if values.iter().any(|value| !is_like(value, &values[0])) {
        return Err(Some("all values have to be of one type".to_owned()));
    }
    values.sort_by_key(number);
    values.dedup();
    Ok(values)
}

fn is_like(one: &Literal, other: &Literal) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

/// From one value to another, both included. A long range is not taken whole: it goes 1, 2, 5, 10, … if its end is
/// ten times its beginning or more, and in equal steps otherwise.
fn range(from: Literal, to: Literal) -> Result<Vec<Literal>, Option<String>> {
    if !is_like(&from, &to) {
        return Err(Some("both ends have to be of one type".to_owned()));
    }
    let (first, last) = (number(&from).ok_or(None)?, number(&to).ok_or(None)?);
    if first < 0 {
        return Err(Some("it can't begin below zero".to_owned()));
    }
    if first > last {
        let (from, to) = (literal_text(&from), literal_text(&to));
        return Err(Some(format!("it ends before it begins: write it like {to}..{from}")));
    }
    let mut numbers: Vec<i64> = if last - first < WHOLE_MAX {
        (first..=last).collect()
    } else if last / first.max(1) >= TENFOLD {
        let powers = std::iter::successors(Some(1_i64), |power| power.checked_mul(10));
        let steps = powers
            .flat_map(|power| [1, 2, 5].into_iter().filter_map(move |digit: i64| digit.checked_mul(power)));
        [first].into_iter().chain(steps.filter(|step| (first..last).contains(step))).chain([last]).collect()
    } else {
        let span = i128::from(last - first);
        let at = |step: i64| first + i64::try_from(span * i128::from(step) / i128::from(STEPS)).unwrap_or(0);
        (0..=STEPS).map(at).collect()
    };
    numbers.dedup();
    Ok(numbers.into_iter().map(|number| as_many(number, &from)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: Result<&str, &str>) {
        let got = swept(text).map(|swept| {
            let values: Vec<String> = swept.values.iter().map(literal_text).collect();
            format!("{} {}", swept.name, values.join(" "))
        });
        match (&got, want) {
            (Ok(got), Ok(want)) => assert_eq!(got, want),
            (Err(got), Err(want)) => assert!(got.contains(want), "{text}: {got}"),
            (Ok(_), Err(_)) | (Err(_), Ok(_)) => panic!("{text}: {got:?}"),
        }
    }

    #[test]
    fn a_short_range_is_whole_and_a_long_one_goes_in_steps() {
        check("n=1..5", Ok("n 1 2 3 4 5"));
        check("n=1..=3", Ok("n 1 2 3"));
        check("n=1..1000", Ok("n 1 2 5 10 20 50 100 200 500 1000"));
        check("n=0..300", Ok("n 0 1 2 5 10 20 50 100 200 300"));
        check("n=3..70", Ok("n 3 5 10 20 50 70"));
        check("n=100..200", Ok("n 100 110 120 130 140 150 160 170 180 190 200"));
        check("wait=1ms..20ms", Ok("wait 1ms 2ms 5ms 10ms 20ms"));
        check("size=1KB..100KB", Ok("size 1KB 2KB 5KB 10KB 20KB 50KB 100KB"));
        check("n=7..7", Ok("n 7"));
    }

    #[test]
    fn a_list_is_in_order_and_has_each_value_once() {
        check("n=64,1,8,1", Ok("n 1 8 64"));
        assert_eq!(cores("4,1,2").map(|cores| cores.0), Ok(vec![1, 2, 4]));
        assert_eq!(cores("1..4").map(|cores| cores.0), Ok(vec![1, 2, 3, 4]));
    }

    #[test]
    fn what_is_neither_says_how_to_write_it() {
        check("n", Err("write it like n=1..1000"));
        check("n=", Err("no list of numbers"));
        check("n=a..b", Err("no list of numbers"));
        check("n=1..", Err("no list of numbers"));
        check("n=1..5ms", Err("of one type"));
        check("n=1,5ms", Err("of one type"));
        check("n=5..1", Err("write it like 1..5"));
        check("n=-5..1", Err("below zero"));
        check("n=True,False", Err("no list of numbers"));
        assert!(cores("1,two").unwrap_err().contains("write it like 1,2,4"));
        assert!(cores("-1").unwrap_err().contains("write it like 1,2,4"));
        assert!(cores("1ms").unwrap_err().contains("write it like 1,2,4"));
        assert!(cores("1..100000").unwrap_err().contains("from 1 to 1024, not 100000"));
        assert!(cores("0,4").unwrap_err().contains("from 1 to 1024, not 0"));
    }
}
