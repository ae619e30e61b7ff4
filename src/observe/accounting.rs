//! How objects are used over time, and where they were last acquired.

use crate::base::id::{ObjectId, UnitId};
use crate::base::time::{SimDuration, SimTime};
use crate::ir::program::{Pc, Program};
use crate::observe::report::ObjectReport;

/// The accounts of all objects of a run.
#[derive(Debug)]
pub struct Accounts {
    objects: Vec<Account>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Account {
    acquisitions: u64,
    contended: u64,
    held: SimDuration,
    waited: SimDuration,
    /// How many hold it (a device: busy channels), and since when that many.
    holders: u32,
    since: SimTime,
    last: Option<Acquisition>,
}

/// Who acquired an object, and where.
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
        Self { objects: vec![Account::default(); program.objects.len()] }
    }

    /// Somebody has to wait for it.
    pub fn contended(&mut self, object: ObjectId) {
        self.objects[object.index()].contended += 1;
    }

    /// Somebody has waited for it so long, in vain.
    pub fn waited_in_vain(&mut self, object: ObjectId, length: SimDuration) {
        self.objects[object.index()].waited += length;
    }

    /// It was acquired after a wait of that length; whether its holder did not have it already.
    pub fn acquired(&mut self, object: ObjectId, by: Acquisition, now: SimTime, waited: SimDuration) -> bool {
        let account = &mut self.objects[object.index()];
        account.acquisitions += 1;
        account.waited += waited;
        // Only a re-entrant lock is acquired while it is held.
        let first = account.holders == 0;
        if first {
            account.count(now, 1);
            account.last = Some(by);
        }
        first
    }

    /// A device serves a request, after a wait of that length.
    pub fn channel_acquired(&mut self, device: ObjectId, now: SimTime, waited: SimDuration) {
        let account = &mut self.objects[device.index()];
        account.acquisitions += 1;
        account.waited += waited;
        account.count(now, 1);
    }

    /// It was released for good; gives who had acquired it.
    pub fn released(&mut self, object: ObjectId, now: SimTime) -> Option<UnitId> {
        let account = &mut self.objects[object.index()];
        account.count(now, -1);
        account.last.map(|acquisition| acquisition.unit)
    }

    /// A device has served a request.
    pub fn channel_released(&mut self, device: ObjectId, now: SimTime) {
        self.objects[device.index()].count(now, -1);
    }

    /// Who acquired it last, and where.
    #[must_use]
    pub fn last(&self, object: ObjectId) -> Option<Acquisition> {
        self.objects[object.index()].last
    }

    /// The accounts as of `now`.
    #[must_use]
    pub fn report(&mut self, program: &Program, now: SimTime) -> Vec<ObjectReport> {
        let report = |(account, object): (&mut Account, &crate::ir::program::Object)| {
            account.count(now, 0);
            ObjectReport {
                name: object.name.clone(),
                kind: object.kind.word(),
                acquisitions: account.acquisitions,
                contended: account.contended,
                held: account.held,
                waited: account.waited,
            }
        };
        self.objects.iter_mut().zip(&program.objects).map(report).collect()
    }
}

impl Account {
    fn count(&mut self, now: SimTime, change: i32) {
        let length = now.since(self.since).0;
        self.held += SimDuration(length.saturating_mul(u64::from(self.holders)));
        self.since = now;
        self.holders = self.holders.saturating_add_signed(change);
    }
}
