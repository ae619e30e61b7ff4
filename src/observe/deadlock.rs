//! Which units are stuck for ever, and why.
//!
//! A set of units is stuck when nobody outside it, nor anybody whom those may
//! still spawn, can provide what the set waits for. It is found from above: all
//! that wait without a timeout are suspects, and whoever can still be helped is
//! struck off until nothing changes.

use crate::base::id::{InterpreterId, ObjectId, UnitId};
use crate::ir::program::Program;
use crate::observe::finding::Cause;
use crate::observe::footprint::Footprint;
use crate::observe::pipes::Ends;
use crate::observe::tangle::untangle;
use crate::semantics::object::Provider;
use crate::semantics::world::{Rest, Status, Wait, World};
use crate::syntax::ast::UnitKind;

/// Units that are stuck for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// Why.
    pub cause: Cause,
    /// The units at the root of it; in a cycle each waits for the next one.
    pub units: Vec<UnitId>,
    /// Units that are stuck because they wait for those, directly or not.
    pub victims: Vec<UnitId>,
    /// Stuck units, those among them, that could still do what the units need, if they went on.
    pub tangled: Vec<UnitId>,
}

/// All units that are stuck for ever, by their reasons, in the order of their first units.
///
/// With `at_end` nothing else can happen any more: whoever waits is stuck, and daemons do not count.
#[must_use]
pub fn stuck(program: &Program, world: &World, at_end: bool) -> Vec<Stuck> {
    let suspects = suspects(program, world, at_end);
    let mut reasons = Vec::new();
    let mut rooted = vec![false; world.units.len()];
    for units in full_pools(world, &suspects) {
        units.iter().for_each(|member| rooted[member.index()] = true);
        reasons.push(Stuck { cause: Cause::Join, units, victims: Vec::new(), tangled: Vec::new() });
    }
    for unit in ids(&suspects) {
        if rooted[unit.index()] {
            continue;
        }
        if let Some((cause, units)) = root_at(world, &suspects, unit)
            && !units.iter().any(|member| rooted[member.index()])
        {
            units.iter().for_each(|member| rooted[member.index()] = true);
            reasons.push(Stuck { cause, units, victims: Vec::new(), tangled: Vec::new() });
        }
    }
    for unit in ids(&suspects).filter(|unit| !rooted[unit.index()]).collect::<Vec<_>>() {
        if let Some(root) = root_of(world, &suspects, &rooted, unit)
            && let Some(reason) = reasons.iter_mut().find(|reason| reason.units.contains(&root))
        {
            reason.victims.push(unit);
        }
    }
    let mut reasons = untangle(program, world, reasons);
    reasons.retain(|reason| is_worth_telling(world, reason, at_end));
    reasons
}

/// A daemon that waits harms nobody, unless it is tangled up with others.
fn is_worth_telling(world: &World, reason: &Stuck, at_end: bool) -> bool {
    let is_daemon = |unit: &UnitId| !world.is_waited_for(*unit);
    let harmless = reason.units.iter().chain(&reason.victims).all(is_daemon);
    !harmless || (!at_end && matches!(reason.cause, Cause::Cycle | Cause::Itself))
}

fn suspects(program: &Program, world: &World, at_end: bool) -> Vec<bool> {
    let waits = |unit: &crate::semantics::world::Unit| {
        unit.endless_wait().is_some_and(|wait| !matches!(wait, Wait::Channel(_)))
    };
    let waiting: Vec<bool> = world.units.iter().map(waits).collect();
    let blockers = blockers(world, &waiting);
    let is_blocked = |unit: usize| blockers[unit].is_some();
    let mut suspects: Vec<bool> =
        waiting.iter().enumerate().map(|(unit, waits)| *waits || is_blocked(unit)).collect();
    if at_end {
        return suspects;
    }
    loop {
        let others = (0..world.units.len()).filter(|&unit| !suspects[unit] && !world.units[unit].has_ended());
        let footprint = Footprint::of(program, world, others.map(UnitId::new));
        // Who may be killed is not stuck for ever.
        let is_hunted = footprint.calls_on_some(&["terminate", "kill"]);
        let is_over_soon = |unit: UnitId| {
            is_hunted && world.process_of(unit) != InterpreterId(0)
                || can_be_helped((program, world), (&suspects, &footprint), unit)
        };
        let is_kept = |unit: &UnitId| blockers[unit.index()].is_some_and(|by| suspects[by.index()]);
        let helped: Vec<UnitId> =
            ids(&suspects).filter(|unit| is_over_soon(*unit) && !is_kept(unit)).collect();
        if helped.is_empty() {
            break;
        }
        helped.iter().for_each(|unit| suspects[unit.index()] = false);
    }
    suspects
}

/// For each unit the one that keeps it from going on, because it blocks the thread that both live on and waits as long as
/// it takes.
fn blockers(world: &World, waiting: &[bool]) -> Vec<Option<UnitId>> {
    if !world.has_tasks() {
        return vec![None; waiting.len()];
    }
    let mut by_thread: Vec<Option<UnitId>> = vec![None; waiting.len()];
    for unit in ids(waiting).filter(|unit| world.units[unit.index()].rest == Rest::Running) {
        by_thread[world.infos[unit.index()].thread.index()] = Some(unit);
    }
    let blocker = |unit: UnitId| {
        let by = by_thread[world.infos[unit.index()].thread.index()];
        by.filter(|by| *by != unit && !world.units[unit.index()].has_ended())
    };
    (0..waiting.len()).map(UnitId::new).map(blocker).collect()
}

/// Whether someone who is not stuck may provide what the unit waits for.
fn can_be_helped(
    (program, world): (&Program, &World),
    (suspects, footprint): (&[bool], &Footprint<'_>),
    unit: UnitId,
) -> bool {
    let is_free = |other: UnitId| !suspects[other.index()] && !world.units[other.index()].has_ended();
    let waiting = &world.units[unit.index()];
    match waiting.endless_wait() {
        _ if may_be_cancelled(world, (suspects, footprint), unit) => true,
        Some(Wait::End(other)) => world.units[other.index()].has_ended() || is_free(other),
        Some(Wait::When) => footprint.may_change_condition(world.infos[unit.index()].interpreter, waiting.pc),
        Some(
            wait @ (Wait::Acquire(object)
            | Wait::Channel(object)
            | Wait::Set(object)
            | Wait::Notify(object)
            | Wait::Barrier(object)
            | Wait::Get(object)
            | Wait::Put(object)
            | Wait::Drained(object)
            | Wait::Flushed(object)),
        ) => match world.objects[object.index()].provider(wait) {
            Provider::Free | Provider::Time => true,
            Provider::Caller(methods) => footprint.may_call(object, methods),
            Provider::Only(owner) => is_free(owner),
            Provider::Peer(peer, methods) => {
                footprint.may_call(peer, methods) || footprint.may_call(object, &["close"])
            }
            Provider::Stream { child, for_room } => {
                Ends::of(program, world, (object, child)).may_help(for_room, (&is_free, footprint))
            }
        },
        // Jobs get workers in the order of the queue, so that one worker that becomes free is enough for all. Or a job
        // is cancelled.
        Some(Wait::Worker(pool)) => {
            world.pool(pool).busy().any(is_free) || footprint.calls_on_some(&["cancel"])
        }
        Some(Wait::Idle(pool)) => world.pool(pool).busy().chain(world.pool(pool).queued()).all(is_free),
        None => true,
    }
}

/// Whether someone who is not stuck may cancel the unit: by `cancel()`, as the body of its thread ends, as one of its group
/// fails, or as its own time for awaiting it is over.
fn may_be_cancelled(world: &World, (suspects, footprint): (&[bool], &Footprint<'_>), unit: UnitId) -> bool {
    let info = &world.infos[unit.index()];
    if world.units[unit.index()].rest != Rest::Awaits {
        return false;
    }
    let is_free =
        |other: UnitId| other != unit && !suspects[other.index()] && !world.units[other.index()].has_ended();
    let is_task = info.kind == UnitKind::Task;
    let in_group = |other: UnitId| {
        let info = &world.infos[other.index()];
        info.group.map(|group| (info.parent, group))
    };
    let may_fail = |other: UnitId| {
        let group = in_group(other);
        group.is_some_and(|(owner, _)| owner == unit)
            || (is_task && group.is_some() && group == in_group(unit))
    };
    let awaits = |other: UnitId| matches!(world.units[other.index()].status, Status::Waiting { wait: Wait::End(end), .. } if end == unit);
    let owner = info.group.map(|_| info.parent);
    let may_end =
        || footprint.calls_on_some(&["cancel"]) || is_free(info.thread) || owner.is_some_and(is_free);
    (is_task && may_end())
        || (0..world.units.len())
            .map(UnitId::new)
            .any(|other| is_free(other) && (may_fail(other) || (is_task && awaits(other))))
}

fn ids(suspects: &[bool]) -> impl Iterator<Item = UnitId> {
    (0..suspects.len()).filter(|&unit| suspects[unit]).map(UnitId::new)
}

/// Whom a stuck unit waits for, if it is a unit.
fn waits_for(world: &World, unit: UnitId) -> Option<UnitId> {
    let Some(wait) = world.units[unit.index()].endless_wait() else { return blocked_by(world, unit) };
    match wait {
        Wait::Acquire(object) => {
            let state = &world.objects[object.index()];
            state.holder().filter(|_| !state.is_orphaned())
        }
        Wait::End(other) => Some(other),
        Wait::Worker(pool) => world.pool(pool).busy().next(),
        Wait::Idle(pool) => {
            let state = world.pool(pool);
            state.busy().chain(state.queued()).find(|job| world.units[job.index()].endless_wait().is_some())
        }
        Wait::Channel(_)
        | Wait::When
        | Wait::Set(_)
        | Wait::Notify(_)
        | Wait::Barrier(_)
        | Wait::Get(_)
        | Wait::Put(_)
        | Wait::Drained(_)
        | Wait::Flushed(_) => None,
    }
}

/// Who blocks the thread on which a unit lives, which waits for nothing else.
fn blocked_by(world: &World, unit: UnitId) -> Option<UnitId> {
    let thread = world.infos[unit.index()].thread;
    world.runs_on(thread).filter(|other| *other != unit && !world.units[unit.index()].has_ended())
}

/// The reason that begins at this unit, if one does.
fn root_at(world: &World, suspects: &[bool], unit: UnitId) -> Option<(Cause, Vec<UnitId>)> {
    // Whose thread is blocked is none: it is behind the one that blocks it.
    let wait = world.units[unit.index()].endless_wait()?;
    // Whoever waits for the same thing of one object is stuck for the same reason.
    let all = || {
        let same = |other: &UnitId| world.units[other.index()].endless_wait() == Some(wait);
        ids(suspects).filter(same).collect()
    };
    let Some(next) = waits_for(world, unit) else {
        let (cause, units) = match wait {
            Wait::When => (Cause::LostSignal, vec![unit]),
            Wait::Acquire(object) if world.objects[object.index()].is_orphaned() => {
                (Cause::HolderEnded, all())
            }
            Wait::Acquire(_) | Wait::Channel(_) | Wait::End(_) | Wait::Set(_) | Wait::Notify(_) => {
                (Cause::LostSignal, all())
            }
            Wait::Get(object) | Wait::Put(object) if world.objects[object.index()].as_queue().is_none() => {
                (Cause::Pipe, all())
            }
            Wait::Get(_) | Wait::Put(_) | Wait::Drained(_) | Wait::Flushed(_) => (Cause::Queue, all()),
            Wait::Barrier(_) => (Cause::Barrier, all()),
            Wait::Worker(_) | Wait::Idle(_) => (Cause::Join, all()),
        };
        return Some((cause, units));
    };
    if next == unit {
        return Some((Cause::Itself, vec![unit]));
    }
    if !suspects[next.index()] {
        let is_for_units = matches!(wait, Wait::End(_) | Wait::Worker(_) | Wait::Idle(_));
        let cause = if is_for_units { Cause::Join } else { Cause::HolderEnded };
        return Some((cause, all()));
    }
    let cycle = cycle_from(world, suspects, unit)?;
    let joins = |member: &UnitId| {
        let wait = world.units[member.index()].endless_wait();
        matches!(wait, Some(Wait::End(_) | Wait::Worker(_) | Wait::Idle(_)) | None)
    };
    let joins_only = cycle.iter().all(joins);
    Some((if joins_only { Cause::Join } else { Cause::Cycle }, cycle))
}

/// Pools that wait for themselves: the jobs that have their workers, all of which wait, directly or not, for jobs that
/// have none.
fn full_pools(world: &World, suspects: &[bool]) -> Vec<Vec<UnitId>> {
    let waits_for_queue = |pool: ObjectId, job: UnitId| {
        let queued = Some(Wait::Worker(pool));
        let mut at = Some(job);
        let mut chain = std::iter::from_fn(|| {
            at = waits_for(world, at?);
            at
        });
        chain.by_ref().take(world.units.len()).any(|unit| world.units[unit.index()].endless_wait() == queued)
    };
    let mut pools: Vec<ObjectId> = ids(suspects)
        .filter_map(|unit| match world.units[unit.index()].endless_wait() {
            Some(Wait::Worker(pool)) => Some(pool),
            Some(_) | None => None,
        })
        .collect();
    pools.sort_unstable();
    pools.dedup();
    let jobs = pools.into_iter().map(|pool| (pool, world.pool(pool).busy().collect::<Vec<_>>()));
    let full = jobs.filter(|(pool, jobs)| {
        !jobs.is_empty() && jobs.iter().all(|job| suspects[job.index()] && waits_for_queue(*pool, *job))
    });
    full.map(|(_, jobs)| jobs).collect()
}

/// The cycle of waits that this unit is on, from its first unit on.
fn cycle_from(world: &World, suspects: &[bool], unit: UnitId) -> Option<Vec<UnitId>> {
    let mut cycle = vec![unit];
    let mut at = waits_for(world, unit)?;
    while at != unit {
        if !suspects[at.index()] || cycle.len() > world.units.len() {
            return None;
        }
        cycle.push(at);
        at = waits_for(world, at)?;
    }
    Some(cycle)
}

/// The unit at the root of what keeps this one stuck.
fn root_of(world: &World, suspects: &[bool], rooted: &[bool], unit: UnitId) -> Option<UnitId> {
    let mut at = unit;
    for _ in 0..world.units.len() {
        at = waits_for(world, at)?;
        if rooted[at.index()] {
            return Some(at);
        }
        if !suspects[at.index()] {
            return None;
        }
    }
    None
}

/// The objects that stuck units wait for, in the order of the units.
#[must_use]
pub fn objects_waited_for(world: &World, units: &[UnitId]) -> Vec<ObjectId> {
    units.iter().filter_map(|unit| world.units[unit.index()].endless_wait()?.object()).collect()
}
