//! Text to tree: `parse` gives what can be read and everything that is wrong.
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
pub(super) mod grammar;
mod habit;
mod lexical;
mod number;
mod recover;
mod slip;

use pest::Parser as _;
use pest::error::ErrorVariant;

use crate::base::diagnostic::Diagnostic;
use crate::base::span::{Source, Span};
use crate::syntax::ast::Script;
use crate::syntax::code;
use crate::syntax::parse::bracket::Brackets;
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

/// What became of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The tree of all that could be read: the whole script if nothing is wrong.
    pub script: Script,
    /// Everything that was found wrong, in the order of the text, at most [`ERRORS_MAX`].
    pub errors: Vec<Diagnostic>,
}

impl Parsed {
    /// The tree of a sound script.
    ///
    /// # Errors
    ///
    /// Everything that was found wrong; never an empty list.
    pub fn whole(self) -> Result<Script, Vec<Diagnostic>> {
        if self.errors.is_empty() { Ok(self.script) } else { Err(self.errors) }
    }
}

/// The tree of a script, and what is wrong with its text.
///
/// # Panics
///
/// Never on account of the text.
#[must_use]
pub fn parse(source: &Source) -> Parsed {
    let nothing = |errors| Parsed { errors, ..Parsed::default() };
    let text = source.text.as_str();
    if text.len() > SOURCE_BYTES_MAX {
        let message =
            format!("a script is at most {SOURCE_BYTES_MAX} bytes long, this one has {}", text.len());
        return nothing(vec![Diagnostic::error(code::TOO_LARGE, Span::new(0, 0), message).at("too large")]);
    }
    let tokens: Vec<Token> = tokens(text).collect();
    let mut errors = Errors::default();
    let scan = lexical::scan(text, &tokens, &mut errors);
    if scan.unclosed_string {
        return nothing(errors.sorted());
    }
    let Some(brackets) = bracket::matched(text, &tokens, &mut errors) else {
        return nothing(errors.sorted());
    };
    let script = recovering(source, &tokens, &brackets, scan.masked, &mut errors);
    Parsed { script: script.unwrap_or_default(), errors: errors.sorted() }
}

/// Parses `masked`; after a mistake without the statement that holds it, some times over.
///
/// What comes back is the tree of what was left; `None` if the last text was no script either.
fn recovering(
    source: &Source,
    tokens: &[Token],
    brackets: &Brackets,
    mut masked: String,
    errors: &mut Errors,
) -> Option<Script> {
    let lexical: Vec<u32> = errors.list.iter().map(|error| source.line(error.primary.span)).collect();
    // The larger the script, the fewer times: the whole effort stays about that of two largest scripts.
    let reparses = (SOURCE_BYTES_MAX / masked.len().max(1)).clamp(1, REPARSES_MAX);
    for _ in 0..=reparses {
        let refusal = match Grammar::parse(Rule::script, &masked) {
            Ok(pairs) => return Some(build::script(pairs, errors)),
            Err(refusal) => refusal,
        };
        if matches!(refusal.variant, ErrorVariant::CustomError { .. }) {
            errors.push(stack_used_up(source));
            return None;
        }
        let slip = Slip::new(&source.text, tokens, brackets, &refusal);
        let error = explain::explain(&slip);
        // Where a function opens with a colon, its whole body is out of place.
        let hopeless = error.code == code::COLON && slip.opener(slip.found).is_none();
        // A structural error on the line of a bad word most likely follows from it.
        if !lexical.contains(&source.line(error.primary.span)) {
            errors.push(error);
        }
        if hopeless || !recover::cut(&mut masked, &slip) {
            return None;
        }
    }
    None
}

/// pest stops before it overflows the stack; on an ordinary stack the bound on brackets comes first.
fn stack_used_up(source: &Source) -> Diagnostic {
    let all = Span::new(0, source.text.len());
    Diagnostic::error(
        code::TOO_DEEP,
        all,
        "the brackets of this script are too deep for the stack of this thread",
    )
    .at("too deep")
    .with_help("nest less, or give the thread a larger stack")
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
