//! Warnings that a script allows in place: `# concsim: allow W101`.
//!
//! At the end of a line such a comment is for what begins on that line. On a
//! line of its own it is for the next statement or item, with all that is in
//! it. What is wrong with the comments themselves is said here, too, and is
//! the only thing that no comment can allow.

mod comment;

use std::collections::BTreeMap;

use crate::analysis::codes;
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::{Source, Span};
use crate::syntax::ast::Script;
use crate::syntax::parts::statements;
use crate::syntax::token::{Token, TokenKind, tokens};

use comment::{Comment, read};

/// Takes out what the script allows, and adds what is wrong with its allowing comments; in the order of the text.
pub(super) fn allow(source: &Source, script: &Script, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let (placed, mut warnings) = collect(source, script);
    found.sort_by_key(|warning| warning.primary.span);
    let mut used: Vec<bool> = Vec::new();
    used.resize(placed.iter().map(|placed| placed.comment.codes.len()).sum(), false);
    let mut judge = Judge::new(&placed);
    for warning in found {
        match judge.allowed_by(source, &warning) {
            Some(index) => used[index] = true,
            None => warnings.push(warning),
        }
    }
    let mut used = used.into_iter();
    for placed in &placed {
        let used: Vec<bool> = used.by_ref().take(placed.comment.codes.len()).collect();
        warnings.extend(unused(source, placed, &used));
    }
    // The sort is stable: of several warnings about one place the lint that comes first stays in front.
    warnings.sort_by_key(|warning| warning.primary.span);
    warnings
}

/// What a comment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// What begins on that line.
    Line(u32),
    /// What begins within that stretch.
    Whole(Span),
    /// Nothing stands behind it.
    Nothing,
}

/// A comment in its place.
#[derive(Debug)]
struct Placed {
    comment: Comment,
    reach: Reach,
}

/// The comments that allow something, and what is wrong with those that only look as if they did.
fn collect(source: &Source, script: &Script) -> (Vec<Placed>, Vec<Diagnostic>) {
    let (mut placed, mut warnings) = (Vec::new(), Vec::new());
    let mut places: Option<Places> = None;
    let mut depth = 0_usize;
    let mut line_has_code = false;
    // Those of the lines above whose statement has not begun yet.
    let mut waiting: Vec<usize> = Vec::new();
    for token in tokens(&source.text) {
        if token.kind == TokenKind::Newline {
            line_has_code = false;
        } else if token.kind == TokenKind::Comment {
            let Some(comment) = read(source.slice(token.span), token.span, &mut warnings) else { continue };
            let reach = if line_has_code { Reach::Line(source.line(token.span)) } else { Reach::Nothing };
            if !line_has_code {
                waiting.push(placed.len());
            }
            placed.push(Placed { comment, reach });
        } else if token.kind != TokenKind::Whitespace {
            line_has_code = true;
            if !waiting.is_empty() {
                let places = places.get_or_insert_with(|| Places::of(script));
                let reach = places.beginning_at(token.span.start, depth);
                waiting.drain(..).for_each(|index| placed[index].reach = reach);
            }
            depth = depth_behind(token, depth);
        }
    }
    (placed, warnings)
}

/// How many brackets are open behind a token.
fn depth_behind(token: Token, depth: usize) -> usize {
    use TokenKind::{LeftBrace, LeftBracket, LeftParen, RightBrace, RightBracket, RightParen};
    let opens = matches!(token.kind, LeftBrace | LeftBracket | LeftParen);
    let closes = matches!(token.kind, RightBrace | RightBracket | RightParen);
    (depth + usize::from(opens)).saturating_sub(usize::from(closes))
}

/// Where statements begin and end, and where items end.
#[derive(Debug)]
struct Places {
    statements: BTreeMap<u32, u32>,
    item_ends: Vec<u32>,
}

impl Places {
    fn of(script: &Script) -> Self {
        let statements =
            statements(script).map(|statement| (statement.span.start, statement.span.end)).collect();
        Self { statements, item_ends: script.items.iter().map(|item| item.end()).collect() }
    }

    /// The statement or item that begins with the token at `start`, which stands in so many brackets.
    fn beginning_at(&self, start: u32, depth: usize) -> Reach {
        let item = self.item_ends.get(self.item_ends.partition_point(|end| *end <= start));
        let end = self.statements.get(&start).or(item.filter(|_| depth == 0));
        end.map_or(Reach::Nothing, |end| Reach::Whole(Span { start, end: *end }))
    }
}

/// Says of one warning after the other, in the order of the text, whether it is allowed.
struct Judge {
    /// By line and code: the number of the code among all codes of all comments.
    lines: BTreeMap<(u32, &'static str), usize>,
    /// Stretches that are still to come, the last one first.
    to_come: Vec<(Span, &'static str, usize)>,
    /// By code: the stretches that have begun, each inside the one before it.
    open: BTreeMap<&'static str, Vec<(Span, usize)>>,
}

impl Judge {
    fn new(placed: &[Placed]) -> Self {
        let mut judge = Self { lines: BTreeMap::new(), to_come: Vec::new(), open: BTreeMap::new() };
        let codes = placed
            .iter()
            .flat_map(|placed| placed.comment.codes.iter().map(|code| (placed.reach, code.code)));
        for (index, (reach, code)) in codes.enumerate() {
            match reach {
                Reach::Line(line) => {
                    judge.lines.entry((line, code)).or_insert(index);
                }
                Reach::Whole(span) => judge.to_come.push((span, code, index)),
                Reach::Nothing => {}
            }
        }
        judge.to_come.reverse();
        judge
    }

    /// The number of the code that allows it: the nearest one.
    fn allowed_by(&mut self, source: &Source, warning: &Diagnostic) -> Option<usize> {
        let at = warning.primary.span.start;
        while let Some((span, code, index)) = self.to_come.pop_if(|(span, ..)| span.start <= at) {
            let open = self.open.entry(code).or_default();
            while open.pop_if(|(around, _)| around.end <= span.start).is_some() {}
            open.push((span, index));
        }
        let on_line = self.lines.get(&(source.line(warning.primary.span), warning.code)).copied();
        let open = self.open.get_mut(warning.code);
        let around = open.and_then(|open| {
            while open.pop_if(|(span, _)| span.end <= at).is_some() {}
            open.last().map(|(_, index)| *index)
        });
        on_line.or(around)
    }
}

/// The warning of a comment some of whose codes nobody warns of where it stands.
fn unused(source: &Source, placed: &Placed, used: &[bool]) -> Option<Diagnostic> {
    let comment = &placed.comment;
    let with = |wanted: bool| {
        let codes = comment.codes.iter().zip(used).filter(move |(_, used)| **used == wanted);
        codes.map(|(code, _)| code.code).collect::<Vec<_>>()
    };
    let (idle, busy) = (with(false), with(true));
    let first = comment.codes.iter().zip(used).find(|(_, used)| !**used)?.0;
    let message = format!("this comment allows {}, and nobody warns of it", idle.join(" and "));
    let help = match placed.reach {
        Reach::Line(_) => {
            "at the end of a line it is for what begins on that line: move it there, or remove it"
        }
        Reach::Whole(_) => "on a line of its own it is for the next statement: move it there, or remove it",
        Reach::Nothing => "it stands in front of no statement: move it there, or remove it",
    };
    let fix = if busy.is_empty() && comment.mistakes == 0 {
        Fix::sure(whole(source, comment.span), "")
    } else {
        Fix::sure(comment.listed, busy.join(", "))
    };
    let warning =
        Diagnostic::warning(codes::ALLOW_UNUSED, first.span, message).at("silences nothing").with_help(help);
    // A code that is misspelt beside it has its own mend.
    Some(if comment.mistakes == 0 { warning.with_fix(fix) } else { warning })
}

/// A comment with the blanks before it, or with its line if it has one of its own.
fn whole(source: &Source, comment: Span) -> Span {
    let text = &source.text;
    let comment = comment.range();
    let before = text[..comment.start].trim_end_matches([' ', '\t']).len();
    let end = comment.start + text[comment.clone()].trim_end().len();
    let is_alone = before == 0 || text[..before].ends_with('\n');
    let behind = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    if is_alone { Span::new(before, behind) } else { Span::new(before, end) }
}

#[cfg(test)]
mod tests {
    use crate::analysis::analyse;
    use crate::analysis::codes;
    use crate::base::diagnostic::Certainty;
    use crate::base::span::Source;

    /// The text after all sure mends, or nothing if none is sure.
    fn mended(text: &str) -> Option<String> {
        let diagnostics = analyse(&Source::new("test.conc", text), &[]).diagnostics;
        let fixes = diagnostics.into_iter().filter_map(|diagnostic| diagnostic.fix);
        let sure: Vec<_> =
            fixes.filter(|fix| fix.certainty == Certainty::Sure).flat_map(|fix| fix.edits).collect();
        let mut out = text.to_owned();
        sure.iter().rev().for_each(|edit| out.replace_range(edit.span.range(), &edit.text));
        (!sure.is_empty()).then_some(out)
    }

    fn check(text: &str, want: &str) {
        assert_eq!(mended(text).as_deref(), Some(want));
        assert_eq!(mended(want), None, "the mended script is clean");
    }

    #[test]
    fn what_silences_nothing_goes_away_with_its_blanks_or_its_line() {
        check("main { print 1 }  # concsim: allow W012\n", "main { print 1 }\n");
        check("main {\n    # concsim: allow W012 - why\r\n    print 1\n}\n", "main {\n    print 1\n}\n");
        check("# concsim: allow W012\nmain { print 1 }", "main { print 1 }");
        check("main { print 1 }\n# concsim: allow W012", "main { print 1 }\n");
        check(
            "main { compute 0ms }  # concsim: allow W010, W051, W012: it is meant\n",
            "main { compute 0ms }  # concsim: allow W051: it is meant\n",
        );
    }

    #[test]
    fn a_slip_is_mended_where_it_is_clear_what_was_meant() {
        check(
            "main { compute 0ms }  # concsim alow w051 - so\n",
            "main { compute 0ms }  # concsim: allow W051 - so\n",
        );
        check(
            "main { compute 0ms }  # concsim: allow w051\n",
            "main { compute 0ms }  # concsim: allow W051\n",
        );
        check(
            "main { compute 0ms }  ## Concsim: Allow W051\n",
            "main { compute 0ms }  # concsim: allow W051\n",
        );
        assert_eq!(mended("main { compute 0ms }  # concsim: ignore W051\n"), None);
    }

    #[test]
    fn nothing_is_said_of_comments_where_lints_are_not_asked() {
        let analysis = analyse(&Source::new("test.conc", "main { print x }  # concsim: allow W051\n"), &[]);
        assert!(analysis.diagnostics.iter().all(|found| found.code != codes::ALLOW_UNUSED));
    }

    #[test]
    fn comments_of_any_shape_are_read() {
        let pieces =
            ["#", "concsim", ":", " ", "allow", "W051", "é", "😀", ",", "-", "w", "noqa", "\t", "W998"];
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    let text =
                        format!("main {{ compute 0ms }} # concsim{first}{second}{third}{second}{first}");
                    let analysis = analyse(&Source::new("test.conc", text), &[]);
                    assert!(analysis.program.is_some());
                }
            }
        }
    }
}
