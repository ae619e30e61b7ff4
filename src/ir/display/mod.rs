//! The text of a program: what `concsim ir` prints, and what the hash of a script is taken over.
//!
//! It holds everything that a run depends on and nothing else: no lines, no
//! spans, no comments. So a remark added to a script changes neither the text
//! nor the hash. What the script declares is written `@name`, to be told from
//! a local variable of that name; a temporary is `r7`.

mod op;

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt::{self, Formatter};

use sha2::{Digest as _, Sha256};

use crate::base::id::{CellId, FunctionId, ObjectId, PlaceId, RegionId, UnitId};
use crate::ir::display::op::Window;
use crate::ir::program::{Array, Function, Object, Op, Pc, Program, PropertyKind};
use crate::ir::value::{Value, quoted};
use crate::syntax::ast::ObjectKind;
use crate::trace::event::Names;

/// The column at which the place of a statement stands.
const PLACE_COLUMN: usize = 52;

/// A constant that takes more characters is written once, in the tables.
const CONSTANT_LENGTH_MAX: usize = 40;

/// How many bytes the lists of all constants and first values may take together; the others are cut.
/// A script that writes its lists out stays below, since it is no longer than a mebibyte itself.
const LISTS_LENGTH_MAX: usize = 4 << 20;

/// How many bytes of the digest make a hash.
const HASH_BYTES: usize = 6;

impl fmt::Display for Program {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let text = Text::new(self);
        text.tables(f)?;
        // The code of properties stands behind that of all functions.
        let code = self.functions.len() - self.properties.len();
        let (functions, properties) = self.functions.split_at(code);
        functions.iter().try_for_each(|function| text.function(f, function))?;
        properties.iter().try_for_each(|property| text.code(f, &property.name, property))
    }
}

impl Program {
    /// The first twelve hexadecimal digits of SHA-256 over the program's text.
    #[must_use]
    pub fn hash(&self) -> String {
        let digest = Sha256::digest(self.to_string());
        digest[..HASH_BYTES].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A program with its constants written out.
struct Text<'a> {
    program: &'a Program,
    constants: Vec<String>,
    /// What is left of [`LISTS_LENGTH_MAX`].
    left: Cell<usize>,
}

impl<'a> Text<'a> {
    fn new(program: &'a Program) -> Self {
        let mut text = Self { program, constants: Vec::new(), left: Cell::new(LISTS_LENGTH_MAX) };
        text.constants = program.constants.iter().map(|value| text.value(value)).collect();
        text
    }

    /// A value as code shows it.
    fn value(&self, value: &Value) -> String {
        match value {
            Value::Str(text) => quoted(text, usize::MAX),
            Value::Object(_) | Value::Cell(_) => format!("@{}", value.text(self.program)),
            Value::List(_) => {
                let text = value.text_within(self.program, self.left.get());
                self.left.set(self.left.get().saturating_sub(text.len()));
                text
            }
            Value::Unset
            | Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Duration(_)
            | Value::Size(_)
            | Value::Handle(_)
            | Value::Stream(..)
            | Value::Exception(_) => value.text(self.program),
        }
    }

    fn tables(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Program { params, regions, expects, properties, .. } = self.program;
        for (name, value) in params {
            writeln!(f, "param {name} = {}", self.value(value))?;
        }
        self.shared(f)?;
        self.objects(f)?;
        for region in regions {
            writeln!(f, "region {region}")?;
        }
        for property in properties {
            let word = match property.kind {
                PropertyKind::Invariant => "invariant",
                PropertyKind::Finally => "finally",
            };
            writeln!(f, "{word} {}", property.text)?;
        }
        for expected in expects {
            writeln!(f, "expect {expected}")?;
        }
        for (index, text) in self.constants.iter().enumerate() {
            if is_long(text) {
                writeln!(f, "constant ${index} = {text}")?;
            }
        }
        Ok(())
    }

    fn shared(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for shared in &self.program.shared {
            let length = shared.length.map_or_else(String::new, |length| format!("[{length}]"));
            if shared.length == Some(0) {
                writeln!(f, "shared {}[0]", shared.name)?;
                continue;
            }
            let cell = &self.program.cells[shared.first.index()];
            let atomic = if cell.atomic { "atomic " } else { "" };
            let initial = self.value(&cell.initial);
            writeln!(f, "{atomic}shared {}{length} = {initial}", shared.name)?;
        }
        Ok(())
    }

    fn objects(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut arrays = self.program.object_arrays.iter().peekable();
        let mut index = 0;
        while index < self.program.objects.len() || arrays.peek().is_some() {
            if self.program.objects.get(index).is_some_and(Object::is_implied) {
                index += 1;
                continue;
            }
            let array = arrays.next_if(|array| array.first.index() == index);
            self.declared(f, index, array)?;
            index += array.map_or(1, |array| array.length as usize);
        }
        Ok(())
    }

    fn declared(&self, f: &mut Formatter<'_>, index: usize, array: Option<&Array<ObjectId>>) -> fmt::Result {
        if let Some(array) = array.filter(|array| array.length == 0) {
            return writeln!(f, "object {}[0]", array.name);
        }
        let object = &self.program.objects[index];
        // The ends of a pipe are called like it, and follow from it.
        let given = if object.kind == ObjectKind::Pipe { &[] } else { object.arguments.as_slice() };
        let arguments: Vec<String> = given.iter().map(|value| self.value(value)).collect();
        let arguments =
            if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
        let name =
            array.map_or_else(|| object.name.clone(), |array| format!("{}[{}]", array.name, array.length));
        writeln!(f, "{} {name}{arguments}", object.kind.word())
    }

    fn function(&self, f: &mut Formatter<'_>, function: &Function) -> fmt::Result {
        let parameters = function.locals[..usize::from(function.parameters)].join(", ");
        self.code(f, &format!("function {}({parameters})", function.name), function)
    }

    fn code(&self, f: &mut Formatter<'_>, head: &str, function: &Function) -> fmt::Result {
        writeln!(f, "\n{head}  registers {}", function.registers)?;
        let window = Window { text: self, locals: &function.locals };
        self.ops(f, function, &window)?;
        for handler in &function.handlers {
            let (last, to) = (handler.end.saturating_sub(1), window.register(handler.to));
            writeln!(f, "  handler {}..={last} goes on at L{} with {to}", handler.start, handler.target)?;
        }
        Ok(())
    }

    fn ops(&self, f: &mut Formatter<'_>, function: &Function, window: &Window<'_>) -> fmt::Result {
        let targets = targets(self.program, function);
        let mut place = None;
        for pc in function.start..function.end {
            let op = &self.program.ops[pc as usize];
            let label = if targets.contains(&pc) { format!("L{pc}:") } else { String::new() };
            let step = if op.is_visible() { '*' } else { ' ' };
            let (mnemonic, operands) = window.op(op);
            let mut line = format!("{pc:>6} {step} {label:<8}{mnemonic:<13} {operands}");
            let current = self.program.op_places[pc as usize];
            if place != Some(current) {
                line = format!("{line:<PLACE_COLUMN$} ; {}", self.program.place(current));
                place = Some(current);
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn of(&self, function: FunctionId) -> &'a Function {
        &self.program.functions[function.index()]
    }
}

/// Where the code of a function is entered other than from the op before.
fn targets(program: &Program, function: &Function) -> BTreeSet<Pc> {
    let ops = &program.ops[function.start as usize..function.end as usize];
    let jumps = ops.iter().filter_map(|op| {
        let (Op::Jump { to }
        | Op::Loop { to }
        | Op::Branch { to, .. }
        | Op::Count { exit: to, .. }
        | Op::Each { exit: to, .. }
        | Op::Catches { otherwise: to, .. }
        | Op::AtomicTest { reopen: to, .. }) = op
        else {
            return None;
        };
        Some(*to)
    });
    jumps.chain(function.handlers.iter().map(|handler| handler.target)).collect()
}

fn is_long(constant: &str) -> bool {
    constant.chars().count() > CONSTANT_LENGTH_MAX
}

/// A program knows all names but those of units, which only a run has.
impl Names for Program {
    fn unit(&self, unit: UnitId) -> String {
        format!("unit {unit}")
    }

    fn object(&self, object: ObjectId) -> Cow<'_, str> {
        (&self.objects[object.index()].name).into()
    }

    fn cell(&self, cell: CellId) -> Cow<'_, str> {
        (&self.cells[cell.index()].name).into()
    }

    fn region(&self, region: RegionId) -> &str {
        &self.regions[region.index()]
    }

    fn place(&self, place: PlaceId) -> &str {
        &self.places[place.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::{Source, Span};
    use crate::ir::lower::lower;
    use crate::ir::program::{Cell as SharedCell, Handler, Object, Operand, Register, SharedName};
    use crate::syntax::ast::{BinaryOp, ObjectKind};
    use crate::syntax::parse::parse;

    /// `def add(amount) { with m { total += amount } }`, by hand.
    fn add() -> Program {
        let mut program = Program::empty();
        let span = Span::default();
        let (name, initial) = ("total".to_owned(), Value::Int(100));
        program.shared.push(SharedName { name: name.clone(), first: CellId(0), length: None });
        program.cells.push(SharedCell { name, initial, atomic: false, process: false, span });
        let (name, arguments) = ("m".to_owned(), Vec::new());
        program.objects.push(Object { name, kind: ObjectKind::Lock, arguments, process: false, span });
        program.constants = vec![Value::Object(ObjectId(0)), Value::Cell(CellId(0)), Value::None];
        let (object, cell, none) = (Operand::constant(0), Operand::constant(1), Operand::constant(2));
        let (amount, exception, to) = (Register(0), Register(1), Register(2));
        let (left, right) = (Operand::register(to), Operand::register(amount));
        program.ops = vec![
            Op::Enter { object, awaited: false },
            Op::Read { to, cell },
            Op::Binary { op: BinaryOp::Add, to, left, right },
            Op::Write { cell, from: left },
            Op::Exit { object, awaited: false },
            Op::Jump { to: 8 },
            Op::Exit { object, awaited: false },
            Op::Reraise { from: exception },
            Op::Return { from: none },
        ];
        program.places = ["add", "add: with m", "add: total +="].map(str::to_owned).to_vec();
        program.op_places = [1, 1, 2, 2, 1, 1, 1, 1, 0].map(PlaceId).to_vec();
        program.op_places[1] = PlaceId(2);
        program.functions.push(Function {
            name: "add".to_owned(),
            start: 0,
            end: 9,
            locals: vec!["amount".to_owned()],
            parameters: 1,
            registers: 3,
            handlers: vec![Handler { start: 1, end: 4, target: 6, to: exception }],
            timeouts: Vec::new(),
            epilogue: None,
        });
        program
    }

    #[test]
    fn the_text_has_tables_then_one_op_a_line() {
        let want = "\
shared total = 100
lock m

function add(amount)  registers 3
     0 *         enter         @m                    ; add: with m
     1 *         read          r2 = @total           ; add: total +=
     2           binary        r2 = r2 + amount
     3 *         write         @total = r2
     4 *         exit          @m                    ; add: with m
     5           jump          L8
     6 * L6:     exit          @m
     7           reraise       r1
     8   L8:     return        None                  ; add
  handler 1..=3 goes on at L6 with r1
";
        assert_eq!(add().to_string(), want);
    }

    #[test]
    fn the_hash_follows_the_text() {
        let (program, mut other) = (add(), add());
        assert_eq!(program.hash().len(), 2 * HASH_BYTES);
        other.spans = vec![Span::new(7, 9); other.ops.len()];
        assert_eq!(program.hash(), other.hash());
        other.cells[0].initial = Value::Int(101);
        assert_ne!(program.hash(), other.hash());
    }

    #[test]
    fn a_remark_changes_nothing() {
        let hash = |text: &str| {
            let source = Source::new("remark.conc", text);
            lower(&parse(&source).whole().unwrap(), &[]).unwrap().hash()
        };
        let plain = hash("shared x = 0\nmain { x += 1; print x }");
        assert_eq!(
            plain,
            hash("# A counter.\nshared x = 0\n\nmain {\n    x += 1   # one more\n    print(x)\n}\n")
        );
        assert_ne!(plain, hash("shared x = 0\nmain { x += 2; print x }"));
    }

    #[test]
    fn names_that_look_alike_stay_apart() {
        let mut program = add();
        program.functions[0].locals[0] = "total".to_owned();
        assert!(program.to_string().contains("binary        r2 = r2 + total\n"));
        program.functions[0].locals[0] = "r2".to_owned();
        assert!(program.to_string().contains("binary        r2 = r2 + r2'\n"));
    }

    #[test]
    fn a_long_constant_is_written_once() {
        let mut program = add();
        let text = "x".repeat(CONSTANT_LENGTH_MAX);
        program.constants[2] = Value::str(text.as_str());
        let shown = program.to_string();
        assert!(shown.contains(&format!("constant $2 = \"{text}\"\n")) && shown.contains("return        $2"));
    }

    #[test]
    fn a_list_that_holds_itself_over_and_over_is_cut() {
        let mut program = add();
        let mut list = Value::list(vec![Value::Int(1)]).unwrap();
        for _ in 0..20 {
            list = Value::list(vec![list.clone(), list]).unwrap();
        }
        program.cells[0].initial = list;
        assert!((LISTS_LENGTH_MAX..LISTS_LENGTH_MAX + 2_000).contains(&program.to_string().len()));
    }

    #[test]
    fn an_array_takes_one_line_however_long_it_is() {
        let mut program = Program::empty();
        let array =
            |name: &str, first, length| Array { name: name.to_owned(), first: ObjectId(first), length };
        program.object_arrays = vec![array("none", 0, 0), array("forks", 0, 2)];
        for name in ["forks[0]", "forks[1]", "db"] {
            let kind = if name == "db" { ObjectKind::Device } else { ObjectKind::Lock };
            let arguments = if name == "db" { vec![Value::Int(5)] } else { Vec::new() };
            let (name, span) = (name.to_owned(), Span::default());
            program.objects.push(Object { name, kind, arguments, process: false, span });
        }
        assert_eq!(program.to_string(), "object none[0]\nlock forks[2]\ndevice db(5)\n");
    }
}
