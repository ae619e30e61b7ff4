//! The runtimes and machines, for people and as `concsim.runtimes/1` and `concsim.machines/1`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::export::columns::wrapped;
use crate::machine::fact::Fact;
use crate::machine::profile::{Machine, Runtime};

/// A runtime or a machine.
#[derive(Clone, Debug)]
pub struct Profile {
    name: &'static str,
    summary: &'static str,
    /// The version of Python of a runtime.
    python: Option<String>,
    facts: Vec<Fact>,
}

impl From<&Runtime> for Profile {
    fn from(runtime: &Runtime) -> Self {
        let Runtime { name, summary, python, .. } = *runtime;
        Self { name, summary, python: Some(python.to_string()), facts: runtime.facts() }
    }
}

impl From<&Machine> for Profile {
    fn from(machine: &Machine) -> Self {
        let Machine { name, summary, .. } = *machine;
        Self { name, summary, python: None, facts: machine.facts() }
    }
}

/// One line for each, in lines of at most that width.
#[must_use]
pub fn list(profiles: &[Profile], width: usize) -> String {
    let names = profiles.iter().map(|profile| profile.name.len()).max().unwrap_or_default();
    let lines = profiles
        .iter()
        .flat_map(|profile| wrapped(&format!("{:names$}  ", profile.name), profile.summary, width));
    lines.map(|line| line + "\n").collect()
}

/// All that is known of one: a fact a paragraph, and where it comes from.
#[must_use]
pub fn page(profile: &Profile, width: usize) -> String {
    let mut lines = wrapped(&format!("{}  ", profile.name), profile.summary, width);
    lines.extend(profile.python.iter().map(|python| format!("the library of Python {python}")));
    let names = profile.facts.iter().map(|fact| fact.name.len()).max().unwrap_or_default();
    for fact in &profile.facts {
        lines.push(String::new());
        lines.push(format!("{:names$}  {}", fact.name, fact.told()));
        let label = format!("  {}: ", fact.evidence.word());
        lines.extend(wrapped(&label, fact.source, width));
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

/// All of them as one document.
///
/// # Panics
///
/// Never: it has text keys and texts only.
#[must_use]
pub fn document(schema: &'static str, of: &'static str, profiles: &[Profile]) -> String {
    let views: Vec<View<'_>> = profiles.iter().map(View::of).collect();
    let document = Document { schema, profiles: BTreeMap::from([(of, views)]) };
    serde_json::to_string_pretty(&document).expect("it has text keys and texts only") + "\n"
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    #[serde(flatten)]
    profiles: BTreeMap<&'static str, Vec<View<'a>>>,
}

#[derive(Serialize)]
struct View<'a> {
    name: &'a str,
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    python: Option<&'a str>,
    facts: Vec<FactView<'a>>,
}

impl<'a> View<'a> {
    fn of(profile: &'a Profile) -> Self {
        let fact = |fact: &'a Fact| FactView {
            name: fact.name,
            value: &fact.value,
            percent: fact.percent,
            evidence: fact.evidence.word(),
            source: fact.source,
        };
        Self {
            name: profile.name,
            summary: profile.summary,
            python: profile.python.as_deref(),
            facts: profile.facts.iter().map(fact).collect(),
        }
    }
}

#[derive(Serialize)]
struct FactView<'a> {
    name: &'a str,
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<u32>,
    evidence: &'static str,
    source: &'a str,
}
