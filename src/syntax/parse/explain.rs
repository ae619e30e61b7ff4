//! What to say where the grammar stops: a habit with a text of its own, or what was expected.

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::syntax::code;
use crate::syntax::parse::habit;
use crate::syntax::parse::slip::Slip;
use crate::syntax::token::TokenKind;

/// The error for a place where the grammar stops.
pub(super) fn explain(slip: &Slip<'_>) -> Diagnostic {
    habit::HABITS.iter().find_map(|habit| habit(slip)).unwrap_or_else(|| unexpected(slip))
}

fn unexpected(slip: &Slip<'_>) -> Diagnostic {
    let wanted = wanted(slip);
    let label = if wanted.is_empty() { "not expected here".to_owned() } else { format!("expected {wanted}") };
    if slip.at_end() && slip.kind(slip.found) != Some(TokenKind::RightBrace) {
        return too_early(slip, &label);
    }
    let word = slip.word(slip.found);
    let error =
        Diagnostic::error(code::UNEXPECTED, slip.span(slip.found), format!("`{word}` can't stand here"));
    let error = error.at(label);
    let is_keyword = slip.kind(slip.found).is_some_and(TokenKind::is_keyword);
    if slip.expects("name") && is_keyword {
        return error.with_help(format!("`{word}` is a reserved word: choose another name"));
    }
    if slip.expects("semicolon") && slip.previous.is_some() {
        return error.with_help("a statement ends at the end of its line or at `;`");
    }
    error
}

fn too_early(slip: &Slip<'_>, label: &str) -> Diagnostic {
    let end = slip.previous.map_or(0, |previous| slip.span(previous).end as usize);
    let span = slip.previous.map_or(Span::new(end, end), |previous| slip.span(previous));
    let what = match slip.kind(slip.found) {
        None => "the script ends too early",
        Some(TokenKind::Semicolon) => "the statement ends too early",
        Some(_) => "the line ends too early",
    };
    let error = Diagnostic::error(code::UNEXPECTED, span, what).at(format!("{label} after this"));
    let operator = slip.previous.is_some_and(|previous| is_operator(slip.word(previous)));
    if operator && slip.kind(slip.found) == Some(TokenKind::Newline) {
        return error.with_help(
            "an operator at the end of a line does not continue it: put brackets around all of it",
        );
    }
    error
}

fn is_operator(word: &str) -> bool {
    matches!(
        word,
        "+" | "-"
            | "*"
            | "//"
            | "%"
            | "and"
            | "or"
            | "not"
            | "=="
            | "!="
            | "<"
            | "<="
            | ">"
            | ">="
            | "in"
            | "is"
    )
}

/// What could have stood there, in words: `` `,` or `)` ``.
fn wanted(slip: &Slip<'_>) -> String {
    let mut words: Vec<String> = Vec::new();
    for rule in slip.expected.iter().filter(|rule| !(slip.after_operand() && goes_on(rule))) {
        let word = describe(rule);
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    // Of what says the same in general and in particular, the general is enough.
    for (general, particular) in [
        (
            STATEMENT,
            &[VALUE, "a name", "`}`", "`let`", "`compute`", "`await`", "`spawn`", "`io`", "`sleep`"][..],
        ),
        (VALUE, &["a name", OPERATOR, "`(`", "`[`", "`await`", "`spawn`", "`io`", "`sleep`"][..]),
        (END, &["`}`"][..]),
    ] {
        if words.iter().any(|word| word == general) {
            words.retain(|word| !particular.contains(&word.as_str()));
        }
    }
    words.truncate(4);
    let Some(last) = words.pop() else { return String::new() };
    if words.is_empty() { last } else { format!("{} or {last}", words.join(", ")) }
}

/// What can follow any operand: it helps nobody to hear so.
fn goes_on(rule: &str) -> bool {
    matches!(rule, "kw_in" | "left_paren" | "left_bracket" | "dot" | "arguments" | "index" | "attribute")
        || describe(rule) == OPERATOR
}

const STATEMENT: &str = "a statement";
const VALUE: &str = "a value";
const END: &str = "the end of the statement";
const OPERATOR: &str = "an operator";

/// A rule in the words of someone who has never seen the grammar; empty for what goes without saying.
fn describe(rule: &str) -> String {
    if matches!(rule, "kw_true" | "kw_false" | "kw_none") {
        return VALUE.to_owned();
    }
    if matches!(rule, "kw_and" | "kw_or" | "kw_not" | "word_is") {
        return OPERATOR.to_owned();
    }
    if let Some(word) = rule.strip_prefix("kw_").or_else(|| rule.strip_prefix("word_")) {
        return format!("`{word}`");
    }
    if rule.ends_with("_statement") || matches!(rule, "assignment_or_expression" | "block_word" | "line_word")
    {
        return STATEMENT.to_owned();
    }
    let words = match rule {
        "expression" | "integer" | "duration" | "size" | "string" | "literal" | "list" | "parentheses"
        | "spawn" => "a value",
        "name" => "a name",
        "argument" => "an argument",
        "setting" => "a setting like `cores: 2`",
        "items" | "machine" | "function" | "main" | "param" | "objects" | "shared" | "invariant"
        | "finally" | "expect" => "`def`, `main`, a declaration or a property",
        "object_kind" => "a kind of object like `lock`",
        "unit_kind" => "thread, process, task, subprocess, interpreter or unit",
        "declarator" | "cell" => "a name",
        "parameters" | "left_paren" => "`(`",
        "right_paren" => "`)`",
        "left_bracket" => "`[`",
        "right_bracket" => "`]`",
        "left_brace" | "block" => "`{`",
        "right_brace" => "`}`",
        "colon" => "`:`",
        "assign" => "`=`",
        "comma" => "`,`",
        "dot_dot" => "`..`",
        "semicolon" | "EOI" => END,
        "plus" | "minus" | "star" | "slash_slash" | "percent" | "equal" | "not_equal" | "less"
        | "less_equal" | "greater" | "greater_equal" => OPERATOR,
        _ => "",
    };
    words.to_owned()
}
