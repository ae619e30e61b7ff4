//! The table of object kinds: which file knows what each one does.

use crate::base::id::{InterpreterId, ObjectId, UnitId};
use crate::ir::pipe::Role;
use crate::ir::program::Object;
use crate::ir::value::{Raised, Value};
use crate::machine::profile::FreeLock;
use crate::semantics::attempt::{Attempt, Called};
use crate::semantics::barrier::Barrier;
use crate::semantics::condition::{self, Condition};
use crate::semantics::device::Device;
use crate::semantics::event::Event;
use crate::semantics::lock::Lock;
use crate::semantics::pipe::{self, End};
use crate::semantics::pool::Pool;
use crate::semantics::queue::Queue;
use crate::semantics::rlock::{Rlock, Taker};
use crate::semantics::semaphore::Semaphore;
use crate::semantics::stream::Bytes;
use crate::semantics::world::Wait;
use crate::syntax::ast::ObjectKind;

/// Who can provide what a unit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// Nobody has to: it is there.
    Free,
    /// Any unit that may call one of these methods of the object (leaving a `with` calls `release`).
    Caller(&'static [&'static str]),
    /// That unit.
    Only(UnitId),
    /// Any unit that may call one of these methods of the other end of a pipe, or `close` of this one.
    Peer(ObjectId, &'static [&'static str]),
    /// Who has the other end of a stream of the subprocess of that unit.
    Stream {
        /// The unit.
        child: UnitId,
        /// It has to be read; otherwise it has to be closed.
        for_room: bool,
    },
    /// Nobody has to do anything: it comes with time.
    Time,
}

/// The state of a declared object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ObjectState {
    /// `lock`
    Lock(Lock),
    /// `rlock`
    Rlock(Rlock),
    /// `semaphore` and `bounded_semaphore`
    Semaphore(Semaphore),
    /// `event`
    Event(Event),
    /// `condition`
    Condition(Condition),
    /// `barrier`
    Barrier(Barrier),
    /// `queue`
    Queue(Queue),
    /// `device`
    Device(Device),
    /// `thread_pool` and `process_pool`
    Pool(Pool),
    /// `pipe`, and each of its ends
    Pipe(End),
    /// A standard stream of a subprocess
    Stream(Bytes),
}

impl ObjectState {
    /// An object as declared.
    #[must_use]
    pub fn new(object: &Object) -> Self {
        match object.kind {
            ObjectKind::Lock => Self::Lock(Lock::default()),
            ObjectKind::Rlock => Self::Rlock(Rlock::default()),
            ObjectKind::Semaphore => Self::Semaphore(Semaphore::new(object, false)),
            ObjectKind::BoundedSemaphore => Self::Semaphore(Semaphore::new(object, true)),
            ObjectKind::Event => Self::Event(Event::default()),
            ObjectKind::Queue => Self::Queue(Queue::new(object)),
            ObjectKind::Device => Self::Device(Device::new(object)),
            ObjectKind::Condition => Self::Condition(Condition::new(object)),
            ObjectKind::Barrier => Self::Barrier(Barrier::new(object)),
            ObjectKind::ThreadPool | ObjectKind::ProcessPool => Self::Pool(Pool::new(object)),
            ObjectKind::Pipe => match Role::of(object) {
                Some(Role::Stream(_)) => Self::Stream(Bytes::default()),
                Some(Role::Whole(_) | Role::End { .. }) | None => Self::Pipe(End::new(object)),
            },
        }
    }

    /// Tries the call of a method of one of `objects`, the values of its parameters being `args`.
    pub(super) fn call(
        objects: &mut [Self],
        method: &str,
        args: &[Value],
        attempt: &mut Attempt<'_>,
    ) -> Called {
        match &mut objects[attempt.object.index()] {
            Self::Lock(lock) => lock.call(method, args, attempt),
            Self::Rlock(rlock) => rlock.call(method, args, attempt),
            Self::Semaphore(semaphore) => semaphore.call(method, args, attempt),
            Self::Event(event) => event.call(method, args, attempt),
            Self::Condition(_) => condition::call(objects, method, args, attempt),
            Self::Barrier(barrier) => barrier.call(method, args, attempt),
            Self::Queue(queue) => queue.call(method, args, attempt),
            Self::Pool(pool) => pool.call(method, args, attempt),
            Self::Device(_) => unreachable!("a device has no methods"),
            Self::Pipe(_) => pipe::call(objects, method, args, attempt),
            Self::Stream(bytes) => bytes.call(method, args, attempt),
        }
    }

    /// Which object is locked where a `with` or an `acquire` names `object`: a condition stands for its lock.
    #[must_use]
    pub fn lock(objects: &[Self], object: ObjectId) -> ObjectId {
        match &objects[object.index()] {
            Self::Condition(condition) => condition.lock(object),
            Self::Lock(_)
            | Self::Rlock(_)
            | Self::Semaphore(_)
            | Self::Event(_)
            | Self::Barrier(_)
            | Self::Queue(_)
            | Self::Device(_)
            | Self::Pool(_)
            | Self::Pipe(_)
            | Self::Stream(_) => object,
        }
    }

    /// Enters a `with` on it if that needs no waiting; `None` if no `with` can enter it.
    pub fn try_acquire(&mut self, taker: Taker) -> Option<bool> {
        match self {
            Self::Lock(lock) => Some(lock.try_acquire(taker.unit)),
            Self::Rlock(rlock) => Some(rlock.try_acquire(taker)),
            Self::Semaphore(semaphore) => Some(semaphore.try_acquire()),
            Self::Condition(condition) => Some(condition.own.try_acquire(taker)),
            Self::Event(_)
            | Self::Barrier(_)
            | Self::Queue(_)
            | Self::Device(_)
            | Self::Pool(_)
            | Self::Pipe(_)
            | Self::Stream(_) => None,
        }
    }

    /// Leaves a `with` on it; whether somebody else can have it now.
    ///
    /// # Errors
    ///
    /// The exception that Python raises for it.
    ///
    /// # Panics
    ///
    /// If no `with` can enter it.
    pub fn release(&mut self, taker: Taker, free: FreeLock) -> Result<bool, Raised> {
        match self {
            Self::Lock(lock) => lock.release(free).map(|()| true),
            Self::Rlock(rlock) => rlock.release(taker),
            Self::Semaphore(semaphore) => semaphore.release(1).map(|()| true),
            Self::Condition(condition) => condition.own.release(taker),
            Self::Event(_)
            | Self::Barrier(_)
            | Self::Queue(_)
            | Self::Device(_)
            | Self::Pool(_)
            | Self::Pipe(_)
            | Self::Stream(_) => {
                unreachable!("no `with` has entered it")
            }
        }
    }

    /// Takes a channel if one is free; `None` if it has no channels.
    pub const fn try_channel(&mut self) -> Option<bool> {
        match self {
            Self::Device(device) => Some(device.try_acquire()),
            Self::Lock(_)
            | Self::Rlock(_)
            | Self::Semaphore(_)
            | Self::Event(_)
            | Self::Condition(_)
            | Self::Barrier(_)
            | Self::Queue(_)
            | Self::Pool(_)
            | Self::Pipe(_)
            | Self::Stream(_) => None,
        }
    }

    /// Gives a channel back.
    ///
    /// # Panics
    ///
    /// If it has no channels, or none is in use.
    pub fn release_channel(&mut self) {
        match self {
            Self::Device(device) => device.release(),
            Self::Lock(_)
            | Self::Rlock(_)
            | Self::Semaphore(_)
            | Self::Event(_)
            | Self::Condition(_)
            | Self::Barrier(_)
            | Self::Queue(_)
            | Self::Pool(_)
            | Self::Pipe(_)
            | Self::Stream(_) => unreachable!("only devices have channels"),
        }
    }

    /// Who can let the next one of those go on who wait for that of it.
    #[must_use]
    pub fn provider(&self, wait: Wait) -> Provider {
        match self {
            Self::Lock(Lock { holder: None, orphaned: _ })
            | Self::Semaphore(Semaphore { permits: 1.., .. })
            | Self::Event(Event { is_set: true }) => Provider::Free,
            Self::Lock(_) | Self::Semaphore(_) => Provider::Caller(&["release"]),
            Self::Event(_) => Provider::Caller(&["set"]),
            Self::Condition(_) if matches!(wait, Wait::Notify(_)) => {
                Provider::Caller(&["notify", "notify_all"])
            }
            Self::Rlock(rlock) | Self::Condition(Condition { own: rlock, .. }) => match rlock.owner {
                Some(owner) => Provider::Only(owner),
                None => Provider::Free,
            },
            Self::Barrier(barrier) if barrier.is_filling() => Provider::Caller(&["wait", "abort", "reset"]),
            // Whoever is inside leaves it without waiting for anybody.
            Self::Barrier(_) => Provider::Free,
            Self::Queue(queue) => queue.provider(wait),
            Self::Device(_) => Provider::Time,
            Self::Pool(pool) => pool.provider(),
            Self::Pipe(end) => end.provider(wait),
            Self::Stream(bytes) => bytes.provider(wait),
        }
    }

    /// The queue that it is, if it is one.
    #[must_use]
    pub const fn as_queue(&self) -> Option<&Queue> {
        match self {
            Self::Queue(queue) => Some(queue),
            Self::Lock(_)
            | Self::Rlock(_)
            | Self::Semaphore(_)
            | Self::Event(_)
            | Self::Condition(_)
            | Self::Barrier(_)
            | Self::Device(_)
            | Self::Pool(_)
            | Self::Pipe(_)
            | Self::Stream(_) => None,
        }
    }

    /// The values that it holds.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        let messages = self.as_end().into_iter().flat_map(End::messages);
        self.as_queue().into_iter().flat_map(Queue::items).chain(messages)
    }

    /// The process of that interpreter was killed: gives the items of a queue that are lost with it.
    pub(super) fn lose(&mut self, interpreter: InterpreterId) -> Vec<Value> {
        match self {
            Self::Queue(queue) => queue.lose(interpreter),
            Self::Lock(_)
            | Self::Rlock(_)
            | Self::Semaphore(_)
            | Self::Event(_)
            | Self::Condition(_)
            | Self::Barrier(_)
            | Self::Device(_)
            | Self::Pool(_)
            | Self::Pipe(_)
            | Self::Stream(_) => Vec::new(),
        }
    }

    /// How many items of a queue are not marked as done.
    #[must_use]
    pub fn unfinished(&self) -> u64 {
        self.as_queue().map_or(0, Queue::unfinished)
    }

    /// The barrier that it is, if it is one.
    #[must_use]
    pub const fn as_barrier(&self) -> Option<&Barrier> {
        match self {
            Self::Barrier(barrier) => Some(barrier),
            Self::Lock(_)
            | Self::Rlock(_)
            | Self::Semaphore(_)
            | Self::Event(_)
            | Self::Condition(_)
            | Self::Queue(_)
            | Self::Device(_)
            | Self::Pool(_)
            | Self::Pipe(_)
            | Self::Stream(_) => None,
        }
    }

    /// The copy that a forked process gets: its one thread stands for the `forker`, and the others are not there, though
    /// what they hold stays held.
    pub(super) fn fork(&mut self, forker: UnitId, child: UnitId) {
        match self {
            Self::Lock(lock) => lock.fork(),
            Self::Rlock(rlock) => rlock.fork(forker, child),
            Self::Condition(condition) => condition.fork(forker, child),
            Self::Pool(pool) => pool.fork(),
            Self::Barrier(_)
            | Self::Queue(_)
            | Self::Semaphore(_)
            | Self::Event(_)
            | Self::Device(_)
            | Self::Pipe(_) => {}
            Self::Stream(bytes) => *bytes = Bytes::default(),
        }
    }

    /// A unit that waits the awaiting way was asked to end: it counts no more among those who wait.
    pub(super) fn call_off(&mut self, unit: UnitId) {
        match self {
            Self::Condition(condition) => condition.give_up(unit),
            Self::Barrier(barrier) => barrier.call_off(unit),
            Self::Lock(_)
            | Self::Rlock(_)
            | Self::Queue(_)
            | Self::Semaphore(_)
            | Self::Event(_)
            | Self::Device(_)
            | Self::Pool(_)
            | Self::Pipe(_)
            | Self::Stream(_) => {}
        }
    }

    /// Its references to other objects now name those of another interpreter.
    pub(super) fn move_to(&mut self, to: impl Fn(ObjectId) -> ObjectId) {
        match self {
            Self::Condition(condition) => condition.move_to(to),
            Self::Lock(_)
            | Self::Rlock(_)
            | Self::Barrier(_)
            | Self::Queue(_)
            | Self::Semaphore(_)
            | Self::Event(_)
            | Self::Device(_)
            | Self::Pool(_)
            | Self::Pipe(_)
            | Self::Stream(_) => {}
        }
    }

    /// Gives every unit another id: that at the place of the old one in `names`.
    pub fn rename(&mut self, names: &[UnitId]) {
        match self {
            Self::Lock(lock) => lock.rename(names),
            Self::Rlock(rlock) => rlock.rename(names),
            Self::Condition(condition) => condition.rename(names),
            Self::Barrier(barrier) => barrier.rename(names),
            Self::Queue(queue) => queue.rename(names),
            Self::Pool(pool) => pool.rename(names),
            Self::Pipe(end) => end.rename(names),
            Self::Stream(bytes) => bytes.rename(names),
            Self::Semaphore(Semaphore { permits: _, bound: _ })
            | Self::Event(Event { is_set: _ })
            | Self::Device(Device { channels: _, busy: _ }) => {}
        }
    }

    /// A unit is ended on the spot, and leaves half done what it is doing.
    pub(super) fn abandon(&mut self, unit: UnitId) {
        if let Some(end) = self.as_end_mut() {
            end.abandon(unit);
        } else if let Some(bytes) = self.as_stream_mut() {
            bytes.abandon(unit);
        }
    }

    /// What it knows of a unit, as numbers: two units of which it knows the same can change places.
    pub fn part(&self, unit: UnitId, note: &mut dyn FnMut(u32)) {
        match self {
            Self::Lock(Lock { holder, orphaned: _ }) => note(u32::from(*holder == Some(unit))),
            Self::Rlock(rlock) => rlock.part(unit, note),
            Self::Condition(condition) => condition.part(unit, note),
            Self::Barrier(barrier) => barrier.part(unit, note),
            Self::Pool(pool) => pool.part(unit, note),
            Self::Pipe(end) => end.part(unit, note),
            Self::Stream(bytes) => bytes.part(unit, note),
            Self::Queue(_)
            | Self::Semaphore(Semaphore { permits: _, bound: _ })
            | Self::Event(Event { is_set: _ })
            | Self::Device(Device { channels: _, busy: _ }) => {}
        }
    }

    /// Who holds it, where one unit can.
    #[must_use]
    pub const fn holder(&self) -> Option<UnitId> {
        match self {
            Self::Lock(lock) => lock.holder,
            Self::Rlock(rlock) | Self::Condition(Condition { own: rlock, .. }) => rlock.owner,
            Self::Semaphore(_)
            | Self::Event(_)
            | Self::Barrier(_)
            | Self::Queue(_)
            | Self::Device(_)
            | Self::Pool(_)
            | Self::Pipe(_)
            | Self::Stream(_) => None,
        }
    }

    /// Whether somebody else holds it, so that the taker can't enter a `with` on it.
    #[must_use]
    pub fn keeps_out(&self, taker: Taker) -> bool {
        let is_of_thread = match self {
            Self::Rlock(rlock) | Self::Condition(Condition { own: rlock, .. }) => rlock.is_of_thread(taker),
            Self::Lock(_)
            | Self::Semaphore(_)
            | Self::Event(_)
            | Self::Barrier(_)
            | Self::Queue(_)
            | Self::Device(_)
            | Self::Pool(_)
            | Self::Pipe(_)
            | Self::Stream(_) => false,
        };
        !is_of_thread && self.holder().is_some_and(|holder| holder != taker.unit)
    }

    /// Whether its holder was left behind when the process of this copy was forked.
    #[must_use]
    pub const fn is_orphaned(&self) -> bool {
        match self {
            Self::Lock(lock) => lock.orphaned,
            Self::Rlock(rlock) | Self::Condition(Condition { own: rlock, .. }) => rlock.orphaned,
            Self::Semaphore(_)
            | Self::Event(_)
            | Self::Barrier(_)
            | Self::Queue(_)
            | Self::Device(_)
            | Self::Pool(_)
            | Self::Pipe(_)
            | Self::Stream(_) => false,
        }
    }

    /// Whether its holder has it from the one that has forked its process, and has not taken it.
    #[must_use]
    pub const fn is_inherited(&self) -> bool {
        match self {
            Self::Rlock(rlock) | Self::Condition(Condition { own: rlock, .. }) => rlock.inherited,
            Self::Lock(_)
            | Self::Semaphore(_)
            | Self::Event(_)
            | Self::Barrier(_)
            | Self::Queue(_)
            | Self::Device(_)
            | Self::Pool(_)
            | Self::Pipe(_)
            | Self::Stream(_) => false,
        }
    }

    /// Whether it is a lock: one unit at a time can hold it.
    #[must_use]
    pub const fn is_lock(&self) -> bool {
        match self {
            Self::Lock(_) | Self::Rlock(_) | Self::Condition(_) => true,
            Self::Semaphore(_)
            | Self::Event(_)
            | Self::Barrier(_)
            | Self::Queue(_)
            | Self::Device(_)
            | Self::Pool(_)
            | Self::Pipe(_)
            | Self::Stream(_) => false,
        }
    }
}
