//! Hand-made reports and diagnostics, for the tests of the projections.

use crate::base::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::base::id::{FunctionId, InterpreterId, ObjectId, UnitId};
use crate::base::span::Span;
use crate::base::time::{SimDuration, SimTime};
use crate::observe::finding::{Cause, Finding, FindingKind};
use crate::observe::report::{
    Datum, Inputs, InterpreterReport, MachineReport, ObjectReport, Outcome, Report, UnitState,
};
use crate::observe::times::Times;
use crate::observe::units::{Fate, UnitReports};
use crate::semantics::infos::{Infos, UnitInfo};
use crate::syntax::ast::UnitKind;

/// The text that the labels point into.
pub(crate) const TEXT: &str = "first\nétéété: second\nwith first\n";

/// The run of the contract's example.
pub(crate) fn completed() -> Report {
    let text = str::to_string;
    Report {
        inputs: Inputs {
            script: text("bank.conc"),
            ir_hash: text("3f9a1c"),
            seed: 0,
            runtime: text("cpython-3.12"),
            cores: 2,
            machine: text("default"),
            scheduler: text("fifo"),
            options: Vec::new(),
            settings: vec![text("amount=10")],
        },
        outcome: Outcome::Completed,
        elapsed: SimDuration(4_105_000),
        events: 57,
        output: vec![text("total 130")],
        shared: vec![(text("total"), Datum::Number(130))],
        findings: Vec::new(),
        missing: Vec::new(),
        units: units([("main", UnitState::Ended)]),
        interpreters: vec![InterpreterReport {
            name: text("main"),
            kind: "main",
            forked: false,
            gil_held: SimDuration(4_050_000),
            gil_switches: 4,
            peak_memory: 41_000_000,
        }],
        objects: vec![ObjectReport {
            id: ObjectId(0),
            name: text("checking"),
            kind: "lock",
            acquisitions: 2,
            contended: 1,
            held: SimDuration::ms(4),
            waited: SimDuration::ms(2),
        }],
        machine: MachineReport {
            core_busy: vec![SimDuration(4_100_000), SimDuration(50_000)],
            core_switches: 11,
            gil_switches: 4,
            peak_memory: 41_000_000,
        },
        chain: None,
        lanes: None,
    }
}

/// The same script when both tellers are stuck.
pub(crate) fn deadlocked() -> Report {
    let names = |names: [&str; 2]| names.map(str::to_string).to_vec();
    let finding = Finding {
        kind: FindingKind::Deadlock,
        severity: Severity::Error,
        cause: Some(Cause::Cycle),
        at: SimTime(2_050_000),
        message: "two units wait for each other".to_string(),
        units: names(["transfer.1", "transfer.2"]),
        objects: names(["savings", "checking"]),
        labels: vec![
            Label::new(Span::new(18, 24), "transfer.1 waits for `savings` here"),
            Label::new(Span::new(25, 35), "transfer.2 holds it since here"),
        ],
        help: Some("take both locks in one order".to_string()),
        expected: false,
    };
    Report { outcome: Outcome::Deadlock, findings: vec![finding], ..completed() }
}

/// Units of those names that have done nothing, main first.
pub(crate) fn units<N: Into<Box<str>>>(units: impl IntoIterator<Item = (N, UnitState)>) -> UnitReports {
    let (mut fates, mut infos) = (Vec::new(), Infos::default());
    for (name, state) in units {
        let ended = if state == UnitState::Ended { SimTime(4_105_000) } else { SimTime::NEVER };
        fates.push(Fate { state, started: SimTime::ZERO, ended, times: Times::default() });
        let info = UnitInfo {
            kind: UnitKind::Thread,
            interpreter: InterpreterId(0),
            thread: UnitId::new(infos.len()),
            parent: UnitId(0),
            group: None,
            function: FunctionId(0),
            depth: 0,
            daemon: false,
            pool: None,
            name: Some(name.into()),
        };
        infos.push(info, 1);
    }
    UnitReports::new(fates, infos, Vec::new())
}

/// Two diagnostics of that text, one of them with all that a diagnostic can have.
pub(crate) fn diagnostics() -> Vec<Diagnostic> {
    vec![
        Diagnostic::error("E016", Span::new(18, 24), "there is no `second`")
            .at("here")
            .with_label(Span::new(0, 5), "after this")
            .with_help("write `third`")
            .with_fix(Fix::sure(Span::new(18, 24), "third").and(Span::new(25, 25), "x")),
        Diagnostic::warning("E110", Span::new(30, 35), "50 % odd"),
    ]
}
