//! A small `asyncio`, written from `base_events.py`, `tasks.py`, `locks.py` and `queues.py` of CPython 3.13: tasks that do
//! a list of deeds on one event loop, and say after each that it is done.

use std::collections::VecDeque;
use std::fmt::Write as _;

/// What a task does. Times are in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Sleep(u64),
    Io(u64),
    Compute(u64),
    Set,
    Clear,
    Wait,
    Acquire,
    Release,
    Put,
    Get,
    /// It starts a task that does the list of that number.
    Spawn(usize),
    /// The same, and it awaits that one.
    Await(usize),
    /// It starts two tasks in a group, and waits at its end.
    Group([usize; 2]),
    /// It fails; whoever has it in a group goes on behind that.
    Raise,
    /// It awaits that for so many milliseconds and three tenths at the most, so that nothing else is over at that time.
    Limit(u64, Awaiting),
}

/// What takes as long as other tasks do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Awaiting {
    Task(usize),
    Group([usize; 2]),
    /// None: it works for a millisecond and gives way, so many times.
    Yields(u64),
    /// Nobody, but time or what others do.
    Other(Patience),
}

/// What may take time by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    Sleep(u64),
    Io(u64),
    Wait,
    Get,
}

/// When main ends: all that can be done is done long before.
const END: u64 = 1_000;

/// Lists of deeds; main starts a task for each of the first so many, in order.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) lists: Vec<Vec<Deed>>,
    pub(crate) started: usize,
}

impl Plan {
    /// As a script, which prints the number of a list and of a deed, and the time.
    pub(crate) fn script(&self) -> String {
        let mut text = String::from("event e\nlock m\nqueue q(1)\n");
        for (at, list) in self.lists.iter().enumerate() {
            let _ = writeln!(text, "def t{at}() {{\n    print {at}, 0, now() // 1ms");
            for (number, deed) in (1..).zip(list) {
                let line = match deed {
                    Deed::Sleep(time) => format!("await sleep {time}ms"),
                    Deed::Io(time) => format!("await io {time}ms"),
                    Deed::Compute(time) => format!("compute {time}ms"),
                    Deed::Set => "e.set()".to_owned(),
                    Deed::Clear => "e.clear()".to_owned(),
                    Deed::Wait => "await e.wait()".to_owned(),
                    Deed::Acquire => "await m.acquire()".to_owned(),
                    Deed::Release => "m.release()".to_owned(),
                    Deed::Put => "await q.put(1)".to_owned(),
                    Deed::Get => "await q.get()".to_owned(),
                    Deed::Spawn(other) => format!("spawn task t{other}()"),
                    Deed::Await(other) => format!("await spawn task t{other}()"),
                    Deed::Group([one, two]) => {
                        let group = format!("group {{ spawn task t{one}(); spawn task t{two}() }}");
                        format!("try {{ {group} }} except ValueError {{ print \"caught\" }}")
                    }
                    Deed::Raise => "raise ValueError(\"\")".to_owned(),
                    Deed::Limit(time, what) => {
                        let awaits = match what {
                            Awaiting::Task(other) => format!("await spawn task t{other}()"),
                            Awaiting::Yields(times) => {
                                format!("for i in 0..{times} {{ compute 1ms; await sleep 0s }}")
                            }
                            Awaiting::Other(Patience::Sleep(time)) => format!("await sleep {time}ms"),
                            Awaiting::Other(Patience::Io(time)) => format!("await io {time}ms"),
                            Awaiting::Other(Patience::Wait) => "await e.wait()".to_owned(),
                            Awaiting::Other(Patience::Get) => "await q.get()".to_owned(),
                            Awaiting::Group([one, two]) => {
                                format!("group {{ spawn task t{one}(); spawn task t{two}() }}")
                            }
                        };
                        let limited = format!("async with timeout({time}.3ms) {{ {awaits} }}");
                        [
                            format!("try {{ {limited} }}"),
                            "except ValueError { print \"caught\" }".to_owned(),
                            "except TimeoutError { print \"caught\" }".to_owned(),
                        ]
                        .join(" ")
                    }
                };
                let _ = writeln!(text, "    {line}\n    print {at}, {number}, now() // 1ms");
            }
            text.push_str("}\n");
        }
        let spawns: Vec<String> = (0..self.started).map(|at| format!("    spawn task t{at}()\n")).collect();
        let _ = writeln!(text, "main {{\n{}    await sleep {END}ms\n}}", spawns.concat());
        text
    }

    /// As a program in Python, for [`LOOP`].
    pub(crate) fn program(&self) -> String {
        let mut text = String::from("def plan(loop, e, m, q):\n");
        for (at, list) in self.lists.iter().enumerate() {
            let _ = writeln!(text, "    async def t{at}():\n        print({at}, 0, int(loop.now))");
            for (number, deed) in (1..).zip(list) {
                let line = match deed {
                    Deed::Sleep(time) => format!("await asyncio.sleep({time})"),
                    Deed::Io(time) => format!("await loop.io({time})"),
                    Deed::Compute(time) => format!("loop.now += {time}"),
                    Deed::Set => "e.set()".to_owned(),
                    Deed::Clear => "e.clear()".to_owned(),
                    Deed::Wait => "await e.wait()".to_owned(),
                    Deed::Acquire => "await m.acquire()".to_owned(),
                    Deed::Release => "m.release()".to_owned(),
                    Deed::Put => "await q.put(1)".to_owned(),
                    Deed::Get => "await q.get()".to_owned(),
                    Deed::Spawn(other) => format!("kept.append(loop.create_task(t{other}()))"),
                    Deed::Await(other) => format!("await loop.create_task(t{other}())"),
                    Deed::Group([one, two]) => format!("await group(t{one}(), t{two}())"),
                    Deed::Raise => "raise ValueError".to_owned(),
                    Deed::Limit(time, Awaiting::Yields(times)) => {
                        format!("await limit({time}.3, yields(loop, {times}))")
                    }
                    Deed::Limit(time, Awaiting::Other(what)) => {
                        let awaited = match what {
                            Patience::Sleep(time) => format!("asyncio.sleep({time})"),
                            Patience::Io(time) => format!("loop.io({time})"),
                            Patience::Wait => "e.wait()".to_owned(),
                            Patience::Get => "q.get()".to_owned(),
                        };
                        format!("await limit({time}.3, {awaited})")
                    }
                    Deed::Limit(time, Awaiting::Task(other)) => {
                        format!("await limit({time}.3, loop.create_task(t{other}()))")
                    }
                    Deed::Limit(time, Awaiting::Group([one, two])) => {
                        format!("await limit({time}.3, group(t{one}(), t{two}(), catches=False))")
                    }
                };
                let _ = writeln!(text, "        {line}\n        print({at}, {number}, int(loop.now))");
            }
        }
        text.push_str("    async def main():\n");
        for at in 0..self.started {
            let _ = writeln!(text, "        kept.append(loop.create_task(t{at}()))");
        }
        let _ = writeln!(text, "        await asyncio.sleep({END})\n    return main()\nrun(plan)");
        text
    }
}

/// An event loop of `asyncio` whose clock stands still while it works and jumps while it waits. The end of I/O comes out
/// of `select`, as it does from a socket.
pub(crate) const LOOP: &str = "\
import asyncio

kept = []

class Loop(asyncio.SelectorEventLoop):
    def __init__(self):
        super().__init__()
        self.now, self.pending, self._clock_resolution, self.timers = 0, [], 0.05, 0
        self._selector.select = self.pause

    def time(self):
        return self.now

    def call_at(self, when, callback, *args, context=None):
        # As time goes on between two timers, the one that was set first is due first.
        self.timers += 1
        return super().call_at(when + self.timers * 1e-6, callback, *args, context=context)

    def io(self, time):
        future = self.create_future()
        self.pending.append((self.now + time, len(self.pending), future))
        return future

    def pause(self, timeout):
        ends = [end for end, _, future in self.pending if not future.done()]
        waits = [max(0, end - self.now) for end in ends] + ([] if timeout is None else [timeout])
        self.now = round(self.now + min(waits), 2)
        return []

    def _process_events(self, events):
        for end, _, future in sorted(self.pending, key=lambda item: item[:2]):
            if end <= self.now and not future.done() and future not in kept:
                kept.append(future)
                self.call_soon(future.set_result, None)

async def group(*coroutines, catches=True):
    try:
        async with asyncio.TaskGroup() as tasks:
            for coroutine in coroutines:
                tasks.create_task(coroutine)
    except ExceptionGroup:
        if not catches:
            raise
        print('caught')

async def yields(loop, times):
    for i in range(times):
        loop.now += 1
        await asyncio.sleep(0)

async def limit(time, awaitable):
    try:
        async with asyncio.timeout(time):
            await awaitable
    except (ValueError, ExceptionGroup, TimeoutError):
        print('caught')

def run(plan):
    loop = Loop()
    asyncio.set_event_loop(loop)
    kept.clear()
    loop.set_exception_handler(lambda loop, context: None)
    main = plan(loop, asyncio.Event(), asyncio.Lock(), asyncio.Queue(1))
    loop.run_until_complete(main)
    print('---')
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()

";

/// What a pass of the loop executes.
#[derive(Clone, Copy, Debug)]
enum Handle {
    /// The task goes on.
    Step(usize),
    /// The result of what the task awaits is set, so that it is to go on.
    SetResult(usize),
    /// The group of a task finds out that it has ended.
    Told(usize),
}

/// A task: its list, which deed is next, and whether that has given the loop up already.
#[derive(Clone, Debug)]
struct Task {
    list: usize,
    next: usize,
    waited: bool,
    awaited_by: Option<usize>,
    /// Who has started it in a group.
    owner: Option<usize>,
    /// Of how many tasks it has started in a group it was not told that they have ended.
    untold: usize,
}

/// The loop with all that its tasks use.
struct Loop<'a> {
    plan: &'a Plan,
    now: u64,
    ready: VecDeque<Handle>,
    /// When they are over, in the order in which they were begun.
    timers: Vec<(u64, usize)>,
    io: Vec<(u64, usize)>,
    tasks: Vec<Task>,
    is_set: bool,
    waiters: Vec<usize>,
    is_locked: bool,
    lockers: VecDeque<usize>,
    items: usize,
    getters: VecDeque<usize>,
    putters: VecDeque<usize>,
    lines: Vec<String>,
}

/// What a plan prints.
pub(crate) fn run(plan: &Plan) -> Vec<String> {
    let mut state = Loop {
        plan,
        now: 0,
        ready: VecDeque::new(),
        timers: Vec::new(),
        io: Vec::new(),
        tasks: Vec::new(),
        is_set: false,
        waiters: Vec::new(),
        is_locked: false,
        lockers: VecDeque::new(),
        items: 0,
        getters: VecDeque::new(),
        putters: VecDeque::new(),
        lines: Vec::new(),
    };
    (0..plan.started).for_each(|list| state.start(list, None));
    while state.pass() {}
    state.lines
}

impl Loop<'_> {
    /// One pass (`_run_once`); false if nothing is left to do.
    fn pass(&mut self) -> bool {
        if self.ready.is_empty() {
            let Some(next) = self.timers.iter().chain(&self.io).map(|(end, _)| *end).min() else {
                return false;
            };
            self.now = self.now.max(next);
        }
        for events in [&mut self.io, &mut self.timers] {
            events.sort_by_key(|(end, _)| *end);
            let over = events.iter().take_while(|(end, _)| *end <= self.now).count();
            self.ready.extend(events.drain(..over).map(|(_, task)| Handle::SetResult(task)));
        }
        for _ in 0..self.ready.len() {
            match self.ready.pop_front().expect("so many are ready") {
                Handle::SetResult(task) => self.ready.push_back(Handle::Step(task)),
                Handle::Step(task) => self.step(task),
                Handle::Told(task) => {
                    let owner = self.tasks[task].owner.expect("it was started in a group");
                    self.tasks[owner].untold -= 1;
                    self.ready.extend((self.tasks[owner].untold == 0).then_some(Handle::Step(owner)));
                }
            }
        }
        true
    }

    fn start(&mut self, list: usize, awaited_by: Option<usize>) {
        self.ready.push_back(Handle::Step(self.tasks.len()));
        self.tasks.push(Task { list, next: 0, waited: false, awaited_by, owner: None, untold: 0 });
    }

    fn start_in_group(&mut self, list: usize, owner: usize) {
        self.start(list, None);
        self.tasks.last_mut().expect("it was started").owner = Some(owner);
        self.tasks[owner].untold += 1;
    }

    /// The task goes on until it has to wait or is done.
    fn step(&mut self, task: usize) {
        if self.tasks[task].next == 0 && !self.tasks[task].waited {
            self.says(task);
        }
        let deeds = &self.plan.lists[self.tasks[task].list];
        while let Some(deed) = deeds.get(self.tasks[task].next) {
            let waited = std::mem::replace(&mut self.tasks[task].waited, false);
            if !self.does(task, *deed, waited) {
                self.tasks[task].waited = true;
                return;
            }
            self.tasks[task].next += 1;
            self.says(task);
        }
        self.ready.extend(self.tasks[task].owner.map(|_| Handle::Told(task)));
        self.ready.extend(self.tasks[task].awaited_by.map(Handle::Step));
    }

    fn says(&mut self, task: usize) {
        let Task { list, next, .. } = self.tasks[task];
        self.lines.push(format!("{list} {next} {}", self.now));
    }

    /// Whether the task has done that; with `waited` it has given the loop up in it before.
    fn does(&mut self, task: usize, deed: Deed, waited: bool) -> bool {
        match deed {
            Deed::Sleep(0) if !waited => self.ready.push_back(Handle::Step(task)),
            Deed::Sleep(time) if !waited => self.timers.push((self.now + time, task)),
            Deed::Io(time) if !waited => self.io.push((self.now + time, task)),
            Deed::Sleep(_) | Deed::Io(_) | Deed::Await(_) | Deed::Group(_) if waited => return true,
            Deed::Await(list) => self.start(list, Some(task)),
            Deed::Group(lists) => lists.into_iter().for_each(|list| self.start_in_group(list, task)),
            Deed::Compute(time) => {
                self.now += time;
                return true;
            }
            Deed::Spawn(list) => {
                self.start(list, None);
                return true;
            }
            Deed::Set => {
                if !std::mem::replace(&mut self.is_set, true) {
                    self.ready.extend(self.waiters.drain(..).map(Handle::Step));
                }
                return true;
            }
            Deed::Clear => {
                self.is_set = false;
                return true;
            }
            Deed::Wait if waited || self.is_set => return true,
            Deed::Wait => self.waiters.push(task),
            Deed::Acquire => return self.acquires(task, waited),
            Deed::Release => {
                self.is_locked = false;
                // It stays in line until it goes on, so that nobody overtakes it.
                self.ready.extend(self.lockers.front().map(|next| Handle::Step(*next)));
                return true;
            }
            Deed::Put if self.items == 1 => self.putters.push_back(task),
            Deed::Put => {
                self.items += 1;
                self.ready.extend(self.getters.pop_front().map(Handle::Step));
                return true;
            }
            Deed::Get if self.items == 0 => self.getters.push_back(task),
            Deed::Get => {
                self.items -= 1;
                self.ready.extend(self.putters.pop_front().map(Handle::Step));
                return true;
            }
            Deed::Sleep(_) | Deed::Io(_) => unreachable!("they are over, or have begun"),
            Deed::Raise | Deed::Limit(..) => unreachable!("what becomes of others then only Python knows"),
        }
        false
    }

    fn acquires(&mut self, task: usize, waited: bool) -> bool {
        if waited {
            self.lockers.pop_front();
        } else if self.is_locked || !self.lockers.is_empty() {
            self.lockers.push_back(task);
            return false;
        }
        self.is_locked = true;
        true
    }
}
