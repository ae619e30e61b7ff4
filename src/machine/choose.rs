//! From what was asked for to a model. The command line beats the script's
//! `machine` block, which beats the machine, which beats the runtime.

use std::collections::BTreeSet;

use crate::machine::asked::Asked;
use crate::machine::error::{MachineError, Part, Place, Problem};
use crate::machine::file::{self, MachineFile};
use crate::machine::profile::{Costs, Model, Runtime};
use crate::machine::setting::Setting;
use crate::machine::turns::Turns;
use crate::machine::value::{SettingValue, bounded};
use crate::machine::{DEFAULT_MACHINE, DEFAULT_RUNTIME, machine, runtime};

/// Names of the `machine` block whose values are words; all others are [`SETTINGS`](crate::machine::setting::SETTINGS).
pub const WORDS: [&str; 4] = ["runtime", "machine", "unit", "start_method"];

/// What `spawn unit` may start.
pub const UNITS: [&str; 5] = ["thread", "process", "task", "interpreter", "subprocess"];

/// What the command line asks for; `None` leaves it to the script and the profiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// `--runtime`
    pub runtime: Option<String>,
    /// `--machine`
    pub machine: Option<MachineSource>,
    /// `--cores`
    pub cores: Option<u32>,
    /// `--unit`
    pub unit: Option<String>,
    /// `--cost`, each name once: what a `machine` block may set and what has no option of its own.
    pub costs: Vec<(String, SettingValue)>,
}

impl Choice {
    /// All is left to the script and the profiles.
    pub const NOTHING: Self =
        Self { runtime: None, machine: None, cores: None, unit: None, costs: Vec::new() };
}

/// A machine by name, or the file that describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MachineSource {
    /// A built-in machine.
    BuiltIn(String),
    /// A machine file that has been read.
    File {
        /// The name that the run is to show.
        name: String,
        /// Its whole text.
        text: String,
    },
}

/// A model, and what was asked for to get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The model.
    pub model: Model,
    /// What the script set, as canonical `name=value`, in the order of its block.
    pub script_inputs: Vec<String>,
    /// What the command line set, likewise: runtime, machine, unit, cores, costs.
    pub command_line_inputs: Vec<String>,
}

/// The model for a choice and the settings of the script's `machine` block.
///
/// # Errors
///
/// All that is wrong, the command line first, then the machine file, then the
/// script, each in its order; never empty. A choice of the script that the
/// command line overrides has to be right all the same.
pub fn resolve(choice: &Choice, script: &[(String, SettingValue)]) -> Result<Resolved, Vec<MachineError>> {
    let (asked, mut errors) = read_choice(choice);
    let (block, of_script) = read_block(script);
    errors.extend(of_script);
    if !errors.is_empty() {
        return Err(errors);
    }
    let runtime = asked.runtime.or(block.runtime).unwrap_or_else(default_runtime);
    let (machine, file) = asked.machine.or(block.machine).unwrap_or_else(default_machine);
    let mut model = profile(runtime, machine, &file);
    for (setting, value) in block.settings.into_iter().chain(asked.settings) {
        setting.set(&mut model, value);
    }
    let start_method = asked.start_method.or(block.start_method).or(file.start_method);
    model.start_method = start_method.unwrap_or(model.start_method);
    model.unit = asked.unit.or(block.unit).unwrap_or(model.unit);
    Ok(Resolved { model, script_inputs: block.inputs, command_line_inputs: asked.inputs })
}

/// Whether `--cost` can set what has that name.
#[must_use]
pub fn can_be_set(name: &str) -> bool {
    name == "start_method" || Setting::named(name).is_some_and(|setting| setting.name != "cores")
}

fn default_runtime() -> &'static Runtime {
    runtime(DEFAULT_RUNTIME).expect("the default runtime is modelled")
}

fn default_machine() -> (String, MachineFile) {
    let base = machine(DEFAULT_MACHINE).expect("the default machine is built in");
    (base.name.to_owned(), MachineFile::of(base))
}

fn read_choice(choice: &Choice) -> (Asked, Vec<MachineError>) {
    let mut asked = Asked::default();
    let mut errors = Vec::new();
    let here = |problem| MachineError { place: Place::CommandLine, problem };
    if let Some(name) = &choice.runtime {
        errors.extend(asked.runtime(name).err().map(here));
    }
    match &choice.machine {
        Some(MachineSource::BuiltIn(name)) => errors.extend(asked.built_in_machine(name).err().map(here)),
        Some(MachineSource::File { name, text }) => match file::read(text) {
            Ok(file) => asked.machine(name, file),
            Err(of_file) => errors.extend(of_file),
        },
        None => {}
    }
    if let Some(unit) = &choice.unit {
        errors.extend(asked.unit(unit).err().map(here));
    }
    if let Some(cores) = choice.cores {
        let setting = Setting::named("cores").expect("cores is a setting");
        match bounded(setting, i64::from(cores)) {
            Ok(cores) => asked.setting(setting, cores),
            Err(problem) => errors.push(here(problem)),
        }
    }
    errors.extend(choice.costs.iter().filter_map(|(name, value)| asked.cost(name, value).err()).map(here));
    (asked, errors)
}

fn read_block(script: &[(String, SettingValue)]) -> (Asked, Vec<MachineError>) {
    let mut asked = Asked::default();
    let mut errors = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, (name, value)) in script.iter().enumerate() {
        let outcome = if seen.insert(name) {
            asked.literal(name, value)
        } else {
            Err((Part::Name, Problem::Twice(name.clone())))
        };
        if let Err((part, problem)) = outcome {
            errors.push(MachineError { place: Place::Script { index, part }, problem });
        }
    }
    (asked, errors)
}

/// The model of a runtime on a machine, before a script or the command line changes it.
///
/// A runtime's factors hold for the figures of a built-in machine. What a machine file sets is final, as is what a
/// script sets: whoever says what something costs means just that.
fn profile(runtime: &'static Runtime, machine: String, file: &MachineFile) -> Model {
    let mut model = Model {
        runtime,
        machine,
        cores: 0,
        costs: Costs::NONE,
        turns: Turns::default(),
        switch_interval: runtime.switch_interval,
        check_interval: runtime.check_interval,
        polling: runtime.polling,
        compute_percent: runtime.speed_percent,
        start_method: runtime.start_method,
        unit: UNITS[0],
    };
    for figure in file.base.figures {
        let setting = Setting::named(figure.setting).expect("a figure is named for a setting");
        setting.set(&mut model, figure.value);
    }
    for factor in runtime.factors {
        let setting = Setting::named(factor.setting).expect("a factor is named for a setting");
        let value = factor.of(setting.get(&model)).clamp(setting.least, setting.most);
        setting.set(&mut model, value);
    }
    for &(setting, value) in &file.settings {
        setting.set(&mut model, value);
    }
    model
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::SimDuration;
    use crate::machine::setting::SETTINGS;
    use crate::machine::{machines, runtimes};

    fn block(settings: &[(&str, SettingValue)]) -> Vec<(String, SettingValue)> {
        settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    fn text(value: &str) -> SettingValue {
        SettingValue::Str(value.to_owned())
    }

    fn model(choice: &Choice, settings: &[(&str, SettingValue)]) -> Model {
        resolve(choice, &block(settings)).unwrap().model
    }

    /// What is wrong with a block, one `index part: message` each.
    fn check_errors(settings: &[(&str, SettingValue)], want: &[&str]) {
        let errors = resolve(&Choice::NOTHING, &block(settings)).unwrap_err();
        let shown: Vec<String> = errors
            .iter()
            .map(|error| match error.place {
                Place::Script { index, part } => format!("{index} {part:?}: {error}"),
                Place::CommandLine | Place::File(_) => error.to_string(),
            })
            .collect();
        assert_eq!(shown, want);
    }

    #[test]
    fn the_defaults_are_those_of_the_contract() {
        let model = model(&Choice::NOTHING, &[]);
        assert_eq!((model.runtime.name, model.machine.as_str(), model.cores), ("cpython-3.14", "default", 4));
        assert_eq!(model.switch_interval, SimDuration::ms(5));
    }

    #[test]
    fn every_machine_gives_every_setting_that_no_runtime_gives() {
        let of_runtimes = [
            "switch_interval",
            "check_interval",
            "gil_poll",
            "gil_slice_intervals",
            "gil_short_slice",
            "compute_percent",
        ];
        for machine in machines() {
            let given: Vec<_> = machine.figures.iter().map(|figure| figure.setting).collect();
            let wanted: Vec<_> = SETTINGS
                .iter()
                .map(|setting| setting.name)
                .filter(|name| !of_runtimes.contains(name))
                .collect();
            let of_machine: Vec<_> = given.iter().copied().filter(|name| wanted.contains(name)).collect();
            assert_eq!(of_machine, wanted, "{}", machine.name);
        }
    }

    #[test]
    fn every_pair_of_runtime_and_machine_makes_a_model_within_the_bounds() {
        for runtime in runtimes() {
            for machine in machines() {
                let choice = Choice {
                    runtime: Some(runtime.name.to_owned()),
                    machine: Some(MachineSource::BuiltIn(machine.name.to_owned())),
                    ..Choice::NOTHING
                };
                let model = model(&choice, &[]);
                for setting in &SETTINGS {
                    let value = setting.get(&model);
                    assert!((setting.least..=setting.most).contains(&value), "{}", setting.name);
                }
            }
        }
    }

    #[test]
    fn the_command_line_beats_the_script_and_the_script_the_profiles() {
        let script = [
            ("cores", SettingValue::Int(2)),
            ("runtime", text("cpython-3.12")),
            ("wake_latency", SettingValue::Duration(1_000)),
            ("switch_interval", SettingValue::Duration(1_000_000)),
        ];
        let choice = Choice {
            runtime: Some("cpython-3.14t".to_owned()),
            machine: Some(MachineSource::File {
                name: "mine".to_owned(),
                text: "cores = 16\nwake_latency = \"7us\"\nop = \"9ns\"".to_owned(),
            }),
            cores: Some(8),
            ..Choice::NOTHING
        };
        let resolved = resolve(&choice, &block(&script)).unwrap();
        let model = resolved.model;
        assert_eq!((model.runtime.name, model.machine.as_str(), model.cores), ("cpython-3.14t", "mine", 8));
        assert_eq!(model.costs.wake_latency, SimDuration::us(1));
        assert_eq!(model.costs.op, SimDuration::ns(9));
        assert_eq!(model.costs.timer_slack, SimDuration::us(50));
        assert_eq!(model.switch_interval, SimDuration::ms(1));
        let from_script = ["cores=2", "runtime=cpython-3.12", "wake_latency=1us", "switch_interval=1ms"];
        assert_eq!(resolved.script_inputs, from_script);
        assert_eq!(resolved.command_line_inputs, ["runtime=cpython-3.14t", "machine=mine", "cores=8"]);
    }

    #[test]
    fn a_machine_of_the_command_line_replaces_the_scripts_but_keeps_its_settings() {
        let script = [("machine", text("ideal")), ("op", SettingValue::Duration(100))];
        assert_eq!(model(&Choice::NOTHING, &script).costs.wake_latency, SimDuration::ZERO);
        let choice =
            Choice { machine: Some(MachineSource::BuiltIn("default".to_owned())), ..Choice::NOTHING };
        let model = model(&choice, &script);
        assert_eq!(model.costs.wake_latency, SimDuration::us(21));
        assert_eq!(model.costs.op, SimDuration::ns(100));
    }

    #[test]
    fn a_runtime_scales_code_and_the_ideal_machine_does_not() {
        let free = ("runtime", text("cpython-3.14t"));
        let usual = model(&Choice::NOTHING, std::slice::from_ref(&free));
        assert_eq!(usual.interpreted(SimDuration::ms(100)), SimDuration::ms(108));
        let ideal = model(&Choice::NOTHING, &[free, ("machine", text("ideal"))]);
        assert_eq!(ideal.interpreted(SimDuration::ms(100)), SimDuration::ms(100));
    }

    #[test]
    fn a_runtime_scales_what_a_built_in_machine_says_and_nothing_that_is_set() {
        let free = ("runtime", text("cpython-3.14t"));
        let costs = |choice: &Choice, more: &[(&str, SettingValue)]| {
            model(choice, &[std::slice::from_ref(&free), more].concat()).costs
        };
        let plain = model(&Choice::NOTHING, &[]).costs;
        let spawn = costs(&Choice::NOTHING, &[]).process_spawn;
        assert_eq!(spawn, SimDuration(plain.process_spawn.0 * 165 / 100));
        let file = "process_spawn = \"10ms\"";
        let machine = MachineSource::File { name: "mine".to_owned(), text: file.to_owned() };
        let of_file = Choice { machine: Some(machine), ..Choice::NOTHING };
        assert_eq!(costs(&of_file, &[]).process_spawn, SimDuration::ms(10));
        assert_eq!(costs(&of_file, &[]).thread_memory, costs(&Choice::NOTHING, &[]).thread_memory);
        let set = [("thread_memory", SettingValue::Size(1_000))];
        assert_eq!(costs(&Choice::NOTHING, &set).thread_memory, 1_000);
        let ideal = [("machine", text("ideal"))];
        assert_eq!(costs(&Choice::NOTHING, &ideal).process_spawn, SimDuration::ZERO);
    }

    #[test]
    fn two_busy_threads_would_change_places_as_often_as_measured() {
        let model = model(&Choice::NOTHING, &[]);
        let costs = model.costs;
        let slice = costs.wake_latency + model.switch_interval + costs.timer_slack + costs.wake_latency;
        let gap = costs.wake_latency + costs.context_switch;
        // Measured: 5.10-5.15 ms and 21-28 us in the middle.
        assert!((SimDuration::us(5_090)..=SimDuration::us(5_150)).contains(&slice), "{slice}");
        assert!((SimDuration::us(21)..=SimDuration::us(28)).contains(&gap), "{gap}");
        assert_eq!(1_000_000_000 / (slice + gap).0, 195);
    }

    #[test]
    fn every_mistake_of_a_block_is_named_with_its_place() {
        check_errors(
            &[
                ("quantm", SettingValue::Duration(1)),
                ("start_method", text("frok")),
                ("cores", SettingValue::Int(0)),
                ("quantum", SettingValue::Int(5)),
                ("op", SettingValue::Duration(-20_000)),
                ("op", SettingValue::Duration(1)),
                ("runtime", SettingValue::Bool(true)),
            ],
            &[
                "0 Name: there is no setting `quantm`",
                "1 Value: there is no start method `frok`",
                "2 Value: `cores` is from 1 to 1024, not 0",
                "3 Value: `quantum` takes a duration such as 5ms, not an integer",
                "4 Value: `op` is from 0s to 3600s, not -20us",
                "5 Name: `op` is set twice",
                "6 Value: `runtime` takes the name of a runtime, not a boolean",
            ],
        );
    }

    #[test]
    fn an_unknown_name_is_corrected() {
        let help = |setting: &str, value: &str| {
            let errors = resolve(&Choice::NOTHING, &block(&[(setting, text(value))])).unwrap_err();
            format!("{}; {}", errors[0], errors[0].problem.help().unwrap())
        };
        assert_eq!(
            help("runtime", "cpyton-3.12"),
            "there is no runtime `cpyton-3.12`; did you mean `cpython-3.12`?"
        );
        assert_eq!(
            help("machine", "mac"),
            "there is no machine `mac`; the machines there are: default, ideal, mac2010"
        );
    }

    #[test]
    fn the_command_line_is_held_to_the_same_bounds() {
        let choice = Choice { cores: Some(0), runtime: Some("jython".to_owned()), ..Choice::NOTHING };
        let errors = resolve(&choice, &[]).unwrap_err();
        assert!(errors.iter().all(|error| error.place == Place::CommandLine));
        assert_eq!(errors[1].to_string(), "`cores` is from 1 to 1024, not 0");
        assert_eq!(errors.len(), 2);
    }
}
