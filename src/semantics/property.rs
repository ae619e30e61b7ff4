//! Evaluating what is not a step of any unit: properties, and whether a waiting
//! `atomic when` could go on.

use crate::base::id::{FunctionId, UnitId};
use crate::ir::program::{Op, Pc, Program};
use crate::ir::value::Value;
use crate::semantics::local::Local;
use crate::semantics::oracle::Oracle;
use crate::semantics::step::{Flow, Stepper};
use crate::semantics::world::{Unit, World};

/// The truth of a property, and how many ops it took; one that raises is false.
pub fn holds(
    program: &Program,
    world: &mut World,
    property: FunctionId,
    oracle: &mut dyn Oracle,
) -> (bool, u64) {
    // A unit of its own evaluates it, and is gone before anybody can see it.
    let unit = UnitId::new(world.units.len());
    world.units.push(Unit::new(program, property, &mut []));
    let mut actions = Vec::new();
    let mut stepper = Stepper::new(program, world, unit, (oracle, &mut actions));
    let truth = stepper.evaluate();
    let ops = stepper.meter.ops;
    world.units.pop();
    (truth.is_some_and(|value| value.truthy()), ops)
}

/// Whether the condition of the `atomic when` at which `unit` waits holds now, or raises.
pub fn condition_holds(program: &Program, world: &mut World, unit: UnitId, oracle: &mut dyn Oracle) -> bool {
    let before = world.units[unit.index()].clone();
    let mut actions = Vec::new();
    let mut stepper = Stepper::new(program, world, unit, (oracle, &mut actions));
    let truth = stepper.evaluate();
    world.units[unit.index()] = before;
    truth.is_none_or(|value| value.truthy())
}

/// Whether the condition of an `if` is true for `unit` now, the ops `start..=test` with a branch at the end that goes
/// to `end` if it is false. One that raises is not, nor one of a function that the unit does not run.
pub fn guard_holds(
    program: &Program,
    world: &mut World,
    id: UnitId,
    (start, test, end): (Pc, Pc, Pc),
    oracle: &mut dyn Oracle,
) -> bool {
    let unit = &mut world.units[id.index()];
    if unit.has_ended() || program.function_at(unit.pc).start != program.function_at(test).start {
        return false;
    }
    let before = unit.clone();
    unit.pc = start;
    let mut actions = Vec::new();
    let mut stepper = Stepper::new(program, world, id, (oracle, &mut actions));
    // Expressions have no loops but those over arrays, which end.
    stepper.meter.fuel_max = u64::MAX;
    let truth = loop {
        // It goes on behind the branch until there is something visible.
        let local = stepper.world.units[id.index()].run_local(program, &mut stepper.meter, false);
        let pc = stepper.pc();
        if !(start..=test).contains(&pc) {
            break (test..end).contains(&pc) && !matches!(local, Local::Returned(_) | Local::Raised(_));
        }
        let (Local::Visible(op) | Local::Other(op)) = local else { break false };
        match stepper.perform(op) {
            Ok(Flow::Next) => stepper.unit().pc += 1,
            Ok(Flow::Stop(_) | Flow::Rethrow(_) | Flow::Again | Flow::Wait { .. }) | Err(_) => break false,
        }
    };
    world.units[id.index()] = before;
    truth
}

impl Stepper<'_> {
    /// The value that the code returns, or that an `AtomicTest` tests; nothing if it raises.
    fn evaluate(&mut self) -> Option<Value> {
        // Expressions have no loops but those over arrays, which end.
        self.meter.fuel_max = u64::MAX;
        loop {
            let local = self.world.units[self.id.index()].run_local(self.program, &mut self.meter, false);
            match local {
                Local::Returned(value) => return Some(value),
                Local::Raised(_) | Local::OutOfFuel => return None,
                Local::Other(Op::AtomicTest { test, .. }) => return Some(self.get(*test).clone()),
                Local::Visible(op) | Local::Other(op) => match self.perform(op) {
                    Ok(Flow::Next) => {
                        self.meter.ops += 1;
                        self.unit().pc += 1;
                    }
                    Ok(Flow::Stop(_) | Flow::Rethrow(_) | Flow::Again | Flow::Wait { .. }) | Err(_) => {
                        return None;
                    }
                },
            }
        }
    }
}
