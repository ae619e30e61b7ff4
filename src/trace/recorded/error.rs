//! What can be wrong with a trace, and what to do about it.

use thiserror::Error;

use crate::trace::text::FORMAT;

/// Why a trace is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {problem}")]
pub struct ReadError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Problem {
    /// The first line is not that of a trace.
    #[error("this is no trace: the first line of one is `# concsim-trace {FORMAT}`")]
    Alien,
    /// A trace for programs.
    #[error("this is a .jsonl trace, which is for programs")]
    Jsonl,
    /// Another version of concsim has written it.
    #[error("this trace has format {0}, and this version of concsim reads format {FORMAT}")]
    Format(String),
    /// A character that no trace has.
    #[error("a trace is printable ASCII, and this line has U+{0:04X}")]
    NotAscii(u32),
    /// A line of git's, or of another tool that has joined two versions.
    #[error("a conflict of a merge stands here")]
    Conflict,
    /// What the run was given is not told, or not so.
    #[error("this is not how a trace says what the run was given: {0}")]
    Inputs(&'static str),
    /// An input behind the first event.
    #[error("a `#` line stands above the events only")]
    LateInput,
    /// An event's line without one of its first three columns.
    #[error("the line is not whole: {0}")]
    Torn(&'static str),
    /// More columns than an event has.
    #[error("the line has more columns than unit, time, word, detail and place")]
    Columns,
    /// The time is none.
    #[error("`{0}` is no time: it is `+0`, or like `+1.5ms`")]
    Time(String),
    /// More than there is.
    #[error("the times of this unit add up to more than the 584 years that there are")]
    Overflow,
    /// A time before that of the event above.
    #[error("this happened before the line above it: the order or a time was changed")]
    Falls,
    /// No such word.
    #[error("there is no event `{word}`{}", .near.map_or(String::new(), |near| format!("; did you mean `{near}`?")))]
    Word {
        /// What stands there.
        word: String,
        /// What may have been meant.
        near: Option<&'static str>,
    },
    /// A backslash with something else behind it than an escape.
    #[error("`{0}` is no escape that a trace has")]
    Escape(String),
    /// It does something, and nobody has started it.
    #[error("`{0}` does something here, and no line above has its `spawn`")]
    NotSpawned(String),
    /// There are two of that name.
    #[error("a second unit `{0}` is spawned while the first one goes on: their times can't be told apart")]
    Ambiguous(String),
    /// A result that can't be understood.
    #[error("`{0}` is no result that a trace has")]
    Result(String),
    /// An event behind the results.
    #[error("behind the results (`=` lines) nothing else stands")]
    Behind,
    /// There is no result at all, or the last line has no end.
    #[error("the trace ends here, before {0}: it was cut off")]
    CutOff(&'static str),
}

impl Problem {
    /// This problem in that line, from 1.
    pub(super) const fn at(self, line: usize) -> ReadError {
        ReadError { line, problem: self }
    }

    /// What to do about it.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Alien => "`concsim run SCRIPT --trace NAME.trace` writes a trace",
            Self::Jsonl => "write a trace that can be read back: `concsim run SCRIPT --trace NAME.trace`",
            Self::Format(_) => "write it again with this version, or take the version that has written it",
            Self::Conflict => "write the trace again: it follows from the script and its options",
            Self::Ambiguous(_) => {
                "give one of them another name in the script: `spawn thread(name=\"…\") f()`"
            }
            Self::NotAscii(_)
            | Self::Inputs(_)
            | Self::LateInput
            | Self::Torn(_)
            | Self::Columns
            | Self::Time(_)
            | Self::Overflow
            | Self::Falls
            | Self::Word { .. }
            | Self::Escape(_)
            | Self::NotSpawned(_)
            | Self::Result(_)
            | Self::Behind
            | Self::CutOff(_) => {
                "a trace is not changed by hand: write it again with `concsim run SCRIPT --trace NAME.trace`"
            }
        }
    }
}
