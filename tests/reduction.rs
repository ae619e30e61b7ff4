//! What a reduction leaves out makes no difference: with and without it, the same things go wrong and the
//! same ends are reached.

mod scripts;

use std::collections::{BTreeSet, VecDeque};
use std::fmt::Write as _;

use concsim::analysis::translate;
use concsim::base::id::UnitId;
use concsim::base::span::Source;
use concsim::explore::Reduction;
use concsim::explore::reduction::Reducer;
use concsim::explore::space::{Space, Standing, Taken};
use concsim::ir::program::{Op, Program, PropertyKind, Source as Of};
use concsim::ir::value::Value;
use concsim::semantics::property::holds;
use concsim::semantics::step::{ActionKind, Oracle};
use concsim::semantics::world::{Naming, World};

use scripts::scripts_in;

/// Up to how many worlds a script is explored without any reduction.
const WORLDS_MAX: usize = 1_000;

const REDUCTIONS: [Reduction; 4] = [Reduction::None, Reduction::Order, Reduction::Symmetry, Reduction::All];

/// What an exploration has found.
#[derive(Debug, Default, PartialEq, Eq)]
struct Found {
    /// Everything that differs between two worlds in a way that counts, as text.
    facts: BTreeSet<String>,
    worlds: usize,
}

/// A plain search, breadth first.
struct Search<'p> {
    program: &'p Program,
    space: Space<'p>,
    reducer: Reducer<'p>,
    found: Found,
    seen: BTreeSet<String>,
    open: VecDeque<World>,
}

impl<'p> Search<'p> {
    fn run(program: &'p Program, reduction: Reduction) -> Option<Found> {
        let mut search = Self {
            program,
            space: Space::new(program),
            reducer: Reducer::new(program, reduction),
            found: Found::default(),
            seen: BTreeSet::new(),
            open: VecDeque::new(),
        };
        for taken in search.space.initial() {
            search.meet(taken);
        }
        while let Some(world) = search.open.pop_front() {
            if search.seen.len() > WORLDS_MAX {
                return None;
            }
            search.expand(&world);
        }
        search.found.worlds = search.seen.len();
        Some(search.found)
    }

    fn expand(&mut self, world: &World) {
        let units: Vec<UnitId> = (0..world.units.len()).map(UnitId::new).collect();
        let standings: Vec<Standing> = units.iter().map(|unit| self.space.standing(world, *unit)).collect();
        self.races(world);
        let over = world.units.iter().zip(&world.infos).all(|(unit, info)| unit.has_ended() || info.daemon);
        let goes_on = standings.iter().any(|it| matches!(it, Standing::Ready | Standing::MayExpire));
        if over || !goes_on {
            self.end(world);
            return;
        }
        let mut alone: Option<Vec<Taken>> = None;
        for unit in self.reducer.candidates(world, &standings) {
            let turns = self.space.take(world, unit, false);
            let is_new = |taken: &Taken| {
                let mut world = taken.world.clone();
                self.reducer.canonical(&mut world);
                !self.seen.contains(&text(&world))
            };
            if turns.iter().all(is_new) && self.reducer.suffice(world, unit, &turns) {
                alone = Some(turns);
                break;
            }
        }
        let all = || {
            units.iter().zip(&standings).flat_map(|(unit, standing)| match standing {
                Standing::Ready => self.space.take(world, *unit, false),
                Standing::MayExpire => self.space.take(world, *unit, true),
                Standing::Blocked | Standing::Ended => Vec::new(),
            })
        };
        let turns: Vec<Taken> = alone.unwrap_or_else(|| all().collect());
        turns.into_iter().for_each(|taken| self.meet(taken));
    }

    fn meet(&mut self, taken: Taken) {
        for (_, action) in &taken.actions {
            if matches!(action.kind, ActionKind::AssertFailed(_)) {
                self.found.facts.insert(format!("assert at {}", action.pc));
            }
        }
        let mut world = taken.world;
        self.reducer.canonical(&mut world);
        let mut after = world.clone();
        for property in self.program.properties.iter().filter(|it| it.kind == PropertyKind::Invariant) {
            if !holds(self.program, &mut after, property.function, &mut Timeless).0 {
                self.found.facts.insert(format!("invariant {}", property.text));
            }
        }
        if self.seen.insert(text(&world)) {
            self.open.push_back(world);
        }
    }

    fn races(&mut self, world: &World) {
        let accesses: Vec<(Value, bool, u32)> = world
            .units
            .iter()
            .filter(|unit| !unit.has_ended())
            .filter_map(|unit| {
                let (cell, writes) = match self.program.ops[unit.pc as usize] {
                    Op::Read { cell, .. } => (cell, false),
                    Op::Write { cell, .. }
                    | Op::SharedPush { cell, .. }
                    | Op::SharedPop { cell, .. }
                    | Op::SharedStore { cell, .. } => (cell, true),
                    _ => return None,
                };
                let cell = match cell.source() {
                    Of::Register(register) => unit.register(register),
                    Of::Constant(constant) => self.program.constant(constant),
                };
                Some((cell.clone(), writes, unit.pc))
            })
            .collect();
        for (at, (cell, writes, pc)) in accesses.iter().enumerate() {
            for (_, _, other) in accesses[at + 1..].iter().filter(|it| it.0 == *cell && (*writes || it.1)) {
                self.found.facts.insert(format!("race at {} and {}", pc.min(other), pc.max(other)));
            }
        }
    }

    fn end(&mut self, world: &World) {
        let names = Naming { program: self.program, world };
        let mut fact = String::from("end");
        for cell in &world.cells {
            write!(fact, " {}", cell.text(&names)).unwrap();
        }
        write!(fact, " printed {:?}", world.output).unwrap();
        let alive =
            world.units.iter().zip(&world.infos).filter(|(unit, info)| !unit.has_ended() && !info.daemon);
        let mut places: Vec<u32> = alive.map(|(unit, _)| unit.pc).collect();
        places.sort_unstable();
        write!(fact, " stuck at {places:?}").unwrap();
        let mut failed: Vec<u32> = world
            .units
            .iter()
            .filter_map(|unit| match &unit.result {
                Value::Exception(exception) if !unit.taken => Some(exception.origin),
                _ => None,
            })
            .collect();
        failed.sort_unstable();
        write!(fact, " failed at {failed:?}").unwrap();
        self.found.facts.insert(fact);
    }
}

/// A world as text: what tells two apart.
fn text(world: &World) -> String {
    format!("{world:?}")
}

/// Nothing that an invariant can ask for.
struct Timeless;

impl Oracle for Timeless {
    fn choose(&mut self, _: u64) -> u64 {
        0
    }

    fn pick(&mut self, _: usize) -> usize {
        0
    }

    fn uniform(&mut self, low: u64, _: u64) -> u64 {
        low
    }

    fn exponential(&mut self, mean: u64) -> u64 {
        mean
    }

    fn normal(&mut self, mean: u64, _: u64) -> u64 {
        mean
    }

    fn now(&self) -> u64 {
        0
    }

    fn deadlocked(&self) -> bool {
        false
    }
}

fn program(source: &Source) -> Option<Program> {
    translate(source, &[]).program
}

/// Explores with every reduction; the numbers of worlds, or nothing if there are too many.
fn compare(title: &str, program: &Program) -> Option<[usize; 4]> {
    let plain = Search::run(program, Reduction::None)?;
    let mut worlds = [plain.worlds; 4];
    for (at, reduction) in REDUCTIONS.into_iter().enumerate().skip(1) {
        let reduced = Search::run(program, reduction).expect("a reduction adds nothing");
        assert_eq!(reduced.facts, plain.facts, "{title} with {reduction:?}");
        worlds[at] = reduced.worlds;
    }
    Some(worlds)
}

/// Small scripts with all kinds of statements, and the least share of worlds (in percent) by which both
/// reductions together have to make do with fewer.
const SCRIPTS: &[(&str, usize)] = &[
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
        70,
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
        50,
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
    for folder in ["examples", "tests/cases"] {
        for source in scripts_in(folder) {
            let Some(program) = program(&source) else { continue };
            explored += usize::from(compare(&source.name, &program).is_some());
        }
    }
    assert!(explored > 50, "only {explored} scripts were explored");
}
