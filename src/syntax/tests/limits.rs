//! Size and depth are bounded, and the bounds have their own texts.

use crate::base::span::Source;
use crate::syntax::code;
use crate::syntax::parse::{BRACKET_DEPTH_MAX, EXPRESSION_DEPTH_MAX, SOURCE_BYTES_MAX, parse};

fn code(text: &str) -> Option<(&'static str, u32)> {
    parse(&Source::new("test.conc", text))
        .whole()
        .err()
        .map(|errors| (errors[0].code, errors[0].primary.span.start))
}

fn main_with(expression: &str) -> String {
    format!("main {{ x = {expression} }}")
}

#[test]
fn a_script_can_be_so_large_and_no_larger() {
    let line = "main { }\n";
    let blank = " ".repeat(SOURCE_BYTES_MAX - line.len());
    assert_eq!(code(&format!("{line}{blank}")), None);
    assert_eq!(code(&format!("{line}{blank} ")), Some((code::TOO_LARGE, 0)));
}

#[test]
fn brackets_of_all_kinds_count_together() {
    for (open, close) in [("(", ")"), ("[", "]"), ("f(", ")"), ("xs[", "]")] {
        // One bracket is that of main.
        let nested = |depth: usize| main_with(&format!("{}1{}", open.repeat(depth), close.repeat(depth)));
        assert_eq!(code(&nested(BRACKET_DEPTH_MAX - 1)), None, "{open}");
        let start = 11 + open.len() * BRACKET_DEPTH_MAX - 1;
        assert_eq!(
            code(&nested(BRACKET_DEPTH_MAX)),
            Some((code::TOO_DEEP, u32::try_from(start).unwrap())),
            "{open}"
        );
    }
    let nested = |depth: usize| format!("main {{ {}{} }}", "if x {".repeat(depth), "}".repeat(depth));
    assert_eq!(code(&nested(BRACKET_DEPTH_MAX - 1)), None);
    assert_eq!(code(&nested(BRACKET_DEPTH_MAX)).unwrap().0, code::TOO_DEEP);
}

#[test]
fn chains_are_as_deep_as_a_tree_can_be() {
    let too_deep = |text: &str| code(text).map(|(code, _)| code);
    for (start, link, end) in [
        ("1", " + 1", ""),
        ("", "not ", "a"),
        ("", "-", "a"),
        ("", "await ", "a"),
        ("a", ".b", ""),
        ("a", "()", ""),
        ("a", "[0]", ""),
    ] {
        let chain = |links: usize| main_with(&format!("{start}{}{end}", link.repeat(links)));
        assert_eq!(too_deep(&chain(EXPRESSION_DEPTH_MAX - 1)), None, "{link}");
        assert_eq!(too_deep(&chain(EXPRESSION_DEPTH_MAX)), Some(code::TOO_DEEP), "{link}");
        assert_eq!(too_deep(&chain(100_000 / link.len())), Some(code::TOO_DEEP), "{link}");
    }
    // Chains in one another add up, also through brackets.
    let half = " + 1".repeat(EXPRESSION_DEPTH_MAX / 2);
    assert_eq!(too_deep(&main_with(&format!("(1{half}) * 2"))), None);
    assert_eq!(too_deep(&main_with(&format!("f((1{half}){half})"))), Some(code::TOO_DEEP));
}

#[test]
fn long_lists_of_clauses_and_statements_are_flat() {
    let clauses = format!("main {{ if x {{ }} {} }}", "elif x { }\n".repeat(20_000));
    assert_eq!(code(&clauses), None);
    let statements = format!("main {{ {} }}", "x += 1\n".repeat(50_000));
    assert_eq!(code(&statements), None);
    let arguments = main_with(&format!("f({})", "1, ".repeat(100_000)));
    assert_eq!(code(&arguments), None);
}

#[test]
fn a_large_text_of_mistakes_is_refused_at_once() {
    for mistake in ["'", "\u{0}", "x y\n", "}", "(", "{}", "007 ", "else ", "\"", "é"] {
        assert!(code(&mistake.repeat(200_000 / mistake.len())).is_some(), "{mistake:?}");
    }
}

#[test]
fn a_small_stack_is_an_error_and_no_crash() {
    let depth = BRACKET_DEPTH_MAX - 1;
    let text = main_with(&format!("{}1{}", "f(".repeat(depth), ")".repeat(depth)));
    let thread = std::thread::Builder::new().stack_size(192 * 1024);
    let found = thread.spawn(move || code(&text)).unwrap().join().unwrap();
    // How much a level takes depends on the build.
    assert!(found.is_none_or(|(code, _)| code == code::TOO_DEEP), "{found:?}");
}
