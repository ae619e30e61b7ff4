//! A machine on which nothing costs anything but what a script does.

use crate::machine::choose::{Choice, MachineSource, resolve};
use crate::machine::profile::{Costs, Model};

/// The machine without any overhead.
const IDEAL: &str = "ideal";

/// The same interpreter and as many cores, where nothing has to be paid for starting, switching, waking and sending:
/// the costs of the machine `ideal`. What the script itself does takes as long as before, its operations too, of which those
/// on locks and other objects have their own lengths. Whose turn it is is decided as before.
///
/// # Panics
///
/// Never: that machine is built in, and the runtime is modelled.
#[must_use]
pub fn without_costs(model: &Model) -> Model {
    let ideal = Choice {
        runtime: Some(model.runtime.name.to_owned()),
        machine: Some(MachineSource::BuiltIn(IDEAL.to_owned())),
        ..Choice::NOTHING
    };
    let ideal = resolve(&ideal, &[]).expect("the ideal machine is built in").model.costs;
    let Costs { op, lock_call, rlock_call, sync_call, with_end, quantum, .. } = model.costs;
    Model {
        costs: Costs { op, lock_call, rlock_call, sync_call, with_end, quantum, ..ideal },
        ..model.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::SimDuration;
    use crate::machine::runtimes;
    use crate::machine::value::SettingValue;

    #[test]
    fn what_decides_whose_turn_it_is_stays() {
        let costs =
            [("gil_cold_after", SettingValue::Duration(9)), ("gil_short_slice", SettingValue::Int(3))];
        let costs = costs.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let model = resolve(&Choice { costs, ..Choice::NOTHING }, &[]).unwrap().model;
        let free = without_costs(&model);
        assert_eq!((free.turns, free.polling), (model.turns, model.polling));
        assert_eq!((free.turns.gil_cold_after, free.polling.part), (SimDuration::ns(9), 3));
    }

    #[test]
    fn only_what_the_script_does_takes_time() {
        for runtime in runtimes() {
            let choice = Choice { runtime: Some(runtime.name.to_owned()), cores: Some(3), ..Choice::NOTHING };
            let model = resolve(&choice, &[]).unwrap().model;
            let free = without_costs(&model);
            assert_eq!((free.cores, free.compute_percent), (3, model.compute_percent));
            assert_eq!(free.costs.op, model.costs.op);
            assert_eq!(free.costs.thread_start, SimDuration::ZERO, "{}", runtime.name);
            assert_eq!(free.costs.process_spawn, SimDuration::ZERO, "{}", runtime.name);
            assert_eq!(free.costs.message_kib, SimDuration::ZERO, "{}", runtime.name);
        }
    }
}
