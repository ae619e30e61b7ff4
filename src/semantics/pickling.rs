//! What can't be pickled, and what Python says of it.
//!
//! Between processes values are sent as pickles. A lock can't be one, and nor can what has a lock in it: an event, a
//! queue, a thread. What is declared with `process` can be given to a process when that is started, and at no other
//! time. The texts are those of CPython (run: 3.8 to 3.13; up to 3.12 a thread is said to hold a `_thread.lock`).

use crate::base::id::ObjectId;
use crate::ir::program::Program;
use crate::ir::value::{Raised, Value};
use crate::semantics::world::World;
use crate::syntax::ast::{ObjectKind, UnitKind};

/// What `pickle.dumps` raises of that value; nothing if it can be pickled.
pub(super) fn refusal(program: &Program, world: &World, value: &Value) -> Option<Raised> {
    match value {
        Value::Object(object) => of_object(program, *object),
        // A future has a condition, and that an `RLock`.
        Value::Handle(unit) if world.infos[unit.index()].pool.is_some() => Some(cannot("_thread.RLock")),
        Value::Handle(unit) => Some(of_handle(world.infos[unit.index()].kind)),
        Value::Stream(..) => Some(cannot("_io.BufferedReader")),
        Value::List(list) => list.items().iter().find_map(|item| refusal(program, world, item)),
        Value::Unset
        | Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Str(_)
        | Value::Cell(_)
        | Value::Exception(_) => None,
    }
}

/// Of the handle of a unit of that kind.
pub(super) fn of_handle(kind: UnitKind) -> Raised {
    match kind {
        UnitKind::Process => Raised::new(
            "TypeError",
            "Pickling an AuthenticationString object is disallowed for security reasons",
        ),
        UnitKind::Task => cannot("_asyncio.Task"),
        UnitKind::Subprocess => cannot("_thread.lock"),
        UnitKind::Thread | UnitKind::Interpreter | UnitKind::Unit => cannot("_thread._ThreadHandle"),
    }
}

fn of_object(program: &Program, object: ObjectId) -> Option<Raised> {
    let declared = &program.objects[object.index()];
    let inherited = |class: &str| {
        let message = format!("{class} objects should only be shared between processes through inheritance");
        Some(Raised::new("RuntimeError", message))
    };
    match (declared.kind, declared.process) {
        // A connection can be sent, and a device is nothing in Python.
        (ObjectKind::Pipe | ObjectKind::Device, _) => None,
        (ObjectKind::ThreadPool, _) => Some(cannot("_queue.SimpleQueue")),
        (ObjectKind::ProcessPool, _) => Some(cannot("_thread.lock")),
        (ObjectKind::Lock, true) => inherited("Lock"),
        (ObjectKind::Rlock, true) => inherited("RLock"),
        (ObjectKind::Semaphore, true) => inherited("Semaphore"),
        (ObjectKind::BoundedSemaphore, true) => inherited("BoundedSemaphore"),
        (ObjectKind::Event | ObjectKind::Condition | ObjectKind::Barrier, true) => inherited("Condition"),
        (ObjectKind::Queue, true) => inherited("Queue"),
        (ObjectKind::Rlock, false) => Some(cannot("_thread.RLock")),
        (ObjectKind::Condition, false) => {
            let lock = program.objects[program.lock_of(object).index()].kind;
            Some(cannot(if lock == ObjectKind::Lock { "_thread.lock" } else { "_thread.RLock" }))
        }
        (
            ObjectKind::Lock
            | ObjectKind::Semaphore
            | ObjectKind::BoundedSemaphore
            | ObjectKind::Event
            | ObjectKind::Barrier
            | ObjectKind::Queue,
            false,
        ) => Some(cannot("_thread.lock")),
    }
}

fn cannot(class: &str) -> Raised {
    Raised::new("TypeError", format!("cannot pickle '{class}' object"))
}
