//! What a run came to.

use crate::base::diagnostic::Severity;
use crate::base::id::{InterpreterId, UnitId};
use crate::base::size::SignedSize;
use crate::base::time::SimDuration;
use crate::engine::thread::{Routine, ThreadId};
use crate::engine::{Engine, Stop};
use crate::ir::value::Value;
use crate::machine::profile::StartMethod;
use crate::observe::ending::{mark_expected, shared_values};
use crate::observe::finding::FindingKind;
use crate::observe::report::{InterpreterReport, MachineReport, Outcome, Report, UnitState};
use crate::observe::units::{Fate, UnitReports};
use crate::semantics::world::{Naming, Status};
use crate::syntax::ast::UnitKind;

impl Engine<'_> {
    /// The run is over: what can only be told now.
    pub(super) fn finish(&mut self) {
        for thread in (0..self.threads.len()).map(ThreadId::new) {
            self.change(thread, self.threads[thread.index()].state);
        }
        for unit in (0..self.routines.len()).map(UnitId::new) {
            if !self.routines[unit.index()].has_ended {
                self.changes(unit);
            }
            self.wait_is_over(unit);
        }
        (0..self.gils.len()).for_each(|interpreter| self.write_gil(InterpreterId::new(interpreter)));
        debug_assert!(self.is_memory_conserved(), "memory is neither lost nor found");
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
        self.report_stalls();
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
        let shared = shared_values(self.program, &self.world);
        let objects = self.accounts.report(&names, self.now);
        let mut findings = std::mem::take(&mut self.trouble.findings);
        let missing = mark_expected(self.program, findings.iter_mut());
        findings.sort_by_key(|finding| (finding.severity, finding.kind, finding.at));
        let (chain, lanes) = self.chronicle.take().map_or((None, None), |chronicle| chronicle.into_parts());
        let interpreters = self.interpreters();
        let machine = MachineReport {
            core_busy: self.core_busy(),
            core_switches: self.cores.switches,
            gil_switches: self.gils.iter().map(|gil| gil.switches).sum(),
            peak_memory: self.memory.all.peak,
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
            interpreters,
            objects,
            machine,
            chain,
            lanes,
            units: self.units(),
        }
    }

    fn core_busy(&self) -> Vec<SimDuration> {
        self.cores.all.iter().map(|core| core.busy_until(self.now)).collect()
    }

    fn interpreters(&self) -> Vec<InterpreterReport> {
        let names = Naming { program: self.program, world: &self.world };
        let report = |id: InterpreterId| {
            let index = id.index();
            // A worker of a pool is a process.
            let forks = self.program.terms.start != StartMethod::Spawn;
            let owner = self.world.owner_of(id);
            let gil = self.gils.get(index);
            let peak = self.memory.interpreters.get(index).map_or(0, |taken| taken.peak);
            InterpreterReport {
                name: names.owner(id),
                kind: owner.map_or(UnitKind::Process.word(), |owner| self.kind_word(owner)),
                forked: owner.map_or(forks, |owner| self.is_forked(owner)),
                gil_held: gil.map_or(SimDuration::ZERO, |gil| gil.held_until(self.now)),
                gil_switches: gil.map_or(0, |gil| gil.switches),
                peak_memory: peak,
            }
        };
        (0..self.world.interpreters.len()).map(InterpreterId::new).map(report).collect()
    }

    fn kind_word(&self, unit: UnitId) -> &'static str {
        if unit == UnitId(0) { "main" } else { self.world.infos[unit.index()].kind.word() }
    }

    /// What became of the units, in the place where the engine has kept what it knows of them.
    fn units(self) -> UnitReports {
        let Self { program, world, routines, .. } = self;
        let fate = |(index, routine): (usize, Routine)| {
            let unit = &world.units[index];
            let state = match (unit.status, &unit.result) {
                (Status::Done | Status::Ended, _) if world.is_cancelled(UnitId::new(index)) => {
                    UnitState::Cancelled
                }
                (Status::Ended, Value::Exception(_)) if unit.failure > 0 => UnitState::Failed,
                (Status::Done, Value::Exception(_)) => UnitState::Failed,
                (Status::Done | Status::Ended, _) => UnitState::Ended,
                (Status::Waiting { .. }, _) => UnitState::Blocked,
                (Status::New | Status::Ready | Status::Notified, _) => UnitState::Running,
            };
            Fate { state, started: routine.started, ended: routine.ended(), times: routine.times }
        };
        let fates = routines.into_iter().enumerate().map(fate).collect();
        let functions = program.functions.iter().map(|function| function.name.clone()).collect();
        UnitReports::new(fates, world.infos, functions)
    }
}
