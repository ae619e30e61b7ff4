//! `lock`: `threading.Lock`. It has a holder for the sake of explanations, but
//! no owner: any unit may release it.

use crate::base::id::UnitId;
use crate::ir::value::Raised;

/// A lock's state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lock {
    /// Who acquired it.
    pub holder: Option<UnitId>,
}

impl Lock {
    /// Takes it for `unit` if it is free; whether it did.
    pub const fn try_acquire(&mut self, unit: UnitId) -> bool {
        let free = self.holder.is_none();
        if free {
            self.holder = Some(unit);
        }
        free
    }

    /// Gives every unit another id: that at the place of the old one in `names`.
    pub fn rename(&mut self, names: &[UnitId]) {
        let Self { holder } = self;
        *holder = holder.map(|unit| names[unit.index()]);
    }

    /// Frees it, whoever holds it.
    ///
    /// # Errors
    ///
    /// `RuntimeError` if it is free (CPython's own message).
    pub fn release(&mut self) -> Result<(), Raised> {
        match self.holder.take() {
            Some(_) => Ok(()),
            None => Err(Raised::new("RuntimeError", "release unlocked lock")),
        }
    }
}
