//! Interpreters: what a new one finds, and what has to be over before it goes.
//!
//! Each process has an interpreter with its own copy of all that the script declares, and so has what `spawn
//! interpreter` starts. A process that ends first waits for its other threads and for the processes that it has
//! started, as `multiprocessing` and `threading` do at exit; daemons it takes with it.

use thin_vec::ThinVec;

use crate::base::id::{CellId, InterpreterId, ObjectId, UnitId};
use crate::ir::program::Program;
use crate::ir::value::Value;
use crate::machine::profile::StartMethod;
use crate::semantics::object::ObjectState;
use crate::semantics::world::{Interpreter, Owner, Status, World};
use crate::syntax::ast::UnitKind;

impl World {
    /// The interpreter of a unit of that kind, which is about to be added: a new one, or that of its spawner.
    pub(super) fn interpreter_for(
        &mut self,
        program: &Program,
        (parent, kind): (UnitId, UnitKind),
    ) -> InterpreterId {
        let forker = (program.terms.start == StartMethod::Fork).then_some(parent);
        let child = Owner::Unit(UnitId::new(self.units.len()));
        match kind {
            UnitKind::Process => self.start_interpreter(program, child, forker),
            UnitKind::Interpreter | UnitKind::Subprocess => self.start_interpreter(program, child, None),
            UnitKind::Thread | UnitKind::Task => self.infos[parent.index()].interpreter,
            UnitKind::Unit => unreachable!("no {} is spawned", kind.word()),
        }
    }

    /// A new interpreter for `owner`, which is about to be added. What the script declares is in it as it was declared
    /// or, after a fork by `forker`, as that unit's interpreter has it now.
    pub(super) fn start_interpreter(
        &mut self,
        program: &Program,
        owner: Owner,
        forker: Option<UnitId>,
    ) -> InterpreterId {
        // The forker's thread goes on as the unit that is about to be added.
        let child = UnitId::new(self.units.len());
        let new = InterpreterId::new(self.interpreters.len());
        self.interpreters.push(Interpreter::new(owner));
        let from = forker.map(|forker| self.infos[forker.index()].interpreter);
        for (at, declared) in program.cells.iter().enumerate() {
            let value = match from {
                // Its place is not used: there is one for all.
                _ if declared.process => Value::Unset,
                None => declared.initial.clone(),
                Some(from) => self.cells[program.cell_of(CellId::new(at), from).index()].clone(),
            };
            self.cells.push(value);
        }
        for (at, declared) in program.objects.iter().enumerate() {
            let named = ObjectId::new(at);
            let mut state = match (from, forker) {
                (Some(from), Some(forker)) if !declared.process => {
                    let mut state = self.objects[program.object_of(named, from).index()].clone();
                    state.fork(forker, child);
                    state
                }
                _ => ObjectState::new(declared),
            };
            state.move_to(|other| program.object_of(program.named_object(other), new));
            self.objects.push(state);
        }
        new
    }

    /// Whether the unit is the one that an interpreter was started for, main's left aside.
    #[must_use]
    pub fn is_owner(&self, unit: UnitId) -> bool {
        let info = &self.infos[unit.index()];
        info.interpreter != InterpreterId(0)
            && self.interpreters[info.interpreter.index()].owner == Owner::Unit(unit)
    }

    /// The unit that an interpreter was started for; none if that was a worker of a pool.
    #[must_use]
    pub fn owner_of(&self, interpreter: InterpreterId) -> Option<UnitId> {
        match self.interpreters[interpreter.index()].owner {
            Owner::Unit(owner) => Some(owner),
            Owner::Worker { .. } => None,
        }
    }

    /// Whether an interpreter shares its process with the one that has started it.
    #[must_use]
    pub fn is_in_a_thread(&self, interpreter: InterpreterId) -> bool {
        self.owner_of(interpreter)
            .is_some_and(|owner| self.infos[owner.index()].kind == UnitKind::Interpreter)
    }

    /// The first interpreter of the process that a unit runs in.
    #[must_use]
    pub fn process_of(&self, unit: UnitId) -> InterpreterId {
        let mut at = self.infos[unit.index()].interpreter;
        loop {
            match self.interpreters[at.index()].owner {
                // A sub-interpreter lives in the process of the thread that has started it.
                Owner::Unit(owner) if self.infos[owner.index()].kind == UnitKind::Interpreter => {
                    let parent = self.infos[owner.index()].parent;
                    at = self.infos[parent.index()].interpreter;
                }
                Owner::Unit(_) | Owner::Worker { .. } => return at,
            }
        }
    }

    /// Whether the process that a unit runs in is a daemon.
    pub(super) fn is_in_daemon(&self, unit: UnitId) -> bool {
        match self.interpreters[self.process_of(unit).index()].owner {
            Owner::Unit(main) => self.infos[main.index()].daemon,
            // Since 3.9 the workers of a pool are none.
            Owner::Worker { .. } => false,
        }
    }

    /// Whether a unit has ended as another one sees it, which has its handle: a thread of the process that the other one
    /// was forked from is not there.
    #[must_use]
    pub(super) fn counts_as_ended(&self, unit: UnitId, of: UnitId) -> bool {
        let is_left_behind = || {
            let info = &self.infos[unit.index()];
            let is_thread = info.kind == UnitKind::Thread && info.pool.is_none();
            is_thread && self.process_of(unit) != self.process_of(of)
        };
        self.units[unit.index()].is_done() || is_left_behind()
    }

    /// Whether a unit may ask for the end of another one: of a process only the one that has started it.
    #[must_use]
    pub(super) fn may_ask(&self, unit: UnitId, of: UnitId) -> bool {
        let info = &self.infos[unit.index()];
        let is_process = info.kind == UnitKind::Process && info.pool.is_none();
        !is_process || self.process_of(info.parent) == self.process_of(of)
    }

    /// Whether a run waits for the end of a unit: it is no daemon, and neither is the process that it runs in.
    #[must_use]
    pub fn is_waited_for(&self, unit: UnitId) -> bool {
        let owner = |unit: UnitId| self.interpreters[self.infos[unit.index()].interpreter.index()].owner;
        let mut at = unit;
        loop {
            let info = &self.infos[at.index()];
            if info.daemon {
                return false;
            }
            let next = match owner(at) {
                Owner::Unit(other) if other == at && info.kind == UnitKind::Interpreter => owner(info.parent),
                other @ (Owner::Unit(_) | Owner::Worker { .. }) => other,
            };
            match next {
                Owner::Unit(other) if other != at => at = other,
                // Whoever has a pool waits for its jobs.
                Owner::Unit(_) | Owner::Worker { .. } => return true,
            }
        }
    }

    /// The first unit that has to end before the interpreter of `owner` can: a thread in it that is no daemon, or a
    /// process or a job of a pool that one of its units has started and that is none either.
    #[must_use]
    pub fn outlives(&self, owner: UnitId) -> Option<UnitId> {
        let own = self.infos[owner.index()].interpreter;
        let units = (0..self.units.len()).map(UnitId::new);
        let mut others = units.filter(|&unit| unit != owner && !self.units[unit.index()].has_ended());
        others.find(|&unit| {
            let info = &self.infos[unit.index()];
            let parent = self.infos[info.parent.index()].interpreter;
            // Nobody waits for a subprocess unasked.
            let is_waited_for = info.kind != UnitKind::Subprocess && self.is_owner(unit);
            let is_childs = || parent == own && (is_waited_for || info.pool.is_some());
            !info.daemon && (info.interpreter == own || is_childs())
        })
    }

    /// A queue between processes that an interpreter's feeder is not done with.
    #[must_use]
    pub fn held_back(&self, interpreter: InterpreterId) -> Option<ObjectId> {
        let holds = |state: &ObjectState| state.as_queue().is_some_and(|queue| queue.holds_back(interpreter));
        self.objects.iter().position(holds).map(ObjectId::new)
    }

    /// The units that go when the interpreter of `owner` does: what still runs in it, and the daemon processes that its
    /// units have started, with all that runs in those.
    #[must_use]
    pub fn goes_with(&self, owner: UnitId) -> Vec<UnitId> {
        let mut gone = vec![self.infos[owner.index()].interpreter];
        let mut units = Vec::new();
        // Units are spawned after those that they run in or under.
        for unit in (0..self.units.len()).map(UnitId::new).filter(|unit| *unit != owner) {
            let info = &self.infos[unit.index()];
            let parent = self.infos[info.parent.index()].interpreter;
            let is_taken_along = match info.kind {
                UnitKind::Interpreter => true,
                UnitKind::Subprocess => false,
                UnitKind::Thread | UnitKind::Process | UnitKind::Task | UnitKind::Unit => info.daemon,
            };
            if self.is_owner(unit) && gone.contains(&parent) && is_taken_along {
                gone.push(info.interpreter);
            }
            if gone.contains(&info.interpreter) && !self.units[unit.index()].has_ended() {
                units.push(unit);
            }
        }
        units
    }

    /// The units that run in the process of that unit, which is its main thread, in the order of their start.
    pub(super) fn runs_in(&self, main: UnitId) -> Vec<UnitId> {
        let process = self.infos[main.index()].interpreter;
        let units = (0..self.units.len()).map(UnitId::new);
        let runs = |unit: &UnitId| !self.units[unit.index()].has_ended() && self.process_of(*unit) == process;
        units.filter(runs).collect()
    }

    /// Ends a unit on the spot: none of its `finally`s and `with`s is left.
    pub(super) fn kill(&mut self, unit: UnitId) {
        self.withdraw(unit);
        let info = &self.infos[unit.index()];
        if info.kind == UnitKind::Task {
            self.units[info.thread.index()].tasks -= 1;
        }
        let killed = &mut self.units[unit.index()];
        let was_done = std::mem::replace(&mut killed.status, Status::Ended) == Status::Done;
        // What it was about to end with, it does not end with.
        if !was_done {
            killed.result = Value::None;
        }
        killed.stack = Vec::new();
        killed.frames = ThinVec::new();
        killed.base = 0;
        self.objects.iter_mut().for_each(|object| object.abandon(unit));
    }
}
