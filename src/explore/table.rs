//! The worlds that were visited: their fingerprints and how they were reached.
//!
//! The table is cut into shards by the fingerprints, so that several threads can
//! fill it at once, each its own shards. A state is numbered within its shard, in
//! an order that does not depend on the threads.

use std::ops::Range;

use hashbrown::HashTable;

use crate::base::id::UnitId;
use crate::explore::fingerprint::Fingerprint;
use crate::explore::pack::short;
use crate::explore::rows::{Rows, split};

/// How many shards there are, a power of two; fixed, since states are numbered by them.
pub(super) const SHARDS: usize = 16;

/// The number of a state: its place in its shard, and the shard in the lowest bits.
pub(super) type State = u32;

/// Where the states before the first step come from.
pub(super) const START: State = State::MAX;

/// How a state was reached first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// From which state; [`START`] if it is one before the first step.
    pub(super) from: State,
    /// Whose turn.
    pub(super) unit: UnitId,
    /// The how-manieth of the turns that the unit could take there.
    pub(super) way: u32,
}

/// A world that a turn leads to.
#[derive(Clone, Debug)]
pub(super) struct Next {
    pub(super) print: Fingerprint,
    pub(super) origin: Origin,
    /// Where its row stands among all of them.
    pub(super) row: Range<usize>,
}

/// How many worlds of a layer one piece of work has.
const PIECE: usize = 128;

/// Worlds of one layer that fall into one shard, one behind the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    /// The first state of it in the shard.
    first: usize,
    len: usize,
    rows: Rows,
    /// Where each piece begins.
    pieces: Vec<usize>,
}

impl Layer {
    /// How many pieces it falls into.
    pub(super) fn pieces(&self) -> usize {
        self.pieces.len()
    }

    /// The rows of a piece and of all that come after it.
    fn rows_from(&self, piece: usize) -> &[u8] {
        self.rows.bytes(self.pieces.get(piece).copied().unwrap_or_default()..self.rows.len())
    }

    fn push(&mut self, row: &[u8]) {
        if self.len.is_multiple_of(PIECE) {
            self.pieces.push(self.rows.len());
        }
        self.rows.push_bytes(row);
        self.len += 1;
    }

    fn bytes(&self) -> usize {
        self.rows.len() + size_of_val(&self.pieces[..])
    }
}

/// A part of the table.
#[derive(Debug, Default)]
pub(super) struct Shard {
    number: usize,
    prints: Vec<Fingerprint>,
    origins: Vec<Origin>,
    /// Which states were expanded, or are about to be.
    closed: Vec<bool>,
    table: HashTable<u32>,
    /// The layer that is being left, and the one behind it.
    pub(super) layer: Layer,
    next: Layer,
    /// Turns that led to a state of this shard first, or at the same time, from state to state; if they are kept.
    pub(super) edges: Vec<(State, State)>,
}

/// The shard that a fingerprint falls into.
pub(super) const fn shard_of(print: Fingerprint) -> usize {
    print.to_le_bytes()[8] as usize % SHARDS
}

impl Shard {
    pub(super) fn new(number: usize) -> Self {
        Self { number, ..Self::default() }
    }

    fn state(&self, at: usize) -> State {
        let at = u32::try_from(at * SHARDS + self.number);
        at.expect("memory is bounded below 2^32 states")
    }

    /// How many states it has.
    pub(super) fn len(&self) -> usize {
        self.prints.len()
    }

    /// The worlds of a piece of the layer that is being left, and the rows of these and those behind them.
    pub(super) fn piece(&self, piece: usize) -> (impl Iterator<Item = State> + '_, &[u8]) {
        let worlds = piece * PIECE..self.layer.len.min((piece + 1) * PIECE);
        (worlds.map(|at| self.state(self.layer.first + at)), self.layer.rows_from(piece))
    }

    /// All worlds of the layer that is being left, with the rank and the row of each.
    pub(super) fn all(&self) -> impl Iterator<Item = (State, u32, &[u8])> + '_ {
        let mut rows = self.layer.rows_from(0);
        (0..self.layer.len).map(move |at| {
            let (rank, row) = split(&mut rows);
            (self.state(self.layer.first + at), rank, row)
        })
    }

    /// How a state was reached.
    pub(super) fn origin(&self, state: State) -> Origin {
        self.origins[state as usize / SHARDS]
    }

    /// The fingerprint of a state.
    pub(super) fn print(&self, state: State) -> Fingerprint {
        self.prints[state as usize / SHARDS]
    }

    /// The state of a world, if it was visited.
    pub(super) fn known(&self, print: Fingerprint) -> Option<State> {
        self.find(print).map(|at| self.state(at))
    }

    /// Whether a world was expanded, or is about to be in the batch that is under way.
    pub(super) fn is_closed(&self, print: Fingerprint) -> bool {
        self.find(print).is_some_and(|at| self.closed[at])
    }

    /// A state is about to be expanded.
    pub(super) fn close(&mut self, state: State) {
        self.closed[state as usize / SHARDS] = true;
    }

    fn find(&self, print: Fingerprint) -> Option<usize> {
        self.table.find(short(print), |&at| self.prints[at as usize] == print).map(|&at| at as usize)
    }

    /// Adds a world, unless it is known.
    pub(super) fn visit(&mut self, next: &Next, rows: &Rows, keep_edges: bool) {
        let at = self.find(next.print).unwrap_or_else(|| {
            let at = self.prints.len();
            self.prints.push(next.print);
            self.origins.push(next.origin);
            self.closed.push(false);
            let prints = &self.prints;
            let narrow = u32::try_from(at).expect("memory is bounded below 2^32 states");
            self.table.insert_unique(short(next.print), narrow, |&at| short(prints[at as usize]));
            self.next.push(rows.bytes(next.row.clone()));
            at
        });
        if keep_edges && next.origin.from != START {
            self.edges.push((next.origin.from, self.state(at)));
        }
    }

    /// Goes on to the next layer. With `close`, all of it is about to be expanded.
    pub(super) fn turn_over(&mut self, close: bool) {
        self.layer = std::mem::take(&mut self.next);
        self.layer.first = self.prints.len() - self.layer.len;
        if close {
            self.closed[self.layer.first..].fill(true);
        }
    }

    /// How many bytes it takes when it has so many more states.
    pub(super) fn bytes_with(&self, more: usize) -> u64 {
        let state = size_of::<Fingerprint>() + size_of::<Origin>() + size_of::<bool>();
        // A place in the table takes a byte beside its number. It doubles when seven of eight are taken.
        let places = |states: usize| (states * 8 / 7 + 1).next_power_of_two();
        let places = places(self.prints.len() + more).max(places(self.table.capacity().saturating_sub(1)));
        let bytes = (self.prints.len() + more) * state
            + places * (size_of::<u32>() + 1)
            + self.layer.bytes()
            + self.next.bytes()
            + size_of_val(&self.edges[..]);
        bytes as u64
    }
}
