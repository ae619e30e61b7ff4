//! Diagnostics and findings, drawn under the lines of the script that they are about.
//!
//! ariadne draws, and takes for the width of a line the sum of those of its
//! characters. Where terminals see it in another way it is told of other
//! characters or other places, so that each arrow stands under its character.

use std::collections::BTreeSet;
use std::ops::Range;

use anstyle::{AnsiColor, Style};
use ariadne::{CharSet, Color, Config, IndexType, Label as Arrow, LabelAttach, Report, ReportKind};
use unicode_width::UnicodeWidthChar as _;

use crate::base::diagnostic::{Diagnostic, Label, Severity};
use crate::base::printable::{is_hostile, safe};
use crate::base::span::{Source, Span};
use crate::cli::mend::advice;
use crate::cli::output;
use crate::observe::finding::Finding;

/// Diagnostics that are drawn before the rest is only counted.
const DIAGNOSTICS_MAX: usize = 50;
/// Bytes of a line that is drawn; a place on a longer one is given by its numbers only.
const LINE_MAX: usize = 400;

/// Draws snippets of one source.
#[derive(Debug)]
pub(super) struct Snippets<'a> {
    source: &'a Source,
    /// The name as shown.
    name: String,
    /// The text as shown: of the same length, so that offsets mean the same.
    shown: ariadne::Source<String>,
    colour: bool,
    characters: CharSet,
}

impl<'a> Snippets<'a> {
    /// Snippets of that source, with ANSI colours or without.
    pub(super) fn new(source: &'a Source, colour: bool) -> Self {
        let shown = ariadne::Source::from(same_length(&source.text));
        let characters = if output::is_ascii() { CharSet::Ascii } else { CharSet::Unicode };
        Self { source, name: safe(&source.name), shown, colour, characters }
    }

    /// All of them, an empty line after each, and where to read on; of very many the first ones and their
    /// number.
    pub(super) fn diagnostics(&self, diagnostics: &[Diagnostic]) -> String {
        let mut text = String::new();
        for diagnostic in diagnostics.iter().take(DIAGNOSTICS_MAX) {
            text.push_str(&self.diagnostic(diagnostic));
            text.push('\n');
        }
        if let Some(more) = diagnostics.len().checked_sub(DIAGNOSTICS_MAX).filter(|more| *more > 0) {
            text.push_str(&format!("… and {more} more\n"));
        }
        text + &read_on(diagnostics.iter().take(DIAGNOSTICS_MAX))
    }

    fn diagnostic(&self, diagnostic: &Diagnostic) -> String {
        let head = headline(diagnostic.severity, code(diagnostic), &diagnostic.message, self.colour);
        let labels: Vec<&Label> = std::iter::once(&diagnostic.primary).chain(&diagnostic.labels).collect();
        // What the author of a diagnostic says of the mend is better than what the mend itself shows.
        let mend = || diagnostic.fix.as_ref().map(|fix| advice(fix, self.source));
        let help = diagnostic.help.clone().or_else(mend);
        self.draw(&head, diagnostic.severity, &labels, help.as_deref())
    }

    /// A finding with every place involved.
    pub(super) fn finding(&self, finding: &Finding) -> String {
        let head = finding_headline(finding, self.colour);
        let labels: Vec<&Label> = finding.labels.iter().collect();
        self.draw(&head, finding.severity, &labels, finding.help.as_deref())
    }

    /// The headline, the snippet (the first label is the main one) and the help.
    fn draw(&self, head: &str, severity: Severity, labels: &[&Label], help: Option<&str>) -> String {
        let Some(primary) = labels.first() else {
            let help = help.map_or(String::new(), |help| format!("  help: {}\n", safe(help)));
            return format!("{head}\n{help}");
        };
        if labels.iter().any(|label| self.is_on_long_line(label.span)) {
            return self.list(head, labels, help);
        }
        let attach = if labels.iter().all(|label| self.has_visible_middle(label.span)) {
            LabelAttach::Middle
        } else {
            LabelAttach::Start
        };
        let config = Config::new()
            .with_index_type(IndexType::Byte)
            .with_color(self.colour)
            .with_char_set(self.characters)
            .with_label_attach(attach);
        let place = (self.name.as_str(), self.bytes(primary.span));
        // The headline is ours: ariadne colours its own even where colours are off.
        let mut report = Report::build(ReportKind::Error, place).with_config(config);
        // In the order of the text all places make one picture; in any other, several.
        let mut ordered: Vec<(usize, &&Label)> = labels.iter().enumerate().collect();
        ordered.sort_by_key(|(index, label)| (label.span, *index));
        for (index, label) in ordered {
            let color = if index == 0 { color(severity) } else { Color::Cyan };
            // ariadne underlines only what has words.
            let words = if label.text.is_empty() { "here".to_string() } else { safe(&label.text) };
            let place = (self.name.as_str(), self.visible(label.span));
            report = report.with_label(Arrow::new(place).with_color(color).with_message(words));
        }
        if let Some(help) = help {
            report = report.with_help(safe(help));
        }
        let mut drawn = Vec::new();
        let cache = (self.name.as_str(), &self.shown);
        report.finish().write(cache, &mut drawn).expect("writing to memory never fails");
        let drawn = String::from_utf8_lossy(&drawn);
        let mut text = format!("{head}\n");
        for (index, line) in drawn.lines().skip(1).enumerate() {
            let line = if index == 0 { self.placed(line, primary.span) } else { line.to_owned() };
            text.push_str(&joined(line.trim_end()));
            text.push('\n');
        }
        text
    }

    /// The line that says where, with the column in the script: that of ariadne counts placeholders.
    fn placed(&self, line: &str, span: Span) -> String {
        let name = format!(" {}:", self.name);
        let place = self.source.locate(span.start);
        let Some((before, numbers)) = line.split_once(&name) else { return line.to_owned() };
        let after =
            numbers.trim_start_matches(|character: char| character.is_ascii_digit() || character == ':');
        format!("{before}{name}{}:{}{after}", place.line, place.column)
    }

    /// The same without a picture.
    fn list(&self, head: &str, labels: &[&Label], help: Option<&str>) -> String {
        let mut text = format!("{head}\n");
        for label in labels {
            let place = self.source.locate(label.span.start);
            let words = safe(&label.text);
            text.push_str(format!("  --> {}:{}:{}  {words}", self.name, place.line, place.column).trim_end());
            text.push('\n');
        }
        if let Some(help) = help {
            text.push_str(&format!("  help: {}\n", safe(help)));
        }
        text
    }

    /// The bytes of a span, within the text and between characters.
    fn bytes(&self, span: Span) -> Range<usize> {
        let text = &self.source.text;
        let start = text.floor_char_boundary(span.range().start);
        start..text.ceil_char_boundary(span.range().end).max(start)
    }

    /// The bytes of a span, whole letters with the accents on them, because ariadne draws no arrow in no
    /// width, and a terminal no accent that an escape parts from its letter.
    fn visible(&self, span: Span) -> Range<usize> {
        let Range { start, end } = self.bytes(span);
        let shown = self.shown.text();
        let mut first = start;
        while shown[first..].chars().next().is_some_and(is_mark)
            && let Some((before, _)) = shown[..first].char_indices().next_back()
        {
            first = before;
        }
        if start == end {
            return first..first;
        }
        // The arrow of several lines stands at the last character.
        if shown[first..end].contains('\n') {
            return first..first + shown[first..end].trim_end_matches(is_mark).len();
        }
        let rest = &shown[end..];
        first..end + rest.len() - rest.trim_start_matches(is_mark).len()
    }

    /// Whether the character in the middle of a span, where its arrow stands, takes a place of its own.
    fn has_visible_middle(&self, span: Span) -> bool {
        let text = &self.shown.text()[self.visible(span)];
        text.chars().nth(text.chars().count() / 2).is_none_or(|middle| !is_mark(middle))
    }

    fn is_on_long_line(&self, span: Span) -> bool {
        let Range { start, end } = self.bytes(span);
        let text = &self.source.text;
        let length = |offset: usize| {
            let before = text[..offset].rfind('\n').map_or(0, |at| at + 1);
            text[offset..].find('\n').map_or(text.len(), |at| offset + at) - before
        };
        length(start) > LINE_MAX || length(end) > LINE_MAX
    }
}

/// The code of a diagnostic; a mistake in a rubric has none.
fn code(diagnostic: &Diagnostic) -> Option<&'static str> {
    Some(diagnostic.code).filter(|code| !code.is_empty())
}

/// The line that says where to read on about the codes shown.
fn read_on<'a>(shown: impl Iterator<Item = &'a Diagnostic>) -> String {
    let codes: Vec<&str> = shown.filter_map(code).collect::<BTreeSet<_>>().into_iter().collect();
    match codes.as_slice() {
        [] => String::new(),
        [code] => format!("For more, try `concsim explain {code}`.\n"),
        [first, others @ ..] => {
            format!("For more, try `concsim explain {first}`; likewise {}.\n", others.join(", "))
        }
    }
}

/// `error[E101]: …`, a line without its end.
pub(super) fn headline(severity: Severity, code: Option<&str>, message: &str, colour: bool) -> String {
    let (word, style) = match severity {
        Severity::Error => ("error", AnsiColor::Red.on_default().bold()),
        Severity::Warning => ("warning", AnsiColor::Yellow.on_default().bold()),
        Severity::Note => ("note", AnsiColor::Blue.on_default().bold()),
    };
    let style = if colour { style } else { Style::new() };
    let code = code.map_or(String::new(), |code| format!("[{code}]"));
    format!("{style}{word}{code}{style:#}: {}", safe(message))
}

/// The headline of a finding.
pub(super) fn finding_headline(finding: &Finding, colour: bool) -> String {
    let kind = finding.kind;
    let expected = if finding.expected { " (the script expects this)" } else { "" };
    headline(finding.severity, Some(kind.code()), &finding.message, colour) + expected
}

const fn color(severity: Severity) -> Color {
    match severity {
        Severity::Error => Color::Red,
        Severity::Warning => Color::Yellow,
        Severity::Note => Color::Blue,
    }
}

/// A line with one escape for each change of colour: ariadne colours every character on its own, and
/// parts an accent from its letter by that.
fn joined(line: &str) -> String {
    const RESET: &str = "[0";
    let mut parts = line.split('\u{1b}');
    let mut out = parts.next().unwrap_or_default().to_owned();
    let mut written = RESET;
    let escapes = parts.filter_map(|part| part.split_once('m'));
    // The end of the line takes the colour away, too.
    for (code, text) in escapes.filter(|(_, text)| !text.is_empty()).chain([(RESET, "")]) {
        if code != written {
            if written != RESET && code != RESET {
                out.push_str("\u{1b}[0m");
            }
            out.push_str(&format!("\u{1b}{code}m"));
            written = code;
        }
        out.push_str(text);
    }
    out
}

/// Whether a character is drawn on the one before it.
fn is_mark(character: char) -> bool {
    character.width() == Some(0)
}

/// Skin tones and the halves of flags: some terminals draw them together with a
/// neighbour and some draw each on its own, so nobody knows where a line goes on.
fn is_half_an_emoji(character: char) -> bool {
    matches!(character, '\u{1f3fb}'..='\u{1f3ff}' | '\u{1f1e6}'..='\u{1f1ff}')
}

/// The text with a placeholder of as many bytes for every character that could
/// play with the terminal, whose width nobody knows, or that ariadne takes for
/// the end of a line and we don't.
fn same_length(text: &str) -> String {
    const PLACEHOLDERS: [&str; 4] = ["?", "¿", "\u{fffd}", "\u{fffd}?"];
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut starts_line = true;
    while let Some(character) = characters.next() {
        let end_of_line = character == '\r' && characters.peek() == Some(&'\n');
        let hostile = is_hostile(character) && !matches!(character, '\n' | '\t');
        // An accent at the start of a line would be drawn on the margin.
        let lost = starts_line && is_mark(character);
        starts_line = character == '\n';
        if end_of_line {
            out.push(' ');
        } else if hostile || lost || is_half_an_emoji(character) {
            out.push_str(PLACEHOLDERS[character.len_utf8() - 1]);
        } else {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::SimTime;
    use crate::observe::finding::FindingKind;

    const TEXT: &str = "lock a, b\n# été\nwith b {\n    with a { pass }\n}\n";

    fn finding(labels: Vec<Label>) -> Finding {
        Finding {
            kind: FindingKind::Deadlock,
            severity: Severity::Error,
            cause: None,
            at: SimTime::ZERO,
            message: "one waits for `a`\u{1b}".to_string(),
            units: Vec::new(),
            objects: Vec::new(),
            labels,
            help: Some("take `a` first".to_string()),
            expected: true,
        }
    }

    #[test]
    fn a_finding_is_one_picture_of_all_its_places() {
        let source = Source::new("bank.conc", TEXT);
        let labels = vec![
            Label::new(Span::new(36, 37), "one waits for `a` here"),
            Label::new(Span::new(23, 24), "one took `b` here"),
            Label::new(Span::new(5, 6), ""),
        ];
        let want = "\
error[D001]: one waits for `a`\\u{1b} (the script expects this)
   ╭─[ bank.conc:4:10 ]
   │
 1 │ lock a, b
   │      ┬
   │      ╰── here
   │
 3 │ with b {
   │      ┬
   │      ╰── one took `b` here
 4 │     with a { pass }
   │          ┬
   │          ╰── one waits for `a` here
   │
   │ Help: take `a` first
───╯
";
        assert_eq!(Snippets::new(&source, false).finding(&finding(labels)), want);
    }

    #[test]
    fn no_colours_means_no_escapes() {
        let source = Source::new("bank.conc", TEXT);
        let finding = finding(vec![Label::new(Span::new(0, 4), "here")]);
        assert!(!Snippets::new(&source, false).finding(&finding).contains('\u{1b}'));
        assert!(Snippets::new(&source, true).finding(&finding).contains("\u{1b}[1m\u{1b}[31merror[D001]"));
    }

    #[test]
    fn hostile_characters_are_drawn_in_as_many_bytes() {
        let text = "a\u{1b}b\u{85}c\u{202e}d\u{e0041}e\r\nf\rg\u{2028}\t\n";
        let shown = same_length(text);
        assert_eq!(shown, "a?b¿c\u{fffd}d\u{fffd}?e \nf?g\u{fffd}\t\n");
        assert_eq!(shown.len(), text.len());
    }

    #[test]
    fn a_place_on_a_very_long_line_is_given_by_its_numbers() {
        let source = Source::new("long.conc", "x".repeat(1_000));
        let got =
            Snippets::new(&source, false).finding(&finding(vec![Label::new(Span::new(900, 901), "here")]));
        let want = "error[D001]: one waits for `a`\\u{1b} (the script expects this)\n  --> long.conc:1:901  here\n  help: take `a` first\n";
        assert_eq!(got, want);
    }

    #[test]
    fn any_span_of_any_text_is_drawn() {
        for text in ["", "\n", "é\r\n→", "a\n\n\u{2028}b\u{b}\n", "\t😀\n"] {
            let source = Source::new("x.conc", text);
            let snippets = Snippets::new(&source, false);
            let end = text.len() + 3;
            for (start, end) in (0..end).flat_map(|start| (start..end).map(move |end| (start, end))) {
                let labels =
                    vec![Label::new(Span::new(start, end), "here"), Label::new(Span::new(end, end), "there")];
                let drawn = snippets.finding(&finding(labels));
                assert!(
                    drawn.contains("here") && drawn.contains("there"),
                    "{text:?} {start}..{end}: {drawn}"
                );
            }
        }
    }

    #[test]
    fn a_place_over_several_lines_begins_and_ends_at_its_characters() {
        let text = "x = \"世界\", [\n  \"e\u{301}\" ]\nend";
        let source = Source::new("wide.conc", text);
        let end = text.find(']').unwrap() + 1;
        let place = Label::new(Span::new(text.find('[').unwrap(), end), "all of it");
        let drawn = Snippets::new(&source, false).finding(&finding(vec![place]));
        let want = "\
error[D001]: one waits for `a`\\u{1b} (the script expects this)
   ╭─[ wide.conc:1:11 ]
   │
 1 │ ╭─▶ x = \"世界\", [
 2 │ ├─▶   \"e\u{301}\" ]
   │ │
   │ ╰───────────── all of it
   │
   │     Help: take `a` first
───╯
";
        assert_eq!(drawn, want);
    }

    #[test]
    fn an_arrow_in_the_middle_of_a_word_is_no_accent() {
        let source = Source::new("x.conc", "ne\u{301}e");
        let drawn =
            Snippets::new(&source, false).finding(&finding(vec![Label::new(Span::new(0, 5), "here")]));
        assert!(drawn.contains(" 1 │ ne\u{301}e\n   │ ┬──\n   │ ╰──── here\n"), "{drawn}");
    }

    #[test]
    fn an_accent_is_not_parted_from_its_letter_by_a_colour() {
        let source = Source::new("x.conc", "xe\u{301}y");
        let drawn = Snippets::new(&source, true).finding(&finding(vec![Label::new(Span::new(2, 4), "here")]));
        let grey = "\u{1b}[38;5;249m";
        let want = format!("{grey}x\u{1b}[0m\u{1b}[31me\u{301}\u{1b}[0m{grey}y\u{1b}[0m\n");
        assert!(drawn.contains(&want), "{drawn:?}");
    }

    #[test]
    fn of_very_many_diagnostics_the_first_are_drawn() {
        let source = Source::new("x.conc", "x");
        let many = vec![Diagnostic::error("E000", Span::new(0, 1), "wrong"); 60];
        let text = Snippets::new(&source, false).diagnostics(&many);
        assert_eq!(text.matches("error[E000]: wrong").count(), 50);
        assert!(text.ends_with("… and 10 more\nFor more, try `concsim explain E000`.\n"));
    }

    #[test]
    fn each_code_is_named_once_under_the_last_diagnostic() {
        let source = Source::new("x.conc", "x");
        let wrong = |code| Diagnostic::error(code, Span::new(0, 1), "wrong");
        let text = Snippets::new(&source, false).diagnostics(&["E110", "E003", "E110", "E145"].map(wrong));
        assert!(text.ends_with("\n\nFor more, try `concsim explain E003`; likewise E110, E145.\n"), "{text}");
        assert_eq!(Snippets::new(&source, false).diagnostics(&[]), "");
    }
}
