//! What a run came to.

use crate::base::diagnostic::Severity;
use crate::base::id::InterpreterId;
use crate::base::size::SignedSize;
use crate::base::time::{SimDuration, SimTime};
use crate::engine::{Engine, Stop};
use crate::ir::value::Value;
use crate::observe::ending::{mark_expected, shared_values};
use crate::observe::finding::FindingKind;
use crate::observe::report::{MachineReport, Outcome, Report, UnitReport, UnitState};
use crate::semantics::world::{Naming, Status};
use crate::trace::event::Names;

impl Engine<'_> {
    /// The run is over: what can only be told now.
    pub(super) fn finish(&mut self) {
        let units: Vec<_> = (0..self.threads.len()).map(crate::base::id::UnitId::new).collect();
        for unit in units {
            let state = self.threads[unit.index()].state;
            self.change(unit, state);
            if let Some(wait) = self.threads[unit.index()].pending {
                self.wait_is_over(unit, wait);
            }
        }
        self.write_gil(InterpreterId(0));
        let stop = self.stop.expect("a run ends for a reason");
        let events = self.options.max_events;
        match stop {
            Stop::Ended | Stop::Stuck => self.check_finally(),
            // There is no end at which anything could hold.
            Stop::Endless => {}
            Stop::Interrupted => self.reach_limit("the run was interrupted".to_owned(), "let it run on"),
            Stop::Ops => self.reach_limit(
                format!("the run executed {events} operations and was not at its end"),
                "if it does end, allow it more with --max-events",
            ),
            Stop::Time => self.reach_limit(
                format!("the run was not at its end after {}", SimDuration(self.now.0)),
                "if it does end, allow it more with --max-time",
            ),
            Stop::Memory => self.reach_limit(
                format!(
                    "the run took more memory than {}",
                    SignedSize(i64::try_from(self.options.max_memory).unwrap_or(i64::MAX))
                ),
                "if it needs that much, allow it more with --max-memory",
            ),
            Stop::Units => self.reach_limit(
                "the run started more units than concsim can tell apart".to_owned(),
                "start fewer of them, or several runs",
            ),
        }
        self.report_exceptions();
        self.report_locks();
    }

    fn outcome(&self) -> Outcome {
        let has = |kind: FindingKind| self.trouble.findings.iter().any(|finding| finding.kind == kind);
        if has(FindingKind::Limit) {
            Outcome::Limit
        } else if has(FindingKind::Deadlock) {
            Outcome::Deadlock
        } else if self.trouble.findings.iter().any(|finding| finding.severity == Severity::Error) {
            Outcome::Failed
        } else {
            Outcome::Completed
        }
    }

    pub(super) fn into_report(mut self) -> Report {
        let outcome = self.outcome();
        let names = Naming { program: self.program, world: &self.world };
        let (shared, units) = (shared_values(self.program, &self.world), self.units(&names));
        let objects = self.accounts.report(&names, self.now);
        let mut findings = std::mem::take(&mut self.trouble.findings);
        let missing = mark_expected(self.program, findings.iter_mut());
        findings.sort_by_key(|finding| (finding.severity, finding.kind, finding.at));
        let (chain, lanes) = self.chronicle.take().map_or((None, None), |chronicle| chronicle.into_parts());
        let machine = MachineReport {
            core_busy: self.core_busy(),
            gil_held: self.gils.first().map_or(SimDuration::ZERO, |gil| gil.held_until(self.now)),
            gil_switches: self.gils.iter().map(|gil| gil.switches).sum(),
            peak_memory: self.peak_memory,
        };
        Report {
            inputs: self.options.inputs.clone(),
            outcome,
            elapsed: SimDuration(self.now.0),
            events: self.events,
            output: self.world.output.iter().map(ToString::to_string).collect(),
            shared,
            findings,
            missing,
            units,
            objects,
            machine,
            chain,
            lanes,
        }
    }

    fn core_busy(&self) -> Vec<SimDuration> {
        self.cores.all.iter().map(|core| core.busy_until(self.now)).collect()
    }

    fn units(&self, names: &dyn Names) -> Vec<UnitReport> {
        let report = |(index, thread): (usize, &crate::engine::thread::Thread)| {
            let unit = &self.world.units[index];
            let state = match (unit.status, &unit.result) {
                (Status::Ended, Value::Exception(_)) if unit.failure > 0 => UnitState::Failed,
                (Status::Ended, _) => UnitState::Ended,
                (Status::Waiting { .. }, _) => UnitState::Blocked,
                (Status::New | Status::Ready | Status::Notified, _) => UnitState::Running,
            };
            UnitReport {
                name: names.unit(crate::base::id::UnitId::new(index)),
                kind: if index == 0 { "main" } else { self.world.infos[index].kind.word() },
                state,
                started: thread.started,
                ended: (thread.ended != SimTime::NEVER).then_some(thread.ended),
                times: thread.times,
            }
        };
        self.threads.iter().enumerate().map(report).collect()
    }
}
