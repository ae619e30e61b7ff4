//! What `--replay` names: a file with a schedule, or a schedule in one word.

use std::ffi::OsStr;
use std::path::Path;

use crate::base::printable::safe;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::explore::course::course;
use crate::explore::outlook::endless;
use crate::explore::schedule::Schedule;
use crate::explore::{listing, token};
use crate::ir::program::Program;
use crate::observe::livelock::Endless;
use crate::semantics::turn::Course;

/// A schedule that a run is to follow.
#[derive(Debug)]
pub(super) struct Given {
    /// The course of its steps.
    pub(super) course: Course,
    /// What goes on for ever when they are taken.
    pub(super) endless: Option<Endless>,
    /// The schedule in one word.
    pub(super) token: String,
}

/// The schedule that the command line names: a file if there is one of that name, else a token.
///
/// # Errors
///
/// If it can't be read, or is no schedule of this program.
pub(super) fn given(named: &OsStr, program: &Program) -> Result<Given, Failure> {
    let hash = program.hash();
    let schedule = read(named, &hash)?;
    match course(program, &schedule) {
        Ok(course) => {
            Ok(Given { course, endless: endless(program, &schedule), token: token::encode(&schedule, &hash) })
        }
        Err(stray) => Err(refusal(named, &stray.to_string())),
    }
}

fn read(named: &OsStr, hash: &str) -> Result<Schedule, Failure> {
    if Path::new(named).exists() {
        let text = input::read(named)?.text;
        // A token may have been kept in a file.
        return token::decode(text.trim(), hash).or_else(|error| match error {
            token::TokenError::Alien => {
                listing::read(&text, hash).map_err(|error| refusal(named, &error.to_string()))
            }
            token::TokenError::Version(_)
            | token::TokenError::Damaged
            | token::TokenError::Senseless
            | token::TokenError::OtherScript => Err(refusal(named, &error.to_string())),
        });
    }
    let text = named.to_string_lossy();
    token::decode(&text, hash).map_err(|error| match error {
        token::TokenError::Alien => refusal(named, "there is no such file, and it is no token of a schedule"),
        token::TokenError::Version(_)
        | token::TokenError::Damaged
        | token::TokenError::Senseless
        | token::TokenError::OtherScript => refusal(named, &error.to_string()),
    })
}

/// The run has not come to do what its schedule says.
pub(super) fn lost(named: &OsStr, turn: usize) -> Failure {
    refusal(named, &format!("the run does not come to turn {}: it depends on time", turn + 1))
}

fn refusal(named: &OsStr, why: &str) -> Failure {
    // A token tells nothing, and may be long.
    let shown: String = named.to_string_lossy().chars().take(40).collect();
    let dots = if shown.len() < named.len() { "…" } else { "" };
    Failure::Message {
        text: format!("--replay {}{dots}: {why}", safe(&shown)),
        help: Some("`concsim explore` gives the schedules of a script".to_string()),
    }
}
