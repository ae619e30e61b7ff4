//! The search: every world that can be reached, layer by layer.
//!
//! A layer holds the worlds that are so many steps away from the start. It is
//! gone through in batches. Workers first take the turns of the worlds of a batch,
//! then put the worlds behind them into the table, a shard at a time. What
//! goes into a shard comes in a fixed order, so that states, numbers and findings are
//! the same for any number of workers.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::UnitId;
use crate::explore::components::{Graph, bottoms};
use crate::explore::expand::{Expanded, Expander, Shared};
use crate::explore::fingerprint::Fingerprint;
use crate::explore::limits::Limits;
use crate::explore::pack::Parts;
use crate::explore::reduction::Reducer;
use crate::explore::schedule::{Schedule, Turn};
use crate::explore::space::Taken;
use crate::explore::table::{Origin, SHARDS, START, Shard, State};
use crate::explore::verdict::{Judge, Key, Sign};
use crate::explore::workers::in_parallel;
use crate::explore::{Bound, Final, Progress, Reduction};
use crate::ir::program::{Op, Program};
use crate::semantics::world::World;

/// How many worlds one piece of work has.
const PIECE: usize = 128;

/// How many pieces are done before their worlds go into the table.
const BATCH: usize = 128;

/// What a search has come to.
#[derive(Debug, Default)]
pub struct Searched {
    /// How far it has come.
    pub progress: Progress,
    /// Why it was given up, if it was.
    pub stopped: Option<Bound>,
    /// Every finding where it was found first.
    pub hits: BTreeMap<Key, Hit>,
    /// The ends.
    pub finals: BTreeSet<Final>,
}

/// Where a finding was found.
#[derive(Debug)]
pub struct Hit {
    /// What shows there.
    pub sign: Sign,
    /// A way there, the shortest.
    pub schedule: Schedule,
    /// If it shows only in a whole component: the fingerprints of its worlds, sorted.
    pub within: Vec<Fingerprint>,
}

/// A finding on its way out of a piece of work: the state, and the turn from there, if it shows in one.
pub(super) type Seen = (Sign, State, Option<Origin>);

/// A search under way.
struct Search<'a, 'p> {
    judge: &'a Judge<'p>,
    limits: &'a mut Limits<'a>,
    reducer: Option<Reducer<'p>>,
    parts: Parts,
    shards: Vec<Shard>,
    /// Worlds can come again along a way, so that turns are kept to look for what goes on for ever.
    has_cycles: bool,
    found: Searched,
}

/// A world of the table on the way to a state, and which unit stands behind each of its names.
struct Guide {
    world: World,
    names: Vec<UnitId>,
}

/// Visits every world.
pub fn search<'a>(judge: &'a Judge<'_>, limits: &'a mut Limits<'a>) -> Searched {
    let program = judge.space.program;
    let options = limits.options();
    // Where not everybody may go next, turns that could come first may not be allowed to.
    let reducer = match options.reduction {
        Reduction::None => None,
        _ if options.respect_gil => None,
        some @ (Reduction::Order | Reduction::Symmetry | Reduction::All) => Some(Reducer::new(program, some)),
    };
    let mut search = Search {
        judge,
        reducer,
        limits,
        parts: Parts::new(&World::new(program)),
        shards: (0..SHARDS).map(Shard::new).collect(),
        has_cycles: has_while(program),
        found: Searched::default(),
    };
    search.run();
    search.found
}

/// Whether there is a loop that may go on for ever. Without one every step leads nearer to the end.
fn has_while(program: &Program) -> bool {
    program.ops.iter().any(|op| {
        let Op::Loop { to } = *op else { return false };
        !matches!(program.ops[to as usize], Op::Count { .. } | Op::Each { .. })
    })
}

impl<'p> Search<'_, 'p> {
    fn run(&mut self) {
        let start = Expander::new(self.shared()).start();
        self.merge(vec![start]);
        self.shards.iter_mut().for_each(|shard| shard.transitions = 0);
        loop {
            self.shards.iter_mut().for_each(Shard::turn_over);
            let pieces = self.pieces();
            if pieces.is_empty() {
                break;
            }
            for batch in pieces.chunks(BATCH) {
                self.count();
                let found = !self.found.hits.is_empty();
                self.found.stopped = self.limits.reached(&self.found.progress, found);
                if self.found.stopped.is_some() {
                    return;
                }
                let done = self.expand(batch);
                self.merge(done);
            }
            self.found.progress.layer += 1;
        }
        self.count();
        self.look_for_endless();
    }

    fn shared(&self) -> Shared<'_, 'p> {
        Shared {
            judge: self.judge,
            reducer: self.reducer.as_ref(),
            parts: &self.parts,
            shards: &self.shards,
            has_cycles: self.has_cycles,
            respects_gil: self.limits.options().respect_gil,
        }
    }

    /// The worlds of this layer in pieces: the shard, and which of its worlds.
    fn pieces(&self) -> Vec<(usize, std::ops::Range<usize>)> {
        let mut pieces = Vec::new();
        for (shard, worlds) in self.shards.iter().enumerate().map(|(at, shard)| (at, shard.layer.len())) {
            let starts = (0..worlds).step_by(PIECE);
            pieces.extend(starts.map(|start| (shard, start..worlds.min(start + PIECE))));
        }
        pieces
    }

    fn expand(&self, batch: &[(usize, std::ops::Range<usize>)]) -> Vec<Expanded> {
        let shared = self.shared();
        let worker = || Expander::new(shared);
        in_parallel(self.limits.options().jobs, batch.len(), worker, |expander, piece| {
            let (shard, worlds) = &batch[piece];
            let shard = &shared.shards[*shard];
            for at in worlds.clone() {
                expander.expand(shard.state_at(at), shard.layer.packed(at));
            }
            expander.done()
        })
    }

    /// Puts what pieces of work came to where it belongs.
    fn merge(&mut self, mut done: Vec<Expanded>) {
        let shards: Vec<std::sync::Mutex<Shard>> =
            std::mem::take(&mut self.shards).into_iter().map(std::sync::Mutex::new).collect();
        let keep_edges = self.has_cycles;
        let nothing = || ();
        in_parallel(
            if done.len() > 1 { self.limits.options().jobs } else { 1 },
            SHARDS,
            nothing,
            |(), shard| {
                let mut into = shards[shard].lock().expect("no piece of work panics");
                for expanded in &done {
                    expanded.next[shard].iter().for_each(|next| into.visit(next, &expanded.rows, keep_edges));
                }
            },
        );
        let unlock = |shard: std::sync::Mutex<Shard>| shard.into_inner().expect("no piece of work panics");
        self.shards = shards.into_iter().map(unlock).collect();
        for expanded in &mut done {
            self.found.finals.append(&mut expanded.finals);
            for (sign, state, turn) in expanded.seen.drain(..) {
                if !self.found.hits.contains_key(&sign.key) {
                    let schedule = self.schedule(state, turn);
                    self.found.hits.insert(sign.key.clone(), Hit { sign, schedule, within: Vec::new() });
                }
            }
        }
    }

    fn count(&mut self) {
        let progress = &mut self.found.progress;
        progress.states = self.shards.iter().map(|shard| shard.len() as u64).sum();
        progress.transitions = self.shards.iter().map(|shard| shard.transitions).sum();
        progress.memory = self.shards.iter().map(Shard::bytes).sum::<u64>() + self.parts.bytes();
    }

    fn origin(&self, state: State) -> Origin {
        self.shards[state as usize % SHARDS].origin(state)
    }

    /// The way to a state, and perhaps one turn more.
    fn way(&self, state: State, turn: Option<Origin>) -> Vec<Taken> {
        let mut origins: Vec<Origin> = turn.into_iter().collect();
        let mut at = state;
        while at != START {
            origins.push(self.origin(at));
            at = self.origin(at).from;
        }
        let mut way: Vec<Taken> = Vec::new();
        let mut guide = Guide { world: World::new(self.judge.space.program), names: Vec::new() };
        for origin in origins.iter().rev() {
            let taken = self.follow(&mut guide, way.last(), *origin);
            way.push(taken);
        }
        way
    }

    /// One turn further on the way to a state. The guide goes through the worlds as the table has them, in
    /// which units may have exchanged their names.
    fn follow(&self, guide: &mut Guide, last: Option<&Taken>, origin: Origin) -> Taken {
        let space = &self.judge.space;
        let mut guiding = match last {
            None => space.initial(),
            Some(_) => space.turns(&guide.world, origin.unit).1,
        };
        let guiding = guiding.swap_remove(origin.way as usize);
        let taken = match last {
            None => guiding.clone(),
            Some(last) => {
                let turn = Turn { unit: guide.names[origin.unit.index()], ..guiding.turn };
                space.replay(&last.world, &turn).expect("what can be done can be done under other names")
            }
        };
        guide.names.extend((guide.names.len()..guiding.world.units.len()).map(UnitId::new));
        guide.world = guiding.world;
        if let Some(names) = self.reducer.as_ref().and_then(|reducer| reducer.canonical(&mut guide.world)) {
            let old = guide.names.clone();
            for (unit, name) in old.into_iter().zip(&names) {
                guide.names[name.index()] = unit;
            }
        }
        taken
    }

    /// The way to a state, and one turn more. A turn from [`START`] is what comes before the first step.
    fn schedule(&self, state: State, turn: Option<Origin>) -> Schedule {
        let way = self.way(state, turn);
        let mut turns = way.into_iter().map(|taken| taken.turn);
        let start = turns.next().map_or_else(Vec::new, |start| start.picks);
        Schedule { start, turns: turns.collect() }
    }

    /// The components that can't be left and have no end.
    fn look_for_endless(&mut self) {
        if !self.has_cycles {
            return;
        }
        let edges = self.shards.iter_mut().flat_map(|shard| std::mem::take(&mut shard.edges));
        let graph = Graph::new(edges.filter(|(from, _)| *from != START).collect());
        for state in bottoms(&graph) {
            let way = self.way(state, None);
            let endless = self.judge.endless(&way.last().expect("a way has a start").world);
            for sign in endless.signs {
                let (within, schedule) = (endless.within.clone(), self.schedule(state, None));
                self.found.hits.entry(sign.key.clone()).or_insert(Hit { sign, schedule, within });
            }
        }
    }
}
