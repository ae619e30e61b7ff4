//! Many scripts graded side by side.

#![expect(clippy::disallowed_types, reason = "the watchdog goes by the clock on the wall")]

use std::num::NonZero;
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use crate::base::parallel::in_parallel;
use crate::base::size::SignedSize;
use crate::base::span::Source;
use crate::base::time::SimDuration;
use crate::cli::failure::Failure;
use crate::cli::grade::args::WorkArgs;
use crate::cli::grade::files::Submission;
use crate::cli::input;
use crate::cli::progress::Tally;
use crate::explore::Found;
use crate::export::explore::lanes::{Look, lanes};
use crate::grade::grader::{Grader, Means};
use crate::grade::result::Graded;
use crate::ir::program::Program;

/// How the work is done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work {
    jobs: usize,
    watchdog: Duration,
}

impl Work {
    /// What the options say.
    ///
    /// # Errors
    ///
    /// If nobody is to work.
    pub(super) fn of(args: &WorkArgs) -> Result<Self, Failure> {
        let jobs = match args.jobs {
            None => available_parallelism().map_or(1, NonZero::get),
            Some(0) => return Err(Failure::message("--jobs: one thread at least has to grade")),
            Some(jobs) => usize::try_from(jobs).unwrap_or(usize::MAX),
        };
        Ok(Self { jobs, watchdog: args.watchdog })
    }

    /// What comes of all submissions, in their order; less those whose turn has not come before `interrupt` was set.
    pub(super) fn grade(self, grader: &Grader, files: &[Submission], interrupt: &AtomicBool) -> Vec<Graded> {
        let tally = Tally::new(files.len(), "scripts");
        // What concsim says when it fails is kept in the results, and nobody's terminal is filled with it.
        let hook = panic::take_hook();
        panic::set_hook(Box::new(|_| {}));
        let graded = in_parallel(
            self.jobs,
            files.len(),
            || (),
            |(), at| {
                let graded = self.one(grader, &files[at], interrupt);
                tally.count();
                graded
            },
        );
        panic::set_hook(hook);
        tally.clear();
        graded.into_iter().flatten().collect()
    }

    fn one(self, grader: &Grader, file: &Submission, interrupt: &AtomicBool) -> Option<Graded> {
        let started = Instant::now();
        let stop = || {
            if interrupt.load(Ordering::Relaxed) {
                return Some("the grading was interrupted".to_owned());
            }
            let is_late = started.elapsed() > self.watchdog;
            let watchdog = SimDuration(u64::try_from(self.watchdog.as_nanos()).unwrap_or(u64::MAX));
            is_late
                .then(|| format!("it took longer than --watchdog {watchdog}: grade it again, with more time"))
        };
        if interrupt.load(Ordering::Relaxed) {
            return None;
        }
        let source = read(file, grader.rubric().limits.source);
        let mut graded =
            grader.grade(&file.name, source.as_ref().map_err(Clone::clone), Means { draw, stop: &stop });
        graded.path = file.path.to_string_lossy().into_owned();
        // Half a result would look like a whole one.
        (!interrupt.load(Ordering::Relaxed)).then_some(graded)
    }
}

/// A submission's text. What is larger than the rubric allows is not even read.
fn read(file: &Submission, most: u64) -> Result<Source, String> {
    if file.path.is_symlink() {
        // A student would choose what is graded: the solution, perhaps.
        return Err("this is a link, and a submission has to be a file of its own".to_owned());
    }
    let is_large = file.path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() > most);
    if is_large {
        let most = SignedSize(i64::try_from(most).unwrap_or(i64::MAX));
        return Err(format!("it has more than {most} (limits.source)"));
    }
    input::read_regular(&file.path, &file.name)
}

/// Columns of lanes: so that with what stands before them they fit a terminal of 80.
const LANES: usize = 72;

/// Schedules are drawn for no terminal: they go into documents, which are the same everywhere.
fn draw(program: &Program, source: &Source, found: &Found) -> Vec<String> {
    lanes(program, source, found, Look { width: LANES, ascii: false })
}
