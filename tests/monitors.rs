//! Conditions and barriers do what CPython's do, call by call, in every order of calls of two and three units.
//!
//! Each unit makes one call after the other, any of them each time. All worlds that can be reached are gone
//! through, beside a model that follows the lines of Python's own code.

#![expect(clippy::wildcard_enum_match_arm, reason = "few kinds of values are given")]

mod threading;

use std::collections::{BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use concsim::analysis::translate;
use concsim::base::id::UnitId;
use concsim::base::span::Source;
use concsim::explore::schedule::Pick;
use concsim::explore::space::{Space, Standing};
use concsim::ir::program::Program;
use concsim::ir::value::Value;
use concsim::semantics::world::World;

use threading::{Barrier, Condition, Given, Lock, Python, UNITS, Went};

/// A script in which so many units make calls without end. What they note of them is read again, since an
/// exploration keeps nothing that is not.
fn script(declaration: &str, calls: &[&str], units: usize) -> Program {
    let mut text = format!(
        "{declaration}\ndef unit() {{\n    let call = 0\n    let round = 0\n    let gave = None\n    while True {{\n        call = choose(0..{})\n        let kept = [call, gave]\n        try {{\n",
        calls.len()
    );
    for (index, call) in calls.iter().enumerate() {
        text += &format!("            if call == {index} {{ gave = {call} }}\n");
    }
    text += "        } except RuntimeError { gave = \"RuntimeError\"\n        } except BrokenBarrierError { gave = \"BrokenBarrierError\" }\n";
    text += "        round = 1 - round\n        if len(kept) == 0 { round = 0 }\n    }\n}\nmain {\n";
    text += &"    spawn thread unit()\n".repeat(units);
    text += "}\n";
    let analysis = translate(&Source::new("monitors.conc", text.clone()), &[]);
    analysis.program.unwrap_or_else(|| panic!("{:?}\n{text}", analysis.diagnostics))
}

/// A unit's local by its number; main is no such unit.
fn local(world: &World, unit: usize, register: usize) -> &Value {
    &world.units[unit + 1].stack[register]
}

/// What a unit has noted: the call that it makes next, or is in, and what the one before gave.
fn kept(world: &World, unit: usize, index: usize) -> &Value {
    &local(world, unit, 3).items()[index]
}

fn call_of(world: &World, unit: usize) -> usize {
    let call = kept(world, unit, 0).as_int().expect("calls are numbered");
    usize::try_from(call).expect("from 0 on")
}

fn gave(world: &World, unit: usize) -> Given {
    match kept(world, unit, 1) {
        Value::None => Given::None,
        Value::Bool(truth) => Given::Bool(*truth),
        Value::Int(number) => Given::Int(*number),
        Value::Str(name) if name.as_str() == "RuntimeError" => Given::Raised("RuntimeError"),
        Value::Str(_) => Given::Raised("BrokenBarrierError"),
        other => panic!("no call gives {other:?}"),
    }
}

/// What tells worlds apart from which the same follows: what calls gave is looked at when they give it.
fn key(world: &World) -> u64 {
    let mut world = world.clone();
    for unit in &mut world.units[1..] {
        let call = unit.stack[3].items()[0].clone();
        unit.stack.fill(Value::None);
        unit.stack[0] = call;
    }
    let mut hasher = DefaultHasher::new();
    world.hash(&mut hasher);
    hasher.finish()
}

struct Walk<'p, P> {
    space: Space<'p>,
    calls: &'p [&'static str],
    units: usize,
    open: VecDeque<(World, P)>,
    seen: BTreeSet<(u64, String)>,
}

impl<P: Python> Walk<'_, P> {
    fn meet(&mut self, world: World, python: P) {
        if self.seen.insert((key(&world), python.key())) {
            self.open.push_back((world, python));
        }
    }

    /// Every turn of one unit.
    fn turns(&mut self, world: &World, python: &P, unit: usize) {
        let (id, call) = (UnitId::new(unit + 1), self.calls[call_of(world, unit)]);
        let mut alone = python.clone();
        let want = match alone.go_on(unit, call, false, &[]) {
            Went::On | Went::Through(_) => Standing::Ready,
            Went::Nowhere if python.may_expire(unit, call) => Standing::MayExpire,
            Went::Nowhere => Standing::Blocked,
        };
        assert_eq!(self.space.standing(world, id), want, "{id} {call}: {python:?}");
        for expired in [false, true] {
            for taken in self.space.take(world, id, expired) {
                let waiters = taken.turn.picks.iter().filter_map(|pick| match pick {
                    Pick::Waiter(waiter) => Some(*waiter),
                    Pick::Value(_) => None,
                });
                let mut python = python.clone();
                let went = python.go_on(unit, call, expired, &waiters.collect::<Vec<_>>());
                let is_through = local(world, unit, 1) != local(&taken.world, unit, 1);
                let got = if is_through { Went::Through(gave(&taken.world, unit)) } else { Went::On };
                assert_eq!(got, went, "{id} {call} {:?}: {python:?}", taken.turn);
                self.meet(taken.world, python);
            }
        }
    }
}

/// Goes through all worlds, but behind those of which it is `enough`; how many there are.
fn walk<P: Python>(
    declaration: &str,
    (python, calls, units): (P, usize, usize),
    enough: fn(&P) -> bool,
) -> usize {
    assert!(units <= UNITS);
    let calls = &python.calls()[..calls];
    let program = script(declaration, calls, units);
    let space = Space::new(&program);
    let mut walk = Walk { space: space.clone(), calls, units, open: VecDeque::new(), seen: BTreeSet::new() };
    for taken in space.initial() {
        walk.meet(taken.world, python.clone());
    }
    while let Some((world, mut python)) = walk.open.pop_front() {
        if enough(&python) {
            continue;
        }
        // A thread that has to wait has come to where it waits.
        for unit in 0..walk.units {
            let call = walk.calls[call_of(&world, unit)];
            let mut later = python.clone();
            if later.go_on(unit, call, false, &[]) == Went::Nowhere {
                python = later;
            }
        }
        for unit in 0..walk.units {
            walk.turns(&world, &python, unit);
        }
    }
    walk.seen.len()
}

fn all_of<P: Python>(python: P, units: usize) -> (P, usize, usize) {
    let calls = python.calls().len();
    (python, calls, units)
}

#[test]
fn a_condition_of_a_lock_is_pythons() {
    let python = Condition::new(Lock::Plain { locked: false });
    let declaration = "lock m\ncondition c(m)";
    let two = walk(declaration, all_of(python.clone(), 2), |_| false);
    let three = walk(declaration, (python, 6, 3), |_| false);
    assert!(two > 700 && three > 5_000, "only {two} and {three} worlds");
}

#[test]
fn a_condition_of_an_rlock_is_pythons() {
    let python = Condition::new(Lock::Reentrant { owner: None, count: 0 });
    let deep = |python: &Condition| python.lock.is_deep();
    let given = walk("rlock m\ncondition c(m)", (python.clone(), 5, 3), deep);
    let own = walk("condition c", all_of(python, 2), deep);
    assert!(given > 5_000 && own > 2_000, "only {given} and {own} worlds");
}

#[test]
fn a_barrier_is_pythons() {
    for parties in 1..=3 {
        let found = walk(&format!("barrier b({parties})"), all_of(Barrier::new(parties), 3), |_| false);
        assert!(found > 100, "only {found} worlds of {parties} parties");
    }
}
