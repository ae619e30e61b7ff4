//! Machine files: TOML that changes some settings of a built-in machine.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::base::size::parse_size;
use crate::base::span::Span;
use crate::base::time::parse_duration;
use crate::machine::asked::start_method;
use crate::machine::error::{MachineError, Named, Place, Problem};
use crate::machine::profile::{Machine, StartMethod};
use crate::machine::setting::{Kind, SETTINGS, Setting};
use crate::machine::value::bounded;
use crate::machine::{DEFAULT_MACHINE, find_machine, machine};

/// Names that a script's `machine` block knows, and a machine file does not.
const OF_SCRIPTS: [&str; 3] = ["runtime", "machine", "unit"];

/// What a machine file says.
#[derive(Debug)]
pub(super) struct MachineFile {
    /// The machine that it changes.
    pub(super) base: &'static Machine,
    /// What it sets, in the order of the file.
    pub(super) settings: Vec<(&'static Setting, u64)>,
    /// The start method of processes on it, if it sets one.
    pub(super) start_method: Option<StartMethod>,
}

impl MachineFile {
    /// One that changes nothing.
    pub(super) const fn of(base: &'static Machine) -> Self {
        Self { base, settings: Vec::new(), start_method: None }
    }
}

/// Reads a machine file; all that is wrong with it, in the order of the text.
pub(super) fn read(text: &str) -> Result<MachineFile, Vec<MachineError>> {
    let table = DeTable::parse(text).map_err(|error| {
        let place = error.span().map_or_else(Span::default, |bytes| Span::new(bytes.start, bytes.end));
        vec![MachineError { place: Place::File(place), problem: Problem::NoToml(error.message().to_owned()) }]
    })?;
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let base = machine(DEFAULT_MACHINE).expect("the default machine is built in");
    let mut file = MachineFile::of(base);
    let mut errors = Vec::new();
    for (key, value) in entries {
        if let Err(error) = read_entry(key.get_ref(), value, &mut file) {
            let at = if error.of_value { value.span() } else { key.span() };
            let place = Place::File(Span::new(at.start, at.end));
            errors.push(MachineError { place, problem: error.problem });
        }
    }
    if errors.is_empty() { Ok(file) } else { Err(errors) }
}

struct EntryError {
    of_value: bool,
    problem: Problem,
}

fn read_entry(name: &str, value: &Spanned<DeValue<'_>>, file: &mut MachineFile) -> Result<(), EntryError> {
    let of_name = |problem| EntryError { of_value: false, problem };
    let of_value = |problem| EntryError { of_value: true, problem };
    if name == "base" {
        file.base = base(value.get_ref()).map_err(of_value)?;
        return Ok(());
    }
    if name == "start_method" {
        file.start_method = Some(method(value.get_ref()).map_err(of_value)?);
        return Ok(());
    }
    if OF_SCRIPTS.contains(&name) {
        return Err(of_name(Problem::NotOfMachine(name.to_owned())));
    }
    let Some(setting) = Setting::named(name) else {
        let known = SETTINGS.iter().map(|setting| setting.name).chain(["base", "start_method"]).collect();
        return Err(of_name(Problem::of_name(Named::Setting, name, known, &[])));
    };
    let number = number(setting, value.get_ref()).map_err(of_value)?;
    file.settings.push((setting, number));
    Ok(())
}

fn base(value: &DeValue<'_>) -> Result<&'static Machine, Problem> {
    match value.as_str() {
        Some(name) => find_machine(name),
        None => Err(wrong_type("base", "the name of a built-in machine in quotes", value)),
    }
}

fn method(value: &DeValue<'_>) -> Result<StartMethod, Problem> {
    match value.as_str() {
        Some(word) => start_method(word),
        None => Err(wrong_type("start_method", "the name of a start method in quotes", value)),
    }
}

fn number(setting: &'static Setting, value: &DeValue<'_>) -> Result<u64, Problem> {
    let (expected, parse): (_, fn(&str) -> _) = match setting.kind() {
        Kind::Count => return count(setting, value),
        Kind::Duration => ("a duration in quotes such as \"5ms\"", parse_duration),
        Kind::Size => ("a size in quotes such as \"20KiB\"", parse_size),
    };
    let text = value.as_str().ok_or_else(|| wrong_type(setting.name, expected, value))?;
    let number =
        parse(text).map_err(|error| Problem::BadQuantity { setting: setting.name, expected, error })?;
    bounded(setting, i64::try_from(number).expect("a quantity is at most i64::MAX"))
}

fn count(setting: &'static Setting, value: &DeValue<'_>) -> Result<u64, Problem> {
    let integer = value.as_integer().ok_or_else(|| wrong_type(setting.name, "an integer", value))?;
    // What does not fit 64 bits is out of bounds on the same side.
    let number = i64::from_str_radix(integer.as_str(), integer.radix())
        .unwrap_or(if integer.as_str().starts_with('-') { i64::MIN } else { i64::MAX });
    bounded(setting, number)
}

fn wrong_type(setting: &'static str, expected: &'static str, value: &DeValue<'_>) -> Problem {
    let found = match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a number with a decimal point",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    };
    Problem::WrongType { setting, expected, found }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The settings of a file as `name=value`, or its errors as `text at the place: message`.
    fn outcome(text: &str) -> Vec<String> {
        match read(text) {
            Ok(file) => file
                .settings
                .iter()
                .map(|(setting, value)| format!("{}={}", setting.name, setting.text(*value)))
                .collect(),
            Err(errors) => errors
                .iter()
                .map(|error| {
                    let Place::File(span) = error.place else { panic!("a file's error is in the file") };
                    format!("{}: {error}", &text[span.range()])
                })
                .collect(),
        }
    }

    fn check(text: &str, want: &[&str]) {
        assert_eq!(outcome(text), want, "{text}");
    }

    #[test]
    fn settings_are_read_in_the_order_of_the_file() {
        check(
            "wake_latency = \"12.5us\"\ncores = 8\nthread_memory = \"20KiB\"\n",
            &["wake_latency=12.5us", "cores=8", "thread_memory=20KiB"],
        );
        check("", &[]);
    }

    #[test]
    fn a_file_may_build_on_another_machine() {
        let base = |text| read(text).map(|file| file.base.name);
        assert_eq!(base("base = \"ideal\"").unwrap(), "ideal");
        assert_eq!(base("cores = 1").unwrap(), "default");
        check("base = \"ideel\"", &["\"ideel\": there is no machine `ideel`"]);
        check("base = 3", &["3: `base` takes the name of a built-in machine in quotes, not an integer"]);
    }

    #[test]
    fn a_file_may_say_how_processes_start() {
        let method = |text| read(text).map(|file| file.start_method.map(StartMethod::word));
        assert_eq!(method("start_method = \"spawn\"").unwrap(), Some("spawn"));
        assert_eq!(method("cores = 1").unwrap(), None);
        check("start_method = \"frok\"", &["\"frok\": there is no start method `frok`"]);
        let no_name = "1: `start_method` takes the name of a start method in quotes, not an integer";
        check("start_method = 1", &[no_name]);
    }

    #[test]
    fn every_mistake_is_named_where_it_stands() {
        check(
            "quantm = \"1ms\"\nruntime = \"cpython-3.12\"\ncores = 1.5\n",
            &[
                "quantm: there is no setting `quantm`",
                "runtime: `runtime` is no setting of a machine file",
                "1.5: `cores` takes an integer, not a number with a decimal point",
            ],
        );
        check("op = 30", &["30: `op` takes a duration in quotes such as \"5ms\", not an integer"]);
        check("op = \"30\"", &["\"30\": `op` takes a duration in quotes such as \"5ms\": `30` has no unit"]);
        check("[op]\nx = 1", &["[op]: `op` takes a duration in quotes such as \"5ms\", not a table"]);
    }

    #[test]
    fn numbers_out_of_bounds_are_refused() {
        check("cores = 0", &["0: `cores` is from 1 to 1024, not 0"]);
        let huge = format!("`cores` is from 1 to 1024, not {}", i64::MAX);
        check("cores = 99999999999999999999", &[&format!("99999999999999999999: {huge}")]);
        check("quantum = \"999ns\"", &["\"999ns\": `quantum` is from 1us to 3600s, not 999ns"]);
        check("op = \"61min\"", &["\"61min\": `op` is from 0s to 3600s, not 3660s"]);
    }

    #[test]
    fn what_is_no_toml_is_an_error_with_a_place() {
        let errors = read("cores = ").unwrap_err();
        assert!(matches!(errors[0].problem, Problem::NoToml(_)), "{errors:?}");
        assert!(read("cores = 1\ncores = 2").is_err());
    }
}
