//! The runtimes as their users meet them: how long threads take, and which updates are lost.
//!
//! Bands are those of measurements on real interpreters (docs/machine-model.md); they are wide, since a model is no copy.

use std::process::Command;

/// What a run of a script came to.
struct Ran {
    milliseconds: f64,
    gil_switches: u64,
    shared: serde_json::Value,
}

/// Runs a script with these options; the name is that of its file.
fn run(name: &str, script: &str, options: &[&str]) -> Ran {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.conc"));
    std::fs::write(&path, script).expect("the folder of tests can be written");
    let output = Command::new(env!("CARGO_BIN_EXE_concsim"))
        .args(["run", "--format", "json", "--max-events", "100_000_000"])
        .args(["--cores", "2"].iter().filter(|_| !options.contains(&"--cores")))
        .args(options)
        .arg(&path)
        .output()
        .expect("the command runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.stdout.is_empty(), "{errors}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    Ran {
        milliseconds: json["elapsed_ns"].as_f64().expect("a time") / 1e6,
        gil_switches: json["machine"]["gil_switches"].as_u64().expect("a count"),
        shared: json["shared"].clone(),
    }
}

const COMPUTING: &str = "param n = 2\nparam work = 60ms\n\
    def f() { compute work }\nmain { group { for i in 0..n { spawn thread f() } } }\n";

/// How long `n` threads of 60 ms take, in parts of the time that they take one after the other.
fn ratio(n: u32, options: &[&str]) -> f64 {
    let count = format!("n={n}");
    let options: Vec<&str> = [&["--set", &count], options].concat();
    let name = format!("computing_{n}_{}", options.join("_").replace(['/', '.', '-', '='], "_"));
    run(&name, COMPUTING, &options).milliseconds / (60.0 * f64::from(n))
}

fn check_ratio(n: u32, options: &[&str], (least, most): (f64, f64)) {
    let found = ratio(n, options);
    assert!(
        (least..=most).contains(&found),
        "{n} threads with {options:?} take {found:.3}, not {least} to {most}"
    );
}

/// Which fraction of the updates of two threads is lost.
fn lost(name: &str, update: &str, options: &[&str]) -> f64 {
    let script = format!(
        "param n = 300_000\nshared x = 0\ndef g() {{ return 1 }}\ndef f() {{ for i in 0..n {{ {update} }} }}\n\
         main {{ group {{ spawn thread f()\nspawn thread f() }} }}\n"
    );
    let name = format!("lost_{name}_{}", options.join("_").replace(['.', '-'], "_"));
    let ran = run(&name, &script, options);
    1.0 - ran.shared["x"].as_f64().expect("a number") / 600_000.0
}

#[test]
fn up_to_3_9_a_plain_increment_loses_updates_and_from_3_10_on_it_does_not() {
    for seed in ["1", "2"] {
        let drawn = ["--scheduler", "random", "--seed", seed];
        for runtime in ["cpython-2.7", "cpython-3.9"] {
            let lost = lost("plain", "x += 1", &[&["--runtime", runtime], &drawn[..]].concat());
            assert!((0.1..0.45).contains(&lost), "{runtime} with seed {seed} loses {lost:.3}");
        }
        for runtime in ["cpython-3.10", "pypy-3.11"] {
            let lost = lost("plain", "x += 1", &[&["--runtime", runtime], &drawn[..]].concat());
            assert!(lost == 0.0, "{runtime} with seed {seed} loses {lost:.3}");
        }
    }
}

#[test]
fn a_call_between_read_and_write_loses_updates_under_every_gil_of_cpython() {
    for runtime in ["cpython-2.7", "cpython-3.10", "cpython-3.14"] {
        for (name, update) in [("call", "x = x + g()"), ("builtin", "x = x + abs(1)")] {
            let lost = lost(name, update, &["--runtime", runtime, "--scheduler", "random", "--seed", "1"]);
            assert!((0.05..0.5).contains(&lost), "{runtime} loses {lost:.3} with `{update}`");
        }
    }
}

#[test]
fn a_call_between_read_and_write_loses_nothing_under_pypy_which_lets_go_at_ends_of_loops() {
    for seed in ["1", "2"] {
        for (name, update) in [("call", "x = x + g()"), ("builtin", "x = x + abs(1)")] {
            let lost =
                lost(name, update, &["--runtime", "pypy-3.11", "--scheduler", "random", "--seed", seed]);
            assert!(lost == 0.0, "seed {seed} loses {lost:.3} with `{update}`");
        }
    }
}

#[test]
fn a_request_that_comes_behind_a_call_is_noticed_in_the_next_round() {
    let options = ["--runtime", "cpython-3.14", "--scheduler", "random", "--seed", "3"];
    let lost = lost("behind", "x = x + abs(1) * 1 * 1 * 1 * 1 * 1", &options);
    assert!((0.05..0.3).contains(&lost), "a third of a round lies before the call, and {lost:.3} is lost");
}

#[test]
fn an_exploration_that_respects_the_gil_finds_a_lost_update_up_to_3_9() {
    check_ends(
        ("two_increments", "shared x = 0\ndef f() { x += 1 }\n"),
        &[("cpython-2.7", &[1, 2]), ("cpython-3.9", &[1, 2]), ("cpython-3.10", &[2]), ("cpython-3.14", &[2])],
    );
}

#[test]
fn an_exploration_that_respects_the_gil_finds_what_a_call_loses_but_under_pypy() {
    check_ends(
        ("two_calls", "shared x = 0\ndef g() { return 1 }\ndef f() { for i in 0..1 { x = x + g() } }\n"),
        &[("cpython-3.9", &[1, 2]), ("cpython-3.14", &[1, 2]), ("pypy-3.11", &[2])],
    );
}

/// Explores two threads that execute `f`, and looks in which values of `x` they end under each runtime.
fn check_ends((name, script): (&str, &str), expected: &[(&str, &[i64])]) {
    let script =
        format!("{script}main {{ group {{ spawn thread f()\nspawn thread f() }} }}\nfinally x == 2\n");
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.conc"));
    std::fs::write(&path, script).expect("the folder of tests can be written");
    for (runtime, ends) in expected {
        let output = Command::new(env!("CARGO_BIN_EXE_concsim"))
            .args(["explore", "--format", "json", "--respect-gil", "--runtime", runtime])
            .arg(&path)
            .output()
            .expect("the command runs");
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
        let finals = json["finals"].as_array().expect("a list");
        let mut found: Vec<_> =
            finals.iter().map(|end| end["shared"]["x"].as_i64().expect("a number")).collect();
        found.sort_unstable();
        assert_eq!(found, *ends, "{runtime}");
    }
}

#[test]
fn every_runtime_and_machine_that_is_listed_is_told_with_its_sources() {
    for (command, count) in [("runtimes", 20), ("machines", 3)] {
        let told = |words: &[&str]| {
            let output = Command::new(env!("CARGO_BIN_EXE_concsim")).arg(command).args(words).output();
            String::from_utf8(output.expect("the command runs").stdout).expect("it prints text")
        };
        let json: serde_json::Value = serde_json::from_str(&told(&["--format", "json"])).expect("it is JSON");
        let list = json[command].as_array().expect("a list");
        assert_eq!(list.len(), count);
        for profile in list {
            let name = profile["name"].as_str().expect("a name");
            let page = told(&[name]);
            assert!(page.starts_with(&format!("{name}  ")), "{page}");
            for fact in profile["facts"].as_array().expect("a list") {
                let [name, value] = ["name", "value"].map(|key| fact[key].as_str().expect("a text"));
                let line = page
                    .lines()
                    .find(|line| line.starts_with(&format!("{name} ")) && line.ends_with(value))
                    .unwrap_or_else(|| panic!("{name} {value}: {page}"));
                let scaled =
                    fact["percent"].as_u64().map(|percent| format!(" {percent} % of the machine's; on "));
                assert!(scaled.is_none_or(|scaled| line.contains(&scaled)), "{line}");
            }
        }
    }
}

#[test]
fn without_a_draw_an_increment_loses_updates_too() {
    // Of a dozen slices each, a few of which end in a window.
    let costs = ["op=26ns", "op=28ns", "op=30ns", "op=32ns", "op=34ns"];
    let lost = costs.map(|cost| lost("fifo", "x += 1", &["--runtime", "cpython-3.8", "--cost", cost]));
    let mean = lost.iter().sum::<f64>() / 5.0;
    assert!((0.1..0.45).contains(&mean), "{lost:.3?}");
}

#[test]
fn the_old_gil_costs_most_with_many_threads_on_several_cores() {
    let old = ["--runtime", "cpython-2.7"];
    check_ratio(1, &old, (1.0, 1.01));
    check_ratio(2, &old, (1.75, 2.0));
    check_ratio(4, &old, (2.0, 2.4));
    check_ratio(8, &old, (2.7, 3.1));
}

#[test]
fn the_old_gil_costs_nothing_on_one_core_until_threads_crowd() {
    let old = ["--runtime", "cpython-2.7", "--cores", "1"];
    check_ratio(2, &old, (0.99, 1.02));
    check_ratio(4, &old, (1.15, 1.3));
}

#[test]
fn the_shorter_the_check_interval_the_more_the_old_gil_costs() {
    for (interval, band) in [(1, (6.0, 9.0)), (10, (3.5, 5.2)), (1_000, (1.05, 1.2)), (10_000, (1.0, 1.12))] {
        let script = COMPUTING.replace("def f", &format!("machine {{ check_interval: {interval} }}\ndef f"));
        let ran = run(&format!("check_interval_{interval}"), &script, &["--runtime", "cpython-2.7"]);
        let ratio = ran.milliseconds / 120.0;
        assert!(
            (band.0..=band.1).contains(&ratio),
            "a check interval of {interval}: {ratio:.3}, not {band:?}"
        );
    }
}

#[test]
fn on_the_machine_of_2010_the_old_gil_costs_what_was_found_then() {
    let old = |cores| ["--runtime", "cpython-2.7", "--machine", "mac2010", "--cores", cores];
    for (n, cores, published) in [(2, "4", 1.97), (4, "4", 2.01), (2, "1", 1.45), (4, "1", 1.49)] {
        check_ratio(n, &old(cores), (published * 0.85, published * 1.15));
    }
}

#[test]
fn threads_of_pypy_cost_more_than_one_after_the_other_where_waiters_have_a_core() {
    let options = ["--runtime", "pypy-3.11", "--set", "work=6s"];
    let parts = |found: f64| found * 60.0 / 6_000.0 * 100.0 / 33.0;
    let two = parts(ratio(2, &options));
    let one_core = parts(ratio(2, &[&options[..], &["--cores", "1"]].concat()));
    assert!((1.38..1.54).contains(&two), "{two:.3}");
    assert!((0.99..1.05).contains(&one_core), "{one_core:.3}");
    let ran = run("pypy_slices", COMPUTING, &options);
    let switches = u32::try_from(ran.gil_switches).expect("there are few");
    let slice = ran.milliseconds / f64::from(switches);
    assert!((10.3..11.5).contains(&slice), "slices of {slice:.3} ms");
}

#[test]
fn two_threads_share_two_cores_where_there_is_no_gil() {
    for runtime in ["jython-2.7", "ironpython-3.4"] {
        check_ratio(2, &["--runtime", runtime], (0.5, 0.55));
    }
    check_ratio(2, &["--runtime", "cpython-3.13t"], (0.7, 0.72));
    check_ratio(2, &["--runtime", "cpython-3.14t"], (0.54, 0.56));
    check_ratio(2, &["--runtime", "graalpy-25"], (1.0, 1.02));
}

const ECHO: &str = "shared requests = 0\nshared done = False\n\
    def echo() { for i in 0..1000 {\nio 30us\nrequests += 1 }\ndone = True }\n\
    def hog() { while not done { compute 10us } }\n\
    main { group { spawn thread echo()\nspawn thread hog() } }\n";

/// How many requests a second a thread answers beside one that computes.
fn rate(runtime: &str, interval: u32) -> f64 {
    let script = format!("machine {{ check_interval: {interval} }}\n{ECHO}");
    let rounds = if interval > 1_000 { "0..20" } else { "0..1000" };
    let script = script.replace("0..1000", rounds);
    let ran = run(&format!("echo_{runtime}_{interval}").replace('.', "_"), &script, &["--runtime", runtime]);
    ran.shared["requests"].as_f64().expect("a number") / ran.milliseconds * 1e3
}

#[test]
fn a_wait_with_a_timeout_is_polled_before_3_2() {
    let script = "event go\nshared late = 0ms\ndef f() { go.wait(timeout=1s)\nlate = now() }\n\
                  main { group { spawn thread f()\nsleep 100ms\ngo.set() } }\n";
    let late = |runtime| run(&format!("polled_{runtime}").replace('.', "_"), script, &["--runtime", runtime]);
    let late = |runtime| late(runtime).shared["late"].as_f64().expect("a time") / 1e6;
    // Looks come 63 ms and 113 ms after the beginning.
    assert!((113.0..115.0).contains(&late("cpython-2.7")), "{}", late("cpython-2.7"));
    assert!((100.0..101.0).contains(&late("cpython-3.2")), "{}", late("cpython-3.2"));
}

#[test]
fn the_convoy_effect_came_with_the_new_gil() {
    let (old, new) = (rate("cpython-2.7", 100), rate("cpython-3.12", 100));
    assert!(old > 10_000.0, "2.7 answers {old:.0} times a second");
    assert!((100.0..250.0).contains(&new), "3.12 answers {new:.0} times a second");
    let starved = rate("cpython-2.7", 10_000);
    assert!(starved < 100.0, "2.7 with a long check interval answers {starved:.0} times a second");
}

#[test]
fn without_a_gil_two_threads_that_add_to_one_number_lose_nearly_half_and_keep_no_step() {
    for runtime in ["cpython-3.14t", "jython-2.7"] {
        for seed in ["1", "2"] {
            for scheduler in ["fifo", "random"] {
                let options = ["--runtime", runtime, "--scheduler", scheduler, "--seed", seed];
                let lost = lost("shared", "x += 1", &options);
                assert!((0.3..0.49).contains(&lost), "{options:?} lose {lost:.3}");
            }
        }
    }
}

#[test]
fn data_that_only_one_core_touches_is_near() {
    let script = |loops: &str| {
        format!("shared x = 0\ndef f() {{ for i in 0..100_000 {{ x += 1 }} }}\nmain {{ {loops} }}\n")
    };
    let options = ["--runtime", "cpython-3.14t"];
    let alone = run("near", &script("f()\nf()"), &options).milliseconds;
    let both = run("moved", &script("group { spawn thread f()\nspawn thread f() }"), &options).milliseconds;
    assert!(both > alone * 0.8, "two threads take {both:.1} ms for what one does in {alone:.1} ms");
}

const TURNS: &str = "lock m\natomic shared last = -1, changes = 0, total = 0\n\
    def f(me) { for i in 0..100 { with m { if last != me { changes += 1 }\nlast = me\ntotal += 1\nHOLD } } }\n\
    main { group { spawn thread f(1)\nspawn thread f(2) } }\n";

/// How often of a hundred times a lock goes to the other thread.
fn turns(runtime: &str, hold: &str) -> f64 {
    let options = ["--runtime", runtime, "--scheduler", "random", "--seed", "3"];
    let name = format!("turns_{runtime}_{}", hold.replace(' ', "_")).replace('.', "_");
    let ran = run(&name, &TURNS.replace("HOLD", hold), &options);
    100.0 * ran.shared["changes"].as_f64().expect("a number")
        / ran.shared["total"].as_f64().expect("a number")
}

#[test]
fn who_sleeps_with_a_lock_is_overtaken_and_who_computes_with_it_is_not() {
    for runtime in ["cpython-2.7", "cpython-3.9", "cpython-3.13"] {
        let (slept, computed) = (turns(runtime, "sleep 1ms"), turns(runtime, "compute 1ms"));
        assert!((60.0..95.0).contains(&slept), "{runtime}: {slept} of 100");
        assert!(computed < 10.0, "{runtime}: {computed} of 100");
    }
}

const PIPE: &str = "param alone = True\npipe p\nprocess event done\nprocess shared answers = 0\n\
    def ask() { while now() < 400ms { p.right.send(0, size=1B)\np.right.recv()\nanswers += 1 }\ndone.set() }\n\
    def echo() { while True { p.left.send(p.left.recv(), size=1B) } }\n\
    def spin() { while True { compute 1ms } }\n\
    main { spawn thread(daemon=True) echo()\nlet other = spawn process ask()\n\
    if not alone { spawn thread(daemon=True) spin() }\ndone.wait()\nother.join() }\n";

/// How many answers in 400 ms an echo thread gives beside one that computes, as a fraction of what it gives alone.
fn answers(runtime: &str, cores: &str, interval: &str) -> f64 {
    let script = format!("machine {{ switch_interval: {interval} }}\n{PIPE}");
    let count = |alone: &str| {
        let name = format!("pipe_{runtime}_{cores}_{interval}_{alone}").replace('.', "_");
        let alone = format!("alone={alone}");
        let options = ["--runtime", runtime, "--cores", cores, "--set", &alone, "--scheduler", "random"];
        run(&name, &script, &options).shared["answers"].as_f64().expect("a number")
    };
    count("False") / count("True")
}

#[test]
fn a_send_lets_go_of_the_gil_which_costs_an_interval_or_two_where_there_is_a_core_for_who_takes_it() {
    let beside = answers("cpython-3.12", "2", "5ms");
    assert!((0.002..0.02).contains(&beside), "on two cores {beside:.4}");
    // Each answer takes two intervals if these are long.
    let slow = answers("cpython-3.12", "2", "50ms");
    assert!(slow < beside / 8.0, "{slow:.5} is an eighth of {beside:.5} at most");
    let one = answers("cpython-3.12", "1", "5ms");
    assert!((0.15..0.6).contains(&one), "on one core {one:.3}");
}

/// Nanoseconds of each of 1000 rounds of a statement, with the loop around it.
fn round_of(statement: &str, options: &[&str]) -> f64 {
    let script = format!("lock plain\nrlock owned\nmain {{ for i in 0..1000 {{ {statement} }} }}\n");
    let words: Vec<&str> =
        statement.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let name = format!("round_{}_{}", words.join("_"), options.join("_").replace(['.', '-', '='], "_"));
    run(&name, &script, options).milliseconds * 1_000.0
}

#[test]
fn a_lock_that_nobody_else_wants_costs_what_it_does_in_that_version() {
    let surplus = |runtime: &str| {
        let [plain, owned] = ["plain", "owned"]
            .map(|lock| round_of(&format!("{lock}.acquire(); {lock}.release()"), &["--runtime", runtime]));
        owned - plain
    };
    let surplus = ["cpython-2.7", "cpython-3.14", "pypy-3.11"].map(surplus);
    assert!((740.0..850.0).contains(&surplus[0]), "2.7 has its RLock written in Python: {surplus:?}");
    assert!(surplus[1].abs() < 1.0, "3.14 has both in C: {surplus:?}");
    assert!((-40.0..-25.0).contains(&surplus[2]), "PyPy has that of an RLock compiled: {surplus:?}");
    let [free, dear] = ["0ns", "1us"].map(|cost| {
        let cost = format!("with_end={cost}");
        round_of("with plain { pass }", &["--cost", &cost])
    });
    assert!((1_999.0..2_001.0).contains(&(dear - free)), "both ends of a `with` take {:.0} ns", dear - free);
}
