//! Accepted scripts, the trees they are read as, and their canonical text.

use proptest::prelude::*;

use super::generator;
use super::scripts::SCRIPTS;
use crate::base::span::Source;
use crate::syntax::ast::{Item, Script, StatementKind};
use crate::syntax::parse::parse;
use crate::syntax::print;

fn read(text: &str) -> Script {
    let source = Source::new("test.conc", text);
    parse(&source).whole().unwrap_or_else(|errors| {
        panic!("{:?} {:?}\n{text}", source.locate(errors[0].primary.span.start), errors[0])
    })
}

/// The tree as text, without places.
fn shape(script: &Script) -> String {
    let whole = format!("{script:?}");
    let mut parts = whole.split("Span { ");
    let mut shape = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        shape.push_str(part.split_once('}').map_or(part, |(_, rest)| rest));
    }
    shape
}

fn check_round_trip(text: &str) {
    let tree = read(text);
    let printed = print::script(&tree);
    let again = read(&printed);
    assert_eq!(shape(&again), shape(&tree), "{text}\nprinted as\n{printed}");
    assert_eq!(print::script(&again), printed);
}

/// What the statements of `main` look like, one a line.
fn statements(text: &str) -> String {
    let printed = print::script(&read(&format!("main {{ {text} }}")));
    let inner = printed.strip_prefix("main {\n").and_then(|rest| rest.strip_suffix("}\n"));
    inner.unwrap_or(&printed).lines().map(str::trim).collect::<Vec<_>>().join("; ")
}

#[track_caller]
fn check(text: &str, want: &str) {
    assert_eq!(statements(text), want, "{text}");
}

#[test]
fn scripts_that_use_every_construct_survive_printing() {
    SCRIPTS.iter().for_each(|script| check_round_trip(script));
}

#[test]
fn operators_bind_as_in_python() {
    check("x = ((a or b) and (not c)) == d", "x = ((a or b) and not c) == d");
    check("x = (a + (b * c)) - (d - e)", "x = a + b * c - (d - e)");
    check("x = (a - b) - c", "x = a - b - c");
    check("x = (-a) * b + -(a * b)", "x = -a * b + -(a * b)");
    check("x = not (a == b)", "x = not a == b");
    check("x = (not a) == b", "x = (not a) == b");
    check("x = (a < b) < c", "x = (a < b) < c");
    check("x = (await a).b", "x = (await a).b");
    check("x = await (a.b)", "x = await a.b");
    check("x = -(await a)", "x = -await a");
    check("x = await (-a)", "x = await (-a)");
    check("x = (a and b) or (c and d)", "x = a and b or c and d");
    check("x = a and (b or c)", "x = a and (b or c)");
    check("x = (-1).f()", "x = (-1).f()");
    check("x = --a", "x = --a");
}

#[test]
fn habits_of_python_are_read_as_the_first_form() {
    check("for i in range(n) { pass }", "for i in 0..n {; pass; }");
    check("for i in range(1, n) { pass }", "for i in 1..n {; pass; }");
    check("f(range(3), range(a, b))", "f(0..3, a..b)");
    check("print(a, b)", "print a, b");
    check("print(a, b,)", "print a, b");
    check("print (a), b", "print a, b");
    check("print (a + b) * 2", "print (a + b) * 2");
    check("raise ValueError(\"text\")", "raise ValueError \"text\"");
    check("x = a is not None", "x = a is not None");
    assert_eq!(print::script(&read("async def f() { }")), "def f() {}\n");
}

#[test]
fn values_print_in_their_largest_unit() {
    check("x = [1_000, 1500us, 60s, 1024KiB, 1_500B]", "x = [1000, 1.5ms, 60s, 1MiB, 1500B]");
    check(r#"x = "a\u{a}\u{200b}é""#, r#"x = "a\n\u{200b}é""#);
    check("x = -9223372036854775808", "x = -9223372036854775808");
}

#[test]
fn items_stand_apart_by_kind() {
    let text = "machine { cores: 2; unit: \"task\" }; param a = -1; lock m[2](a), n; shared x = 0\nfinally x == 1; main { }";
    let want = "machine {\n    cores: 2\n    unit: \"task\"\n}\n\nparam a = -1\n\nlock m[2](a), n\nshared x = 0\n\nfinally x == 1\n\nmain {}\n";
    assert_eq!(print::script(&read(text)), want);
}

#[test]
fn a_minus_before_a_number_is_an_operation_except_for_the_smallest() {
    let tree = read("main { let x = -1; let y = - 9223372036854775808 }");
    let shape = shape(&tree);
    assert!(shape.contains("Unary { op: Negate, operand: Expr { kind: Literal(Int(1))"), "{shape}");
    assert!(shape.contains("Literal(Int(-9223372036854775808))"), "{shape}");
}

#[test]
fn places_leave_out_brackets_blanks_and_comments() {
    let text = "main { x = (a + b) * c   # why\n if a { } # end\n}";
    let source = Source::new("test.conc", text);
    let tree = parse(&source).whole().unwrap();
    let Item::Main(main) = &tree.items[0] else { panic!("main is the only item") };
    let slices: Vec<&str> =
        main.body.statements.iter().map(|statement| source.slice(statement.span)).collect();
    assert_eq!(slices, ["x = (a + b) * c", "if a { }"]);
    let StatementKind::Assign { value, .. } = &main.body.statements[0].kind else {
        panic!("an assignment comes first")
    };
    assert_eq!(source.slice(value.span), "(a + b) * c");
    let crate::syntax::ast::ExprKind::Binary { left, .. } = &value.kind else { panic!("a product") };
    assert_eq!(source.slice(left.span), "a + b");
}

proptest! {
    #![proptest_config(super::config(256))]

    #[test]
    fn generated_scripts_survive_printing(text in generator::script()) {
        check_round_trip(&text);
    }
}
