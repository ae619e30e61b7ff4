//! Comments of other languages, and strings of several lines that stand for comments.

use super::Scanner;
use crate::base::diagnostic::{Certainty, Diagnostic, Edit, Fix};
use crate::base::span::Span;
use crate::syntax::code;
use crate::syntax::token::Token;

impl Scanner<'_, '_, '_> {
    /// A line that begins with `//`.
    pub(super) fn line_comment(&mut self, token: Token) {
        let start = token.span.start as usize;
        let end = self.line_end(start);
        let error = Diagnostic::error(code::COMMENT, token.span, "a comment begins with `#`, not with `//`");
        let error = error.at("`//` divides").with_help("write `#` in its place");
        self.again("//", error.with_fix(Fix::sure(token.span, "#")));
        self.mask(Span::new(start, end), "");
        self.end = end;
    }

    /// `/* … */`, from its first token on; false if it is something else.
    pub(super) fn block_comment(&mut self, index: usize) -> bool {
        let start = self.tokens[index].span.start as usize;
        if !self.text[start..].starts_with("/*") {
            return false;
        }
        let Some(end) = self.find_end(0, start + 2, "*/") else { return false };
        let at = Span::new(start, start + 2);
        let error = Diagnostic::error(code::COMMENT, at, "a comment begins with `#`, not with `/*`");
        let error = error.at("a comment of other languages").with_help("begin each of its lines with `#`");
        let fix = self.as_comment(start + 2..end - 2, end);
        self.again("/*", error.with_fix(fix));
        self.skip(start, end);
        true
    }

    /// `"""…"""`, from its first token on; false if it is something else.
    pub(super) fn doc_string(&mut self, index: usize) -> bool {
        let start = self.tokens[index].span.start as usize;
        let (kind, quotes) = match &self.text[start..] {
            text if text.starts_with("\"\"\"") => (1, "\"\"\""),
            text if text.starts_with("'''") => (2, "'''"),
            _ => return false,
        };
        let Some(end) = self.find_end(kind, start + 3, quotes) else { return false };
        let inner = start + 3..end - 3;
        let at = Span::new(start, start + 3);
        let rest = &self.text[end..self.line_end(end)];
        let alone = self.is_line_start && rest.trim_start().chars().next().is_none_or(|next| next == '#');
        if alone {
            let error = Diagnostic::error(code::COMMENT, at, format!("`{quotes}` begins no comment here"));
            let error = error.at("text of its own").with_help("begin each of its lines with `#`");
            let fix = self.as_comment(inner, end);
            self.errors.push(error.with_fix(fix));
            self.skip(start, end);
            return true;
        }
        let error = Diagnostic::error(code::COMMENT, at, "a string stands in single `\"`, on one line");
        let error = error.at("three quotes").with_help("`\\n` in a string stands for a new line");
        let text = self.text[inner].replace('\\', "\\\\").replace('"', "\\\"");
        let text = text.replace("\r\n", "\n").replace('\n', "\\n");
        self.errors.push(error.with_fix(Fix::maybe(Span::new(start, end), format!("\"{text}\""))));
        self.skip(start, end);
        self.mask_string(Span::new(start, end));
        true
    }

    /// One past what ends a long comment or string; looked for once, if there is none.
    fn find_end(&mut self, kind: usize, from: usize, sign: &str) -> Option<usize> {
        if self.unclosed[kind] {
            return None;
        }
        let found = self.text[from..].find(sign).map(|offset| from + offset + sign.len());
        self.unclosed[kind] = found.is_none();
        found
    }

    fn skip(&mut self, start: usize, end: usize) {
        self.mask(Span::new(start, end), "");
        self.end = end;
    }

    /// The edits that make a comment of the lines of `inner`, whose opening sign stands right before it.
    fn as_comment(&self, inner: std::ops::Range<usize>, end: usize) -> Fix {
        let opening = inner.start - if self.text[..inner.start].ends_with("/*") { 2 } else { 3 };
        let mut edits = vec![Edit { span: Span::new(opening, inner.start), text: "#".to_owned() }];
        for (offset, _) in self.text[inner.clone()].match_indices('\n') {
            let line = inner.start + offset + 1;
            let blank = self.text[line..inner.end].len()
                - self.text[line..inner.end].trim_start_matches([' ', '\t']).len();
            let place = Span::new(line + blank, line + blank);
            let star = self.text[line + blank..inner.end].starts_with('*');
            edits.push(if star {
                Edit { span: Span::new(line + blank, line + blank + 1), text: "#".to_owned() }
            } else {
                Edit { span: place, text: "# ".to_owned() }
            });
        }
        edits.push(Edit { span: Span::new(inner.end, end), text: String::new() });
        let code_behind = !self.text[end..self.line_end(end)].trim().is_empty();
        let certainty = if code_behind { Certainty::Maybe } else { Certainty::Sure };
        Fix { certainty, edits }
    }
}
