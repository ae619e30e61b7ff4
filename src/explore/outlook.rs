//! What can still become of the world that a schedule leads to.
//!
//! A run knows only what happens in it. That it will never end can be seen from
//! all that could happen next, as the search sees it; whoever replays the witness
//! of a livelock asks here, and tells the run.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::UnitId;
use crate::explore::components::{Graph, bottoms};
use crate::explore::fingerprint::{Fingerprint, of_world};
use crate::explore::schedule::Schedule;
use crate::explore::space::Taken;
use crate::explore::verdict::{Evidence, Judge};
use crate::explore::walk::walk;
use crate::ir::program::Program;
use crate::observe::livelock::Endless;

/// How many worlds are looked at. Where an end can be reached, one of the first leads there.
const WORLDS_MAX: usize = 20_000;

/// What goes on for ever at the end of a schedule, if no end can be reached from there any more and every way
/// leads to the same.
#[must_use]
pub fn endless(program: &Program, schedule: &Schedule) -> Option<Endless> {
    let judge = Judge::new(program);
    let way = walk(&judge.space, schedule)?;
    let last = way.last()?;
    let world = &last.world;
    // A world differs from those that come again, if only by a value that nobody reads any more.
    let mut all = traps(&judge, last)?.into_iter().map(|trap| found(&judge, &trap));
    let first = all.next()??;
    let is_certain = all.all(|other| other.as_ref() == Some(&first));
    // Who will be stuck may still have to come to it.
    let waiting = judge.space.with_waits(world);
    let waits = |unit: &UnitId| waiting.units[unit.index()].endless_wait().is_some();
    let is_so = first.stuck.iter().flat_map(|stuck| stuck.units.iter().chain(&stuck.victims)).all(waits);
    (is_certain && is_so).then_some(first)
}

/// What is wrong in the part of the graph that a turn leads to and that can't be left, if anything is.
fn found(judge: &Judge<'_>, last: &Taken) -> Option<Endless> {
    let signs = judge.endless(last, None, &mut |_| true)?;
    let mut endless = Endless { movers: seen(judge, last)?.movers, ..Endless::default() };
    for sign in &signs {
        match &sign.evidence {
            Evidence::Stuck(stuck) => endless.stuck.push(stuck.clone()),
            Evidence::Livelock(rounds) => endless.rounds.clone_from(rounds),
            // A run tells of these by itself.
            Evidence::Exception(..)
            | Evidence::Assertion(..)
            | Evidence::Invariant(..)
            | Evidence::Finally(_)
            | Evidence::Race(_) => {}
        }
    }
    (!signs.is_empty()).then_some(endless)
}

/// A turn into each part of the graph that can't be left, as far as it can be reached from there; none if an
/// end can be reached, too.
fn traps(judge: &Judge<'_>, start: &Taken) -> Option<Vec<Taken>> {
    let Seen { turns, edges, .. } = seen(judge, start)?;
    let first = bottoms(&Graph::new(vec![edges]));
    Some(first.into_iter().map(|at| turns[at as usize].clone()).collect())
}

/// All that can be reached from somewhere without an end.
struct Seen {
    /// A turn to each world.
    turns: Vec<Taken>,
    edges: Vec<(u32, u32)>,
    /// Who takes turns there.
    movers: Vec<UnitId>,
}

/// What can be reached from where a turn leads; none if that is an end, or too much.
fn seen(judge: &Judge<'_>, start: &Taken) -> Option<Seen> {
    let space = &judge.space;
    let mut known: BTreeMap<Fingerprint, u32> = BTreeMap::from([(of_world(&start.world), 0)]);
    let (mut turns, mut edges, mut movers) = (vec![start.clone()], Vec::new(), BTreeSet::new());
    // The last one first: that comes soonest to an end.
    let mut open = vec![0];
    while let Some(from) = open.pop() {
        let taken = &turns[from as usize];
        let edges_before = edges.len();
        if taken.world.is_over() || turns.len() > WORLDS_MAX {
            return None;
        }
        for taken in space.all_turns(&taken.world) {
            movers.insert(taken.turn.unit);
            let number = u32::try_from(turns.len()).ok()?;
            let to = *known.entry(of_world(&taken.world)).or_insert(number);
            edges.push((from, to));
            if to == number {
                open.push(number);
                turns.push(taken);
            }
        }
        if edges.len() == edges_before {
            return None;
        }
    }
    Some(Seen { turns, edges, movers: movers.into_iter().collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::translate;
    use crate::base::span::Source;
    use crate::semantics::turn::Turn;

    /// Who goes on for ever after so many steps of each of those units, and who is stuck.
    fn check(text: &str, turns: &[(u32, usize)], want: Option<(&[u32], usize)>) {
        let source = Source::new("x.conc", text);
        let program = translate(&source, &[]).program.expect("the script is right");
        let turn = |unit| Turn { unit: UnitId(unit), expired: false, picks: Vec::new() };
        let turns = turns.iter().flat_map(|&(unit, times)| vec![turn(unit); times]);
        let schedule = Schedule { start: Vec::new(), turns: turns.collect() };
        let got = endless(&program, &schedule);
        let told = got.as_ref().map(|endless| {
            let rounds = endless.rounds.iter().map(|(unit, _)| unit.0).collect::<Vec<_>>();
            (rounds, endless.stuck.len())
        });
        assert_eq!(told, want.map(|(rounds, stuck)| (rounds.to_vec(), stuck)), "{text}");
    }

    #[test]
    fn what_never_ends_is_told_from_where_it_can_not_be_left() {
        let never = "atomic shared x = 0\ndef f() { while x == 0 { pass } }\nmain { let t = spawn thread f(); t.join() }";
        check(never, &[], Some((&[1], 0)));
        check(never, &[(1, 1)], Some((&[1], 0)));
        let sometimes = "atomic shared x = 0\ndef f() { while x == 0 { pass } }\n\
                         main { let t = spawn thread f(); x = choose(0..2); t.join() }";
        check(sometimes, &[], None);
        let stuck = "lock m\natomic shared x = 0\ndef spin() { while x == 0 { pass } }\n\
                     main { spawn thread(daemon=True) spin(); m.acquire(); m.acquire() }";
        check(stuck, &[], None);
        check(stuck, &[(0, 1)], Some((&[], 1)));
        check(stuck, &[(1, 3), (0, 1)], Some((&[], 1)));
    }

    #[test]
    fn what_ends_is_none_of_it() {
        check("shared x = 0\nmain { for i in 0..100 { x += 1 } }", &[], None);
        check("lock m\nmain { m.acquire(); m.acquire() }", &[(0, 1)], None);
    }
}
