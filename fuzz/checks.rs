//! What must hold of any text that is given to concsim, one function a fuzz target.
//!
//! The targets in `fuzz/targets/` try it on texts that nobody has thought of, and `tests/corpus.rs` on those
//! that are kept. Each function panics if its claim is broken.

#[path = "../tests/pipeline/mod.rs"]
mod pipeline;

use std::collections::BTreeSet;
use std::io::sink;

use concsim::analysis::analyse;
use concsim::base::diagnostic::{Certainty, Diagnostic, Severity};
use concsim::base::mend::apply;
use concsim::base::span::Source;
use concsim::compare::compare;
use concsim::export::compare::Look;
use concsim::export::compare::text::text as comparison;
use concsim::ir::check::{DIAGNOSTICS_MAX, check as check_meaning};
use concsim::syntax::ast::{Script, UnitKind};
use concsim::syntax::format::format;
use concsim::syntax::parse::{ERRORS_MAX, parse};
use concsim::syntax::print;
use concsim::syntax::token;
use concsim::trace::event::Detail;
use concsim::trace::recorded::Recorded;
use concsim::trace::shown::{self, Shown};
use concsim::trace::text::TextTrace;

use pipeline::{Given, prepare};

/// Panics if what is claimed does not hold of a text.
type Claim = fn(&str);

/// Every target with its claim.
pub(crate) const TARGETS: &[(&str, Claim)] = &[
    ("tokens", tokens),
    ("parser", parser),
    ("checker", checker),
    ("lowering", lowering),
    ("formatter", formatter),
    ("fixes", fixes),
    ("traces", traces),
];

/// How many operations a script may execute: enough to get everywhere, and few enough to try many scripts.
const EVENTS_MAX: u64 = 2_000;

/// Checks the claim of that target on bytes from anywhere. False if they are no text.
pub(crate) fn check(target: &str, bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let (_, claim) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target has a claim");
    claim(text);
    true
}

/// Tokens tile any text: none is empty, none overlaps the next, and there is nothing between them.
fn tokens(text: &str) {
    let mut end = 0;
    for token in token::tokens(text) {
        assert_eq!(token.span.start, end, "a token begins where the one before it ends");
        assert!(token.span.end > end, "no token is empty");
        assert!(text.get(token.span.range()).is_some(), "a token is whole characters");
        end = token.span.end;
    }
    assert_eq!(end as usize, text.len(), "the last token ends with the text");
}

/// Any text is read or refused; what is read is printed as a script that is read as the same.
fn parser(text: &str) {
    let source = Source::new("fuzz.conc", text);
    let parsed = parse(&source);
    assert!(parsed.errors.len() <= ERRORS_MAX, "few errors are told at once");
    check_diagnostics(text, &parsed.errors);
    let Ok(script) = parsed.whole() else { return };
    let printed = print::script(&script);
    let again = parse(&Source::new("fuzz.conc", printed.as_str()));
    assert!(again.errors.is_empty(), "what is printed is a script:\n{printed}\n{:?}", again.errors);
    assert_eq!(shape(&again.script), shape(&script), "it is the same script:\n{printed}");
    assert_eq!(print::script(&again.script), printed, "printing comes to an end");
}

/// What can be read is checked, always with the same result.
fn checker(text: &str) {
    let parsed = parse(&Source::new("fuzz.conc", text));
    let diagnostics = check_meaning(&parsed.script, &parsed.lost.words, UnitKind::Thread);
    let errors = diagnostics.iter().filter(|found| found.severity == Severity::Error);
    assert!(errors.count() <= DIAGNOSTICS_MAX, "few errors are told at once");
    check_diagnostics(text, &diagnostics);
    let again = check_meaning(&parsed.script, &parsed.lost.words, UnitKind::Thread);
    assert_eq!(again, diagnostics, "the same script has the same mistakes");
}

/// A script without a mistake has code that can be shown, and runs, always in the same way.
fn lowering(text: &str) {
    let source = Source::new("fuzz.conc", text);
    let analysis = analyse(&source, &[]);
    check_diagnostics(text, &analysis.diagnostics);
    let Some(program) = analysis.program else { return };
    assert!(!program.to_string().is_empty(), "code has a text");
    let Ok(ready) = prepare(&source, &Given { max_events: EVENTS_MAX, ..Given::NOTHING }) else { return };
    let mut trace = TextTrace::new(sink(), Detail::Sched, &[] as &[&str]);
    let report = ready.run(&mut trace);
    let mut trace = TextTrace::new(sink(), Detail::Sync, &[] as &[&str]);
    let again = ready.run(&mut trace);
    assert_eq!(format!("{report:?}"), format!("{again:?}"), "the same run comes to the same");
}

/// What can be read is laid out as a script that is read as the same, with all its comments, and that stays as it is
/// when it is laid out again; what can't be read is refused.
fn formatter(text: &str) {
    let source = Source::new("fuzz.conc", text);
    let parsed = parse(&source);
    let formatted = match format(&source) {
        Ok(formatted) => formatted,
        Err(errors) => {
            assert!(!errors.is_empty() && !parsed.errors.is_empty(), "only what can't be read is refused");
            return check_diagnostics(text, &errors);
        }
    };
    let again = Source::new("fuzz.conc", formatted.as_str());
    let read = parse(&again);
    assert!(read.errors.is_empty(), "what is laid out is a script:\n{formatted}\n{:?}", read.errors);
    // `is` is laid out as `==`, which it means.
    let meaning =
        |script| shape(script).replace("op: IsNot,", "op: NotEqual,").replace("op: Is,", "op: Equal,");
    assert_eq!(meaning(&read.script), meaning(&parsed.script), "it is the same script:\n{formatted}");
    assert_eq!(comments(&formatted), comments(text), "it has the same comments:\n{formatted}");
    assert_eq!(format(&again).as_ref(), Ok(&formatted), "it is laid out already");
}

/// The comments in order, without the blanks at their ends.
fn comments(text: &str) -> Vec<&str> {
    let comments = token::tokens(text).filter(|token| token.kind == token::TokenKind::Comment);
    comments.map(|token| text[token.span.range()].trim_end()).collect()
}

/// To apply what is surely meant comes to an end.
fn fixes(text: &str) {
    let mut text = text.to_owned();
    let mut seen = BTreeSet::new();
    // Each round mends something of what is told at once.
    for _ in 0..=text.len() {
        let diagnostics = analyse(&Source::new("fuzz.conc", text.as_str()), &[]).diagnostics;
        let sure = diagnostics.iter().filter_map(|found| found.fix.as_ref());
        let mended = apply(&text, sure.filter(|fix| fix.certainty == Certainty::Sure));
        if mended == text {
            return;
        }
        assert!(seen.insert(std::mem::replace(&mut text, mended)), "no mend undoes another:\n{text}");
    }
    panic!("there is always something more to mend:\n{text}");
}

/// Any text is read as a trace or refused with its line; what is read is written as a trace that is read as the same, that
/// does not differ from itself, and that can be shown.
fn traces(text: &str) {
    let recorded = match Recorded::read(text) {
        Ok(recorded) => recorded,
        Err(error) => {
            assert!(
                (1..=text.lines().count().max(1)).contains(&error.line),
                "it is one of the lines: {error}"
            );
            assert!(!error.problem.help().is_empty(), "there is a way out");
            return;
        }
    };
    let written = recorded.written();
    let again = Recorded::read(&written)
        .unwrap_or_else(|error| panic!("what is written is read: {error}\n{written}"));
    assert_eq!(again.written(), written, "writing comes to an end");
    assert_eq!(again.events, recorded.events, "it is the same trace:\n{written}");
    let found = compare(&recorded, &again);
    assert!(found.is_same(), "it does not differ from itself: {found:?}");
    assert!(comparison(&found, ["a", "b"], Look::PLAIN).is_empty(), "so there is nothing to say");
    let cores = shown::cores(&recorded);
    let shown =
        Shown { recorded: &recorded, relative: false, by_unit: true, cores, lines: None, colour: false };
    assert!(shown.text().lines().count() > recorded.events.len(), "each event has a line");
    let coarse = compare(&recorded, &recorded.clone().at_detail(Detail::Sync));
    assert!(coarse.is_same(), "nor from what a coarser trace shows of it: {coarse:?}");
}

/// Diagnostics stand in the order of the text, and each points at whole characters of it.
fn check_diagnostics(text: &str, diagnostics: &[Diagnostic]) {
    assert!(diagnostics.is_sorted_by_key(|found| found.primary.span), "they stand in order");
    for found in diagnostics {
        assert!(!found.message.is_empty(), "it says something: {found:?}");
        for label in found.labels.iter().chain([&found.primary]) {
            assert!(text.get(label.span.range()).is_some(), "it points into the text: {found:?}");
        }
        let mut end = 0;
        for edit in found.fix.iter().flat_map(|fix| &fix.edits) {
            assert!(text.get(edit.span.range()).is_some(), "it changes the text: {found:?}");
            assert!(edit.span.start >= end, "no change overlaps another: {found:?}");
            end = edit.span.end;
        }
    }
}

/// The tree as text, without places.
fn shape(script: &Script) -> String {
    let whole = format!("{script:?}");
    let mut parts = whole.split("Span { ");
    let mut shape = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        shape.push_str(part.split_once('}').map_or(part, |(_, rest)| rest));
    }
    shape
}
