//! A walk over a script that follows every way and every call, without values.
//!
//! It begins with main, follows calls with what is known of their arguments, and goes through every unit
//! that is started. What it meets it tells as *facts*: which unit takes, uses and awaits what, holding which
//! locks, beside which other units. The lints read them. It works on the tree, because lowering refuses what
//! this version does not run.
//!
//! It knows nothing of numbers beyond constants, nor of time. A function is walked once for each unit, arguments
//! and locks held. The work is bounded: of a script that needs more of it nothing is said.

mod assume;
mod call;
mod declared;
mod expression;
mod fact;
mod flow;
mod method;
mod path;
mod spawn;
mod statement;
mod takers;
#[cfg(test)]
mod tests;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;

use crate::base::span::Span;
use crate::syntax::ast::{Script, UnitKind};

pub(crate) use declared::{ObjectInfo, SharedInfo};
pub(crate) use fact::{Element, Fact, FactKind, Held, How, Patience, Ref, Unit, Units, Waiting, Way, Work};
pub(crate) use view::members;

use call::{Key, Summary};
use declared::Declared;
use fact::Around;
use path::{Exit, State, Value};

/// How many statements and expressions are looked at, those that are met again included. A script of the largest
/// size in which each function is called once needs fewer.
const WORK_MAX: usize = 600_000;

/// How deep blocks, calls and expressions may be inside one another.
const DEPTH_MAX: usize = 420;

/// What a script does, as far as it can be told without a run.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// The declared objects.
    pub(crate) objects: Vec<ObjectInfo>,
    /// The declared shareds.
    pub(crate) shareds: Vec<SharedInfo>,
    /// The names of the functions; main is the last.
    pub(crate) functions: Vec<String>,
    /// The units, main first.
    pub(crate) units: Vec<Unit>,
    /// What happens, unit by unit, in the order of the walk. Empty if the script is too much work.
    pub(crate) facts: Vec<Fact>,
    /// Methods that are called on something that can't be told.
    pub(crate) unknown: BTreeSet<String>,
    /// The texts of indices, by [`Element::Some`].
    pub(crate) texts: Vec<String>,
    /// For each unit, those that it starts, and those that they start, and so on, itself included.
    below: Vec<Units>,
    /// For each unit, those that can run at the same time.
    beside: Vec<Units>,
}

/// Walks over a script without mistakes, in which `spawn unit` starts units of that kind.
pub(crate) fn walk(script: &Script, unit: UnitKind) -> Walk {
    let Some(declared) = Declared::collect(script) else { return Walk::default() };
    let mut walker = Walker::new(declared, unit);
    walker.units();
    walker.finish()
}

/// The walk under way.
struct Walker<'a> {
    declared: Declared<'a>,
    /// What `spawn unit` starts.
    unit_kind: UnitKind,
    facts: Vec<Fact>,
    units: Vec<Unit>,
    /// What each unit is started with.
    starts: Vec<(usize, Vec<Value>)>,
    unit_numbers: BTreeMap<(Span, usize, Vec<Value>), usize>,
    memo: BTreeMap<Key, Summary<'a>>,
    unknown: BTreeSet<String>,
    texts: IndexSet<String>,
    /// The unit that is walked.
    unit: usize,
    /// The function whose text is walked, and the number of the visit.
    function: usize,
    visit: u32,
    visits: u32,
    /// The functions that are being called, outermost first.
    calls: Vec<usize>,
    /// For each `group` around, in this function, what was started in it.
    groups: Vec<Units>,
    around: Around,
    /// How many loops around are walked for the second time.
    again: u16,
    /// Exceptions that calls in the statement at hand let out.
    raised: Vec<Exit<'a>>,
    depth: usize,
    work: usize,
    /// Whether it was too much.
    gave_up: bool,
}

impl<'a> Walker<'a> {
    fn new(declared: Declared<'a>, unit_kind: UnitKind) -> Self {
        let main = declared.codes.len() - 1;
        let unit = Unit {
            function: main,
            kind: UnitKind::Thread,
            spawned: None,
            pool: None,
            many: false,
            parents: 0,
            beside: 0,
            process: 0,
            thread: 0,
            daemon: false,
        };
        Self {
            declared,
            unit_kind,
            facts: Vec::new(),
            units: vec![unit],
            starts: vec![(main, Vec::new())],
            unit_numbers: BTreeMap::new(),
            memo: BTreeMap::new(),
            unknown: BTreeSet::new(),
            texts: IndexSet::new(),
            unit: 0,
            function: main,
            visit: 0,
            visits: 0,
            calls: Vec::new(),
            groups: Vec::new(),
            around: Around::default(),
            again: 0,
            raised: Vec::new(),
            depth: 0,
            work: 0,
            gave_up: false,
        }
    }

    /// Walks through every unit; on the way more of them appear.
    fn units(&mut self) {
        while self.unit < self.starts.len() && !self.gave_up {
            let (function, args) = self.starts[self.unit].clone();
            self.around = Around::default();
            self.memo.clear();
            self.call(function, args, State::default());
            self.raised.clear();
            self.unit += 1;
        }
    }

    fn finish(self) -> Walk {
        if self.gave_up {
            return Walk::default();
        }
        let mut walk = Walk {
            objects: self.declared.objects,
            shareds: self.declared.shareds,
            functions: self.declared.codes.iter().map(|code| code.name.to_owned()).collect(),
            units: self.units,
            facts: self.facts,
            unknown: self.unknown,
            texts: self.texts.into_iter().collect(),
            below: Vec::new(),
            beside: Vec::new(),
        };
        walk.relate();
        walk
    }

    /// Counts work, and says whether it may go on.
    fn may_go_on(&mut self, work: usize) -> bool {
        self.work += work;
        if self.work > WORK_MAX || self.depth > DEPTH_MAX {
            self.gave_up = true;
        }
        !self.gave_up
    }

    fn tell(&mut self, kind: FactKind, span: Span, state: &State) {
        self.tell_used(kind, span, state, false);
    }

    fn tell_used(&mut self, kind: FactKind, span: Span, state: &State, used: bool) {
        self.work += 1 + state.held.len();
        self.facts.push(Fact {
            span,
            kind,
            unit: self.unit,
            function: self.function,
            visit: self.visit,
            held: state.held.clone(),
            live: state.live,
            stirred: state.stirred,
            around: self.around,
            used,
        });
    }
}
