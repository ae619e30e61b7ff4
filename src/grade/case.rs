//! A submission as it is tried: its own text without what does not count, with what the rubric asks as properties below.
//!
//! What does not count is written over with blanks, so that every place of the script stays where it is.

use crate::analysis::translate;
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::span::{Source, Span};
use crate::base::suggest::nearest;
use crate::grade::rubric::kind::{At, Kind};
use crate::grade::rubric::{Check, Named, Rubric};
use crate::ir::program::Program;
use crate::ir::terms::Terms;
use crate::syntax::ast::{Item, Literal, Param, PropertyKind, Script};
use crate::syntax::print;

/// The script that students begin with.
#[derive(Debug)]
pub struct Starter {
    /// Its text.
    pub source: Source,
    /// Its tree.
    pub script: Script,
}

impl Starter {
    /// The one of that text.
    ///
    /// # Errors
    ///
    /// Its mistakes.
    pub fn new(source: Source) -> Result<Self, (Source, Vec<Diagnostic>)> {
        let analysis = translate(&source, &[]);
        let errors: Vec<Diagnostic> =
            analysis.diagnostics.into_iter().filter(|found| found.severity == Severity::Error).collect();
        if errors.is_empty() { Ok(Self { source, script: analysis.script }) } else { Err((source, errors)) }
    }
}

/// What a rubric says of params that the starter script does not have.
#[must_use]
pub fn unknown_params(rubric: &Rubric, starter: &Starter) -> Vec<Diagnostic> {
    let known: Vec<&str> = params(&starter.script).map(|param| &*param.name.text).collect();
    let unknown = rubric.run.params.iter().filter(|named| !known.contains(&&*named.text));
    let told = |named: &Named| {
        let message = format!("the starter script has no param `{}`", named.text);
        let found = Diagnostic::error("", named.span, message);
        match nearest(&named.text, known.iter().copied()) {
            Some(meant) => found.with_help(format!("did you mean `{meant}`?")),
            None => found.with_help("a submission without it would fail all checks that try it"),
        }
    };
    unknown.map(told).collect()
}

/// What a property of a case is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Where it does not hold, the check fails.
    Claim,
    /// Where it does not hold, the check passes.
    Goal,
    /// Where it does not hold, something happens of which the check speaks.
    Activity,
}

/// A property of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// The check, by its place in the rubric.
    pub(super) check: usize,
    pub(super) role: Role,
    /// The item: `finally a + b == 200`
    text: String,
}

/// A script with one set of params.
#[derive(Debug)]
pub(super) struct Case {
    /// Values that params have.
    pub(super) params: Vec<(String, Literal)>,
    /// Those that the script's author did not choose, as `name=value`.
    pub(super) shown: Vec<String>,
    /// The text that is tried.
    pub(super) source: Source,
    pub(super) program: Program,
    /// The properties of the program.
    pub(super) asked: Vec<Asked>,
    /// Checks that can't be put to this script, and why not.
    pub(super) absent: Vec<(usize, String)>,
}

impl Case {
    /// The properties with that role of a check, as they stand in the text.
    pub(super) fn spans(&self, check: usize, role: Role) -> Vec<Span> {
        let of = self.asked.iter().zip(&self.program.properties);
        of.filter(|(asked, _)| asked.check == check && asked.role == role)
            .map(|(_, property)| property.span)
            .collect()
    }
}

/// The script without what does not count, and a sentence on each thing that does not.
pub(super) fn stripped(source: &Source, script: &Script) -> (String, Vec<String>) {
    let mut bytes = source.text.clone().into_bytes();
    let mut ignored = Vec::new();
    for item in &script.items {
        let (span, what) = match item {
            Item::Machine(machine) => (
                machine.span,
                "the `machine` block does not count: the rubric says what scripts run on".to_owned(),
            ),
            Item::Property(property) => {
                let text = match &property.kind {
                    PropertyKind::Invariant(expr) => format!("invariant {}", print::expression(expr)),
                    PropertyKind::Finally(expr) => format!("finally {}", print::expression(expr)),
                    PropertyKind::Expect(name) => format!("expect {}", name.text),
                };
                (property.span, format!("`{text}` does not count: the rubric says what is asked"))
            }
            Item::Param(_) | Item::Objects(_) | Item::Shared(_) | Item::Function(_) | Item::Main(_) => {
                continue;
            }
        };
        for byte in &mut bytes[span.range()] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        ignored.push(format!("line {}: {what}", source.line(span)));
    }
    (String::from_utf8(bytes).expect("whole items are written over"), ignored)
}

/// A sentence on each param whose own value does not count.
pub(super) fn params_ignored(
    source: &Source,
    script: &Script,
    starter: Option<&Starter>,
    rubric: &Rubric,
) -> Vec<String> {
    let sentence = |param: &Param| {
        let values: Vec<Literal> = rubric
            .run
            .sets
            .iter()
            .map(|set| {
                value_of(&param.name.text, set, starter).cloned().unwrap_or_else(|| param.value.clone())
            })
            .collect();
        if values.contains(&param.value) {
            return None;
        }
        // Which values those are is no affair of whoever is graded.
        Some(format!(
            "line {}: `param {} = {}` does not count: the rubric sets it",
            source.line(param.name.span),
            param.name.text,
            print::literal(&param.value)
        ))
    };
    params(script).filter_map(sentence).collect()
}

fn params(script: &Script) -> impl Iterator<Item = &Param> {
    script.items.iter().filter_map(|item| if let Item::Param(param) = item { Some(param) } else { None })
}

/// The value that a param gets from outside, if it gets one.
fn value_of<'a>(
    name: &str,
    set: &'a [(String, Literal)],
    starter: Option<&'a Starter>,
) -> Option<&'a Literal> {
    let of_set = set.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let of_starter = || {
        let param = params(&starter?.script).find(|param| param.name.text == name)?;
        Some(&param.value)
    };
    of_set.or_else(of_starter)
}

/// What a rubric asks of all schedules of a script, as items of a script.
pub(super) fn asked(checks: &[Check], wanted: &[bool]) -> Vec<Asked> {
    let mut all = Vec::new();
    for (check, Check { kind, .. }) in checks.iter().enumerate().filter(|(check, _)| wanted[*check]) {
        let mut ask = |role, text: String| all.push(Asked { check, role, text });
        match kind {
            Kind::Final(expr) => ask(Role::Claim, format!("finally {expr}")),
            Kind::Always(expr) => ask(Role::Claim, format!("invariant {expr}")),
            Kind::Never(expr) => ask(Role::Claim, format!("invariant not ({expr})")),
            Kind::Reachable { expr, at: At::End } => ask(Role::Goal, format!("finally not ({expr})")),
            Kind::Reachable { expr, at: At::Any } => ask(Role::Goal, format!("invariant not ({expr})")),
            Kind::Exclusive { region, most } => {
                ask(Role::Claim, format!("invariant inside({region}) <= {most}"));
                ask(Role::Activity, format!("invariant inside({region}) < 1"));
            }
            Kind::NoDeadlock
            | Kind::NoRace
            | Kind::NoLivelock
            | Kind::NoException
            | Kind::AllUnitsEnd
            | Kind::Uses(_)
            | Kind::Forbids(_)
            | Kind::NoAtomic
            | Kind::Makespan { .. }
            | Kind::Speedup { .. } => {}
        }
    }
    all
}

/// What a case is made of.
pub(super) struct Parts<'a> {
    /// The submission.
    pub(super) source: &'a Source,
    pub(super) script: &'a Script,
    /// Its text without what does not count.
    pub(super) stripped: &'a str,
    pub(super) starter: Option<&'a Starter>,
    /// What the rubric asks of it.
    pub(super) asked: &'a [Asked],
    /// What the rubric's runtime makes of a `spawn`.
    pub(super) terms: Terms,
}

/// The script with one set of params; or why there is no such case, in a sentence.
pub(super) fn case(parts: &Parts<'_>, set: &[(String, Literal)]) -> Result<Case, String> {
    let declares = |name: &str| params(parts.script).any(|param| param.name.text == name);
    if let Some((name, value)) = set.iter().find(|(name, _)| !declares(name)) {
        let value = print::literal(value);
        return Err(format!("the script has no param `{name}`, and the rubric sets it to {value}"));
    }
    let mut given = Vec::new();
    let mut shown = Vec::new();
    for param in params(parts.script) {
        let name = &param.name.text;
        if let Some(value) = value_of(name, set, parts.starter) {
            if *value != param.value {
                shown.push(format!("{name}={}", print::literal(value)));
            }
            given.push((name.clone(), value.clone()));
        }
    }
    let mut left = parts.asked.to_vec();
    let mut absent: Vec<(usize, String)> = Vec::new();
    loop {
        let (source, lines) = with_properties(parts, &left);
        let analysis = translate(&source, &given);
        if let Some(mut program) = analysis.program {
            program.terms = parts.terms;
            return Ok(Case { params: given, shown, source, program, asked: left, absent });
        }
        let errors = analysis.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        let own = lines.first().map_or(u32::MAX, |line| line.start);
        let (of_rubric, of_script): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
            errors.partition(|error| error.primary.span.start >= own);
        if let Some(error) = of_script.first() {
            let line = parts.source.line(error.primary.span);
            return Err(format!("line {line}: {}", error.message));
        }
        let found = of_rubric.first().and_then(|error| {
            let at = error.primary.span.start;
            let line = lines.iter().position(|line| (line.start..=line.end).contains(&at))?;
            Some((left[line].check, error.message.clone()))
        });
        // What this version of concsim does not run is no error, and the submission was found to be without.
        let Some((check, why)) = found else { return Err("the script can't be run".to_owned()) };
        left.retain(|asked| asked.check != check);
        absent.push((check, why));
    }
}

/// The text with the properties below, and where these stand.
fn with_properties(parts: &Parts<'_>, asked: &[Asked]) -> (Source, Vec<Span>) {
    let mut text = parts.stripped.to_owned();
    let mut lines = Vec::new();
    for asked in asked {
        text.push('\n');
        let start = text.len();
        text.push_str(&asked.text);
        lines.push(Span::new(start, text.len()));
    }
    text.push('\n');
    (Source::new(parts.source.name.clone(), text), lines)
}
