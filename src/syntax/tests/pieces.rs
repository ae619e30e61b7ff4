//! A script that is cut at every statement is the same script.

use proptest::prelude::*;

use super::generator;
use super::scripts::SCRIPTS;
use crate::base::span::Source;
use crate::syntax::parse::{in_pieces, parse};

fn check(text: &str) {
    let source = Source::new("test.conc", text);
    let whole = parse(&source).whole().expect("the script is sound");
    assert_eq!(in_pieces(&source), whole, "{text}");
}

#[test]
fn scripts_that_use_every_construct_can_be_cut() {
    SCRIPTS.iter().for_each(|script| check(script));
}

/// Behind `spawn` a line may begin with what also begins a declaration, also where the script is too long to be
/// parsed in one go.
#[test]
fn a_line_inside_brackets_begins_no_item() {
    let call = "    let p = [(spawn\nprocess f(1)), (spawn\nprocess f(2))]\n";
    let text = format!("def f(a) {{ pass }}\nmain {{\n{}}}\ndef g() {{ pass }}\n", call.repeat(200));
    parse(&Source::new("test.conc", text)).whole().expect("the script is sound");
}

/// What is left of a script around its mistakes, as its items and statements are printed.
#[track_caller]
fn left(text: &str, want: &str) {
    let parsed = parse(&Source::new("test.conc", text));
    assert!(!parsed.errors.is_empty(), "{text}");
    let printed = crate::syntax::print::script(&parsed.script);
    assert_eq!(printed.split_whitespace().collect::<Vec<_>>().join(" "), want, "{text}");
}

#[test]
fn what_stands_around_a_mistake_is_read() {
    left("lock a b\nmain {\n x = 1 2\n y = 3\n}", "lock a, b main { y = 3 }");
    left("main {\n if x {\n  f(1 = 2)\n  y = 1\n }\n z = 2\n}", "main { if x { y = 1 } z = 2 }");
    left("main {\n if x y {\n  z = 1\n }\n w = 2\n}", "main { w = 2 }");
    left("def f(a, a=1) { x = 1 }\nmain { y = 2 }", "main { y = 2 }");
    left("main {\n let xs = [1, 2\n print xs\n}", "main { let xs = [1, 2] print xs }");
    left("def f() {\n x = 1\n\ndef g() {\n y = 2\n}", "def f() { x = 1 } def g() { y = 2 }");
    left("main:\n  if x:\n    y = 1\n  z = 2\n", "main { if x { y = 1 } z = 2 }");
}

#[test]
fn the_words_of_what_is_lost_are_known() {
    let parsed = parse(&Source::new("test.conc", "main {\n let a = b c d\n e = 1\n}\n"));
    assert_eq!(parsed.lost.words.iter().map(String::as_str).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    assert!(!parsed.lost.items);
    let parsed = parse(&Source::new("test.conc", "mein { x = 1 2 }\ndef f(a=1) { }\n"));
    assert!(parsed.lost.items && parsed.lost.words.contains("f"));
}

proptest! {
    #![proptest_config(super::config(96))]

    #[test]
    fn generated_scripts_can_be_cut(text in generator::script()) {
        check(&text);
    }
}
