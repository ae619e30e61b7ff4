//! Habits from other languages, each told in its own words.
//!
//! One function a habit: it looks at the place where the grammar stops and
//! gives the error if it knows what was meant.

#![expect(clippy::wildcard_enum_match_arm, reason = "a habit is about a few of many tokens")]

use crate::base::diagnostic::Diagnostic;
use crate::base::suggest::nearest;
use crate::syntax::ast::{ObjectKind, UnitKind};
use crate::syntax::code;
use crate::syntax::parse::slip::Slip;
use crate::syntax::token::TokenKind;

/// All habits; the first that fits is reported.
pub(super) const HABITS: &[fn(&Slip<'_>) -> Option<Diagnostic>] = &[
    else_if,
    alias,
    chained_comparison,
    colon,
    decrement,
    prefixed_string,
    foreign_statement,
    spawn_without_kind,
    object_in_block,
    outside,
    item_in_block,
    missing_block,
    single_equals,
    default_value,
    slice,
    range_as_value,
    several_places,
    stray_clause,
    nothing_in_brackets,
    named_in_print,
    spawn_without_function,
    conditional_value,
    dictionary,
    hyphenated_kind,
];

fn error(code: &'static str, slip: &Slip<'_>, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, slip.span(slip.found), message)
}

fn previous_kind(slip: &Slip<'_>) -> Option<TokenKind> {
    slip.previous.and_then(|previous| slip.kind(previous))
}

fn else_if(slip: &Slip<'_>) -> Option<Diagnostic> {
    let previous = slip.previous?;
    if slip.kind(previous) != Some(TokenKind::KwElse) || slip.kind(slip.found) != Some(TokenKind::KwIf) {
        return None;
    }
    let span = slip.span(previous).to(slip.span(slip.found));
    let error = Diagnostic::error(code::ELSE_IF, span, "`else if` is one word here");
    Some(error.at("two words").with_help("write `elif`"))
}

fn alias(slip: &Slip<'_>) -> Option<Diagnostic> {
    if slip.kind(slip.found) != Some(TokenKind::Name) || slip.word(slip.found) != "as" {
        return None;
    }
    let start = slip.statement_start();
    if slip.kind(start) == Some(TokenKind::KwExcept) {
        let error = error(code::AS, slip, "`except` gives the exception no name");
        return Some(error.at("`as` can't stand here").with_help("write `except Name { … }`"));
    }
    let with = matches!(slip.kind(start), Some(TokenKind::KwWith | TokenKind::KwAsync));
    let error = error(code::AS, slip, "`with` gives what it holds no name").at("`as` can't stand here");
    with.then(|| error.with_help("leave out `as` and the name behind it"))
}

fn chained_comparison(slip: &Slip<'_>) -> Option<Diagnostic> {
    let comparison = matches!(slip.word(slip.found), "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "is")
        || slip.kind(slip.found) == Some(TokenKind::KwNot);
    if !comparison || !slip.after_operand() || slip.expects("kw_in") {
        return None;
    }
    let error = error(code::CHAINED_COMPARISON, slip, "comparisons can't be chained");
    Some(error.at("a second comparison").with_help("join them with `and`: `a < b and b < c`"))
}

fn colon(slip: &Slip<'_>) -> Option<Diagnostic> {
    let block = slip.expects("left_brace") || slip.expects("block");
    if slip.kind(slip.found) != Some(TokenKind::Colon) || !block {
        return None;
    }
    let error = error(code::COLON, slip, "a block opens with `{`, not with `:`");
    Some(error.at("write `{` here").with_help("put the block in braces: `{ … }`"))
}

/// `x--` is `x - (-…)` to the grammar, which then misses an operand. (`x++` is a word of its own to the lexer.)
fn decrement(slip: &Slip<'_>) -> Option<Diagnostic> {
    let last = slip.previous?;
    let first = last.checked_sub(1)?;
    let minus = |index| slip.kind(index) == Some(TokenKind::Minus);
    if !slip.at_end() || !minus(last) || !minus(first) {
        return None;
    }
    let span = slip.span(first).to(slip.span(last));
    let error = Diagnostic::error(code::FOREIGN_OPERATOR, span, "`--` is no operator of this language");
    Some(error.at("write `-= 1`").with_help("write `-= 1` in place of `--`"))
}

fn prefixed_string(slip: &Slip<'_>) -> Option<Diagnostic> {
    let previous = slip.previous?;
    let adjacent = slip.span(previous).end == slip.span(slip.found).start;
    let string = slip.kind(slip.found) == Some(TokenKind::String);
    if !adjacent || !string || !matches!(slip.word(previous), "f" | "F" | "r" | "b" | "u") {
        return None;
    }
    let span = slip.span(previous).to(slip.span(slip.found));
    let error =
        Diagnostic::error(code::UNEXPECTED, span, "strings have no prefix").at("only \"…\" is a string");
    Some(error.with_help("`print` takes several values: `print \"total\", total`"))
}

/// First words of statements that other languages have, with what to do instead.
const FOREIGN: &[(&str, &str)] = &[
    ("global", "leave it out: assigning a name that is no local assigns the shared one"),
    ("nonlocal", "leave it out: assigning a name that is no local assigns the shared one"),
    ("import", "leave it out: everything is built in"),
    ("from", "leave it out: everything is built in"),
    ("class", "use functions and `shared` data"),
    ("del", "leave it out, or assign `None`"),
    ("yield", "use a `queue` to hand on values"),
    ("lambda", "write a `def` with a name"),
    ("match", "use `if` and `elif`"),
    ("switch", "use `if` and `elif`"),
    ("case", "use `if` and `elif`"),
    ("do", "use `while`"),
    ("until", "use `while not`"),
    ("loop", "use `while True`"),
    ("foreach", "use `for x in xs`"),
    ("elseif", "write `elif`"),
    ("elsif", "write `elif`"),
    ("throw", "write `raise`"),
    ("catch", "write `except`"),
    ("var", "write `let`"),
    ("const", "write `let`, or `param` outside functions"),
    ("function", "write `def`"),
    ("func", "write `def`"),
    ("fn", "write `def`"),
];

fn foreign_statement(slip: &Slip<'_>) -> Option<Diagnostic> {
    let candidates = [slip.previous, Some(slip.found)];
    let index = candidates.into_iter().flatten().find(|&index| {
        slip.kind(index) == Some(TokenKind::Name) && FOREIGN.iter().any(|(word, _)| *word == slip.word(index))
    })?;
    let (word, mend) = FOREIGN.iter().find(|(word, _)| *word == slip.word(index))?;
    let lambda = *word == "lambda" && Some(index) == slip.previous;
    if index != slip.statement_start() && !lambda {
        return None;
    }
    let error =
        Diagnostic::error(code::FOREIGN_STATEMENT, slip.span(index), format!("there is no `{word}` here"));
    Some(error.at("not a statement of this language").with_help(*mend))
}

fn spawn_without_kind(slip: &Slip<'_>) -> Option<Diagnostic> {
    let previous = slip.previous?;
    let kinds = UnitKind::ALL.iter().map(|kind| kind.word());
    if slip.kind(previous) == Some(TokenKind::KwSpawn) {
        let found = slip.word(slip.found);
        let error = error(code::UNIT_KIND, slip, "`spawn` needs the kind of unit");
        let help = nearest(found, kinds).map_or_else(
            || format!("write `spawn thread {found}`, or process, task, subprocess, interpreter or unit"),
            |kind| format!("did you mean `spawn {kind}`?"),
        );
        return Some(error.at("which kind?").with_help(help));
    }
    None
}

/// `lock m` inside a function: to the grammar `lock` is a name there.
fn object_in_block(slip: &Slip<'_>) -> Option<Diagnostic> {
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

const ITEM_WORDS: [&str; 8] = ["machine", "param", "process", "expect", "def", "main", "shared", "invariant"];

fn outside(slip: &Slip<'_>) -> Option<Diagnostic> {
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
    let kinds = ObjectKind::ALL.iter().map(|kind| kind.word());
    let next = slip.solid_from(slip.found + 1);
    let assigned = next.is_some_and(|next| slip.kind(next) == Some(TokenKind::Assign));
    if assigned {
        return Some(error.with_help(format!("declare it: `shared {word} = …` or `param {word} = …`")));
    }
    let near = if keyword { None } else { nearest(word, ITEM_WORDS.into_iter().chain(kinds)) };
    Some(match near {
        Some(near) => error.with_help(format!("did you mean `{near}`?")),
        None => error.with_help("put it into `main { … }` or a `def`"),
    })
}

fn item_in_block(slip: &Slip<'_>) -> Option<Diagnostic> {
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

fn missing_block(slip: &Slip<'_>) -> Option<Diagnostic> {
    let block = slip.expects("left_brace") || slip.expects("block");
    if !block || !slip.at_end() {
        return None;
    }
    let start = slip.statement_start();
    let error =
        Diagnostic::error(code::MISSING_BLOCK, slip.span(slip.previous?), "a block `{ … }` is missing");
    let word = slip.word(start);
    Some(
        error
            .at("expected `{` after this")
            .with_help(format!("`{word}` needs a block; an empty one is `{{ pass }}`")),
    )
}

fn single_equals(slip: &Slip<'_>) -> Option<Diagnostic> {
    let condition = matches!(
        slip.kind(slip.statement_start()),
        Some(
            TokenKind::KwIf
                | TokenKind::KwElif
                | TokenKind::KwWhile
                | TokenKind::KwAssert
                | TokenKind::KwInvariant
                | TokenKind::KwFinally
                | TokenKind::KwReturn
                | TokenKind::KwAtomic
        )
    );
    if slip.kind(slip.found) != Some(TokenKind::Assign) || !condition {
        return None;
    }
    Some(error(code::UNEXPECTED, slip, "`=` assigns").at("assigns").with_help("compare with `==`"))
}

fn default_value(slip: &Slip<'_>) -> Option<Diagnostic> {
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
    Some(error(code::UNEXPECTED, slip, message).at("expected `,` or `)`").with_help(help))
}

fn slice(slip: &Slip<'_>) -> Option<Diagnostic> {
    let inside = slip.opener(slip.found) == Some(TokenKind::LeftBracket);
    if !inside || slip.kind(slip.found) != Some(TokenKind::Colon) {
        return None;
    }
    let error = error(code::UNEXPECTED, slip, "lists have no slices").at("expected `]`");
    Some(error.with_help("take the elements one by one with `for`"))
}

fn range_as_value(slip: &Slip<'_>) -> Option<Diagnostic> {
    if slip.kind(slip.found) != Some(TokenKind::DotDot) || !slip.after_operand() {
        return None;
    }
    let error = error(code::RANGE, slip, "a range `a..b` is no value").at("no range can stand here");
    Some(error.with_help("ranges stand in `for i in a..b` and as arguments, like `choose(a..b)`"))
}

fn several_places(slip: &Slip<'_>) -> Option<Diagnostic> {
    let first = slip.kind(slip.statement_start())?;
    let names = matches!(first, TokenKind::KwLet | TokenKind::Name | TokenKind::KwFor);
    if slip.kind(slip.found) != Some(TokenKind::Comma) || !names || slip.in_brackets(slip.found) {
        return None;
    }
    let previous_is_name = previous_kind(slip) == Some(TokenKind::Name);
    let error = error(code::UNEXPECTED, slip, "a statement assigns to one place").at("a second value");
    previous_is_name.then(|| error.with_help("write one statement for each name"))
}

fn stray_clause(slip: &Slip<'_>) -> Option<Diagnostic> {
    let owner = match slip.kind(slip.found)? {
        TokenKind::KwElif | TokenKind::KwElse => "if",
        TokenKind::KwExcept | TokenKind::KwFinally => "try",
        _ => return None,
    };
    if slip.statement_start() != slip.found {
        return None;
    }
    let word = slip.word(slip.found);
    let error = error(code::UNEXPECTED, slip, format!("this `{word}` belongs to nothing"));
    let help = format!("`{word}` stands right behind a block of `{owner}`");
    Some(error.at(format!("no `{owner}` before it")).with_help(help))
}

/// `print()` and `raise E()`, which to the grammar are a value in brackets.
fn nothing_in_brackets(slip: &Slip<'_>) -> Option<Diagnostic> {
    let previous = slip.previous?;
    if slip.kind(previous) != Some(TokenKind::LeftParen)
        || slip.kind(slip.found) != Some(TokenKind::RightParen)
    {
        return None;
    }
    let help = match slip.kind(slip.statement_start())? {
        TokenKind::KwPrint => "`print \"\"` prints an empty line",
        TokenKind::KwRaise => "leave out the brackets: `raise Name` or `raise Name \"text\"`",
        _ => return None,
    };
    let span = slip.span(previous).to(slip.span(slip.found));
    let error = Diagnostic::error(code::UNEXPECTED, span, "there is no value in these brackets");
    Some(error.at("expected a value").with_help(help))
}

fn named_in_print(slip: &Slip<'_>) -> Option<Diagnostic> {
    let print = slip.kind(slip.statement_start()) == Some(TokenKind::KwPrint);
    if !print || slip.kind(slip.found) != Some(TokenKind::Assign) || !slip.in_brackets(slip.found) {
        return None;
    }
    let error = error(code::UNEXPECTED, slip, "`print` takes values only").at("a named argument");
    Some(error.with_help("`print` joins its values with spaces and ends the line"))
}

/// `spawn thread(f)`, which to the grammar has options and no function.
fn spawn_without_function(slip: &Slip<'_>) -> Option<Diagnostic> {
    let previous = slip.previous?;
    if !slip.expects("name") || slip.kind(previous) != Some(TokenKind::RightParen) {
        return None;
    }
    let unit = slip.solid_before(slip.brackets.partner[previous])?;
    let spawn = slip.solid_before(unit)?;
    if slip.kind(spawn) != Some(TokenKind::KwSpawn) {
        return None;
    }
    let span = slip.span(spawn).to(slip.span(previous));
    let error = Diagnostic::error(code::UNEXPECTED, span, "`spawn` needs a function to run");
    let help = format!("write `spawn {} f(x)`; options stand before the function", slip.word(unit));
    Some(error.at("expected a function with its arguments after this").with_help(help))
}

fn conditional_value(slip: &Slip<'_>) -> Option<Diagnostic> {
    if slip.kind(slip.found) != Some(TokenKind::KwIf) || !slip.after_operand() {
        return None;
    }
    let error = error(code::UNEXPECTED, slip, "there is no `if` inside a statement")
        .at("expected the end of the statement");
    Some(error.with_help("write `if … { … } else { … }` with a statement in each block"))
}

fn dictionary(slip: &Slip<'_>) -> Option<Diagnostic> {
    let value = slip.expects("expression") || slip.expects("argument") || slip.expects("literal");
    if slip.kind(slip.found) != Some(TokenKind::LeftBrace) || !value {
        return None;
    }
    let error = error(code::UNEXPECTED, slip, "`{` opens a block, never a value").at("expected a value");
    Some(error.with_help("there are no dictionaries and sets: use lists"))
}

/// `expect lock-order`: kinds of findings are written with hyphens elsewhere.
fn hyphenated_kind(slip: &Slip<'_>) -> Option<Diagnostic> {
    let expect = slip.word(slip.statement_start()) == "expect" && slip.opener(slip.found).is_none();
    if slip.kind(slip.found) != Some(TokenKind::Minus) || !expect {
        return None;
    }
    let error = error(code::UNEXPECTED, slip, "a kind of finding is one word here").at("not part of a word");
    Some(error.with_help("write `_` in place of `-`"))
}
