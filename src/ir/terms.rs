//! What the runtime decides of the meaning of a script, and the script's text does not.

use crate::machine::profile::{CheckPoints, FreeLock, Model, Python, StartMethod};
use crate::syntax::ast::UnitKind;

/// What a `spawn` means under a runtime. It is no part of the code, and changes no hash of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// How a process begins.
    pub start: StartMethod,
    /// What `spawn unit` starts; anything but [`UnitKind::Unit`].
    pub unit: UnitKind,
    /// Where interpreted code can be interrupted.
    pub check_points: CheckPoints,
    /// `except Exception` takes the `CancelledError` of a task, too: it is a `BaseException` since Python 3.8.
    pub cancellation_is_caught: bool,
    /// What the release of a lock raises that nobody holds.
    pub free_lock: FreeLock,
}

impl Terms {
    /// What a model says of it.
    ///
    /// # Panics
    ///
    /// If the model's unit is no kind of unit.
    #[must_use]
    pub fn of(model: &Model) -> Self {
        let unit = UnitKind::from_word(model.unit).expect("a model names a kind of unit");
        Self {
            start: model.start_method,
            unit,
            check_points: model.runtime.check_points,
            cancellation_is_caught: model.runtime.python < Python { major: 3, minor: 8 },
            free_lock: model.runtime.free_lock,
        }
    }
}
