//! Findings of a run in words, with every place involved.

use crate::base::diagnostic::Label;
use crate::base::id::{ObjectId, UnitId};
use crate::base::span::Span;
use crate::base::time::SimTime;
use crate::ir::program::{Pc, Program};
use crate::observe::accounting::{Accounts, Notified};
use crate::observe::deadlock::{Stuck, objects_waited_for};
use crate::observe::finding::{Cause, Finding, FindingKind};
use crate::semantics::queue::Queue;
use crate::semantics::world::{Naming, Wait, World};
use crate::trace::event::Names as _;

/// How many of the stuck units are shown with their places.
const STUCK_MAX: usize = 32;

/// How many units a sentence names.
const NAMED_MAX: usize = 6;

/// How many units waiting behind the stuck ones are shown.
const VICTIMS_MAX: usize = 3;

/// What is needed to tell what happened.
#[derive(Clone, Copy, Debug)]
pub struct Witness<'a> {
    /// The script.
    pub program: &'a Program,
    /// The world at that moment.
    pub world: &'a World,
    /// Who acquired what where.
    pub accounts: &'a Accounts,
    /// That moment.
    pub now: SimTime,
}

impl Witness<'_> {
    pub(super) fn unit(&self, unit: UnitId) -> String {
        self.world.unit_name(self.program, unit)
    }

    pub(super) fn object(&self, object: ObjectId) -> String {
        Naming { program: self.program, world: self.world }.object(object).into_owned()
    }

    pub(super) fn span(&self, pc: Pc) -> Span {
        self.program.spans[pc as usize]
    }

    pub(super) fn finding(&self, kind: FindingKind, message: String) -> Finding {
        Finding {
            kind,
            severity: kind.severity(),
            cause: None,
            at: self.now,
            message,
            units: Vec::new(),
            objects: Vec::new(),
            labels: Vec::new(),
            help: None,
            expected: false,
        }
    }

    /// Units that are stuck for ever.
    #[must_use]
    pub fn deadlock(&self, stuck: &Stuck) -> Finding {
        let objects = objects_waited_for(self.world, &stuck.units);
        let (message, help) = match stuck.cause {
            Cause::Cycle => self.cycle(&stuck.units),
            Cause::Itself => self.itself(stuck.units[0]),
            Cause::HolderEnded => self.holder_gone(&stuck.units),
            Cause::Join => match self.pool_in(&stuck.units) {
                Some(pool) => self.pool(pool, &stuck.units),
                None => self.joins(&stuck.units),
            },
            Cause::LostSignal | Cause::Queue | Cause::Pipe | Cause::Barrier => self.lost(stuck),
        };
        let shown = stuck.units.iter().take(STUCK_MAX);
        let mut labels: Vec<Label> = shown.flat_map(|&unit| self.stuck_labels(unit)).collect();
        let victims = stuck.victims.iter().take(VICTIMS_MAX);
        labels.extend(victims.map(|&victim| {
            let span = self.span(self.world.resting_place(self.program, victim));
            let text = format!("so {} waits here for ever, too, {}", self.unit(victim), self.what(victim));
            Label::new(span, text)
        }));
        let mut distinct: Vec<Label> = Vec::new();
        for label in labels {
            if !distinct.contains(&label) {
                distinct.push(label);
            }
        }
        Finding {
            cause: Some(stuck.cause),
            units: stuck.units.iter().map(|&unit| self.unit(unit)).collect(),
            objects: objects.iter().map(|&object| self.object(object)).collect(),
            labels: distinct,
            help: Some(help),
            ..self.finding(FindingKind::Deadlock, message)
        }
    }

    /// Where a stuck unit waits, and where what it waits for was taken.
    fn stuck_labels(&self, unit: UnitId) -> Vec<Label> {
        let name = self.unit(unit);
        let waiting = &self.world.units[unit.index()];
        let mut labels = {
            let span = self.span(self.world.resting_place(self.program, unit));
            vec![Label::new(span, format!("{name} waits here {}", self.what(unit)))]
        };
        if let Some(Wait::Acquire(object)) = waiting.endless_wait()
            && let Some(last) = self.accounts.last(object)
        {
            let text = format!("{} took `{}` here", self.unit(last.unit), self.object(object));
            labels.push(Label::new(self.span(last.pc), text));
            labels.extend(self.killer_label(last.unit));
        }
        labels
    }

    /// `for m, held by worker.1`
    fn what(&self, unit: UnitId) -> String {
        match self.world.units[unit.index()].endless_wait() {
            Some(Wait::End(other)) => format!("for the end of {}", self.unit(other)),
            Some(Wait::When) => "for its condition".to_owned(),
            Some(Wait::Acquire(object) | Wait::Channel(object) | Wait::Set(object)) => {
                format!("for `{}`", self.object(object))
            }
            Some(Wait::Notify(object)) => format!("for a `notify` of `{}`", self.object(object)),
            Some(Wait::Barrier(object)) => format!("for the others at `{}`", self.object(object)),
            Some(wait @ Wait::Get(object)) => {
                let item = || format!("for an item of `{}`", self.object(object));
                self.at_pipe(wait, object).unwrap_or_else(item)
            }
            Some(wait @ Wait::Put(object)) => {
                let place = || format!("for a place in `{}`", self.object(object));
                self.at_pipe(wait, object).unwrap_or_else(place)
            }
            Some(Wait::Flushed(object)) => format!("for room in the pipe of `{}`", self.object(object)),
            Some(Wait::Drained(object)) => format!("for the items of `{}` to be done", self.object(object)),
            Some(Wait::Worker(pool)) => format!("for a worker of `{}`", self.object(pool)),
            Some(Wait::Idle(pool)) => format!("for the jobs of `{}` to end", self.object(pool)),
            None => match self.blocker(unit) {
                Some(other) => format!("for its thread, which {} blocks", self.unit(other)),
                None => unreachable!("a stuck unit waits for something"),
            },
        }
    }

    /// Who blocks the thread on which a unit lives.
    fn blocker(&self, unit: UnitId) -> Option<UnitId> {
        let thread = self.world.infos[unit.index()].thread;
        self.world.runs_on(thread).filter(|other| *other != unit)
    }

    /// Whether one of these units could go on if another one did not block its thread.
    fn are_blocked(&self, units: &[UnitId]) -> bool {
        units.iter().any(|unit| self.world.units[unit.index()].endless_wait().is_none())
    }

    /// `worker.1 waits for m`, of each of the first units.
    fn waits(&self, units: &[UnitId]) -> Vec<String> {
        let named = units.iter().take(STUCK_MAX);
        named.map(|&unit| format!("{} waits {}", self.unit(unit), self.what(unit))).collect()
    }

    fn cycle(&self, units: &[UnitId]) -> (String, String) {
        let waits = self.waits(units);
        let holders: Vec<String> = units
            .iter()
            .enumerate()
            .filter_map(|(at, &unit)| {
                let object = self.world.units[unit.index()].endless_wait()?.object()?;
                let next = units[(at + 1) % units.len()];
                Some(format!("`{}` is held by {}", self.object(object), self.unit(next)))
            })
            .collect();
        let message = format!(
            "{} units wait for each other for ever: {}; {}",
            units.len(),
            waits.join(", "),
            holders.join(", ")
        );
        let help = match holders.len() == units.len() {
            _ if self.are_blocked(units) => {
                "wait with `await` or `async with`: a bare wait blocks the thread, and all tasks on its event loop"
            }
            true => "let every unit take these locks in one and the same order, or hold only one at a time",
            false => "release the lock before waiting for the other unit's end",
        };
        (message, help.to_owned())
    }

    fn itself(&self, unit: UnitId) -> (String, String) {
        let name = self.unit(unit);
        match self.world.units[unit.index()].endless_wait().and_then(Wait::object) {
            Some(object) => {
                let plain = &self.program.object(object).name;
                let object = self.object(object);
                let message = format!("{name} waits for ever for `{object}`, which it holds itself");
                let help = format!(
                    "a `lock` can't be taken twice: declare `rlock {plain}`, or take it in only one of the two places"
                );
                (message, help)
            }
            None => {
                let message = format!("{name} waits for ever for its own end");
                (message, "let another unit wait for it".to_owned())
            }
        }
    }

    fn holder_gone(&self, units: &[UnitId]) -> (String, String) {
        let Some(&object) = objects_waited_for(self.world, units).first() else {
            unreachable!("only objects have holders");
        };
        let holder = self.world.objects[object.index()].holder().expect("a free object is nobody's trouble");
        let (object_name, holder_name) = (self.object(object), self.unit(holder));
        let who = self.who_waits(units);
        let orphaned = self.world.objects[object.index()].is_orphaned();
        let why = match self.world.units[holder.index()].has_ended() {
            _ if orphaned => return self.forked_while_held(units, (object, holder)),
            true if self.was_killed(holder) => return self.killed_while_held(&who, (object, holder)),
            true => format!("which {holder_name} held when it ended"),
            false => format!("which {holder_name} holds and never releases"),
        };
        let message = format!("{who} for ever for `{object_name}`, {why}");
        let plain = &self.program.object(object).name;
        let help = format!(
            "use `with {plain} {{ … }}`: it releases the lock on every way out, an exception included"
        );
        (message, help)
    }

    /// A lock that was held when a process was forked.
    fn forked_while_held(&self, units: &[UnitId], (object, holder): (ObjectId, UnitId)) -> (String, String) {
        let (who, holder) = (self.who_waits(units), self.unit(holder));
        let names = Naming { program: self.program, world: self.world };
        let process = names.owner(self.program.interpreter_of_object(object));
        let name = &self.program.object(object).name;
        let message = format!(
            "{who} for ever for `{name}`, which {holder} held when {process} was forked: the copy of the lock is held, \
             and nobody in {process} holds it"
        );
        let help = format!(
            "start processes before `{name}` is taken, or set `start_method: \"spawn\"` in the `machine` block"
        );
        (message, help)
    }

    fn joins(&self, units: &[UnitId]) -> (String, String) {
        let waits = self.waits(units);
        if self.are_blocked(units) {
            let message = format!("{} units wait for each other for ever: {}", units.len(), waits.join(", "));
            let help = "write `await` before the handle: a bare wait blocks the thread, and all tasks on its event loop";
            return (message, help.to_owned());
        }
        let message = format!("units wait for each other's end for ever: {}", waits.join(", "));
        (message, "let main alone join the others".to_owned())
    }

    /// The pool of which all workers are stuck, if that is the reason.
    fn pool_in(&self, units: &[UnitId]) -> Option<ObjectId> {
        let first = *units.first()?;
        let own = self.world.infos[first.index()].pool?;
        let is_in = |unit: &UnitId| self.world.infos[unit.index()].pool == Some(own);
        let waits = matches!(self.world.units[first.index()].endless_wait(), Some(Wait::Worker(_)));
        let queue = self.world.pool(own).queued().count();
        (waits || queue > 0 && units.iter().all(is_in)).then_some(own)
    }

    /// A pool that waits for itself.
    fn pool(&self, pool: ObjectId, units: &[UnitId]) -> (String, String) {
        let (state, name) = (self.world.pool(pool), self.object(pool));
        if state.busy().next().is_none() {
            let message = format!(
                "{} for ever for a worker of `{name}`: its workers were left behind when the process was forked",
                self.who_waits(units)
            );
            let help = "use a pool in the process in which it has its workers, or set `start_method: \"spawn\"` in the `machine` block";
            return (message, help.to_owned());
        }
        if state.holds_back(units[0]) {
            let busy: Vec<String> = state.busy().take(NAMED_MAX).map(|job| self.unit(job)).collect();
            let keep = if busy.len() == 1 {
                "keeps its worker and never ends"
            } else {
                "keep its workers and never end"
            };
            let message =
                format!("{} for ever for a worker of `{name}`: {} {keep}", self.who_waits(units), list(busy));
            return (message, "let every job end, or give the pool more workers".to_owned());
        }
        let who = match state.size() {
            1 => format!("the only worker of `{name}` waits for a job that sits in its queue"),
            2 => format!("both workers of `{name}` wait for jobs that sit in its queue behind them"),
            size => format!("all {size} workers of `{name}` wait for jobs that sit in its queue behind them"),
        };
        let message = format!("{who}: {}", self.waits(units).join(", "));
        let help = format!(
            "let no job of `{name}` wait for another one: call the function itself, submit the inner jobs to a pool of \
             their own, or let whoever submits the jobs wait for all of them"
        );
        (message, help)
    }

    /// `a, b and 2 more wait`
    fn who_waits(&self, units: &[UnitId]) -> String {
        let mut who: Vec<String> = units.iter().take(NAMED_MAX).map(|&unit| self.unit(unit)).collect();
        if units.len() > NAMED_MAX {
            who.push(format!("{} more", units.len() - NAMED_MAX));
        }
        format!("{} {}", list(who), if units.len() > 1 { "wait" } else { "waits" })
    }

    /// Units that wait for what nobody is left to do to a queue: for what, and the way out.
    fn lost_at_queue(&self, wait: Wait, (queue, name): (ObjectId, &str), plain: &str) -> (String, String) {
        match wait {
            Wait::Get(_) if self.lost_reader(queue).is_some() => {
                self.killed_while_it_read(queue, (name, plain))
            }
            Wait::Get(_) => (
                format!(
                    "an item of `{name}`, into which nobody is left to put one{}",
                    self.missing_items(queue)
                ),
                format!(
                    "put one item for each `get`: at the end `{plain}.put(None)` once for each of those who get, or `{plain}.shutdown()`"
                ),
            ),
            Wait::Put(_) => (
                format!("a place in `{name}`, out of which nobody is left to get an item"),
                format!("get as many items out of `{plain}` as are put into it, or declare it larger"),
            ),
            Wait::Flushed(_) => (
                format!(
                    "room in the pipe of `{name}`, out of which nobody is left to get an item: a process that has put \
                     items ends when all of them are in the pipe, which holds 64 KiB"
                ),
                format!("get all items out of `{plain}` before you join the processes that put them"),
            ),
            Wait::Drained(_)
            | Wait::Acquire(_)
            | Wait::Channel(_)
            | Wait::End(_)
            | Wait::When
            | Wait::Set(_)
            | Wait::Notify(_)
            | Wait::Barrier(_)
            | Wait::Worker(_)
            | Wait::Idle(_) => (
                format!(
                    "the items of `{name}` to be done: {} not, and nobody is left to call `{name}.task_done()`",
                    match self.world.objects[queue.index()].unfinished() {
                        1 => "1 is".to_owned(),
                        left => format!("{left} are"),
                    }
                ),
                format!("call `{plain}.task_done()` once for each `get`, on every way"),
            ),
        }
    }

    /// Units that wait for something that nobody is left to do.
    fn lost(&self, stuck: &Stuck) -> (String, String) {
        let units = &stuck.units;
        let wait = self.world.units[units[0].index()].endless_wait();
        let wait = wait.expect("a stuck unit waits for something");
        let name = wait.object().map_or(String::new(), |object| self.object(object));
        // As a script names it.
        let plain = wait.object().map_or("", |object| &self.program.object(object).name);
        let elsewhere = wait.object().and_then(|object| self.elsewhere(wait, object));
        let (what, help) = match wait {
            Wait::Acquire(_) | Wait::Channel(_) => (
                format!("a permit of `{name}`, which nobody is left to release"),
                format!(
                    "call `{plain}.release()` as often as it is acquired, on every way out: use `with {plain} {{ … }}`"
                ),
            ),
            Wait::Set(_) => (
                format!("`{name}`, which nobody is left to set"),
                format!(
                    "let a unit that does not wait for it call `{plain}.set()` on every way, and nobody clear it too early"
                ),
            ),
            Wait::Notify(condition) => (
                format!(
                    "a `notify` of `{name}`, which nobody is left to call{}",
                    self.last_notify(condition)
                ),
                format!(
                    "a `notify` wakes only who waits already: change a shared variable under the lock, too, and wait with `while not ready {{ {plain}.wait() }}`"
                ),
            ),
            Wait::Barrier(barrier) => (
                format!("the others at `{name}`: {}", self.arrived(barrier)),
                format!("let as many units call `{plain}.wait()` as it was declared with, and equally often"),
            ),
            Wait::Get(pipe) | Wait::Put(pipe) if self.world.objects[pipe.index()].as_queue().is_none() => {
                self.lost_at_pipe(wait, pipe)
            }
            Wait::Get(queue) | Wait::Put(queue) | Wait::Flushed(queue) | Wait::Drained(queue) => {
                self.lost_at_queue(wait, (queue, &name), plain)
            }
            Wait::End(_) | Wait::When | Wait::Worker(_) | Wait::Idle(_) => (
                "a condition that nobody is left to make true".to_owned(),
                "let a unit that still runs change what the condition reads".to_owned(),
            ),
        };
        let waits_for = |unit: &UnitId| self.world.units[unit.index()].endless_wait();
        if units.iter().any(|unit| waits_for(unit) != Some(wait)) {
            let (count, waits) = (units.len(), self.waits(units).join(", "));
            let only_permits = units.iter().all(|unit| matches!(waits_for(unit), Some(Wait::Acquire(_))));
            let in_order = "let every unit take these semaphores in one and the same order";
            let help = if only_permits { in_order.to_owned() } else { help };
            return (format!("{count} units wait for each other for ever: {waits}"), help);
        }
        let mut message = format!("{} for ever for {what}", self.who_waits(units));
        let help = match elsewhere {
            Some((reason, way_out)) => {
                message += &reason;
                way_out
            }
            None => help,
        };
        if let Some(&other) = stuck.tangled.first() {
            message += &format!("; {} would come to it, but waits {}", self.unit(other), self.what(other));
        }
        (message, help)
    }

    /// Items that have not come through a queue between processes; nothing if there are none.
    fn missing_items(&self, queue: ObjectId) -> String {
        let (dropped, lost) = self.world.objects[queue.index()].as_queue().map_or((0, 0), Queue::missing);
        let told = |count: usize, one: &str, many: &str| match count {
            0 => String::new(),
            1 => format!("; 1 item {one}"),
            more => format!("; {more} items {many}"),
        };
        told(
            dropped,
            "was dropped, since it can't be pickled: a lock is sent to a process only when that is started",
            "were dropped, since they can't be pickled: locks are sent to a process only when that is started",
        ) + &told(lost, "was lost when its process was killed", "were lost when their process was killed")
    }

    /// What came of the last `notify`; nothing if there was none.
    fn last_notify(&self, condition: ObjectId) -> String {
        match self.accounts.last_notified(condition) {
            Some(Notified { by, woken: None }) => {
                format!("; {} called it when nobody waited", self.unit(by))
            }
            Some(Notified { by, woken: Some(woken) }) => {
                format!("; the last one, of {}, woke {}", self.unit(by), self.unit(woken))
            }
            None => String::new(),
        }
    }

    /// How many of its parties have arrived at a barrier.
    fn arrived(&self, barrier: ObjectId) -> String {
        let barrier = self.world.objects[barrier.index()].as_barrier();
        let (inside, parties) = barrier.map_or((0, 0), |barrier| (barrier.inside(), barrier.parties));
        let has = if inside == 1 { "has" } else { "have" };
        format!("{inside} of {parties} {has} arrived, and not enough can still come")
    }
}

/// `a`, `a and b`, `a, b and c`
pub(super) fn list(mut names: Vec<String>) -> String {
    let last = names.pop().unwrap_or_default();
    if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) }
}
