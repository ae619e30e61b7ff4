//! Random small scripts: two or three threads of a few statements that get in each other's way.

mod subprocesses;

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A statement, with what stands in its braces and behind them.
#[derive(Clone, Debug)]
pub(crate) enum Statement {
    Line(&'static str),
    Block(&'static str, Vec<Statement>, &'static str),
}

/// A script in parts, so that it can be made smaller.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    properties: Vec<&'static str>,
    bodies: Vec<Vec<Statement>>,
    /// Which body each thread runs.
    threads: Vec<usize>,
    /// As what: `thread` unless it says otherwise.
    kinds: Vec<&'static str>,
    /// How processes begin, if there may be any.
    start: Option<&'static str>,
    has_pools: bool,
    main: &'static str,
}

const DECLARATIONS: &str = "\
shared x = 0, y = 0, items = []
atomic shared flag = 0
lock m, n
rlock r
semaphore s(1)
bounded_semaphore b(1)
event e
condition c, d(m)
barrier gate(2)
queue q(1)
";

/// What there is one of for all processes.
const FOR_ALL: &str = "\
process shared z = 0
process lock k
process queue p
pipe w
";

/// What units of several processes do to each other.
const BETWEEN: [&str; 12] = [
    "z += 1",
    "z = x",
    "print z",
    "x += z",
    "k.acquire()",
    "k.release()",
    "print k.locked()",
    "p.put(z)",
    "p.put(1, size=65533B)",
    "print p.get()",
    "z = p.get(timeout=1ms)",
    "print p.qsize()",
];

/// Pools, in scripts that have some.
const POOLS: &str = "\
thread_pool ex(2), one(1)
process_pool far(2)
def double(n) { return 2 * n + x }
def leave(n) { x += n; return x }
";

/// A job that may fail.
const FAILING: &str = "\
def fails_at(n) { if n == x { raise ValueError \"no\" }; return n }
";

/// What units do to pools.
const JOBS: [&str; 22] = [
    "ex.submit(bump())",
    "one.submit(bump())",
    "far.submit(bump())",
    "print ex.submit(give(1)).result()",
    "print one.submit(leave(1)).result()",
    "print far.submit(leave(1)).result()",
    "print await far.submit(leave(2))",
    "print ex.map(double, 0..2)",
    "print one.map(leave, [1, 2])",
    "print far.map(leave, [1, 2])",
    "print far.map(leave, 0..3, chunksize=2)",
    "print ex.map(abs, [y, \"a\"])",
    "let job = one.submit(leave(1)); print job.cancel()",
    "let late = ex.submit(bump()); late.join(); print late.cancel(), late.done()",
    "try { print one.submit(leave(1)).result(timeout=1ms) } except TimeoutError { y = 1 }",
    "one.shutdown()",
    "ex.shutdown(wait=False)",
    "far.shutdown()",
    "y = one.submit(max(1, x)).result()",
    "let far_one = far.submit(double(x)); print far_one.is_alive()",
    "one.submit(fails())",
    "try { one.map(fails_at, 0..2) } except ValueError { y = 2 }",
];

/// Heads of blocks in scripts that have pools.
const POOL_HEADS: [&str; 5] = ["with one", "with ex", "with far", "try", "with m"];

/// As what the units of scripts with pools run.
const JOB_KINDS: [&str; 6] = ["thread", "thread", "process", "ex", "one", "far"];

/// What tasks do, most of it with others going on meanwhile.
const AWAITS: [&str; 24] = [
    "await sleep 1ms",
    "await sleep 1ms",
    "await io 1ms",
    "await m.acquire()",
    "await m.acquire()",
    "m.release()",
    "print await m.acquire(timeout=1ms)",
    "await s.acquire()",
    "await e.wait()",
    "print await e.wait(timeout=1ms)",
    "await gate.wait()",
    "await q.put(1)",
    "print await q.get()",
    "y = await q.get(timeout=1ms)",
    "sleep 1ms",
    "await pause()",
    "print await spawn task give(1)",
    "await spawn thread bump()",
    "spawn task bump()",
    "let late = spawn task pause(); print late.cancel()",
    "let one = spawn task fails(); try { await one } except ValueError { print \"caught\" }",
    "raise CancelledError",
    "x = x + 1",
    "print x",
];

/// Heads of blocks of tasks, and what stands behind the block.
const AWAITING: [(&str, &str); 12] = [
    ("async with m", ""),
    ("async with m", ""),
    ("async with n", ""),
    ("async with s", ""),
    ("async with c", ""),
    ("async with timeout(1ms)", ""),
    ("try { async with timeout(1ms)", " } except TimeoutError { print \"late\" }"),
    ("try", " except CancelledError { print \"cancelled\" }"),
    ("try", " except CancelledError { x += 1; raise }"),
    ("try", " finally { await sleep 1ms; print \"left\" }"),
    ("group", ""),
    ("for i in 0..2", ""),
];

const TASK_KINDS: [&str; 4] = ["task", "task", "task", "thread"];

/// Where main waits for tasks, and what it does to them.
const TASK_MAINS: [&str; 10] = [
    "group {{}}",
    "group {{}}\n    print x",
    "group { {}; await sleep 1ms; print \"body\" }",
    "try { group {{}} } except ValueError { print \"failed\" }",
    "{bound}\n    await t0\n    print x",
    "{bound}\n    await sleep 1ms",
    "{bound}\n    await t1; t0.cancel()",
    "{bound}\n    t0.cancel(); try { await t0 } except CancelledError { print \"ended\" }",
    "{bound}\n    t0.join()",
    "{bound}\n    try { async with timeout(1ms) { await t0 } } except TimeoutError { print t0.done() }",
];

/// What units do to the ends of a pipe.
const PIPES: [&str; 17] = [
    "w.left.send(x)",
    "w.left.send(1)",
    "w.right.send(y)",
    "w.right.send(2, size=40KiB)",
    "w.left.send(3, size=40KiB)",
    "w.right.send(4, size=70KiB)",
    "w.left.send([x, 5], size=70KiB)",
    "x = w.left.recv()",
    "print w.left.recv()",
    "print w.right.recv()",
    "y = w.right.recv()",
    "w.left.close()",
    "w.right.close()",
    "print w.left.poll()",
    "print w.right.poll(timeout=1ms)",
    "talk(w.left)",
    "try { print w.right.recv() } except EOFError { y = 1 }",
];

const KINDS: [&str; 5] = ["thread", "process", "process", "process", "interpreter"];

/// What needs no object.
const DATA: [&str; 22] = [
    "x += 1",
    "x = 1",
    "y = x",
    "y += 1",
    "x = choose(0..2)",
    "flag = 1",
    "flag = 1 - flag",
    "let seen = x",
    "print x",
    "print \"a\"",
    "assert x != 1",
    "assert y < 1, \"y\"",
    "items.append(x)",
    "items.pop(0)",
    "raise ValueError \"no\"",
    "while flag == 0 { pass }",
    "compute 1ms",
    "print inside(critical)",
    "bump()",
    "x = x + give(1)",
    "print give(y)",
    "let least = min(give(2), give(x), 1) + y",
];

/// Operations on objects.
const OBJECTS: [&str; 46] = [
    "m.acquire()",
    "m.release()",
    "n.acquire()",
    "n.release()",
    "print m.locked()",
    "print m.acquire(timeout=1ms)",
    "r.acquire()",
    "r.release()",
    "s.acquire()",
    "s.acquire()",
    "s.release()",
    "s.release(2)",
    "print s.acquire(blocking=False)",
    "print s.acquire(timeout=1ms)",
    "b.acquire()",
    "b.release()",
    "e.set()",
    "e.set()",
    "e.clear()",
    "e.wait()",
    "e.wait()",
    "print e.wait(timeout=1ms)",
    "print e.is_set()",
    "c.acquire()",
    "c.release()",
    "c.notify()",
    "c.wait()",
    "gate.wait()",
    "gate.wait()",
    "print gate.wait()",
    "print gate.wait(timeout=1ms)",
    "gate.abort()",
    "gate.reset()",
    "q.put(1)",
    "q.put(x)",
    "q.put(2, timeout=1ms)",
    "q.put(3, blocking=False)",
    "q.get()",
    "print q.get()",
    "y = q.get(timeout=1ms)",
    "q.get(blocking=False)",
    "q.task_done()",
    "q.join()",
    "print q.qsize()",
    "q.shutdown()",
    "q.shutdown(immediate=True)",
];

/// What stands inside `with c` or `with m` most of the time.
const WAITING: [&str; 14] = [
    "c.wait()",
    "c.wait()",
    "print c.wait(timeout=1ms)",
    "while x == 0 { c.wait() }",
    "c.wait_for(x == 1)",
    "print c.wait_for(x == 1, timeout=1ms)",
    "c.notify()",
    "c.notify_all()",
    "c.notify(2)",
    "d.wait()",
    "print d.wait(timeout=1ms)",
    "while x == 0 { d.wait() }",
    "d.notify()",
    "d.notify_all()",
];

/// The same where tasks wait.
const AWAITED_WAITS: [&str; 4] =
    ["await c.wait()", "print await c.wait(timeout=1ms)", "c.notify()", "await c.wait_for(x == 1)"];

/// What can stand in `atomic`.
const AT_ONCE: [&str; 8] = [
    "x += 1",
    "y = x",
    "flag = 1",
    "x = choose(0..2)",
    "s.release()",
    "e.set()",
    "assert x < 2",
    "m.acquire()",
];

const AT_ONCE_HEADS: [&str; 4] = ["atomic", "atomic", "atomic when x == 1", "atomic when flag == 0"];

/// Heads of blocks, and what stands behind the block.
const BLOCKS: [(&str, &str); 16] = [
    ("with m", ""),
    ("with m", ""),
    ("with n", ""),
    ("with r", ""),
    ("with s", ""),
    ("with b", ""),
    ("with c", ""),
    ("if m.acquire(timeout=1ms)", " else { y = 2 }"),
    ("if m.acquire(blocking=False)", ""),
    ("if x == 0", ""),
    ("if x == 0", " else { x = 2 }"),
    ("for i in 0..2", ""),
    ("try", " except { pass }"),
    ("try", " except RuntimeError { y = 1 }"),
    ("try", " finally { x += 1 }"),
    ("region critical", ""),
];

const PROPERTIES: [&str; 7] = [
    "invariant x < 2",
    "invariant inside(critical) <= 1",
    "invariant y == 0 or x == 1",
    "finally x == 1",
    "finally not deadlocked()",
    "finally y == 0",
    "invariant len(items) < 2",
];

/// Where main joins the threads, and what it does then.
const MAINS: [&str; 10] = [
    "group {{}}",
    "group {{}}\n    print x",
    "group {{}}\n    assert x != 1",
    "{}\n    x += 1",
    "{join}",
    "try { group {{}} } except { print \"failed\" }",
    "{bound}\n    print t0.is_alive()",
    "{bound}\n    t0.join(timeout=1ms)\n    print t0.is_alive(), x",
    "{bound}\n    while not t1.done() { pass }\n    print x",
    "{bound}\n    try { print t1.result(timeout=1ms) } except TimeoutError { x += 1 }",
];

fn line(of: &'static [&'static str]) -> BoxedStrategy<Statement> {
    select(of).prop_map(Statement::Line).boxed()
}

fn statement() -> BoxedStrategy<Statement> {
    let leaf = prop_oneof![3 => line(&DATA), 3 => line(&OBJECTS)].boxed();
    let inner = vec(prop_oneof![3 => leaf.clone(), 2 => line(&WAITING)], 1..3);
    let block =
        (select(&BLOCKS[..]), inner).prop_map(|((head, tail), body)| Statement::Block(head, body, tail));
    let condition =
        (select(&["with c", "with m", "with d"][..]), vec(prop_oneof![line(&WAITING), line(&DATA)], 1..3));
    let condition = condition.prop_map(|(head, body)| Statement::Block(head, body, ""));
    let at_once = (select(&AT_ONCE_HEADS[..]), vec(line(&AT_ONCE), 1..3));
    let at_once = at_once.prop_map(|(head, body)| Statement::Block(head, body, ""));
    prop_oneof![5 => leaf, 4 => block, 2 => condition, 1 => at_once].boxed()
}

/// Random scripts.
pub(crate) fn script() -> impl Strategy<Value = Script> {
    let bodies = vec(vec(statement(), 1..=4), 2..=3);
    let threads = vec(0..3_usize, 2..=3);
    (vec(select(&PROPERTIES[..]), 0..=2), bodies, threads, select(&MAINS[..])).prop_map(
        |(properties, bodies, threads, main)| Script {
            properties,
            bodies,
            threads,
            kinds: Vec::new(),
            start: None,
            has_pools: false,
            main,
        },
    )
}

/// Random scripts with processes and interpreters.
pub(crate) fn processes() -> impl Strategy<Value = Script> {
    let between = prop_oneof![3 => line(&BETWEEN), 1 => line(&DATA), 1 => line(&OBJECTS)].boxed();
    let guarded = vec(between.clone(), 1..3).prop_map(|body| Statement::Block("with k", body, ""));
    let bodies = vec(vec(prop_oneof![3 => between, 1 => guarded, 1 => statement()], 1..=3), 2..=3);
    let kinds = vec(select(&KINDS[..]), 3);
    (script(), bodies, kinds, select(&["fork", "fork", "spawn"][..]))
        .prop_map(|(script, bodies, kinds, start)| Script { bodies, kinds, start: Some(start), ..script })
}

/// Random scripts with pools.
pub(crate) fn pools() -> impl Strategy<Value = Script> {
    let job = prop_oneof![4 => line(&JOBS), 1 => line(&DATA), 1 => line(&OBJECTS)].boxed();
    let block = (select(&POOL_HEADS[..]), vec(job.clone(), 1..3)).prop_map(|(head, body)| {
        Statement::Block(head, body, if head == "try" { " except RuntimeError { y = 3 }" } else { "" })
    });
    let first = vec(prop_oneof![3 => job.clone(), 1 => block], 1..=1);
    let bodies = (first, vec(job, 1..=1)).prop_map(|(first, second)| vec![first, second]);
    let kinds = vec(select(&JOB_KINDS[..]), 3);
    (script(), bodies, kinds, select(&["fork", "spawn"][..])).prop_map(|(script, bodies, kinds, start)| {
        let threads = vec![0, 1];
        Script { bodies, threads, kinds, start: Some(start), has_pools: true, ..script }
    })
}

/// Random scripts with tasks.
pub(crate) fn tasks() -> impl Strategy<Value = Script> {
    let leaf = prop_oneof![3 => line(&AWAITS), 1 => line(&DATA)].boxed();
    let inner = vec(prop_oneof![3 => leaf.clone(), 1 => line(&AWAITED_WAITS)], 1..3);
    let block =
        (select(&AWAITING[..]), inner).prop_map(|((head, tail), body)| Statement::Block(head, body, tail));
    let bodies = vec(vec(prop_oneof![3 => leaf, 2 => block, 1 => statement()], 1..=3), 2..=3);
    // Main cancels the first one, which only a task can be.
    let kinds = vec(select(&TASK_KINDS[..]), 2);
    let kinds = kinds.prop_map(|others| std::iter::once("task").chain(others).collect::<Vec<_>>());
    (script(), bodies, kinds, select(&TASK_MAINS[..])).prop_map(|(script, bodies, kinds, main)| Script {
        bodies,
        kinds,
        main,
        ..script
    })
}

/// Random scripts with a pipe, between threads or between processes.
pub(crate) fn pipes() -> impl Strategy<Value = Script> {
    let body = vec(prop_oneof![6 => line(&PIPES), 1 => line(&DATA), 1 => statement()], 1..=4);
    let kinds = prop_oneof![Just(Vec::new()), vec(select(&KINDS[..]), 3)];
    (script(), vec(body, 2..=3), kinds, select(&["fork", "spawn"][..]))
        .prop_map(|(script, bodies, kinds, start)| Script { bodies, kinds, start: Some(start), ..script })
}

/// The texts of random scripts of all sorts.
pub(crate) fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => script().prop_map(|script| script.text()),
        3 => tasks().prop_map(|script| script.text()),
        2 => processes().prop_map(|script| script.text()),
        1 => pipes().prop_map(|script| script.text()),
        1 => pools().prop_map(|script| script.text()),
        1 => subprocesses::texts(),
    ]
}

impl Script {
    /// Its text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from(DECLARATIONS);
        if let Some(start) = self.start {
            text.push_str(FOR_ALL);
            let _ = writeln!(text, "machine {{ start_method: \"{start}\" }}");
        }
        if self.has_pools {
            text.push_str(POOLS);
            text.push_str(FAILING);
        }
        for property in &self.properties {
            text.push_str(property);
            text.push('\n');
        }
        for (index, body) in self.bodies.iter().enumerate() {
            let _ = writeln!(text, "def work{index}() {{");
            write(body, 1, &mut text);
            text.push_str("}\n");
        }
        let body = |thread: &usize| thread % self.bodies.len();
        let kind = |at: usize| self.kinds.get(at).copied().unwrap_or("thread");
        let spawn = |(at, thread)| match kind(at) {
            pool @ ("ex" | "one" | "far") => format!("{pool}.submit(work{}())", body(thread)),
            unit => format!("spawn {unit} work{}()", body(thread)),
        };
        let spawns: Vec<String> = self.threads.iter().enumerate().map(spawn).collect();
        let bound: Vec<String> =
            spawns.iter().enumerate().map(|(at, spawn)| format!("let t{at} = {spawn}")).collect();
        let joins: Vec<String> = (0..spawns.len()).map(|at| format!("t{at}.join()")).collect();
        let bound = bound.join("; ");
        let joined = format!("{bound}; {}", joins.join("; "));
        let main = self.main.replace("{join}", &joined).replace("{bound}", &bound);
        let main =
            main.replace("{{}}", &format!("{{ {} }}", spawns.join("; "))).replace("{}", &spawns.join("; "));
        let _ = writeln!(text, "main {{\n    {main}\n}}");
        if self.start.is_some() {
            text.push_str("def talk(end) { end.send(x); print end.recv() }\n");
        }
        text.push_str("def bump() { x += 1 }\ndef give(z) { if z > 1 { return x }; return give(z + 1) }\n");
        text.push_str("def pause() { await sleep 1ms }\ndef fails() { raise ValueError \"no\" }\n");
        // A property may ask for a region that nobody enters.
        text.push_str("def unused() { region critical { pass } }\n");
        text
    }
}

fn write(statements: &[Statement], depth: usize, text: &mut String) {
    let indent = "    ".repeat(depth);
    for statement in statements {
        match statement {
            Statement::Line(line) => {
                let _ = writeln!(text, "{indent}{line}");
            }
            Statement::Block(head, body, tail) => {
                let _ = writeln!(text, "{indent}{head} {{");
                write(body, depth + 1, text);
                let _ = writeln!(text, "{indent}}}{tail}");
            }
        }
    }
}
