//! pest and logos say the same of every word.

use pest::Parser as _;
use pest::iterators::Pair;
use proptest::prelude::*;

use super::generator;
use super::scripts::SCRIPTS;
use crate::base::span::Span;
use crate::syntax::parse::grammar::{Grammar, Rule};
use crate::syntax::token::{TokenKind, tokens};

/// Every leaf of the grammar with its token.
const LEAVES: &[(Rule, TokenKind)] = &[
    (Rule::kw_def, TokenKind::KwDef),
    (Rule::kw_main, TokenKind::KwMain),
    (Rule::kw_let, TokenKind::KwLet),
    (Rule::kw_compute, TokenKind::KwCompute),
    (Rule::kw_io, TokenKind::KwIo),
    (Rule::kw_sleep, TokenKind::KwSleep),
    (Rule::kw_with, TokenKind::KwWith),
    (Rule::kw_async, TokenKind::KwAsync),
    (Rule::kw_await, TokenKind::KwAwait),
    (Rule::kw_spawn, TokenKind::KwSpawn),
    (Rule::kw_if, TokenKind::KwIf),
    (Rule::kw_elif, TokenKind::KwElif),
    (Rule::kw_else, TokenKind::KwElse),
    (Rule::kw_while, TokenKind::KwWhile),
    (Rule::kw_for, TokenKind::KwFor),
    (Rule::kw_in, TokenKind::KwIn),
    (Rule::kw_break, TokenKind::KwBreak),
    (Rule::kw_continue, TokenKind::KwContinue),
    (Rule::kw_pass, TokenKind::KwPass),
    (Rule::kw_return, TokenKind::KwReturn),
    (Rule::kw_try, TokenKind::KwTry),
    (Rule::kw_except, TokenKind::KwExcept),
    (Rule::kw_finally, TokenKind::KwFinally),
    (Rule::kw_raise, TokenKind::KwRaise),
    (Rule::kw_assert, TokenKind::KwAssert),
    (Rule::kw_print, TokenKind::KwPrint),
    (Rule::kw_group, TokenKind::KwGroup),
    (Rule::kw_region, TokenKind::KwRegion),
    (Rule::kw_atomic, TokenKind::KwAtomic),
    (Rule::kw_shared, TokenKind::KwShared),
    (Rule::kw_invariant, TokenKind::KwInvariant),
    (Rule::kw_true, TokenKind::KwTrue),
    (Rule::kw_false, TokenKind::KwFalse),
    (Rule::kw_none, TokenKind::KwNone),
    (Rule::kw_and, TokenKind::KwAnd),
    (Rule::kw_or, TokenKind::KwOr),
    (Rule::kw_not, TokenKind::KwNot),
    (Rule::name, TokenKind::Name),
    (Rule::integer, TokenKind::Integer),
    (Rule::duration, TokenKind::Duration),
    (Rule::size, TokenKind::Size),
    (Rule::string, TokenKind::String),
    (Rule::left_paren, TokenKind::LeftParen),
    (Rule::right_paren, TokenKind::RightParen),
    (Rule::left_bracket, TokenKind::LeftBracket),
    (Rule::right_bracket, TokenKind::RightBracket),
    (Rule::left_brace, TokenKind::LeftBrace),
    (Rule::right_brace, TokenKind::RightBrace),
    (Rule::comma, TokenKind::Comma),
    (Rule::colon, TokenKind::Colon),
    (Rule::semicolon, TokenKind::Semicolon),
    (Rule::dot, TokenKind::Dot),
    (Rule::dot_dot, TokenKind::DotDot),
    (Rule::assign, TokenKind::Assign),
    (Rule::plus_assign, TokenKind::PlusAssign),
    (Rule::minus_assign, TokenKind::MinusAssign),
    (Rule::star_assign, TokenKind::StarAssign),
    (Rule::slash_slash_assign, TokenKind::SlashSlashAssign),
    (Rule::percent_assign, TokenKind::PercentAssign),
    (Rule::equal, TokenKind::Equal),
    (Rule::not_equal, TokenKind::NotEqual),
    (Rule::less, TokenKind::Less),
    (Rule::less_equal, TokenKind::LessEqual),
    (Rule::greater, TokenKind::Greater),
    (Rule::greater_equal, TokenKind::GreaterEqual),
    (Rule::plus, TokenKind::Plus),
    (Rule::minus, TokenKind::Minus),
    (Rule::star, TokenKind::Star),
    (Rule::slash_slash, TokenKind::SlashSlash),
    (Rule::percent, TokenKind::Percent),
];

/// Leaves that are a `Name` to the lexer, with the words that they match.
const CONTEXTUAL: &[(Rule, &[&str])] = &[
    (Rule::word_machine, &["machine"]),
    (Rule::word_param, &["param"]),
    (Rule::word_process, &["process"]),
    (Rule::word_expect, &["expect"]),
    (Rule::word_nogil, &["nogil"]),
    (Rule::word_on, &["on"]),
    (Rule::word_when, &["when"]),
    (Rule::word_is, &["is"]),
    (
        Rule::object_kind,
        &[
            "lock",
            "rlock",
            "semaphore",
            "bounded_semaphore",
            "event",
            "condition",
            "barrier",
            "queue",
            "pipe",
            "device",
            "thread_pool",
            "process_pool",
        ],
    ),
    (Rule::unit_kind, &["thread", "process", "task", "subprocess", "interpreter", "unit"]),
];

/// Words at the borders between kinds.
const WORDS: &[&str] = &[
    "",
    " ",
    "_",
    "x",
    "X9",
    "9x",
    "ifx",
    "if_",
    "If",
    "true",
    "True1",
    "None",
    "none",
    "0",
    "00",
    "01",
    "10",
    "1_0",
    "1__0",
    "1_",
    "_1",
    "1.",
    "1.5",
    "1.5.5",
    ".5",
    "1..2",
    "1e3",
    "1e-3",
    "0x1F",
    "1s",
    "1.5s",
    "01s",
    "1_0s",
    "1_s",
    "1.s",
    "1.5_0ms",
    "1.5_ms",
    "1min",
    "1mins",
    "1m",
    "1ms",
    "1us",
    "1ns",
    "1h",
    "1B",
    "1b",
    "1K",
    "1KB",
    "1kB",
    "1KiB",
    "1.5GiB",
    "1MiB2",
    "1.5ms.5",
    "\"\"",
    "\"a\"",
    "\"a",
    "a\"",
    "\"\\\"",
    "\"\\\"\"",
    "\"\\\\\"",
    "\"\\n\\t\"",
    "\"\\q\"",
    "\"\\u{e9}\"",
    "\"\\u{}\"",
    "\"\\u{1234567}\"",
    "\"\\u{g}\"",
    "\"a\nb\"",
    "\"é\"",
    "\"a\"b\"",
    "'a'",
    "“a”",
    "=",
    "==",
    "===",
    "=!",
    "!=",
    "!",
    "<",
    "<=",
    "<<",
    ">",
    ">=",
    ">>",
    "->",
    "=>",
    "+",
    "++",
    "+=",
    "-",
    "--",
    "-=",
    "*",
    "**",
    "*=",
    "/",
    "//",
    "///",
    "//=",
    "/=",
    "%",
    "%=",
    "%%",
    ".",
    "..",
    "...",
    ",",
    ":",
    ":=",
    "::",
    ";",
    ";;",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "()",
    "#",
    "#x",
    "&&",
    "||",
    "|",
    "~",
    "\u{0}",
    "\u{FEFF}",
    "é",
    "\r",
    "\n",
];

/// The only token of a word, if it has just one.
fn only_token(word: &str) -> Option<TokenKind> {
    let mut found = tokens(word);
    let first = found.next()?;
    found.next().is_none().then_some(first.kind)
}

fn matches_all(rule: Rule, word: &str) -> bool {
    Grammar::parse(rule, word).is_ok_and(|mut pairs| pairs.next().is_some_and(|pair| pair.as_str() == word))
}

fn check(word: &str) {
    let token = only_token(word);
    for (rule, kind) in LEAVES {
        assert_eq!(
            matches_all(*rule, word),
            token == Some(*kind),
            "{word:?} as {rule:?}, to the lexer {token:?}"
        );
    }
    for (rule, words) in CONTEXTUAL {
        assert_eq!(matches_all(*rule, word), words.contains(&word), "{word:?} as {rule:?}");
    }
}

#[test]
fn a_word_is_a_leaf_exactly_if_it_is_the_token_of_that_name() {
    WORDS.iter().for_each(|word| check(word));
    for (rule, _) in LEAVES {
        if let Some(word) = format!("{rule:?}").strip_prefix("kw_") {
            let capital = format!("{}{}", word[..1].to_uppercase(), &word[1..]);
            [word, &capital, &format!("{word}s"), &format!("_{word}")].into_iter().for_each(check);
        }
    }
    for (_, words) in CONTEXTUAL {
        words.iter().for_each(|word| check(word));
    }
}

#[test]
fn every_leaf_of_the_grammar_has_its_token() {
    let layers = include_str!("../../../grammar/conc.pest");
    let leaves = layers.lines().filter(|line| line.contains("= @{"));
    let bound = LEAVES.iter().map(|(rule, _)| rule).chain(CONTEXTUAL.iter().map(|(rule, _)| rule));
    let bound: Vec<String> = bound.map(|rule| format!("{rule:?}")).collect();
    let mut count = 0;
    for leaf in leaves {
        let name = leaf.split_whitespace().next().unwrap();
        assert!(bound.iter().any(|rule| rule == name), "{name} is bound to no token");
        count += 1;
    }
    assert_eq!(count, bound.len());
}

#[test]
fn contextual_words_are_names_to_the_lexer() {
    for word in CONTEXTUAL.iter().flat_map(|(_, words)| words.iter()) {
        assert_eq!(only_token(word), Some(TokenKind::Name));
    }
}

fn leaves(pair: Pair<'_, Rule>, found: &mut Vec<(Rule, Span)>) {
    let span = Span::new(pair.as_span().start(), pair.as_span().end());
    let rule = pair.as_rule();
    let mut inner = pair.into_inner().peekable();
    let bound =
        LEAVES.iter().any(|(leaf, _)| *leaf == rule) || CONTEXTUAL.iter().any(|(leaf, _)| *leaf == rule);
    if bound {
        found.push((rule, span));
        assert!(inner.peek().is_none(), "{rule:?} is a leaf");
    }
    inner.for_each(|pair| leaves(pair, found));
}

/// The leaves of an accepted text are its tokens without trivia.
fn check_leaves(text: &str) {
    let mut found = Vec::new();
    Grammar::parse(Rule::script, text).expect(text).for_each(|pair| leaves(pair, &mut found));
    let solid: Vec<_> = tokens(text).filter(|token| !token.kind.is_trivia()).collect();
    let spans = |(_, span): &(Rule, Span)| *span;
    assert_eq!(
        found.iter().map(spans).collect::<Vec<_>>(),
        solid.iter().map(|token| token.span).collect::<Vec<_>>(),
        "{text}"
    );
    for ((rule, _), token) in found.iter().zip(solid) {
        let kind = LEAVES.iter().find(|(leaf, _)| leaf == rule).map_or(TokenKind::Name, |(_, kind)| *kind);
        assert_eq!(kind, token.kind, "{rule:?} in {text}");
    }
}

#[test]
fn the_leaves_of_accepted_scripts_are_their_tokens() {
    SCRIPTS.iter().for_each(|script| check_leaves(script));
}

proptest! {
    #![proptest_config(super::config(256))]

    #[test]
    fn random_words_mean_the_same_to_both(word in r#"[0-9A-Zbimnsux_.]{1,6}|[-=+*/%<>!.:&|]{1,4}|"[a"\\nu{}0é]{0,6}"?"#) {
        check(&word);
    }

    #[test]
    fn the_leaves_of_generated_scripts_are_their_tokens(text in generator::script()) {
        check_leaves(&text);
    }
}
