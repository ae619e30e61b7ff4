//! Slips of the fingers: every script with one token deleted, doubled, changed or swapped.
//!
//! Of the mutants that are refused nearly all get one or two errors, the first of them within a line of
//! the edit (for a bracket, one of its labels may be at its partner). `snapshots/mutations.snap` has the shares and
//! the mutants that miss, so that neither changes unnoticed. To keep the test short, every kind of edit is
//! made at every [`STRIDE`]th token only, each kind at others.

#![expect(clippy::wildcard_enum_match_arm, reason = "few of many tokens are brackets")]

mod scripts;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use concsim::analysis::analyse;
use concsim::base::diagnostic::{Diagnostic, Severity};
use concsim::base::span::{Source, Span};
use concsim::syntax::token::{Token, TokenKind, tokens};

use scripts::scripts_in;

/// Every so many tokens are edited.
const STRIDE: usize = 4;
/// So many threads share the work.
const THREADS: usize = 4;

/// A way to change a script at one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Edit {
    Delete,
    Double,
    Change,
    Swap,
}

const EDITS: [Edit; 4] = [Edit::Delete, Edit::Double, Edit::Change, Edit::Swap];

/// A changed script, and where in it the change is.
struct Mutant {
    source: Source,
    edit: Edit,
    word: String,
    at: Span,
    /// The other half of a bracket, in the changed script.
    partner: Option<Span>,
}

/// Tokens of one kind can take each other's place.
fn class(kind: TokenKind) -> &'static [&'static str] {
    use TokenKind as T;
    match kind {
        T::Integer => &["0", "7", "42"],
        T::Duration => &["1ms", "5s"],
        T::Size => &["1KiB", "5B"],
        T::String => &["\"\"", "\"x\""],
        T::Name => &["x", "acquire", "thread"],
        T::LeftParen | T::LeftBracket | T::LeftBrace => &["(", "[", "{"],
        T::RightParen | T::RightBracket | T::RightBrace => &[")", "]", "}"],
        T::Comma | T::Colon | T::Semicolon | T::Dot | T::DotDot => &[",", ":", ".", ".."],
        T::Assign
        | T::PlusAssign
        | T::MinusAssign
        | T::StarAssign
        | T::SlashSlashAssign
        | T::PercentAssign => &["=", "+=", "*="],
        T::Equal | T::NotEqual | T::Less | T::LessEqual | T::Greater | T::GreaterEqual => &["==", "<", ">="],
        T::Plus | T::Minus | T::Star | T::SlashSlash | T::Percent => &["+", "-", "//"],
        kind if kind.is_keyword() => &["if", "with", "print", "return", "and", "True"],
        _ => &[],
    }
}

/// The scripts with one edit each.
fn mutants(script: &Source) -> Vec<Mutant> {
    let all: Vec<Token> = tokens(&script.text).collect();
    let solid: Vec<usize> = (0..all.len()).filter(|&index| !all[index].kind.is_trivia()).collect();
    let partners = partners(&all);
    let mut mutants = Vec::new();
    for (number, &index) in solid.iter().enumerate() {
        for (offset, edit) in EDITS.into_iter().enumerate() {
            if (number + offset).is_multiple_of(STRIDE) {
                let next = solid.get(number + 1).copied();
                mutants.extend(mutant(
                    script,
                    &all,
                    (index, next, partners.get(&index).copied()),
                    (edit, number),
                ));
            }
        }
    }
    mutants
}

fn partners(all: &[Token]) -> BTreeMap<usize, usize> {
    let mut partners = BTreeMap::new();
    let mut open = Vec::new();
    for (index, token) in all.iter().enumerate() {
        match token.kind {
            TokenKind::LeftParen | TokenKind::LeftBracket | TokenKind::LeftBrace => open.push(index),
            TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace => {
                let opened = open.pop().expect("the scripts are sound");
                partners.insert(index, opened);
                partners.insert(opened, index);
            }
            _ => {}
        }
    }
    partners
}

fn mutant(
    script: &Source,
    all: &[Token],
    (index, next, partner): (usize, Option<usize>, Option<usize>),
    (edit, number): (Edit, usize),
) -> Option<Mutant> {
    let word = |index: usize| &script.text[all[index].span.range()];
    let span = all[index].span;
    let (end, text) = match edit {
        Edit::Delete => (span.end, String::new()),
        Edit::Double => (span.end, format!("{0} {0}", word(index))),
        Edit::Change => {
            let class: Vec<&str> =
                class(all[index].kind).iter().copied().filter(|new| *new != word(index)).collect();
            (span.end, (*class.get(number % class.len().max(1))?).to_owned())
        }
        Edit::Swap => {
            let between = &script.text[span.end as usize..all[next?].span.start as usize];
            (all[next?].span.end, format!("{}{between}{}", word(next?), word(index)))
        }
    };
    let mut changed = script.text.clone();
    changed.replace_range(span.range().start..end as usize, &text);
    let moved = |place: u32| {
        if place < end {
            place
        } else {
            u32::try_from(place as usize + text.len() - (end - span.start) as usize)
                .expect("scripts are small")
        }
    };
    let partner = partner.map(|partner| all[partner].span);
    Some(Mutant {
        source: Source::new(script.name.clone(), changed),
        edit,
        word: word(index).to_owned(),
        at: Span::new(span.range().start, span.range().start + text.len()),
        partner: partner.map(|partner| Span { start: moved(partner.start), end: moved(partner.end) }),
    })
}

/// Whether a place is within a line of another.
fn is_near(source: &Source, found: Span, wanted: Span) -> bool {
    let line = |offset: u32| source.line(Span { start: offset, end: offset });
    (line(wanted.start).saturating_sub(1)..=line(wanted.end) + 1).contains(&line(found.start))
}

/// What is not as it should be with the errors of a mutant.
fn miss(mutant: &Mutant, errors: &[&Diagnostic]) -> Option<String> {
    let first = errors.first()?;
    let labels = || first.labels.iter().map(|label| label.span).chain([first.primary.span]);
    let near = is_near(&mutant.source, first.primary.span, mutant.at)
        || mutant.partner.is_some_and(|partner| {
            labels().any(|span| {
                is_near(&mutant.source, span, mutant.at) || is_near(&mutant.source, span, partner)
            })
        });
    let place = |span: Span| mutant.source.line(span);
    let codes: Vec<String> =
        errors.iter().map(|error| format!("{}@{}", error.code, place(error.primary.span))).collect();
    if !near {
        return Some(format!("far: {}", codes.join(" ")));
    }
    (errors.len() > 2).then(|| format!("many: {}", codes.join(" ")))
}

/// What became of the mutants of some scripts.
#[derive(Default)]
struct Tally {
    all: usize,
    refused: usize,
    far: usize,
    many: usize,
    misses: String,
}

impl Tally {
    fn of(script: &Source) -> Self {
        let mut tally = Self::default();
        for mutant in mutants(script) {
            tally.count(&mutant);
        }
        tally
    }

    fn count(&mut self, mutant: &Mutant) {
        let analysis = analyse(&mutant.source, &[]);
        let errors: Vec<&Diagnostic> =
            analysis.diagnostics.iter().filter(|found| found.severity == Severity::Error).collect();
        self.all += 1;
        self.refused += usize::from(!errors.is_empty());
        let Some(miss) = miss(mutant, &errors) else { return };
        if miss.starts_with("far") {
            self.far += 1;
        } else {
            self.many += 1;
        }
        let (source, word) = (&mutant.source, &mutant.word);
        let line = source.line(mutant.at);
        writeln!(self.misses, "{}:{line} {:?} {word:?}: {miss}", source.name, mutant.edit)
            .expect("text grows");
    }

    fn add(mut self, other: Self) -> Self {
        self.misses.push_str(&other.misses);
        let Self { all, refused, far, many, .. } = other;
        Self {
            all: self.all + all,
            refused: self.refused + refused,
            far: self.far + far,
            many: self.many + many,
            misses: self.misses,
        }
    }
}

/// The tallies of all scripts together; the scripts are shared among some threads.
fn tally(scripts: &[Source]) -> Tally {
    let each = scripts.len().div_ceil(THREADS);
    std::thread::scope(|scope| {
        let work = |scripts: &[Source]| scripts.iter().map(Tally::of).fold(Tally::default(), Tally::add);
        let threads: Vec<_> = scripts.chunks(each).map(|part| scope.spawn(move || work(part))).collect();
        let parts = threads.into_iter().map(|thread| thread.join().expect("nothing panics"));
        parts.fold(Tally::default(), Tally::add)
    })
}

#[test]
fn slips_of_the_fingers_get_few_errors_at_their_place() {
    let mut scripts = scripts_in("examples");
    // Assignments, in folders of their own, are one script many times.
    scripts.retain(|script| !script.name.contains(['/', '\\']));
    scripts.extend(scripts_in("tests/blind"));
    let Tally { all, refused, far, many, misses } = tally(&scripts);
    let missed = far + many;
    let share = missed * 10_000 / refused.max(1);
    let summary = format!(
        "{all} mutants, {refused} refused, {missed} of them miss: {share} of ten thousand\n\
         {far} have their first error far away, {many} more than two errors\n\n{misses}"
    );
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("mutations", summary));
    assert!(missed * 20 <= refused, "{missed} of {refused} miss");
}
