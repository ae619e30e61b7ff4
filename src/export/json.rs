//! `concsim.run/1`: one run as a JSON document, and the parts of it that frame
//! a trace in JSON.

use serde::{Serialize, Serializer};

use crate::base::diagnostic::Severity;
use crate::base::span::Source;
use crate::export::place::LabelView;
use crate::observe::finding::{Cause, Finding, FindingKind};
use crate::observe::report::{Datum, Inputs, InterpreterReport, ObjectReport, Outcome, Report, UnitState};
use crate::observe::times::Activity;
use crate::observe::units::{UnitReport, UnitReports};

/// The document of a run, pretty-printed, with a line feed at its end.
///
/// # Panics
///
/// Never: a report has text keys and finite numbers only.
#[must_use]
pub fn document(report: &Report, source: &Source) -> String {
    let mut text = serde_json::to_string_pretty(&Run::new(report, source))
        .expect("a report has text keys and finite numbers only");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Run<'a> {
    schema: &'static str,
    script: &'a str,
    seed: u64,
    runtime: &'a str,
    cores: u32,
    outcome: Outcome,
    elapsed_ns: u64,
    events: u64,
    output: &'a [String],
    shared: SharedView<'a>,
    findings: Vec<FindingView<'a>>,
    units: UnitsView<'a>,
    /// Only where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    interpreters: Vec<InterpreterView<'a>>,
    objects: Vec<ObjectView<'a>>,
    machine: MachineView,
}

impl<'a> Run<'a> {
    fn new(report: &'a Report, source: &'a Source) -> Self {
        Self {
            schema: "concsim.run/1",
            script: &report.inputs.script,
            seed: report.inputs.seed,
            runtime: &report.inputs.runtime,
            cores: report.inputs.cores,
            outcome: report.outcome,
            elapsed_ns: report.elapsed.0,
            events: report.events,
            output: &report.output,
            shared: SharedView(&report.shared),
            findings: findings(report, source),
            units: UnitsView(&report.units),
            interpreters: InterpreterView::of_several(&report.interpreters),
            objects: report.objects.iter().map(ObjectView::new).collect(),
            machine: MachineView {
                core_busy_ns: report.machine.core_busy.iter().map(|length| length.0).collect(),
                gil_switches: report.machine.gil_switches,
                peak_memory_bytes: report.machine.peak_memory,
            },
        }
    }
}

/// What the first line of a trace in JSON says of its run.
#[derive(Debug, Serialize)]
pub struct InputsView<'a> {
    script: &'a str,
    ir: &'a str,
    seed: u64,
    runtime: &'a str,
    cores: u32,
    machine: &'a str,
    scheduler: &'a str,
    options: &'a [String],
    settings: &'a [String],
}

impl<'a> InputsView<'a> {
    /// The view of these inputs.
    #[must_use]
    pub fn new(inputs: &'a Inputs) -> Self {
        Self {
            script: &inputs.script,
            ir: &inputs.ir_hash,
            seed: inputs.seed,
            runtime: &inputs.runtime,
            cores: inputs.cores,
            machine: &inputs.machine,
            scheduler: &inputs.scheduler,
            options: &inputs.options,
            settings: &inputs.settings,
        }
    }
}

/// What the last line of a trace in JSON says of its run.
#[derive(Debug, Serialize)]
pub struct ResultView<'a> {
    outcome: Outcome,
    events: u64,
    gil_switches: u64,
    shared: SharedView<'a>,
    findings: Vec<FindingView<'a>>,
}

impl<'a> ResultView<'a> {
    /// The view of this report.
    #[must_use]
    pub fn new(report: &'a Report, source: &'a Source) -> Self {
        Self {
            outcome: report.outcome,
            events: report.events,
            gil_switches: report.machine.gil_switches,
            shared: SharedView(&report.shared),
            findings: findings(report, source),
        }
    }
}

/// Final values as one object, in order of declaration.
#[derive(Debug)]
pub(super) struct SharedView<'a>(pub(super) &'a [(String, Datum)]);

impl Serialize for SharedView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

fn findings<'a>(report: &'a Report, source: &'a Source) -> Vec<FindingView<'a>> {
    report.findings.iter().map(|finding| FindingView::new(finding, source)).collect()
}

/// A finding, of a run or of an exploration.
#[derive(Debug, Serialize)]
pub(super) struct FindingView<'a> {
    code: &'static str,
    kind: FindingKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<Cause>,
    severity: Severity,
    at_ns: Option<u64>,
    message: &'a str,
    units: &'a [String],
    objects: &'a [String],
    labels: Vec<LabelView<'a>>,
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    expected: bool,
}

impl<'a> FindingView<'a> {
    /// The view of a run's finding.
    pub(super) fn new(finding: &'a Finding, source: &'a Source) -> Self {
        Self { at_ns: Some(finding.at.0), ..Self::timeless(finding, source) }
    }

    /// The same where time is set aside.
    pub(super) fn timeless(finding: &'a Finding, source: &'a Source) -> Self {
        Self {
            code: finding.kind.code(),
            kind: finding.kind,
            cause: finding.cause,
            severity: finding.severity,
            at_ns: None,
            message: &finding.message,
            units: &finding.units,
            objects: &finding.objects,
            labels: finding.labels.iter().map(|label| LabelView::new(label, source)).collect(),
            help: finding.help.as_deref(),
            expected: finding.expected,
        }
    }
}

/// The units one after the other, because there may be a million of them.
struct UnitsView<'a>(&'a UnitReports);

impl Serialize for UnitsView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(UnitView::new))
    }
}

#[derive(Serialize)]
struct UnitView {
    name: String,
    kind: &'static str,
    state: UnitState,
    started_ns: u64,
    ended_ns: Option<u64>,
    cpu_ns: u64,
    gil_wait_ns: u64,
    lock_wait_ns: u64,
    io_wait_ns: u64,
    sleep_ns: u64,
    run_queue_ns: u64,
}

impl UnitView {
    fn new(unit: UnitReport<'_>) -> Self {
        Self {
            name: unit.name(),
            kind: unit.kind(),
            state: unit.state,
            started_ns: unit.started.0,
            ended_ns: unit.ended.map(|time| time.0),
            cpu_ns: unit.times.of(&[Activity::Work]).0,
            gil_wait_ns: unit.times.of(&[Activity::Gil]).0,
            lock_wait_ns: unit.times.of(&[Activity::Object]).0,
            io_wait_ns: unit.times.of(&[Activity::Io, Activity::Channel]).0,
            sleep_ns: unit.times.of(&[Activity::Sleep]).0,
            run_queue_ns: unit.times.of(&[Activity::Queue, Activity::Switch]).0,
        }
    }
}

#[derive(Serialize)]
struct InterpreterView<'a> {
    name: &'a str,
    kind: &'static str,
    gil_held_ns: u64,
    gil_switches: u64,
    peak_memory_bytes: u64,
}

impl<'a> InterpreterView<'a> {
    fn of_several(interpreters: &'a [InterpreterReport]) -> Vec<Self> {
        let shown = interpreters.iter().filter(|_| interpreters.len() > 1);
        let view = |interpreter: &'a InterpreterReport| Self {
            name: &interpreter.name,
            kind: interpreter.kind,
            gil_held_ns: interpreter.gil_held.0,
            gil_switches: interpreter.gil_switches,
            peak_memory_bytes: interpreter.peak_memory,
        };
        shown.map(view).collect()
    }
}

#[derive(Serialize)]
struct ObjectView<'a> {
    name: &'a str,
    kind: &'static str,
    acquisitions: u64,
    contended: u64,
    held_ns: u64,
    wait_ns: u64,
}

impl<'a> ObjectView<'a> {
    fn new(object: &'a ObjectReport) -> Self {
        Self {
            name: &object.name,
            kind: object.kind,
            acquisitions: object.acquisitions,
            contended: object.contended,
            held_ns: object.held.0,
            wait_ns: object.waited.0,
        }
    }
}

#[derive(Serialize)]
struct MachineView {
    core_busy_ns: Vec<u64>,
    gil_switches: u64,
    peak_memory_bytes: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::UnitId;
    use crate::base::time::SimTime;
    use crate::export::sample::{TEXT, completed, deadlocked};

    fn source() -> Source {
        Source::new("bank.conc", TEXT)
    }

    #[test]
    fn a_run_is_the_document_of_the_contract() {
        let want = r#"{
  "schema": "concsim.run/1",
  "script": "bank.conc",
  "seed": 0,
  "runtime": "cpython-3.12",
  "cores": 2,
  "outcome": "completed",
  "elapsed_ns": 4105000,
  "events": 57,
  "output": [
    "total 130"
  ],
  "shared": {
    "total": 130
  },
  "findings": [],
  "units": [
    {
      "name": "main",
      "kind": "main",
      "state": "ended",
      "started_ns": 0,
      "ended_ns": 4105000,
      "cpu_ns": 0,
      "gil_wait_ns": 0,
      "lock_wait_ns": 0,
      "io_wait_ns": 0,
      "sleep_ns": 0,
      "run_queue_ns": 0
    }
  ],
  "objects": [
    {
      "name": "checking",
      "kind": "lock",
      "acquisitions": 2,
      "contended": 1,
      "held_ns": 4000000,
      "wait_ns": 2000000
    }
  ],
  "machine": {
    "core_busy_ns": [
      4100000,
      50000
    ],
    "gil_switches": 4,
    "peak_memory_bytes": 41000000
  }
}
"#;
        assert_eq!(document(&completed(), &source()), want);
    }

    #[test]
    fn a_finding_has_its_cause_and_places_in_characters() {
        let mut report = deadlocked();
        let finding = |report: &Report| {
            let json: serde_json::Value = serde_json::from_str(&document(report, &source())).unwrap();
            json["findings"][0].clone()
        };
        let want = serde_json::json!({
            "code": "D001", "kind": "deadlock", "cause": "cycle", "severity": "error", "at_ns": 2_050_000,
            "message": "two units wait for each other", "units": ["transfer.1", "transfer.2"],
            "objects": ["savings", "checking"],
            "labels": [
                {"file": "bank.conc", "line": 2, "column": 9, "end_line": 2, "end_column": 15,
                 "text": "transfer.1 waits for `savings` here"},
                {"file": "bank.conc", "line": 3, "column": 1, "end_line": 3, "end_column": 11,
                 "text": "transfer.2 holds it since here"},
            ],
            "help": "take both locks in one order",
        });
        assert_eq!(finding(&report), want);
        let keys: Vec<String> = finding(&report).as_object().unwrap().keys().cloned().collect();
        assert!(!keys.contains(&"expected".to_string()));

        report.findings[0].expected = true;
        report.findings[0].cause = None;
        let finding = finding(&report);
        assert_eq!((&finding["expected"], finding.get("cause")), (&serde_json::json!(true), None));
    }

    #[test]
    fn what_has_not_ended_and_what_is_no_number_is_null_or_text() {
        let mut report = completed();
        report.units.fate(UnitId(0)).ended = SimTime::NEVER;
        report.units.fate(UnitId(0)).state = UnitState::Running;
        report.shared = vec![
            ("none".to_string(), Datum::None),
            ("list".to_string(), Datum::List(vec![Datum::Bool(true), Datum::Text("m".to_string())])),
        ];
        let json: serde_json::Value = serde_json::from_str(&document(&report, &source())).unwrap();
        assert_eq!(json["units"][0]["ended_ns"], serde_json::Value::Null);
        assert_eq!(json["shared"], serde_json::json!({"none": null, "list": [true, "m"]}));
    }
}
