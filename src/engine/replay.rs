//! A run whose steps come in a given order, and the order of a run's steps.
//!
//! Time goes its way as ever; only the steps wait for each other. A unit that
//! comes to a step when it is not its turn stands aside, on no core and without
//! the GIL. What is glued to a step is not held up, nor is a wait for the end of
//! a unit. Timeouts strike only when the order says so. When all steps are taken
//! and what is glued to the last ones is done, the gate opens, and the run goes
//! on by its own rules.

#![expect(clippy::wildcard_enum_match_arm, reason = "few ops ask for the end of a unit")]

use crate::base::id::UnitId;
use crate::base::time::SimTime;
use crate::engine::Engine;
use crate::engine::thread::{Away, State, ThreadId};
use crate::ir::program::{Op, Pc, Source};
use crate::ir::value::Value;
use crate::observe::livelock::Endless;
use crate::observe::race::races;
use crate::semantics::step::{Action, Extent, Request, Step, step};
use crate::semantics::turn::{Course, CourseStep, only_waits, rests_at_turn};
use crate::semantics::world::{Status, Wait, World};
use crate::trace::event::Leave;

/// An order that is being followed.
#[derive(Debug)]
pub(super) struct Replay {
    course: Course,
    /// How many of its steps were taken.
    at: usize,
    /// What the units of the run are called in the course, and the other way round.
    numbers: Vec<Option<UnitId>>,
    units: Vec<Option<UnitId>>,
    /// Who stands aside, the first to come first.
    aside: Vec<UnitId>,
    /// The run did not do what the course says.
    astray: bool,
    /// What goes on for ever when the course is done.
    endless: Option<Endless>,
}

/// The steps of a run so far.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    /// Each with its place in the order.
    steps: Vec<(usize, CourseStep)>,
    /// Who has what it waited for from that place on, though it has not gone on yet.
    granted: Vec<(UnitId, usize)>,
}

impl Recorder {
    /// What is flagged to those who wait is theirs, whatever becomes of the flag before they go on: they
    /// take their step at that moment.
    pub(super) fn grant(&mut self, unit: UnitId) {
        self.granted.push((unit, self.steps.len()));
    }

    fn push(&mut self, step: CourseStep) {
        let granted = self.granted.iter().position(|(unit, _)| *unit == step.unit);
        let place = granted.map_or(self.steps.len() + 1, |at| self.granted.remove(at).1);
        self.steps.push((place, step));
    }

    fn into_steps(mut self) -> Vec<CourseStep> {
        self.steps.sort_by_key(|(place, _)| *place);
        let steps = self.steps.into_iter().enumerate();
        steps.map(|(turn, (_, step))| CourseStep { turn, ..step }).collect()
    }
}

/// What a step is called before it is known whether it is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    pc: Pc,
    expired: bool,
}

impl Replay {
    pub(super) fn new(course: Course, endless: Option<Endless>) -> Self {
        let units = vec![None; course.births.len()];
        Self { course, at: 0, numbers: Vec::new(), units, aside: Vec::new(), astray: false, endless }
    }

    /// The step whose turn it is, with the unit that is to take it.
    fn turn(&self) -> Option<(CourseStep, Option<UnitId>)> {
        let step = *self.course.steps.get(self.at)?;
        Some((step, self.units[step.unit.index()]))
    }

    /// Whether it is the unit's turn.
    fn is_turn_of(&self, unit: UnitId) -> bool {
        self.turn().is_some_and(|(_, other)| other == Some(unit))
    }

    /// At which turn the run and the course have parted.
    pub(super) fn stray(&self) -> Option<usize> {
        let step = self.course.steps.get(self.at.saturating_sub(usize::from(self.astray)))?;
        Some(step.turn)
    }
}

impl Engine<'_> {
    /// A unit was spawned, or is main: the course may know it, and what it will decide.
    pub(super) fn know(&mut self, unit: UnitId) {
        let parent = self.world.infos[unit.index()].parent;
        let Some(replay) = &mut self.replay else { return };
        // Main is no child, though it is its own parent.
        let siblings = self.world.infos.iter().take(unit.index() + 1).skip(1);
        let nth = siblings.filter(|info| info.parent == parent).count();
        let number = if unit.0 == 0 {
            Some(UnitId(0))
        } else {
            replay.numbers[parent.index()].and_then(|parent| replay.course.child(parent, nth))
        };
        replay.numbers.push(number);
        if let Some(number) = number {
            replay.units[number.index()] = Some(unit);
            self.dice.decide(unit, &replay.course.picks[number.index()]);
        }
    }

    /// Whether the unit comes to a step when it is not its turn.
    #[inline]
    pub(super) fn is_held_back(&self, unit: UnitId) -> bool {
        match (&self.rounds, &self.replay) {
            (None, None) => false,
            (Some(rounds), _) => rounds.has_come_round(unit) && self.rests_at_step(&self.world, unit),
            (None, Some(replay)) => self.is_out_of_turn(replay, unit),
        }
    }

    #[cold]
    fn is_out_of_turn(&self, replay: &Replay, unit: UnitId) -> bool {
        if !self.rests_at_step(&self.world, unit) {
            return false;
        }
        let asked = self.asks_for(unit);
        if replay.is_turn_of(unit) && self.asks_pool(unit) {
            return true;
        }
        if replay.is_turn_of(unit) {
            // In the course a unit has ended as soon as it has no more steps before it.
            return asked.is_some_and(|other| !self.is_at_rest(other));
        }
        !(asked.is_some() && self.wait_at(unit).is_some())
    }

    /// It leaves its core until it is its turn.
    pub(super) fn stand_aside(&mut self, unit: UnitId) {
        if self.world.units[unit.index()].status == Status::New {
            self.begin(unit);
        }
        self.world.units[unit.index()].status = Status::Ready;
        let thread = self.thread_of(unit);
        self.drop_gil(thread);
        self.leave_core(thread, Leave::Turn);
        self.change(thread, State::Aside);
        // Who has come round for all to see is not called in again.
        if let Some(replay) = &mut self.replay {
            replay.aside.push(unit);
        }
    }

    fn rests_at_step(&self, world: &World, unit: UnitId) -> bool {
        rests_at_turn(self.program, world, unit)
    }

    /// The unit whose end is waited for or asked for.
    fn asks_for(&self, unit: UnitId) -> Option<UnitId> {
        let at = &self.world.units[unit.index()];
        let handle = match self.program.ops[at.pc as usize] {
            Op::Await { from, .. } => from,
            Op::Invoke { receiver, .. } => receiver,
            Op::Gather { group, .. } => return self.first_alive(at.register(group.0)),
            _ => return None,
        };
        let value = match handle.source() {
            Source::Register(register) => at.register(register),
            Source::Constant(constant) => self.program.constant(constant),
        };
        if let Value::Handle(other) = value { Some(*other) } else { None }
    }

    fn first_alive(&self, group: &Value) -> Option<UnitId> {
        group.items().iter().find_map(|item| match item {
            Value::Handle(other) if !self.world.units[other.index()].has_ended() => Some(*other),
            _ => None,
        })
    }

    /// How the unit would wait at the op that it rests at, if it had to.
    pub(super) fn wait_at(&self, unit: UnitId) -> Option<Status> {
        let (mut world, mut dice, mut actions) = (self.world.clone(), self.dice.clone(), Vec::new());
        let request = Request { fuel: 1, fuel_max: self.ops_left(), expired: false, extent: Extent::Op };
        let done = step(self.program, &mut world, unit, request, (&mut dice, &mut actions));
        only_waits(done.outcome, &actions).then(|| world.units[unit.index()].status)
    }

    /// Whether the unit does nothing before its next step, or the next step of somebody else.
    pub(super) fn is_at_rest(&self, unit: UnitId) -> bool {
        let mut at = unit;
        for _ in 0..self.routines.len() {
            match (self.standing(at), self.world.units[at.index()].status) {
                (State::Blocked, Status::Waiting { wait: Wait::End(other), .. }) => at = other,
                (State::Blocked, Status::Waiting { wait: Wait::Channel(_), .. }) => return false,
                (State::Blocked | State::Aside | State::Idle | State::Ended, _) => return true,
                _ => return self.roams(at),
            }
        }
        true
    }

    /// Whether the course leaves the unit in the middle of work that never comes to a step.
    fn roams(&self, unit: UnitId) -> bool {
        let Some(replay) = &self.replay else { return false };
        let number = replay.numbers[unit.index()];
        number.is_some_and(|number| replay.course.roams[number.index()])
    }

    /// Whether a timeout is to strike now. If not, it is kept for when it may.
    #[inline]
    pub(super) fn may_expire(&self, unit: UnitId) -> bool {
        let Some(replay) = &self.replay else { return true };
        replay.turn().is_some_and(|(step, other)| step.expired && other == Some(unit))
    }

    /// Whether the course says that the time of a unit is over.
    pub(super) fn may_expire_by_course(&self, unit: UnitId) -> bool {
        self.replay.is_some() && self.may_expire(unit)
    }

    /// Lets those go on whose turn it is.
    #[inline]
    pub(super) fn follow(&mut self) {
        if self.replay.is_some() {
            self.follow_course();
        }
    }

    #[cold]
    fn follow_course(&mut self) {
        let Some(replay) = &self.replay else { return };
        if replay.astray {
            self.stop = Some(crate::engine::Stop::Stuck);
            return;
        }
        match replay.turn() {
            None => {
                if (0..self.routines.len()).map(UnitId::new).all(|unit| self.is_at_rest(unit)) {
                    self.open_gate();
                }
            }
            Some((_, None)) => {}
            Some((_, Some(unit))) => match self.standing(unit) {
                State::Idle => self.poke(self.thread_of(unit)),
                State::Aside if !self.is_held_back(unit) => self.call_in(unit),
                State::Blocked if self.may_expire(unit) && self.is_late(unit) => self.expires(unit),
                _ => {}
            },
        }
    }

    fn call_in(&mut self, unit: UnitId) {
        let replay = self.replay.as_mut().expect("only a replay holds units back");
        replay.aside.retain(|&other| other != unit);
        self.wake(unit);
    }

    /// Whether the unit's timeout was kept.
    fn is_late(&self, unit: UnitId) -> bool {
        let routine = &self.routines[unit.index()];
        let alarm = match routine.away {
            Away::No => self.threads[routine.thread.index()].alarm,
            Away::Waits(_) | Away::Io | Away::Served(_) | Away::Sleeps | Away::Ready => routine.alarm,
        };
        self.standing(unit) == State::Blocked
            && alarm == 0
            && routine.deadline != SimTime::NEVER
            && routine.deadline <= self.now
    }

    /// The course is done: everybody goes on as ever. Two who have come to one location are in a race.
    pub(super) fn open_gate(&mut self) {
        let Some(replay) = self.replay.take() else { return };
        for race in races(self.program, &self.world) {
            self.add_race(&race);
        }
        if let Some(endless) = replay.endless.and_then(|it| it.renamed(|unit| replay.units[unit.index()])) {
            self.goes_on_for_ever(&endless);
        }
        replay.aside.into_iter().for_each(|unit| self.wake(unit));
        for unit in (0..self.routines.len()).map(UnitId::new) {
            if self.is_late(unit) {
                self.expires(unit);
            }
        }
        for thread in (0..self.threads.len()).map(ThreadId::new) {
            if !self.loop_is_empty(thread) {
                self.poke(thread);
            }
        }
    }

    /// What a unit does, as far as the course is concerned: one that could go on, and may not yet, is idle.
    fn standing(&self, unit: UnitId) -> State {
        let routine = &self.routines[unit.index()];
        match routine.away {
            _ if self.is_only_done(unit) => State::Idle,
            _ if routine.has_ended => State::Ended,
            Away::No => self.threads[routine.thread.index()].state,
            Away::Waits(_) => State::Blocked,
            Away::Io | Away::Served(_) => State::Io,
            Away::Sleeps => State::Sleeping,
            Away::Ready => State::Idle,
        }
    }

    /// The time of a unit is over.
    fn expires(&mut self, unit: UnitId) {
        if self.routines[unit.index()].away == Away::No {
            self.timed_out(unit);
        } else {
            self.expires_away(unit);
        }
    }

    /// Who of those on an event loop goes on by the course, if it is the turn of one of them.
    pub(super) fn called_in(&self, thread: ThreadId) -> Option<UnitId> {
        let (_, unit) = self.replay.as_ref()?.turn()?;
        unit.filter(|unit| self.thread_of(*unit) == thread)
    }

    /// Whether nobody of those on an event loop may go on yet.
    pub(super) fn loop_is_held_back(&self, thread: ThreadId) -> bool {
        self.replay.is_some() && self.called_in(thread).is_none()
    }

    /// Whether the time of a unit that is away may be over now. What it does by itself is over in any case.
    pub(super) fn may_expire_away(&self, unit: UnitId) -> bool {
        match self.routines[unit.index()].away {
            Away::Waits(_) => self.may_expire(unit),
            Away::No | Away::Io | Away::Served(_) | Away::Sleeps | Away::Ready => true,
        }
    }

    /// What the unit is about to do, if that is a step and somebody wants to know.
    #[inline]
    pub(super) fn attempt(&self, unit: UnitId, request: Request) -> Option<Attempt> {
        if self.replay.is_none() && self.recorder.is_none() {
            return None;
        }
        self.attempt_at(unit, request)
    }

    #[cold]
    fn attempt_at(&self, unit: UnitId, request: Request) -> Option<Attempt> {
        let local = !self.program.ops[self.world.units[unit.index()].pc as usize].is_visible();
        let probed = (local && request.extent == Extent::AtOnce).then(|| {
            let (mut world, mut dice, mut actions) = (self.world.clone(), self.dice.clone(), Vec::new());
            let request = Request { extent: Extent::Step, ..request };
            step(self.program, &mut world, unit, request, (&mut dice, &mut actions));
            world
        });
        let world = probed.as_ref().unwrap_or(&self.world);
        let pc = world.units[unit.index()].pc;
        self.rests_at_step(world, unit).then_some(Attempt { pc, expired: request.expired })
    }

    /// What came of it.
    pub(super) fn attempted(&mut self, unit: UnitId, attempt: Attempt, step: &Step, actions: &[Action]) {
        if only_waits(step.outcome, actions) {
            return;
        }
        let Attempt { pc, expired } = attempt;
        if let Some(recorder) = &mut self.recorder {
            recorder.push(CourseStep { unit, expired, turn: 0, pc });
        }
        if let Some(replay) = &mut self.replay {
            let fits = |(step, other): (CourseStep, _)| {
                other == Some(unit) && (step.expired, step.pc) == (expired, pc)
            };
            replay.astray |= !replay.turn().is_some_and(fits);
            replay.at += 1;
        }
    }

    /// The steps that the run has taken, and what was decided in them.
    pub(super) fn recorded(&mut self) -> Course {
        let steps = self.recorder.take().unwrap_or_default().into_steps();
        let mut course = Course { steps, ..Course::of(&self.world) };
        for (unit, pick) in self.dice.picked.drain(..) {
            course.picks[unit.index()].push(pick);
        }
        course
    }
}
