//! Everybody who follows a run: the terminal, a trace file, both or nobody.

use std::io::Stdout;
use std::ops::ControlFlow;

use crate::base::span::Source;
use crate::cli::failure::Failure;
use crate::cli::trace_file::TraceFile;
use crate::observe::report::Report;
use crate::trace::event::{Detail, Event, Names, Sink};
use crate::trace::terminal::TerminalTrace;

/// Those who follow a run.
#[derive(Debug)]
pub(super) struct Listener<'a> {
    /// The trace on standard output.
    pub(super) terminal: Option<TerminalTrace<'a, Stdout>>,
    /// The trace in a file.
    pub(super) file: Option<TraceFile<'a>>,
    /// Whether standard output still takes anything. When it does not, a file is
    /// written to its end all the same.
    terminal_open: bool,
}

impl<'a> Listener<'a> {
    pub(super) fn new(terminal: Option<TerminalTrace<'a, Stdout>>, file: Option<TraceFile<'a>>) -> Self {
        Self { terminal, file, terminal_open: true }
    }

    /// Writes what is left to write.
    ///
    /// # Errors
    ///
    /// If the file, or else standard output, could not be written.
    pub(super) fn finish(self, report: &Report, source: &Source) -> Result<(), Failure> {
        if let Some(file) = self.file {
            file.finish(report, source)?;
        }
        match self.terminal {
            Some(mut terminal) => terminal.finish().map_err(|error| Failure::of_stdout(&error)),
            None => Ok(()),
        }
    }
}

impl Sink for Listener<'_> {
    fn detail(&self) -> Detail {
        let terminal = self.terminal.as_ref().map(Sink::detail);
        let file = self.file.as_ref().map(TraceFile::detail);
        terminal.max(file).unwrap_or(Detail::Nothing)
    }

    fn event(&mut self, event: &Event, names: &dyn Names) -> ControlFlow<()> {
        if let Some(terminal) = self.terminal.as_mut().filter(|_| self.terminal_open) {
            self.terminal_open = terminal.event(event, names).is_continue();
        }
        match &mut self.file {
            Some(file) => file.event(event, names),
            None if self.terminal_open => ControlFlow::Continue(()),
            None => ControlFlow::Break(()),
        }
    }
}
