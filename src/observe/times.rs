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

/// How many things a unit can do without a place of their own for how long. Most tasks work, wait for their loop and
/// for one thing more.
const FEW: usize = 3;

/// How long a unit did what. The lengths add up to its life.
#[derive(Clone, Debug)]
pub struct Times(Lengths);

/// The lengths that are not zero. There may be a million units, and each does few of the things that there are.
#[derive(Clone, Debug)]
enum Lengths {
    /// Those of the activities whose bits are set, in the order of their numbers.
    Few { known: u16, lengths: [SimDuration; FEW] },
    /// All.
    Many(Box<[SimDuration; Activity::ALL.len()]>),
}

impl Default for Times {
    fn default() -> Self {
        Self(Lengths::Few { known: 0, lengths: [SimDuration::ZERO; FEW] })
    }
}

impl PartialEq for Times {
    fn eq(&self, other: &Self) -> bool {
        Activity::ALL.into_iter().all(|activity| self.one(activity) == other.one(activity))
    }
}

impl Eq for Times {}

impl Times {
    /// It did that for so much longer.
    #[inline]
    pub fn add(&mut self, activity: Activity, length: SimDuration) {
        match &mut self.0 {
            Lengths::Few { known, lengths } if *known & bit(activity) != 0 => {
                lengths[place(*known, activity)] += length;
            }
            Lengths::Few { .. } => self.begin(activity, length),
            Lengths::Many(lengths) => lengths[activity as usize] += length,
        }
    }

    /// The same of something that it has not done before.
    #[cold]
    fn begin(&mut self, activity: Activity, length: SimDuration) {
        if length == SimDuration::ZERO {
            return;
        }
        if let Lengths::Few { known, lengths } = &mut self.0 {
            let count = known.count_ones() as usize;
            if count < FEW {
                let at = place(*known, activity);
                lengths.copy_within(at..count, at + 1);
                lengths[at] = length;
                *known |= bit(activity);
                return;
            }
        }
        let mut all = Box::new(Activity::ALL.map(|activity| self.one(activity)));
        all[activity as usize] += length;
        self.0 = Lengths::Many(all);
    }

    fn one(&self, activity: Activity) -> SimDuration {
        match &self.0 {
            Lengths::Few { known, lengths } if *known & bit(activity) != 0 => {
                lengths[place(*known, activity)]
            }
            Lengths::Few { .. } => SimDuration::ZERO,
            Lengths::Many(lengths) => lengths[activity as usize],
        }
    }

    /// How long it did any of these.
    #[must_use]
    pub fn of(&self, activities: &[Activity]) -> SimDuration {
        activities.iter().fold(SimDuration::ZERO, |sum, activity| sum + self.one(*activity))
    }

    /// How long it did anything at all.
    #[must_use]
    pub fn total(&self) -> SimDuration {
        self.of(&Activity::ALL)
    }
}

const fn bit(activity: Activity) -> u16 {
    1 << activity as u16
}

/// Where the length of an activity stands among those that are known, or would stand.
const fn place(known: u16, activity: Activity) -> usize {
    (known & (bit(activity) - 1)).count_ones() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activities_are_numbered_as_they_are_listed() {
        assert!(Activity::ALL.iter().enumerate().all(|(number, activity)| *activity as usize == number));
    }

    #[test]
    fn times_add_up_however_many_things_a_unit_does() {
        for count in 0..=Activity::ALL.len() {
            // In an order that is not theirs.
            let done = (0..count).map(|at| Activity::ALL[(at * 7 + 3) % Activity::ALL.len()]);
            let mut times = Times::default();
            for (at, activity) in done.clone().chain(done.clone()).enumerate() {
                times.add(activity, SimDuration(1 + at as u64));
            }
            for activity in Activity::ALL {
                let at = done.clone().position(|other| other == activity);
                let want = at.map_or(0, |at| 2 + 2 * at as u64 + count as u64);
                assert_eq!(times.of(&[activity]), SimDuration(want), "{activity:?} of {count}");
            }
            let all = (1..=2 * count as u64).sum();
            assert_eq!(times.total(), SimDuration(all));
        }
    }

    #[test]
    fn what_took_no_time_makes_no_difference() {
        let mut times = Times::default();
        Activity::ALL.into_iter().for_each(|activity| times.add(activity, SimDuration::ZERO));
        assert!(matches!(times.0, Lengths::Few { known: 0, .. }));
        let mut many = Times::default();
        Activity::ALL.into_iter().for_each(|activity| many.add(activity, SimDuration(1)));
        assert_ne!(times, many);
    }

    #[test]
    fn the_times_of_most_units_take_little() {
        assert_eq!(size_of::<Times>(), 32);
    }
}
