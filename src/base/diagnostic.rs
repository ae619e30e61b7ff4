//! What is wrong with a script: data, rendered only in `cli`.

use crate::base::span::Span;

/// How grave a diagnostic or a finding is, gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The script is refused, or the run failed.
    Error,
    /// Suspicious; nothing is refused.
    Warning,
    /// For information.
    Note,
}

/// A stretch of the source and what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// A few words, shown at the end of an arrow.
    pub text: String,
}

impl Label {
    /// A label at `span`.
    #[must_use]
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }
}

/// A stretch of the source and what is to stand in its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edit {
    /// What goes away; empty where something is only put in.
    pub span: Span,
    /// What comes in its place; empty where something is only taken out.
    pub text: String,
}

/// Whether a mend can be applied without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// It says what was meant: `concsim fix` applies it.
    Sure,
    /// A guess that is worth showing; the author decides.
    Maybe,
}

/// How to change the text so that one mistake is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// How sure it is.
    pub certainty: Certainty,
    /// The changes, in the order of the text; no two overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A mend that says what was meant.
    #[must_use]
    pub fn sure(span: Span, text: impl Into<String>) -> Self {
        Self { certainty: Certainty::Sure, edits: vec![Edit { span, text: text.into() }] }
    }

    /// A mend that is a guess.
    #[must_use]
    pub fn maybe(span: Span, text: impl Into<String>) -> Self {
        Self { certainty: Certainty::Maybe, ..Self::sure(span, text) }
    }

    /// The same with one more change; the changes stay in the order of the text.
    #[must_use]
    pub fn and(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push(Edit { span, text: text.into() });
        self.edits.sort();
        self
    }
}

/// One mistake in a script (or in a machine file), told so that it can be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable code, `E…` for errors and `W…` for lints.
    pub code: &'static str,
    /// How grave.
    pub severity: Severity,
    /// One line in the student's words that stands alone.
    pub message: String,
    /// The smallest stretch that is wrong, with a few words.
    pub primary: Label,
    /// The other half of the story, in the order of the text.
    pub labels: Vec<Label>,
    /// How to mend it, in words.
    pub help: Option<String>,
    /// How to mend it, as a change of the text.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// An error at `span`, whose arrow says `label`.
    #[must_use]
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            primary: Label::new(span, ""),
            labels: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// A warning at `span`: suspicious, but nothing is refused.
    #[must_use]
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// The same with words at the end of the arrow.
    #[must_use]
    pub fn at(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// The same with a second place.
    #[must_use]
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label::new(span, text));
        self
    }

    /// The same with a mend.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with a change of the text that mends it.
    #[must_use]
    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }
}

/// How many diagnostics there are of each gravity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Of [`Severity::Error`].
    pub errors: usize,
    /// Of [`Severity::Warning`].
    pub warnings: usize,
}

impl Tally {
    /// Those of a list.
    #[must_use]
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let count =
            |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        Self { errors: count(Severity::Error), warnings: count(Severity::Warning) }
    }
}
