//! Holds the table of limits to the constants of the code.

use concsim::ir::lower::{ELEMENTS_MAX, OPS_MAX};
use concsim::ir::program::Operand;
use concsim::ir::value::{LIST_DEPTH_MAX, LIST_WEIGHT_MAX};
use concsim::semantics::infos::NAME_DEPTH_MAX;
use concsim::semantics::world::CALL_DEPTH_MAX;
use concsim::syntax::literal::MAGNITUDE_MAX;
use concsim::syntax::parse::{
    BRACKET_DEPTH_MAX, ERRORS_MAX, EXPRESSION_DEPTH_MAX, NAME_LENGTH_MAX, SOURCE_BYTES_MAX,
};

const PAGE: &str = include_str!("../docs/language.md");

/// `1,048,576`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What the first cell of a row begins with, and the constant.
fn constants() -> Vec<(&'static str, u64)> {
    let wide = |count: usize| u64::try_from(count).expect("limits fit in 64 bits");
    vec![
        ("bytes of a script", wide(SOURCE_BYTES_MAX)),
        ("characters of a name", wide(NAME_LENGTH_MAX)),
        ("brackets", wide(BRACKET_DEPTH_MAX)),
        ("operations inside one another", wide(EXPRESSION_DEPTH_MAX)),
        ("magnitude", MAGNITUDE_MAX),
        ("mistakes", wide(ERRORS_MAX)),
        ("shared cells", ELEMENTS_MAX.unsigned_abs()),
        ("operations of the code", wide(OPS_MAX)),
        ("locals", wide(Operand::COUNT_MAX)),
        ("calls", wide(CALL_DEPTH_MAX)),
        ("lists", u64::from(LIST_DEPTH_MAX)),
        ("items of a list", LIST_WEIGHT_MAX),
        ("spawns", u64::from(NAME_DEPTH_MAX)),
    ]
}

#[test]
fn the_table_of_limits_is_that_of_the_code() {
    let (_, table) = PAGE.split_once("| limit | value | answer |").expect("the page has the table");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let rows: Vec<Vec<&str>> =
        rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect();
    let constants = constants();
    let starts: Vec<&str> = rows
        .iter()
        .map(|row| {
            constants.iter().find(|(start, _)| row[0].starts_with(start)).map_or(row[0], |(start, _)| start)
        })
        .collect();
    assert_eq!(
        starts,
        constants.iter().map(|(start, _)| *start).collect::<Vec<_>>(),
        "one row for each constant"
    );
    for (row, (start, value)) in rows.iter().zip(constants) {
        assert_eq!(row[1], grouped(value), "{start}");
        assert!(!row[2].is_empty(), "{start}: what is the answer?");
    }
}
