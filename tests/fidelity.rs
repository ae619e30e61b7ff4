//! Some experiments of `fidelity/` whose figures hang on what happens around a hand-over of the GIL, held to the bands that
//! were measured with CPython 2.7 to 3.15 on two cores.

use std::process::Command;

/// What the twin prints of a metric: its figure, or the first of two by the second. Lengths are in seconds.
fn metric(twin: &str, options: &str, name: &str) -> f64 {
    let output = Command::new(env!("CARGO_BIN_EXE_concsim"))
        .args(["run", "-q", "--scheduler", "random", "--seed", "1", "--cores", "2"])
        .args(options.split(' '))
        .arg(format!("fidelity/twins/{twin}.conc"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the command was built");
    let text = String::from_utf8(output.stdout).expect("output is text");
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let figures: Vec<f64> =
        line.unwrap_or_else(|| panic!("no {name} in\n{text}")).split(' ').map(figure).collect();
    figures[0] / figures.get(1).copied().unwrap_or(1.0)
}

fn figure(text: &str) -> f64 {
    let units = [("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3), ("s", 1.0)];
    let found = units.iter().find_map(|(unit, scale)| Some((text.strip_suffix(unit)?, *scale)));
    let (digits, scale) = found.unwrap_or((text, 1.0));
    digits.parse::<f64>().expect("it is a number") * scale
}

fn check(twin: &str, options: &str, name: &str, band: (f64, f64)) {
    let found = metric(twin, options, name);
    assert!((band.0..=band.1).contains(&found), "{twin} {options}: {name} is {found}, not in {band:?}");
}

#[test]
fn of_three_threads_on_two_cores_two_share_one_and_every_third_slice_lasts_two_quanta() {
    let three = "--runtime cpython-3.13 --set n=3 --set length=400ms";
    check("F", three, "slice_hist 5.5-10.5ms", (0.2, 0.42));
    check("F", three, "handoff_gap_median", (35e-6, 60e-6));
    check("F", "--runtime cpython-3.13 --set length=400ms", "handoff_gap_median", (18e-6, 28e-6));
}

#[test]
fn an_echo_beside_a_thread_that_computes_waits_for_more_than_one_interval() {
    check("D", "--runtime cpython-3.11", "req_per_s", (100.0, 160.0));
    check("D", "--runtime cpython-3.11 --cost switch_interval=500us", "req_per_s", (1400.0, 1750.0));
    check("D", "--runtime cpython-3.11 --cost switch_interval=50ms", "req_per_s", (9.0, 12.0));
    check("D", "--runtime cpython-3.11 --set hogs=2", "req_per_s", (30.0, 75.0));
}

#[test]
fn an_echo_beside_a_thread_that_lets_go_of_the_old_gil_often_is_faster_than_alone() {
    let alone = metric("D", "--runtime cpython-2.7 --set hogs=0", "req_per_s");
    let beside =
        metric("D", "--runtime cpython-2.7 --cost check_interval=10 --set beside=300ms", "req_per_s");
    assert!(beside > 1.7 * alone, "{beside} beside, {alone} alone");
}

#[test]
fn hashes_of_a_few_microseconds_gain_little_from_letting_go_of_the_gil() {
    let short = "--runtime cpython-3.13 --set job=sha256_4KB_x5000";
    let ratio = metric("E", short, "makespan_threads") / metric("E", short, "seq");
    assert!((0.7..=1.2).contains(&ratio), "{ratio}");
    let long = "--runtime cpython-3.13 --set job=sha256_24MB";
    let ratio = metric("E", long, "makespan_threads") / metric("E", long, "seq");
    assert!((0.5..=0.55).contains(&ratio), "{ratio}");
}

#[test]
fn a_task_that_ticks_is_late_alone_and_by_an_interval_more_beside_threads_that_compute() {
    check("K_await_sleep", "--runtime cpython-3.13", "median_tick_gap", (5.2e-3, 5.4e-3));
    check("K_executor_cpu", "--runtime cpython-3.13", "median_tick_gap", (10.0e-3, 10.9e-3));
    check("K_executor_cpu", "--runtime cpython-3.14t", "median_tick_gap", (5.2e-3, 5.4e-3));
}
