//! Places in a script as every JSON document gives them: lines and columns from 1,
//! columns in characters, the end exclusive.

use serde::Serialize;

use crate::base::diagnostic::Label;
use crate::base::span::{Source, Span};

/// From where to where.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct PlaceView {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
}

impl PlaceView {
    pub(super) fn new(span: Span, source: &Source) -> Self {
        let (start, end) = (source.locate(span.start), source.locate(span.end));
        Self { line: start.line, column: start.column, end_line: end.line, end_column: end.column }
    }
}

/// A place with what is to be said of it.
#[derive(Debug, Serialize)]
pub(super) struct LabelView<'a> {
    file: &'a str,
    #[serde(flatten)]
    place: PlaceView,
    text: &'a str,
}

impl<'a> LabelView<'a> {
    pub(super) fn new(label: &'a Label, source: &'a Source) -> Self {
        Self { file: &source.name, place: PlaceView::new(label.span, source), text: &label.text }
    }
}
