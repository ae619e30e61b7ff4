//! What the model does not follow, with the reasons: `fidelity/limits.toml`.

use serde::Deserialize;

use crate::orders::Order;
use crate::score::Scored;

/// Something that the model does not follow.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limit {
    pub(crate) name: String,
    /// What was measured, what the model has instead, and why; stands in `docs/fidelity.md`.
    #[serde(rename = "why")]
    _why: String,
    cells: Vec<Pattern>,
}

/// Which cells a limit is about: `EXPERIMENT [RUNTIME] [METRIC] [PARAMETER=VALUE …]`.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "String")]
struct Pattern {
    experiment: String,
    runtime: Option<String>,
    metric: Option<String>,
    /// With `_` for spaces.
    params: Vec<(String, String)>,
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        let mut words = text.split_whitespace().map(str::to_owned);
        let mut pattern = Self { experiment: words.next().unwrap_or_default(), ..Self::default() };
        for word in words {
            match word.split_once('=') {
                Some((name, value)) => pattern.params.push((name.to_owned(), value.to_owned())),
                None if ["cpython-", "pypy-"].iter().any(|family| word.starts_with(family)) => {
                    pattern.runtime = Some(word);
                }
                None => pattern.metric = Some(word),
            }
        }
        pattern
    }
}

impl Pattern {
    fn covers(&self, one: &Scored<'_>) -> bool {
        let cell = one.cell;
        let has = |(name, value): &(String, String)| {
            cell.params.get(name).is_some_and(|param| param.text().replace(' ', "_") == *value)
        };
        self.experiment == cell.experiment
            && self.runtime.as_ref().is_none_or(|runtime| *runtime == one.runtime)
            && self.metric.as_ref().is_none_or(|metric| *metric == cell.metric)
            && self.params.iter().all(has)
    }
}

impl Limit {
    pub(crate) fn explains(&self, one: &Scored<'_>) -> bool {
        self.cells.iter().any(|pattern| pattern.covers(one))
    }

    pub(crate) fn explains_order(&self, order: &Order<'_>) -> bool {
        self.explains(order.less) || self.explains(order.more)
    }
}

/// All of them, in the order of the file.
pub(crate) fn limits(text: &str) -> Result<Vec<Limit>, String> {
    #[derive(Deserialize)]
    struct Limits {
        limit: Vec<Limit>,
    }
    toml::from_str::<Limits>(text).map(|limits| limits.limit).map_err(|error| error.to_string())
}
