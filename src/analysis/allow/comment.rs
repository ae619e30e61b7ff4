//! What one comment says: whether it allows something, or looks as if it did.

use crate::analysis::codes;
use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Fix};
use crate::base::span::Span;
use crate::base::suggest::nearest;

/// A comment that allows something.
#[derive(Debug)]
pub(super) struct Comment {
    /// All of it.
    pub(super) span: Span,
    /// The codes of lints that it names.
    pub(super) codes: Vec<Allowed>,
    /// From the first code to the last one.
    pub(super) listed: Span,
    /// How many of the codes are none.
    pub(super) mistakes: usize,
}

/// A code in a comment.
#[derive(Debug)]
pub(super) struct Allowed {
    pub(super) code: &'static str,
    pub(super) span: Span,
}

/// A word of a comment.
#[derive(Clone, Copy, Debug)]
struct Word<'a> {
    text: &'a str,
    span: Span,
}

/// Words that other tools use for it.
const OTHER_WORDS: [&str; 8] = ["ignore", "disable", "suppress", "silence", "skip", "noqa", "off", "permit"];

/// Behind so many wrong codes no more are compared with the right ones, because that takes time.
const SUGGESTIONS_MAX: usize = 100;

/// Longer words are compared with nothing.
const WORD_MAX: usize = 16;

/// Reads a comment that stands at `span`, and adds what is wrong with it.
pub(super) fn read(text: &str, span: Span, warnings: &mut Vec<Diagnostic>) -> Option<Comment> {
    // Most comments are for people, and few of those begin with one of these letters.
    let body = text.trim_start_matches(['#', ' ', '\t']);
    if !body.starts_with(['c', 'C', 'a', 'A', 'n', 'N']) {
        return None;
    }
    let words = words(text, span);
    match after_allow(text) {
        Some(at) => listed(&words, (text, span), at, warnings),
        None => {
            warnings.extend(misspelt(&words, span));
            None
        }
    }
}

/// Where the codes may begin, if the comment is one that allows something.
fn after_allow(text: &str) -> Option<usize> {
    let body = text.strip_prefix('#')?.trim_start();
    let body = body.strip_prefix("concsim")?.trim_start().strip_prefix(':')?.trim_start();
    let rest = body.strip_prefix("allow")?;
    let ends = rest.chars().next().is_none_or(|next| !is_part_of_word(next));
    ends.then_some(text.len() - rest.len())
}

fn is_part_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn words(text: &str, span: Span) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut at = 0;
    for piece in text.split(|character| !is_part_of_word(character)) {
        if !piece.is_empty() {
            let start = span.range().start + at;
            words.push(Word { text: piece, span: Span::new(start, start + piece.len()) });
        }
        // What separates two words may have several bytes.
        at += piece.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
    }
    words
}

/// `W101`, `e110`
fn looks_like_code(word: &str) -> bool {
    let digits = word.strip_prefix(['W', 'E', 'D', 'w', 'e', 'd']);
    digits.is_some_and(|digits| {
        (2..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The codes behind `allow`, up to what is no code; what follows is the reason.
fn listed(
    words: &[Word<'_>],
    (text, span): (&str, Span),
    at: usize,
    warnings: &mut Vec<Diagnostic>,
) -> Option<Comment> {
    let start = span.start + Span::new(at, at).start;
    let behind: Vec<Word<'_>> = words.iter().copied().filter(|word| word.span.start >= start).collect();
    let mut end = at;
    let mut listed: Vec<Word<'_>> = Vec::new();
    for word in &behind {
        let from = word.span.range().start - span.range().start;
        let separates = text[end..from].chars().all(|between| matches!(between, ' ' | '\t' | ','));
        if !separates || !looks_like_code(word.text) {
            break;
        }
        listed.push(*word);
        end = from + word.text.len();
    }
    let (Some(first), Some(last)) = (listed.first(), listed.last()) else {
        warnings.push(no_code(span));
        return None;
    };
    let reason = text[end..].trim_start();
    let is_marked = reason.starts_with([':', '-', '–', '—', '(', '.', '#']);
    let stray = behind[listed.len()..].iter().find(|word| !is_marked && is_lint(word.text));
    warnings.extend(stray.map(|word| stray_code(word, last.span)));
    let (mut codes, mut mistakes) = (Vec::new(), usize::from(stray.is_some()));
    for word in &listed {
        match codes::ALL.iter().find(|code| code.code == word.text) {
            Some(code) => codes.push(Allowed { code: code.code, span: word.span }),
            None => {
                mistakes += 1;
                // What is never listed is not compared with all codes.
                let candidates = if warnings.len() < SUGGESTIONS_MAX { codes::ALL } else { &[] };
                warnings.push(unknown(word, candidates));
            }
        }
    }
    Some(Comment { span, codes, listed: first.span.to(last.span), mistakes })
}

fn is_lint(word: &str) -> bool {
    codes::ALL.iter().any(|code| code.code == word)
}

fn no_code(span: Span) -> Diagnostic {
    Diagnostic::warning(codes::ALLOW_MISSPELT, span, "this comment does not say what it allows")
        .at("no code")
        .with_help("name the code of the warning, as in `# concsim: allow W101`")
}

fn stray_code(word: &Word<'_>, last: Span) -> Diagnostic {
    let message = format!("`{}` is not among the codes that this comment allows", word.text);
    let between = Span { start: last.end, end: word.span.start };
    Diagnostic::warning(codes::ALLOW_MISSPELT, word.span, message)
        .at("read as part of the reason")
        .with_help("separate codes by commas; a reason stands behind `:` or `-`")
        .with_fix(Fix::maybe(between, ", "))
}

fn unknown(word: &Word<'_>, candidates: &[Code]) -> Diagnostic {
    let capital = word.text.to_ascii_uppercase();
    let similar = if is_lint(&capital) {
        Some(capital.as_str())
    } else {
        nearest(&capital, candidates.iter().map(|code| code.code))
    };
    let (message, help) = match capital.as_bytes()[0] {
        b'E' => (
            format!("`{}` is the code of a mistake, and mistakes can't be allowed", word.text),
            Some("mend the mistake; only codes that begin with W can be allowed".to_owned()),
        ),
        b'D' => (
            format!("`{}` is the code of a finding of a run, which no comment can allow", word.text),
            Some(
                "a finding that is meant to come is declared at the top level, as in `expect deadlock`"
                    .to_owned(),
            ),
        ),
        _ => (
            format!("there is no warning `{}` that could be allowed", word.text),
            similar.map(|similar| format!("did you mean `{similar}`?")),
        ),
    };
    let warning = Diagnostic::warning(codes::ALLOW_UNKNOWN, word.span, message).at("no code of a warning");
    let warning = match help {
        Some(help) => warning.with_help(help),
        None => warning.with_help("the codes stand on the page of diagnostics"),
    };
    if is_lint(&capital) { warning.with_fix(Fix::sure(word.span, capital)) } else { warning }
}

/// The warning of a comment that looks as if it were to allow something.
fn misspelt(words: &[Word<'_>], span: Span) -> Option<Diagnostic> {
    let is_like = |word: Option<&Word<'_>>, right: &str| {
        word.is_some_and(|word| word.text.len() <= WORD_MAX && nearest(word.text, [right]).is_some())
    };
    let is_other = |word: Option<&Word<'_>>| {
        word.is_some_and(|word| OTHER_WORDS.iter().any(|other| word.text.eq_ignore_ascii_case(other)))
    };
    let codes: Vec<&Word<'_>> = words
        .iter()
        .skip(1)
        .skip_while(|word| !looks_like_code(word.text))
        .take_while(|word| looks_like_code(word.text))
        .collect();
    let names_tool = is_like(words.first(), "concsim");
    let asks = is_like(words.get(1), "allow") || (names_tool && is_other(words.get(1)));
    let is_meant = match (names_tool, codes.is_empty()) {
        (true, true) => asks && words.len() == 2,
        (true, false) => asks,
        // `# allow W101`, `# noqa: W101`
        (false, true) => false,
        (false, false) => {
            words.first().is_some_and(|word| word.text == "allow" || word.text.eq_ignore_ascii_case("noqa"))
                && words.get(1).is_some_and(|word| is_lint(word.text))
        }
    };
    if !is_meant {
        return None;
    }
    let warning = Diagnostic::warning(
        codes::ALLOW_MISSPELT,
        span,
        "this comment allows nothing, because it is misspelt",
    )
    .at("read as any other comment");
    let Some(last) = codes.last() else {
        return Some(
            warning.with_help("did you mean `# concsim: allow W101`, with the code of the warning?"),
        );
    };
    let listed: Vec<String> = codes.iter().map(|word| word.text.to_ascii_uppercase()).collect();
    let right = format!("# concsim: allow {}", listed.join(", "));
    let help = format!("did you mean `{right}`?");
    let before = Span { start: span.start, end: last.span.end };
    let sure = names_tool && is_like(words.get(1), "allow");
    let fix = if sure { Fix::sure(before, right) } else { Fix::maybe(before, right) };
    Some(warning.with_help(help).with_fix(fix))
}
