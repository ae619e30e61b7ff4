//! What the command line or a script asks for, thing by thing; how the two come together is said in `choose`.

use crate::machine::choose::{UNITS, WORDS};
use crate::machine::error::{Named, Part, Problem};
use crate::machine::file::MachineFile;
use crate::machine::profile::{Runtime, StartMethod};
use crate::machine::setting::{SETTINGS, Setting};
use crate::machine::value::{SettingValue, accept};
use crate::machine::{find_machine, find_runtime};

/// What a `machine` block sets and the command line has options for; `--cost` sets everything else.
const WITH_OPTIONS: [&str; 4] = ["runtime", "machine", "unit", "cores"];

/// What one place, the command line or the script, asks for.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) runtime: Option<&'static Runtime>,
    pub(super) machine: Option<(String, MachineFile)>,
    pub(super) unit: Option<&'static str>,
    pub(super) start_method: Option<StartMethod>,
    pub(super) settings: Vec<(&'static Setting, u64)>,
    /// Canonical `name=value`.
    pub(super) inputs: Vec<String>,
}

impl Asked {
    pub(super) fn runtime(&mut self, name: &str) -> Result<(), Problem> {
        self.runtime = Some(find_runtime(name)?);
        self.inputs.push(format!("runtime={name}"));
        Ok(())
    }

    pub(super) fn built_in_machine(&mut self, name: &str) -> Result<(), Problem> {
        let base = find_machine(name)?;
        self.machine(name, MachineFile::of(base));
        Ok(())
    }

    pub(super) fn machine(&mut self, name: &str, file: MachineFile) {
        self.machine = Some((name.to_owned(), file));
        self.inputs.push(format!("machine={name}"));
    }

    pub(super) fn unit(&mut self, word: &str) -> Result<(), Problem> {
        self.unit = Some(one_of(Named::Unit, &UNITS, word, &[])?);
        self.inputs.push(format!("unit={word}"));
        Ok(())
    }

    fn start_method(&mut self, word: &str) -> Result<(), Problem> {
        self.start_method = Some(start_method(word)?);
        self.inputs.push(format!("start_method={word}"));
        Ok(())
    }

    pub(super) fn setting(&mut self, setting: &'static Setting, number: u64) {
        self.settings.push((setting, number));
        self.inputs.push(format!("{}={}", setting.name, setting.text(number)));
    }

    pub(super) fn literal(&mut self, name: &str, value: &SettingValue) -> Result<(), (Part, Problem)> {
        let of_value = |problem| (Part::Value, problem);
        match name {
            "runtime" => {
                let runtime = text("runtime", "the name of a runtime", value).map_err(of_value)?;
                self.runtime(runtime).map_err(of_value)
            }
            "machine" => {
                let machine = text("machine", "the name of a built-in machine", value).map_err(of_value)?;
                self.built_in_machine(machine).map_err(of_value)
            }
            "unit" => {
                let unit = text("unit", "the kind of a unit", value).map_err(of_value)?;
                self.unit(unit).map_err(of_value)
            }
            "start_method" => {
                let method = text("start_method", "the name of a start method", value).map_err(of_value)?;
                self.start_method(method).map_err(of_value)
            }
            _ => {
                let setting = Setting::named(name).ok_or_else(|| (Part::Name, unknown_setting(name)))?;
                let number = accept(setting, value).map_err(of_value)?;
                self.setting(setting, number);
                Ok(())
            }
        }
    }

    /// What `--cost` sets.
    pub(super) fn cost(&mut self, name: &str, value: &SettingValue) -> Result<(), Problem> {
        if WITH_OPTIONS.contains(&name) {
            return Err(Problem::HasOption(name.to_owned()));
        }
        self.literal(name, value).map_err(|(_, problem)| problem)
    }
}

fn text<'a>(
    setting: &'static str,
    expected: &'static str,
    value: &'a SettingValue,
) -> Result<&'a str, Problem> {
    match value {
        SettingValue::Str(text) => Ok(text),
        SettingValue::Int(_)
        | SettingValue::Duration(_)
        | SettingValue::Size(_)
        | SettingValue::Bool(_)
        | SettingValue::None => Err(Problem::WrongType { setting, expected, found: value.describe() }),
    }
}

/// The start method of that name.
pub(super) fn start_method(word: &str) -> Result<StartMethod, Problem> {
    let found = StartMethod::ALL.into_iter().find(|method| method.word() == word);
    let known = || StartMethod::ALL.map(StartMethod::word).to_vec();
    found.ok_or_else(|| Problem::of_name(Named::StartMethod, word, known(), &[]))
}

/// The one of these words that was given.
fn one_of(
    what: Named,
    words: &[&'static str],
    given: &str,
    planned: &[&'static str],
) -> Result<&'static str, Problem> {
    let found = words.iter().find(|word| **word == given);
    found.copied().ok_or_else(|| Problem::of_name(what, given, words.to_vec(), planned))
}

fn unknown_setting(name: &str) -> Problem {
    let known = SETTINGS.iter().map(|setting| setting.name).chain(WORDS).collect();
    Problem::of_name(Named::Setting, name, known, &[])
}
