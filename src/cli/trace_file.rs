//! The file of `--trace`: whole or not there at all.

use std::ffi::OsStr;
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::base::span::Source;
use crate::base::time::SimTime;
use crate::cli::failure::Failure;
use crate::cli::replace::Replacement;
use crate::export::json::{InputsView, ResultView};
use crate::export::results::{input_lines, result_lines};
use crate::observe::report::{Inputs, Report};
use crate::trace::event::{Detail, Event, Names, Sink};
use crate::trace::jsonl::JsonTrace;
use crate::trace::text::TextTrace;

/// A trace on its way to a file.
#[derive(Debug)]
pub(super) struct TraceFile<'a> {
    form: Form<'a>,
    target: Target,
}

#[derive(Debug)]
enum Form<'a> {
    Text(TextTrace<File>),
    Json(JsonTrace<'a, File>),
}

/// Where it goes.
#[derive(Debug)]
struct Target {
    /// As the user named it.
    path: PathBuf,
    /// A regular file is put in its place when it is complete. What is no
    /// regular file, such as `/dev/null`, is written directly.
    beside: Option<Replacement>,
}

impl<'a> TraceFile<'a> {
    /// Opens the file, in the form that its extension asks for, and writes the inputs.
    ///
    /// # Errors
    ///
    /// If the extension is no form's, or the file can't be made. A device or a
    /// pipe takes text whatever it is called.
    pub(super) fn create(
        path: &Path,
        detail: Detail,
        inputs: &Inputs,
        source: &'a Source,
    ) -> Result<Self, Failure> {
        let text = match path.extension().and_then(OsStr::to_str) {
            Some("trace") => true,
            Some("jsonl") => false,
            // A device or a pipe has no say in its name.
            Some(_) | None if path.exists() && !path.is_file() && !path.is_dir() => true,
            Some(_) | None => return Err(wrong_extension(path)),
        };
        let (file, target) = Target::open(path).map_err(|error| cannot(path, &error))?;
        let form = if text {
            Form::Text(TextTrace::new(file, detail, &input_lines(inputs, detail)))
        } else {
            Form::Json(JsonTrace::new(file, detail, source, &InputsView::new(inputs)))
        };
        Ok(Self { form, target })
    }

    /// Writes the result and moves the file to its place.
    ///
    /// # Errors
    ///
    /// If any of it could not be written; then there is no file, or the one that was there before.
    pub(super) fn finish(self, report: &Report, source: &Source) -> Result<(), Failure> {
        let Self { form, target } = self;
        let path = target.path.clone();
        let written = match form {
            Form::Text(mut trace) => trace.finish(&result_lines(report)),
            Form::Json(mut trace) => {
                trace.finish(SimTime(report.elapsed.0), &ResultView::new(report, source))
            }
        };
        written.and_then(|()| target.settle()).map_err(|error| cannot(&path, &error))
    }

    pub(super) fn detail(&self) -> Detail {
        match &self.form {
            Form::Text(trace) => trace.detail(),
            Form::Json(trace) => trace.detail(),
        }
    }

    pub(super) fn event(&mut self, event: &Event, names: &dyn Names) -> ControlFlow<()> {
        match &mut self.form {
            Form::Text(trace) => trace.event(event, names),
            Form::Json(trace) => trace.event(event, names),
        }
    }
}

impl Target {
    fn open(path: &Path) -> io::Result<(File, Self)> {
        if !path.metadata().as_ref().map_or(true, Metadata::is_file) {
            let file = OpenOptions::new().write(true).open(path)?;
            return Ok((file, Self { path: path.to_path_buf(), beside: None }));
        }
        let beside = Replacement::create(path)?;
        let file = beside.file()?;
        Ok((file, Self { path: path.to_path_buf(), beside: Some(beside) }))
    }

    /// Moves a finished file to its place.
    fn settle(self) -> io::Result<()> {
        self.beside.map_or(Ok(()), Replacement::settle)
    }
}

fn wrong_extension(path: &Path) -> Failure {
    Failure::Message {
        text: format!("`--trace {}`: the name of a trace ends in .trace or .jsonl", path.display()),
        help: Some(".trace is a text that can be compared and committed, .jsonl is for programs".to_string()),
    }
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    Failure::message(format!("can't write the trace {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample::completed;

    fn write(path: &Path) -> Result<(), Failure> {
        let (report, source) = (completed(), Source::new("bank.conc", "main {}"));
        let file = TraceFile::create(path, Detail::Sync, &report.inputs, &source)?;
        assert!(!path.is_file() || std::fs::read(path).unwrap() == b"old");
        file.finish(&report, &source)
    }

    #[test]
    fn the_extension_chooses_the_form() {
        let folder = tempfile::tempdir().unwrap();
        let read = |name: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, "old").unwrap();
            write(&path).unwrap();
            String::from_utf8(std::fs::read(path).unwrap()).unwrap()
        };
        assert!(read("a.trace").starts_with("# concsim-trace 1\n# script bank.conc ir:3f9a1c  seed 0"));
        assert!(
            read("a.jsonl").starts_with("{\"at_ns\":0,\"event\":\"begin\",\"schema\":\"concsim.trace/1\"")
        );
        assert!(write(Path::new("/dev/null")).is_ok());
        let failure = write(&folder.path().join("a.txt")).unwrap_err();
        assert!(matches!(failure, Failure::Message { text, .. } if text.contains(".trace or .jsonl")));
    }

    #[test]
    fn a_trace_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let (report, source) = (completed(), Source::new("bank.conc", "main {}"));
        let path = folder.path().join("a.trace");
        drop(TraceFile::create(&path, Detail::Sync, &report.inputs, &source).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        write(&path).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(write(&folder.path().join("missing").join("a.trace")).is_err());
    }
}
