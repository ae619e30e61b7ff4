//! How many units of a kind there can be before what they cost outweighs what they do.
//!
//! The script is run with more and more units: 10, 100, 1000, 10000, and with numbers between the last two. As many are
//! fine as long as the run takes at most twice as long as without any costs, and its memory is at most that of a
//! usual computer. What a run without costs takes with very many units is known from those with fewer: where nothing
//! costs anything, time is a line.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::time::SimDuration;
use crate::cli::compare::field::Field;
use crate::cli::setup::Setup;
use crate::engine::measure::brief;
use crate::machine::free::without_costs;
use crate::observe::choice::{Scale, Stopped};
use crate::observe::report::Outcome;
use crate::syntax::ast::{Item, Literal};

/// The most units that are tried.
const UNITS_MAX: u64 = 10_000;

/// The most units that are run without costs, and how many are the step by which that grows.
const FREE_MAX: u64 = 1_000;
const FREE_STEP: u64 = 500;

/// A run that takes longer, in virtual time, is not waited for, unless twice the time that the script takes anyway is
/// longer.
const TIME_MAX: SimDuration = SimDuration::ms(10_000);

/// What a usual computer has.
const MEMORY_MAX: u64 = 8 << 30;

/// A kind of unit, with how long the script takes with as many as it has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tried {
    /// The word of the kind.
    pub(super) kind: Option<&'static str>,
    /// How long it takes.
    pub(super) elapsed: SimDuration,
}

/// The `param` that sets how many units there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Crowd {
    /// Its name.
    pub(super) name: String,
    /// How many units there are for each one of it.
    each: u64,
    /// How many there are besides.
    besides: u64,
}

impl Crowd {
    /// The first param of the script that makes for twice as many units, or nearly, when it is doubled.
    pub(super) fn of(field: &Field<'_>, stop: &AtomicBool) -> Option<Self> {
        let params = field.script.items.iter().filter_map(|item| match item {
            Item::Param(param) => Some((param.name.text.as_str(), &param.value)),
            Item::Machine(_)
            | Item::Objects(_)
            | Item::Shared(_)
            | Item::Function(_)
            | Item::Property(_)
            | Item::Main(_) => None,
        });
        params.filter_map(|(name, value)| Some((name, whole(field, name, value)?))).find_map(
            |(name, value)| {
                let (one, two) = (units(field, name, value, stop)?, units(field, name, value * 2, stop)?);
                let each = two.checked_sub(one)?.checked_div(u64::try_from(value).ok()?)?;
                let besides = one.checked_sub(each * u64::try_from(value).ok()?)?;
                (each > 0).then(|| Self { name: name.to_owned(), each, besides })
            },
        )
    }

    /// The value with which there are so many units.
    fn value(&self, units: u64) -> (String, Literal) {
        let value = units.saturating_sub(self.besides) / self.each;
        (self.name.clone(), Literal::Int(i64::try_from(value).unwrap_or(i64::MAX).max(1)))
    }

    /// How many units of that kind there can be.
    pub(super) fn scale(&self, field: &Field<'_>, tried: Tried, stop: &AtomicBool) -> Option<Scale> {
        let try_out = |units: u64| self.try_out(field, tried, units, stop);
        let (mut fine, mut next, mut stopped) = (0, 10, Stopped::Enough);
        while next <= UNITS_MAX {
            match try_out(next)? {
                None => fine = next,
                Some(why) => {
                    stopped = why;
                    break;
                }
            }
            next *= 10;
        }
        if next > UNITS_MAX {
            return Some(Scale { units: fine, stopped: Stopped::Enough });
        }
        // The first that is too many lies between one power of ten and the next.
        for units in [next / 10, next / 5, next / 2].into_iter().skip(usize::from(next > 10)) {
            match try_out(units)? {
                None => fine = units,
                Some(why) => {
                    stopped = why;
                    break;
                }
            }
        }
        Some(Scale { units: fine, stopped })
    }

    /// Why so many are too many, if they are; nothing if somebody is in a hurry or there is no such run.
    fn try_out(
        &self,
        field: &Field<'_>,
        tried: Tried,
        units: u64,
        stop: &AtomicBool,
    ) -> Option<Option<Stopped>> {
        let Setup { program, model, options, .. } = self.setup(field, tried, units)?;
        let real = brief(&program, &model, &options, stop);
        let failed = real
            .findings
            .iter()
            .any(|finding| finding.severity == crate::base::diagnostic::Severity::Error && !finding.expected);
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        Some(match real.outcome {
            _ if failed => Some(Stopped::Failed),
            Outcome::Limit => Some(Stopped::Limit),
            Outcome::Deadlock | Outcome::Failed | Outcome::Completed => {
                let needed = self.needed(field, tried, units, stop)?;
                if real.machine.peak_memory > MEMORY_MAX {
                    Some(Stopped::Memory)
                } else if real.elapsed.0 / 2 > needed {
                    Some(Stopped::Time)
                } else {
                    None
                }
            }
        })
    }

    /// The nanoseconds that so many units need without costs.
    fn needed(&self, field: &Field<'_>, tried: Tried, units: u64, stop: &AtomicBool) -> Option<u64> {
        let free = |units: u64| {
            let Setup { program, model, options, .. } = self.setup(field, tried, units)?;
            Some(brief(&program, &without_costs(&model), &options, stop).elapsed.0)
        };
        if units <= FREE_MAX {
            return free(units);
        }
        let (before, last) = (free(FREE_MAX - FREE_STEP)?, free(FREE_MAX)?);
        let steps = (units - FREE_MAX) / FREE_STEP;
        Some(last.saturating_add(last.saturating_sub(before).saturating_mul(steps)))
    }

    fn setup(&self, field: &Field<'_>, tried: Tried, units: u64) -> Option<Setup> {
        let mut setup = field.setup(field.main(), tried.kind, Some(&self.value(units))).ok()?;
        let longest = TIME_MAX.max(tried.elapsed + tried.elapsed);
        setup.options.max_time = Some(setup.options.max_time.unwrap_or(longest).min(longest));
        Some(setup)
    }
}

/// The value of a param in the runs, if it is a whole number from 1 on.
fn whole(field: &Field<'_>, name: &str, value: &Literal) -> Option<i64> {
    let set = field.args.set.iter().rev().find(|(set, _)| set == name).map(|(_, value)| value);
    match set.unwrap_or(value) {
        Literal::Int(number) => Some(*number).filter(|number| (1..i64::MAX / 2).contains(number)),
        Literal::None | Literal::Bool(_) | Literal::Duration(_) | Literal::Size(_) | Literal::Str(_) => None,
    }
}

/// How many units there are with that value, in a run of the first kind that there can be.
fn units(field: &Field<'_>, name: &str, value: i64, stop: &AtomicBool) -> Option<u64> {
    let value = (name.to_owned(), Literal::Int(value));
    let setup = field.kinds.iter().find_map(|kind| field.setup(field.main(), *kind, Some(&value)).ok())?;
    let report = brief(&setup.program, &setup.model, &setup.options, stop);
    (report.outcome == Outcome::Completed).then_some(report.units.len() as u64 - 1)
}
