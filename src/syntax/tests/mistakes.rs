//! Every kind of mistake: its code, what is marked, and a word of its mend.

use crate::base::span::Source;
use crate::syntax::code;
use crate::syntax::parse::parse;

/// Code and marked text of each mistake, in order.
fn mistakes(text: &str) -> Vec<(&'static str, String)> {
    let source = Source::new("test.conc", text);
    let errors = parse(&source).whole().err().unwrap_or_default();
    errors.iter().map(|error| (error.code, source.slice(error.primary.span).to_owned())).collect()
}

/// The one mistake in a whole script, and a part of what is said of it.
#[track_caller]
fn check(text: &str, code: &str, marked: &str, said: &str) {
    let source = Source::new("test.conc", text);
    let errors = parse(&source).whole().err().unwrap_or_default();
    let [error] = errors.as_slice() else { panic!("{} mistakes in {text:?}: {errors:?}", errors.len()) };
    assert_eq!((error.code, source.slice(error.primary.span)), (code, marked), "{text:?}");
    let words =
        [error.message.as_str(), &error.primary.text, error.help.as_deref().unwrap_or_default()].join(" | ");
    assert!(words.contains(said), "{said:?} is not said of {text:?}: {words}");
}

/// The one mistake in a statement of `main`.
#[track_caller]
fn inside(statement: &str, code: &str, marked: &str, said: &str) {
    check(&format!("main {{\n{statement}\n}}\n"), code, marked, said);
}

#[test]
fn numbers() {
    inside("compute 10 ms", code::UNIT_APART, "10 ms", "write `10ms`");
    inside("compute 1.5 ms", code::UNIT_APART, "1.5 ms", "write `1.5ms`");
    inside("x = 1.5", code::UNIT_APART, "1.5", "1.5ms");
    inside("sleep 10sec", code::UNIT_APART, "10sec", "write `10s`");
    inside("sleep 10parsecs", code::UNIT_APART, "10parsecs", "`parsecs` is no unit");
    inside("x = 007", code::BAD_NUMBER, "007", "write `7`");
    inside("x = 00", code::BAD_NUMBER, "00", "write `0`");
    inside("x = 007ms", code::BAD_NUMBER, "007ms", "write `7ms`");
    inside("x = 0x1F", code::BAD_NUMBER, "0x1F", "write `31`");
    inside("x = 1e3", code::BAD_NUMBER, "1e3", "write `1000`");
    inside("x = 1e-3", code::BAD_NUMBER, "1e-3", "no exponent");
    inside("x = 1__0", code::BAD_NUMBER, "1__0", "write `10`");
    inside("x = 1.2.3", code::BAD_NUMBER, "1.2.3", "neither a number nor a name");
    inside("x = 1.5ns", code::NOT_WHOLE, "1.5ns", "nanoseconds");
    inside("x = 1.5B", code::NOT_WHOLE, "1.5B", "bytes");
    inside("x = 9223372036854775809", code::NUMBER_TOO_LARGE, "9223372036854775809", "9223372036854775807");
    inside("x = 200000000min", code::NUMBER_TOO_LARGE, "200000000min", "292 years");
    for unsigned in ["x = 9223372036854775808", "x = a - 9223372036854775808", "x = -(9223372036854775808)"] {
        inside(unsigned, code::NUMBER_TOO_LARGE, "9223372036854775808", "64 bits");
    }
}

#[test]
fn strings_and_characters() {
    inside("x = \"abc", code::UNCLOSED_STRING, "\"abc", "at its end");
    inside("f(\"abc)", code::UNCLOSED_STRING, "\"abc)", "never ends");
    inside("x = \"", code::UNCLOSED_STRING, "\"", "never ends");
    inside("x = \"a\\", code::UNCLOSED_STRING, "\"a\\", "never ends");
    inside("x = \"a\\qb\"", code::BAD_ESCAPE, "\\q", "stands for no character");
    inside("x = \"\\u{D800}\"", code::BAD_ESCAPE, "\\u{D800}", "stands for no character");
    inside("x = 'abc'", code::OTHER_QUOTES, "'abc'", "write \"abc\"");
    inside("x = “abc”", code::OTHER_QUOTES, "“abc”", "write \"abc\"");
    inside("x = größe", code::CHARACTER, "ö", "a-z");
    inside("x =\u{A0}1", code::CHARACTER, "\u{A0}", "ordinary space");
    inside("x = 1\0", code::CHARACTER, "\0", "U+0000");
    inside("x = 1 # \u{202E}", code::CHARACTER, "\u{202E}", "invisible");
    inside("x\u{FEFF} = 1", code::CHARACTER, "\u{FEFF}", "start of a script");
    inside("x = a – b", code::CHARACTER, "–", "write `-`");
    check("main { }\rmain { }", code::CHARACTER, "\r", "U+000D");
}

#[test]
fn operators_of_other_languages() {
    inside("x = a && b", code::FOREIGN_OPERATOR, "&&", "`and`");
    inside("x = a || b", code::FOREIGN_OPERATOR, "||", "`or`");
    inside("x = !a", code::FOREIGN_OPERATOR, "!", "`not`");
    inside("x = a / b", code::FOREIGN_OPERATOR, "/", "`//`");
    inside("x /= 2", code::FOREIGN_OPERATOR, "/=", "`//=`");
    inside("x = a ** 2", code::FOREIGN_OPERATOR, "**", "`*`");
    inside("x++", code::FOREIGN_OPERATOR, "++", "`+= 1`");
    inside("x--", code::FOREIGN_OPERATOR, "--", "`-= 1`");
    inside("assert a < b < c", code::CHAINED_COMPARISON, "<", "a < b and b < c");
    inside("assert a in b not in c", code::CHAINED_COMPARISON, "not", "and");
    inside("assert a is b == c", code::CHAINED_COMPARISON, "==", "and");
}

#[test]
fn brackets() {
    check("main { f(\n", code::UNCLOSED_BRACKET, "(", "`)`");
    check("main {", code::UNCLOSED_BRACKET, "{", "`}`");
    check("main { f(x }", code::UNCLOSED_BRACKET, "(", "never closed");
    check("main { f(] }", code::BRACKET_MISMATCH, "]", "`)` is missing");
    check("main { }\n}", code::STRAY_BRACKET, "}", "closes nothing");
}

#[test]
fn statements_of_other_languages() {
    inside("if x { } else if y { }", code::ELSE_IF, "else if", "`elif`");
    inside("global x", code::FOREIGN_STATEMENT, "global", "leave it out");
    inside("import threading", code::FOREIGN_STATEMENT, "import", "built in");
    check("import threading\nmain { }", code::FOREIGN_STATEMENT, "import", "built in");
    inside("x = lambda a: a", code::FOREIGN_STATEMENT, "lambda", "`def`");
    inside("switch x { }", code::FOREIGN_STATEMENT, "switch", "`elif`");
    inside("with m as y { }", code::AS, "as", "leave out `as`");
    inside("try { } except E as e { }", code::AS, "as", "except Name");
    inside("if x:\n pass", code::COLON, ":", "`{`");
    inside("while True: pass", code::COLON, ":", "`{`");
    let python = "def f():\n    pass\nmain:\n    f()\n";
    assert_eq!(mistakes(python), [(code::COLON, ":".to_owned()), (code::COLON, ":".to_owned())]);
    inside("if x = 3 { }", code::UNEXPECTED, "=", "`==`");
    inside("let a, b = 1, 2", code::UNEXPECTED, ",", "one place");
    inside("x = a if b else c", code::UNEXPECTED, "if", "no `if` inside");
    inside("x = {}", code::UNEXPECTED, "{", "no dictionaries");
    inside("x = xs[1:2]", code::UNEXPECTED, ":", "no slices");
    inside("print(f\"a\")", code::UNEXPECTED, "f\"a\"", "no prefix");
    inside("print(a, end=\"\")", code::UNEXPECTED, "=", "values only");
    inside("print()", code::UNEXPECTED, "()", "empty line");
    inside("raise ValueError()", code::UNEXPECTED, "()", "leave out the brackets");
    check("def f(a=1) { }", code::UNEXPECTED, "=", "no default values");
    check("def f(a: int) { }", code::UNEXPECTED, ":", "no types");
}

#[test]
fn places_where_nothing_like_it_can_stand() {
    inside("lock m", code::OUTSIDE, "lock", "top level");
    inside("shared x = 1", code::OUTSIDE, "shared", "top level");
    inside("def f() { }", code::OUTSIDE, "def", "top level");
    check("x = 1", code::OUTSIDE, "x", "shared x");
    check("lok m", code::MISSPELT, "lok", "did you mean `lock`?");
    check("print 1", code::OUTSIDE, "print", "`main { … }`");
    inside("else { pass }", code::UNEXPECTED, "else", "no `if` before it");
    inside("except { }", code::UNEXPECTED, "except", "no `try` before it");
    inside("if x\ny = 1", code::MISSING_BLOCK, "x", "`{`");
    inside("while x", code::MISSING_BLOCK, "x", "`while` needs a block");
    inside("f() = 3", code::NO_PLACE, "f()", "assigned");
    inside("a.b = 3", code::NO_PLACE, "a.b", "assigned");
    inside("try { pass }", code::TRY_ALONE, "}", "`except`");
    inside("f(k=1, 2)", code::ARGUMENT_ORDER, "2", "before the named");
    inside("x = (1, 2)", code::TUPLE, "(1, 2)", "`[a, b]`");
    inside("x = 0..3", code::RANGE, "..", "no value");
    inside("for i in range(1, 9, 2) { }", code::RANGE, "range(1, 9, 2)", "`a..b`");
    inside("spawn f(x)", code::UNIT_KIND, "f", "spawn thread f");
    inside("spawn thred f(x)", code::UNIT_KIND, "thred", "`spawn thread`");
    inside("spawn thread(f)", code::UNEXPECTED, "spawn thread(f)", "needs a function");
    check("expect lock-order", code::UNEXPECTED, "-", "`_`");
}

#[test]
fn anything_else_says_what_was_expected() {
    inside("x = 1 y = 2", code::UNEXPECTED, "y", "expected the end of the statement");
    inside("x = ", code::UNEXPECTED, "=", "expected a value after this");
    inside("x = 1 +\n2", code::UNEXPECTED, "+", "put brackets around");
    inside("let if = 1", code::UNEXPECTED, "if", "reserved word");
    inside("f(a b)", code::UNEXPECTED, "b", "`,`");
    inside("for i = 0 { }", code::UNEXPECTED, "=", "expected `in`");
    inside("async f()", code::UNEXPECTED, "f", "`with`");
    inside("x = )", code::STRAY_BRACKET, ")", "delete it");
    inside("group() { }", code::UNEXPECTED, "(", "expected `{`");
    check("machine { cores 2 }", code::UNEXPECTED, "2", "expected `:`");
    check("param x = f()", code::UNEXPECTED, "f", "expected a value");
    check("lock", code::UNEXPECTED, "lock", "expected a name after this");
    check("lock a b", code::UNEXPECTED, "b", "`,`");
}

#[test]
fn one_look_finds_several_mistakes() {
    let text = "lock a b\nmain {\n x = 1 y\n z = 007\n if a { b c }\n else if d { }\n f() = 1\n}\n";
    let want = [
        (code::UNEXPECTED, "b"),
        (code::UNEXPECTED, "y"),
        (code::BAD_NUMBER, "007"),
        (code::UNEXPECTED, "c"),
        (code::ELSE_IF, "else if"),
        (code::NO_PLACE, "f()"),
    ];
    assert_eq!(mistakes(text), want.map(|(code, marked)| (code, marked.to_owned())));
}

#[test]
fn codes_are_numbered_without_gaps() {
    for (index, entry) in code::ALL.iter().enumerate() {
        assert_eq!(entry.code, format!("E{:03}", index + 1));
        assert!(!entry.meaning.is_empty());
    }
}
