//! What units do with their time.

use crate::base::time::SimDuration;

/// What a unit does at a moment of its life, from its spawn to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Activity {
    /// It is on a core and works.
    Work,
    /// It is ready and waits for the GIL.
    Gil,
    /// It is ready and waits for a core.
    Queue,
    /// It is on its way to a core: a wake-up, or a context switch.
    Switch,
    /// It waits for a lock, or for what others do to an object.
    Object,
    /// It waits for a channel of a device.
    Channel,
    /// It is in `io`.
    Io,
    /// It is in `sleep`.
    Sleep,
    /// It waits for the end of a unit, or for the condition of an `atomic when`.
    Unit,
    /// It is being started, or waits for one that it starts.
    Start,
    /// It waits for its turn in the schedule that is followed.
    Turn,
}

impl Activity {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 11] = [
        Self::Work,
        Self::Gil,
        Self::Queue,
        Self::Switch,
        Self::Object,
        Self::Channel,
        Self::Io,
        Self::Sleep,
        Self::Unit,
        Self::Start,
        Self::Turn,
    ];
}

/// How long a unit did what. The lengths add up to its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times([SimDuration; Activity::ALL.len()]);

impl Times {
    /// It did that for so much longer.
    pub fn add(&mut self, activity: Activity, length: SimDuration) {
        self.0[activity as usize] += length;
    }

    /// How long it did any of these.
    #[must_use]
    pub fn of(&self, activities: &[Activity]) -> SimDuration {
        activities.iter().fold(SimDuration::ZERO, |sum, activity| sum + self.0[*activity as usize])
    }

    /// How long it did anything at all.
    #[must_use]
    pub fn total(&self) -> SimDuration {
        self.of(&Activity::ALL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activities_are_numbered_as_they_are_listed() {
        assert!(Activity::ALL.iter().enumerate().all(|(number, activity)| *activity as usize == number));
    }
}
