//! What the comments of a script in `tests/verdicts/` or `tests/bugs/` say of it.

use concsim::base::span::Source;
use concsim::syntax::ast::Literal;
use serde_json::{Map, Value};

/// All keys that a header line may have.
const KEYS: [&str; 8] = ["row", "args", "long", "verdict", "finding", "least", "final", "finals"];

/// What is to come of a script.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expected {
    /// `ok` or `violation`.
    pub(crate) verdict: String,
    /// `deadlock cycle`: kinds with their causes.
    pub(crate) findings: Vec<String>,
    /// The least that shows a kind.
    pub(crate) least: Vec<Least>,
    /// What ends have to offer: some of outcome, output and shared variables.
    pub(crate) finals: Vec<Map<String, Value>>,
    /// How many ends there are.
    pub(crate) count: Option<usize>,
}

/// `# least: deadlock: 1 preemptions, 2 steps`
#[derive(Clone, Debug)]
pub(crate) struct Least {
    pub(crate) kind: String,
    pub(crate) preemptions: u64,
    pub(crate) steps: u64,
}

/// One exploration of a script.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    /// What is said on the command line.
    pub(crate) args: String,
    pub(crate) set: Vec<(String, Literal)>,
    pub(crate) first: bool,
    /// It takes too long for a debug build.
    pub(crate) long: bool,
    pub(crate) expected: Expected,
}

/// The explorations that a script asks for: one for each `# args:` or `# long:`. What stands behind `# verdict:`
/// is said of all of them, what stands before it of the last one.
pub(crate) fn trials(script: &Source) -> Vec<Trial> {
    let mut trials: Vec<Trial> = Vec::new();
    let mut all = Expected::default();
    let mut is_said_of_all = false;
    for (key, text) in header(script) {
        match key {
            "row" => {}
            "args" | "long" => trials.push(trial(text, key == "long")),
            "verdict" => {
                is_said_of_all = true;
                text.clone_into(&mut all.verdict);
            }
            _ => {
                let last = trials.last_mut().map(|trial| &mut trial.expected);
                let to = last.filter(|_| !is_said_of_all).unwrap_or(&mut all);
                say(to, key, text);
            }
        }
    }
    assert!(!all.verdict.is_empty(), "{} has no `# verdict:`", script.name);
    if trials.is_empty() {
        trials.push(trial("", false));
    }
    for trial in &mut trials {
        let own = std::mem::take(&mut trial.expected);
        trial.expected = Expected {
            verdict: all.verdict.clone(),
            findings: [all.findings.clone(), own.findings].concat(),
            least: [all.least.clone(), own.least].concat(),
            finals: [all.finals.clone(), own.finals].concat(),
            count: own.count.or(all.count),
        };
    }
    trials
}

/// Key and text of each line of the comment on top that has one.
fn header(script: &Source) -> Vec<(&str, &str)> {
    let lines = script.text.lines().map_while(|line| line.strip_prefix("# "));
    let split = lines.filter_map(|line| line.split_once(": "));
    let keyed = split.filter(|(key, _)| !key.contains(' '));
    let known: Vec<(&str, &str)> = keyed.collect();
    for (key, _) in &known {
        assert!(KEYS.contains(key), "{}: `# {key}:` means nothing: the keys are {KEYS:?}", script.name);
    }
    known
}

fn trial(args: &str, long: bool) -> Trial {
    let (mut set, mut first) = (Vec::new(), false);
    let mut words = args.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "--first" => first = true,
            "--set" => {
                let (name, value) =
                    words.next().and_then(|text| text.split_once('=')).expect("--set NAME=VALUE");
                set.push((name.to_owned(), Literal::Int(value.parse().expect("a number"))));
            }
            other => panic!("verdicts know no option {other}"),
        }
    }
    Trial { args: args.to_owned(), set, first, long, expected: Expected::default() }
}

fn say(of: &mut Expected, key: &str, text: &str) {
    match key {
        "finding" => of.findings.push(text.to_owned()),
        "final" => of.finals.push(serde_json::from_str(text).expect("`# final:` is a JSON object")),
        "finals" => of.count = Some(text.parse().expect("`# finals:` is a number")),
        "least" => of.least.push(least(text)),
        other => unreachable!("{other} is no key"),
    }
}

fn least(text: &str) -> Least {
    let parts = text.split_once(": ").and_then(|(kind, rest)| Some((kind, rest.split_once(", ")?)));
    let (kind, (preemptions, steps)) = parts.expect("`# least: KIND: N preemptions, N steps`");
    let number = |text: &str, unit: &str| {
        text.strip_suffix(unit).and_then(|number| number.trim().parse().ok()).expect(unit)
    };
    Least {
        kind: kind.to_owned(),
        preemptions: number(preemptions, "preemptions"),
        steps: number(steps, "steps"),
    }
}
