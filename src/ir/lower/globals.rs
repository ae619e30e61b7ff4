//! The names of the whole script, and the tables of the program as it grows.

use std::collections::BTreeSet;

use indexmap::{IndexMap, IndexSet};

use crate::base::diagnostic::Diagnostic;
use crate::base::id::{CellId, FunctionId, ObjectId, RegionId};
use crate::base::span::Span;
use crate::ir::codes;
use crate::ir::lower::constant::{Evaluated, Failure, Known};
use crate::ir::lower::ends::{asked_for, first_subprocess, has_tasks};
use crate::ir::lower::pool::Wrapped;
use crate::ir::lower::{ELEMENTS_MAX, OPS_MAX, constant, literal};
use crate::ir::pipe::{Part, Role, Stream};
use crate::ir::program::{Array, Cell, Object, Operand, Program, SharedName, Source};
use crate::ir::signature::{Binding, DefaultValue, bind, constructor};
use crate::ir::value::Value;
use crate::syntax::ast::{Declarator, Item, Literal, ObjectKind, Objects, Script, Shared};

/// What a name of the script means.
#[derive(Clone, Debug)]
pub(super) enum Global {
    /// A param or what stands for itself.
    Constant(Value),
    /// A shared scalar.
    Cell(CellId),
    /// A shared array: an index into the program's table.
    CellArray(u16),
    /// An object.
    Object(ObjectId),
    /// An object array: an index into the program's table.
    ObjectArray(u16),
    /// A function.
    Function(FunctionId),
}

/// The program under construction, and what its names mean.
pub(super) struct Globals {
    pub(super) program: Program,
    pub(super) names: IndexMap<String, Global>,
    /// Parameters of each function, by its id.
    pub(super) parameters: Vec<Vec<String>>,
    /// The functions that end in a step of its own when a unit runs them.
    pub(super) ended: BTreeSet<String>,
    /// The script may start tasks.
    pub(super) has_tasks: bool,
    constants: IndexSet<Value>,
    regions: IndexSet<String>,
    too_large: Option<Diagnostic>,
    /// Built-in functions that jobs of pools run, each with the `submit` that needs it.
    pub(super) wrapped: Vec<Wrapped>,
}

type Checked<T> = Result<T, Vec<Diagnostic>>;

impl Globals {
    /// Everything that is declared, in the order of the text; functions have ids, but no code yet.
    /// Beside it what can't be evaluated, in the order in which it was met.
    pub(super) fn declare(script: &Script, overrides: &[(String, Literal)]) -> (Self, Vec<Failure>) {
        let mut globals = Self {
            program: Program::empty(),
            names: IndexMap::new(),
            parameters: Vec::new(),
            ended: asked_for(script),
            has_tasks: has_tasks(script),
            constants: IndexSet::new(),
            regions: IndexSet::new(),
            too_large: None,
            wrapped: Vec::new(),
        };
        for item in &script.items {
            if let Item::Param(param) = item {
                let chosen = overrides.iter().rev().find(|(name, _)| *name == param.name.text);
                let value = literal(chosen.map_or(&param.value, |(_, value)| value));
                globals.program.params.push((param.name.text.clone(), value.clone()));
                globals.names.insert(param.name.text.clone(), Global::Constant(value));
            }
        }
        let mut failures = Vec::new();
        // An initialiser may name objects that are declared below it. An object whose own declaration
        // uses a shared has to wait until that has a value.
        for item in &script.items {
            if let Item::Objects(objects) = item {
                globals.objects(objects, &mut Vec::new());
            }
        }
        for item in &script.items {
            match item {
                Item::Shared(shared) => globals.shared(shared, &mut failures),
                Item::Function(function) => {
                    let parameters = function.params.iter().map(|name| name.text.clone()).collect();
                    let id = globals.function(parameters);
                    globals.names.insert(function.name.text.clone(), Global::Function(id));
                }
                Item::Main(_) => globals.program.main = globals.function(Vec::new()),
                Item::Objects(objects) => globals.objects(objects, &mut failures),
                Item::Machine(_) | Item::Param(_) | Item::Property(_) => {}
            }
        }
        globals.streams(script);
        (globals, failures)
    }

    fn known(&self) -> Known<'_> {
        Known { names: &self.names, program: &self.program }
    }

    fn function(&mut self, parameters: Vec<String>) -> FunctionId {
        self.parameters.push(parameters);
        FunctionId::new(self.parameters.len() - 1)
    }

    /// The id of the function whose code comes next.
    pub(super) fn next_function(&self) -> FunctionId {
        FunctionId::new(self.program.functions.len())
    }

    fn objects(&mut self, objects: &Objects, failures: &mut Vec<Failure>) {
        for declarator in &objects.declarators {
            if self.names.contains_key(&declarator.name.text) {
                continue;
            }
            match self.object(objects, declarator) {
                Ok(global) => {
                    self.names.insert(declarator.name.text.clone(), global);
                }
                Err(failure) => failures.push(failure),
            }
        }
    }

    fn object(&mut self, objects: &Objects, declarator: &Declarator) -> Evaluated<Global> {
        let (kind, process) = (objects.kind, objects.process.is_some() || is_always_one(objects.kind));
        let arguments = self.arguments((kind, process), declarator)?;
        let name = &declarator.name.text;
        let span = declarator.name.span;
        let first = ObjectId::new(self.program.objects.len());
        let length = declarator.length.as_ref();
        let length =
            length.map(|length| constant::length(self.known(), length, i64::from(first.0))).transpose()?;
        let mut add = |name: String| {
            self.program.objects.push(Object { name, kind, arguments: arguments.clone(), process, span });
        };
        let Some(length) = length else {
            add(name.clone());
            self.ends_of(first, 1);
            return Ok(Global::Object(first));
        };
        (0..length).for_each(|index| add(format!("{name}[{index}]")));
        self.ends_of(first, length);
        self.program.object_arrays.push(Array { name: name.clone(), first, length });
        let index = self.entry(self.program.object_arrays.len(), span, "more arrays");
        Ok(Global::ObjectArray(index))
    }

    /// Behind so many pipes come their ends; other objects have none.
    fn ends_of(&mut self, first: ObjectId, length: u32) {
        let objects = &mut self.program.objects;
        for pipe in (first.0..first.0 + length).map(ObjectId) {
            if objects[pipe.index()].kind != ObjectKind::Pipe {
                return;
            }
            let ends = [0, 1].map(|side| ObjectId::new(objects.len() + side));
            objects[pipe.index()].arguments = Role::Whole(ends).arguments();
            for (part, peer) in [(Part::Left, ends[1]), (Part::Right, ends[0])] {
                let whole = &objects[pipe.index()];
                let name = format!("{}.{}", whole.name, part.word());
                let arguments = Role::End { pipe, peer }.arguments();
                let end = Object { name, arguments, ..whole.clone() };
                objects.push(end);
            }
        }
    }

    /// The standard streams, if the script may start a subprocess.
    fn streams(&mut self, script: &Script) {
        let Some(span) = first_subprocess(script) else { return };
        for stream in Stream::ALL {
            let (name, arguments) = (stream.word().to_owned(), Role::Stream(stream).arguments());
            let object = Object { name, kind: ObjectKind::Pipe, arguments, process: false, span };
            self.program.objects.push(object);
        }
    }

    /// The arguments of a declaration in the order of the kind's parameters.
    fn arguments(
        &self,
        (kind, process): (ObjectKind, bool),
        declarator: &Declarator,
    ) -> Evaluated<Vec<Value>> {
        let signature = constructor(kind);
        let args = declarator.args.as_deref().unwrap_or_default();
        let (named, positional): (Vec<_>, Vec<_>) = args.iter().partition(|arg| arg.name.is_some());
        let words: Vec<&str> =
            named.iter().filter_map(|arg| Some(arg.name.as_ref()?.text.as_str())).collect();
        let Ok(bindings) = bind(signature, positional.len(), &words) else {
            return Err(constant::refused(declarator.name.span));
        };
        let value = |(index, binding): (usize, &Binding)| {
            let arg = match binding {
                Binding::Positional(given) => positional[*given],
                Binding::Named(given) => named[*given],
                Binding::Default => return Ok(default(signature.parameters[index].default)),
            };
            let value = constant::evaluate(self.known(), &arg.value)?;
            let parameter = (kind, signature.parameters[index].name);
            let value = constant::argument(self.known(), parameter, value, arg.value.span)?;
            if process { constant::between_processes(parameter, value, arg.value.span) } else { Ok(value) }
        };
        bindings.iter().enumerate().map(value).collect()
    }

    fn shared(&mut self, shared: &Shared, failures: &mut Vec<Failure>) {
        for cell in &shared.cells {
            let first = CellId::new(self.program.cells.len());
            let evaluated = constant::evaluate(self.known(), &cell.value).and_then(|value| {
                if shared.process.is_some() && constant::holds_reference(&value) {
                    return Err(reference_in_process(cell.value.span).into());
                }
                let length = cell.length.as_ref();
                let length = length.map(|length| constant::length(self.known(), length, i64::from(first.0)));
                Ok((value, length.transpose()?))
            });
            let (initial, length) = match evaluated {
                Ok(found) => found,
                Err(failure) => {
                    failures.push(failure);
                    continue;
                }
            };
            let name = &cell.name.text;
            let add = |program: &mut Program, name: String| {
                let (atomic, process) = (shared.atomic.is_some(), shared.process.is_some());
                let (initial, span) = (initial.clone(), cell.name.span);
                program.cells.push(Cell { name, initial, atomic, process, span });
            };
            let global = match length {
                None => {
                    add(&mut self.program, name.clone());
                    Global::Cell(first)
                }
                Some(length) => {
                    (0..length).for_each(|index| add(&mut self.program, format!("{name}[{index}]")));
                    self.program.arrays.push(Array { name: name.clone(), first, length });
                    let index = self.entry(self.program.arrays.len(), cell.name.span, "more arrays");
                    Global::CellArray(index)
                }
            };
            self.names.insert(name.clone(), global);
            self.program.shared.push(SharedName { name: name.clone(), first, length });
        }
    }

    /// The end of the pipe that an operand is known to be.
    pub(super) fn end_of(&self, operand: Operand, part: Part) -> Option<ObjectId> {
        let Source::Constant(constant) = operand.source() else { return None };
        let Value::Object(pipe) = self.constants.get_index(usize::from(constant))? else { return None };
        let [left, right] = self.program.ends_of(*pipe)?;
        match part {
            Part::Left => Some(left),
            Part::Right => Some(right),
            Part::Stream(_) => None,
        }
    }

    /// The kind of the object that a constant names, if it names one.
    pub(super) fn kind_of(&self, constant: u16) -> Option<ObjectKind> {
        let Value::Object(object) = self.constants.get_index(usize::from(constant))? else { return None };
        Some(self.program.objects[object.index()].kind)
    }

    /// The operand of a constant; equal constants are kept once.
    pub(super) fn constant(&mut self, value: Value, span: Span) -> Operand {
        let (index, _) = self.constants.insert_full(value);
        if index >= Operand::COUNT_MAX {
            self.refuse(span, "more different constants");
            return Operand::constant(0);
        }
        Operand::constant(narrow(index))
    }

    /// The region of that name.
    pub(super) fn region(&mut self, name: &str) -> RegionId {
        RegionId::new(self.regions.insert_full(name.to_owned()).0)
    }

    /// The index of the last of so many entries of a table, if ops can hold it.
    pub(super) fn entry(&mut self, count: usize, span: Span, what: &str) -> u16 {
        if count > usize::from(u16::MAX) {
            self.refuse(span, what);
        }
        narrow(count - 1)
    }

    /// Notes that a limit is exceeded; lowering goes on, and fails at its end.
    pub(super) fn refuse(&mut self, span: Span, what: &str) {
        self.too_large.get_or_insert_with(|| {
            Diagnostic::error(
                codes::CODE_TOO_LARGE,
                span,
                format!("this script has {what} than concsim can handle"),
            )
            .with_help("split it into several scripts, or generate less of it")
        });
    }

    /// The finished program.
    pub(super) fn finish(mut self) -> Checked<Program> {
        if self.program.ops.len() > OPS_MAX {
            self.refuse(Span::default(), "more operations");
        }
        if let Some(error) = self.too_large {
            return Err(vec![error]);
        }
        self.program.constants = self.constants.into_iter().collect();
        self.program.regions = self.regions.into_iter().collect();
        Ok(self.program)
    }
}

/// What all processes share lies outside of them: nothing of one of them can be in it.
fn reference_in_process(span: Span) -> Diagnostic {
    Diagnostic::error(
        codes::REFERENCE_IN_PROCESS,
        span,
        "a `process shared` holds numbers, texts and lists, no objects",
    )
    .at("holds an object")
    .with_help("leave `process` out, or use the object by its own name")
}

fn default(value: DefaultValue) -> Value {
    match value {
        DefaultValue::Required | DefaultValue::None => Value::None,
        DefaultValue::Int(value) => Value::Int(value),
        DefaultValue::Bool(value) => Value::Bool(value),
        DefaultValue::Str(text) => Value::str(text),
    }
}

/// A number as ops hold it. One that is too large is the largest: the limits of registers, constants and
/// tables have refused the script by then.
pub(super) fn narrow(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

const _: () = assert!(ELEMENTS_MAX < u32::MAX as i64, "ids of cells and objects are 32 bits wide");

/// Whether there is one for all processes without a word of the script.
fn is_always_one(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::Pipe | ObjectKind::Device | ObjectKind::ProcessPool)
}
