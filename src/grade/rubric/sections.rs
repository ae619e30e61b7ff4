//! The tables of a rubric beside its checks: `[run]`, `[limits]` and `[[solution]]`.

use toml::de::DeValue;

use crate::base::time::SimDuration;
use crate::grade::points::Points;
use crate::grade::result::Verdict;
use crate::grade::rubric::read::{Draft, unknown_check};
use crate::grade::rubric::table::{Mistakes, Table, Value};
use crate::grade::rubric::{Conditions, Limits, Named, SETS_MAX, Solution};
use crate::machine::error::Problem;
use crate::machine::{find_runtime, machine};
use crate::syntax::ast::Literal;
use crate::syntax::literal::number;
use crate::syntax::token::{TokenKind, tokens};

/// States of an exploration if the rubric says nothing.
const STATES: u64 = 200_000;

/// Bytes of an exploration if the rubric says nothing.
const MEMORY: u64 = 256 << 20;

/// Random schedules if the rubric says nothing.
const RUNS: u64 = 20;

/// What a script may take if the rubric says nothing.
const LIMITS: Limits = Limits {
    events: 1_000_000,
    units: 256,
    memory: 64 << 20,
    output: 64 << 10,
    source: 64 << 10,
    time: SimDuration(600_000_000_000),
};

/// Bytes that a script may have at the most, whatever the rubric says.
pub(super) const SOURCE_MAX: u64 = 1 << 20;

const VERDICTS: [(&str, Verdict); 4] = [
    ("passed", Verdict::Passed),
    ("failed", Verdict::Failed),
    ("inconclusive", Verdict::Inconclusive),
    ("skipped", Verdict::Skipped),
];

/// What `[run]` says.
pub(super) fn run(value: Option<Value<'_>>, mistakes: &mut Mistakes) -> Option<Conditions> {
    let mut conditions = Conditions {
        runtime: None,
        machine: None,
        cores: vec![4],
        seed: 0,
        max_states: STATES,
        max_memory: MEMORY,
        sets: vec![Vec::new()],
        params: Vec::new(),
        runs: RUNS,
    };
    let Some(value) = value else { return Some(conditions) };
    let mut table = value.table("run", "the table `run`", mistakes)?;
    let wrong = mistakes.0.len();
    conditions.runtime = table.take("runtime").and_then(|value| runtime(value, mistakes));
    conditions.machine = table.take("machine").and_then(|value| known_machine(value, mistakes));
    if let Some(value) = table.take("cores") {
        conditions.cores = cores(value, mistakes);
    }
    if let Some(value) = table.take("seed") {
        conditions.seed = value.whole("seed", 0..=u64::MAX, mistakes).unwrap_or(0);
    }
    if let Some(value) = table.take("runs") {
        conditions.runs = value.whole("runs", 0..=10_000, mistakes).unwrap_or(RUNS);
    }
    if let Some(value) = table.take("explore") {
        explore(value, &mut conditions, mistakes);
    }
    if let Some(value) = table.take("params") {
        conditions.sets = sets(value, &mut conditions.params, mistakes);
    }
    table.finish(mistakes);
    (mistakes.0.len() == wrong).then_some(conditions)
}

fn runtime(value: Value<'_>, mistakes: &mut Mistakes) -> Option<Named> {
    let named = value.named("runtime", "the name of a runtime such as \"cpython-3.14\"", mistakes)?;
    match find_runtime(&named.text) {
        Ok(_) => Some(named),
        Err(problem) => {
            refuse(value, &problem, mistakes);
            None
        }
    }
}

/// A machine file is read later, by whoever may open files.
fn known_machine(value: Value<'_>, mistakes: &mut Mistakes) -> Option<Named> {
    let named = value.named("machine", "the name of a machine, or a machine file", mistakes)?;
    let is_file = named.text.ends_with(".toml");
    if !is_file && machine(&named.text).is_none() {
        if let Err(problem) = crate::machine::find_machine(&named.text) {
            refuse(value, &problem, mistakes);
        }
        return None;
    }
    Some(named)
}

fn refuse(value: Value<'_>, problem: &Problem, mistakes: &mut Mistakes) {
    match problem.help() {
        Some(help) => mistakes.add_with_help(value.span, problem.to_string(), help),
        None => mistakes.add(value.span, problem.to_string()),
    }
}

fn cores(value: Value<'_>, mistakes: &mut Mistakes) -> Vec<u32> {
    let entries = value.one_or_many();
    if entries.is_empty() || entries.len() > SETS_MAX {
        mistakes.add(value.span, format!("`cores` takes a number, or a list of up to {SETS_MAX}"));
    }
    let numbers = entries.into_iter().filter_map(|entry| entry.whole("cores", 1..=1024, mistakes));
    numbers.filter_map(|number| u32::try_from(number).ok()).collect()
}

fn explore(value: Value<'_>, conditions: &mut Conditions, mistakes: &mut Mistakes) {
    let Some(mut table) = value.table("explore", "the table `explore`", mistakes) else { return };
    if let Some(value) = table.take("max_states") {
        let states = value.whole("max_states", 1..=1_000_000_000, mistakes);
        conditions.max_states = states.unwrap_or(STATES);
    }
    if let Some(value) = table.take("max_memory") {
        conditions.max_memory = value.size("max_memory", mistakes).unwrap_or(MEMORY);
    }
    table.finish(mistakes);
}

fn sets(value: Value<'_>, params: &mut Vec<Named>, mistakes: &mut Mistakes) -> Vec<Vec<(String, Literal)>> {
    let entries = value.list("params", "a list of tables such as [{}, { n = 7 }]", mistakes);
    let entries = entries.unwrap_or_default();
    if entries.is_empty() || entries.len() > SETS_MAX {
        mistakes.add(value.span, format!("`params` takes from 1 to {SETS_MAX} tables"));
    }
    entries.into_iter().filter_map(|entry| set(entry, params, mistakes)).collect()
}

fn set(value: Value<'_>, params: &mut Vec<Named>, mistakes: &mut Mistakes) -> Option<Vec<(String, Literal)>> {
    let table = value.table("params", "a set of params", mistakes)?;
    let mut set = Vec::new();
    for (name, span, value) in table.entries() {
        params.push(Named { text: name.to_owned(), span });
        if let Some(literal) = literal(name, value, mistakes) {
            set.push((name.to_owned(), literal));
        }
    }
    Some(set)
}

/// A param's value: what reads as a duration or a size is one, as on the command line.
fn literal(name: &str, value: Value<'_>, mistakes: &mut Mistakes) -> Option<Literal> {
    match value.raw() {
        DeValue::Boolean(truth) => Some(Literal::Bool(*truth)),
        DeValue::Integer(integer) => {
            let number = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
            if number.is_none() {
                mistakes.add(value.span, format!("the value of `{name}` does not fit in 64 bits"));
            }
            number.map(Literal::Int)
        }
        DeValue::String(text) => Some(quantity(text).unwrap_or_else(|| Literal::Str(text.to_string()))),
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
            let takes = "a whole number, true, false, or a text; a duration is one such as \"1.5ms\"";
            mistakes.add(value.span, format!("the param `{name}` takes {takes}"));
            None
        }
    }
}

fn quantity(text: &str) -> Option<Literal> {
    let mut words = tokens(text);
    let (word, rest) = (words.next()?, words.next());
    let is_quantity = matches!(word.kind, TokenKind::Duration | TokenKind::Size);
    if is_quantity && rest.is_none() { number(text).ok()?.literal(false) } else { None }
}

/// What `[limits]` says.
pub(super) fn limits(value: Option<Value<'_>>, mistakes: &mut Mistakes) -> Option<Limits> {
    let mut limits = LIMITS;
    let Some(value) = value else { return Some(limits) };
    let mut table = value.table("limits", "the table `limits`", mistakes)?;
    let wrong = mistakes.0.len();
    let mut count = |key, into: &mut u64, most, mistakes: &mut Mistakes| {
        if let Some(value) = table.take(key) {
            *into = value.whole(key, 1..=most, mistakes).unwrap_or(*into);
        }
    };
    count("events", &mut limits.events, 1_000_000_000, mistakes);
    count("units", &mut limits.units, 100_000, mistakes);
    size(&mut table, "memory", &mut limits.memory, mistakes);
    size(&mut table, "output", &mut limits.output, mistakes);
    if let Some(value) = table.take("source") {
        limits.source = value.size("source", mistakes).unwrap_or(limits.source);
        if limits.source > SOURCE_MAX {
            mistakes.add(value.span, "`source` is 1MiB at the most, which is what concsim reads");
        }
    }
    if let Some(value) = table.take("time") {
        limits.time = value.duration("time", mistakes).map_or(limits.time, SimDuration);
    }
    table.finish(mistakes);
    (mistakes.0.len() == wrong).then_some(limits)
}

fn size(table: &mut Table<'_>, key: &'static str, into: &mut u64, mistakes: &mut Mistakes) {
    if let Some(value) = table.take(key) {
        *into = value.size(key, mistakes).unwrap_or(*into);
    }
}

/// What `[[solution]]` says.
pub(super) fn solutions(
    value: Option<Value<'_>>,
    drafts: &[Draft],
    points: Points,
    mistakes: &mut Mistakes,
) -> Vec<Solution> {
    let Some(value) = value else { return Vec::new() };
    let entries = value.list("solution", "a list of tables: write `[[solution]]`", mistakes);
    let solution = |entry: Value<'_>| {
        let table = entry.table("solution", "a solution", mistakes)?;
        solution(table, drafts, points, mistakes)
    };
    entries.into_iter().flatten().filter_map(solution).collect()
}

fn solution(
    mut table: Table<'_>,
    drafts: &[Draft],
    points: Points,
    mistakes: &mut Mistakes,
) -> Option<Solution> {
    let takes = "the file of a script";
    let span = table.span;
    let file = table.need("file", takes, mistakes).and_then(|value| value.named("file", takes, mistakes));
    let score = table.take("score").and_then(|value| {
        let score = value.points("score", mistakes)?;
        if score > points {
            mistakes.add(value.span, format!("no script can earn more than {points}"));
        }
        Some(score)
    });
    let mut checks = Vec::new();
    let expected = table.take("checks");
    if let Some(expected) = expected.and_then(|value| value.table("checks", "the table `checks`", mistakes)) {
        for (id, span, value) in expected.entries() {
            let named = Named { text: id.to_owned(), span };
            let at = drafts.iter().position(|draft| draft.id.text == id);
            let verdict = value.word(id, &VERDICTS, mistakes);
            match at {
                Some(at) => checks.extend(verdict.map(|verdict| (at, verdict))),
                None => unknown_check(&named, drafts, mistakes),
            }
        }
    }
    if score.is_none() && expected.is_none() && table.take("score").is_none() {
        let help = "give it a `score`, or `checks = { id = \"passed\" }`";
        mistakes.add_with_help(span, "nothing is expected of this solution", help);
    }
    table.finish(mistakes);
    Some(Solution { file: file?, score, checks })
}
