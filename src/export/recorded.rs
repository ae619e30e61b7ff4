//! A trace that was read back, beside its events: what its run was given and what it came to, for people and for programs.

use serde::Serialize;

use crate::base::printable::safe;
use crate::trace::event::Detail;
use crate::trace::recorded::{Inputs, Line, Recorded};

/// What the run was given, a line each; ends with a line feed.
#[must_use]
pub fn inputs(recorded: &Recorded) -> String {
    let Inputs { script, ir, seed, runtime, cores, machine, scheduler, detail, options, settings } =
        &recorded.inputs;
    let detail = if *detail == Detail::Sched { "  detail sched" } else { "" };
    let mut text = format!(
        "{}  ir:{ir}\nseed {seed}  runtime {}  cores {cores}  machine {}  scheduler {scheduler}{detail}\n",
        safe(script),
        safe(runtime),
        safe(machine),
    );
    for (mark, pairs) in [("option", options), ("set", settings)] {
        for (name, value) in pairs {
            text.push_str(&format!("{mark} {}={}\n", safe(name), safe(value)));
        }
    }
    text
}

/// Room for the names of figures; one that is longer must not move the others, or they would all differ.
const NAMES: usize = 14;

/// What it came to, a figure a line; ends with a line feed.
#[must_use]
pub fn results(recorded: &Recorded) -> String {
    let lines = recorded.results.lines();
    let line = |line: &Line| format!("{:<NAMES$}  {}\n", safe(line.name()), safe(line.value()));
    lines.iter().map(line).collect()
}

#[derive(Serialize)]
struct View<'a> {
    schema: &'static str,
    script: &'a str,
    ir: &'a str,
    seed: u64,
    runtime: &'a str,
    cores: u32,
    machine: &'a str,
    scheduler: &'a str,
    options: Vec<String>,
    settings: Vec<String>,
    elapsed_ns: u64,
    results: Vec<Figure<'a>>,
    events: Vec<EventView<'a>>,
}

#[derive(Serialize)]
struct Figure<'a> {
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct EventView<'a> {
    at_ns: u64,
    delta_ns: u64,
    unit: &'a str,
    event: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    core: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "str::is_empty")]
    place: &'a str,
}

/// `concsim.show/1`: the trace as one document, with what is known of cores and lines by event.
///
/// # Panics
///
/// Never: a trace has text keys and finite numbers only.
#[must_use]
pub fn document(recorded: &Recorded, cores: Option<&[Option<u32>]>, lines: Option<&[Option<u32>]>) -> String {
    let inputs = &recorded.inputs;
    let pairs =
        |pairs: &[(String, String)]| pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let events = recorded.events.iter().enumerate().map(|(at, event)| EventView {
        at_ns: event.at.0,
        delta_ns: event.delta.0,
        unit: recorded.unit(event),
        event: event.word.text(),
        detail: recorded.detail(event),
        core: cores.and_then(|cores| cores[at]),
        line: lines.and_then(|lines| lines[at]),
        place: recorded.place(event),
    });
    let results = recorded.results.lines().iter();
    let view = View {
        schema: "concsim.show/1",
        script: &inputs.script,
        ir: &inputs.ir,
        seed: inputs.seed,
        runtime: &inputs.runtime,
        cores: inputs.cores,
        machine: &inputs.machine,
        scheduler: &inputs.scheduler,
        options: pairs(&inputs.options),
        settings: pairs(&inputs.settings),
        elapsed_ns: recorded.results.elapsed().0,
        results: results.map(|line| Figure { name: line.name(), value: line.value() }).collect(),
        events: events.collect(),
    };
    serde_json::to_string_pretty(&view).expect("a trace has text keys and finite numbers only") + "\n"
}
