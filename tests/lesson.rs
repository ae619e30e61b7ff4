//! Each statement of `docs/lesson.md`, with its figures.

use std::process::Command;

use serde_json::Value;

const PAGE: &str = include_str!("../docs/lesson.md");

/// Runs `concsim` with these words in the folder of the repository: its status and standard output.
fn concsim(words: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concsim"));
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).args(words).output();
    let output = output.expect("the command was built");
    let text = String::from_utf8(output.stdout).expect("output is text");
    (output.status.code().expect("it was not killed"), text)
}

/// The document of a run of that example with these options.
fn run(example: &str, options: &str) -> Value {
    let script = format!("examples/{example}.conc");
    let mut words = vec!["run", "--format", "json", &script];
    words.extend(options.split_whitespace());
    let (status, text) = concsim(&words);
    assert!(status < 2, "{words:?}");
    serde_json::from_str(&text).expect("it is one document")
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("it is a number")
}

/// Nanoseconds.
fn elapsed(run: &Value) -> u64 {
    number(&run["elapsed_ns"])
}

/// A figure of all units of a run whose names begin so.
fn of_units(run: &Value, name: &str, figure: &str) -> Vec<u64> {
    let units = run["units"].as_array().expect("it is a list");
    let named = units.iter().filter(|unit| unit["name"].as_str().is_some_and(|unit| unit.starts_with(name)));
    named.map(|unit| number(&unit[figure])).collect()
}

fn kinds(run: &Value) -> Vec<&str> {
    let findings = run["findings"].as_array().expect("it is a list");
    findings.iter().map(|finding| finding["kind"].as_str().expect("it is a word")).collect()
}

fn printed(run: &Value) -> Vec<&str> {
    let lines = run["output"].as_array().expect("it is a list");
    lines.iter().map(|line| line.as_str().expect("it is a line")).collect()
}

/// The last word of a line as a duration in milliseconds, rounded down.
fn last_ms(line: &str) -> u64 {
    let word = line.rsplit(' ').next().expect("a line has a last word");
    concsim::base::time::parse_duration(word).expect("it is a duration") / 1_000_000
}

const MS: u64 = 1_000_000;

#[test]
fn only_the_thread_that_has_the_gil_executes_python_code() {
    let run = run("computing_threads", "");
    let worked: u64 = of_units(&run, "crunch", "cpu_ns").iter().sum();
    assert!(worked <= elapsed(&run) && worked > elapsed(&run) * 98 / 100);
    assert!(number(&run["machine"]["gil_switches"]) > 30);
    for waited in of_units(&run, "crunch", "gil_wait_ns") {
        assert!(waited > 50 * MS, "{waited}");
    }
}

#[test]
fn waits_overlap() {
    let (ten, one) = (run("waiting_threads", ""), run("waiting_threads", "--set pages=1"));
    assert!(elapsed(&ten) < elapsed(&one) * 11 / 10);
}

#[test]
fn c_libraries_run_at_once_and_python_code_in_turns() {
    let with_gil = run("at_once_or_in_turns", "");
    assert!(of_units(&with_gil, "parse", "gil_wait_ns").iter().sum::<u64>() > 15 * MS);
    assert_eq!(of_units(&with_gil, "resize", "run_queue_ns").iter().max().map(|wait| wait / MS), Some(0));
    let without = run("at_once_or_in_turns", "--runtime cpython-3.14t");
    assert!(elapsed(&without) * 3 / 2 < elapsed(&with_gil));
}

#[test]
fn work_that_releases_the_gil_uses_all_cores() {
    let (four, one) = (run("numpy_like", ""), run("numpy_like", "--cores 1"));
    assert!(elapsed(&four) * 39 / 10 < elapsed(&one));
}

#[test]
fn one_that_computes_makes_those_suffer_that_wait_often() {
    let (beside, alone) = (run("convoy", ""), run("convoy", "--set spinners=0"));
    assert!(elapsed(&beside) > 20 * elapsed(&alone));
}

#[test]
fn the_convoy_comes_on_two_cores_and_not_on_one() {
    let rate = |options: &str| {
        let run = run("convoy_one_core", &format!("--set requests=500 {options}"));
        let line = printed(&run)[0].to_owned();
        line.rsplit(' ').next().and_then(|word| word.parse::<u64>().ok()).expect("the rate comes last")
    };
    let (one_core, two_cores) = (rate("--cores 1"), rate("--cores 2"));
    assert!(one_core > 10 * two_cores, "{one_core} and {two_cores} requests a second");
    let alone = rate("--cores 1 --set spinners=0");
    assert!(alone < 10 * one_core, "{one_core} requests a second, and {alone} alone");
}

#[test]
fn threads_make_work_slower_on_several_cores_under_the_old_gil() {
    // In percent of what the parts take one after the other.
    let takes = |cores: u32| {
        let options = format!("--runtime cpython-2.7 --cores {cores}");
        let alone = elapsed(&run("computing_threads", &format!("{options} --set workers=1")));
        elapsed(&run("computing_threads", &options)) * 25 / alone
    };
    let (one, two, eight) = (takes(1), takes(2), takes(8));
    assert!((95..140).contains(&one), "{one} % on one core");
    assert!((170..300).contains(&two) && (170..300).contains(&eight), "{two} % and {eight} %");
}

#[test]
fn threads_do_not_speed_up_python_code() {
    let one = elapsed(&run("computing_threads", "--set workers=1"));
    for cores in ["--cores 1", "--cores 4", "--cores 16"] {
        let four = elapsed(&run("computing_threads", cores));
        assert!((one * 398 / 100..one * 410 / 100).contains(&four), "{cores}: {four} for {one}");
    }
}

#[test]
fn threads_that_wait_gain_as_far_as_the_device_lets_them_in() {
    for (channels, rounds) in [(1, 20), (5, 4), (20, 1)] {
        let run = run("device", &format!("--set channels={channels}"));
        assert_eq!(elapsed(&run) / (40 * MS), rounds, "{channels} channels");
    }
}

#[test]
fn without_a_gil_threads_share_the_cores() {
    let [old, new] = ["cpython-3.12", "cpython-3.14"]
        .map(|runtime| elapsed(&run("computing_threads", &format!("--runtime {runtime}"))));
    let free = elapsed(&run("computing_threads", "--runtime cpython-3.14t"));
    assert_eq!(old / MS, new / MS);
    assert!(free * 7 / 2 < new, "{free} for {new}");
}

#[test]
fn threads_of_jython_ironpython_and_free_threaded_builds_share_the_cores() {
    for runtime in ["jython-2.7", "ironpython-3.4", "cpython-3.13t", "cpython-3.14t"] {
        let on = |cores| elapsed(&run("computing_threads", &format!("--runtime {runtime} --cores {cores}")));
        let percent = |cores| on(1) * 100 / on(cores);
        let (two, four) = (percent(2), percent(4));
        assert!((170..210).contains(&two) && (320..410).contains(&four), "{runtime}: {two} % and {four} %");
    }
}

#[test]
fn pypy_is_fast_and_has_a_gil_all_the_same() {
    let on = |runtime: &str, cores: u32| {
        elapsed(&run("computing_threads", &format!("--runtime {runtime} --cores {cores}")))
    };
    let (one, two, eight) = (on("pypy-3.11", 1), on("pypy-3.11", 2), on("pypy-3.11", 8));
    assert!(two < on("cpython-3.14", 2) * 3 / 4, "{two}");
    assert!(one * 6 / 5 < two && two * 9 / 10 < eight, "{one}, {two}, {eight}");
}

#[test]
fn without_a_gil_a_single_thread_is_slower() {
    let [with, without] = ["cpython-3.14", "cpython-3.14t"]
        .map(|runtime| elapsed(&run("computing_threads", &format!("--set workers=1 --runtime {runtime}"))));
    assert!((with * 104 / 100..with * 112 / 100).contains(&without), "{without} for {with}");
}

#[test]
fn updates_are_lost_in_spite_of_the_gil() {
    let run = run("lost_update_call", "--runtime cpython-3.12");
    assert_eq!(kinds(&run), ["finally", "race"]);
    assert!(number(&run["shared"]["total"]) < 200);
}

#[test]
fn a_process_starts_late_and_takes_memory() {
    let start = |options: &str| {
        let run = run("start_of_a_unit", options);
        let memory = number(&run["machine"]["peak_memory_bytes"]);
        let first = printed(&run)[0].to_owned();
        let word = first.rsplit(' ').next().expect("a line has a last word").to_owned();
        (concsim::base::time::parse_duration(&word).expect("it is a duration"), memory)
    };
    let (thread, of_threads) = start("");
    let (interpreter, of_interpreters) = start("--unit interpreter");
    let (forked, of_forked) = start("--unit process --runtime cpython-3.12");
    let (served, of_served) = start("--unit process --runtime cpython-3.14");
    assert!(thread * 20 < forked && forked * 3 < interpreter && interpreter * 2 < served);
    assert!(of_threads < of_forked && of_forked * 2 < of_served);
    // What the fork server forks shares pages with it.
    assert!(of_served < of_interpreters);
}

/// The speed-ups by two processes that `worth_a_process` finds, in percent, by the piece of work.
fn speed_ups(options: &str) -> [u64; 4] {
    let run = run("worth_a_process", options);
    let lines = printed(&run);
    let speed_up = |line: &&str| line.rsplit(' ').next().and_then(|word| word.parse().ok());
    let found: Vec<u64> = lines.iter().map(|line| speed_up(line).expect("the speed-up comes last")).collect();
    found.try_into().expect("there are four pieces of work")
}

#[test]
fn a_process_is_worth_its_start_only_when_its_work_outweighs_it() {
    let [small, even, large, huge] = speed_ups("");
    assert!(small < 50 && (75..=105).contains(&even), "{small} {even}");
    assert!((130..185).contains(&large) && (185..=200).contains(&huge), "{large} {huge}");
    let forked = speed_ups("--cost start_method=fork");
    assert!(forked[0] > 120 && forked[1] > 170, "{forked:?}");
    let one_core = speed_ups("--cores 1");
    assert!(one_core.iter().all(|gain| *gain <= 100), "{one_core:?}");
}

#[test]
fn a_pool_pays_the_start_once_and_its_jobs_have_to_be_worth_the_way() {
    let run = run("numbers_in_a_process_pool", "");
    let lines = printed(&run);
    let time = |begin: &str| {
        let line = lines.iter().find(|line| line.starts_with(begin)).expect("it is printed");
        let word = line.rsplit(' ').next().expect("a line has a last word");
        concsim::base::time::parse_duration(word).expect("it is a duration")
    };
    let alone = time("one after the other");
    assert!(time("a job for each") > 2 * alone && time("a job for twenty-five") * 3 < 2 * alone, "{lines:?}");
}

#[test]
fn what_a_process_writes_stays_with_it() {
    let forked = run("own_copies", "");
    assert_eq!(printed(&forked), ["thread has 3", "process has 6", "main has 3"]);
    let anew = run("own_copies", "--runtime cpython-3.14");
    assert_eq!(printed(&anew), ["thread has 3", "process has 3", "main has 3"]);
}

#[test]
fn the_gain_of_processes_turns_into_a_loss_with_the_size_of_what_they_send() {
    let times = |size: &str| {
        let run = run("message_size", &format!("--set size={size}"));
        let lines = printed(&run);
        (last_ms(lines[0]), last_ms(lines[1]))
    };
    let sizes = ["1KB", "1MB", "10MB", "40MB", "100MB"].map(times);
    assert!(sizes.iter().all(|(_, alone)| *alone == 200));
    assert!(sizes.windows(2).all(|pair| pair[0].0 < pair[1].0), "{sizes:?}");
    assert!(sizes[0].0 * 3 < 200 && sizes[4].0 > 200 * 2, "{sizes:?}");
}

#[test]
fn shared_memory_is_read_where_it_is() {
    let by = |options: &str| {
        let run = run("shared_memory", options);
        let line = printed(&run)[0].to_owned();
        assert!(line.starts_with("total 28 after "), "{line}");
        let word = line.rsplit(' ').next().expect("a line has a last word");
        concsim::base::time::parse_duration(word).expect("it is a duration")
    };
    let shared = by("--set shared_memory=True");
    assert!(by("") > 100 * shared);
    assert_eq!(by("--set shared_memory=True --set size=1GB"), shared);
}

#[test]
fn a_lock_lets_one_in_at_a_time() {
    let run = run("one_at_a_time", "");
    let lock = &run["objects"][0];
    assert_eq!((number(&lock["acquisitions"]), number(&lock["contended"])), (3, 2));
    assert!(number(&lock["held_ns"]) >= 30 * MS && number(&lock["wait_ns"]) >= 25 * MS);
    assert_eq!(kinds(&run), [""; 0]);
}

#[test]
fn a_lock_that_one_forgets_protects_nothing() {
    assert_eq!(kinds(&run("forgotten_lock", ""))[..2], ["finally", "race"]);
}

#[test]
fn with_gives_the_lock_back_whatever_happens() {
    assert_eq!(run("exception_leaves_lock", "")["findings"][0]["cause"], "holder-ended");
    assert_eq!(kinds(&run("exception_with", "")), [""; 0]);
}

#[test]
fn one_order_for_all_excludes_a_deadlock() {
    assert_eq!(run("bank", "")["findings"][0]["cause"], "cycle");
    let (status, told) = concsim(&["explore", "examples/philosophers_ordered.conc", "-q"]);
    assert_eq!((status, told.contains("deadlock")), (0, false), "{told}");
}

#[test]
fn an_rlock_may_be_taken_again() {
    assert_eq!(run("reentrant_lock", "")["findings"][0]["cause"], "self");
    assert_eq!(kinds(&run("reentrant_rlock", "")), [""; 0]);
}

#[test]
fn a_program_is_waited_for_by_a_thread_while_main_goes_on() {
    let times = |options: &str| {
        let run = run("program_in_a_thread", options);
        assert_eq!(printed(&run).len(), 1);
        elapsed(&run)
    };
    let (in_main, in_thread) = (times("--set in_a_thread=False"), times(""));
    assert!((70 * MS..72 * MS).contains(&in_main), "{in_main}");
    assert!((40 * MS..42 * MS).contains(&in_thread), "{in_thread}");
}

#[test]
fn a_full_pipe_has_to_be_read_before_its_program_ends() {
    let full = run("full_pipe", "");
    assert_eq!(full["findings"][0]["cause"], "pipe");
    let (status, _) = concsim(&["run", "-q", "examples/full_pipe.conc", "--set", "size=64KiB"]);
    assert_eq!(status, 1, "what it expects does not come");
    assert_eq!(kinds(&run("communicate", "")), [""; 0]);
}

#[test]
fn tasks_overlap_their_waits_on_one_thread() {
    let (five, one) = (run("pages", ""), run("pages", "--set at_once=1"));
    assert_eq!((printed(&five)[0].starts_with("pages 20 "), kinds(&five)), (true, vec![]));
    assert!(elapsed(&five) < 210 * MS, "{}", elapsed(&five));
    assert!(elapsed(&one) > 800 * MS, "{}", elapsed(&one));
    assert_eq!(of_units(&five, "fetch", "gil_wait_ns").iter().max(), Some(&0));
}

#[test]
fn tasks_scale_to_ten_thousand_where_processes_stop_at_dozens() {
    let needs = |options: &str| {
        let run = run("many_waits", options);
        (elapsed(&run), number(&run["machine"]["peak_memory_bytes"]))
    };
    let (tasks, threads, dozens) =
        (needs(""), needs("--unit thread"), needs("--unit process --set units=48"));
    assert!((1_000 * MS..1_200 * MS).contains(&tasks.0), "{tasks:?}");
    assert!(dozens.0 > tasks.0 && dozens.1 > 3 * tasks.1, "{dozens:?} for {tasks:?}");
    assert!(threads.0 > tasks.0 && threads.1 > 3 * tasks.1, "{threads:?} for {tasks:?}");
    let more = needs("--unit process --set units=480");
    assert!(more.0 > 2 * dozens.0, "{more:?} for {dozens:?}");
}

/// The rows of the tables whose heading rows begin with this text.
fn rows(heading: &str) -> Vec<Vec<&'static str>> {
    let mut lines = PAGE.lines();
    let mut rows = Vec::new();
    while lines.by_ref().any(|line| line.starts_with(heading)) {
        let table = lines.by_ref().skip(1).take_while(|line| line.starts_with('|'));
        rows.extend(table.map(|row| {
            let cells = row.trim_matches('|').split(" |").map(str::trim);
            cells.collect::<Vec<&str>>()
        }));
    }
    rows
}

#[test]
fn the_commands_of_the_page_run_and_its_rows_are_numbered() {
    let rows = rows("| | statement |");
    let numbers: Vec<usize> =
        rows.iter().map(|row| row[0].parse().expect("rows begin with numbers")).collect();
    assert_eq!(numbers, (1..=29).collect::<Vec<_>>());
    for row in rows {
        let command = row[2].trim_matches('`').strip_prefix("concsim ").expect("the row has a command");
        let words: Vec<&str> = command.split(' ').collect();
        let (status, text) = concsim(&words);
        assert!(status < 2 && !text.is_empty(), "{command}: {status}");
    }
}

/// The examples between the back-quotes of a cell.
fn examples(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn each_kind_of_object_has_a_right_use_without_findings_and_a_misuse_with_some() {
    for row in rows("| object |") {
        for example in examples(row[1]) {
            let run = run(example, "");
            assert_eq!(kinds(&run), [""; 0], "{example}");
        }
        for example in examples(row[2]) {
            let run = run(example, "");
            assert!(!kinds(&run).is_empty(), "{example}");
        }
    }
}
