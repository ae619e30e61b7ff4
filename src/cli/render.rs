//! Diagnostics and findings, drawn under the lines of the script that they are about.

use std::collections::BTreeSet;
use std::ops::Range;

use anstyle::{AnsiColor, Style};
use ariadne::{Color, Config, IndexType, Label as Arrow, Report, ReportKind};

use crate::base::diagnostic::{Diagnostic, Label, Severity};
use crate::base::printable::{is_hostile, safe};
use crate::base::span::{Source, Span};
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
}

impl<'a> Snippets<'a> {
    /// Snippets of that source, with ANSI colours or without.
    pub(super) fn new(source: &'a Source, colour: bool) -> Self {
        let shown = ariadne::Source::from(same_length(&source.text));
        Self { source, name: safe(&source.name), shown, colour }
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
        let head = headline(diagnostic.severity, Some(diagnostic.code), &diagnostic.message, self.colour);
        let labels: Vec<&Label> = std::iter::once(&diagnostic.primary).chain(&diagnostic.labels).collect();
        self.draw(&head, diagnostic.severity, &labels, diagnostic.help.as_deref())
    }

    /// A finding with every place involved.
    pub(super) fn finding(&self, finding: &Finding) -> String {
        let head = finding_headline(finding, self.colour);
        let labels: Vec<&Label> = finding.labels.iter().collect();
        self.draw(&head, finding.kind.severity(), &labels, finding.help.as_deref())
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
        let config = Config::new().with_index_type(IndexType::Byte).with_color(self.colour);
        let span = |span| (self.name.as_str(), self.bytes(span));
        // The headline is ours: ariadne colours its own even where colours are off.
        let mut report = Report::build(ReportKind::Error, span(primary.span)).with_config(config);
        // In the order of the text all places make one picture; in any other, several.
        let mut ordered: Vec<(usize, &&Label)> = labels.iter().enumerate().collect();
        ordered.sort_by_key(|(index, label)| (label.span, *index));
        for (index, label) in ordered {
            let color = if index == 0 { color(severity) } else { Color::Cyan };
            // ariadne underlines only what has words.
            let words = if label.text.is_empty() { "here".to_string() } else { safe(&label.text) };
            report = report.with_label(Arrow::new(span(label.span)).with_color(color).with_message(words));
        }
        if let Some(help) = help {
            report = report.with_help(safe(help));
        }
        let mut drawn = Vec::new();
        let cache = (self.name.as_str(), &self.shown);
        report.finish().write(cache, &mut drawn).expect("writing to memory never fails");
        let drawn = String::from_utf8_lossy(&drawn);
        let mut text = format!("{head}\n");
        for line in drawn.lines().skip(1) {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
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

/// The line that says where to read on about the codes shown.
fn read_on<'a>(shown: impl Iterator<Item = &'a Diagnostic>) -> String {
    let codes: Vec<&str> =
        shown.map(|diagnostic| diagnostic.code).collect::<BTreeSet<_>>().into_iter().collect();
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
    headline(kind.severity(), Some(kind.code()), &finding.message, colour) + expected
}

const fn color(severity: Severity) -> Color {
    match severity {
        Severity::Error => Color::Red,
        Severity::Warning => Color::Yellow,
        Severity::Note => Color::Blue,
    }
}

/// The text with a placeholder of as many bytes for every character that could
/// play with the terminal, or that ariadne takes for the end of a line and we don't.
fn same_length(text: &str) -> String {
    const PLACEHOLDERS: [&str; 4] = ["?", "¿", "\u{fffd}", "\u{fffd}?"];
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let end_of_line = character == '\r' && characters.peek() == Some(&'\n');
        if end_of_line {
            out.push(' ');
        } else if is_hostile(character) && !matches!(character, '\n' | '\t') {
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
