//! What a web page, a forum or an editor has put around the lines of a script.
//!
//! Each of it is told once, for all its lines, and blanks come in its place.
//! Only what no script can hold is taken for it.

use std::borrow::Cow;
use std::ops::Range;

use crate::base::diagnostic::{Certainty, Diagnostic, Edit, Fix};
use crate::base::span::Span;
use crate::syntax::code;
use crate::syntax::parse::errors::Errors;
use crate::syntax::token::{TokenKind, tokens};

/// Signs as a web page writes them, and the signs.
const ENTITIES: [(&str, &str); 12] = [
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
    ("&quot;", "\""),
    ("&nbsp;", " "),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&#34;", "\""),
    ("&#x27;", "'"),
    ("&#x2F;", "/"),
    ("&ldquo;", "\""),
    ("&rdquo;", "\""),
];

/// `&&` as a web page writes it, which other languages have for `and`.
const BOTH: &str = "&amp;&amp;";

/// The script without it, as long as the text, so that all places stay what they were.
pub(super) fn unwrap<'a>(text: &'a str, errors: &mut Errors<'_>) -> Cow<'a, str> {
    let mut text = Cow::Borrowed(text);
    for find in [fences, line_numbers, prompts, quote_marks, entities] {
        let Some(found) = find(&text) else { continue };
        let mut blanked = text.into_owned().into_bytes();
        for edit in &found.edits {
            let bytes = &mut blanked[edit.span.range()];
            bytes.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
            bytes[..edit.text.len()].copy_from_slice(edit.text.as_bytes());
        }
        text = Cow::Owned(String::from_utf8(blanked).expect("whole characters are written over"));
        errors.push(found.told());
    }
    text
}

/// Something around the lines.
struct Found {
    what: &'static str,
    label: &'static str,
    help: &'static str,
    /// The first place.
    at: Span,
    edits: Vec<Edit>,
}

impl Found {
    fn told(self) -> Diagnostic {
        let fix = Fix { certainty: Certainty::Sure, edits: self.edits };
        Diagnostic::error(code::PASTED, self.at, self.what).at(self.label).with_help(self.help).with_fix(fix)
    }

    /// What is deleted at those places.
    fn deleted(
        what: &'static str,
        label: &'static str,
        help: &'static str,
        places: Vec<Span>,
    ) -> Option<Self> {
        let at = *places.first()?;
        let edits = places.into_iter().map(|span| Edit { span, text: String::new() }).collect();
        Some(Self { what, label, help, at, edits })
    }
}

/// The lines with their ends, as places in the text.
fn lines(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    text.split_inclusive('\n').scan(0, |start, line| {
        let range = *start..*start + line.len();
        *start = range.end;
        Some((range, line))
    })
}

/// ```` ```python ```` and ```` ``` ````
fn fences(text: &str) -> Option<Found> {
    let is_fence = |line: &str| {
        let line = line.trim();
        let info = line.strip_prefix("```").or_else(|| line.strip_prefix("~~~"));
        // With another fence behind it, the code stands on the same line.
        info.is_some_and(|info| !info.trim_start_matches(['`', '~']).contains(['`', '~']))
    };
    let places = lines(text).filter(|(_, line)| is_fence(line));
    let places = places.map(|(range, _)| Span::new(range.start, range.end)).collect();
    let mut found = Found::deleted(
        "the fences of a web page are no part of a script",
        "a fence",
        "leave out the lines with the fences",
        places,
    )?;
    let first = text[found.at.range()].trim_end().len();
    found.at.end = found.at.start + u32::try_from(first).unwrap_or(0);
    Some(found)
}

/// `> ` before every line, or before the first and another, as a forum quotes.
fn quote_marks(text: &str) -> Option<Found> {
    let marked = |line: &str| {
        let (blank, rest) = starts(line);
        let marks = rest.bytes().take_while(|byte| *byte == b'>').count();
        (marks > 0).then(|| {
            let end = blank + marks;
            end + usize::from(line[end..].starts_with(' '))
        })
    };
    let mut places = Vec::new();
    for (range, line) in lines(text).filter(|(_, line)| !line.trim().is_empty()) {
        let prefix = marked(line);
        if prefix.is_none() && places.is_empty() {
            return None;
        }
        places.extend(prefix.map(|length| Span::new(range.start, range.start + length)));
    }
    let help = "leave out the `>` before each line";
    Found::deleted("the marks of a quotation are no part of a script", "a quotation", help, places)
}

/// `>>> ` and `... `, as Python asks for lines.
fn prompts(text: &str) -> Option<Found> {
    lines(text).find(|(_, line)| starts(line).1.starts_with(">>> "))?;
    let places = lines(text).filter_map(|(range, line)| {
        let (blank, rest) = starts(line);
        let bare = matches!(rest.trim_end(), ">>>" | "...");
        let prompt = rest.starts_with(">>> ") || rest.starts_with("... ") || bare;
        let length = if bare { 3 } else { 4 };
        prompt.then(|| Span::new(range.start, range.start + blank + length))
    });
    let help = "leave out the `>>> ` and `... `";
    Found::deleted("the prompts of Python are no part of a script", "a prompt", help, places.collect())
}

/// How far a line is indented in bytes, and what follows.
fn starts(line: &str) -> (usize, &str) {
    let rest = line.trim_start_matches([' ', '\t']);
    (line.len() - rest.len(), rest)
}

/// `1`, `2`, `3`, … before every line that is not empty.
fn line_numbers(text: &str) -> Option<Found> {
    let mut places = Vec::new();
    let mut expected: Option<u64> = None;
    for (range, line) in lines(text) {
        let (blank, rest) = starts(line);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            if line.trim().is_empty() {
                expected = expected.map(|number| number + 1);
                continue;
            }
            return None;
        }
        let number: u64 = rest[..digits].parse().ok()?;
        let rest = &rest[digits..];
        let fits = expected.is_none_or(|expected| expected == number || expected == number + 1);
        if !fits || !rest.starts_with([' ', '\t', '\n', '\r', '.', ':', '|', ')']) {
            return None;
        }
        let sign =
            rest.trim_start_matches([' ', '\t']).chars().next().is_some_and(|sign| ".:|)".contains(sign));
        let gap = if sign { rest.find(['.', ':', '|', ')']).map_or(0, |at| at + 1) } else { 0 };
        let space = usize::from(rest[gap..].starts_with([' ', '\t']));
        places.push(Span::new(range.start, range.start + blank + digits + gap + space));
        expected = Some(number + 1);
    }
    if places.len() < 2 {
        return None;
    }
    let help = "leave out the numbers of the lines";
    Found::deleted("the numbers of lines are no part of a script", "the number of a line", help, places)
}

/// `&lt;` for `<`: if one stands outside strings and comments, all were made by a web page.
fn entities(text: &str) -> Option<Found> {
    if !ENTITIES.iter().any(|(name, _)| text.contains(name)) {
        return None;
    }
    let outside = tokens(text).filter(|token| token.kind == TokenKind::ForeignOperator);
    let outside: Vec<usize> = outside.map(|token| token.span.start as usize).collect();
    let first = outside.iter().copied().find(|&start| entity_at(text, start).is_some())?;
    let mut edits: Vec<Edit> = Vec::new();
    for (offset, _) in text.match_indices('&') {
        if edits.last().is_some_and(|edit| offset < edit.span.end as usize) {
            continue;
        }
        if text[offset..].starts_with(BOTH) && outside.binary_search(&offset).is_ok() {
            edits.push(Edit { span: Span::new(offset, offset + BOTH.len()), text: " and ".to_owned() });
            continue;
        }
        if let Some((name, sign)) = entity_at(text, offset) {
            edits.push(Edit { span: Span::new(offset, offset + name.len()), text: sign.to_owned() });
        }
    }
    let (name, _) = entity_at(text, first)?;
    Some(Found {
        what: "the signs of a web page are no part of a script",
        label: "a sign as a web page writes it",
        help: "write `<` for `&lt;`, `>` for `&gt;`, `\"` for `&quot;`, `&` for `&amp;`",
        at: Span::new(first, first + name.len()),
        edits,
    })
}

fn entity_at(text: &str, offset: usize) -> Option<(&'static str, &'static str)> {
    ENTITIES.into_iter().find(|(name, _)| text[offset..].starts_with(name))
}
