//! `device`: something that serves `n` requests at a time. Who is served next
//! is a matter of time, and settled by whoever keeps the clock.

use crate::ir::program::Object;
use crate::ir::value::Value;

/// A device's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Device {
    /// How many requests it serves at a time.
    pub channels: u32,
    /// How many it is serving.
    pub busy: u32,
}

impl Device {
    /// A device as declared.
    ///
    /// # Panics
    ///
    /// If its argument is no positive number: lowering has checked that.
    #[must_use]
    pub fn new(object: &Object) -> Self {
        let channels = match object.arguments.as_slice() {
            [Value::Int(channels)] => u32::try_from(*channels).unwrap_or(u32::MAX),
            other => unreachable!("a device has one number, not {other:?}"),
        };
        Self { channels, busy: 0 }
    }

    /// Takes a channel if one is free; whether it did.
    pub const fn try_acquire(&mut self) -> bool {
        let free = self.busy < self.channels;
        if free {
            self.busy += 1;
        }
        free
    }

    /// Gives a channel back.
    ///
    /// # Panics
    ///
    /// If none is in use.
    pub fn release(&mut self) {
        self.busy = self.busy.checked_sub(1).expect("a channel is given back once");
    }
}
