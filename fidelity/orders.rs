//! Comparisons: two cells of one metric that differ in one thing, and of which one was always more than the other.

use crate::measured::Cell;
use crate::score::{FRACTION, Scored};

/// Two cells and whether the model has them in the order in which they were measured.
#[derive(Debug)]
pub(crate) struct Order<'s> {
    pub(crate) less: &'s Scored<'s>,
    pub(crate) more: &'s Scored<'s>,
    pub(crate) is_right: bool,
}

/// How many times as much the one has to be as the other, to count as more: the cores of the machine that was measured
/// change their speed by so much.
const APART: f64 = 1.25;

/// All comparisons whose order was measured without a doubt.
pub(crate) fn orders<'s>(scored: &'s [Scored<'s>]) -> Vec<Order<'s>> {
    let mut orders = Vec::new();
    for (at, first) in scored.iter().enumerate() {
        for second in &scored[at + 1..] {
            if !are_twins(first.cell, second.cell) {
                continue;
            }
            let (Some((a, _)), Some((b, _))) = (first.numbers(), second.numbers()) else { continue };
            let (less, more) = if a < b { (first, second) } else { (second, first) };
            if is_apart(less.cell, more.cell) {
                let (Some((_, low)), Some((_, high))) = (less.numbers(), more.numbers()) else { continue };
                orders.push(Order { less, more, is_right: low < high });
            }
        }
    }
    orders
}

/// Whether they differ in one parameter, or in the interpreter, and in nothing else.
fn are_twins(a: &Cell, b: &Cell) -> bool {
    if a.experiment != b.experiment || a.metric != b.metric {
        return false;
    }
    let names = a.params.keys().chain(b.params.keys().filter(|name| !a.params.contains_key(*name)));
    let differ = names.filter(|name| a.params.get(*name) != b.params.get(*name)).count();
    differ + usize::from(a.interpreter != b.interpreter) + usize::from(a.machine != b.machine) == 1
}

/// Whether all that was measured of the one is less than all of the other, and the medians are not near each other: no
/// nearer than a prediction has to be to what was measured.
fn is_apart(less: &Cell, more: &Cell) -> bool {
    let (Some((_, high)), Some((low, _))) = (less.range(), more.range()) else { return false };
    let (Some(a), Some(b)) = (less.median.number(), more.median.number()) else { return false };
    let is_far =
        if less.unit == "fraction" { b - a > FRACTION } else { a.abs() * APART < b.abs() || a == 0.0 };
    high < low && is_far
}
