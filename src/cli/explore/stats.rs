//! `--stats`: the same search with each reduction, for a lesson on what they save, and why.

use std::sync::atomic::AtomicBool;

use crate::cli::explore::searched;
use crate::explore::saving::{Family, Likeness, Savings, savings};
use crate::explore::{Exploration, Options, Reduction};
use crate::ir::program::Program;

const REDUCTIONS: [(Reduction, &str, &str); 4] = [
    (Reduction::None, "none", "every order of steps"),
    (Reduction::Order, "order", "steps that don't touch each other in one order only"),
    (Reduction::Symmetry, "symmetry", "equal units are not told apart"),
    (Reduction::All, "all", "both"),
];

/// The table; what was explored already is not explored again.
pub(super) fn stats(program: &Program, options: &Options, known: &Exploration, stop: &AtomicBool) -> String {
    let rows: Vec<Row> = REDUCTIONS
        .iter()
        .map(|(reduction, name, what)| {
            let again = (*reduction != options.reduction)
                .then(|| searched(program, &Options { reduction: *reduction, ..options.clone() }, stop));
            let exploration = again.as_ref().unwrap_or(known);
            Row {
                name,
                what,
                states: exploration.states,
                transitions: exploration.transitions,
                complete: exploration.complete,
            }
        })
        .collect();
    let mut text = table(&rows);
    if options.respect_gil {
        text.push_str("\nno reduction is used with --respect-gil\n");
    } else {
        text.push_str(&why(&savings(program)));
    }
    text
}

/// Why it is so, in a line for each reduction.
fn why(savings: &Savings) -> String {
    let Savings { worlds, alone, families } = savings;
    let order = match alone {
        0 => format!(
            "in none of the first {worlds} states is there a unit whose next step touches nothing that others may touch, too"
        ),
        _ => format!(
            "in {alone} of the first {worlds} states, one unit's next step touches nothing that others may touch, and goes first"
        ),
    };
    let family = |family: &Family| {
        let Family { function, units, kind } = family;
        match kind {
            Likeness::Alike => format!("{units} units of {function}() are all the same"),
            Likeness::OtherValues => {
                format!("{units} units of {function}() begin with different values, such as their arguments")
            }
            Likeness::OtherNames => {
                format!(
                    "{units} units of {function}() are told apart: each has a name or a handle of its own"
                )
            }
        }
    };
    let symmetry = match families.as_slice() {
        [] => "no two units are started with one function by one unit".to_owned(),
        [..] => families.iter().map(family).collect::<Vec<_>>().join("; "),
    };
    format!("\norder:    {order}\nsymmetry: {symmetry}\n")
}

struct Row {
    name: &'static str,
    what: &'static str,
    states: u64,
    transitions: u64,
    complete: bool,
}

fn table(rows: &[Row]) -> String {
    let mut text = format!("\n{:<10} {:>12} {:>12} {:>7}\n", "reduction", "states", "transitions", "left");
    let whole = rows.first().filter(|row| row.complete).map(|row| row.states);
    for row in rows {
        let more = if row.complete { "" } else { ">" };
        let (states, transitions) = (format!("{more}{}", row.states), format!("{more}{}", row.transitions));
        let left = whole.filter(|_| row.complete).map_or("-".to_owned(), |whole| percent(row.states, whole));
        text.push_str(&format!("{:<10} {states:>12} {transitions:>12} {left:>7}  {}\n", row.name, row.what));
    }
    text
}

/// A share in tenths of a percent.
fn percent(part: u64, whole: u64) -> String {
    let tenths = (u128::from(part) * 1000).div_ceil(u128::from(whole.max(1)));
    format!("{}.{}%", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_each_reduction_says_why() {
        let family = |units, kind| Family { function: "up".to_owned(), units, kind };
        let families = vec![family(3, Likeness::Alike), family(2, Likeness::OtherValues)];
        let want = "\n\
            order:    in 4 of the first 9 states, one unit's next step touches nothing that others may touch, and goes first\n\
            symmetry: 3 units of up() are all the same; 2 units of up() begin with different values, such as their arguments\n";
        assert_eq!(why(&Savings { worlds: 9, alone: 4, families }), want);
    }

    #[test]
    fn the_table_shows_what_is_left_of_the_states() {
        let row = |name, states, complete| Row { name, what: "x", states, transitions: 2 * states, complete };
        let want = "\n\
            reduction        states  transitions    left\n\
            none               1000         2000  100.0%  x\n\
            order               153          306   15.3%  x\n\
            all                 >10          >20       -  x\n";
        assert_eq!(table(&[row("none", 1000, true), row("order", 153, true), row("all", 10, false)]), want);
    }
}
