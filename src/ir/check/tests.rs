//! Small trees, built by hand, and the codes of their mistakes.
//!
//! Each part has a place of its own, in the order in which it is built.

use std::cell::Cell;
use std::collections::BTreeSet;

use crate::base::diagnostic::{Certainty, Diagnostic};
use crate::base::span::Span;
use crate::syntax::ast::*;

thread_local! {
    static NEXT: Cell<usize> = const { Cell::new(0) };
}

fn place() -> Span {
    let start = NEXT.get();
    NEXT.set(start + 10);
    Span::new(start, start + 9)
}

fn word(text: &str) -> Name {
    Name { text: text.to_owned(), span: place() }
}

fn expr(kind: ExprKind) -> Expr {
    Expr { kind, span: place() }
}

fn name(text: &str) -> Expr {
    expr(ExprKind::Name(text.to_owned()))
}

fn int(value: i64) -> Expr {
    expr(ExprKind::Literal(Literal::Int(value)))
}

fn ms(value: i64) -> Expr {
    expr(ExprKind::Literal(Literal::Duration(value * 1_000_000)))
}

fn binary(left: Expr, op: BinaryOp, right: Expr) -> Expr {
    expr(ExprKind::Binary { op, left: Box::new(left), right: Box::new(right) })
}

fn arg(value: Expr) -> Arg {
    Arg { name: None, value, range_end: None }
}

fn named(key: &str, value: Expr) -> Arg {
    Arg { name: Some(word(key)), value, range_end: None }
}

fn call(function: &str, args: Vec<Arg>) -> Expr {
    expr(ExprKind::Call { callee: Box::new(name(function)), args })
}

fn attribute(base: Expr, method: &str) -> Expr {
    expr(ExprKind::Attribute { base: Box::new(base), name: word(method) })
}

fn method(base: Expr, method: &str, args: Vec<Arg>) -> Expr {
    expr(ExprKind::Call { callee: Box::new(attribute(base, method)), args })
}

fn index(base: Expr, index: Expr) -> Expr {
    expr(ExprKind::Index { base: Box::new(base), index: Box::new(index) })
}

fn awaited(inner: Expr) -> Expr {
    expr(ExprKind::Await(Box::new(inner)))
}

fn spawn(unit: UnitKind, options: Vec<Arg>, function: &str, args: Vec<Arg>) -> Expr {
    let spawn = Spawn { unit, unit_span: place(), options, function: word(function), args };
    expr(ExprKind::Spawn(Box::new(spawn)))
}

fn statement(kind: StatementKind) -> Statement {
    Statement { kind, span: place() }
}

fn bare(value: Expr) -> Statement {
    statement(StatementKind::Expr(value))
}

fn local(text: &str, value: Expr) -> Statement {
    statement(StatementKind::Let { name: word(text), value })
}

fn assign(text: &str, value: Expr) -> Statement {
    let place = Place { name: word(text), indices: Vec::new(), span: place() };
    statement(StatementKind::Assign { place, op: None, value })
}

fn with(item: Expr, body: Vec<Statement>) -> Statement {
    statement(StatementKind::With { items: vec![item], body: block(body), asynchronous: None })
}

fn print(value: Expr) -> Statement {
    statement(StatementKind::Print(vec![value]))
}

fn block(statements: Vec<Statement>) -> Block {
    Block { statements, span: place() }
}

fn main(statements: Vec<Statement>) -> Item {
    Item::Main(Main { span: place(), body: block(statements) })
}

fn def(text: &str, params: &[&str], body: Vec<Statement>) -> Item {
    let params = params.iter().map(|param| word(param)).collect();
    Item::Function(Function { name: word(text), params, body: block(body) })
}

fn object(kind: ObjectKind, text: &str, length: Option<Expr>, args: Vec<Arg>) -> Item {
    let declarators = vec![Declarator { name: word(text), length, args: Some(args) }];
    Item::Objects(Objects { process: None, kind, kind_span: place(), declarators })
}

fn lock(text: &str) -> Item {
    object(ObjectKind::Lock, text, None, Vec::new())
}

fn shared(text: &str, value: Expr) -> Item {
    let cells = vec![SharedCell { name: word(text), length: None, value }];
    Item::Shared(Shared { process: None, atomic: None, cells })
}

fn property(kind: PropertyKind) -> Item {
    Item::Property(Property { kind, span: place() })
}

fn mistakes(items: Vec<Item>) -> Vec<Diagnostic> {
    super::check(&Script { items }, &BTreeSet::new(), UnitKind::Thread)
}

/// The codes of the mistakes of those items.
fn check(items: Vec<Item>, want: &[&str]) {
    let found = mistakes(items);
    let codes: Vec<&str> = found.iter().map(|mistake| mistake.code).collect();
    assert_eq!(codes, want, "{found:#?}");
}

/// The same of statements of main, next to a lock, an array of locks, a device, a shared, a param and a function.
fn check_main(statements: Vec<Statement>, want: &[&str]) {
    check(
        vec![main(statements), lock("m"), forks(), disk(), shared("total", int(0)), param(), transfer()],
        want,
    );
}

fn forks() -> Item {
    object(ObjectKind::Lock, "forks", Some(int(5)), Vec::new())
}

fn disk() -> Item {
    object(ObjectKind::Device, "disk", None, vec![arg(int(2))])
}

fn param() -> Item {
    Item::Param(Param { name: word("n"), value: Literal::Int(3), value_span: place() })
}

fn transfer() -> Item {
    def("transfer", &["first", "second"], vec![with(name("first"), vec![with(name("second"), Vec::new())])])
}

#[test]
fn a_sound_script_has_no_mistakes() {
    let handle = spawn(
        UnitKind::Thread,
        vec![named("name", expr(ExprKind::Literal(Literal::Str("w".to_owned()))))],
        "transfer",
        vec![arg(name("m")), named("second", index(name("forks"), name("n")))],
    );
    check_main(
        vec![
            local("a", handle),
            bare(method(name("a"), "join", vec![named("timeout", ms(5))])),
            bare(awaited(name("a"))),
            bare(method(name("m"), "acquire", vec![arg(name("n")), arg(ms(1))])),
            statement(StatementKind::Io { duration: ms(2), device: Some(name("disk")), awaited: None }),
            assign("total", binary(call("len", vec![arg(name("forks"))]), BinaryOp::Add, int(1))),
            print(name("total")),
        ],
        &[],
    );
}

#[test]
fn there_is_one_main_and_one_meaning_of_a_name() {
    check(vec![lock("m")], &["E100"]);
    check(vec![main(vec![]), main(vec![])], &["E101"]);
    check(vec![lock("m"), shared("m", int(0)), main(vec![])], &["E102"]);
    // What is called like a built-in function is no function: `len(…)` still is one.
    check(vec![lock("len"), main(vec![])], &[]);
    check(vec![def("f", &["a", "a"], vec![]), main(vec![])], &["E105"]);
}

#[test]
fn a_name_is_visible_from_its_let_to_the_end_of_the_function() {
    let inner = statement(StatementKind::Group(block(vec![local("x", int(1))])));
    check_main(vec![inner, print(name("x"))], &[]);
    check_main(vec![print(name("x")), local("x", int(1))], &["E118"]);
    let rounds = block(vec![print(name("x")), local("x", int(1))]);
    check_main(vec![statement(StatementKind::While { condition: name("n"), body: rounds })], &[]);
    check_main(vec![local("total", int(1)), assign("total", int(2))], &[]);
}

#[test]
fn a_name_declared_nowhere_is_one_mistake_in_a_function() {
    check_main(vec![print(name("totl")), print(name("totl"))], &["E110"]);
    let found = mistakes(vec![shared("total", int(0)), main(vec![print(name("totl"))])]);
    assert_eq!(found[0].help.as_deref(), Some("did you mean `total`?"));
    let found = mistakes(vec![main(vec![print(name("true"))])]);
    assert_eq!(found[0].help.as_deref(), Some("write `True`"));
    let fix = found[0].fix.clone().unwrap();
    assert_eq!((fix.certainty, fix.edits[0].text.as_str()), (Certainty::Sure, "True"));
}

#[test]
fn functions_are_called_and_nothing_else_is() {
    check_main(vec![local("f", name("transfer")), bare(call("m", vec![]))], &["E111", "E112"]);
    check_main(vec![bare(call("transfr", vec![])), bare(call("transfer", vec![]))], &["E113", "E121"]);
    check_main(vec![local("len", int(1)), print(call("len", vec![arg(name("forks"))]))], &[]);
    check_main(vec![bare(spawn(UnitKind::Thread, vec![arg(int(1))], "now", vec![]))], &["E120", "E113"]);
}

#[test]
fn only_locals_and_shareds_are_assigned() {
    check_main(vec![assign("total", int(1)), assign("x", int(1)), print(name("x"))], &["E114"]);
    for target in ["n", "m", "transfer", "forks"] {
        check_main(vec![assign(target, int(1))], &["E115"]);
    }
}

#[test]
fn arguments_fit_what_is_called() {
    let ranged = Arg { name: None, value: int(0), range_end: Some(int(3)) };
    check_main(vec![local("x", call("choose", vec![ranged.clone()]))], &[]);
    check_main(vec![local("x", call("len", vec![ranged]))], &["E027"]);
    check_main(vec![bare(method(name("m"), "acquire", vec![named("timeot", ms(1))]))], &["E122"]);
    check_main(vec![bare(method(name("m"), "release", vec![arg(int(1))]))], &["E120"]);
    check(vec![object(ObjectKind::Lock, "m", None, vec![arg(int(1))]), main(vec![])], &["E120"]);
}

#[test]
fn methods_are_those_of_the_kind_or_of_what_a_local_can_be() {
    check_main(vec![bare(method(name("m"), "aquire", vec![]))], &["E130"]);
    check_main(vec![bare(method(name("disk"), "acquire", vec![]))], &["E130"]);
    check_main(vec![bare(attribute(name("m"), "release"))], &["E131"]);
    check_main(vec![bare(method(name("forks"), "acquire", vec![]))], &["E133"]);
    // What a shared holds is not certain, but it is nothing that the script has not got.
    check_main(vec![bare(method(name("total"), "release", vec![]))], &[]);
    check_main(vec![bare(method(name("total"), "put", vec![]))], &["E130"]);
    check_main(vec![local("x", int(1)), bare(method(name("x"), "release", vec![]))], &["E130"]);
    let twice = vec![local("x", int(1)), assign("x", name("m")), bare(method(name("x"), "release", vec![]))];
    check_main(twice, &[]);
}

#[test]
fn objects_are_used_as_what_they_are() {
    check_main(vec![with(int(5), vec![])], &["E132"]);
    // A param can be set from outside, and a shared can hold anything by then.
    check_main(vec![with(name("n"), vec![]), with(name("total"), vec![])], &[]);
    check_main(vec![with(name("forks"), vec![])], &["E133"]);
    check_main(vec![with(index(name("m"), int(0)), vec![])], &["E134"]);
    check_main(vec![print(binary(name("m"), BinaryOp::Add, int(1)))], &["E135"]);
    check_main(vec![bare(name("m"))], &["E140"]);
    let device =
        |device| statement(StatementKind::Io { duration: ms(1), device: Some(device), awaited: None });
    check_main(vec![device(name("m"))], &["E132"]);
    check_main(vec![statement(StatementKind::Sleep { duration: int(5), awaited: None })], &["E139"]);
}

#[test]
fn ways_out_need_something_to_leave() {
    let group = statement(StatementKind::Group(block(vec![statement(StatementKind::Break)])));
    let inside = statement(StatementKind::While { condition: name("n"), body: block(vec![group]) });
    check_main(vec![inside, statement(StatementKind::Break)], &["E141"]);
    let again = || block(vec![statement(StatementKind::Raise { name: None, message: None })]);
    let handler = |name| Handler { name, body: again(), span: place() };
    let handlers = vec![handler(None), handler(Some(word("ValueError")))];
    check_main(
        vec![statement(StatementKind::Try { body: block(vec![]), handlers, finally: Some(again()) })],
        &["E144", "E142"],
    );
}

#[test]
fn nothing_in_atomic_takes_time() {
    let sleep = statement(StatementKind::Sleep { duration: ms(5), awaited: None });
    let body = block(vec![sleep, assign("total", int(1))]);
    check_main(vec![statement(StatementKind::Atomic { when: None, body })], &["E145"]);
    let when = Some(method(name("m"), "locked", vec![]));
    check_main(vec![statement(StatementKind::Atomic { when, body: block(vec![]) })], &["E152"]);
}

#[test]
fn properties_and_declarations_use_a_part_of_the_language() {
    let region = || main(vec![statement(StatementKind::Region { name: word("cs"), body: block(vec![]) })]);
    let inside = |region: &str| {
        let count = call("inside", vec![arg(name(region))]);
        property(PropertyKind::Invariant(binary(count, BinaryOp::LessEqual, int(1))))
    };
    check(vec![region(), inside("cs")], &[]);
    check(vec![region(), inside("sc")], &["E116"]);
    check(vec![main(vec![]), property(PropertyKind::Finally(call("deadlocked", vec![])))], &[]);
    check(vec![main(vec![]), property(PropertyKind::Invariant(call("elapsed", vec![])))], &["E153"]);
    check(vec![main(vec![]), property(PropertyKind::Finally(call("now", vec![])))], &["E150"]);
    check(vec![main(vec![]), shared("x", call("now", vec![]))], &["E151"]);
    check(vec![main(vec![]), shared("a", name("b")), shared("b", name("a"))], &["E154"]);
}

#[test]
fn what_is_started_cancelled_limited_and_expected_is_checked() {
    check(vec![main(vec![print(name("x"))]), object(ObjectKind::Pipe, "p", None, vec![])], &["E110"]);
    check_main(
        vec![local("p", spawn(UnitKind::Subprocess, vec![], "nothing", vec![arg(name("x"))]))],
        &["E110", "E113"],
    );
    let cancelled = |kind| {
        let unit = spawn(kind, vec![], "transfer", vec![arg(name("m")), arg(name("m"))]);
        vec![local("h", unit), bare(method(name("h"), "cancel", vec![]))]
    };
    check_main(cancelled(UnitKind::Task), &[]);
    check_main(cancelled(UnitKind::Thread), &["E130"]);
    let timeout = StatementKind::With {
        items: vec![call("timeout", vec![arg(ms(50))])],
        body: block(vec![print(name("missing"))]),
        asynchronous: Some(place()),
    };
    check_main(vec![statement(timeout)], &["E110"]);
    check(vec![main(vec![]), property(PropertyKind::Expect(word("blocked_loop")))], &[]);
    check(vec![main(vec![]), property(PropertyKind::Expect(word("deadlok")))], &["E160"]);
    check(vec![main(vec![]), property(PropertyKind::Expect(word("deadlock")))], &[]);
}

#[test]
fn of_names_in_what_could_not_be_read_nothing_is_said() {
    let lost = ["f", "x", "main", "cs"].map(str::to_owned).into_iter().collect();
    let body = vec![
        print(name("x")),
        bare(call("f", vec![arg(int(1))])),
        bare(spawn(UnitKind::Thread, vec![], "f", vec![])),
        bare(method(name("x"), "anything", vec![])),
        assign("x", int(1)),
        print(call("inside", vec![arg(name("cs"))])),
    ];
    let items = vec![def("g", &[], body), def("f", &["a", "b"], vec![]), lock("x"), shared("x", int(0))];
    assert_eq!(super::check(&Script { items }, &lost, UnitKind::Thread), []);
}

#[test]
fn a_flood_of_mistakes_is_cut_off_and_a_long_chain_is_walked() {
    let many = (0..100).map(|number| print(name(&format!("missing_{number}")))).collect();
    assert_eq!(mistakes(vec![main(many)]).len(), super::DIAGNOSTICS_MAX);
    let chain = (0..1_000).fold(name("n"), |left, _| binary(left, BinaryOp::Add, int(1)));
    check_main(vec![print(chain)], &[]);
}
