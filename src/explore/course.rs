//! Between schedules and the courses that timed runs take.

use std::collections::VecDeque;

use thiserror::Error;

use crate::base::id::UnitId;
use crate::explore::schedule::{Pick, Schedule};
use crate::explore::space::{Space, Standing, Taken};
use crate::ir::program::Program;
use crate::semantics::turn::{Course, CourseStep, rests_at_turn};
use crate::semantics::world::World;

/// Why a schedule can't be followed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Stray {
    /// What it decides before the first turn can't be decided there.
    #[error("what it picks before the first turn can't be picked there")]
    Start,
    /// A turn, counted from 1, can't be taken.
    #[error("turn {turn} can't be taken: {why}")]
    Turn {
        /// Which.
        turn: usize,
        /// Why not.
        why: String,
    },
}

/// The course of a schedule.
///
/// # Errors
///
/// If it is no schedule of this program.
pub fn course(program: &Program, schedule: &Schedule) -> Result<Course, Stray> {
    let space = Space::new(program);
    let start = space.initial().into_iter().find(|taken| taken.turn.picks == schedule.start);
    let mut way = vec![start.ok_or(Stray::Start)?];
    let mut steps = Vec::new();
    for (at, turn) in schedule.turns.iter().enumerate() {
        let world = &way[way.len() - 1].world;
        let stray = |why| Stray::Turn { turn: at + 1, why };
        if let Some(why) = obstacle(&space, world, turn.unit, turn.expired) {
            return Err(stray(why));
        }
        let pc = world.units[turn.unit.index()].pc;
        // One in a loop without any steps is none in a timed run.
        if rests_at_turn(program, world, turn.unit) {
            steps.push(CourseStep { unit: turn.unit, expired: turn.expired, turn: at, pc });
        }
        let taken = space.replay(world, turn);
        way.push(taken.ok_or_else(|| stray("what it picks can't be picked there".to_owned()))?);
    }
    let world = &way[way.len() - 1].world;
    let mut course = Course { steps, ..Course::of(world) };
    for taken in &way {
        for (unit, pick) in taken.pickers.iter().zip(&taken.turn.picks) {
            course.picks[unit.index()].push(*pick);
        }
    }
    for (unit, roams) in course.roams.iter_mut().enumerate() {
        *roams = !world.units[unit].has_ended() && !rests_at_turn(program, world, UnitId::new(unit));
    }
    Ok(course)
}

/// Why a unit can't take that turn, whatever is picked in it.
fn obstacle(space: &Space<'_>, world: &World, unit: UnitId, expired: bool) -> Option<String> {
    if world.is_over() {
        return Some("the run is over before it".to_owned());
    }
    if unit.index() >= world.units.len() {
        return Some("there is no such unit yet".to_owned());
    }
    let name = world.unit_name(space.program, unit);
    match (space.standing(world, unit), expired) {
        (Standing::Ready, false) | (Standing::MayExpire, true) => None,
        (Standing::Ready, true) if space.may_expire(world, unit) => None,
        (Standing::Ended, _) => Some(format!("{name} has ended")),
        (Standing::Blocked | Standing::MayExpire, false) => Some(format!("{name} has to wait")),
        (Standing::Ready, true) => Some(format!("{name} gives up waiting for what is there")),
        (Standing::Blocked, true) => Some(format!("{name} waits without a timeout")),
    }
}

/// The schedule of the course that a run has taken; none if no schedule leads to the same steps.
#[must_use]
pub fn schedule(program: &Program, course: &Course) -> Option<Schedule> {
    let space = Space::new(program);
    let mut guide =
        Guide { course, picks: course.picks.iter().map(|picks| picks.iter().copied().collect()).collect() };
    let start = guide.choose(space.initial())?;
    let (mut schedule, mut world) = (Schedule { start: start.turn.picks, turns: Vec::new() }, start.world);
    for step in &course.steps {
        let unit = guide.unit(&world, step.unit)?;
        loop {
            let at = world.units.get(unit.index())?;
            let is_step = rests_at_turn(program, &world, unit);
            if is_step && at.pc != step.pc {
                return None;
            }
            let taken = guide.choose(space.take(&world, unit, is_step && step.expired))?;
            schedule.turns.push(taken.turn);
            world = taken.world;
            if is_step {
                break;
            }
        }
    }
    Some(schedule)
}

/// Leads through worlds along a course.
struct Guide<'a> {
    course: &'a Course,
    /// What the units of the course are still to decide.
    picks: Vec<VecDeque<Pick>>,
}

impl Guide<'_> {
    /// The one in which is decided what the course says.
    fn choose(&mut self, all: Vec<Taken>) -> Option<Taken> {
        for taken in all {
            let mut picks = self.picks.clone();
            let mut decisions = taken.pickers.iter().zip(&taken.turn.picks);
            let fits = decisions.all(|(unit, pick)| {
                let number = self.number(&taken.world, *unit);
                number.is_some_and(|number| picks[number.index()].pop_front() == Some(*pick))
            });
            if fits {
                self.picks = picks;
                return Some(taken);
            }
        }
        None
    }

    /// What a unit of a world is called in the course.
    fn number(&self, world: &World, unit: UnitId) -> Option<UnitId> {
        if unit.0 == 0 {
            return Some(unit);
        }
        let parent = world.infos[unit.index()].parent;
        let siblings = world.infos.iter().take(unit.index() + 1).skip(1);
        let nth = siblings.filter(|info| info.parent == parent).count();
        self.course.child(self.number(world, parent)?, nth)
    }

    /// The unit of a world that is called so in the course.
    fn unit(&self, world: &World, number: UnitId) -> Option<UnitId> {
        let units = (0..world.units.len()).map(UnitId::new);
        units.into_iter().find(|&unit| self.number(world, unit) == Some(number))
    }
}
