//! Nothing that can be typed brings the parser down, and whatever it refuses it can show.

use proptest::collection::vec;
use proptest::prelude::*;

use super::scripts::SCRIPTS;
use crate::base::diagnostic::Fix;
use crate::base::mend::apply;
use crate::base::span::Source;
use crate::syntax::parse::{ERRORS_MAX, parse};
use crate::syntax::token::{Token, tokens};

fn check_tiles(text: &str) {
    let mut end = 0;
    for token in tokens(text) {
        assert_eq!(token.span.start, end, "{text:?}");
        assert!(token.span.end > end, "{text:?}");
        end = token.span.end;
    }
    assert_eq!(end as usize, text.len(), "{text:?}");
}

/// Errors are few, in order, and each points into the text.
fn check_errors(text: &str) {
    let source = Source::new("test.conc", text);
    let Err(errors) = parse(&source).whole() else { return };
    assert!((1..=ERRORS_MAX).contains(&errors.len()), "{text:?}");
    assert!(errors.is_sorted_by_key(|error| error.primary.span), "{text:?}");
    for error in errors {
        let labels = error.labels.iter().chain([&error.primary]);
        assert!(labels.clone().all(|label| text.get(label.span.range()).is_some()), "{error:?} in {text:?}");
        assert!(labels.clone().all(|label| !label.text.is_empty()), "{error:?}");
        assert!(!error.message.is_empty());
        check_fix(text, error.fix.as_ref());
    }
}

/// The edits of a mend are in order, apart, and inside the text.
fn check_fix(text: &str, fix: Option<&Fix>) {
    let Some(fix) = fix else { return };
    let apart = fix.edits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start);
    let inside = fix.edits.iter().all(|edit| text.get(edit.span.range()).is_some());
    assert!(apart && inside, "{fix:?} in {text:?}");
    assert_ne!(apply(text, [fix]), text, "{fix:?}");
}

#[derive(Clone, Copy, Debug)]
enum Edit {
    Delete,
    Double,
    Swap,
}

fn edited(script: &str, edits: &[(Edit, prop::sample::Index)]) -> String {
    let mut words: Vec<&str> = tokens(script).map(|Token { span, .. }| &script[span.range()]).collect();
    for (edit, index) in edits {
        let at = index.index(words.len());
        match edit {
            Edit::Delete if words.len() > 1 => {
                words.remove(at);
            }
            Edit::Delete => {}
            Edit::Double => words.insert(at, words[at]),
            Edit::Swap => words.swap(at, index.index(at + 1) / 2),
        }
    }
    words.concat()
}

/// What slips are made of.
const PARTS: &[&str] = &[
    "if x",
    "else if",
    "elif",
    "else",
    "while",
    "try",
    "except E",
    "finally",
    "def f(a: int)",
    "main",
    "for i in",
    "for (i = 0; i < 3; i++)",
    "with m as x",
    "lock m",
    "machine",
    "class A",
    "import a",
    "print",
    "prnt",
    "esle",
    "return",
    "lambda",
    "then",
    "end",
    "x",
    "f(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ":",
    ";",
    ",",
    ".",
    "=",
    "==",
    "<",
    "++",
    "--",
    "&&",
    "!",
    "/",
    "//",
    "/*",
    "*/",
    "->",
    "?",
    "@",
    "\"",
    "'",
    "\"\"\"",
    "“",
    "”",
    "f\"{x}\"",
    "\\",
    "10 ms",
    "1.5",
    "007",
    "0.1",
    "é",
    "≤",
    "…",
    "\u{A0}",
    "\u{200B}",
    "\u{FEFF}",
    "\r",
    "\t",
    "```",
    "> ",
    ">>> ",
    "1 ",
    "2 ",
    "&lt;",
    "&quot;",
    "# a",
    "time.sleep(1)",
    "a = Lock()",
    "\n",
    "\n",
    "\n    ",
    "\n  ",
    " ",
    " ",
    " ",
];

proptest! {
    #![proptest_config(super::config(512))]

    #[test]
    fn tokens_cover_any_text(text in any::<String>(), other in r#"[\PC\n\t "'0-9.a-f#_/&]{0,60}"#) {
        check_tiles(&text);
        check_tiles(&other);
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), other in r#"main \{ [a-c0-2 .=(){}\[\],:;"'\n#+-]{0,60} \}"#) {
        check_errors(&text);
        check_errors(&other);
    }

    #[test]
    fn any_heap_of_slips_is_read_or_refused(parts in vec(prop::sample::select(PARTS), 0..40)) {
        check_tiles(&parts.concat());
        check_errors(&parts.concat());
        check_errors(&format!("main {{\n{}\n}}\n", parts.concat()));
    }

    #[test]
    fn a_script_with_slips_of_the_fingers_is_read_or_refused(
        script in prop::sample::select(SCRIPTS),
        edits in vec((prop::sample::select(&[Edit::Delete, Edit::Double, Edit::Swap][..]), any::<prop::sample::Index>()), 1..6),
    ) {
        let text = edited(script, &edits);
        check_tiles(&text);
        check_errors(&text);
    }
}
