//! What a walk tells of small scripts, and that large ones do not take it long.

use crate::base::span::Source;
use crate::syntax::ast::UnitKind;
use crate::syntax::parse::parse;

use super::{FactKind, Walk, walk};

fn walked(text: &str) -> (Source, Walk) {
    let source = Source::new("test.conc", text);
    let script = parse(&source).whole().expect("the script is right");
    let walk = walk(&script, script.unit().unwrap_or(UnitKind::Thread));
    (source, walk)
}

/// Each lock that is taken: where, and what is held there, in the order of the walk.
fn takings(text: &str) -> Vec<String> {
    let (_, walk) = walked(text);
    let told = walk.facts.iter().filter_map(|fact| {
        let taking = walk.taking(fact)?;
        let held: Vec<String> = fact
            .held
            .iter()
            .map(|held| {
                held.lock.map_or("?".to_owned(), |lock| walk.name(lock))
                    + if held.doubt > 0 { "?" } else { "" }
            })
            .collect();
        Some(format!("{}: {} [{}]", walk.place(fact), walk.name(taking.lock), held.join(" ")))
    });
    let mut told: Vec<String> = told.collect();
    told.dedup();
    told
}

#[test]
fn arguments_carry_locks_into_calls() {
    let text = "lock a, b, f[3]
        def inner(x, i) { with x { with f[i] { pass } } }
        def outer(first, second) { with first { inner(x=second, i=1) } }
        main { outer(a, b); outer(b, f[2]); inner(a, 1 + 1) }";
    let want = [
        "outer: a []",
        "inner: b [a]",
        "inner: f[1] [a b]",
        "outer: b []",
        "inner: f[2] [b]",
        "inner: f[1] [b f[2]]",
        "inner: a []",
        "inner: f[2] [a]",
    ];
    assert_eq!(takings(text), want);
}

#[test]
fn a_lock_is_held_where_its_acquire_had_success() {
    let text = "lock a, b, c, d, z
        main {
            if a.acquire(timeout=1ms) { with z { pass } a.release() }
            let got = b.acquire(blocking=False)
            if not got { return }
            with z { pass }
            b.release()
            while not c.acquire(timeout=1ms) { with z { pass } }
            with z { pass }
            c.release()
            d.acquire(timeout=1ms)
            with z { pass }
        }";
    let held: Vec<String> = takings(text).into_iter().filter(|line| line.contains(": z")).collect();
    assert_eq!(held, ["main: z [a]", "main: z [b]", "main: z []", "main: z [c]", "main: z [d?]"]);
}

#[test]
fn ways_part_and_come_together() {
    let text = "lock a, b, y, z
        param p = 1
        main {
            if p == 1 { a.acquire() }
            with y { pass }
            try { b.acquire(); raise Trouble } except Trouble { with z { pass } } finally { b.release() }
        }
        def other() { try { b.acquire(); raise Trouble } except Trouble { pass } finally { b.release() } with z { pass } }";
    let held = takings(text);
    assert!(held.contains(&"main: y [a?]".to_owned()) && held.contains(&"main: y []".to_owned()), "{held:?}");
    assert!(held.contains(&"main: z [b]".to_owned()), "{held:?}");
    let after = takings(&text.replace("main {", "def unused() {").replace("def other()", "main"));
    assert_eq!(after, ["main: b []", "main: z []"]);
}

/// The pairs of units that can run at the same time, by their functions.
fn beside(text: &str) -> Vec<String> {
    let (_, walk) = walked(text);
    let mut pairs = Vec::new();
    for one in 0..walk.units.len() {
        for other in one..walk.units.len() {
            if walk.are_beside(one, other) {
                pairs.push(format!("{} {}", walk.unit_name(one), walk.unit_name(other)));
            }
        }
    }
    pairs
}

#[test]
fn units_are_beside_each_other_until_they_are_joined() {
    let defs = "def f() { pass } def g() { spawn thread h() } def h() { pass }";
    let check = |main: &str, want: &[&str]| {
        assert_eq!(beside(&format!("{defs} main {{ {main} }}")), want, "{main}");
    };
    check("let a = spawn thread f(); a.join(); let b = spawn thread g()", &[]);
    check("let a = spawn thread f(); let b = spawn thread g()", &["f g", "f h"]);
    check("group { spawn thread f() } spawn thread h()", &[]);
    check("group { for i in 0..2 { spawn thread f() } }", &["f f"]);
    check("for i in 0..2 { let a = spawn thread f(); a.join() }", &[]);
    check(
        "let hs = []; for i in 0..9 { hs.append(spawn thread f()) } for h in hs { h.join() } spawn thread h()",
        &["f f"],
    );
    check("for i in 0..9 { await spawn thread f() } spawn thread h()", &[]);
}

/// That many lines, each made from its number.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(|number| line(number) + "\n").collect()
}

#[test]
fn long_scripts_are_walked_whole() {
    let functions = lines(3_000, |number| format!("def f{number}() {{ with a {{ x += 1 }} }}"));
    let calls = lines(3_000, |number| format!("f{number}()"));
    let (_, walk) =
        walked(&format!("lock a\nshared x = 0\n{functions} main {{ {calls} with a {{ pass }} }}"));
    let last = walk.facts.last().expect("the walk was not given up");
    assert!(matches!(last.kind, FactKind::Enter { .. }));
}

#[test]
fn what_is_too_much_is_given_up_in_time() {
    let chain = lines(2_000, |number| format!("def f{number}() {{ f{}() }}", number + 1));
    let twice =
        lines(40, |number| format!("def f{number}() {{ with l[{number}] {{ f{0}() }} f{0}() }}", number + 1));
    let units = lines(200, |_| "spawn thread f()".to_owned());
    let loops = "while x < 3 { ".repeat(50) + "a.acquire()" + &"}".repeat(50);
    let given_up = [
        format!("{chain}\ndef f2000() {{ pass }} main {{ f0() }}"),
        format!("lock l[40]\n{twice} def f40() {{ pass }} main {{ f0() }}"),
        format!("def f() {{ pass }} main {{ {units} }}"),
    ];
    for text in given_up {
        assert!(walked(&text).1.facts.is_empty(), "{text:.60}");
    }
    walked(&format!("lock a\nshared x = 0\nmain {{ {loops} }}"));
    walked("lock a, b\ndef f(x, y, n) { with x { f(y, x, n + 1) }; f(y, x, n) }\nmain { f(a, b, 0) }");
}
