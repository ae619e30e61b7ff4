//! What costs more or less than a machine says under each runtime: the machine's figures are those of CPython 3.13.
//!
//! Measured were 2.7.18, 3.6.15, 3.9.18, 3.11.7, 3.13.0, an early free-threaded 3.15, and `PyPy` 7.3.11 (for 3.9). A
//! version that was not takes the figures of one that was: 3.2 to 3.5 those of 3.6, 3.7 to 3.10 those of 3.9, 3.12 and
//! 3.14 those of 3.13. With 3.11 came other frames and smaller threads and tasks, so that 3.10 is with 3.9 and not
//! with 3.11. What is not named costs what the machine says.

use crate::machine::profile::{Evidence, Factor};

/// Rows of `setting percent evidence source`; each source after the prefix.
macro_rules! rows {
    ($prefix:literal; $($setting:ident $percent:literal $evidence:ident $source:literal;)*) => {
        &[$(Factor {
            setting: stringify!($setting),
            percent: $percent,
            evidence: Evidence::$evidence,
            source: concat!($prefix, $source),
        }),*]
    };
}

/// The same rows for the version that was measured, and as a choice for those that take its figures.
macro_rules! shared_rows {
    ($measured:ident $chosen:ident $own:literal, $prefix:literal; $($setting:ident $percent:literal $evidence:ident $source:literal;)*) => {
        pub(super) static $measured: &[Factor] = rows!($own; $($setting $percent $evidence $source;)*);
        pub(super) static $chosen: &[Factor] = rows!($prefix; $($setting $percent Chosen $source;)*);
    };
}

pub(super) static CPYTHON_2_7: &[Factor] = rows!("";
    lock_call 56 Measured "2.7.18: 56 ns for an acquire and a release of a Lock, 3.13.0 111 ns";
    rlock_call 848 Measured "2.7.18: 849 ns for an acquire and a release of an RLock, which is written in Python";
    sync_call 165 Measured "2.7.18: 940 ns for an acquire or a release of a Semaphore, 820 ns for one of an Event, 900 ns for one of a Queue; 3.13.0 500, 500 and 690 ns";
    with_end 22 Measured "2.7.18: 121 ns for `with lock: pass`, 3.13.0 284 ns";
    process_fork 47 Fitted "2.7.18: 64 processes that sleep cost 0.9 ms each; it has less in memory than 3.13";
    process_fork_child 300 Fitted "2.7.18: 1.6 ms from the call to the first statement, 2.5 ms until it is joined";
    python_start 68 Measured "2.7.18: `python -c pass` takes 12.7 ms, 3.13.0 18.4 ms";
    interpreter_memory 63 Measured "2.7.18: 7.7 MB resident";
    forked_memory 82 Measured "2.7.18: a forked child has 0.96 MB private";
    thread_memory 123 Measured "2.7.18: 19.6 KiB for each thread";
);

shared_rows!(CPYTHON_3_6 LIKE_3_6 "3.6.15: ", "not measured; as 3.6.15: ";
    lock_call 57 Chosen "not measured; as 3.9.18";
    rlock_call 60 Chosen "not measured; as 3.9.18";
    sync_call 175 Measured "870 ns for an acquire or a release of a Semaphore, 830 ns for one of an Event, 1380 ns for one of a queue; 3.13.0 500, 500 and 690 ns";
    with_end 33 Chosen "not measured; as 3.9.18";
    task_start 167 Fitted "to create and run a task takes 9.7-12.9 us";
    task_switch 171 Measured "a turn of the loop by sleep(0) takes 4.1 us, 3.13.0 2.6 us";
    task_timer 193 Fitted "10000 tasks that sleep cost 17 us each, those that do nothing 9.7 us";
    process_fork 69 Fitted "64 processes that sleep cost 1.7 ms each, under 3.13.0 2.4 ms";
    process_fork_child 200 Fitted "1.3 ms from the call to the first statement, 1.8 ms until it is joined";
    process_launch 160 Measured "the call takes 1.4 ms for spawn, 1.9 ms for a fork server; 3.13.0 0.8 and 1.2 ms";
    process_spawn 77 Measured "51 ms to the first statement, 3.13.0 60-74 ms";
    process_forkserver 58 Measured "16 ms to the first statement, 3.13.0 25 ms";
    forkserver_start 120 Measured "the first one takes 53 ms longer, under 3.13.0 44 ms";
    python_start 93 Measured "`python -c pass` takes 17.1 ms, 3.13.0 18.4 ms";
    interpreter_memory 68 Measured "9.3 MB resident, a spawned child has 7.4 MB private";
    forkserver_memory 50 Measured "a child of the fork server has 4.1 MB private, that of 3.13.0 8.2 MB";
    thread_memory 133 Measured "21.2 KiB for each thread, 3.13.0 16.1 KiB";
    task_memory 173 Measured "1.9 KiB for each task, 3.13.0 1.1 KiB";
);

shared_rows!(CPYTHON_3_9 LIKE_3_9 "3.9.18: ", "not measured; as 3.9.18: ";
    lock_call 57 Measured "57 ns for an acquire and a release of a Lock, 3.13.0 111 ns";
    rlock_call 60 Measured "60 ns for an acquire and a release of an RLock, 3.13.0 111 ns";
    sync_call 140 Measured "770 ns for an acquire or a release of a Semaphore, 630 ns for one of an Event, 960 ns for one of a queue; 3.13.0 500, 500 and 690 ns";
    with_end 33 Measured "143 ns for `with lock: pass`, 133 ns with an RLock, 3.13.0 284 and 267 ns";
    task_start 148 Fitted "to create and run a task takes 9.7-12.5 us";
    task_switch 167 Measured "a turn of the loop by sleep(0) takes 4.2 us, 3.13.0 2.6 us";
    task_timer 143 Fitted "10000 tasks that sleep cost 14.6 us each, those that do nothing 9.7 us";
    process_fork 69 Fitted "64 processes that sleep cost 1.7 ms each, under 3.13.0 2.4 ms";
    process_fork_child 200 Fitted "1.5 ms from the call to the first statement, 2.0 ms until it is joined";
    process_launch 180 Measured "the call takes 1.5 ms for spawn, 2.2 ms for a fork server; 3.13.0 0.8 and 1.2 ms";
    process_spawn 75 Measured "48-50 ms to the first statement, 3.13.0 60-74 ms";
    process_forkserver 60 Measured "16-17 ms to the first statement, 3.13.0 25 ms";
    forkserver_start 80 Measured "the first one takes 35 ms longer, under 3.13.0 44 ms";
    process_pool_item 128 Measured "148 us for an item that does nothing, 3.13.0 113 us";
    python_start 67 Measured "`python -c pass` takes 12.5 ms, 3.13.0 18.4 ms";
    unpickle_item 85 Fitted "56-61 ns for an integer of a list through a pipe, 3.13.0 65-88 ns";
    interpreter_memory 88 Measured "12 MB resident, a spawned child has 9.8 MB private";
    forked_memory 119 Measured "a forked child has 1.4 MB private, that of 3.13.0 1.1 MB";
    forkserver_memory 77 Measured "a child of the fork server has 6.3 MB private, that of 3.13.0 8.2 MB";
    thread_memory 117 Measured "18.8 KiB for each thread, 3.13.0 16.1 KiB";
    task_memory 178 Measured "1.9 KiB for each task, 3.13.0 1.1 KiB";
);

pub(super) static CPYTHON_3_11: &[Factor] = rows!("";
    process_fork 78 Fitted "3.11.7: 1.6 ms from the call to the first statement, 2.3 ms until it is joined";
    process_fork_child 240 Fitted "3.11.7: 1.6 ms from the call to the first statement, 2.3 ms until it is joined";
    process_spawn 106 Measured "3.11.7: 66-75 ms to the first statement, 3.13.0 60-74 ms";
    process_forkserver 72 Measured "3.11.7: 18-19 ms to the first statement, 3.13.0 25 ms";
    python_start 234 Measured "3.11.7: `python -c pass` takes 42 ms as it was installed there, others 12 to 18 ms";
    interpreter_memory 118 Measured "3.11.7: 17.8 MB resident, a spawned child has 11.9 MB private";
    forked_memory 122 Measured "3.11.7: a forked child has 1.4 MB private, that of 3.13.0 1.1 MB";
    forkserver_memory 89 Measured "3.11.7: a child of the fork server has 7.3 MB private, that of 3.13.0 8.2 MB";
);

pub(super) static FREE_THREADED: &[Factor] = rows!("an early free-threaded 3.15: ";
    lock_call 35 Measured "35 ns for an acquire and a release of a Lock, which a GIL costs nothing, under 3.13.0 111 ns";
    rlock_call 53 Measured "53 ns for an acquire and a release of an RLock, under 3.13.0 111 ns";
    with_end 7 Measured "78 ns for `with lock: pass`, 88 ns with an RLock, under 3.13.0 284 and 267 ns";
    thread_start 390 Fitted "256 threads that sleep cost 238 us each, with a GIL 115 us";
    task_start 85 Fitted "to create and run a task takes 6.4-6.7 us";
    task_switch 90 Fitted "a turn of the loop by sleep(0) takes 2.3 us, under 3.13.0 2.6 us";
    task_timer 50 Fitted "10000 tasks that sleep cost 7.5 us each, those that do nothing 6.4 us";
    process_fork 167 Fitted "64 processes that sleep cost 3.7 ms each, under 3.13.0 2.4 ms";
    process_spawn 165 Measured "96-122 ms to the first statement, 3.13.0 60-74 ms";
    forkserver_start 290 Measured "the first one takes 128 ms longer, under 3.13.0 44 ms";
    thread_pool_item 165 Measured "14 us for an item that does nothing, 3.13.0 8 us";
    python_start 90 Measured "`python -c pass` takes 16.6 ms, 3.13.0 18.4 ms";
    large_message_kib 420 Fitted "messages of 10 MB take 4.3 ns for a byte through a pipe or a queue, with a GIL 1.4-1.8 ns";
    interpreter_memory 149 Measured "17.6 MB resident, a spawned child has 19 MB private";
    forked_memory 88 Measured "a forked child has 1.0 MB private, that of 3.13.0 1.1 MB";
    forkserver_memory 115 Measured "a child of the fork server has 9.4 MB private, that of 3.13.0 8.2 MB";
    thread_memory 1122 Measured "179 KiB for each thread, which has a heap of its own; 3.13.0 16.1 KiB";
    task_memory 88 Measured "1.0 KiB for each task, 3.13.0 1.1 KiB";
);

pub(super) static PYPY: &[Factor] = rows!("7.3.11 (Python 3.9): ";
    lock_call 45 Measured "46 ns for an acquire and a release of a Lock, CPython 3.13.0 111 ns";
    rlock_call 13 Measured "13 ns for an acquire and a release of an RLock, which calls nobody where it is its own";
    sync_call 15 Measured "80 ns for an acquire or a release of a Semaphore, 70 ns for one of an Event, 90 ns for one of a queue; CPython 3.13.0 500, 500 and 690 ns";
    with_end 1 Measured "44 ns for `with lock: pass`, no more than for the acquire and the release in it";
    thread_start 290 Fitted "256 threads that wait cost 133-269 us each, one that is joined at once 258 us";
    task_start 350 Fitted "10000 tasks that sleep cost 11 us each, and a third of that if they ran as fast as other code";
    task_switch 365 Fitted "10000 tasks that sleep cost 11 us each, and a third of that if they ran as fast as other code";
    task_timer 300 Fitted "10000 tasks that sleep cost 11 us each, and a third of that if they ran as fast as other code";
    process_fork 211 Fitted "64 processes that sleep cost 4.3 ms each, under CPython 3.13.0 2.4 ms";
    process_launch 400 Measured "the call takes 3.9-4.2 ms for spawn and for a fork server, CPython 3.13.0 0.8-1.2 ms";
    process_spawn 206 Measured "129-149 ms to the first statement, CPython 3.13.0 60-74 ms";
    process_forkserver 135 Measured "36 ms to the first statement, CPython 3.13.0 25 ms";
    forkserver_start 273 Measured "the first one takes 120 ms longer, under CPython 3.13.0 44 ms";
    python_start 235 Measured "`pypy -c pass` takes 42 ms, CPython 3.13.0 18.4 ms";
    interpreter_memory 175 Measured "a spawned child has 21 MB private; a process that has worked has 62 MB resident";
    forked_memory 78 Measured "a forked child has 0.9 MB private, that of CPython 3.13.0 1.1 MB";
    forkserver_memory 166 Measured "a child of the fork server has 13.7 MB private, that of CPython 3.13.0 8.2 MB";
    thread_memory 93 Measured "14.9 KiB for each thread, CPython 3.13.0 16.1 KiB";
    task_memory 168 Measured "1.8 KiB for each task, CPython 3.13.0 1.1 KiB";
);

pub(super) static JYTHON: &[Factor] = rows!("";
    thread_start 680 Measured "Jython: to start and join a thread takes 390 us";
);
