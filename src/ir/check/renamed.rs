//! Methods that Python or other libraries have, and what they are here.

use crate::ir::signature::Receiver;
use crate::syntax::ast::ObjectKind;

/// A method of others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Renamed {
    word: &'static str,
    of: Of,
    /// Its name here, if it takes the same arguments.
    pub(super) here: Option<&'static str>,
    help: &'static str,
}

/// What has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Lock,
    Semaphore,
    Condition,
    Event,
    Queue,
    Handle,
    List,
}

impl Renamed {
    /// How to mend it.
    pub(super) fn help(&self) -> String {
        match self.here {
            Some(here) => format!("it is called `{here}` here"),
            None => self.help.to_owned(),
        }
    }
}

const fn same(of: Of, word: &'static str, here: &'static str) -> Renamed {
    Renamed { word, of, here: Some(here), help: "" }
}

const fn other(of: Of, word: &'static str, help: &'static str) -> Renamed {
    Renamed { word, of, here: None, help }
}

const ALL: &[Renamed] = &[
    same(Of::Lock, "lock", "acquire"),
    same(Of::Lock, "unlock", "release"),
    same(Of::Lock, "is_locked", "locked"),
    other(Of::Lock, "try_lock", "write `acquire(blocking=False)`, which says whether it got the lock"),
    other(Of::Lock, "try_acquire", "write `acquire(blocking=False)`, which says whether it got the lock"),
    same(Of::Semaphore, "wait", "acquire"),
    same(Of::Semaphore, "down", "acquire"),
    same(Of::Semaphore, "P", "acquire"),
    same(Of::Semaphore, "signal", "release"),
    same(Of::Semaphore, "post", "release"),
    same(Of::Semaphore, "up", "release"),
    same(Of::Semaphore, "V", "release"),
    same(Of::Condition, "signal", "notify"),
    same(Of::Condition, "broadcast", "notify_all"),
    same(Of::Condition, "notifyAll", "notify_all"),
    same(Of::Event, "isSet", "is_set"),
    same(Of::Event, "reset", "clear"),
    same(Of::Queue, "enqueue", "put"),
    same(Of::Queue, "push", "put"),
    same(Of::Queue, "append", "put"),
    same(Of::Queue, "add", "put"),
    same(Of::Queue, "dequeue", "get"),
    same(Of::Queue, "pop", "get"),
    same(Of::Queue, "take", "get"),
    same(Of::Queue, "size", "qsize"),
    same(Of::Queue, "is_empty", "empty"),
    same(Of::Queue, "is_full", "full"),
    same(Of::Queue, "close", "shutdown"),
    other(Of::Queue, "put_nowait", "write `put(v, blocking=False)`"),
    other(Of::Queue, "get_nowait", "write `get(blocking=False)`"),
    other(Of::Handle, "start", "a unit starts where it is spawned: leave `start()` out"),
    other(Of::Handle, "run", "a unit starts where it is spawned: leave `run()` out"),
    same(Of::Handle, "isAlive", "is_alive"),
    other(Of::Handle, "exception", "`result()` raises what the unit raised: put it into `try`"),
    other(Of::Handle, "cancelled", "write `try { await h } except CancelledError { … }`"),
    other(Of::Handle, "setDaemon", "write `spawn thread(daemon=True) f(…)`"),
    other(Of::Handle, "daemon", "write `spawn thread(daemon=True) f(…)`"),
    other(Of::Handle, "name", "`print h` shows the name; to give one, write `spawn thread(name=\"w\") f(…)`"),
    other(Of::Handle, "pid", "`print h` shows which one it is"),
    other(Of::Handle, "exitcode", "write `h.is_alive()`, or `h.result()` for what it returned"),
    other(Of::Handle, "returncode", "write `h.wait()`, which gives it"),
    same(Of::List, "push", "append"),
    same(Of::List, "add", "append"),
    same(Of::List, "push_back", "append"),
    other(Of::List, "insert", "join lists: `xs = [v] + xs`"),
    other(Of::List, "extend", "join lists: `xs += ys`"),
    other(Of::List, "remove", "write `xs.pop(i)` with the index of the item"),
    other(Of::List, "clear", "write `xs = []`"),
    other(Of::List, "copy", "an assignment copies a list already"),
    other(Of::List, "sort", "write `xs = sorted(xs)`"),
    other(Of::List, "reverse", "go through the indices: `for i in 0..n { … xs[n - 1 - i] … }`"),
    other(Of::List, "index", "go through the list with `for`, or ask with `in`"),
    other(Of::List, "count", "go through the list with `for`"),
];

/// What that method of others is here, for a value that is one of `receivers`.
pub(super) fn method(receivers: &[Receiver], word: &str) -> Option<Renamed> {
    let fits = |renamed: &&Renamed| {
        renamed.word == word && receivers.iter().any(|receiver| has(*receiver, renamed.of))
    };
    ALL.iter().find(fits).copied()
}

fn has(receiver: Receiver, of: Of) -> bool {
    let kind = match receiver {
        Receiver::Handle => return of == Of::Handle,
        Receiver::List => return of == Of::List,
        Receiver::Stream => return false,
        Receiver::Object(kind) => kind,
    };
    match kind {
        ObjectKind::Lock | ObjectKind::Rlock => of == Of::Lock,
        ObjectKind::Semaphore | ObjectKind::BoundedSemaphore => of == Of::Semaphore,
        ObjectKind::Condition => matches!(of, Of::Condition | Of::Lock),
        ObjectKind::Event => of == Of::Event,
        ObjectKind::Queue => of == Of::Queue,
        ObjectKind::Barrier
        | ObjectKind::Pipe
        | ObjectKind::Device
        | ObjectKind::ThreadPool
        | ObjectKind::ProcessPool => false,
    }
}
