//! Comments of other languages, and strings of several lines that stand for comments.

use super::Scanner;
use std::ops::Range;

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
        let rest = self.text[end..].trim_start_matches([' ', '\t', '\r']);
        let alone = self.is_line_start && (rest.is_empty() || rest.starts_with(['#', '\n']));
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
        self.mask(Span::new(start, end), "\"\"");
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
    fn as_comment(&self, inner: Range<usize>, end: usize) -> Fix {
        let opening = inner.start - if self.text[..inner.start].ends_with("/*") { 2 } else { 3 };
        let before = &self.text[..opening];
        let indent = &before[before.rfind('\n').map_or(0, |newline| newline + 1)..];
        let indent = if indent.trim().is_empty() { indent } else { "" };
        let mut edits = vec![Edit { span: Span::new(opening, inner.start), text: "#".to_owned() }];
        if !self.text[inner.start..end].starts_with(char::is_whitespace) {
            edits[0].text.push(' ');
        }
        let mut start = inner.start;
        for (number, line) in self.text[inner.clone()].split('\n').enumerate() {
            let content = line.trim_start_matches([' ', '\t', '\r']);
            let blank = Span::new(start, start + line.len() - content.len());
            let last = start + line.len() == inner.end;
            if number > 0 && last && content.trim().is_empty() {
                // The line of the closing sign holds nothing else.
                let newline = start - 1 - usize::from(self.text[..start - 1].ends_with('\r'));
                edits.push(Edit { span: Span::new(newline, end), text: String::new() });
                return Fix { certainty: self.certainty_behind(end), edits };
            }
            if number > 0 {
                edits.push(comment_line(blank, content, indent));
            }
            start += line.len() + 1;
        }
        let trimmed = self.text[..inner.end].trim_end_matches([' ', '\t']).len().max(inner.start);
        edits.push(Edit { span: Span::new(trimmed, end), text: String::new() });
        Fix { certainty: self.certainty_behind(end), edits }
    }

    /// What stands behind the end of a comment on its line would become a part of it.
    fn certainty_behind(&self, end: usize) -> Certainty {
        let code = !self.text[end..self.line_end(end)].trim().is_empty();
        if code { Certainty::Maybe } else { Certainty::Sure }
    }
}

/// Makes a line a comment; a `*` at its beginning goes.
fn comment_line(blank: Span, content: &str, indent: &str) -> Edit {
    let star = Span { end: blank.end + 1, ..blank };
    match content.strip_prefix('*') {
        Some(_) => Edit { span: star, text: format!("{indent}#") },
        None if content.trim().is_empty() => Edit { span: blank, text: format!("{indent}#") },
        None => Edit { span: Span { start: blank.end, ..blank }, text: "# ".to_owned() },
    }
}
