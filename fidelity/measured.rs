//! What was measured.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One measurement: a line of a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cell {
    /// The experiment's name, `A` to `M`, or that of a published table.
    pub(crate) experiment: String,
    /// The interpreter, such as `3.13.0`.
    pub(crate) interpreter: String,
    /// The machine of the model that stands for the one that was measured.
    #[serde(default = "default_machine")]
    pub(crate) machine: String,
    pub(crate) params: BTreeMap<String, Param>,
    /// What was measured; `a/b` is a quotient.
    pub(crate) metric: String,
    /// `ratio`, `s`, `per_s`, `KiB`, `fraction`, `count` or `name`.
    pub(crate) unit: String,
    /// How many repetitions there were.
    #[serde(default)]
    #[serde(rename = "runs")]
    _runs: u32,
    #[serde(default)]
    #[serde(rename = "foreign_cores")]
    _foreign_cores: Option<f64>,
    pub(crate) median: Value,
    /// What was seen in the repetitions, if that has no order.
    #[serde(default)]
    #[serde(rename = "value")]
    _value: Option<Vec<Value>>,
    #[serde(default)]
    pub(crate) min: Option<Value>,
    #[serde(default)]
    pub(crate) max: Option<Value>,
    /// Where it was published.
    #[serde(default)]
    #[serde(rename = "source")]
    _source: Option<String>,
}

/// What a parameter of an experiment was.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(untagged)]
pub(crate) enum Param {
    Int(i64),
    Float(f64),
    Text(String),
}

impl Param {
    /// As it stands in a table and in the names of what twins print.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Int(number) => number.to_string(),
            Self::Float(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// A figure, measured or predicted.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(untagged)]
pub(crate) enum Value {
    /// In the unit of the cell.
    Number(f64),
    /// How something ended.
    Text(String),
}

impl Value {
    pub(crate) const fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(_) => None,
        }
    }
}

impl Cell {
    /// Whether the repetitions were too far apart, or the median is zero: then only the order counts.
    pub(crate) fn is_noisy(&self) -> bool {
        let number = |value: &Option<Value>| value.as_ref().and_then(Value::number);
        match (self.median.number(), number(&self.min), number(&self.max)) {
            (Some(median), Some(min), Some(max)) => median == 0.0 || (max - min) / median.abs() > 0.5,
            (Some(median), _, _) => median == 0.0,
            (None, _, _) => false,
        }
    }

    /// The smallest and the largest that was measured.
    pub(crate) fn range(&self) -> Option<(f64, f64)> {
        let median = self.median.number()?;
        let bound = |value: &Option<Value>| value.as_ref().and_then(Value::number).unwrap_or(median);
        Some((bound(&self.min), bound(&self.max)))
    }

    /// Its parameters, as they stand in a table.
    pub(crate) fn setting(&self) -> String {
        let params = self.params.iter().filter(|(name, _)| *name != "cores");
        let cores = self.params.get("cores").map(|cores| format!("cores={}", cores.text()));
        let params = params.map(|(name, value)| format!("{name}={}", value.text()));
        cores.into_iter().chain(params).collect::<Vec<_>>().join(" ")
    }
}

fn default_machine() -> String {
    "default".to_owned()
}

/// The measurements of a file.
pub(crate) fn read(text: &str) -> Result<Vec<Cell>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| format!("line {}: {error}", number + 1))
        })
        .collect()
}
