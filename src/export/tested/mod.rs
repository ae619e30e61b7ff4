//! What came of testing scripts against their goldens: as lines for people, as the document `concsim.test/1`, and as
//! suites for build servers.

pub mod document;
pub mod suites;
pub mod text;

use crate::base::diagnostic::Diagnostic;
use crate::base::printable::safe;
use crate::base::span::{LineColumn, Source, Span};
use crate::base::time::SimDuration;
use crate::observe::finding::Finding;

/// A script and its tests.
#[derive(Clone, Debug)]
pub struct Script {
    /// Its path from the folder of the command, with `/`.
    pub path: String,
    /// Its text, if it could be read.
    pub source: Option<Source>,
    /// A test for each golden, or one for the run of a script without goldens. There is one at least.
    pub tests: Vec<Test>,
}

/// One run of a script, and what is said of it.
#[derive(Clone, Debug)]
pub struct Test {
    /// The golden's file name, or none.
    pub golden: Option<String>,
    /// The virtual time that the run took.
    pub elapsed: SimDuration,
    /// Whether it was tried at all: not if there was a Ctrl-C before its end.
    pub tried: bool,
    /// What is not as it should be.
    pub problems: Vec<Problem>,
    /// What was done to the golden.
    pub written: Option<Written>,
}

/// What was done to a golden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Written {
    /// It was there and is now what the script does.
    Blessed,
    /// It was not there.
    Made,
}

/// What is not as it should be.
#[derive(Clone, Debug)]
pub enum Problem {
    /// The trace is not that of the golden; with the difference.
    Changed(String),
    /// The run found what the script does not expect.
    Found(Box<Finding>),
    /// The script expects a finding of this kind, and none of its runs has one.
    Missing(String),
    /// A limit was reached first.
    Limit(String),
    /// Mistakes in the script, or in a machine file.
    Mistakes(Box<Source>, Vec<Diagnostic>),
    /// The script or the golden can't be read, used or written; with a way out.
    Unusable(String, Option<String>),
    /// A mistake in concsim.
    Crashed(String),
}

/// What came of a test, the gravest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// All is as it should be.
    Ok,
    /// There was a Ctrl-C first.
    NotTried,
    /// A limit was reached first.
    Limit,
    /// The trace is not that of the golden.
    Changed,
    /// The run found what the script does not expect, or not what it expects.
    Failed,
    /// The script or the golden is no good.
    Mistake,
    /// concsim is no good.
    Crashed,
}

impl Verdict {
    /// All of them, the gravest last.
    pub const ALL: [Self; 7] =
        [Self::Ok, Self::NotTried, Self::Limit, Self::Changed, Self::Failed, Self::Mistake, Self::Crashed];

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NotTried => "not tried",
            Self::Limit => "limit",
            Self::Changed => "changed",
            Self::Failed => "failed",
            Self::Mistake => "mistake",
            Self::Crashed => "crashed",
        }
    }
}

impl Script {
    /// The gravest verdict of its tests.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.tests.iter().map(Test::verdict).max().unwrap_or(Verdict::Ok)
    }
}

impl Test {
    /// The gravest of its problems.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let start = if self.tried { Verdict::Ok } else { Verdict::NotTried };
        // What was blessed is as it should be from now on.
        let counts = |problem: &&Problem| self.written.is_none() || problem.verdict() != Verdict::Changed;
        self.problems.iter().filter(counts).map(Problem::verdict).fold(start, Verdict::max)
    }
}

impl Problem {
    /// What it means for a test.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Changed(_) => Verdict::Changed,
            Self::Found(_) | Self::Missing(_) => Verdict::Failed,
            Self::Limit(_) => Verdict::Limit,
            Self::Mistakes(..) | Self::Unusable(..) => Verdict::Mistake,
            Self::Crashed(_) => Verdict::Crashed,
        }
    }

    /// One line.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Changed(_) => "the trace is not that of the golden".to_owned(),
            Self::Found(finding) => format!("{} {}", finding.kind.code(), safe(&finding.message)),
            Self::Missing(kind) => {
                format!("the script expects a finding of kind `{}`; none of its runs has one", safe(kind))
            }
            Self::Limit(text) | Self::Unusable(text, _) => safe(text),
            Self::Mistakes(_, diagnostics) => match diagnostics.as_slice() {
                [one] => format!("{} {}", one.code, safe(&one.message)),
                many => format!("{} mistakes", many.len()),
            },
            Self::Crashed(text) => format!("a mistake in concsim: {}", safe(text)),
        }
    }

    /// All that there is to say besides of a script with this text, in plain lines; it may be nothing.
    #[must_use]
    pub fn details(&self, source: Option<&Source>) -> String {
        match self {
            Self::Changed(difference) => difference.clone(),
            Self::Found(finding) => {
                let places = source.into_iter().flat_map(|source| {
                    finding.labels.iter().map(|label| place(source, label.span, &label.text))
                });
                let help = finding.help.iter().map(|help| format!("help: {}", safe(help)));
                places.chain(help).collect::<Vec<_>>().join("\n")
            }
            Self::Unusable(_, help) => help.as_deref().map_or(String::new(), safe),
            Self::Mistakes(source, diagnostics) => {
                let line = |diagnostic: &Diagnostic| {
                    let text = format!("{} {}", diagnostic.code, diagnostic.message);
                    place(source, diagnostic.primary.span, &text)
                };
                diagnostics.iter().map(line).collect::<Vec<_>>().join("\n")
            }
            Self::Missing(_) | Self::Limit(_) | Self::Crashed(_) => String::new(),
        }
    }
}

/// `bank.conc:13:14 transfer.1 waits here`
fn place(source: &Source, span: Span, text: &str) -> String {
    let LineColumn { line, column } = source.locate(span.start);
    format!("{}:{line}:{column} {}", safe(&source.name), safe(text)).trim_end().to_owned()
}
