//! Random scripts that the grammar accepts, as text.

use proptest::collection::vec;
use proptest::prelude::*;

fn word(words: &'static [&'static str]) -> BoxedStrategy<String> {
    proptest::sample::select(words).prop_map(str::to_owned).boxed()
}

fn name() -> BoxedStrategy<String> {
    word(&["a", "b", "xs", "event", "process", "task", "on", "nogil", "is", "when", "lock", "f", "_x1"])
}

fn literal() -> BoxedStrategy<String> {
    word(&[
        "0",
        "7",
        "1_000",
        "9223372036854775807",
        "1.5ms",
        "2s",
        "1min",
        "0ns",
        "64KiB",
        "10MB",
        "1.5KB",
        "True",
        "False",
        "None",
        "\"\"",
        "\"a # \\\" \\\\ \\n\"",
        "\"\\u{200b}é\"",
    ])
}

/// Expressions as the grammar nests them: each layer of the tightest that can stand there.
pub(super) fn expression() -> BoxedStrategy<String> {
    let leaf = prop_oneof![name(), literal(), Just("-9223372036854775808".to_owned()), Just("[]".to_owned())];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let binary = word(&[
            "or", "and", "==", "!=", "<", ">=", "in", "not in", "is", "is not", "+", "-", "*", "//", "%",
        ]);
        prop_oneof![
            // Brackets around both sides are always right; the printer takes away what is not needed.
            (inner.clone(), binary, inner.clone()).prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
            (inner.clone(), word(&["+", "*", "and", "or"]), name())
                .prop_map(|(a, op, b)| format!("({a}) {op} {b} {op} {b}")),
            inner.clone().prop_map(|a| format!("not not ({a})")),
            inner.clone().prop_map(|a| format!("- -({a})")),
            inner.clone().prop_map(|a| format!("await await ({a})")),
            vec(inner.clone(), 0..3).prop_map(|values| format!("[{}]", values.join(",\n  "))),
            (inner.clone(), args(&inner)).prop_map(|(a, args)| format!("({a})({args})")),
            (name(), inner.clone(), name()).prop_map(|(a, b, c)| format!("{a}[{b}].{c}")),
            (word(&["thread", "process", "task", "unit"]), name(), args(&inner))
                .prop_map(|(unit, f, args)| format!("spawn {unit} {f}({args})")),
            (word(&["subprocess", "interpreter"]), args(&inner), name(), args(&inner))
                .prop_map(|(unit, options, f, args)| format!("spawn {unit}({options}) {f}({args})")),
        ]
    })
    .boxed()
}

fn args(inner: &BoxedStrategy<String>) -> BoxedStrategy<String> {
    let range = (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a}..{b}"));
    let call = (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("range({a}, {b})"));
    let positional = vec(prop_oneof![3 => inner.clone(), 1 => range, 1 => call], 0..3);
    let named = vec((name(), inner.clone()).prop_map(|(name, value)| format!("{name}={value}")), 0..2);
    (positional, named).prop_map(|(first, last)| [first, last].concat().join(", ")).boxed()
}

fn line() -> BoxedStrategy<String> {
    let value = expression;
    prop_oneof![
        (name(), value()).prop_map(|(a, b)| format!("let {a} = {b}")),
        (name(), value(), word(&["=", "+=", "-=", "*=", "//=", "%="]), value())
            .prop_map(|(a, i, op, b)| format!("{a}[{i}] {op} {b}")),
        value().prop_map(|a| format!("compute {a} nogil")),
        (value(), value()).prop_map(|(a, b)| format!("await io {a} on {b}")),
        value().prop_map(|a| format!("io {a}")),
        value().prop_map(|a| format!("sleep {a}")),
        word(&["break", "continue", "pass", "return", "raise", "raise E", "await sleep 1s", "compute 1ms"]),
        value().prop_map(|a| format!("return {a}")),
        value().prop_map(|a| format!("raise E {a}")),
        (value(), value()).prop_map(|(a, b)| format!("assert {a}, {b}")),
        (value(), value()).prop_map(|(a, b)| format!("print {a}, {b}")),
        (value(), value()).prop_map(|(a, b)| format!("print({a}, {b})")),
        value(),
    ]
    .boxed()
}

fn statements() -> BoxedStrategy<String> {
    let block = |lines: Vec<String>| format!("{{\n{}\n}}", lines.join("\n"));
    vec(line(), 0..3)
        .prop_map(block)
        .prop_recursive(3, 12, 3, move |inner| {
            let compound = prop_oneof![
                (expression(), inner.clone()).prop_map(|(a, b)| format!("async with {a}, m {b}")),
                (expression(), inner.clone(), inner.clone())
                    .prop_map(|(a, b, c)| format!("if {a} {b} elif {a} {c} else {b}")),
                (expression(), inner.clone()).prop_map(|(a, b)| format!("while {a} {b}")),
                (expression(), expression(), inner.clone())
                    .prop_map(|(a, b, c)| format!("for i in {a}..{b} {c}")),
                (expression(), inner.clone()).prop_map(|(a, b)| format!("for i in {a} {b}")),
                (inner.clone(), inner.clone())
                    .prop_map(|(a, b)| format!("try {a} except E {b} except {a} finally {b}")),
                inner.clone().prop_map(|a| format!("group {a}")),
                inner.clone().prop_map(|a| format!("region r {a}")),
                (expression(), inner.clone()).prop_map(|(a, b)| format!("atomic when {a} {b}")),
                inner.prop_map(|a| format!("atomic {a}")),
                line().prop_map(|a| format!("{a};")),
            ];
            vec(compound, 0..3).prop_map(block)
        })
        .boxed()
}

/// A whole script.
pub(super) fn script() -> BoxedStrategy<String> {
    let item = prop_oneof![
        (name(), literal()).prop_map(|(a, b)| format!("machine {{ {a}: {b}, {a}: -1 }}")),
        (name(), literal()).prop_map(|(a, b)| format!("param {a} = {b}")),
        (name(), expression(), expression())
            .prop_map(|(a, b, c)| format!("process lock {a}[{b}], q({c}, order={b})")),
        (name(), expression(), expression())
            .prop_map(|(a, b, c)| format!("process atomic shared {a}[{b}] = {c}, z = {b}")),
        (name(), statements()).prop_map(|(a, b)| format!("def {a}(p, q,) {b}")),
        expression().prop_map(|a| format!("invariant {a}")),
        expression().prop_map(|a| format!("finally {a}")),
        name().prop_map(|a| format!("expect {a}")),
        statements().prop_map(|a| format!("main {a}")),
    ];
    vec(item, 0..4).prop_map(|items| items.join("\n# comment\n")).boxed()
}
