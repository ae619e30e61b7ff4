//! How objects are used over time, and where they were last acquired.

use std::collections::BTreeMap;

use crate::base::id::{ObjectId, UnitId};
use crate::base::time::{SimDuration, SimTime};
use crate::ir::program::{Pc, Program};
use crate::observe::report::ObjectReport;
use crate::semantics::world::Naming;
use crate::trace::event::Names as _;

/// The accounts of all objects of a run.
#[derive(Debug)]
pub struct Accounts {
    objects: Vec<Account>,
    /// Who was ended by whom, and where that one was.
    killed: BTreeMap<UnitId, Acquisition>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Account {
    acquisitions: u64,
    contended: u64,
    held: SimDuration,
    waited: SimDuration,
    /// How many hold it (permits that are out, busy channels), and since when that many.
    holders: u64,
    since: SimTime,
    last: Option<Acquisition>,
    notified: Option<Notified>,
}

/// Who has notified a condition, and whom that woke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notified {
    /// Who.
    pub by: UnitId,
    /// Whom; nobody, if nobody waited.
    pub woken: Option<UnitId>,
}

/// Who acquired an object, or ended another unit, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acquisition {
    /// Who.
    pub unit: UnitId,
    /// The op.
    pub pc: Pc,
}

impl Accounts {
    /// Accounts of nothing yet.
    #[must_use]
    pub fn new(program: &Program) -> Self {
        Self { objects: vec![Account::default(); program.objects.len()], killed: BTreeMap::new() }
    }

    /// There are more objects now.
    pub fn grow(&mut self, objects: usize) {
        self.objects.resize(objects, Account::default());
    }

    /// Somebody has to wait for it.
    pub fn contended(&mut self, object: ObjectId) {
        self.objects[object.index()].contended += 1;
    }

    /// Somebody has waited for it so long.
    pub fn waited(&mut self, object: ObjectId, length: SimDuration) {
        self.objects[object.index()].waited += length;
    }

    /// A lock was acquired; whether its holder did not have it already.
    pub fn acquired(&mut self, object: ObjectId, by: Acquisition, now: SimTime) -> bool {
        let account = &mut self.objects[object.index()];
        account.acquisitions += 1;
        // Only a re-entrant lock is acquired while it is held.
        let first = account.holders == 0;
        if first {
            account.count(now, 1);
            account.last = Some(by);
        }
        first
    }

    /// A permit or a channel was acquired, of which there may be several.
    pub fn shared_acquired(&mut self, object: ObjectId, now: SimTime) {
        let account = &mut self.objects[object.index()];
        account.acquisitions += 1;
        account.count(now, 1);
    }

    /// A lock was released for good, or so many permits; gives who had acquired the lock.
    pub fn released(&mut self, object: ObjectId, count: u32, now: SimTime) -> Option<UnitId> {
        let account = &mut self.objects[object.index()];
        account.count(now, -i64::from(count));
        account.last.map(|acquisition| acquisition.unit)
    }

    /// A device has served a request.
    pub fn channel_released(&mut self, device: ObjectId, now: SimTime) {
        self.objects[device.index()].count(now, -1);
    }

    /// A condition was notified.
    pub fn notified(&mut self, condition: ObjectId, notified: Notified) {
        self.objects[condition.index()].notified = Some(notified);
    }

    /// Who has notified it last.
    #[must_use]
    pub fn last_notified(&self, condition: ObjectId) -> Option<Notified> {
        self.objects[condition.index()].notified
    }

    /// A unit was ended by another one.
    pub fn killed(&mut self, unit: UnitId, by: Acquisition) {
        self.killed.insert(unit, by);
    }

    /// Who has ended it, and where; `None` if it has come to its end by itself, or to none.
    #[must_use]
    pub fn killer(&self, unit: UnitId) -> Option<Acquisition> {
        self.killed.get(&unit).copied()
    }

    /// Who acquired it last, and where.
    #[must_use]
    pub fn last(&self, object: ObjectId) -> Option<Acquisition> {
        self.objects[object.index()].last
    }

    /// The accounts as of `now`.
    #[must_use]
    pub fn report(&mut self, names: &Naming<'_>, now: SimTime) -> Vec<ObjectReport> {
        let declared = names.program.objects.len();
        let report = |(index, account): (usize, &mut Account)| {
            account.count(now, 0);
            let object = ObjectId::new(index);
            // A copy that nobody has touched, or an end of a pipe, is not worth a line.
            let is_declared = index < declared && !names.program.objects[index].is_implied();
            let is_told = is_declared || account.acquisitions > 0 || account.contended > 0;
            is_told.then(|| ObjectReport {
                id: object,
                name: names.object(object).into_owned(),
                kind: names.program.object(object).kind.word(),
                acquisitions: account.acquisitions,
                contended: account.contended,
                held: account.held,
                waited: account.waited,
            })
        };
        self.objects.iter_mut().enumerate().filter_map(report).collect()
    }
}

impl Account {
    fn count(&mut self, now: SimTime, change: i64) {
        let length = now.since(self.since).0;
        self.held += SimDuration(length.saturating_mul(self.holders));
        self.since = now;
        // More permits may be released than were acquired.
        self.holders = self.holders.saturating_add_signed(change);
    }
}
