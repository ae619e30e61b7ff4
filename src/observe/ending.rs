//! What is to be told of the end of a run, timed or explored.

use std::sync::Arc;

use crate::base::id::UnitId;
use crate::ir::program::{Program, SharedName};
use crate::ir::value::{Exception, Value};
use crate::observe::finding::Finding;
use crate::observe::report::Datum;
use crate::semantics::world::{Naming, World};
use crate::trace::event::Names;

/// The values of the shared variables, in order of declaration.
#[must_use]
pub fn shared_values(program: &Program, world: &World) -> Vec<(String, Datum)> {
    let names = Naming { program, world };
    let of = |shared: &SharedName| {
        let first = shared.first.index();
        let value = match shared.length {
            None => datum(&world.cells[first], &names),
            Some(length) => {
                let cells = &world.cells[first..first + length as usize];
                Datum::List(cells.iter().map(|cell| datum(cell, &names)).collect())
            }
        };
        (shared.name.clone(), value)
    };
    program.shared.iter().map(of).collect()
}

/// Exceptions that ended units, or end them as soon as others have ended, and that nobody has taken; but for those of
/// units that the end of the run came before. A failed assert was told where it failed.
pub fn untaken_exceptions(world: &World) -> impl Iterator<Item = (UnitId, &Arc<Exception>)> {
    let is_over = world.is_over();
    let may_tell = move |unit: &UnitId| {
        let unit = &world.units[unit.index()];
        !unit.taken && (!is_over || unit.has_ended())
    };
    let untaken = (0..world.units.len()).map(UnitId::new).filter(may_tell);
    let failed = untaken.filter_map(|unit| Some((unit, world.failure(unit)?)));
    failed.filter(|(_, exception)| !exception.assertion)
}

/// Marks the findings that the script expects; gives the kinds that it expects in vain.
pub fn mark_expected<'f>(program: &Program, findings: impl Iterator<Item = &'f mut Finding>) -> Vec<String> {
    let mut missing = program.expects.clone();
    for finding in findings {
        let word = &finding.kind.word().replace('-', "_");
        finding.expected = program.expects.iter().any(|expected| expected == word);
        missing.retain(|expected| expected != word);
    }
    missing
}

/// A value as it leaves the program.
fn datum(value: &Value, names: &dyn Names) -> Datum {
    match value {
        Value::None | Value::Unset => Datum::None,
        Value::Bool(truth) => Datum::Bool(*truth),
        Value::Int(number) => Datum::Number(*number),
        Value::Duration(nanoseconds) => Datum::Duration(*nanoseconds),
        Value::Size(bytes) => Datum::Size(*bytes),
        Value::Str(text) => Datum::Text(text.to_string()),
        Value::List(list) => Datum::List(list.items().iter().map(|item| datum(item, names)).collect()),
        Value::Handle(_) | Value::Object(_) | Value::Stream(..) | Value::Cell(_) | Value::Exception(_) => {
            Datum::Name(value.text(names))
        }
    }
}
