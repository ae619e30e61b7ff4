//! The transition system that is explored.
//!
//! In a world between two steps every unit that has not ended rests: at a
//! visible op that is a step, at a join that has to wait, or in a loop that
//! does nothing visible. A turn performs one step of one unit. Glued to it is
//! all that is no step: local work, `spawn`, `compute`, `io`, `sleep`,
//! `choose`, the way of a new unit to its first step, and joins that need not
//! wait any more, whoever does them. None of that is seen by other units, so
//! that it makes no difference when it is done.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::id::UnitId;
use crate::explore::fingerprint::fingerprint;
use crate::explore::live::Live;
use crate::explore::picks::Picks;
use crate::explore::precedence;
use crate::ir::program::Program;
use crate::semantics::oracle::Rivals;
use crate::semantics::step::{Action, Extent, Outcome, Request, step};
use crate::semantics::turn::{Pick, Turn, is_glued, is_no_step, only_waits, plainly_waits};
use crate::semantics::world::{Rest, Status, Unit, World};

/// After how many ops a unit that does nothing visible rests at a check point: so a loop without steps is
/// a cycle of worlds and not an endless turn.
const LOCAL_OPS: u64 = 10_000;

/// The same inside `atomic`, where a turn can't end before its block does.
const ATOMIC_OPS: u64 = 10_000_000;

/// From how many glued steps of one unit on it is looked whether they go round in a loop.
const GLUED_STEPS: u64 = 16;

/// After how many picks a unit rests: each multiplies the worlds that one turn leads to.
const GLUED_PICKS: usize = 4;

/// The worlds of a program, and the turns between them.
#[derive(Clone, Debug)]
pub struct Space<'p> {
    /// What is explored.
    pub program: &'p Program,
    /// Who began to wait first is woken first, as CPython does today.
    pub in_order: bool,
    /// Units change only where a GIL can change hands.
    pub respects_gil: bool,
    /// What units will still read: the rest is cleared, since it makes no difference.
    live: Arc<Live>,
}

/// A world that a turn leads to.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The turn; what comes before the first step counts as one of main.
    pub turn: Turn,
    /// The world behind it.
    pub world: World,
    /// Who made each of its picks.
    pub pickers: Vec<UnitId>,
    /// What was done in it, and by whom.
    pub actions: Vec<(UnitId, Action)>,
    /// How many ops were executed.
    pub ops: u64,
    /// It counts as a step: all turns do but those that only end a unit.
    pub is_step: bool,
}

/// How a unit stands in a world between two steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can take its next step.
    Ready,
    /// What it waits for is not there; it can only give up waiting.
    MayExpire,
    /// What it waits for is not there.
    Blocked,
    /// It has returned or failed.
    Ended,
}

impl<'p> Space<'p> {
    /// The worlds of `program`.
    #[must_use]
    pub fn new(program: &'p Program) -> Self {
        Self { program, in_order: false, respects_gil: false, live: Arc::new(Live::new(program)) }
    }

    /// The worlds before the first step: one for each way in which what comes before it can be decided.
    #[must_use]
    pub fn initial(&self) -> Vec<Taken> {
        let world = World::new(self.program);
        self.every_pick(UnitId(0), false, |oracle| {
            let mut run = Run::new(self, world.clone(), oracle);
            run.settle();
            Some(run.taken())
        })
    }

    /// All turns that may be taken in a world, in the order of the units.
    #[must_use]
    pub fn all_turns(&self, world: &World) -> Vec<Taken> {
        (0..world.units.len()).map(UnitId::new).flat_map(|unit| self.turns(world, unit).1).collect()
    }

    /// Every world to which a turn of `unit` leads: one for each way to decide what the step leaves open.
    /// None if it can't take that turn. With `expired`, it gives up waiting.
    #[must_use]
    pub fn take(&self, world: &World, unit: UnitId, expired: bool) -> Vec<Taken> {
        self.every_pick(unit, expired, |oracle| self.attempt(world, unit, expired, oracle))
    }

    /// How a unit stands, and every world to which its turns lead from there.
    #[must_use]
    pub fn turns(&self, world: &World, unit: UnitId) -> (Standing, Vec<Taken>) {
        if world.units[unit.index()].has_ended() {
            return (Standing::Ended, Vec::new());
        }
        if !world.may_have_thread(unit) || self.is_held_back(world, unit) {
            return (Standing::Blocked, Vec::new());
        }
        if self.plainly_waits(world, unit) {
            // Most units that wait do so for a lock; to try would copy the world for nothing.
            return (Standing::Blocked, Vec::new());
        }
        let mut oracle = Picks::new(Vec::new(), self.in_order);
        let mut run = Run::new(self, world.clone(), &mut oracle);
        match run.first(unit, false) {
            First::Waits { timed: true } => (Standing::MayExpire, self.take(world, unit, true)),
            First::Waits { timed: false } => (Standing::Blocked, Vec::new()),
            First::Taken => {
                run.settle();
                let switches = run.switches;
                let taken = run.taken();
                let mut all = if oracle.bounds.is_empty() {
                    let turn = Turn { unit, ..taken.turn };
                    vec![self.with_keepers(Taken { turn, ..taken }, switches)]
                } else {
                    self.take(world, unit, false)
                };
                if self.may_expire(world, unit) {
                    all.extend(self.take(world, unit, true));
                }
                (Standing::Ready, all)
            }
        }
    }

    /// The world to which that very turn leads, if it can be taken.
    #[must_use]
    pub fn replay(&self, world: &World, turn: &Turn) -> Option<Taken> {
        let mut oracle = Picks::new(turn.picks.clone(), self.in_order);
        let taken = self.attempt(world, turn.unit, turn.expired, &mut oracle)?;
        (oracle.picks == turn.picks).then(|| Taken { turn: turn.clone(), ..taken })
    }

    /// How a unit stands.
    #[must_use]
    pub fn standing(&self, world: &World, unit: UnitId) -> Standing {
        if world.units[unit.index()].has_ended() {
            return Standing::Ended;
        }
        if !world.may_have_thread(unit) || self.plainly_waits(world, unit) || self.is_held_back(world, unit) {
            return Standing::Blocked;
        }
        let mut oracle = Picks::new(Vec::new(), self.in_order);
        let mut run = Run::new(self, world.clone(), &mut oracle);
        match run.first(unit, false) {
            First::Taken => Standing::Ready,
            First::Waits { timed: true } => Standing::MayExpire,
            First::Waits { timed: false } => Standing::Blocked,
        }
    }

    /// Whether it is plain that a unit has to wait as long as it takes.
    fn plainly_waits(&self, world: &World, unit: UnitId) -> bool {
        plainly_waits(self.program, world, unit) && !world.is_limited(self.program, unit)
    }

    /// Whether a unit that could go on may be told instead that its time is over: a limit around it may be so before it has its
    /// thread again, whatever it has waited for.
    #[must_use]
    pub fn may_expire(&self, world: &World, unit: UnitId) -> bool {
        world.units[unit.index()].rest != Rest::Running && world.is_limited(self.program, unit)
    }

    /// Whether the end of some unit is a turn of its own, by which others may become ready.
    #[must_use]
    pub fn has_ends(&self) -> bool {
        self.program.functions.iter().any(|function| function.epilogue.is_some())
    }

    /// Whether a unit can take its next step, and has one to take.
    #[must_use]
    pub fn is_ready(&self, world: &World, unit: UnitId) -> bool {
        let runs = world.units[unit.index()].rest == Rest::Running;
        runs && !is_no_step(self.program, world, unit) && self.standing(world, unit) == Standing::Ready
    }

    /// The same world with the status of every unit that waits: what tells of a deadlock looks there.
    #[must_use]
    pub fn with_waits(&self, world: &World) -> World {
        let mut waiting = world.clone();
        for unit in (0..world.units.len()).map(UnitId::new) {
            if !world.units[unit.index()].has_ended() {
                let mut oracle = Picks::new(Vec::new(), self.in_order);
                let mut run = Run::new(self, world.clone(), &mut oracle);
                if matches!(run.first(unit, false), First::Waits { .. }) {
                    waiting.units[unit.index()].status = run.world.units[unit.index()].status;
                }
            }
        }
        waiting
    }

    fn attempt(&self, world: &World, unit: UnitId, expired: bool, oracle: &mut Picks) -> Option<Taken> {
        // Nobody gives up while what it waits for is there.
        let may_expire = || self.may_expire(world, unit) || self.standing(world, unit) == Standing::MayExpire;
        let unit_goes_on = !world.units[unit.index()].has_ended() && world.may_have_thread(unit);
        if !unit_goes_on || self.is_held_back(world, unit) || (expired && !may_expire()) {
            return None;
        }
        let mut run = Run::new(self, world.clone(), oracle);
        match run.first(unit, expired) {
            First::Taken => {
                run.settle();
                let switches = run.switches;
                let taken = run.taken();
                let turn = Turn { unit, ..taken.turn };
                Some(self.with_keepers(Taken { turn, ..taken }, switches))
            }
            First::Waits { .. } => None,
        }
    }

    /// Does something again and again until all that it leaves open was decided in every way.
    fn every_pick(
        &self,
        unit: UnitId,
        expired: bool,
        mut once: impl FnMut(&mut Picks) -> Option<Taken>,
    ) -> Vec<Taken> {
        let mut all = Vec::new();
        let mut next = Some(Picks::new(Vec::new(), self.in_order));
        while let Some(mut oracle) = next {
            let Some(taken) = once(&mut oracle) else { break };
            let turn = Turn { unit, expired, picks: oracle.picks.clone() };
            all.push(Taken { turn, ..taken });
            next = oracle.next();
        }
        all
    }
}

/// What came of the first op of a turn.
enum First {
    /// It was done.
    Taken,
    /// Nothing has happened: what it waits for is not there.
    Waits { timed: bool },
}

/// Glued steps of one unit, and how it stood after some of them.
#[derive(Default)]
struct Rounds {
    steps: u64,
    seen: Option<Unit>,
}

/// A turn under way.
struct Run<'a> {
    program: &'a Program,
    space: &'a Space<'a>,
    world: World,
    oracle: &'a mut Picks,
    actions: Vec<(UnitId, Action)>,
    ops: u64,
    /// Whose turn it is, and whether it has passed a point at which a GIL can change hands.
    unit: Option<UnitId>,
    switches: bool,
    is_step: bool,
    /// The units that something was done to.
    touched: BTreeSet<UnitId>,
}

impl<'a> Run<'a> {
    fn new(space: &'a Space<'_>, world: World, oracle: &'a mut Picks) -> Self {
        let program = space.program;
        let (actions, touched) = (Vec::new(), BTreeSet::new());
        Self {
            program,
            space,
            world,
            oracle,
            actions,
            ops: 0,
            unit: None,
            switches: false,
            is_step: true,
            touched,
        }
    }

    /// What a unit waits for is no part of a world between two steps, because it follows from the rest; nor is
    /// what it will not read any more.
    fn taken(mut self) -> Taken {
        for unit in self.world.units.iter_mut().filter(|unit| !unit.is_done()) {
            unit.status = Status::Ready;
        }
        for unit in &self.touched {
            let unit = &mut self.world.units[unit.index()];
            // What has given its thread up may yet find an exception raised behind which other registers count.
            if unit.rest == Rest::Running || unit.has_ended() {
                self.space.live.clear(self.program, unit);
            }
        }
        let turn = Turn { unit: UnitId(0), expired: false, picks: Vec::new() };
        let pickers = self.oracle.pickers.clone();
        let Self { world, actions, ops, is_step, .. } = self;
        Taken { turn, world, pickers, actions, ops, is_step }
    }

    /// The step itself, and the unit's own local work behind it.
    fn first(&mut self, unit: UnitId, expired: bool) -> First {
        self.unit = Some(unit);
        self.is_step = !is_no_step(self.program, &self.world, unit);
        let outcome = self.step(unit, expired);
        if let Outcome::Blocked { timeout } = outcome
            && only_waits(outcome, self.actions.iter().map(|(_, action)| action))
        {
            let is_limited = self.world.is_limited(self.program, unit);
            return First::Waits { timed: timeout.is_some() || is_limited };
        }
        First::Taken
    }

    /// Everything that is no step of its own any more.
    fn settle(&mut self) {
        let mut at = 0;
        while at < self.world.units.len() {
            let unit = UnitId::new(at);
            let had_ended = self.world.units[at].has_ended();
            self.settle_unit(unit);
            // One that has ended may be waited for by one before it.
            at = if self.world.units[at].has_ended() && !had_ended { 0 } else { at + 1 };
        }
    }

    /// What is glued of one unit. If that never ends, the unit rests in the middle of it.
    fn settle_unit(&mut self, unit: UnitId) {
        let picks = self.oracle.pickers.len();
        let mut rounds = Rounds::default();
        while is_glued(self.program, &self.world, unit) {
            self.step(unit, false);
            let many = self.oracle.pickers.len() - picks >= GLUED_PICKS;
            if many || self.rests_in_round(unit, &mut rounds) {
                return;
            }
        }
        self.oracle.unit = unit;
        if self.has_to_give_way(unit) || self.lines_up(unit) {
            self.world.units[unit.index()].rest = Rest::Awaits;
            self.follow(unit, None);
        }
    }

    /// Whether a unit that has come to an `await` of a free lock lines up behind others.
    fn lines_up(&mut self, unit: UnitId) -> bool {
        let has_to = || self.space.respects_gil && precedence::lines_up(self.program, &self.world, unit);
        self.world.may_line_up(self.program, unit, Rivals::Anybody)
            && (has_to() || self.oracle.decide(2, Pick::Value) == 1)
    }

    /// Writes down who comes before others now.
    fn follow(&mut self, unit: UnitId, spawned: Option<UnitId>) {
        if self.space.respects_gil {
            precedence::follow(self.program, &mut self.world, unit, spawned);
        }
    }

    /// Whether a unit has come to an `await` at which it has to wait: others on its thread go on at once then, and do not
    /// wait until it is the turn of this one.
    fn has_to_give_way(&self, id: UnitId) -> bool {
        let unit = &self.world.units[id.index()];
        let op = &self.program.ops[unit.pc as usize];
        if unit.has_ended() || unit.rest != Rest::Running || !op.is_awaited(self.program) {
            return false;
        }
        if !self.world.shares_thread(id) && !self.program.has_time_limits {
            return false;
        }
        let (mut world, mut actions) = (self.world.clone(), Vec::new());
        let mut oracle = Picks::new(Vec::new(), true);
        let request = Request { fuel: LOCAL_OPS, fuel_max: ATOMIC_OPS, expired: false, extent: Extent::Op };
        let done = step(self.program, &mut world, id, request, (&mut oracle, &mut actions));
        only_waits(done.outcome, &actions) && world.units[id.index()].rest == Rest::Awaits
    }

    /// One step of the semantics, with the local work behind it.
    fn step(&mut self, id: UnitId, expired: bool) -> Outcome {
        let first = self.step_once(id, expired);
        let mut outcome = first;
        let mut rounds = Rounds::default();
        // What takes time, and a spawn, end a step before its local work.
        while matches!(
            outcome,
            Outcome::Spawned(_) | Outcome::Compute { .. } | Outcome::Io { .. } | Outcome::Sleep { .. }
        ) && self.world.units[id.index()].rest == Rest::Running
            && !self.program.ops[self.world.units[id.index()].pc as usize].is_visible()
            && !self.rests_in_round(id, &mut rounds)
        {
            outcome = self.step_once(id, false);
        }
        first
    }

    /// Whether a unit goes round in a loop of what is glued, or has done so much of it that it rests. Wherever
    /// it came from, in a loop it rests at one and the same place.
    fn rests_in_round(&mut self, unit: UnitId, rounds: &mut Rounds) -> bool {
        rounds.steps += 1;
        let now = &self.world.units[unit.index()];
        if rounds.seen.as_ref() == Some(now) {
            self.go_to_rest(unit);
            return true;
        }
        if rounds.steps >= GLUED_STEPS && rounds.steps.is_power_of_two() {
            rounds.seen = Some(now.clone());
        }
        rounds.steps >= LOCAL_OPS
    }

    /// The unit goes on to the place of its loop with the least fingerprint.
    fn go_to_rest(&mut self, unit: UnitId) {
        let print = |run: &Self| fingerprint(&run.world.units[unit.index()]);
        let first = print(self);
        let mut least = first;
        loop {
            self.step_once(unit, false);
            let now = print(self);
            least = least.min(now);
            if now == first {
                break;
            }
        }
        while print(self) != least {
            self.step_once(unit, false);
        }
    }

    fn step_once(&mut self, id: UnitId, expired: bool) -> Outcome {
        let mut actions = Vec::new();
        self.touched.insert(id);
        self.oracle.unit = id;
        let request = Request { fuel: LOCAL_OPS, fuel_max: ATOMIC_OPS, expired, extent: Extent::Step };
        let done = step(self.program, &mut self.world, id, request, (&mut *self.oracle, &mut actions));
        self.ops += done.ops;
        if self.unit == Some(id) {
            let gives_way = self.world.units[id.index()].rest != Rest::Running;
            self.switches |= done.check_point.is_some() || done.outcome != Outcome::Ready || gives_way;
        }
        self.actions.extend(actions.into_iter().map(|action| (id, action)));
        let spawned = if let Outcome::Spawned(new) = done.outcome { Some(new) } else { None };
        self.touched.extend(spawned);
        self.follow(id, spawned);
        if let Outcome::Io { device: Some(device), .. } = done.outcome {
            // Time is set aside: it has been served.
            self.world.objects[device.index()].release_channel();
        }
        done.outcome
    }
}
