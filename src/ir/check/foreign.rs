//! Names of Python's library, and of other languages, that scripts write differently.
//!
//! Tables only: whether a script has declared the name itself is looked up before.

use crate::syntax::ast::{Arg, Expr, ExprKind, Name};

/// Modules whose names need no module here.
const MODULES: &[&str] = &[
    "asyncio",
    "collections",
    "concurrent",
    "datetime",
    "functools",
    "itertools",
    "json",
    "logging",
    "math",
    "mp",
    "multiprocessing",
    "os",
    "queue",
    "random",
    "signal",
    "subprocess",
    "sys",
    "threading",
    "time",
];

/// Values of other languages, and what they are here.
const VALUES: &[(&str, &str)] = &[
    ("true", "True"),
    ("TRUE", "True"),
    ("false", "False"),
    ("FALSE", "False"),
    ("none", "None"),
    ("null", "None"),
    ("NULL", "None"),
    ("nil", "None"),
    ("undefined", "None"),
];

/// What else is read as a value, and what to do instead.
const WORDS: &[(&str, &str)] = &[
    ("self", "there are no classes: pass what a function needs as an argument, or declare it `shared`"),
    ("this", "there are no classes: pass what a function needs as an argument, or declare it `shared`"),
    ("__name__", "a run begins in `main { … }`, without an `if`"),
    ("inf", "numbers are whole; for a wait without end leave the timeout out"),
    ("nan", "numbers are whole"),
];

/// What Python makes by a call and a script declares: the call, the kind, its argument for the order, the name of its number.
const CONSTRUCTORS: &[(&str, &str, Option<&str>, &str)] = &[
    ("Lock", "lock", None, ""),
    ("Mutex", "lock", None, ""),
    ("RLock", "rlock", None, ""),
    ("Semaphore", "semaphore", None, "value"),
    ("BoundedSemaphore", "bounded_semaphore", None, "value"),
    ("Event", "event", None, ""),
    ("Condition", "condition", None, "lock"),
    ("Barrier", "barrier", None, "parties"),
    ("Queue", "queue", None, "maxsize"),
    ("SimpleQueue", "queue", None, ""),
    ("JoinableQueue", "queue", None, "maxsize"),
    ("LifoQueue", "queue", Some("lifo"), "maxsize"),
    ("PriorityQueue", "queue", Some("priority"), "maxsize"),
    ("Pipe", "pipe", None, ""),
    ("ThreadPoolExecutor", "thread_pool", None, "max_workers"),
    ("ThreadPool", "thread_pool", None, "processes"),
    ("ProcessPoolExecutor", "process_pool", None, "max_workers"),
    ("Pool", "process_pool", None, "processes"),
];

/// Other functions of Python, and what to write here.
const FUNCTIONS: &[(&str, &str)] = &[
    ("Array", "declare it at the top: `process shared xs[10] = 0`"),
    ("Exception", "an exception has a name and a text, and is only raised: `raise Exception \"text\"`"),
    ("Manager", "what all processes share is declared with `process`: `process shared x = 0`"),
    ("Popen", "write `spawn subprocess f(…)`, where `def f` says what the program does"),
    ("Process", "write `spawn process f(…)`; it starts at once"),
    ("TaskGroup", "write `group { … }`: it waits for what is spawned inside"),
    ("Thread", "write `spawn thread f(…)`; it starts at once"),
    ("Timer", "spawn a function that begins with `sleep`"),
    ("Value", "declare it at the top: `process shared x = 0`"),
    ("active_count", "count the units in a `shared` of your own"),
    ("all", "go through the list with `for`"),
    ("any", "ask with `in`, or go through the list with `for`"),
    ("as_completed", "go through the handles with `for` and ask each for its `result()`"),
    ("bool", "every value can stand where a condition is needed"),
    ("call", "write `spawn subprocess f(…)` and wait for it with `wait()`"),
    ("choice", "write `choose(list)`"),
    ("create_task", "write `spawn task f(…)`"),
    ("current_thread", "pass each unit a number or a name as an argument"),
    ("current_process", "pass each unit a number or a name as an argument"),
    ("dict", "there are no dictionaries: use lists, or `shared` variables"),
    ("ensure_future", "write `spawn task f(…)`"),
    ("enumerate", "count with `for i in 0..len(xs) { … xs[i] … }`"),
    ("exit", "`return` leaves the function; to end a unit with an error, `raise`"),
    ("filter", "go through the list with `for` and `if`"),
    ("float", "numbers are whole; durations and sizes may have a decimal part: `1.5ms`"),
    ("format", "join texts with `+` and `str(…)`, or print several values: `print a, b`"),
    ("gather", "write `group { spawn task f(…); spawn task g(…) }`"),
    ("get_event_loop", "main waits with `await`: that runs the tasks of its loop"),
    ("get_ident", "pass each unit a number or a name as an argument"),
    ("getpid", "pass each unit a number or a name as an argument"),
    ("id", "compare with `==`"),
    ("input", "a script reads nothing: declare `param n = 3`, and set it with `--set n=5`"),
    ("int", "numbers are whole already; `//` divides durations and sizes into integers"),
    ("isinstance", "a script knows its values: there is no need to ask for their type"),
    ("list", "write a list: `[a, b]`; to copy one, assign it"),
    ("map", "write `ex.map(f, xs)` for a pool `ex`, or go through the list with `for`"),
    ("monotonic", "write `now()`"),
    ("nap", "write `sleep 5ms`"),
    ("new_event_loop", "main waits with `await`: that runs the tasks of its loop"),
    ("next", "go through the list with `for`"),
    ("open", "a script has no files: `io 5ms` takes the time that reading one takes"),
    ("perf_counter", "write `now()`"),
    ("pow", "multiply: `x * x`"),
    ("printf", "write `print a, b`"),
    ("println", "write `print a, b`"),
    ("process_time", "write `now()`"),
    ("quit", "`return` leaves the function; to end a unit with an error, `raise`"),
    ("randint", "write `choose(a..b)`, where `b` is not included"),
    ("random", "write `choose(0..100)`, or `uniform(1ms, 2ms)` for a random time"),
    ("randrange", "write `choose(a..b)`"),
    ("repr", "write `str(x)`"),
    ("reversed", "go through the indices: `for i in 0..n { … xs[n - 1 - i] … }`"),
    ("round", "numbers are whole; `//` rounds down"),
    ("run", "write `await f(…)`; main needs no loop of its own"),
    ("run_in_executor", "write `await ex.submit(f(…))` for a pool `ex`"),
    ("set", "there are no sets: use a list and `in`"),
    ("shuffle", "there is no shuffling: pick with `choose(xs)`"),
    ("super", "there are no classes"),
    ("time", "write `now()`"),
    ("time_ns", "write `now()`"),
    ("to_thread", "write `await spawn thread f(…)`"),
    ("tuple", "write a list: `[a, b]`"),
    ("type", "a script knows its values: there is no need to ask for their type"),
    ("usleep", "write `sleep 5us`"),
    ("wait_for", "write `async with timeout(50ms) { await … }`"),
    ("zip", "go through the indices: `for i in 0..len(xs) { … xs[i], ys[i] … }`"),
];

/// What a script writes in place of a value of another language.
pub(super) fn value(name: &str) -> Option<&'static str> {
    VALUES.iter().find(|(word, _)| *word == name).map(|(_, value)| *value)
}

/// What to do in place of reading that name.
pub(super) fn word(name: &str) -> Option<&'static str> {
    WORDS.iter().find(|(word, _)| *word == name).map(|(_, help)| *help)
}

/// What to write in place of that function of Python.
pub(super) fn function(name: &str) -> Option<&'static str> {
    FUNCTIONS.iter().find(|(word, _)| *word == name).map(|(_, help)| *help)
}

/// Whether it is a module of Python.
pub(super) fn is_module(name: &str) -> bool {
    MODULES.contains(&name)
}

/// What stands behind a module and its dots: `Lock` in `threading.Lock`; with the module's name.
pub(super) fn of_module(expr: &Expr) -> Option<(&str, &Name)> {
    let (base, name) = expr.as_attribute()?;
    let module = match base.as_name() {
        Some(module) => module,
        // `concurrent.futures`, `multiprocessing.pool` and the like go one level deeper.
        None => base.as_attribute()?.0.as_name()?,
    };
    is_module(module).then_some((module, name))
}

/// What Python makes by a call and a script declares.
#[derive(Clone, Copy, Debug)]
pub(super) struct Constructor<'a> {
    /// What is called: `Lock`.
    pub(super) name: &'a str,
    /// The name in front: the module, or again what is called.
    pub(super) root: &'a str,
    /// The kind of object.
    pub(super) kind: &'static str,
    /// For queues, if it is not `fifo`.
    order: Option<&'static str>,
    /// What Python calls its number.
    number: &'static str,
    pub(super) args: &'a [Arg],
}

/// `Lock()`, `threading.Lock()`
pub(super) fn constructor(expr: &Expr) -> Option<Constructor<'_>> {
    let ExprKind::Call { callee, args } = &expr.kind else { return None };
    match callee.as_name() {
        Some(name) => named_constructor(name, args),
        None => {
            let (root, name) = of_module(callee)?;
            Some(Constructor { root, ..named_constructor(&name.text, args)? })
        }
    }
}

/// The same by the name alone.
pub(super) fn named_constructor<'a>(name: &'a str, args: &'a [Arg]) -> Option<Constructor<'a>> {
    let &(_, kind, order, number) = CONSTRUCTORS.iter().find(|(word, ..)| *word == name)?;
    Some(Constructor { name, root: name, kind, order, number, args })
}

impl<'a> Constructor<'a> {
    /// The declaration of `name` in its place; none if an argument is none that a declaration can have.
    pub(super) fn declaration(
        &self,
        name: &str,
        written: impl Fn(&'a Expr) -> Option<String>,
    ) -> Option<String> {
        let order = self.order.map(|order| format!("order=\"{order}\""));
        let number = match self.args {
            [] => None,
            [Arg { name: given, value, range_end: None }]
                if given.as_ref().is_none_or(|given| given.text == self.number) =>
            {
                Some(written(value)?)
            }
            _ => return None,
        };
        let args: Vec<String> = number.into_iter().chain(order).collect();
        if args.is_empty() {
            return Some(format!("{} {name}", self.kind));
        }
        Some(format!("{} {name}({})", self.kind, args.join(", ")))
    }
}
