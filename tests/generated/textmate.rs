//! The grammar for editors, in the form of `TextMate`, by which they colour scripts.
//!
//! It works line by line and by regular expressions (those of Oniguruma), so a word by its place is told by
//! what stands beside it. It uses no look-behind of varying length, which some programs lack.

use concsim::base::{size, time};
use concsim::ir::exception;
use concsim::ir::signature::Builtin;
use concsim::syntax::word::Role;
use serde_json::{Value, json};

use crate::vocabulary::{findings, method_names, object_kinds, reserved, setting_names, unit_kinds};

const NAME: &str = "[A-Za-z_][A-Za-z0-9_]*";
/// The start of an item: a line, or the place behind `;` or a closing brace.
const START: &str = r"(?:^\x{FEFF}?|(?<=[;}]))\s*";
/// A name follows, so that the word before it is none itself.
const BEFORE_NAME: &str = r"(?=\s+(?!(?:in|is|and|or|not)\b)[A-Za-z_])";
/// The end of an operand and a blank.
const BEHIND_OPERAND: &str = r#"(?<=[A-Za-z0-9_)\]"]\s)"#;

pub(crate) fn text() -> String {
    let order = ["comment", "string", "item", "place", "word", "number", "call", "operator", "bracket"];
    let patterns: Vec<Value> = order.iter().map(|name| include(name)).collect();
    let grammar = json!({
        "name": "Concsim",
        "scopeName": "source.conc",
        "fileTypes": ["conc"],
        "information_for_contributors": ["Made from the tables of the code by tests/generated."],
        "patterns": patterns,
        "repository": {
            "comment": all([scoped("comment.line.number-sign", "#.*$")]),
            "string": all(strings()),
            "item": all(items()),
            "machine": machine(),
            "place": all(places()),
            "word": all(words()),
            "literal": all([scoped("constant.language", &word(&reserved(Role::Literal)))]),
            "number": all(numbers()),
            "call": all(calls()),
            "operator": all(operators()),
            "bracket": all(brackets()),
        },
    });
    let text = serde_json::to_string_pretty(&grammar).expect("a grammar is a JSON value");
    text + "\n"
}

fn all(patterns: impl Into<Vec<Value>>) -> Value {
    json!({ "patterns": patterns.into() })
}

fn include(name: &str) -> Value {
    json!({ "include": format!("#{name}") })
}

/// The whole match has that scope.
fn scoped(scope: &str, pattern: &str) -> Value {
    json!({ "name": format!("{scope}.conc"), "match": pattern })
}

/// The groups of the match have these scopes.
fn grouped(pattern: &str, scopes: &[&str]) -> Value {
    json!({ "match": pattern, "captures": captures(scopes) })
}

fn captures(scopes: &[&str]) -> Value {
    let entry =
        |(number, scope): (usize, &&str)| (number.to_string(), json!({ "name": format!("{scope}.conc") }));
    Value::Object((1..).zip(scopes).map(entry).collect())
}

fn any(words: &[impl AsRef<str>]) -> String {
    let mut words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    // Where one word begins another, the longer one has to be tried first.
    words.sort_by_key(|word| (std::cmp::Reverse(word.len()), *word));
    format!("(?:{})", words.join("|"))
}

fn word(words: &[impl AsRef<str>]) -> String {
    format!(r"\b{}\b", any(words))
}

fn strings() -> [Value; 2] {
    let double = json!({
        "name": "string.quoted.double.conc",
        "begin": "\"",
        "end": "\"|$",
        "patterns": [
            scoped("constant.character.escape", r#"\\(?:[nt"\\]|u\{[0-9A-Fa-f]{1,6}\})"#),
            scoped("invalid.illegal.escape", r"\\."),
        ],
    });
    [double, scoped("invalid.illegal.quotes", "'[^'#]*'|[“”„«»][^“”„«»\"]*[“”„«»]|[‘’‚‹›][^‘’‚‹›']*[‘’‚‹›]")]
}

/// What stands at the top level, with the name that it declares.
fn items() -> Vec<Value> {
    let kinds = any(&object_kinds());
    let function = json!({
        "begin": format!(r"\b(?:(async)\s+)?(def)\s+({NAME})\s*(\()"),
        "beginCaptures": captures(&["storage.modifier", "storage.type.function", "entity.name.function", "punctuation.parameters.begin"]),
        "end": r"(\))|(?=[{}])",
        "endCaptures": captures(&["punctuation.parameters.end"]),
        "patterns": [include("comment"), scoped("variable.parameter", NAME), scoped("punctuation.separator.comma", ",")],
    });
    vec![
        function,
        include("machine"),
        grouped(
            &format!(r"{START}(?:(process)\s+)?({kinds}){BEFORE_NAME}"),
            &["storage.modifier", "storage.type.object"],
        ),
        grouped(&format!(r"{START}(param)\s+({NAME})"), &["storage.type", "variable.other.constant"]),
        grouped(
            &format!(r"{START}(?:(process)\s+)?(?:(atomic)\s+)?(shared)\b"),
            &["storage.modifier", "storage.modifier", "storage.type"],
        ),
        grouped(
            &format!(r"{START}(expect)\s+({})\b", any(&findings())),
            &["storage.type", "support.constant.finding"],
        ),
        grouped(&format!(r"{START}(finally)(?=\s+[^\s{{#])"), &["storage.type"]),
        grouped(&format!(r"{START}(expect)(?=\s+[A-Za-z_])"), &["storage.type"]),
    ]
}

/// The block in which settings stand.
fn machine() -> Value {
    json!({
        "begin": format!(r"{START}(machine)(?=\s*(?:\{{|#|$))"),
        "beginCaptures": captures(&["storage.type"]),
        "end": r"\}",
        "endCaptures": { "0": { "name": "punctuation.block.end.conc" } },
        "patterns": [
            include("comment"),
            include("string"),
            include("number"),
            include("literal"),
            scoped("support.type.property-name.setting", &format!(r"{}(?=\s*:)", word(&setting_names()))),
            scoped("punctuation.block.begin", r"\{"),
            scoped("punctuation.separator", "[:;,]"),
            scoped("keyword.operator.arithmetic", "-"),
        ],
    })
}

/// Words that mean something beside others only, and names that do.
fn places() -> Vec<Value> {
    let exceptions: Vec<&str> = exception::ALL.iter().map(|exception| exception.name).collect();
    vec![
        grouped(
            &format!(r"\b(spawn)\s+({})\b", any(&unit_kinds())),
            &["keyword.operator.wordlike", "storage.type.unit"],
        ),
        grouped(&format!(r"\b(region)\s+({NAME})"), &["keyword.control", "entity.name.section.region"]),
        grouped(
            &format!(r"\b(raise|except)\s+({}|Exception)\b", any(&exceptions)),
            &["keyword.control", "support.class.exception"],
        ),
        grouped(&format!(r"\b(raise|except)\s+({NAME})"), &["keyword.control", "entity.name.type.exception"]),
        grouped(r"\b(atomic)\s+(when)\b", &["keyword.control", "keyword.control"]),
        grouped(&format!(r"{BEHIND_OPERAND}(nogil)\b(?=\s*(?:$|[;}}#]))"), &["keyword.control"]),
        grouped(&format!(r"{BEHIND_OPERAND}(on){BEFORE_NAME}"), &["keyword.control"]),
        grouped(
            &format!(r"{BEHIND_OPERAND}(is)\b(?=\s+[A-Za-z0-9_(\[{{\x22-])"),
            &["keyword.operator.wordlike"],
        ),
    ]
}

/// The reserved words by the first of their parts, but for those that declare.
fn words() -> Vec<Value> {
    let scope = |role| match role {
        Role::Item => "storage.type",
        Role::Statement | Role::Clause => "keyword.control",
        Role::Operator => "keyword.operator.wordlike",
        Role::Literal => "constant.language",
    };
    let roles =
        Role::ALL.iter().map(|role| scoped(scope(*role), &format!(r"(?<!\.){}", word(&reserved(*role)))));
    roles.collect()
}

/// Numbers with what may not stand beside them; `0..n` is a number, a range and a name.
fn numbers() -> Vec<Value> {
    const WHOLE: &str = r"(?<![A-Za-z0-9_])(?:0|[1-9](?:_?[0-9])*)";
    const DECIMALS: &str = r"(?:\.[0-9](?:_?[0-9])*)?";
    const END: &str = r"(?![A-Za-z0-9_]|\.[0-9])";
    let units = |units: &[(&str, u64)]| any(&units.iter().map(|(unit, _)| *unit).collect::<Vec<_>>());
    let quantity = |scope: &str, units: String| {
        json!({
            "name": format!("constant.numeric.{scope}.conc"),
            "match": format!("{WHOLE}{DECIMALS}({units}){END}"),
            "captures": captures(&["keyword.other.unit"]),
        })
    };
    vec![
        quantity("duration", units(&time::UNITS)),
        quantity("size", units(&size::UNITS)),
        scoped("constant.numeric.integer", &format!("{WHOLE}{END}")),
        scoped("invalid.illegal.number", r"(?<![A-Za-z0-9_])[0-9][A-Za-z0-9_]*(?:\.[0-9][A-Za-z0-9_]*)*"),
    ]
}

fn calls() -> Vec<Value> {
    let builtins: Vec<&str> = Builtin::ALL.iter().map(|builtin| builtin.word()).collect();
    vec![
        grouped(
            &format!(r"(?<!\.)(\.)(?!\.)\s*({})(?=\s*\()", any(&method_names())),
            &["punctuation.accessor", "support.function.method"],
        ),
        grouped(
            &format!(r"(?<!\.)(\.)(?!\.)\s*({NAME})"),
            &["punctuation.accessor", "variable.other.member"],
        ),
        scoped("support.function.builtin", &format!(r"{}(?=\s*\()", word(&builtins))),
        scoped("entity.name.function.call", &format!(r"\b{NAME}(?=\s*\()")),
    ]
}

fn operators() -> Vec<Value> {
    vec![
        scoped("invalid.illegal.operator", r"&&?|\|\|?|!(?!=)|\*\*|\+\+|:=|->|(?<!/)/(?!/)|[\^~@?$]"),
        scoped("keyword.operator.comparison", "==|!=|<=|>=|<|>"),
        scoped("keyword.operator.assignment.augmented", r"(?:\+|-|\*|//|%)="),
        scoped("keyword.operator.assignment", "="),
        scoped("keyword.operator.range", r"\.\."),
        scoped("keyword.operator.arithmetic", r"\+|-|\*|//|%"),
    ]
}

fn brackets() -> Vec<Value> {
    let arguments = json!({
        "begin": r"\(",
        "beginCaptures": { "0": { "name": "punctuation.parenthesis.begin.conc" } },
        "end": r"\)|(?=[{}])",
        "endCaptures": { "0": { "name": "punctuation.parenthesis.end.conc" } },
        "patterns": [
            scoped("variable.parameter.named", &format!(r"\b{NAME}(?=\s*=(?!=))")),
            json!({ "include": "$self" }),
        ],
    });
    vec![
        arguments,
        scoped("punctuation.block", r"[{}]"),
        scoped("punctuation.bracket", r"[\[\]]"),
        scoped("punctuation.separator.comma", ","),
        scoped("punctuation.terminator", ";"),
    ]
}

#[test]
fn every_word_by_its_place_stands_in_the_grammar() {
    let text = text();
    for word in concsim::syntax::word::CONTEXTUAL {
        assert!(text.contains(&format!("({})", word.text)), "`{}` has no pattern", word.text);
    }
}
