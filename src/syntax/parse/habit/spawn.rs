//! What is forgotten behind `spawn`.

use super::{error, place};
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::suggest::{is_one_slip, nearest};
use crate::syntax::ast::UnitKind;
use crate::syntax::code;
use crate::syntax::parse::slip::Slip;
use crate::syntax::token::TokenKind;

/// `spawn f()`, `spawn thred f()`
pub(super) fn without_kind(slip: &Slip<'_>) -> Option<Diagnostic> {
    let previous = slip.previous?;
    if slip.kind(previous) != Some(TokenKind::KwSpawn) {
        return None;
    }
    let found = slip.word(slip.found);
    let error = error(code::UNIT_KIND, slip, "`spawn` needs the kind of unit").at("which kind?");
    let near = nearest(found, UnitKind::ALL.iter().map(|kind| kind.word()));
    if let Some(kind) = near {
        let span = slip.span(slip.found);
        let fix = if is_one_slip(found, kind) { Fix::sure(span, kind) } else { Fix::maybe(span, kind) };
        return Some(error.with_help(format!("did you mean `spawn {kind}`?")).with_fix(fix));
    }
    let help = format!("write `spawn thread {found}`, or process, task, subprocess, interpreter or unit");
    let error = error.with_help(help);
    let named = slip.kind(slip.found) == Some(TokenKind::Name);
    let fix = Fix::maybe(place(slip.span(slip.found).start), "thread ");
    Some(if named { error.with_fix(fix) } else { error })
}

/// `spawn thread(f)`, which to the grammar has options and no function.
pub(super) fn without_function(slip: &Slip<'_>) -> Option<Diagnostic> {
    let previous = slip.previous?;
    if !slip.expects("name") || slip.kind(previous) != Some(TokenKind::RightParen) {
        return None;
    }
    let open = slip.brackets.partner[previous];
    let unit = slip.solid_before(open)?;
    let spawn = slip.solid_before(unit)?;
    if slip.kind(spawn) != Some(TokenKind::KwSpawn) {
        return None;
    }
    let span = slip.span(spawn).to(slip.span(previous));
    let error = Diagnostic::error(code::UNEXPECTED, span, "`spawn` needs a function to run");
    let help = format!("write `spawn {} f(x)`; options stand before the function", slip.word(unit));
    let error = error.at("expected a function with its arguments after this").with_help(help);
    let only = slip.solid_from(open + 1).filter(|&name| {
        slip.kind(name) == Some(TokenKind::Name) && slip.solid_from(name + 1) == Some(previous)
    });
    Some(match only {
        Some(name) => {
            let brackets = slip.span(open).to(slip.span(previous));
            error.with_fix(Fix::maybe(brackets, format!(" {}()", slip.word(name))))
        }
        None => error,
    })
}
