//! W060: an `expect` that says what another one has said.

use std::collections::BTreeMap;

use crate::analysis::codes;
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::syntax::ast::{Item, PropertyKind};

use super::Subject;

pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    let mut warnings = Vec::new();
    for item in &subject.script.items {
        let Item::Property(property) = item else { continue };
        let PropertyKind::Expect(kind) = &property.kind else { continue };
        let Some(said) = first.get(kind.text.as_str()) else {
            first.insert(&kind.text, property.span);
            continue;
        };
        let message = format!("the script expects `{}` twice", kind.text);
        warnings.push(
            Diagnostic::warning(codes::EXPECTED_TWICE, property.span, message)
                .at("changes nothing")
                .with_label(*said, "said here")
                .with_help("leave one of them out: `expect` asks for one finding of that kind, however many there are")
                .with_fix(Fix::sure(property.span, "")),
        );
    }
    warnings
}
