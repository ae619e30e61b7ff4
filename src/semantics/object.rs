//! The table of object kinds: which file knows what each one does.

use crate::base::id::UnitId;
use crate::ir::program::Object;
use crate::ir::value::Raised;
use crate::semantics::device::Device;
use crate::semantics::lock::Lock;
use crate::semantics::rlock::Rlock;
use crate::syntax::ast::ObjectKind;

/// The state of a declared object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectState {
    /// `lock`
    Lock(Lock),
    /// `rlock`
    Rlock(Rlock),
    /// `device`
    Device(Device),
}

impl ObjectState {
    /// An object as declared.
    #[must_use]
    pub fn new(object: &Object) -> Self {
        match object.kind {
            ObjectKind::Lock => Self::Lock(Lock::default()),
            ObjectKind::Rlock => Self::Rlock(Rlock::default()),
            ObjectKind::Device => Self::Device(Device::new(object)),
            ObjectKind::Semaphore
            | ObjectKind::BoundedSemaphore
            | ObjectKind::Event
            | ObjectKind::Condition
            | ObjectKind::Barrier
            | ObjectKind::Queue
            | ObjectKind::Pipe
            | ObjectKind::ThreadPool
            | ObjectKind::ProcessPool => unreachable!("the checker refuses a {}", object.kind.word()),
        }
    }

    /// Acquires it for `unit` if that needs no waiting; `None` if it can't be acquired at all.
    pub fn try_acquire(&mut self, unit: UnitId) -> Option<bool> {
        match self {
            Self::Lock(lock) => Some(lock.try_acquire(unit)),
            Self::Rlock(rlock) => Some(rlock.try_acquire(unit)),
            Self::Device(_) => None,
        }
    }

    /// Releases it for `unit`; whether somebody else can have it now.
    ///
    /// # Errors
    ///
    /// The exception that Python raises for it.
    pub fn release(&mut self, unit: UnitId) -> Result<bool, Raised> {
        match self {
            Self::Lock(lock) => lock.release().map(|()| true),
            Self::Rlock(rlock) => rlock.release(unit),
            Self::Device(_) => Err(Raised::new("TypeError", "a device can't be released")),
        }
    }

    /// Who holds it, where one unit can.
    #[must_use]
    pub const fn holder(&self) -> Option<UnitId> {
        match self {
            Self::Lock(lock) => lock.holder,
            Self::Rlock(rlock) => rlock.owner,
            Self::Device(_) => None,
        }
    }
}
