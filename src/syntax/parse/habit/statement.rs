//! Statements of other languages.

#![expect(clippy::wildcard_enum_match_arm, reason = "a habit is about a few of many tokens")]

use super::{error, place, previous_kind};
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::syntax::ast::ObjectKind;
use crate::syntax::code;
use crate::syntax::parse::slip::{Level, Slip};
use crate::syntax::token::TokenKind;

/// `with m as x`, `except E as e`
pub(super) fn alias(slip: &Slip<'_>) -> Option<Diagnostic> {
    if slip.kind(slip.found) != Some(TokenKind::Name) || slip.word(slip.found) != "as" {
        return None;
    }
    let kind = slip.kind(slip.statement_start());
    let (message, help) = match kind {
        Some(TokenKind::KwExcept) => ("`except` gives the exception no name", "write `except Name { … }`"),
        Some(TokenKind::KwWith | TokenKind::KwAsync) => {
            ("`with` gives what it holds no name", "leave out `as` and the name behind it")
        }
        Some(_) | None => return None,
    };
    let error = error(code::AS, slip, message).at("`as` can't stand here").with_help(help);
    let name = slip.solid_from(slip.found + 1).filter(|&name| slip.kind(name) == Some(TokenKind::Name));
    let (Some(name), Some(previous)) = (name, slip.previous) else { return Some(error) };
    let word = slip.word(name);
    let uses = slip.around.whole.iter().filter(|token| slip.slice(token.span) == word).count();
    let span = Span { start: slip.span(previous).end, end: slip.span(name).end };
    let fix = if uses == 1 { Fix::sure(span, "") } else { Fix::maybe(span, "") };
    Some(error.with_fix(fix))
}

/// `with lock m {`
pub(super) fn with_kind(slip: &Slip<'_>) -> Option<Diagnostic> {
    let kind = slip.previous?;
    let with = slip.solid_before(kind)?;
    let word = slip.word(kind);
    let follows = matches!(slip.kind(with), Some(TokenKind::KwWith | TokenKind::Comma));
    let declares = ObjectKind::from_word(word).is_some();
    if !follows
        || !declares
        || slip.kind(slip.found) != Some(TokenKind::Name)
        || slip.word(slip.found) == "as"
    {
        return None;
    }
    let span = Span { start: slip.span(kind).start, end: slip.span(slip.found).start };
    let name = slip.word(slip.found);
    let error = Diagnostic::error(
        code::UNEXPECTED,
        slip.span(kind),
        format!("`with` takes a name, not what `{name}` is"),
    );
    let error =
        error.at("the kind is said where it is declared").with_help(format!("write `with {name} {{ … }}`"));
    Some(error.with_fix(Fix::sure(span, "")))
}

/// What a word of another language is to become.
enum Mend {
    /// Nothing can be said but in words.
    Words,
    /// The whole statement goes.
    Delete,
    /// This word comes in its place.
    Word(&'static str),
    /// This word comes in its place inside a block, that one outside.
    ByPlace(&'static str, &'static str),
}

/// First words of statements that other languages have, with what to do instead.
const FOREIGN: &[(&str, &str, Mend)] = &[
    ("global", "leave it out: assigning a name that is no local assigns the shared one", Mend::Delete),
    ("nonlocal", "leave it out: assigning a name that is no local assigns the shared one", Mend::Delete),
    ("import", "leave it out: everything is built in", Mend::Delete),
    ("from", "leave it out: everything is built in", Mend::Delete),
    ("class", "use functions and `shared` data", Mend::Words),
    ("del", "leave it out, or assign `None`", Mend::Words),
    ("yield", "use a `queue` to hand on values", Mend::Words),
    ("lambda", "write a `def` with a name", Mend::Words),
    ("match", "use `if` and `elif`", Mend::Words),
    ("switch", "use `if` and `elif`", Mend::Words),
    ("case", "use `if` and `elif`", Mend::Words),
    ("do", "use `while`", Mend::Words),
    ("until", "use `while not`", Mend::Word("while not")),
    ("unless", "use `if not`", Mend::Word("if not")),
    ("loop", "use `while True`", Mend::Word("while True")),
    ("foreach", "use `for x in xs`", Mend::Word("for")),
    ("elseif", "write `elif`", Mend::Word("elif")),
    ("elsif", "write `elif`", Mend::Word("elif")),
    ("throw", "write `raise`", Mend::Word("raise")),
    ("catch", "write `except`", Mend::Word("except")),
    ("var", "write `let`, or `shared` outside functions", Mend::ByPlace("let", "shared")),
    ("const", "write `let`, or `param` outside functions", Mend::ByPlace("let", "param")),
    ("function", "write `def`", Mend::Word("def")),
    ("func", "write `def`", Mend::Word("def")),
    ("fn", "write `def`", Mend::Word("def")),
    ("go", "write `spawn thread`", Mend::Word("spawn thread")),
    ("echo", "write `print`", Mend::Word("print")),
    ("puts", "write `print`", Mend::Word("print")),
    ("println", "write `print`", Mend::Word("print")),
];

pub(super) fn foreign_statement(slip: &Slip<'_>) -> Option<Diagnostic> {
    let candidates = [slip.previous, Some(slip.found)];
    let find = |index: usize| FOREIGN.iter().find(|(word, ..)| *word == slip.word(index));
    let index = candidates
        .into_iter()
        .flatten()
        .find(|&index| slip.kind(index) == Some(TokenKind::Name) && find(index).is_some())?;
    let (word, help, mend) = find(index)?;
    let lambda = *word == "lambda" && Some(index) == slip.previous;
    if index != slip.statement_start() && !lambda {
        return None;
    }
    let span = slip.span(index);
    let error = Diagnostic::error(code::FOREIGN_STATEMENT, span, format!("there is no `{word}` here"));
    let error = error.at("not a statement of this language").with_help(*help);
    let fix = match mend {
        Mend::Words => return Some(error),
        Mend::Delete => Fix::sure(whole_line(slip), ""),
        Mend::Word(right) => Fix::sure(span, *right),
        Mend::ByPlace(inside, outside) => match slip.around.level {
            Level::Block => Fix::sure(span, *inside),
            Level::Top => Fix::maybe(span, *outside),
        },
    };
    Some(error.with_fix(fix))
}

/// The statement with its whole line, if nothing else stands there.
pub(super) fn whole_line(slip: &Slip<'_>) -> Span {
    let (first, last) = (slip.around.whole.first(), slip.around.whole.last());
    let statement = first.map_or(place(0), |first| first.span.to(last.map_or(first.span, |last| last.span)));
    let (start, end) = (statement.start as usize, statement.end as usize);
    let before = slip.text[..start].trim_end_matches([' ', '\t']);
    let rest = slip.text[end..].trim_start_matches([' ', '\t', ';', '\r']);
    let alone = before.is_empty() || before.ends_with('\n');
    if alone && rest.starts_with('\n') {
        return Span::new(before.len(), slip.text.len() - rest.len() + 1);
    }
    if rest.starts_with('\n') || rest.is_empty() || rest.starts_with(['}', '#']) {
        return statement;
    }
    Span::new(start, slip.text.len() - rest.len())
}

/// `x, y = y, x`, `return x, y`
pub(super) fn several_values(slip: &Slip<'_>) -> Option<Diagnostic> {
    let first = slip.kind(slip.statement_start())?;
    if slip.kind(slip.found) != Some(TokenKind::Comma) || slip.in_brackets(slip.found) {
        return None;
    }
    if first == TokenKind::KwReturn {
        let error = error(code::UNEXPECTED, slip, "a function gives one value").at("a second value");
        let error = error.with_help("give a list: `return [a, b]`");
        let value = slip.solid_from(slip.statement_start() + 1)?;
        let last = slip.solid_before(slip.tokens.len())?;
        let fix = Fix::maybe(place(slip.span(value).start), "[").and(place(slip.span(last).end), "]");
        return Some(error.with_fix(fix));
    }
    let names = matches!(first, TokenKind::KwLet | TokenKind::Name | TokenKind::KwFor);
    let previous_is_name = previous_kind(slip) == Some(TokenKind::Name);
    let error = error(code::UNEXPECTED, slip, "a statement assigns to one place").at("a second value");
    (names && previous_is_name).then(|| error.with_help("write one statement for each name"))
}

/// `print()` and `raise E()`, which to the grammar are a value in brackets.
pub(super) fn nothing_in_brackets(slip: &Slip<'_>) -> Option<Diagnostic> {
    let previous = slip.previous?;
    if slip.kind(previous) != Some(TokenKind::LeftParen)
        || slip.kind(slip.found) != Some(TokenKind::RightParen)
    {
        return None;
    }
    let span = slip.span(previous).to(slip.span(slip.found));
    let start = slip.statement_start();
    let (help, fix) = match slip.kind(start)? {
        TokenKind::KwPrint if slip.solid_from(start + 1) == Some(previous) => {
            ("`print \"\"` prints an empty line", Some(Fix::sure(span, " \"\"")))
        }
        TokenKind::KwPrint => ("`print \"\"` prints an empty line", None),
        TokenKind::KwRaise => {
            ("leave out the brackets: `raise Name` or `raise Name \"text\"`", Some(Fix::sure(span, "")))
        }
        _ => return None,
    };
    let error = Diagnostic::error(code::UNEXPECTED, span, "there is no value in these brackets");
    let error = error.at("expected a value").with_help(help);
    Some(match fix {
        Some(fix) => error.with_fix(fix),
        None => error,
    })
}

pub(super) fn named_in_print(slip: &Slip<'_>) -> Option<Diagnostic> {
    let print = slip.kind(slip.statement_start()) == Some(TokenKind::KwPrint);
    if !print || slip.kind(slip.found) != Some(TokenKind::Assign) || !slip.in_brackets(slip.found) {
        return None;
    }
    let error = error(code::UNEXPECTED, slip, "`print` takes values only").at("a named argument");
    Some(error.with_help("`print` joins its values with spaces and ends the line"))
}
