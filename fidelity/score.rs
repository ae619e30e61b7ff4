//! How far a prediction is off.

use crate::measured::{Cell, Value};
use crate::plan::runtime_of;

/// What the model says of a cell.
#[derive(Clone, Debug)]
pub(crate) enum Predicted {
    /// Its figure, in the unit of the cell.
    Is(Value),
    /// It does not model that; the reason.
    NotModelled(&'static str),
    /// The runtime can't run the experiment, or the model has no such runtime; what it says.
    Refused(String),
}

/// How a cell is judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// |ln(predicted / measured)|.
    Error(f64),
    /// A fraction: how far it is off.
    Off(f64),
    /// A name: whether it is the same.
    Same(bool),
    /// It is too noisy, or zero: only its order among others counts.
    ByOrder,
    /// There is no prediction.
    None,
}

/// A logarithmic error that counts as within 25 %.
pub(crate) const NEAR: f64 = 0.223_143_551_314_209_76;
/// A fraction may be off by so much.
pub(crate) const FRACTION: f64 = 0.1;

/// A cell with its prediction.
#[derive(Debug)]
pub(crate) struct Scored<'c> {
    pub(crate) cell: &'c Cell,
    pub(crate) runtime: String,
    pub(crate) predicted: Predicted,
    pub(crate) verdict: Verdict,
}

impl<'c> Scored<'c> {
    pub(crate) fn new(cell: &'c Cell, predicted: Predicted) -> Self {
        let verdict = match &predicted {
            Predicted::Is(value) => judge(cell, value),
            Predicted::NotModelled(_) | Predicted::Refused(_) => Verdict::None,
        };
        Self { cell, runtime: runtime_of(&cell.interpreter), predicted, verdict }
    }

    /// Both figures, if both are numbers.
    pub(crate) fn numbers(&self) -> Option<(f64, f64)> {
        match (&self.cell.median, &self.predicted) {
            (Value::Number(measured), Predicted::Is(Value::Number(predicted))) => {
                Some((*measured, *predicted))
            }
            _ => None,
        }
    }

    /// Whether it counts as right; nothing if it is judged by its order only, or not at all.
    pub(crate) fn is_near(&self) -> Option<bool> {
        match self.verdict {
            Verdict::Error(error) => Some(error <= NEAR),
            Verdict::Off(off) => Some(off <= FRACTION),
            Verdict::Same(is_same) => Some(is_same),
            Verdict::ByOrder | Verdict::None => None,
        }
    }

    /// How far it is off on one scale, for medians: a fraction or a name that is right counts as no error.
    pub(crate) fn error(&self) -> Option<f64> {
        match self.verdict {
            Verdict::Error(error) => Some(error),
            Verdict::Off(off) => Some(off),
            Verdict::Same(is_same) => Some(if is_same { 0.0 } else { f64::INFINITY }),
            Verdict::ByOrder | Verdict::None => None,
        }
    }
}

fn judge(cell: &Cell, predicted: &Value) -> Verdict {
    match (&cell.median, predicted) {
        (Value::Text(measured), Value::Text(predicted)) => Verdict::Same(bare(measured) == bare(predicted)),
        (Value::Number(measured), Value::Number(predicted)) if cell.unit == "fraction" => {
            Verdict::Off((predicted - measured).abs())
        }
        (Value::Number(_), Value::Number(_)) if cell.is_noisy() => Verdict::ByOrder,
        (Value::Number(measured), Value::Number(predicted)) => {
            Verdict::Error((predicted / measured).ln().abs())
        }
        (Value::Text(_), Value::Number(_)) | (Value::Number(_), Value::Text(_)) => Verdict::Same(false),
    }
}

/// What a program has printed, without the marks that Python 2 puts around a tuple, and Python around strings in a list.
fn bare(text: &str) -> String {
    text.chars().filter(|char| !"()[]'\",".contains(*char)).collect::<String>().trim().to_owned()
}

/// The middle one; of an even number of values the mean of the two in the middle. None of none.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 1 { upper } else { f64::midpoint(values[middle - 1], upper) })
}
