//! The search: every world that can be reached.
//!
//! The worlds that were found and not yet expanded are gone through in batches. Workers
//! first take the turns of the worlds of a batch, then put the worlds behind them into the table, a shard at a
//! time. What goes into a shard comes in a fixed order, so that states, numbers and findings are
//! the same for any number of workers.
//!
//! Which worlds come next depends on what is wanted. Who wants to know everything goes layer by layer: a layer
//! holds the worlds that are so many steps away from the start, and takes the least memory. Who wants the first
//! finding goes where most units have to wait ([`Queue`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use crate::base::id::UnitId;
use crate::base::parallel::in_parallel;
use crate::explore::components::{Graph, bottoms};
use crate::explore::expand::{Expanded, Expander, Shared};
use crate::explore::fingerprint::{Fingerprint, of_world};
use crate::explore::limits::Limits;
use crate::explore::pack::{Packed, Parts};
use crate::explore::queue::{Queue, Waiting};
use crate::explore::reduction::Reducer;
use crate::explore::rows::read;
use crate::explore::schedule::{Schedule, Turn};
use crate::explore::space::Taken;
use crate::explore::table::{Origin, SHARDS, START, Shard, State};
use crate::explore::verdict::{Judge, Key, Sign};
use crate::explore::{Bound, Final, Progress};
use crate::ir::program::{Op, Program};
use crate::observe::finding::FindingKind;
use crate::semantics::world::World;

/// How many pieces of a layer are done before their worlds go into the table.
const BATCH: usize = 128;

/// How many worlds of the queue are expanded before it is asked for the next ones, and how many of them are one
/// piece of work.
const QUEUE_BATCH: usize = 64;
const QUEUE_PIECE: usize = 8;

/// Of how many worlds of components that can't be left it is kept that they are in one.
const WITHIN: usize = 100_000;

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
    /// A way there; the shortest, if the search went layer by layer.
    pub schedule: Schedule,
    /// If it shows in whole components: the fingerprints of all their worlds, as [`stand_in`] makes them, sorted.
    pub within: Vec<Fingerprint>,
    /// It shows in no other component.
    pub is_whole: bool,
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
    /// Turns from state to state, if they are kept, with those in the shards.
    edges: Vec<Vec<(State, State)>>,
    queue: Queue,
    /// How many ops were executed.
    spent: AtomicU64,
    /// How many bytes the ends take.
    ends: u64,
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
    let mut search = Search {
        judge,
        reducer: Reducer::of(&judge.space, options.reduction),
        limits,
        parts: Parts::new(&World::new(program)),
        shards: (0..SHARDS).map(Shard::new).collect(),
        has_cycles: has_while(program),
        edges: Vec::new(),
        queue: Queue::default(),
        spent: AtomicU64::new(0),
        ends: 0,
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
        self.found.progress.transitions = 0;
        if self.limits.options().first {
            self.go_by_rank();
        } else {
            self.go_in_layers();
        }
        self.count();
        if self.found.stopped.is_none() {
            self.look_for_endless();
        }
        if self.found.stopped.is_some() && self.has_cycles {
            // What shows at ends and in what goes on for ever may show in components that were not looked at.
            let kinds = [FindingKind::Deadlock, FindingKind::Exception, FindingKind::Livelock];
            let hits = self.found.hits.iter_mut().filter(|(key, _)| kinds.contains(&key.kind));
            hits.for_each(|(_, hit)| hit.is_whole = false);
        }
    }

    fn go_in_layers(&mut self) {
        loop {
            self.shards.iter_mut().for_each(|shard| shard.turn_over(true));
            let of_shard =
                |shard: usize| (0..self.shards[shard].layer.pieces()).map(move |piece| (shard, piece));
            let pieces: Vec<(usize, usize)> = (0..SHARDS).flat_map(of_shard).collect();
            if pieces.is_empty() {
                return;
            }
            for batch in pieces.chunks(BATCH) {
                if self.has_to_stop() {
                    return;
                }
                let done = self.expand(batch, |expander, (shard, piece), packed| {
                    let (states, mut rows) = self.shards[*shard].piece(*piece);
                    for state in states {
                        let rank = read(&mut rows, packed);
                        expander.expand(state, rank, packed);
                    }
                });
                self.merge(done);
            }
            self.found.progress.layer += 1;
        }
    }

    fn go_by_rank(&mut self) {
        loop {
            for shard in &mut self.shards {
                shard.turn_over(false);
                for (state, rank, row) in shard.all() {
                    self.queue.push(rank, Waiting { state, row: row.into() });
                }
            }
            let batch = self.queue.take(QUEUE_BATCH);
            if batch.is_empty() || self.has_to_stop() {
                return;
            }
            batch.iter().for_each(|world| self.shards[world.state as usize % SHARDS].close(world.state));
            let pieces: Vec<&[Waiting]> = batch.chunks(QUEUE_PIECE).collect();
            let done = self.expand(&pieces, |expander, piece, packed| {
                for world in *piece {
                    let rank = read(&mut &world.row[..], packed);
                    expander.expand(world.state, rank, packed);
                }
            });
            self.merge(done);
            self.found.progress.layer += 1;
        }
    }

    /// Whether the search has to stop before the next batch.
    fn has_to_stop(&mut self) -> bool {
        self.count();
        if self.found.stopped.is_none() {
            let found = !self.found.hits.is_empty();
            self.found.stopped = self.limits.reached(&self.found.progress, found);
        }
        self.found.stopped.is_some()
    }

    fn shared(&self) -> Shared<'_, 'p> {
        Shared {
            judge: self.judge,
            reducer: self.reducer.as_ref(),
            parts: &self.parts,
            shards: &self.shards,
            has_cycles: self.has_cycles,
            caps: self.limits.options().caps,
            spent: &self.spent,
        }
    }

    fn expand<P: Sync>(
        &self,
        pieces: &[P],
        work: impl Fn(&mut Expander<'_, 'p>, &P, &mut Packed) + Sync,
    ) -> Vec<Expanded> {
        let shared = self.shared();
        let worker = || (Expander::new(shared), Packed::new());
        in_parallel(self.limits.options().jobs, pieces.len(), worker, |(expander, packed), piece| {
            work(expander, &pieces[piece], packed);
            expander.done()
        })
    }

    /// Puts what pieces of work came to where it belongs.
    fn merge(&mut self, mut done: Vec<Expanded>) {
        for expanded in &mut done {
            self.found.progress.transitions += expanded.transitions;
            for end in std::mem::take(&mut expanded.finals) {
                let bytes = end.bytes();
                if self.ends + bytes > self.limits.options().max_memory {
                    self.found.stopped = Some(Bound::Memory);
                    break;
                }
                self.ends += if self.found.finals.insert(end) { bytes } else { 0 };
            }
            for (sign, state, turn) in expanded.seen.drain(..) {
                if !self.found.hits.contains_key(&sign.key) {
                    let schedule = self.schedule(state, turn);
                    self.found
                        .hits
                        .insert(sign.key.clone(), Hit { sign, schedule, within: Vec::new(), is_whole: true });
                }
            }
        }
        if let Some(cap) = done.iter().find_map(|expanded| expanded.capped) {
            self.found.stopped = Some(cap);
            return;
        }
        if self.memory_with(&done) > self.limits.options().max_memory {
            self.found.stopped = Some(Bound::Memory);
            return;
        }
        let next: usize = done.iter().flat_map(|expanded| &expanded.next).map(Vec::len).sum();
        let room = self.limits.options().max_states.map_or(u64::MAX, |most| most - self.states());
        if next as u64 <= room {
            self.visit_all(&done);
        } else {
            self.visit_some(&done, room);
        }
        self.edges.extend(done.into_iter().map(|expanded| expanded.edges).filter(|edges| !edges.is_empty()));
    }

    fn visit_all(&mut self, done: &[Expanded]) {
        let shards: Vec<Mutex<Shard>> =
            std::mem::take(&mut self.shards).into_iter().map(Mutex::new).collect();
        let jobs = if done.len() > 1 { self.limits.options().jobs } else { 1 };
        let nothing = || ();
        in_parallel(jobs, SHARDS, nothing, |(), shard| {
            let mut into = shards[shard].lock().expect("no piece of work panics");
            for expanded in done {
                for next in &expanded.next[shard] {
                    into.visit(next, &expanded.rows, self.has_cycles);
                }
            }
        });
        let unlock = |shard: Mutex<Shard>| shard.into_inner().expect("no piece of work panics");
        self.shards = shards.into_iter().map(unlock).collect();
    }

    /// The same where only so many worlds have room, which are the first ones. It is told if there are more.
    fn visit_some(&mut self, done: &[Expanded], room: u64) {
        let most = self.states() + room;
        for expanded in done {
            for (shard, next) in expanded.next.iter().enumerate() {
                for next in next {
                    if self.states() < most || self.shards[shard].known(next.print).is_some() {
                        self.shards[shard].visit(next, &expanded.rows, self.has_cycles);
                    } else {
                        self.found.stopped = Some(Bound::States);
                    }
                }
            }
        }
    }

    fn states(&self) -> u64 {
        self.shards.iter().map(|shard| shard.len() as u64).sum()
    }

    fn count(&mut self) {
        self.found.progress.states = self.states();
        self.found.progress.memory = self.memory_with(&[]);
    }

    /// How many bytes the search takes when what pieces of work came to was put into the table.
    fn memory_with(&self, done: &[Expanded]) -> u64 {
        let next = |shard: usize| done.iter().map(|expanded| expanded.next[shard].len()).sum::<usize>();
        let shards =
            self.shards.iter().enumerate().map(|(at, shard)| shard.bytes_with(next(at))).sum::<u64>();
        // The rows of the next layer are copied.
        let more = done.iter().map(|expanded| expanded.bytes() + expanded.rows.len() as u64).sum::<u64>();
        let edges: usize = self.edges.iter().map(|edges| size_of_val(&edges[..])).sum();
        shards + more + edges as u64 + self.ends + self.queue.bytes() + self.parts.bytes()
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
        schedule_of(self.way(state, turn))
    }

    /// The components that can't be left and have no end.
    fn look_for_endless(&mut self) {
        if !self.has_cycles {
            return;
        }
        let mut edges = std::mem::take(&mut self.edges);
        edges.extend(self.shards.iter_mut().map(|shard| std::mem::take(&mut shard.edges)));
        let graph = Graph::new(edges);
        let mut room = WITHIN;
        for state in bottoms(&graph) {
            let way = self.way(state, None);
            let last = way.last().expect("a way has a start");
            let Some(signs) = self.endless(last) else { return };
            if signs.is_empty() {
                continue;
            }
            let print = |world: &World| stand_in(self.reducer.as_ref(), world);
            let within = self.judge.reached_from(last, room, print);
            room -= within.as_ref().map_or(room, Vec::len);
            let schedule = schedule_of(way);
            for sign in signs {
                let hit = self.found.hits.entry(sign.key.clone());
                let schedule = schedule.clone();
                let hit = hit.or_insert(Hit { sign, schedule, within: Vec::new(), is_whole: true });
                hit.is_whole &= within.is_some();
                hit.within.extend(within.iter().flatten());
            }
        }
        for hit in self.found.hits.values_mut() {
            hit.within.sort_unstable();
            hit.within.dedup();
        }
    }

    /// What shows in the component that a turn leads to; nothing if the search has to be given up.
    fn endless(&mut self, last: &Taken) -> Option<Vec<Sign>> {
        let before = self.found.progress;
        let (limits, stopped) = (&mut *self.limits, &mut self.found.stopped);
        let mut goes_on = |bytes| {
            *stopped = limits.reached(&Progress { memory: before.memory + bytes, ..before }, false);
            stopped.is_none()
        };
        self.judge.endless(last, self.reducer.as_ref(), &mut goes_on)
    }
}

/// The fingerprint of the world that stands for this one and all that are the same but for names.
pub(super) fn stand_in(reducer: Option<&Reducer<'_>>, world: &World) -> Fingerprint {
    let Some(reducer) = reducer else { return of_world(world) };
    let mut world = world.clone();
    drop(reducer.canonical(&mut world));
    of_world(&world)
}

fn schedule_of(way: Vec<Taken>) -> Schedule {
    let mut turns = way.into_iter().map(|taken| taken.turn);
    let start = turns.next().map_or_else(Vec::new, |start| start.picks);
    Schedule { start, turns: turns.collect() }
}
