//! How traces call a statement.

use crate::base::span::Source;
use crate::syntax::ast::Item;
use crate::syntax::parse::parse;
use crate::syntax::print::head;

#[track_caller]
fn check(text: &str, want: &str) {
    let source = Source::new("test.conc", format!("main {{ {text} }}"));
    let tree = parse(&source).whole().unwrap();
    let Item::Main(main) = &tree.items[0] else { panic!("main is the only item") };
    assert_eq!(head(&main.body.statements[0]), want, "{text}");
}

#[test]
fn a_head_names_the_statement_without_numbers() {
    check("let a = spawn thread f(1)", "let a");
    check("x = 1", "x =");
    check("total += 20ms", "total +=");
    check("a[i][j + 1] //= 2", "a[i][j + 1] //=");
    check("compute 2ms", "compute");
    check("compute 2ms nogil", "compute nogil");
    check("io 2ms", "io");
    check("await io 3ms on db", "io on db");
    check("await sleep 1s", "sleep");
    check("with second { }", "with second");
    check("async with a, forks[i] { }", "with a, forks[i]");
    check("async with timeout(50ms) { }", "with timeout");
    check("if x == 3 { } else { }", "if");
    check("while x < 3 { }", "while");
    check("for i in 0..9 { }", "for i");
    check("return 3", "return");
    check("try { } finally { }", "try");
    check("raise ValueError \"text\"", "raise ValueError");
    check("raise", "raise");
    check("assert x == 3", "assert");
    check("print 3", "print");
    check("group { }", "group");
    check("region cs { }", "region cs");
    check("atomic { }", "atomic");
    check("atomic when x > 3 { }", "atomic when");
    check("a.join(timeout=3s)", "a.join");
    check("q.put(3)", "q.put");
    check("f(3)", "f");
    check("spawn process(name=\"w\") f(3)", "spawn f");
    check("await a", "await a");
    check("await lock.acquire(timeout=3s)", "await lock.acquire");
    check("xs[f(1)].append(2)", "xs[f].append");
}

#[test]
fn a_head_is_short_and_ascii() {
    check("with abcdefghijklmnopqrstuvwx { }", "with abcdefghijklmnopqrstuvwx");
    check("with abcdefghijklmnopqrstuvwxy { }", "with abcdefghijklmnopqrstuvw~");
    check("xs[\"é\"].f()", "xs[\"?\"].f");
}
