//! What stands at the top level: declarations, functions, and what is done when the program is started.

use super::call::{Given, is_plain};
use super::kind::Kinds;
use super::place::Origin;
use super::script::{Cell, MAIN, Meaning, Object};
use super::writer::Writer;
use crate::syntax::ast::{
    Block, Expr, Function, Item, Literal, Main, ObjectKind, Objects, Property, PropertyKind, Shared,
    Statement, StatementKind,
};
use crate::syntax::level;
use crate::syntax::parts::{every_expression_in, statements_in};
use crate::syntax::print;

impl<'a> Writer<'a> {
    /// An item with the comments above it.
    pub(super) fn item(&mut self, item: &'a Item, start: u32) {
        match item {
            Item::Function(_) | Item::Main(_) => self.gap(2),
            Item::Machine(_) | Item::Param(_) | Item::Objects(_) | Item::Shared(_) | Item::Property(_) => {}
        }
        self.comments_before(start);
        match item {
            // It says what a run takes place on; here that is the computer. The start method is used.
            Item::Machine(machine) => drop(self.comments.before(machine.span.end)),
            Item::Param(param) => {
                let value = self.names.params[param.name.text.as_str()].clone();
                let value = self.param(&value);
                let name = self.word(&param.name.text);
                self.line(&format!("{name} = {value}"));
            }
            Item::Objects(objects) => self.objects(objects),
            Item::Shared(shared) => self.shared(shared),
            Item::Function(function) => self.function_item(function),
            Item::Main(main) => self.main_item(main),
            Item::Property(property) => self.property(property),
        }
        self.comment_behind(item.end());
        match item {
            Item::Function(_) | Item::Main(_) => self.gap(2),
            Item::Machine(_) | Item::Param(_) | Item::Objects(_) | Item::Shared(_) | Item::Property(_) => {}
        }
    }

    fn objects(&mut self, objects: &'a Objects) {
        for declarator in &objects.declarators {
            let name = declarator.name.text.as_str();
            let object = self.names.objects[name];
            if self.is_made_at_start(name, object) {
                continue;
            }
            let value = self.made(name, object);
            let name = self.word(name);
            self.line(&format!("{name} = {value}"));
        }
    }

    /// Whether an object is made when the program is started: it is one for all processes, or belongs to main's
    /// event loop.
    fn is_made_at_start(&self, name: &str, object: Object<'a>) -> bool {
        let is_process_pool = object.kind == ObjectKind::ProcessPool;
        object.for_all || is_process_pool || self.places.origin(name, object.for_all) == Origin::Loop
    }

    /// The call that makes an object, or a list of them.
    pub(super) fn made(&mut self, name: &str, object: Object<'a>) -> String {
        let one = self.made_once(name, object);
        match object.length {
            Some(length) => {
                let length = self.expr(length);
                format!("[{one} for _ in range({length})]")
            }
            None => one,
        }
    }

    fn made_once(&mut self, name: &str, object: Object<'a>) -> String {
        let args = Given(object.args);
        let module = match self.places.origin(name, object.for_all) {
            Origin::Loop => "asyncio",
            Origin::Threads | Origin::Both if object.for_all => "CONTEXT",
            Origin::Threads | Origin::Both => "threading",
        };
        let class = match object.kind {
            ObjectKind::Lock => "Lock",
            ObjectKind::Rlock => "RLock",
            ObjectKind::Semaphore | ObjectKind::Device => "Semaphore",
            ObjectKind::BoundedSemaphore => "BoundedSemaphore",
            ObjectKind::Event => "Event",
            ObjectKind::Condition => "Condition",
            ObjectKind::Barrier => "Barrier",
            ObjectKind::Queue => return self.made_queue(object, module),
            ObjectKind::Pipe => {
                self.part("pipe");
                return "Pipe()".to_owned();
            }
            ObjectKind::ThreadPool | ObjectKind::ProcessPool => return self.made_pool(object),
        };
        self.import(module);
        let first = ["n", "lock", "parties"].iter().find_map(|word| args.get(word, 0));
        let first = first.map(|first| self.expr(first)).unwrap_or_default();
        format!("{module}.{class}({first})")
    }

    fn import(&mut self, module: &str) {
        match module {
            "asyncio" => self.modules.insert("asyncio"),
            "CONTEXT" => self.modules.insert("multiprocessing"),
            _ => self.modules.insert("threading"),
        };
    }

    fn made_queue(&mut self, object: Object<'a>, module: &str) -> String {
        let args = Given(object.args);
        let size = args.get("maxsize", 0).map(|size| self.expr(size)).unwrap_or_default();
        if object.for_all {
            self.modules.insert("multiprocessing");
            if self.has_sized_items() {
                self.part("sized_queue");
                return format!("SizedQueue({size})");
            }
            return format!("CONTEXT.JoinableQueue({size})");
        }
        let literal =
            |order: &'a Expr| order.as_literal().or_else(|| self.names.params.get(order.as_name()?));
        let order = match args.get("order", 1).and_then(literal) {
            Some(Literal::Str(word)) => Some(word.as_str()),
            Some(_) | None => None,
        };
        let class = match order {
            Some("lifo") => "LifoQueue",
            Some("priority") => "PriorityQueue",
            _ => "Queue",
        };
        if module == "asyncio" {
            self.modules.insert("asyncio");
            return format!("asyncio.{class}({size})");
        }
        self.modules.insert("queue");
        format!("queue.{class}({size})")
    }

    /// Whether some `put` says how long its item is; of a queue that is passed around, any may be meant.
    fn has_sized_items(&self) -> bool {
        let bodies = self.names.bodies.values();
        bodies.flat_map(|body| every_expression_in(body.block)).any(|expr| {
            super::place::method(expr)
                .is_some_and(|(_, name, args)| name == "put" && Given(args).get("size", 3).is_some())
        })
    }

    fn made_pool(&mut self, object: Object<'a>) -> String {
        self.modules.insert("concurrent.futures");
        let size = Given(object.args).get("n", 0).map(|size| self.expr(size)).unwrap_or_default();
        if object.kind == ObjectKind::ThreadPool {
            return format!("concurrent.futures.ThreadPoolExecutor({size})");
        }
        self.part("take");
        self.modules.insert("multiprocessing");
        format!(
            "concurrent.futures.ProcessPoolExecutor({size}, CONTEXT, initializer=take_over, initargs=(for_children(),))"
        )
    }

    fn shared(&mut self, shared: &'a Shared) {
        for cell in &shared.cells {
            let name = cell.name.text.as_str();
            let cell = self.names.cells[name];
            if shared.process.is_some() && self.types.cell_shape(name).all().meets(Kinds::NAMELESS) {
                self.refuse(
                    cell.value.span,
                    "a `process shared` with an object or a unit in it",
                    "it can't be pickled",
                    "use the object by its name",
                );
            }
            if !cell.for_all {
                let value = self.first_value(cell);
                let name = self.word(name);
                self.line(&format!("{name} = {value}"));
            }
        }
    }

    fn first_value(&mut self, cell: Cell<'a>) -> String {
        let Some(length) = cell.length else { return self.kept(cell.value, None) };
        let length = self.at(length, level::POSTFIX);
        let may_change = self.types.shape(MAIN, cell.value).own.meets(Kinds::LIST);
        match may_change {
            true => format!("[{} for _ in range({length})]", self.kept(cell.value, None)),
            false => format!("[{}] * {length}", self.expr(cell.value)),
        }
    }

    /// A variable in shared memory.
    pub(super) fn in_shared_memory(&mut self, name: &'a str, cell: Cell<'a>) -> String {
        self.modules.insert("multiprocessing");
        let shape = self.types.cell_shape(name);
        let value = self.expr(cell.value);
        if !is_plain(shape) {
            self.part("shared_value");
            let one = format!("SharedValue({value})");
            let Some(length) = cell.length else { return one };
            return format!("[{one} for _ in range({})]", self.expr(length));
        }
        let code = if shape.own.only(Kinds::BOOL) {
            self.modules.insert("ctypes");
            "ctypes.c_bool".to_owned()
        } else {
            "\"q\"".to_owned()
        };
        match cell.length {
            Some(length) => {
                let length = self.at(length, level::POSTFIX);
                format!("CONTEXT.Array({code}, [{value}] * {length}, lock=False)")
            }
            None => format!("CONTEXT.Value({code}, {value}, lock=False)"),
        }
    }

    fn function_item(&mut self, function: &'a Function) {
        let name = function.name.text.as_str();
        self.body = name;
        let on_loop = self.places.in_loop.contains(name) && self.places.gives_way.contains(name);
        let outside = self.places.outside.contains(name) || !self.places.in_loop.contains(name);
        let params: Vec<String> = function.params.iter().map(|param| self.word(&param.text)).collect();
        let params = params.join(", ");
        let before = self.comments.place();
        if outside || !on_loop {
            self.on_loop = self.places.in_loop.contains(name) && !outside;
            let head = format!("def {}({params}):", self.function_for(name, false));
            self.function_body(&head, &function.body);
        }
        if on_loop {
            if outside {
                self.comments.go_back(before);
                self.gap(2);
            }
            self.on_loop = true;
            let head = format!("async def {}({params}):", self.function_for(name, true));
            self.function_body(&head, &function.body);
        }
        self.on_loop = false;
        self.body = MAIN;
    }

    fn function_body(&mut self, head: &str, block: &'a Block) {
        if let Some(statement) = too_deep(block, BLOCKS_MAX) {
            self.refuse(
                statement.head(),
                "what stands in so many blocks",
                "Python has twenty inside of each other at the most",
                "put some of them into a function",
            );
        }
        self.line(head);
        self.comment_behind(block.span.start + 1);
        self.indented(|writer| {
            writer.globals();
            if writer.body == MAIN && writer.on_loop {
                writer.objects_of_the_loop();
            }
            writer.statements(block);
        });
    }

    /// `global x`, for what the function assigns and does not own.
    fn globals(&mut self) {
        let mut assigned: Vec<String> = Vec::new();
        for statement in statements_in(self.names.bodies[self.body].block) {
            let StatementKind::Assign { place, .. } = &statement.kind else { continue };
            let name = place.name.text.as_str();
            let Some(Meaning::Cell(cell)) = self.names.meaning(self.body, name) else { continue };
            let word = self.word(name);
            if !cell.for_all && place.indices.is_empty() && !assigned.contains(&word) {
                assigned.push(word);
            }
        }
        if self.body == MAIN && self.on_loop {
            let names = self.names.objects.iter();
            let of_loop =
                names.filter(|(name, object)| self.places.origin(name, object.for_all) == Origin::Loop);
            let of_loop: Vec<String> = of_loop.map(|(name, _)| self.word(name)).collect();
            assigned.extend(of_loop);
        }
        if !assigned.is_empty() {
            self.line(&format!("global {}", assigned.join(", ")));
        }
    }

    /// Python 3.8 and 3.9 want them to be made on the event loop that they are for.
    fn objects_of_the_loop(&mut self) {
        let names = self.names;
        for (name, object) in &names.objects {
            if self.places.origin(name, object.for_all) == Origin::Loop {
                let value = self.made(name, *object);
                let name = self.word(name);
                self.line(&format!("{name} = {value}"));
            }
        }
    }

    fn main_item(&mut self, main: &'a Main) {
        self.body = MAIN;
        self.on_loop = self.places.loops.contains(MAIN);
        let head = if self.on_loop { "async def main():" } else { "def main():" };
        self.function_body(head, &main.body);
        self.on_loop = false;
    }

    fn property(&mut self, property: &Property) {
        match &property.kind {
            PropertyKind::Invariant(claim) => {
                let claim = print::expression(claim);
                self.line(&format!("# invariant {claim}: concsim looks after every step; here nobody does"));
            }
            PropertyKind::Expect(kind) => {
                self.line(&format!("# expect {}: that is what this program is there to show", kind.text));
            }
            PropertyKind::Finally(_) => {}
        }
    }
}

/// How many blocks CPython compiles inside of each other (`CO_MAXBLOCKS`); those of `if` don't count.
const BLOCKS_MAX: usize = 20;

/// The first statement for which there is no room, if only so many blocks may be inside of each other.
fn too_deep(block: &Block, room: usize) -> Option<&Statement> {
    block.statements.iter().find_map(|statement| {
        let own = if let StatementKind::With { items, .. } = &statement.kind {
            items.len()
        } else if matches!(statement.kind, StatementKind::Try { .. }) {
            // One for `finally`, one for `except`, and one for what is done there.
            3
        } else {
            let is_if = matches!(statement.kind, StatementKind::If { .. });
            usize::from(!is_if && !statement.blocks().is_empty())
        };
        match room.checked_sub(own) {
            Some(room) => statement.blocks().into_iter().find_map(|block| too_deep(block, room)),
            None => Some(statement),
        }
    })
}
