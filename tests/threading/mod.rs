//! `Condition` and `Barrier` of CPython 3.11.7, method for method (Lib/threading.py), with threads that
//! stand at the places where they give up the GIL to wait.

/// How many threads there are at the most.
pub(crate) const UNITS: usize = 3;

/// What a call gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    None,
    Bool(bool),
    Int(i64),
    Raised(&'static str),
}

/// What came of letting a thread go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Went {
    /// It waits as before.
    Nowhere,
    /// It has done something, and waits.
    On,
    /// Its call is done.
    Through(Given),
}

/// An object with its threads.
pub(crate) trait Python: Clone + std::fmt::Debug {
    /// The calls that a thread may make, as a script writes them.
    fn calls(&self) -> &'static [&'static str];

    /// Lets a thread make that call, or go on in it; `picks` says which waiters a `notify` wakes.
    fn go_on(&mut self, unit: usize, call: &str, expired: bool, picks: &[u64]) -> Went;

    /// Whether it would give up if its time were over.
    fn may_expire(&self, unit: usize, call: &str) -> bool;

    /// All that tells two of them apart.
    fn key(&self) -> String {
        format!("{self:?}")
    }
}

/// The lock of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lock {
    Plain { locked: bool },
    Reentrant { owner: Option<usize>, count: u32 },
}

impl Lock {
    fn acquire(&mut self, unit: usize) -> bool {
        match self {
            Self::Plain { locked } => !std::mem::replace(locked, true),
            Self::Reentrant { owner, count } => {
                let mine = owner.is_none_or(|owner| owner == unit);
                if mine {
                    *owner = Some(unit);
                    *count += 1;
                }
                mine
            }
        }
    }

    fn release(&mut self, unit: usize) -> Given {
        match self {
            Self::Plain { locked: true } => *self = Self::Plain { locked: false },
            Self::Reentrant { owner, count } if *owner == Some(unit) => {
                *count -= 1;
                if *count == 0 {
                    *owner = None;
                }
            }
            Self::Plain { .. } | Self::Reentrant { .. } => return Given::Raised("RuntimeError"),
        }
        Given::None
    }

    fn is_owned(self, unit: usize) -> bool {
        match self {
            Self::Plain { locked } => locked,
            Self::Reentrant { owner, .. } => owner == Some(unit),
        }
    }

    fn release_save(&mut self) -> u32 {
        match self {
            Self::Plain { locked } => {
                *locked = false;
                0
            }
            Self::Reentrant { owner, count } => {
                *owner = None;
                std::mem::take(count)
            }
        }
    }

    fn acquire_restore(&mut self, unit: usize, saved: u32) -> bool {
        match self {
            Self::Plain { locked } => !std::mem::replace(locked, true),
            Self::Reentrant { owner: Some(_), .. } => false,
            Self::Reentrant { owner, count } => {
                (*owner, *count) = (Some(unit), saved);
                true
            }
        }
    }

    /// Nobody takes it more than twice here, lest there be no end of states.
    pub(crate) fn is_deep(self) -> bool {
        matches!(self, Self::Reentrant { count: 3.., .. })
    }
}

/// Where a thread is in `Condition.wait`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sleep {
    Outside,
    /// At `waiter.acquire(…)`; `free` is whether somebody has released the waiter.
    AtWaiter {
        saved: u32,
        free: bool,
    },
    /// At `self._acquire_restore(saved_state)`.
    AtLock {
        saved: u32,
        got_it: bool,
    },
}

/// `threading.Condition`
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) lock: Lock,
    waiters: Vec<usize>,
    sleeps: [Sleep; UNITS],
}

impl Condition {
    pub(crate) const fn new(lock: Lock) -> Self {
        Self { lock, waiters: Vec::new(), sleeps: [Sleep::Outside; UNITS] }
    }

    fn wait(&mut self, unit: usize, is_patient: bool) -> Went {
        match self.sleeps[unit] {
            Sleep::Outside => {
                if !self.lock.is_owned(unit) {
                    return Went::Through(Given::Raised("RuntimeError"));
                }
                self.waiters.push(unit);
                let saved = self.lock.release_save();
                self.sleeps[unit] = Sleep::AtWaiter { saved, free: false };
                Went::On
            }
            Sleep::AtWaiter { free: false, .. } if is_patient => Went::Nowhere,
            Sleep::AtWaiter { saved, free } => {
                self.sleeps[unit] = Sleep::AtLock { saved, got_it: free };
                let went = self.restore(unit, saved, free);
                if went == Went::Nowhere && !free { Went::On } else { went }
            }
            Sleep::AtLock { saved, got_it } => self.restore(unit, saved, got_it),
        }
    }

    fn restore(&mut self, unit: usize, saved: u32, got_it: bool) -> Went {
        if !self.lock.acquire_restore(unit, saved) {
            return Went::Nowhere;
        }
        if !got_it {
            self.waiters.retain(|&waiter| waiter != unit);
        }
        self.sleeps[unit] = Sleep::Outside;
        Went::Through(Given::Bool(got_it))
    }

    fn notify(&mut self, unit: usize, mut n: usize, picks: &[u64]) -> Went {
        if !self.lock.is_owned(unit) {
            return Went::Through(Given::Raised("RuntimeError"));
        }
        let mut picks = picks.iter();
        while !self.waiters.is_empty() && n > 0 {
            // Which one is open only where not all are woken.
            let open = self.waiters.len() > n;
            let pick = if open { picks.next().copied().unwrap_or(0) } else { 0 };
            let pick = usize::try_from(pick).expect("few wait");
            let waiter = self.waiters.remove(pick);
            if let Sleep::AtWaiter { free, .. } = &mut self.sleeps[waiter] {
                *free = true;
            }
            n -= 1;
        }
        Went::Through(Given::None)
    }
}

impl Python for Condition {
    fn calls(&self) -> &'static [&'static str] {
        &[
            "c.acquire()",
            "c.release()",
            "c.wait()",
            "c.wait(timeout=1s)",
            "c.notify()",
            "c.notify_all()",
            "c.wait(timeout=-1s)",
            "c.notify(2)",
            "c.acquire(blocking=False)",
        ]
    }

    fn go_on(&mut self, unit: usize, call: &str, expired: bool, picks: &[u64]) -> Went {
        match call {
            "c.acquire()" if !self.lock.acquire(unit) => Went::Nowhere,
            "c.acquire()" => Went::Through(Given::Bool(true)),
            "c.acquire(blocking=False)" => Went::Through(Given::Bool(self.lock.acquire(unit))),
            "c.release()" => Went::Through(self.lock.release(unit)),
            "c.wait()" => self.wait(unit, true),
            "c.wait(timeout=1s)" => self.wait(unit, !expired),
            "c.wait(timeout=-1s)" => self.wait(unit, false),
            "c.notify()" => self.notify(unit, 1, picks),
            "c.notify(2)" => self.notify(unit, 2, picks),
            "c.notify_all()" => self.notify(unit, self.waiters.len(), picks),
            other => unreachable!("{other} is none of its calls"),
        }
    }

    fn may_expire(&self, unit: usize, call: &str) -> bool {
        call == "c.wait(timeout=1s)" && matches!(self.sleeps[unit], Sleep::AtWaiter { free: false, .. })
    }
}

/// Where a thread is in `Barrier.wait`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stay {
    Outside,
    /// In `_enter`, at `self._cond.wait()`.
    Entering {
        notified: bool,
    },
    /// In `_wait`, at `self._cond.wait_for(…)`.
    Inside {
        index: i64,
        notified: bool,
    },
}

/// `threading.Barrier`; what a `with self._cond` encloses happens at once.
#[derive(Clone, Debug)]
pub(crate) struct Barrier {
    parties: i64,
    state: i32,
    count: i64,
    stays: [Stay; UNITS],
}

const BROKEN: Went = Went::Through(Given::Raised("BrokenBarrierError"));

impl Barrier {
    pub(crate) const fn new(parties: i64) -> Self {
        Self { parties, state: 0, count: 0, stays: [Stay::Outside; UNITS] }
    }

    fn notify_all(&mut self) {
        for stay in &mut self.stays {
            match stay {
                Stay::Outside => {}
                Stay::Entering { notified } | Stay::Inside { notified, .. } => *notified = true,
            }
        }
    }

    fn break_it(&mut self) {
        self.state = -2;
        self.notify_all();
    }

    fn exit(&mut self, unit: usize) {
        self.stays[unit] = Stay::Outside;
        self.count -= 1;
        if self.count == 0 && matches!(self.state, -1 | 1) {
            self.state = 0;
            self.notify_all();
        }
    }

    fn wait(&mut self, unit: usize, is_patient: bool) -> Went {
        match self.stays[unit] {
            Stay::Outside | Stay::Entering { notified: true } => self.enter(unit),
            Stay::Entering { notified: false } => Went::Nowhere,
            Stay::Inside { notified: false, .. } if is_patient => Went::Nowhere,
            Stay::Inside { index, .. } => {
                if self.state == 0 {
                    if is_patient {
                        self.stays[unit] = Stay::Inside { index, notified: false };
                        return Went::Nowhere;
                    }
                    self.break_it();
                }
                let went = if self.state < 0 { BROKEN } else { Went::Through(Given::Int(index)) };
                self.exit(unit);
                went
            }
        }
    }

    fn enter(&mut self, unit: usize) -> Went {
        if matches!(self.state, -1 | 1) {
            self.stays[unit] = Stay::Entering { notified: false };
            return Went::Nowhere;
        }
        self.stays[unit] = Stay::Outside;
        if self.state < 0 {
            return BROKEN;
        }
        let index = self.count;
        self.count += 1;
        if index + 1 == self.parties {
            self.state = 1;
            self.notify_all();
            self.exit(unit);
            return Went::Through(Given::Int(index));
        }
        self.stays[unit] = Stay::Inside { index, notified: false };
        Went::On
    }

    fn reset(&mut self) {
        if self.count > 0 {
            if matches!(self.state, 0 | -2) {
                self.state = -1;
            }
        } else {
            self.state = 0;
        }
        self.notify_all();
    }
}

impl Python for Barrier {
    fn calls(&self) -> &'static [&'static str] {
        &["b.wait()", "b.wait(timeout=1s)", "b.wait(timeout=0s)", "b.abort()", "b.reset()"]
    }

    fn go_on(&mut self, unit: usize, call: &str, expired: bool, _picks: &[u64]) -> Went {
        match call {
            "b.wait()" => return self.wait(unit, true),
            "b.wait(timeout=1s)" => return self.wait(unit, !expired),
            "b.wait(timeout=0s)" => return self.wait(unit, false),
            "b.abort()" => self.break_it(),
            "b.reset()" => self.reset(),
            other => unreachable!("{other} is none of its calls"),
        }
        Went::Through(Given::None)
    }

    fn may_expire(&self, unit: usize, call: &str) -> bool {
        call == "b.wait(timeout=1s)" && self.state == 0 && matches!(self.stays[unit], Stay::Inside { .. })
    }
}
