//! Text to tree: `parse` gives the whole tree or everything that is wrong.
//!
//! Words and brackets are looked at first, by tokens: so a bad word gets its
//! own text, and no bracket is deeper than the recursion of the parser can
//! bear. pest then decides whether the rest is a script. Its position and
//! expectations are used, its words never. What is wrong is cut out, statement
//! by statement, and the rest parsed again, so that one look finds several
//! mistakes.

mod bracket;
mod build;
mod explain;
mod grammar;
mod habit;
mod lexical;
mod number;
mod recover;
mod slip;

use pest::Parser as _;
use pest::error::InputLocation;

use crate::base::diagnostic::Diagnostic;
use crate::base::span::{Source, Span};
use crate::syntax::ast::Script;
use crate::syntax::code;
use crate::syntax::parse::grammar::{Grammar, Rule};
use crate::syntax::parse::slip::Slip;
use crate::syntax::token::{Token, tokens};

/// The largest script in bytes.
pub const SOURCE_BYTES_MAX: usize = 1 << 20;
/// How deep brackets of any kind can stand in one another.
pub const BRACKET_DEPTH_MAX: usize = 64;
/// How deep the tree of one expression can be: operands of a chain like `a + b + c` and
/// links of one like `a.b[c]()` each count as one.
pub const EXPRESSION_DEPTH_MAX: usize = 256;
/// How many mistakes are reported at once.
pub const ERRORS_MAX: usize = 20;
/// How often the rest of a script is parsed again after a mistake.
const REPARSES_MAX: usize = 8;

/// The tree of a script.
///
/// # Errors
///
/// Everything that was found wrong, in the order of the text, at most [`ERRORS_MAX`]; never an empty list.
///
/// # Panics
///
/// Never on account of the text.
pub fn parse(source: &Source) -> Result<Script, Vec<Diagnostic>> {
    let text = source.text.as_str();
    if text.len() > SOURCE_BYTES_MAX {
        let message =
            format!("a script is at most {SOURCE_BYTES_MAX} bytes long, this one has {}", text.len());
        return Err(vec![Diagnostic::error(code::TOO_LARGE, Span::new(0, 0), message).at("too large")]);
    }
    let tokens: Vec<Token> = tokens(text).collect();
    let mut errors = Errors::default();
    let scan = lexical::scan(text, &tokens, &mut errors);
    if scan.unclosed_string {
        return Err(errors.sorted());
    }
    let Some(brackets) = bracket::matched(text, &tokens, &mut errors) else { return Err(errors.sorted()) };
    let lexical: Vec<u32> = errors.list.iter().map(|error| source.line(error.primary.span)).collect();
    let mut masked = scan.masked;
    for _ in 0..=REPARSES_MAX {
        let Some((place, expected)) = refusal(&masked) else { break };
        let slip = Slip::new(text, &tokens, &brackets, place, expected);
        let error = explain::explain(&slip);
        // A structural error on the line of a bad word most likely follows from it.
        if !lexical.contains(&source.line(error.primary.span)) {
            errors.push(error);
        }
        if !recover::cut(&mut masked, &slip) {
            break;
        }
    }
    let script = tree(&masked, &mut errors);
    match script {
        Some(script) if errors.list.is_empty() => Ok(script),
        Some(_) | None => Err(errors.sorted()),
    }
}

/// Where pest stops and what it would have gone on with; `None` if it accepts the text.
fn refusal(text: &str) -> Option<(usize, Vec<Rule>)> {
    let error = Grammar::parse(Rule::script, text).err()?;
    let place = match error.location {
        InputLocation::Pos(place) | InputLocation::Span((place, _)) => place,
    };
    let expected = match error.variant {
        pest::error::ErrorVariant::ParsingError { positives, .. } => positives,
        pest::error::ErrorVariant::CustomError { .. } => Vec::new(),
    };
    Some((place, expected))
}

fn tree(text: &str, errors: &mut Errors) -> Option<Script> {
    let pairs = Grammar::parse(Rule::script, text).ok()?;
    Some(build::script(pairs, errors))
}

/// The mistakes found so far, at most [`ERRORS_MAX`].
#[derive(Default)]
struct Errors {
    list: Vec<Diagnostic>,
}

impl Errors {
    fn push(&mut self, error: Diagnostic) {
        if self.list.len() < ERRORS_MAX {
            self.list.push(error);
        }
    }

    fn sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|error| error.primary.span);
        self.list
    }
}
