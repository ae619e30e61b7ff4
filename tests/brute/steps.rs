//! What a turn is: one step, and all that is no step of its own.

#![expect(clippy::wildcard_enum_match_arm, reason = "few ops are glued to the step before them")]

use concsim::base::id::UnitId;
use concsim::ir::program::{Op, Operand, Program, Source};
use concsim::ir::value::Value;
use concsim::machine::profile::StartMethod;
use concsim::semantics::closing::Closing;
use concsim::semantics::oracle::{Oracle, Rivals};
use concsim::semantics::step::{Action, ActionKind, Extent, Outcome, Request, Step, step};
use concsim::semantics::world::{Rest, Status, World};
use concsim::syntax::ast::UnitKind;

/// More ops than any turn of a small script takes.
const OPS: u64 = 1_000_000;

/// Somebody who decided beforehand, and decides for the first way from there on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dice {
    decided: Vec<u64>,
    bounds: Vec<u64>,
    stuck: bool,
}

impl Dice {
    /// For what is asked at the end: whether units are stuck for ever.
    pub(crate) fn at_end(stuck: bool) -> Self {
        Self { stuck, ..Self::default() }
    }

    fn decide(&mut self, bound: u64) -> u64 {
        let at = self.bounds.len();
        self.bounds.push(bound);
        self.decided.get(at).copied().unwrap_or(0)
    }
}

impl Oracle for Dice {
    fn choose(&mut self, bound: u64) -> u64 {
        self.decide(bound)
    }

    fn pick(&mut self, count: usize) -> usize {
        usize::try_from(self.decide(count as u64)).expect("there are few waiters")
    }

    fn limit(&mut self, count: usize) -> usize {
        usize::try_from(self.decide(count as u64)).expect("there are few limits")
    }

    fn lines_up(&mut self) -> bool {
        false
    }

    fn reads(&mut self, _: UnitId) -> bool {
        self.decide(2) == 0
    }

    fn uniform(&mut self, low: u64, _: u64) -> u64 {
        low
    }

    fn exponential(&mut self, _: u64) -> u64 {
        0
    }

    fn normal(&mut self, _: u64, _: u64) -> u64 {
        0
    }

    fn now(&self) -> u64 {
        0
    }

    fn deadlocked(&self) -> bool {
        self.stuck
    }
}

/// A world and what led to it.
pub(crate) type Reached = (World, Vec<(UnitId, Action)>);

/// Does something in every way in which it can be decided.
fn in_every_way(decided: Vec<u64>, once: &dyn Fn(&mut Dice) -> Option<Reached>, all: &mut Vec<Reached>) {
    let mut dice = Dice { decided, ..Dice::default() };
    all.extend(once(&mut dice));
    for at in dice.decided.len()..dice.bounds.len() {
        for other in 1..dice.bounds[at] {
            let mut decided = dice.decided.clone();
            decided.resize(at, 0);
            decided.push(other);
            in_every_way(decided, once, all);
        }
    }
}

/// The worlds before the first step.
pub(crate) fn settled(program: &Program, world: World) -> Vec<Reached> {
    let mut all = Vec::new();
    let once = |dice: &mut Dice| {
        let mut turn = Under { program, world: world.clone(), actions: Vec::new() };
        turn.settle(dice);
        Some(turn.over())
    };
    in_every_way(Vec::new(), &once, &mut all);
    all
}

/// The worlds to which a turn of a unit leads: none if it has to wait. With `expired`, it gives up waiting.
pub(crate) fn turn(program: &Program, world: &World, unit: UnitId, expired: bool) -> Vec<Reached> {
    if world.units[unit.index()].has_ended() || !has_thread(world, unit) || lets_begin(world, unit) {
        return Vec::new();
    }
    let may = match waits(program, world, unit) {
        Some(waits) => expired && waits.timed,
        None => !expired || passes_time(program, world, unit),
    };
    if !may {
        return Vec::new();
    }
    let mut all = Vec::new();
    let once = |dice: &mut Dice| {
        let mut turn = Under { program, world: world.clone(), actions: Vec::new() };
        let done = turn.step(unit, expired, dice);
        let is_idle = is_idle(world, unit, (&done, &turn.actions));
        turn.settle(dice);
        (!is_idle).then(|| turn.over())
    };
    in_every_way(Vec::new(), &once, &mut all);
    all
}

/// Whether nobody else runs on the thread of a unit.
fn has_thread(world: &World, unit: UnitId) -> bool {
    let thread = |unit: UnitId| world.infos[unit.index()].thread;
    let mut others = (0..world.units.len()).map(UnitId::new).filter(|other| *other != unit);
    !others.any(|other| {
        let state = &world.units[other.index()];
        thread(other) == thread(unit) && state.rest == Rest::Running && !state.has_ended()
    })
}

/// Whether a unit has come to the end of a body, and a task of its loop has not begun that was there then.
fn lets_begin(world: &World, unit: UnitId) -> bool {
    let is_owed = |other: &usize| {
        let state = &world.units[*other];
        let is_task = *other != unit.index() && world.infos[*other].thread == unit;
        is_task && state.closing == Closing::LastTurn && !state.has_ended()
    };
    world.units[unit.index()].closing == Closing::LastTurn && (0..world.units.len()).any(|it| is_owed(&it))
}

/// Whether the unit has given its thread up, for no longer than a time limit around it allows.
fn passes_time(program: &Program, world: &World, unit: UnitId) -> bool {
    world.units[unit.index()].rest != Rest::Running && world.is_limited(program, unit)
}

/// Whether a step has done nothing. Who has its thread again only to find that one of several has ended waits on.
fn is_idle(before: &World, unit: UnitId, (done, actions): (&Step, &[(UnitId, Action)])) -> bool {
    let was_away = before.units[unit.index()].rest != Rest::Running;
    let joins = |(_, action): &(UnitId, Action)| matches!(action.kind, ActionKind::Joined(_));
    matches!(done.outcome, Outcome::Blocked { .. })
        && (actions.is_empty() || was_away && actions.iter().all(joins))
}

/// A unit that has to wait.
pub(crate) struct Waits {
    /// It may give up.
    pub(crate) timed: bool,
    /// What it waits for.
    pub(crate) status: Status,
}

/// Whether the unit has to wait, so that its turn would do nothing.
pub(crate) fn waits(program: &Program, world: &World, unit: UnitId) -> Option<Waits> {
    if world.units[unit.index()].has_ended() {
        return None;
    }
    let mut turn = Under { program, world: world.clone(), actions: Vec::new() };
    let done = turn.step(unit, false, &mut Dice::default());
    match done.outcome {
        Outcome::Blocked { timeout } if is_idle(world, unit, (&done, &turn.actions)) => {
            let status = turn.world.units[unit.index()].status;
            let timed = timeout.is_some() || matches!(status, Status::Waiting { timed: true, .. });
            Some(Waits { timed, status })
        }
        _ => None,
    }
}

/// Whether a job waits for a worker of its pool.
pub(crate) fn is_held_back(world: &World, unit: UnitId) -> bool {
    let pool = world.infos[unit.index()].pool;
    let pool = pool.and_then(|pool| world.objects[pool.index()].as_pool());
    pool.is_some_and(|pool| pool.queued().any(|job| job == unit))
}

/// A turn under way.
struct Under<'p> {
    program: &'p Program,
    world: World,
    actions: Vec<(UnitId, Action)>,
}

impl Under<'_> {
    fn step(&mut self, unit: UnitId, expired: bool, dice: &mut Dice) -> Step {
        let mut actions = Vec::new();
        let request = Request { fuel: OPS, fuel_max: OPS, expired, extent: Extent::Step };
        let done = step(self.program, &mut self.world, unit, request, (dice, &mut actions));
        assert!(done.ops < OPS, "a loop does nothing visible");
        self.actions.extend(actions.into_iter().map(|action| (unit, action)));
        done
    }

    /// Until every unit rests at a step, or has to wait for the end of another one.
    fn settle(&mut self, dice: &mut Dice) {
        let units = |world: &World| (0..world.units.len()).map(UnitId::new);
        self.settle_glued(dice);
        // Whoever awaits what is not there gives its thread up at once, and so may who finds others before it.
        for unit in units(&self.world) {
            let lines_up = self.world.may_line_up(self.program, unit, Rivals::Anybody) && dice.decide(2) == 1;
            if lines_up || self.gives_way(unit) {
                self.world.units[unit.index()].rest = Rest::Awaits;
            }
        }
        // One that waits at the end of a group from now on is told who is done.
        self.settle_glued(dice);
    }

    fn settle_glued(&mut self, dice: &mut Dice) {
        let glued =
            |turn: &Self| (0..turn.world.units.len()).map(UnitId::new).find(|unit| turn.is_glued(*unit));
        while let Some(unit) = glued(self) {
            self.step(unit, false, dice);
        }
    }

    fn gives_way(&self, unit: UnitId) -> bool {
        if self.world.units[unit.index()].has_ended() {
            return false;
        }
        let mut turn = Under { program: self.program, world: self.world.clone(), actions: Vec::new() };
        let done = turn.step(unit, false, &mut Dice::default());
        let is_idle = matches!(done.outcome, Outcome::Blocked { .. }) && turn.actions.is_empty();
        is_idle && turn.world.units[unit.index()].rest == Rest::Awaits
    }

    fn is_glued(&self, unit: UnitId) -> bool {
        let state = &self.world.units[unit.index()];
        if state.status == Status::Done {
            return self.is_waited_for_in_group(unit);
        }
        if state.has_ended() || state.rest != Rest::Running || is_held_back(&self.world, unit) {
            return false;
        }
        let op = &self.program.ops[state.pc as usize];
        match op {
            // What a fork copies depends on when it is.
            Op::Spawn { spawn, .. } if self.program.spawns[usize::from(*spawn)].pooled => false,
            Op::Spawn { spawn, .. } => !self.forks(*spawn),
            // To enter a pool does nothing.
            Op::Enter { object, .. } => self.is_pool(unit, *object),
            Op::Compute { .. }
            | Op::Sleep { .. }
            | Op::Io { .. }
            | Op::ChooseRange { .. }
            | Op::ChooseItem { .. } => true,
            Op::Await { .. } | Op::Gather { .. } => waits(self.program, &self.world, unit).is_none(),
            Op::Invoke { call, .. } => {
                let method = self.program.calls[usize::from(*call)].method.as_str();
                matches!(method, "join" | "result" | "wait") && self.finds_an_end(unit)
            }
            // The body of a loop lets the tasks that are ready have a turn before it closes the loop.
            Op::End { .. } => state.closing == Closing::Open && state.tasks > 0,
            op => !op.is_visible(),
        }
    }

    /// Whether who has started a task in a group waits at the end of that, and the task has not failed.
    fn is_waited_for_in_group(&self, unit: UnitId) -> bool {
        let info = &self.world.infos[unit.index()];
        let owner = &self.world.units[info.parent.index()];
        let Op::Gather { group, .. } = self.program.ops[owner.pc as usize] else { return false };
        let waits = owner.rest == Rest::Awaits && !owner.has_ended();
        waits && info.group == Some(owner.base + u32::from(group.0)) && self.world.failure(unit).is_none()
    }

    fn is_pool(&self, unit: UnitId, operand: Operand) -> bool {
        let value = match operand.source() {
            Source::Register(register) => self.world.units[unit.index()].register(register),
            Source::Constant(constant) => self.program.constant(constant),
        };
        let Value::Object(object) = value else { return false };
        self.world.objects[object.index()].as_pool().is_some()
    }

    fn forks(&self, spawn: u16) -> bool {
        self.program.spawns[usize::from(spawn)].unit == UnitKind::Process
            && self.program.terms.start == StartMethod::Fork
    }

    /// Whether the first thing that the unit does next is to find that another one has ended.
    fn finds_an_end(&self, unit: UnitId) -> bool {
        let mut turn = Under { program: self.program, world: self.world.clone(), actions: Vec::new() };
        turn.step(unit, false, &mut Dice::default());
        matches!(turn.actions.first(), Some((_, Action { kind: ActionKind::Joined(_), .. })))
    }

    /// What a unit waits for follows from the rest, so worlds do not differ by it.
    fn over(mut self) -> Reached {
        for unit in self.world.units.iter_mut().filter(|unit| !unit.is_done()) {
            unit.status = Status::Ready;
        }
        (self.world, self.actions)
    }
}
