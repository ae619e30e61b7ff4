//! What a reduction leaves out makes no difference: with and without it, the same things go wrong and the
//! same ends are reached.

mod scripts;

use std::sync::atomic::AtomicBool;

use concsim::analysis::translate;
use concsim::base::span::Source;
use concsim::explore::{Caps, Exploration, Options, Reduction, WitnessOrder, explore};
use concsim::ir::program::Program;
use concsim::machine::profile::StartMethod;

use scripts::scripts_in;

/// Up to how many worlds a script is explored without any reduction.
const WORLDS_MAX: u64 = 2_000;

const REDUCTIONS: [Reduction; 3] = [Reduction::Order, Reduction::Symmetry, Reduction::All];

fn explored(program: &Program, reduction: Reduction) -> Exploration {
    let options = Options {
        max_states: Some(WORLDS_MAX),
        max_memory: 1 << 30,
        time: None,
        caps: Caps::NONE,
        jobs: 1,
        first: false,
        reduction,
        witness: WitnessOrder::Preemptions,
        respect_gil: false,
    };
    explore(program, &options, &mut |_| (), &AtomicBool::new(false))
}

/// What must not depend on a reduction: findings with their causes, places and best witnesses, and the ends.
fn essence(exploration: &Exploration) -> (Vec<String>, Vec<String>) {
    let found = exploration.findings.iter().map(|found| {
        let finding = &found.finding;
        let mut places: Vec<String> =
            finding.labels.iter().map(|label| format!("{:?}", label.span)).collect();
        places.sort();
        let best = found.is_best.then_some((found.steps, found.preemptions));
        format!("{:?} {:?} {places:?} {best:?}", finding.kind, finding.cause)
    });
    let mut found: Vec<String> = found.collect();
    found.sort();
    (found, exploration.finals.iter().map(|end| format!("{end:?}")).collect())
}

fn program(source: &Source) -> Option<Program> {
    let mut program = translate(source, &[]).program?;
    if source.text.contains("start_method: \"fork\"") {
        program.terms.start = StartMethod::Fork;
    }
    Some(program)
}

/// Explores with every reduction; the numbers of worlds, or nothing if there are too many.
fn compare(title: &str, program: &Program) -> Option<[u64; 4]> {
    let plain = explored(program, Reduction::None);
    if !plain.complete {
        return None;
    }
    let mut worlds = [plain.states; 4];
    for (at, reduction) in REDUCTIONS.into_iter().enumerate() {
        let reduced = explored(program, reduction);
        assert!(reduced.complete, "{title} with {reduction:?}: a reduction adds no worlds");
        assert_eq!(essence(&reduced), essence(&plain), "{title} with {reduction:?}");
        worlds[at + 1] = reduced.states;
    }
    Some(worlds)
}

/// Small scripts with all kinds of statements, and the least share of worlds (in percent) by which both
/// reductions together have to make do with fewer.
const SCRIPTS: &[(&str, u64)] = &[
    // Nothing is shared.
    (
        "shared a = 0, b = 0
def f() { a += 1; a += 1 }
def g() { b += 1; b += 1 }
main { group { spawn thread f(); spawn thread g() } print a, b }",
        50,
    ),
    // A lost update, thrice the same.
    (
        "shared x = 0
def f() { x += 1 }
main { group { for i in 0..3 { spawn thread f() } } assert x == 3 }",
        40,
    ),
    // A counter with its lock, held by hand.
    (
        "lock m
shared x = 0
def f() { m.acquire(); x += 1; m.release() }
main { let ts = []; for i in 0..3 { ts.append(spawn thread f()) } for t in ts { t.join() } print x }",
        60,
    ),
    // One of them forgets the lock.
    (
        "lock m
shared x = 0
def f() { with m { x += 1 } }
def g() { x += 1 }
main { group { spawn thread f(); spawn thread g() } print x }",
        0,
    ),
    // Somebody else releases the lock.
    (
        "lock m
shared x = 0
def f() { m.acquire(); x += 1; x += 1; m.release() }
def g() { try { m.release() } except RuntimeError { print 1 } }
def h() { with m { x += 1 } }
main { group { spawn thread f(); spawn thread g(); spawn thread h() } }",
        0,
    ),
    // The order of locks.
    (
        "lock a, b
def f(p, q) { with p { with q { pass } } }
main { group { spawn thread f(a, b); spawn thread f(b, a) } }",
        10,
    ),
    // Philosophers.
    (
        "lock forks[3]
shared eaten = 0
def eats(i) { with forks[i] { with forks[(i + 1) % 3] { eaten += 1 } } }
main { group { for i in 0..3 { spawn thread eats(i) } } }",
        0,
    ),
    // Tried, timed out, and asked.
    (
        "lock m
shared x = 0
def f() { if m.acquire(blocking=False) { x += 1; m.release() } else { x -= 1 } }
def g() { if m.acquire(timeout=1ms) { m.release() } else { print m.locked() } }
main { group { spawn thread f(); spawn thread g() } }",
        0,
    ),
    // An rlock, taken twice.
    (
        "rlock r
shared x = 0
def f() { with r { with r { x += 1 } x += 1 } }
main { group { spawn thread f(); spawn thread f() } assert x == 4 }",
        30,
    ),
    // Compare and swap.
    (
        "atomic shared owner = 0
shared won = 0
def f(i) { atomic { if owner == 0 { owner = i } } if owner == i { won += 1 } }
main { group { for i in 1..4 { spawn thread f(i) } } assert won == 1 }",
        0,
    ),
    // A turn each.
    (
        "atomic shared turn = 0
def f(i) { atomic when turn == i { turn += 1 } print i }
main { group { for i in 0..3 { spawn thread f(i) } } }",
        0,
    ),
    // Processes that meet in one lock, each with a copy of the rest.
    (
        "process lock m
process shared total = 0
shared own = 0
def f(n) { own += n; own += 1; with m { total += own } }
main { group { spawn process f(1); spawn process f(2) } print own, total }",
        60,
    ),
    // A fork copies what a thread is changing.
    (
        "machine { start_method: \"fork\" }
lock m
shared x = 0
process shared seen = 0
def bump() { with m { x += 1 } }
def child() { with m { seen = x } }
main { let t = spawn thread bump(); let p = spawn process child(); t.join(); p.join(); print x, seen }",
        0,
    ),
    // A lock of each process guards nothing that is one for all.
    (
        "lock m
process shared total = 0
def f() { with m { total += 1 } }
main { group { spawn process f(); spawn process f() } assert total == 2 }",
        20,
    ),
    // An interpreter beside two threads.
    (
        "lock m
shared x = 0
process queue q
def f() { with m { x += 1 } }
def g() { with m { x += 1 } q.put(x) }
main { group { spawn thread f(); spawn thread f(); spawn interpreter g() } print x, q.get() }",
        50,
    ),
    // Regions, and what is asked of them.
    (
        "lock m
def f() { region r { with m { region cs { pass } } } }
invariant inside(cs) <= 1
main { group { spawn thread f(); spawn thread f() } print inside(r) }",
        0,
    ),
    // Asked in passing, by local work.
    (
        "shared x = 0, y = 0
def f() { region r { x = 1 } }
def g() { y = 1; let n = inside(r); y = n }
main { group { spawn thread f(); spawn thread g() } print y }",
        0,
    ),
    // Invariants see every write.
    (
        "shared x = 0, y = 0
invariant x == 0 or y == 0
def f() { x = 1; x = 0 }
def g() { y = 1; y = 0 }
main { group { spawn thread f(); spawn thread g() } }",
        0,
    ),
    // Daemons are cut off in the middle.
    (
        "shared x = 0, y = 0
def d() { x = 1; x = 2 }
def f() { y = 1; y = 2 }
main { spawn thread(daemon=True) d(); spawn thread f(); y += 1 }",
        0,
    ),
    // Exceptions and who takes them.
    (
        "shared x = 0
def f(i) { x += 1; if x == i { raise ValueError \"f\" } }
main { try { group { for i in 1..3 { spawn thread f(i) } } } except ValueError { print 1 } }",
        0,
    ),
    (
        "shared x = 0
def f() { x += 1; assert x != 2 }
main { let h = spawn thread f(); let g = spawn thread f(); h.join(); g.join(); print x }",
        0,
    ),
    // Handles are asked, printed and kept.
    (
        "shared x = 0, last = None
def f() { x += 1 }
main { let h = spawn thread f(); last = h; print h, h.done(); h.join(timeout=1ms); print h.is_alive() }",
        0,
    ),
    // Units that spawn units.
    (
        "shared x = 0
def leaf() { x += 1 }
def node() { x += 1; group { spawn thread leaf() } }
main { group { spawn thread node(); spawn thread node() } }",
        0,
    ),
    // Every value is chosen.
    (
        "shared x = 0, y = 0
def f() { let n = choose(0..3); x += n }
def g() { y = choose([1, 5]) }
main { group { spawn thread f(); spawn thread g() } print x, y }",
        0,
    ),
    // Each its own element.
    (
        "shared a[3] = 0
def f(i) { a[i] += i }
main { group { for i in 0..3 { spawn thread f(i) } } print a }",
        0,
    ),
    // A lock in shared data.
    (
        "lock m, n
shared which = None, x = 0
def f() { which = m }
def g() { let l = which; if l != None { with l { x += 1 } } with n { x += 1 } }
def h() { with m { x += 1 } }
main { group { spawn thread f(); spawn thread g(); spawn thread h() } }",
        0,
    ),
    // Lists in shared data.
    (
        "shared xs = [], n = 0
def f(i) { xs.append(i); n += len(xs) }
main { group { spawn thread f(1); spawn thread f(2) } xs[0] = 5; print xs.pop(), xs }",
        0,
    ),
    // It spins for ever, or until somebody is done.
    (
        "atomic shared flag = False
def f() { while not flag { pass } print 1 }
def g() { flag = True }
main { group { spawn thread f(); spawn thread f(); spawn thread g() } }",
        0,
    ),
    // A lock held around a join.
    (
        "lock m
shared x = 0
def f() { with m { x += 1 } }
main { let h = spawn thread f(); with m { x += 1; h.join() } }",
        0,
    ),
    // Guarded by the caller's lock.
    (
        "lock m
shared x = 0
def inc() { x += 1 }
def f() { with m { inc(); inc() } }
main { group { spawn thread f(); spawn thread f() } print x }",
        40,
    ),
    // Permits, and an event.
    (
        "semaphore s(2)
event e
shared x = 0
def f() { with s { x += 1 } e.set() }
def g() { e.wait(); print e.is_set(), x }
main { group { spawn thread f(); spawn thread f(); spawn thread g() } }",
        0,
    ),
    // A condition with a lock of its own, and whom it wakes.
    (
        "condition c
shared items = 0
def take() { with c { while items == 0 { c.wait() } items -= 1 } }
def give() { with c { items += 1; c.notify() } }
main { group { spawn thread take(); spawn thread take(); spawn thread give(); spawn thread give() } }",
        40,
    ),
    // A condition of another lock, with a limit of time, and one that notifies without the lock.
    (
        "lock m
condition c(m)
shared ready = False
def f() { with m { if not c.wait(timeout=1ms) { print 1 } print ready } }
def g() { with c { ready = True; c.notify_all() } }
def h() { try { c.notify() } except RuntimeError { print 2 } }
main { group { spawn thread f(); spawn thread g(); spawn thread h() } }",
        0,
    ),
    // A barrier and a queue.
    (
        "barrier b(2)
queue q(1)
def f(i) { b.wait(); q.put(i) }
main { group { spawn thread f(1); spawn thread f(2); print q.get() + 0; print q.get() } print q.empty() }",
        0,
    ),
    // It only sleeps.
    (
        "shared x = 0\ndef f() { while x == 0 { sleep 1ms } }\ndef g() { while True { sleep 1ms } }\n\
      main { spawn thread f(); spawn thread(daemon=True) g(); x = 1 }",
        0,
    ),
    // A guard that a callee lets go.
    (
        "lock m
shared x = 0
def breathe() { m.release(); m.acquire() }
def f() { with m { x += 1; breathe(); x += 1 } }
main { group { spawn thread f(); spawn thread f() } print x }",
        0,
    ),
    // A task beside a thread, and nothing is shared.
    (
        "shared a = 0, b = 0
def f() { a += 1; await sleep 1ms; a += 1 }
def g() { b += 1; b += 1 }
main { group { spawn task f(); spawn thread g() } }",
        30,
    ),
    // An event loop in each of two threads.
    (
        "shared a = 0, b = 0
def f() { a += 1; await sleep 1ms; a += 1 }
def g() { b += 1; await sleep 1ms; b += 1 }
def one() { group { spawn task f(); spawn task f() } }
def two() { group { spawn task g(); spawn task g() } }
main { group { spawn thread one(); spawn thread two() } }",
        30,
    ),
    // Tasks and a thread take one lock: who has to wait for it lets others go on.
    (
        "lock m
shared x = 0, y = 0
def f() { async with m { x += 1 } }
def g() { await sleep 1ms; y += 1 }
def h() { with m { x += 1 } }
main { group { spawn task f(); spawn task g(); spawn thread h() } print x }",
        0,
    ),
    // A thread sets what tasks await, and cancels one.
    (
        "event e
shared x = 0
def f() { await e.wait(); x += 1 }
def g(t) { x += 1; e.set(); t.cancel() }
main {
    let t = spawn task f()
    spawn thread g(t)
    try { await t } except CancelledError { print x }
}",
        0,
    ),
    // Whether the task runs into the limit depends on the thread.
    (
        "event e
shared x = 0, y = 0
def f() { try { async with timeout(1ms) { await e.wait(); x += 1 } } except TimeoutError { print \"late\" } }
def g() { y += 1; e.set() }
main { group { spawn task f(); spawn task f(); spawn thread g() } }",
        0,
    ),
    // A thread fails and ends the tasks of its group.
    (
        "shared x = 0, y = 0
def f() { x += 1; await sleep 1ms; x += 1 }
def g() { y += 1; raise ValueError \"no\" }
main { try { group { spawn task f(); spawn thread g() } } except ValueError { print x, y } }",
        0,
    ),
];

#[test]
fn nothing_is_lost_in_small_scripts() {
    for (text, least) in SCRIPTS {
        let source = Source::new("it.conc", *text);
        let program = program(&source).unwrap_or_else(|| panic!("it has mistakes:\n{text}"));
        let [plain, _, _, all] = compare(text, &program).expect("it is small");
        assert!(all * 100 <= plain * (100 - least), "{plain} worlds, reduced to {all}:\n{text}");
    }
}

#[test]
fn nothing_is_lost_in_scripts_of_the_repository() {
    let mut explored = 0;
    for folder in [
        "tests/verdicts",
        "tests/cases/atomic",
        "tests/cases/bugs",
        "tests/cases/lints",
        "tests/cases/processes",
        "tests/cases/tasks",
        "tests/cases/units",
        "examples",
    ] {
        // A world with a thousand units takes long to copy.
        let is_small =
            |source: &Source| !["thousand", "many_waits"].iter().any(|large| source.name.contains(large));
        for source in scripts_in(folder).into_iter().filter(is_small) {
            let Some(program) = program(&source) else { continue };
            explored += usize::from(compare(&source.name, &program).is_some());
        }
    }
    assert!(explored > 40, "only {explored} scripts were explored");
}
