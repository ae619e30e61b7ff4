//! Tokens: every byte of a text in exactly one of them, blanks and junk included.
//!
//! The lexer knows words and nothing of what may follow what. A kind has the
//! name of the leaf of `grammar/conc.pest` that it stands for, and tests hold
//! the two together; words with a meaning by their place only are `Name`.

use logos::Logos;

use crate::base::span::Span;

/// What a token is.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[logos(subpattern whole = r"(0|[1-9](_?[0-9])*)")]
#[logos(subpattern decimals = r"(\.[0-9](_?[0-9])*)")]
#[logos(subpattern word = r"[0-9A-Za-z_]")]
pub enum TokenKind {
    /// Spaces, tabs and carriage returns, and a byte order mark.
    #[regex(r"[ \t\r]+")]
    #[token("\u{FEFF}")]
    Whitespace,
    /// The end of a line.
    #[token("\n")]
    Newline,
    /// From `#` to the end of the line.
    #[regex(r"#[^\n]*", allow_greedy = true)]
    Comment,

    /// `def`
    #[token("def")]
    KwDef,
    /// `main`
    #[token("main")]
    KwMain,
    /// `let`
    #[token("let")]
    KwLet,
    /// `compute`
    #[token("compute")]
    KwCompute,
    /// `io`
    #[token("io")]
    KwIo,
    /// `sleep`
    #[token("sleep")]
    KwSleep,
    /// `with`
    #[token("with")]
    KwWith,
    /// `async`
    #[token("async")]
    KwAsync,
    /// `await`
    #[token("await")]
    KwAwait,
    /// `spawn`
    #[token("spawn")]
    KwSpawn,
    /// `if`
    #[token("if")]
    KwIf,
    /// `elif`
    #[token("elif")]
    KwElif,
    /// `else`
    #[token("else")]
    KwElse,
    /// `while`
    #[token("while")]
    KwWhile,
    /// `for`
    #[token("for")]
    KwFor,
    /// `in`
    #[token("in")]
    KwIn,
    /// `break`
    #[token("break")]
    KwBreak,
    /// `continue`
    #[token("continue")]
    KwContinue,
    /// `pass`
    #[token("pass")]
    KwPass,
    /// `return`
    #[token("return")]
    KwReturn,
    /// `try`
    #[token("try")]
    KwTry,
    /// `except`
    #[token("except")]
    KwExcept,
    /// `finally`
    #[token("finally")]
    KwFinally,
    /// `raise`
    #[token("raise")]
    KwRaise,
    /// `assert`
    #[token("assert")]
    KwAssert,
    /// `print`
    #[token("print")]
    KwPrint,
    /// `group`
    #[token("group")]
    KwGroup,
    /// `region`
    #[token("region")]
    KwRegion,
    /// `atomic`
    #[token("atomic")]
    KwAtomic,
    /// `shared`
    #[token("shared")]
    KwShared,
    /// `invariant`
    #[token("invariant")]
    KwInvariant,
    /// `True`
    #[token("True")]
    KwTrue,
    /// `False`
    #[token("False")]
    KwFalse,
    /// `None`
    #[token("None")]
    KwNone,
    /// `and`
    #[token("and")]
    KwAnd,
    /// `or`
    #[token("or")]
    KwOr,
    /// `not`
    #[token("not")]
    KwNot,

    /// A name, or a word that means something by its place.
    #[regex(r"[A-Za-z_][A-Za-z0-9_]*", priority = 2)]
    Name,
    /// `42`
    #[regex(r"(?&whole)", priority = 20)]
    Integer,
    /// `1.5ms`
    #[regex(r"(?&whole)(?&decimals)?(ns|us|ms|s|min)", priority = 20)]
    Duration,
    /// `64KiB`
    #[regex(r"(?&whole)(?&decimals)?(B|KB|MB|GB|KiB|MiB|GiB)", priority = 20)]
    Size,
    /// `"text"`
    #[regex(r#""([^"\\\n]|\\[nt"\\]|\\u\{[0-9A-Fa-f]{1,6}\})*""#, priority = 20)]
    String,

    /// `(`
    #[token("(")]
    LeftParen,
    /// `)`
    #[token(")")]
    RightParen,
    /// `[`
    #[token("[")]
    LeftBracket,
    /// `]`
    #[token("]")]
    RightBracket,
    /// `{`
    #[token("{")]
    LeftBrace,
    /// `}`
    #[token("}")]
    RightBrace,
    /// `,`
    #[token(",")]
    Comma,
    /// `:`
    #[token(":")]
    Colon,
    /// `;`
    #[token(";")]
    Semicolon,
    /// `.`
    #[token(".")]
    Dot,
    /// `..`
    #[token("..")]
    DotDot,
    /// `=`
    #[token("=")]
    Assign,
    /// `+=`
    #[token("+=")]
    PlusAssign,
    /// `-=`
    #[token("-=")]
    MinusAssign,
    /// `*=`
    #[token("*=")]
    StarAssign,
    /// `//=`
    #[token("//=")]
    SlashSlashAssign,
    /// `%=`
    #[token("%=")]
    PercentAssign,
    /// `==`
    #[token("==")]
    Equal,
    /// `!=`
    #[token("!=")]
    NotEqual,
    /// `<`
    #[token("<")]
    Less,
    /// `<=`
    #[token("<=")]
    LessEqual,
    /// `>`
    #[token(">")]
    Greater,
    /// `>=`
    #[token(">=")]
    GreaterEqual,
    /// `+`
    #[token("+")]
    Plus,
    /// `-`
    #[token("-")]
    Minus,
    /// `*`
    #[token("*")]
    Star,
    /// `//`
    #[token("//")]
    SlashSlash,
    /// `%`
    #[token("%")]
    Percent,

    /// What looks like a number and is none, whole: `007`, `1.5`, `0x10`, `1e-3`, `10msec`
    #[regex(r"[0-9](?&word)*(\.[0-9](?&word)*)*", priority = 3)]
    #[regex(r"[0-9](?&word)*(\.[0-9](?&word)*)*[eE][+-][0-9](?&word)*", priority = 3)]
    BadNumber,
    /// A string that is never closed, has an unknown escape or other quotes; at most to the end of the line.
    #[regex(r#""([^"\\\n]|\\[^\n])*["\\]?"#, priority = 3)]
    #[regex(r"'([^'\\\n]|\\[^\n])*['\\]?", priority = 3)]
    #[regex(r#"[“”„«»][^“”„«»"\n]*[“”„«»"]?"#, priority = 3)]
    #[regex(r"[‘’‚‹›][^‘’‚‹›'\n]*[‘’‚‹›']?", priority = 3)]
    BadString,
    /// An operator of other languages: `&&`, `!`, `/`, `++`.
    #[regex(r"&&?|\|\|?|!|/=?|\*\*|\+\+|:=|->|[\^~@?$]")]
    ForeignOperator,
    /// Anything else.
    Junk,
}

/// One token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where.
    pub span: Span,
}

impl TokenKind {
    /// Whether a reader may skip it: blanks, ends of lines and comments.
    #[must_use]
    pub const fn is_trivia(self) -> bool {
        matches!(self, Self::Whitespace | Self::Newline | Self::Comment)
    }

    /// Whether it is a reserved word.
    #[must_use]
    pub fn is_keyword(self) -> bool {
        (Self::KwDef..=Self::KwNot).contains(&self)
    }
}

/// The tokens of `text` in order; together they cover it without gaps.
///
/// # Panics
///
/// If the text is 4 GiB or longer.
pub fn tokens(text: &str) -> impl Iterator<Item = Token> {
    TokenKind::lexer(text).spanned().map(|(kind, range)| Token {
        kind: kind.unwrap_or(TokenKind::Junk),
        span: Span::new(range.start, range.end),
    })
}
