//! `--watch`: a command again and again, whenever one of its files changes.
//!
//! The files are read ten times a second and compared with what they were. That costs next to nothing
//! for the few small files of a script, and it works where the system's own notices do not come: on
//! network drives, in containers and behind links. It also does not matter how an editor saves, in
//! place or by another file that takes the name, or whether the clock of a drive is coarse.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use crate::base::printable::safe;
use crate::cli::args::Color;
use crate::cli::failure::Failure;
use crate::cli::{input, interrupt, output, status};

/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(100);
/// How long a file has to stay as it is after a change: editors write in several steps.
const SETTLED: Duration = Duration::from_millis(30);

/// What is watched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watched<'a> {
    /// The scripts.
    pub(super) scripts: &'a [OsString],
    /// The machine, if it is asked for; where that is a file, it is watched, too.
    pub(super) machine: Option<&'a Path>,
    /// Whether to use colours.
    pub(super) color: Color,
}

/// Does `again` once, and again whenever a file has changed, until Ctrl-C; the flag that it is given tells
/// it to leave off, because what it is doing is out of date. `format` is the word of a format for programs.
///
/// # Errors
///
/// If there is nothing that could be watched, or the first time fails by something that is no mistake
/// in a file. Later on such a failure is told, and may be gone the next time.
pub(super) fn watch(
    watched: &Watched<'_>,
    format: Option<&str>,
    again: impl Fn(&AtomicBool) -> Result<u8, Failure>,
) -> Result<u8, Failure> {
    refuse(watched, format)?;
    let asked = interrupt::watch();
    let mut first = true;
    while !asked.load(Ordering::Relaxed) {
        output::clear_screen();
        let seen = contents(watched);
        match unless_changed(watched, &seen, &again) {
            Ok(_) => {}
            Err(Failure::Closed) => return Ok(status::SUCCESS),
            Err(failure @ Failure::Message { .. }) if first => return Err(failure),
            Err(failure) => _ = failure.report(watched.color),
        }
        first = false;
        if !asked.load(Ordering::Relaxed) {
            output::say(&format!("watching {}, Ctrl-C to end\n", named(watched.scripts)));
            while !asked.load(Ordering::Relaxed) && !has_changed(watched, &seen) {
                std::thread::sleep(PAUSE);
            }
        }
    }
    Ok(status::SUCCESS)
}

fn refuse(watched: &Watched<'_>, format: Option<&str>) -> Result<(), Failure> {
    if let Some(word) = format {
        return Err(Failure::Message {
            text: format!("--watch shows every run anew, and `--format {word}` gives one document"),
            help: Some("leave one of the two out".to_string()),
        });
    }
    for script in watched.scripts {
        if script == "-" {
            return Err(Failure::Message {
                text: "--watch needs a file: standard input does not change".to_string(),
                help: Some("save the script and name its file".to_string()),
            });
        }
        let name = script.to_string_lossy();
        if Path::new(script).metadata().is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
            return Err(Failure::message(format!("--watch needs a file: {name} is no regular file")));
        }
        input::read(script)?;
    }
    Ok(())
}

/// Does it, and looks meanwhile whether it is out of date.
fn unless_changed(
    watched: &Watched<'_>,
    seen: &[Content],
    again: &impl Fn(&AtomicBool) -> Result<u8, Failure>,
) -> Result<u8, Failure> {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // The other end hangs up when this one is dropped, also by a panic.
        let (_working, work) = channel::<()>();
        let stop = &stop;
        scope.spawn(move || {
            while work.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
                if interrupt::happened() || has_changed(watched, seen) {
                    stop.store(true, Ordering::Relaxed);
                    break;
                }
            }
        });
        again(stop)
    })
}

/// What a file holds, or why that can't be read.
type Content = Result<Vec<u8>, io::ErrorKind>;

fn contents(watched: &Watched<'_>) -> Vec<Content> {
    let content = |path: &Path| {
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(input::SIZE_MAX + 1).read_to_end(&mut bytes));
        read.map(|_| bytes).map_err(|error| error.kind())
    };
    // A machine of a name that is no file stays what it is.
    watched.scripts.iter().map(Path::new).chain(watched.machine).map(content).collect()
}

fn has_changed(watched: &Watched<'_>, seen: &[Content]) -> bool {
    let mut now = contents(watched);
    while now != seen {
        std::thread::sleep(SETTLED);
        let later = contents(watched);
        if later == now {
            return true;
        }
        now = later;
    }
    false
}

/// `bank.conc`, or the first of many and how many more.
fn named(scripts: &[OsString]) -> String {
    let name = |script: &OsString| safe(&script.to_string_lossy());
    match scripts {
        [first, more @ ..] if more.len() > 2 => format!("{} and {} more", name(first), more.len()),
        few => few.iter().map(name).collect::<Vec<_>>().join(", "),
    }
}
