//! Reasons that hang together: units wait for something that only stuck units
//! could still do.
//!
//! A unit that waits for an item, a signal, a permit waits for no one unit. But
//! if among those who are stuck for another reason somebody would come to a
//! `put` later, then that other reason is the one to tell; and if each of two
//! reasons hangs on the other one, they are one.

use crate::base::id::{ObjectId, UnitId};
use crate::ir::program::Program;
use crate::observe::deadlock::Stuck;
use crate::observe::footprint::Footprint;
use crate::observe::pipes::Ends;
use crate::semantics::object::Provider;
use crate::semantics::world::{Wait, World};

/// Among how many stuck units it is looked who hangs on whom; with more, each reason is told for itself.
const UNITS_MAX: usize = 64;

/// What some units need somebody to do: one of these methods of that object.
struct Need {
    wait: Wait,
    object: ObjectId,
    deed: Deed,
}

/// What somebody would have to do.
enum Deed {
    /// One of these methods of the object.
    Call(&'static [&'static str]),
    /// To read or to close the stream of a subprocess.
    Stream { child: UnitId, for_room: bool },
}

/// The same reasons, those that hang on each other being one, and those that hang on others being gone: their
/// units are victims.
pub(super) fn untangle(program: &Program, world: &World, reasons: Vec<Stuck>) -> Vec<Stuck> {
    let needs: Vec<Option<Need>> = reasons.iter().map(|reason| need(world, reason)).collect();
    let units = reasons.iter().map(|reason| reason.units.len() + reason.victims.len()).sum::<usize>();
    if units > UNITS_MAX || needs.iter().all(Option::is_none) {
        return reasons;
    }
    let helpers = helpers(program, world, &reasons, &needs);
    let reach = closure(&helpers);
    let count = reasons.len();
    let is_one = |a: usize, b: usize| a == b || (reach[a][b] && reach[b][a]);
    let is_last = |a: usize| (0..count).all(|b| !reach[a][b] || reach[b][a]);
    let mut told: Vec<Stuck> = Vec::new();
    let mut place = vec![None; count];
    for a in (0..count).filter(|&a| is_last(a)) {
        if let Some(first) = (0..a).find(|&b| is_one(a, b)) {
            place[a] = place[first];
        } else {
            place[a] = Some(told.len());
            let empty = Vec::new;
            told.push(Stuck { cause: reasons[a].cause, units: empty(), victims: empty(), tangled: empty() });
        }
    }
    for (a, reason) in reasons.into_iter().enumerate() {
        let root = (0..count).find(|&b| (a == b || reach[a][b]) && is_last(b));
        let root = root.and_then(|b| place[b]).expect("whoever follows reasons comes to a last one");
        if place[a].is_some() {
            // Whichever unit comes first: it must not matter which of several alike is which.
            told[root].cause = told[root].cause.min(reason.cause);
            told[root].units.extend(reason.units);
            told[root].tangled.extend((0..count).flat_map(|b| helpers[a][b].iter().copied()));
        } else {
            told[root].victims.extend(reason.units);
        }
        told[root].victims.extend(reason.victims);
    }
    for reason in &mut told {
        reason.tangled.sort_unstable();
        reason.tangled.dedup();
    }
    told
}

/// What the units of a reason need, if it is something that anybody could do.
fn need(world: &World, reason: &Stuck) -> Option<Need> {
    let wait = world.units[reason.units.first()?.index()].endless_wait()?;
    let object = wait.object()?;
    // A lock is in the hands of its holder.
    if world.objects[object.index()].holder().is_some() && matches!(wait, Wait::Acquire(_)) {
        return None;
    }
    match world.objects[object.index()].provider(wait) {
        Provider::Caller(methods) => Some(Need { wait, object, deed: Deed::Call(methods) }),
        Provider::Peer(peer, methods) => Some(Need { wait, object: peer, deed: Deed::Call(methods) }),
        Provider::Stream { child, for_room } => {
            Some(Need { wait, object, deed: Deed::Stream { child, for_room } })
        }
        Provider::Free | Provider::Only(_) | Provider::Time => None,
    }
}

/// For each two reasons the units of the second one that could do what the first one needs.
fn helpers(
    program: &Program,
    world: &World,
    reasons: &[Stuck],
    needs: &[Option<Need>],
) -> Vec<Vec<Vec<UnitId>>> {
    let mut helpers = vec![vec![Vec::new(); reasons.len()]; reasons.len()];
    for (b, reason) in reasons.iter().enumerate() {
        for &unit in reason.units.iter().chain(&reason.victims) {
            let footprint = Footprint::of(program, world, std::iter::once(unit));
            for (a, need) in needs.iter().enumerate() {
                let Some(need) = need else { continue };
                let would = match need.deed {
                    Deed::Call(methods) => footprint.may_call(need.object, methods),
                    Deed::Stream { child, for_room } => Ends::of(program, world, (need.object, child))
                        .would_help(for_room, (unit, &footprint)),
                };
                if is_candidate(world, need, unit) && would {
                    helpers[a][b].push(unit);
                }
            }
        }
    }
    helpers
}

/// Whoever waits for the same is no help, and who waits for the next item of a queue is done with the one before.
fn is_candidate(world: &World, need: &Need, unit: UnitId) -> bool {
    let own = world.units[unit.index()].endless_wait();
    let is_done = matches!(need.wait, Wait::Drained(_)) && own == Some(Wait::Get(need.object));
    own != Some(need.wait) && !is_done
}

/// Which reason hangs on which one, directly or not.
fn closure(helpers: &[Vec<Vec<UnitId>>]) -> Vec<Vec<bool>> {
    let count = helpers.len();
    let mut reach: Vec<Vec<bool>> =
        helpers.iter().map(|row| row.iter().map(|units| !units.is_empty()).collect()).collect();
    for via in 0..count {
        for from in 0..count {
            if reach[from][via] {
                let further = reach[via].clone();
                reach[from].iter_mut().zip(further).for_each(|(to, also)| *to |= also);
            }
        }
    }
    reach
}
