//! The laws of the formatter: all comments and the meaning kept, and nothing left to do the second time.
//!
//! They are tried on every script of the repository that can be read, and on random scripts with random layouts.

#![expect(clippy::wildcard_enum_match_arm, reason = "most kinds of tokens are just words here")]

#[path = "../src/syntax/tests/generator.rs"]
mod generator;
mod layout;

use std::path::{Path, PathBuf};

use concsim::base::span::Source;
use concsim::syntax::format::format;
use concsim::syntax::parse::parse;
use concsim::syntax::token::{Token, TokenKind, tokens};
use proptest::collection::vec;
use proptest::prelude::*;

use layout::scattered;

fn formatted(text: &str) -> String {
    format(&Source::new("test.conc", text)).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"))
}

/// The comments of a text, without what can't be seen behind them.
fn comments(text: &str) -> Vec<&str> {
    let comments = tokens(text).filter(|token| token.kind == TokenKind::Comment);
    comments.map(|token| text[token.span.range()].trim_end_matches([' ', '\t', '\r'])).collect()
}

/// The tree without places, with `is` in its first form.
fn tree(text: &str) -> String {
    let script = parse(&Source::new("test.conc", text)).whole();
    let whole = format!("{:?}", script.unwrap_or_else(|errors| panic!("{errors:?}\n{text}")));
    let mut parts = whole.split("Span { ");
    let mut tree = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        tree.push_str(part.split_once('}').map_or(part, |(_, rest)| rest));
    }
    tree.replace("op: IsNot,", "op: NotEqual,").replace("op: Is,", "op: Equal,")
}

/// Operators: a comment behind one may move in front of it.
fn is_operator(kind: TokenKind) -> bool {
    (TokenKind::Equal..=TokenKind::Percent).contains(&kind)
        || matches!(kind, TokenKind::KwAnd | TokenKind::KwOr | TokenKind::KwIn | TokenKind::KwNot)
}

/// The words of a text that no rule of the style adds, drops or moves, and for each comment that stands
/// right behind one, how many there are before it.
fn words_and_notes(text: &str) -> (Vec<&str>, Vec<Option<usize>>) {
    let (mut words, mut notes) = (Vec::new(), Vec::new());
    let mut behind_word = false;
    for Token { kind, span } in tokens(text) {
        match kind {
            TokenKind::Whitespace | TokenKind::Comma | TokenKind::Semicolon | TokenKind::LeftBrace => {}
            TokenKind::Newline => behind_word = false,
            TokenKind::Comment => notes.push(behind_word.then_some(words.len())),
            kind if is_operator(kind) => behind_word = false,
            _ => {
                words.push(&text[span.range()]);
                behind_word = true;
            }
        }
    }
    (words, notes)
}

/// What stands behind a word stays behind it; what has a line of its own keeps it.
fn check_attachment(before: &str, after: &str) {
    let ((words, notes), (words_after, notes_after)) = (words_and_notes(before), words_and_notes(after));
    // A habit was rewritten: then the words can't be counted.
    if words != words_after {
        return;
    }
    for (note, note_after) in notes.iter().zip(&notes_after) {
        if note.is_some() {
            assert_eq!(note, note_after, "a comment moved in\n{before}\nformatted as\n{after}");
        }
    }
}

fn check_laws(text: &str) {
    let once = formatted(text);
    assert_eq!(comments(&once), comments(text), "comments of\n{text}\nformatted as\n{once}");
    assert_eq!(tree(&once), tree(text), "meaning of\n{text}\nformatted as\n{once}");
    assert_eq!(formatted(&once), once, "formatting again\n{text}");
    for line in once.lines() {
        assert!(!line.ends_with([' ', '\t', '\r']), "a blank ends {line:?} of\n{once}");
    }
    assert!(!once.starts_with('\n') && !once.ends_with("\n\n") && !once.contains("\n\n\n"), "{once:?}");
    assert!(once.is_empty() || once.ends_with('\n'), "{once:?}");
    check_attachment(text, &once);
}

/// All scripts under a folder of this repository that can be read.
fn scripts(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    assert!(!found.is_empty(), "{folder} was not found");
    found.retain(|(_, text)| parse(&Source::new("test.conc", text.as_str())).whole().is_ok());
    found
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "conc") {
            let bytes = std::fs::read(&path).expect("the script can be read");
            // What is no text is no script that can be read.
            found.extend(String::from_utf8(bytes).map(|text| (path, text)));
        }
    }
}

#[test]
fn every_script_of_the_repository_keeps_the_laws() {
    for folder in ["examples", "tests/cases", "tests/blind", "benches/workloads"] {
        scripts(folder).iter().for_each(|(_, text)| check_laws(text));
    }
}

#[test]
fn examples_and_workloads_are_formatted() {
    for (path, text) in scripts("examples").into_iter().chain(scripts("benches/workloads")) {
        assert_eq!(formatted(&text), text, "{}: run `concsim fmt` on it", path.display());
    }
}

/// Without the brackets of `print`, an operator at the start of a line would begin a statement.
#[test]
fn what_is_printed_keeps_its_brackets_where_it_is_broken_at_an_operator() {
    check_laws("def f(a) {\n    print((\n    a + a\n    + a)\n    or (-92), a)\n}\nmain { pass }\n");
}

#[test]
fn a_script_keeps_the_laws_however_it_is_laid_out() {
    let scripts: Vec<String> = ["examples", "tests/cases", "tests/blind"]
        .into_iter()
        .flat_map(scripts)
        .map(|(_, text)| text)
        .collect();
    let choices = vec(any::<u8>(), 1..200);
    proptest!(config(128), |(script in prop::sample::select(scripts), choices in choices)| {
        check_laws(&scattered(&script, &choices));
    });
}

proptest! {
    #![proptest_config(config(384))]

    #[test]
    fn random_scripts_keep_the_laws(script in generator::script(), choices in vec(any::<u8>(), 1..200)) {
        check_laws(&script);
        check_laws(&scattered(&script, &choices));
    }

    #[test]
    fn what_is_no_script_is_refused_and_not_formatted(text in any::<String>()) {
        let source = Source::new("test.conc", text);
        assert_eq!(format(&source).err(), parse(&source).whole().err());
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 300, ..ProptestConfig::default() }
}
