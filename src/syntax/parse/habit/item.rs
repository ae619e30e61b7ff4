//! What stands outside functions, and what does not.

use super::{error, place};
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::syntax::ast::ObjectKind;
use crate::syntax::code;
use crate::syntax::parse::habit::statement::whole_line;
use crate::syntax::parse::slip::{Level, Slip};
use crate::syntax::token::TokenKind;

/// `def main() {`
pub(super) fn main_function(slip: &Slip<'_>) -> Option<Diagnostic> {
    let def = slip.previous.filter(|&previous| slip.kind(previous) == Some(TokenKind::KwDef));
    let behind_main = slip.previous.filter(|&previous| slip.kind(previous) == Some(TokenKind::KwMain));
    let (start, main) = match (def, behind_main) {
        (Some(def), _) if slip.kind(slip.found) == Some(TokenKind::KwMain) => {
            let before = slip.solid_before(def);
            (
                before.filter(|&before| slip.kind(before) == Some(TokenKind::KwAsync)).unwrap_or(def),
                slip.found,
            )
        }
        (_, Some(main)) if slip.kind(slip.found) == Some(TokenKind::LeftParen) => (main, main),
        _ => return None,
    };
    let open = slip.solid_from(main + 1).filter(|&open| slip.kind(open) == Some(TokenKind::LeftParen));
    let last = open.map_or(main, |open| slip.brackets.partner[open]);
    if start == main && slip.solid_from(last + 1).is_none() {
        return Some(call_of_main(slip, slip.span(main).to(slip.span(last))));
    }
    let span = slip.span(start).to(slip.span(last));
    let error = Diagnostic::error(
        code::UNEXPECTED,
        span,
        "`main` is no function: it is written without `def` and brackets",
    );
    let error = error.at("where the run begins").with_help("write `main { … }`");
    Some(error.with_fix(Fix::sure(span, "main")))
}

/// `asyncio.run(main())`
pub(super) fn run_of_main(slip: &Slip<'_>) -> Option<Diagnostic> {
    let last = slip.solid_before(slip.tokens.len())?;
    if slip.around.level != Level::Top || slip.found > last || slip.statement_start() != slip.found {
        return None;
    }
    let words: String = slip.words(slip.found, last).split_whitespace().collect();
    let runs = ["asyncio", "trio", "anyio"].iter().any(|module| {
        words.strip_prefix(module).is_some_and(|run| matches!(run, ".run(main())" | ".run(main)"))
    });
    runs.then(|| call_of_main(slip, slip.span(slip.found).to(slip.span(last))))
}

fn call_of_main(slip: &Slip<'_>, span: Span) -> Diagnostic {
    let message = "the run begins at `main` by itself: leave this line out";
    let error = Diagnostic::error(code::OUTSIDE, span, message).at("not needed");
    error.with_help("`main { … }` is what runs").with_fix(Fix::sure(whole_line(slip), ""))
}

/// `lock m` inside a function: to the grammar `lock` is a name there.
pub(super) fn object_in_block(slip: &Slip<'_>) -> Option<Diagnostic> {
    let previous = slip.previous?;
    slip.opener(previous)?;
    let word = slip.word(previous);
    let declares = ObjectKind::from_word(word).is_some() || matches!(word, "param" | "machine" | "expect");
    if previous != slip.statement_start() || !declares || slip.kind(slip.found) != Some(TokenKind::Name) {
        return None;
    }
    let error =
        Diagnostic::error(code::OUTSIDE, slip.span(previous), format!("`{word}` stands outside functions"));
    Some(error.at("inside a block").with_help("move this line to the top level of the script"))
}

pub(super) fn outside(slip: &Slip<'_>) -> Option<Diagnostic> {
    if slip.opener(slip.found).is_some() || slip.statement_start() != slip.found || slip.at_end() {
        return None;
    }
    let word = slip.word(slip.found);
    let keyword = slip.kind(slip.found).is_some_and(TokenKind::is_keyword);
    let clause = matches!(word, "else" | "elif" | "except");
    if clause || (!keyword && slip.kind(slip.found) != Some(TokenKind::Name)) {
        return None;
    }
    let error = error(code::OUTSIDE, slip, "a statement can't stand outside `main` and the functions");
    let error = error.at("no item starts like this");
    let next = slip.solid_from(slip.found + 1);
    if next.is_some_and(|next| slip.kind(next) == Some(TokenKind::Assign)) {
        let error = error.with_help(format!("declare it: `shared {word} = …` or `param {word} = …`"));
        return Some(error.with_fix(Fix::maybe(place(slip.span(slip.found).start), "shared ")));
    }
    if slip.kind(slip.found) == Some(TokenKind::KwLet) {
        let error = error.with_help("declare it: `shared name = …`, or `param name = …` for a constant");
        return Some(error.with_fix(Fix::maybe(slip.span(slip.found), "shared")));
    }
    Some(error.with_help("put it into `main { … }` or a `def`"))
}

pub(super) fn in_block(slip: &Slip<'_>) -> Option<Diagnostic> {
    let item = matches!(
        slip.kind(slip.found),
        Some(TokenKind::KwDef | TokenKind::KwMain | TokenKind::KwShared | TokenKind::KwInvariant)
    );
    if !item || slip.opener(slip.found) != Some(TokenKind::LeftBrace) || slip.statement_start() != slip.found
    {
        return None;
    }
    let word = slip.word(slip.found);
    let error = error(code::OUTSIDE, slip, format!("`{word}` stands outside functions"));
    Some(error.at("inside a block").with_help("move it to the top level of the script"))
}

/// `def f(a: int)`, `def f(a=2)`, `def f(*args)`
pub(super) fn default_value(slip: &Slip<'_>) -> Option<Diagnostic> {
    let start = slip.statement_start();
    let def = matches!(slip.kind(start), Some(TokenKind::KwDef | TokenKind::KwAsync));
    if !def || slip.opener(slip.found) != Some(TokenKind::LeftParen) {
        return None;
    }
    let (message, help) = match slip.kind(slip.found) {
        Some(TokenKind::Assign) => ("parameters have no default values", "give the value in every call"),
        Some(TokenKind::Colon) => ("parameters have no types", "leave out the type"),
        Some(TokenKind::Star) => ("every parameter has a name of its own", "pass a list"),
        _ => return None,
    };
    let error = error(code::UNEXPECTED, slip, message).at("expected `,` or `)`").with_help(help);
    let fix = (slip.kind(slip.found) == Some(TokenKind::Colon)).then(|| type_of(slip)).flatten();
    Some(match fix {
        Some(span) => error.with_fix(Fix::sure(span, "")),
        None => error,
    })
}

/// A colon and the type behind it, up to the next parameter.
fn type_of(slip: &Slip<'_>) -> Option<Span> {
    let mut index = slip.found + 1;
    let mut last = slip.found;
    while let Some(token) = slip.tokens.get(index) {
        let ends = matches!(token.kind, TokenKind::Comma | TokenKind::RightParen | TokenKind::Assign);
        if ends {
            break;
        }
        index = slip.brackets.partner[index].max(index);
        if !token.kind.is_trivia() {
            last = index;
        }
        index += 1;
    }
    let start = slip.previous.map(|previous| slip.span(previous).end)?;
    (last > slip.found).then(|| Span { start, end: slip.span(last).end })
}

/// `expect lock-order`: kinds of findings are written with hyphens elsewhere.
pub(super) fn hyphenated_kind(slip: &Slip<'_>) -> Option<Diagnostic> {
    let expect = slip.word(slip.statement_start()) == "expect" && slip.opener(slip.found).is_none();
    if slip.kind(slip.found) != Some(TokenKind::Minus) || !expect {
        return None;
    }
    let error = error(code::UNEXPECTED, slip, "a kind of finding is one word here").at("not part of a word");
    Some(error.with_help("write `_` in place of `-`").with_fix(Fix::sure(slip.span(slip.found), "_")))
}
