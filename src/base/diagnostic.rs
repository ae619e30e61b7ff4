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
    /// How to mend it.
    pub help: Option<String>,
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
        }
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
}
