//! What things cost under each runtime, as its users meet it: how long starting, sending and sleeping take.
//!
//! Bands are those of measurements on real interpreters (docs/fidelity.md).

use std::process::Command;

/// Runs a script with these options on two cores; the name is that of its file. How many milliseconds it takes.
fn milliseconds(name: &str, script: &str, options: &[&str]) -> f64 {
    let file = format!("costs_{name}_{}.conc", options.join("_").replace(['/', '.', '-', '='], "_"));
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
    std::fs::write(&path, script).expect("the folder of tests can be written");
    let output = Command::new(env!("CARGO_BIN_EXE_concsim"))
        .args(["run", "--format", "json", "--cores", "2"])
        .args(options)
        .arg(&path)
        .output()
        .expect("the command runs");
    assert!(!output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    json["elapsed_ns"].as_f64().expect("a time") / 1e6
}

fn check(name: &str, script: &str, options: &[&str], (least, most): (f64, f64)) {
    let found = milliseconds(name, script, options);
    assert!(
        (least..=most).contains(&found),
        "{name} with {options:?} takes {found:.3} ms, not {least} to {most}"
    );
}

/// One process that does nothing, by that start method.
fn process(method: &str) -> String {
    format!(
        "machine {{ start_method: \"{method}\" }}\ndef f() {{ pass }}\n\
         main {{ let p = spawn process f()\np.join() }}\n"
    )
}

#[test]
fn a_process_costs_least_by_fork_and_most_by_spawn_under_every_runtime() {
    for runtime in
        ["cpython-3.6", "cpython-3.9", "cpython-3.11", "cpython-3.14", "cpython-3.14t", "pypy-3.11"]
    {
        let options = ["--runtime", runtime];
        let [fork, server, spawn] =
            ["fork", "forkserver", "spawn"].map(|method| milliseconds(method, &process(method), &options));
        assert!(10.0 * fork < server, "{runtime}: {fork} ms by fork, {server} ms by a fork server");
        // The server itself has to be started for the first process.
        assert!(10.0 * fork < spawn, "{runtime}: {fork} ms by fork, {spawn} ms by spawn");
        assert!(
            spawn < 1.5 * server,
            "{runtime}: {spawn} ms by spawn, {server} ms for the first of a server"
        );
    }
}

#[test]
fn a_new_interpreter_costs_what_it_was_measured_to_cost_under_each_version() {
    let spawn = process("spawn");
    check("spawn", &spawn, &["--runtime", "cpython-3.9"], (46.0, 55.0));
    check("spawn", &spawn, &["--runtime", "cpython-3.13"], (60.0, 75.0));
    check("spawn", &spawn, &["--runtime", "cpython-3.14t"], (95.0, 122.0));
    check("spawn", &spawn, &["--runtime", "pypy-3.11"], (129.0, 149.0));
    let program = "def f() { pass }\nmain { let p = spawn subprocess(python=True) f()\np.wait() }\n";
    check("program", program, &["--runtime", "cpython-2.7"], (10.0, 15.0));
    check("program", program, &["--runtime", "cpython-3.13"], (17.0, 20.0));
}

#[test]
fn what_a_script_says_that_something_costs_is_not_scaled_by_the_runtime() {
    let script = "machine { start_method: \"spawn\"\nprocess_spawn: 10ms\nprocess_launch: 1ms }\ndef f() { pass }\n\
                  main { let p = spawn process f()\np.join() }\n";
    for runtime in ["cpython-3.9", "cpython-3.14", "cpython-3.14t", "pypy-3.11"] {
        check("set", script, &["--runtime", runtime], (11.0, 11.1));
    }
}

#[test]
fn threads_that_sleep_cost_twice_as_much_each_without_a_gil() {
    let script = "def f() { sleep 50ms }\nmain { group { for i in 0..256 { spawn thread f() } } }\n";
    check("threads", script, &["--runtime", "cpython-3.9"], (73.0, 92.0));
    check("threads", script, &["--runtime", "cpython-3.14t"], (105.0, 115.0));
}

#[test]
fn tasks_that_sleep_cost_a_tenth_of_a_thread() {
    let script = "def f() { await sleep 50ms }\nmain { group { for i in 0..10000 { spawn task f() } } }\n";
    check("tasks", script, &["--runtime", "cpython-3.6"], (177.0, 276.0));
    check("tasks", script, &["--runtime", "cpython-3.13"], (125.0, 205.0));
    check("tasks", script, &["--runtime", "cpython-3.14t"], (119.0, 137.0));
}

/// A message to another process and a short answer.
fn message(message: &str) -> String {
    format!(
        "pipe p\nmachine {{ start_method: \"fork\" }}\n\
         def other() {{ p.right.recv()\np.right.send(0) }}\n\
         def numbers(n) {{ let list = []\nfor i in 0..n {{ list.append(i) }}\nreturn list }}\n\
         main {{\nlet list = numbers(100000)\nlet child = spawn process other()\nsleep 20ms\n\
         p.left.send({message})\np.left.recv()\nchild.join()\n}}\n"
    )
}

#[test]
fn a_list_of_numbers_costs_ten_times_as_much_to_send_as_bytes_of_that_length() {
    // All but the message takes the same.
    let cost = |text: &str| {
        milliseconds("message", &message(text), &[]) - milliseconds("message", &message("0"), &[])
    };
    let (list, bytes) = (cost("list"), cost("0, size=430KB"));
    assert!((4.0..10.0).contains(&list), "100000 integers take {list} ms");
    assert!((0.2..0.8).contains(&bytes), "430 KB take {bytes} ms");
}

#[test]
fn a_large_message_costs_more_for_each_byte_than_a_small_one() {
    let cost =
        |text: &str| milliseconds("size", &message(text), &[]) - milliseconds("size", &message("0"), &[]);
    let (small, large) = (cost("0, size=100KB"), cost("0, size=10MB"));
    assert!((0.04..0.1).contains(&small), "100 KB take {small} ms");
    assert!((130.0..300.0).contains(&(large / small)), "10 MB take {large} ms, 100 KB {small} ms");
}

/// A thousand rounds of this, by one thread that has all objects to itself.
fn rounds(calls: &str) -> String {
    let declared = "lock m\nsemaphore s(1)\nevent e\nqueue q\nprocess semaphore p(1)\n";
    format!("{declared}main {{\nfor i in 0..1000 {{\n{calls}\n}}\n}}\n")
}

#[test]
fn what_the_library_has_written_in_python_costs_more_than_a_lock() {
    // Measured: microseconds of each round under 3.13.0, and under 2.7.18, 3.9.18 and PyPy 7.3.11.
    for (calls, [new, old, middle, compiled]) in [
        ("s.acquire()\ns.release()", [1.0, 1.88, 1.54, 0.16]),
        ("e.set()\ne.clear()", [1.0, 1.64, 1.26, 0.14]),
        ("q.put(i)\nq.get()", [1.38, 1.8, 1.92, 0.18]),
    ] {
        for (runtime, measured) in
            [("cpython-3.13", new), ("cpython-2.7", old), ("cpython-3.9", middle), ("pypy-3.11", compiled)]
        {
            let band = (measured * 0.75, measured * 1.35);
            check(&calls.replace(['(', ')', '.', '\n'], ""), &rounds(calls), &["--runtime", runtime], band);
        }
    }
    check("lock", &rounds("m.acquire()\nm.release()"), &["--runtime", "cpython-3.13"], (0.1, 0.25));
    check(
        "barrier",
        &format!("barrier b(1)\n{}", rounds("b.wait()")),
        &["--runtime", "cpython-3.13"],
        (0.8, 1.4),
    );
}

#[test]
fn what_processes_and_tasks_have_is_no_call_of_the_library_of_threads() {
    check("process", &rounds("p.acquire()\np.release()"), &[], (0.05, 0.25));
    let task = "queue q\ndef f() { for i in 0..1000 { await q.put(i)\nawait q.get() } }\n\
                main { let t = spawn task f()\nawait t }\n";
    check("task", task, &[], (0.05, 0.5));
    check("length", &rounds("q.put(i)"), &["--cost", "sync_call=1ms"], (990.0, 1010.0));
}
