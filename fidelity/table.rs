//! The cells and what they come to, as text.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::limits::Limit;
use crate::measured::{Cell, Value};
use crate::orders::Order;
use crate::score::{Predicted, Scored, Verdict, median};

/// Every cell: what was measured, what is predicted, and how many times as much that is.
pub(crate) fn cells(out: &mut impl Write, scored: &[Scored<'_>]) -> io::Result<()> {
    writeln!(
        out,
        "{:<11} {:<14} {:<32} {:<44} {:>11} {:>11} {:>7}",
        "experiment", "runtime", "metric", "setting", "measured", "predicted", "ratio"
    )?;
    for one in scored {
        let cell = one.cell;
        let head =
            format!("{:<11} {:<14} {:<32} {:<44}", cell.experiment, one.runtime, cell.metric, cell.setting());
        match &one.predicted {
            Predicted::Is(predicted) => {
                let ratio = match (one.numbers(), one.verdict) {
                    (Some((_, _)), Verdict::Off(off)) => format!("+-{off:.2}"),
                    (Some((measured, predicted)), _) if measured != 0.0 => {
                        format!("{:.2}", predicted / measured)
                    }
                    _ => String::new(),
                };
                let mark = match (one.is_near(), one.verdict) {
                    (Some(false), _) => "  off",
                    (None, Verdict::ByOrder) => "  by order",
                    _ => "",
                };
                writeln!(
                    out,
                    "{head} {:>11} {:>11} {ratio:>7}{mark}",
                    shown(&cell.median),
                    shown(predicted)
                )?;
            }
            Predicted::NotModelled(_) => writeln!(out, "{head} {:>11} {:>11}", shown(&cell.median), "-")?,
            Predicted::Refused(why) => {
                writeln!(out, "{head} {:>11} {:>11}  {why}", shown(&cell.median), "-")?;
            }
        }
    }
    writeln!(out)
}

/// A figure with three digits that count.
fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) if *number == 0.0 => "0".to_owned(),
        Value::Number(number) if number.abs() >= 1e5 || number.abs() < 1e-2 => format!("{number:.2e}"),
        Value::Number(number) => format!("{number:.3}"),
    }
}

/// The comparisons that the model has the wrong way round, with what was measured and what is predicted of both.
pub(crate) fn wrong(out: &mut impl Write, orders: &[Order<'_>]) -> io::Result<()> {
    for order in orders.iter().filter(|order| !order.is_right) {
        writeln!(out, "wrong order: {}", compared(order))?;
    }
    writeln!(out)
}

/// Both cells of a comparison; what is predicted stands in brackets.
fn compared(order: &Order<'_>) -> String {
    let side = |one: &Scored<'_>| {
        let Predicted::Is(predicted) = &one.predicted else { return String::new() };
        let setting = one.cell.setting();
        format!("{} {setting} {} ({})", one.runtime, shown(&one.cell.median), shown(predicted))
    };
    let Cell { experiment, metric, .. } = order.less.cell;
    format!("{experiment} {metric}: {}, less than {}", side(order.less), side(order.more))
}

/// Medians, the worst, what is not followed, and what is not modelled.
pub(crate) fn summary(
    out: &mut impl Write,
    scored: &[Scored<'_>],
    orders: &[Order<'_>],
    limits: &[Limit],
) -> io::Result<()> {
    groups(out, "experiment", scored, orders, |one| one.cell.experiment.clone())?;
    writeln!(out)?;
    groups(out, "runtime", scored, orders, |one| one.runtime.clone())?;
    writeln!(out)?;
    not_followed(out, scored, orders, limits)?;
    writeln!(out)?;
    left_out(out, scored)
}

/// What the model does not follow, with the cells that are off by it and the orders that are wrong by it, each
/// counted once; then those that nothing explains.
fn not_followed(
    out: &mut impl Write,
    scored: &[Scored<'_>],
    orders: &[Order<'_>],
    limits: &[Limit],
) -> io::Result<()> {
    let mut off: Vec<&Scored<'_>> = scored.iter().filter(|one| one.is_near() == Some(false)).collect();
    let mut wrong: Vec<&Order<'_>> = orders.iter().filter(|order| !order.is_right).collect();
    writeln!(out, "{:<55} {:>6} {:>7}", "not followed", "off", "orders")?;
    for limit in limits {
        let before = (off.len(), wrong.len());
        off.retain(|one| !limit.explains(one));
        wrong.retain(|order| !limit.explains_order(order));
        let (off, wrong) = (before.0 - off.len(), before.1 - wrong.len());
        if (off, wrong) != (0, 0) {
            writeln!(out, "{:<55} {off:>6} {wrong:>7}", limit.name)?;
        }
    }
    writeln!(out, "{:<55} {:>6} {:>7}", "without an explanation", off.len(), wrong.len())?;
    for one in off {
        writeln!(out, "  off: {} {}", one.cell.experiment, told(one))?;
    }
    for order in wrong {
        writeln!(out, "  wrong order: {}", compared(order))?;
    }
    Ok(())
}

fn groups(
    out: &mut impl Write,
    what: &str,
    scored: &[Scored<'_>],
    orders: &[Order<'_>],
    name: impl Fn(&Scored<'_>) -> String,
) -> io::Result<()> {
    let mut names: Vec<String> = scored.iter().map(&name).collect();
    names.sort();
    names.dedup();
    writeln!(
        out,
        "{what:<15} {:>6} {:>8} {:>8} {:>13} {:>11}  worst",
        "cells", "judged", "median", "within 25 %", "orders"
    )?;
    let row = |label: &str, is_in: &dyn Fn(&Scored<'_>) -> bool, out: &mut dyn Write| {
        let own: Vec<&Scored<'_>> = scored.iter().filter(|one| is_in(one)).collect();
        let errors: Vec<f64> = own.iter().filter_map(|one| one.error()).collect();
        let near = own.iter().filter(|one| one.is_near() == Some(true)).count();
        let compared: Vec<&Order<'_>> = orders.iter().filter(|order| is_in(order.less)).collect();
        let right = compared.iter().filter(|order| order.is_right).count();
        let by_error = |a: &&&Scored<'_>, b: &&&Scored<'_>| {
            let of = |one: &Scored<'_>| one.error().unwrap_or(-1.0);
            of(a).total_cmp(&of(b))
        };
        let worst = own.iter().max_by(by_error).filter(|one| one.error().is_some());
        writeln!(
            out,
            "{label:<15} {:>6} {:>8} {:>7.1}% {:>13} {:>11}  {}",
            own.len(),
            errors.len(),
            100.0 * (median(errors.clone()).unwrap_or(0.0).exp() - 1.0),
            format!("{near}/{}", errors.len()),
            format!("{right}/{}", compared.len()),
            worst.map_or_else(String::new, |one| told(one)),
        )
    };
    for own in names {
        row(&own, &|one| name(one) == own, out)?;
    }
    row("all", &|_| true, out)
}

/// A cell in a few words.
fn told(one: &Scored<'_>) -> String {
    let ratio = one
        .numbers()
        .map_or_else(String::new, |(measured, predicted)| format!(" {:.2}", predicted / measured));
    format!("{} {} {}{ratio}", one.runtime, one.cell.metric, one.cell.setting())
}

/// What the model says nothing of, with the reason.
fn left_out(out: &mut impl Write, scored: &[Scored<'_>]) -> io::Result<()> {
    let mut reasons: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for one in scored {
        match &one.predicted {
            Predicted::NotModelled(why) => {
                let what = format!("{} {}", one.cell.experiment, one.cell.metric);
                *reasons.entry((why, what)).or_default() += 1;
            }
            Predicted::Refused(why) => {
                let what = format!("{} on {}", one.cell.experiment, one.runtime);
                *reasons.entry((why, what)).or_default() += 1;
            }
            Predicted::Is(_) => {}
        }
    }
    writeln!(out, "not predicted: {} cells", reasons.values().sum::<usize>())?;
    for ((why, what), count) in reasons {
        writeln!(out, "{count:>6}  {what}: {why}")?;
    }
    Ok(())
}
