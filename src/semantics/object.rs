//! The table of object kinds: which file knows what each one does.

use crate::base::id::UnitId;
use crate::ir::program::Object;
use crate::ir::value::{Raised, Value};
use crate::semantics::device::Device;
use crate::semantics::lock::Lock;
use crate::semantics::rlock::Rlock;
use crate::syntax::ast::ObjectKind;

/// Who can provide what a unit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// Nobody has to: it is there.
    Free,
    /// Any unit that may release it.
    Anybody,
    /// That unit.
    Only(UnitId),
    /// Nobody has to do anything: it comes with time.
    Time,
}

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

    /// Takes a channel if one is free; `None` if it has no channels.
    pub const fn try_channel(&mut self) -> Option<bool> {
        match self {
            Self::Device(device) => Some(device.try_acquire()),
            Self::Lock(_) | Self::Rlock(_) => None,
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
            Self::Lock(_) | Self::Rlock(_) => unreachable!("only devices have channels"),
        }
    }

    /// Who can let the next unit have it.
    #[must_use]
    pub const fn provider(&self) -> Provider {
        match self {
            Self::Lock(Lock { holder: None }) | Self::Rlock(Rlock { owner: None, .. }) => Provider::Free,
            Self::Lock(_) => Provider::Anybody,
            Self::Rlock(Rlock { owner: Some(owner), .. }) => Provider::Only(*owner),
            Self::Device(_) => Provider::Time,
        }
    }

    /// Gives every unit another id: that at the place of the old one in `names`.
    pub fn rename(&mut self, names: &[UnitId]) {
        match self {
            Self::Lock(lock) => lock.rename(names),
            Self::Rlock(rlock) => rlock.rename(names),
            Self::Device(Device { channels: _, busy: _ }) => {}
        }
    }

    /// The values that it holds.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        match self {
            Self::Lock(_) | Self::Rlock(_) | Self::Device(_) => [].iter(),
        }
    }

    /// What it knows of a unit, as numbers: two units of which it knows the same can change places.
    pub fn part(&self, unit: UnitId, note: &mut dyn FnMut(u32)) {
        match self {
            Self::Lock(Lock { holder }) => note(u32::from(*holder == Some(unit))),
            Self::Rlock(Rlock { owner, depth }) => note(if *owner == Some(unit) { *depth } else { 0 }),
            Self::Device(Device { channels: _, busy: _ }) => {}
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
